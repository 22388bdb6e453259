//! What was done and taken back, in the ledger: rows are only added.

use super::Done;
use crate::runner::driver::{Driver, RowSet, Value};
use crate::runner::drivers::identity::{self, has_table, ledger_table};
use crate::runner::drivers::literal;
use crate::runner::failure::{Failure, Result};

pub(super) const DONE: &str = "done";
pub(super) const UNDONE: &str = "undone";

/// The ledger's table.
const TABLE: &str = "cutover";

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    step: String,
    done: Option<Done>,
}

/// When the step was done, if its last row says so.
pub(super) fn done(log: &[Entry], step: &str) -> Option<Done> {
    log.iter().rev().find(|entry| entry.step == step)?.done.clone()
}

/// All rows, oldest first; none where there is no such table.
pub(super) fn read(driver: &mut dyn Driver, ledger: &str) -> Result<Vec<Entry>> {
    let session = driver.session();
    let engine = session.engine();
    let sql = format!(
        "SELECT \"step\", \"state\", \"at\", \"second\", \"who\" FROM {} ORDER BY \"number\"",
        ledger_table(engine, ledger, TABLE)
    );
    let known = session
        .query(&has_table(engine, ledger, TABLE))
        .and_then(|set| if set.rows.is_empty() { Ok(RowSet::default()) } else { session.query(&sql) });
    let set = known.map_err(|error| Failure::from_engine(error).doing("reading the steps of the cutover"))?;
    Ok(set.rows.iter().map(|row| entry(&set, row)).collect())
}

fn entry(set: &RowSet, row: &[Value]) -> Entry {
    let who = set.column("who").and_then(|at| row.get(at)).is_some_and(|value| *value != Value::Null);
    let done = Done {
        at: set.text(row, "at"),
        second: set.count(row, "second").unwrap_or(0),
        who: who.then(|| set.text(row, "who")),
    };
    Entry { step: set.text(row, "step"), done: (set.text(row, "state") == DONE).then_some(done) }
}

/// Adds one row, by the target's clock.
pub(super) fn write(
    driver: &mut dyn Driver,
    ledger: &str,
    step: &str,
    state: &str,
    who: Option<&str>,
) -> Result<()> {
    let session = driver.session();
    let now = identity::now(session);
    let table = ledger_table(session.engine(), ledger, TABLE);
    let who = who.map_or("NULL".to_owned(), literal);
    let sql = format!(
        "INSERT INTO {table} (\"number\", \"step\", \"state\", \"at\", \"second\", \"who\") \
         SELECT coalesce(max(\"number\"), 0) + 1, {}, {}, {}, {}, {who} FROM {table}",
        literal(step),
        literal(state),
        literal(&now.at),
        now.second
    );
    let written = session.query(&sql).map(drop);
    written.map_err(|error| Failure::from_engine(error).doing("recording a step of the cutover"))
}
