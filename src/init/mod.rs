//! A first plan out of two schemas: what has equal names is paired, and what could not be is left
//! open, so that `check` reports it and a `TODO` beside it says what to write.
//!
//! Pure: schemas in, canonical text out.

mod pair;
mod write;

use crate::base::Sources;
use crate::diagnostic::Problems;
use crate::schema::Catalog;
use crate::syntax;

/// One side of the plan to be.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The plan's name for the side.
    pub name: &'a str,
    /// The DDL file, relative to the plan's folder, with `/`.
    pub file: &'a str,
    pub catalog: &'a Catalog,
}

/// A first plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// In the canonical format.
    pub text: String,
    /// How many moves it has.
    pub moves: usize,
    /// How many `TODO` lines it has.
    pub open: usize,
}

/// Writes the first plan that moves `source` to `target`.
///
/// # Errors
/// What is wrong with a name of the schemas that no plan can hold, such as one with a line break.
pub fn draft(plan: &str, source: Side<'_>, target: Side<'_>) -> Result<Draft, String> {
    let written = write::plan(plan, source, target);
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let file = sources.add("init.plan", written.text);
    let parsed = syntax::parse(&sources, file, &mut problems);
    if let Some(problem) = problems.sorted().first() {
        return Err(problem.message.clone());
    }
    Ok(Draft { text: syntax::print(&sources, &parsed), moves: written.moves, open: written.open })
}

/// Turns any text into a plan's name: `Shop v2.plan` without its ending is `shop_v2`.
#[must_use]
pub fn plan_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        if c != '_' || !name.ends_with('_') {
            name.push(c);
        }
    }
    let name: String = name.trim_matches('_').chars().take(crate::resolve::LONGEST_PLAN_NAME).collect();
    // A name of the language begins with a letter.
    match name.chars().next() {
        None => "plan".to_owned(),
        Some(first) if first.is_ascii_digit() => plan_name(&format!("plan_{name}")),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests;
