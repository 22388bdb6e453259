//! The type of every expression. Each rule reports what it refuses and gives `None`, so that the
//! neighbours are still looked at.

use super::Typer;
use super::make::{cast_to, literal, number, string, truth};
use super::related::Written;
use super::unify::constant;
use crate::base::{Ident, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind};
use crate::resolve::{Move, Scope};
use crate::schema::SqlType;
use crate::syntax::ast::{self};

/// Where an expression stands: what it may name and use.
#[derive(Clone, Copy)]
pub(super) struct Env<'s, 'a> {
    pub scope: &'s Scope<'a>,
    /// The move, where `ref` has a meaning.
    pub of: Option<&'s Move<'a>>,
    /// `sum(…)` and the like may stand here.
    pub aggregates: bool,
}

/// A typed expression, if it could be typed.
pub(super) type Typed = Option<Expr>;

impl Typer<'_, '_> {
    /// The typed form of `expr`.
    pub(super) fn infer(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        use ast::ExprKind as Ast;
        match &expr.kind {
            Ast::Paren(inner) => self.infer(env, inner),
            Ast::Null => Some(Expr::new(SqlType::TEXT, true, ExprKind::Null)),
            Ast::Bool(value) => Some(Expr::new(SqlType::Bool, false, ExprKind::Bool(*value))),
            Ast::Number(digits) => Some(number(digits)),
            Ast::String(text) => Some(string(text)),
            Ast::Column { qualifier, name } => self.column(env, qualifier.as_ref(), name),
            Ast::Call { name, args, star } => self.call(env, name, args, *star, expr.span),
            Ast::Related { function, value, rows } => {
                let value = value.as_deref();
                self.related(env, Written { function, value, rows, span: expr.span })
            }
            Ast::Ref { table, args, otherwise } => {
                self.reference(env, table, args, otherwise.as_ref(), expr.span)
            }
            Ast::Uuid5 { .. } | Ast::Sequence { .. } => {
                self.problems.push(
                    Diagnostic::error(
                        Code::KeyMakerElsewhere,
                        "new keys are made in a `key` mapping, and only as its whole value",
                        expr.span,
                        "not the whole value of a `key`",
                    )
                    .help("write `key id <- uuid5(\"shop.customer\", c.id)`; others follow it with `ref shop.customer(…)`"),
                );
                None
            }
            Ast::Not(inner) => {
                let inner = self.boolean(env, inner)?;
                let nullable = inner.nullable;
                Some(Expr::new(SqlType::Bool, nullable, ExprKind::Not(Box::new(inner))))
            }
            Ast::Negate(inner) => self.negate(env, inner),
            Ast::Binary { op, left, right } => self.binary(env, *op, left, right, expr.span),
            Ast::IsNull { expr: inner, negated } => {
                let inner = self.infer(env, inner)?;
                Some(truth(false, ExprKind::IsNull { expr: Box::new(inner), negated: *negated }))
            }
            Ast::IsDistinct { left, right, negated } => {
                let (left, right) = (self.infer(env, left), self.infer(env, right));
                let (left, right) = self.compare_typed(left?, right?, expr.span)?;
                let kind =
                    ExprKind::IsDistinct { left: Box::new(left), right: Box::new(right), negated: *negated };
                Some(truth(false, kind))
            }
            Ast::In { expr: inner, list, negated } => self.in_list(env, inner, list, *negated),
            Ast::Between { expr: inner, low, high, negated } => {
                let (value, low) = self.comparable(env, inner, low, expr.span)?;
                let (_, high) = self.comparable(env, inner, high, expr.span)?;
                let nullable = value.nullable || low.nullable || high.nullable;
                let (expr, low, high) = (Box::new(value), Box::new(low), Box::new(high));
                Some(truth(nullable, ExprKind::Between { expr, low, high, negated: *negated }))
            }
            Ast::Like { expr: inner, pattern, negated } => {
                let (value, pattern) = (self.text(env, inner)?, self.text(env, pattern)?);
                if let Some(text) = literal(&pattern)
                    && (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
                {
                    let wanted = "a pattern ends with a character or with `\\\\`";
                    return self.not_stated(expr.span, wanted, "`c.path like '%\\\\'`");
                }
                let nullable = value.nullable || pattern.nullable;
                let (expr, pattern) = (Box::new(value), Box::new(pattern));
                Some(truth(nullable, ExprKind::Like { expr, pattern, negated: *negated }))
            }
            Ast::Case { operand, whens, otherwise } => {
                self.case(env, operand.as_deref(), whens, otherwise.as_deref(), expr.span)
            }
            Ast::Cast { expr: inner, ty } => self.cast(env, inner, ty),
            Ast::InZone { expr: inner, zone } => self.in_zone(env, inner, zone),
        }
    }

    pub(super) fn column(&mut self, env: Env<'_, '_>, qualifier: Option<&Ident>, name: &Ident) -> Typed {
        match env.scope.find(qualifier, name) {
            Ok((relation, index)) => {
                let column = env.scope.column(relation, index);
                let of = env.scope.relation(relation);
                let kind = ExprKind::Column { relation: of.alias.clone(), column: column.name.clone() };
                Some(Expr::new(column.ty.clone(), !column.not_null || of.optional, kind))
            }
            Err(diagnostic) => {
                self.problems.push(*diagnostic);
                None
            }
        }
    }

    /// An expression that must be a condition.
    pub(super) fn boolean(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        if typed.ty == SqlType::Bool || matches!(typed.kind, ExprKind::Null) {
            return Some(Expr { ty: SqlType::Bool, ..typed });
        }
        let help = if typed.ty.is_numeric() {
            format!("write `{} <> 0`", self.sources.text(expr.span))
        } else {
            "compare it with something: `=`, `is null`, `in (…)`".to_owned()
        };
        self.wrong_type(expr.span, "a condition", &typed.ty, help)
    }

    pub(super) fn text(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        match &typed.ty {
            SqlType::Text { .. } => Some(typed),
            SqlType::Enum { labels, .. } => {
                let max = labels.iter().map(|label| label.chars().count()).max();
                let ty = SqlType::Text { max: max.and_then(|n| u32::try_from(n).ok()), padded: false };
                Some(cast_to(typed, ty))
            }
            other => {
                let help = format!("write `cast({} as text)`", self.sources.text(expr.span));
                self.wrong_type(expr.span, "text", &other.clone(), help)
            }
        }
    }

    pub(super) fn numeric(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        if typed.ty.is_numeric() {
            let calculated = typed.ty.widened();
            return Some(cast_to(typed, calculated));
        }
        let help = "only numbers can be calculated with".to_owned();
        self.wrong_type(expr.span, "a number", &typed.ty.clone(), help)
    }

    /// A number to divide by: not a plain zero.
    pub(super) fn divisor(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.numeric(env, expr)?;
        let zero =
            constant(&typed).is_some_and(|digits| digits.chars().all(|c| matches!(c, '0' | '.' | '-')));
        if zero {
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                "nothing can be divided by zero",
                expr.span,
                "always zero",
            ));
            return None;
        }
        Some(typed)
    }

    pub(super) fn wrong_type(&mut self, span: Span, wanted: &str, got: &SqlType, help: String) -> Typed {
        self.problems.push(
            Diagnostic::error(
                Code::WrongType,
                format!("expected {wanted}, and this is of type {got}"),
                span,
                format!("{got}"),
            )
            .help(help),
        );
        None
    }
}
