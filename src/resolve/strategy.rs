//! `strategy { … }`: how the load goes about things, where there is more than one right way.

use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::{Constraints, Triggers};
use crate::syntax::ast;

/// The strategy's words as they are known; `None` for what the plan leaves to the compiler.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strategy {
    pub constraints: Option<Constraints>,
    pub triggers: Option<Triggers>,
    /// The whole clause, for messages.
    pub span: Option<Span>,
}

pub(super) fn resolve(found: Option<(Span, &ast::Strategy)>, problems: &mut Problems) -> Strategy {
    let Some((span, ast)) = found else { return Strategy::default() };
    let mut strategy = Strategy { span: Some(span), ..Strategy::default() };
    let mut seen: Vec<&Ident> = Vec::new();
    for ast::Setting { what, value } in &ast.settings {
        let word = fold(&what.text);
        if let Some(first) = seen.iter().find(|first| fold(&first.text) == word) {
            problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("the strategy says twice what becomes of {what}"),
                    what.span,
                    "said again",
                )
                .see(first.span, "first said here")
                .help("keep one of them"),
            );
            continue;
        }
        seen.push(what);
        match word.as_str() {
            "constraints" => strategy.constraints = choice(what, value, &Constraints::ALL, problems),
            "triggers" => strategy.triggers = choice(what, value, &Triggers::ALL, problems),
            _ => problems.push(
                Diagnostic::error(
                    Code::UnknownStrategy,
                    format!("a strategy says nothing about `{what}`"),
                    what.span,
                    "unknown setting",
                )
                .did_you_mean(&what.text, ast::Strategy::SETTINGS)
                .or_help(format!("the settings are {}", ast::Strategy::SETTINGS.join(", "))),
            ),
        }
    }
    strategy
}

/// The choice that `value` names.
fn choice<T: Copy>(
    what: &Ident,
    value: &Ident,
    choices: &[(&'static str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let word = fold(&value.text);
    let found = choices.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice);
    if found.is_none() {
        let words: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        problems.push(
            Diagnostic::error(
                Code::UnknownStrategy,
                format!("`{value}` is nothing that `{what}` can do"),
                value.span,
                "unknown choice",
            )
            .did_you_mean(&value.text, words.iter().copied())
            .or_help(format!("write `{what} {}`", words.join(&format!("` or `{what} ")))),
        );
    }
    found
}
