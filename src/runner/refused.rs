//! A row that the target refuses: named by its key, and by what it breaks.

use super::driver::{Driver, EngineError, Session, Value};
use super::failure::Failure;
use super::stage::flow::filled;
use crate::artifact::manifest::{NextRow, ScriptEntry};
use crate::diagnostic::Code;

/// A batch of one row failed: which row that is. Where the key cannot be read, the failure stays as it was.
pub(super) fn row(
    driver: &mut dyn Driver,
    next: &NextRow,
    script: &ScriptEntry,
    failure: Box<Failure>,
) -> Box<Failure> {
    match named_key(driver.session(), next) {
        Some(key) => {
            let step = script.steps.first().map_or("", String::as_str);
            named(*failure, step, key).help(
                "mend the row in the source or leave it out by the plan's `where`, and run the same command again; a changed plan, \
                 or rows that were copied before, need a rollback first",
            )
        }
        None => failure,
    }
}

/// The failure with the row that it is about.
pub(super) fn named(mut failure: Failure, step: &str, key: Vec<(String, String)>) -> Box<Failure> {
    let said = std::mem::take(&mut failure.message);
    let raised = failure.engine.is_none().then_some(said);
    let mut named = Failure::new(Code::RowRefused, format!("the target refuses a row of the step `{step}`"));
    named.engine = failure.engine.take().or(raised);
    named.row = failure.row.take().map(|row| Box::new(super::failure::Refused { key, ..*row }));
    named.at = failure.at.take();
    named.doing = failure.doing.take();
    named.or_state("the rows before it are in the target; the batch with this row was rolled back")
}

/// The key behind the checkpoint, by columns; of what is personal only that it is.
pub(super) fn named_key(session: &mut dyn Session, next: &NextRow) -> Option<Vec<(String, String)>> {
    let values = key(session, next).ok().filter(|values| values.len() == next.key.len())?;
    let shown = |(name, value): (&String, String)| (name.clone(), masked(name, value, &next.personal));
    Some(next.key.iter().zip(values).map(shown).collect())
}

pub(super) fn masked(column: &str, value: String, personal: &[String]) -> String {
    if personal.iter().any(|one| one == column) { "***".to_owned() } else { value }
}

/// The key behind the checkpoint.
fn key(session: &mut dyn Session, next: &NextRow) -> std::result::Result<Vec<String>, EngineError> {
    let behind = texts(session.query(&next.checkpoint)?.rows);
    let query = match behind {
        Some(key) => filled(&next.after, key.iter().map(String::as_str)),
        None => next.first.clone(),
    };
    Ok(texts(session.query(&query)?.rows).unwrap_or_default())
}

/// The values of the first row; none if there is no row, or a NULL in it.
fn texts(rows: Vec<Vec<Value>>) -> Option<Vec<String>> {
    let row = rows.into_iter().next()?;
    row.into_iter()
        .map(|value| match value {
            Value::Text(text) => Some(text),
            Value::Int(number) => Some(number.to_string()),
            Value::Null => None,
        })
        .collect()
}
