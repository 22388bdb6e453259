//! Names, texts and other words.

use crate::base::{Ident, Path};
use crate::syntax::ast::Text;

/// Words that are no column unless quoted or qualified; the grammar's `reserved`.
const NO_COLUMN: [&str; 26] = [
    "and", "or", "not", "in", "is", "like", "between", "case", "when", "then", "else", "end", "null", "true",
    "false", "where", "from", "group", "join", "on", "select", "default", "because", "batch", "key", "drop",
];

/// Words that end a table without an alias; the grammar's `alias_stop`.
const NO_ALIAS: [&str; 7] = ["where", "join", "left", "group", "on", "within", "one"];

/// Words that begin an item with a text behind them, as facts do.
const NO_FACT: [&str; 2] = ["import", "invariant"];

/// A name where any word can stand.
pub(super) fn name(ident: &Ident) -> String {
    name_unless(ident, &[])
}

/// A column without qualifier in an expression.
pub(super) fn column(ident: &Ident) -> String {
    name_unless(ident, &NO_COLUMN)
}

/// ` alias`, or nothing.
pub(super) fn alias(ident: Option<&Ident>) -> String {
    ident.map_or_else(String::new, |ident| format!(" {}", name_unless(ident, &NO_ALIAS)))
}

/// The name of a fact of the plan.
pub(super) fn fact(ident: &Ident) -> String {
    name_unless(ident, &NO_FACT)
}

/// Quotes only where the name needs them. A quoted name with capitals keeps its quotes: they ask
/// for this very spelling.
fn name_unless(ident: &Ident, words: &[&str]) -> String {
    let text = &ident.text;
    let mut chars = text.chars();
    let plain =
        chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic() || !c.is_ascii() && !ident.quoted)
            && chars.all(|c| c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii() && !ident.quoted);
    let capitals = ident.quoted && text.chars().any(char::is_uppercase);
    if plain && !capitals && !words.contains(&text.to_ascii_lowercase().as_str()) {
        return text.clone();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
}

pub(super) fn path(path: &Path) -> String {
    path.parts.iter().map(name).collect::<Vec<_>>().join(".")
}

pub(super) fn text(text: &Text) -> String {
    format!("\"{}\"", text.value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A string of an expression.
pub(super) fn string(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
