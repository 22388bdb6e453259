//! Functions of texts and bytes whose other arguments stand in the plan.

use super::Typer;
use super::claims::How;
use super::convert::rows;
use super::infer::{Env, Typed};
use super::make::{literal, truth};
use super::unify::{constant, longest};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, Function};
use crate::schema::SqlType;
use crate::syntax::ast;

/// The charsets that [`Function::Recode`] knows.
const CHARSETS: [&str; 2] = ["latin1", "windows-1252"];

impl Typer<'_, '_> {
    /// `left(text, count)` and `right(text, count)`.
    pub(super) fn end_of(&mut self, env: Env<'_, '_>, function: Function, args: &[ast::Expr]) -> Typed {
        let text = self.text(env, &args[0])?;
        let count = self.infer(env, &args[1])?;
        let Some(most) = whole(&count) else {
            return self.not_stated(args[1].span, "the count is a whole number", "`left(c.code, 3)`");
        };
        let max = longest(&text.ty).map_or(most, |max| max.min(most));
        let (nullable, ty) = (text.nullable, SqlType::Text { max: Some(max), padded: false });
        Some(Expr::new(ty, nullable, ExprKind::Call { function, args: vec![text, count] }))
    }

    /// A separator of several characters could overlap with itself, and engines look for it from different ends.
    pub(super) fn split_part(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        let text = self.text(env, &args[0])?;
        let (separator, part) = (self.infer(env, &args[1])?, self.infer(env, &args[2])?);
        if literal(&separator).is_none_or(|text| text.chars().count() != 1) {
            let help = "`split_part(c.path, '/', 2)`";
            return self.not_stated(args[1].span, "the separator is one character", help);
        }
        if !whole(&part).is_some_and(|part| (1..=1000).contains(&part)) {
            let help = "`split_part(c.path, '/', 2)`";
            return self.not_stated(args[2].span, "parts are counted from 1 to 1000", help);
        }
        let ty = SqlType::Text { max: longest(&text.ty), padded: false };
        let (nullable, args) = (text.nullable, vec![text, separator, part]);
        Some(Expr::new(ty, nullable, ExprKind::Call { function: Function::SplitPart, args }))
    }

    /// What is hashed: a text or bytes.
    pub(super) fn hashed(&mut self, env: Env<'_, '_>, arg: &ast::Expr) -> Typed {
        let typed = self.infer(env, arg)?;
        if matches!(typed.ty, SqlType::Bytes { .. }) {
            return Some(typed);
        }
        self.text(env, arg)
    }

    /// Text whose UTF-8 was once read in another charset, read rightly.
    pub(super) fn recode(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        let text = self.text(env, &args[0])?;
        let charset = self.infer(env, &args[1])?;
        if !literal(&charset).is_some_and(|name| CHARSETS.contains(&name)) {
            let wanted = "the charset is 'latin1' (ISO 8859-1) or 'windows-1252'";
            return self.not_stated(args[1].span, wanted, "MySQL calls windows-1252 `latin1`");
        }
        let ty = SqlType::Text { max: longest(&text.ty), padded: false };
        let (nullable, args) = (text.nullable, vec![text, charset]);
        Some(Expr::new(ty, nullable, ExprKind::Call { function: Function::Recode, args }))
    }

    /// `json_text` and `json_integer`. Engines spell quotes and backslashes in a path differently.
    pub(super) fn member(&mut self, env: Env<'_, '_>, function: Function, args: &[ast::Expr]) -> Typed {
        let document = self.infer(env, &args[0])?;
        if !matches!(document.ty, SqlType::Json { .. }) {
            let help = "only documents have members".to_owned();
            return self.wrong_type(args[0].span, "json", &document.ty, help);
        }
        let mut typed = vec![document];
        for arg in &args[1..] {
            let name = self.infer(env, arg)?;
            let odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
            if literal(&name).is_none_or(|name| name.is_empty() || name.contains(odd)) {
                let wanted = "a member is named by a text without quotes and backslashes";
                return self.not_stated(arg.span, wanted, "`json_text(c.doc, 'address', 'city')`");
            }
            typed.push(name);
        }
        let ty = if function == Function::JsonText { SqlType::TEXT } else { SqlType::BIGINT };
        Some(Expr::new(ty, true, ExprKind::Call { function, args: typed }))
    }

    pub(super) fn not_stated(&mut self, span: Span, wanted: &str, help: &str) -> Typed {
        let message = format!("{wanted}, and stands in the plan");
        self.problems.push(
            Diagnostic::error(Code::WrongArguments, message, span, "not such a value")
                .help(format!("for example {help}")),
        );
        None
    }
}

/// A whole number that stands in the plan.
fn whole(expr: &Expr) -> Option<u32> {
    constant(expr)?.parse().ok()
}

/// What the preflight asks of a call before its result can be meant.
pub(super) fn claim_of(function: Function, args: &[Expr]) -> Option<(ClaimKind, String, How)> {
    let (asked, says) = match function {
        Function::Recode => (Function::IsRecodable, "every text is UTF-8 that was read in the charset"),
        Function::JsonText => (Function::IsJsonText, "the member is a string, or null, or absent"),
        Function::JsonInteger => {
            (Function::IsJsonInteger, "the member is a whole number of at most 18 digits, or null, or absent")
        }
        _ => return None,
    };
    let asked = truth(true, ExprKind::Call { function: asked, args: args.to_vec() });
    let bad = truth(true, ExprKind::Not(Box::new(asked)));
    Some((ClaimKind::Values, says.to_owned(), How::Probe(rows(bad))))
}
