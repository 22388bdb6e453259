use rusqlite::{Connection, Error, OptionalExtension as _, Row};

use super::errors::classify;
use super::script::quoted;
use crate::runner::driver::{EngineError, Trouble};
use crate::runner::state::{Ledger, StepRow, StepState, Undone};

/// Reads the ledger in one transaction, so that the run and its steps are of one moment.
pub(super) fn read(connection: &Connection, prefix: &str) -> Result<Option<Ledger>, EngineError> {
    if !has_table(connection, &format!("{prefix}run")).map_err(|error| classify(&error))? {
        return Ok(None);
    }
    connection.execute_batch("BEGIN").map_err(|error| classify(&error))?;
    let ledger = read_tables(connection, prefix);
    connection.execute_batch("ROLLBACK").map_err(|error| classify(&error))?;
    ledger
}

fn read_tables(connection: &Connection, prefix: &str) -> Result<Option<Ledger>, EngineError> {
    let sql = format!("SELECT plan, fingerprint, state FROM main.{}", quoted(&format!("{prefix}run")));
    let run: Option<(String, String, String)> = connection
        .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
        .map_err(|error| classify(&error))?;
    let Some((plan, fingerprint, state)) = run else { return Ok(None) };
    let steps = steps(connection, prefix).map_err(|error| classify(&error))?;
    let mut known = Vec::new();
    for (row, word) in steps {
        let state = StepState::from_word(&word).ok_or_else(|| {
            EngineError::new(Trouble::Other, format!("step `{}` is in the state `{word}`", row.step))
        })?;
        known.push(StepRow { state, ..row });
    }
    Ok(Some(Ledger { plan, fingerprint, state, steps: known }))
}

fn steps(connection: &Connection, prefix: &str) -> Result<Vec<(StepRow, String)>, Error> {
    let table = quoted(&format!("{prefix}step"));
    let sql = format!(
        "SELECT step, state, rows_read, rows_written, rows_skipped, batches, rows_rejected FROM main.{table} ORDER BY ordinal, step"
    );
    let mut statement = connection.prepare(&sql)?;
    statement.query_map([], step)?.collect()
}

fn step(row: &Row<'_>) -> Result<(StepRow, String), Error> {
    let count =
        |column| Ok::<_, Error>(row.get::<_, Option<i64>>(column)?.unwrap_or(0).max(0).unsigned_abs());
    let step = StepRow {
        step: row.get(0)?,
        state: StepState::Pending,
        rows_read: count(2)?,
        rows_written: count(3)?,
        rows_skipped: count(4)?,
        batches: count(5)?,
        rows_rejected: count(6)?,
    };
    Ok((step, row.get(1)?))
}

/// What the undo tables hold, by table.
pub(super) fn undo(connection: &Connection, prefix: &str) -> Result<Vec<Undone>, EngineError> {
    undo_tables(connection, &format!("{prefix}undo_")).map_err(|error| classify(&error))
}

fn undo_tables(connection: &Connection, prefix: &str) -> Result<Vec<Undone>, Error> {
    // No LIKE: a `_` in the prefix would match any character.
    let sql = "SELECT name FROM main.sqlite_master \
               WHERE type = 'table' AND substr(name, 1, length(?1)) = ?1 ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.query_map([prefix], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut undone = Vec::new();
    for name in names {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE undo_op = 'insert'), count(*) FILTER (WHERE undo_op = 'update') \
             FROM main.{}",
            quoted(&name)
        );
        let count = |row: &Row<'_>, column| Ok::<_, Error>(row.get::<_, i64>(column)?.unsigned_abs());
        let (removed, restored) =
            connection.query_row(&sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
        let table = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
        undone.push(Undone { table, removed, restored });
    }
    Ok(undone)
}

fn has_table(connection: &Connection, name: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?1";
    Ok(connection.query_row(sql, [name], |_| Ok(())).optional()?.is_some())
}
