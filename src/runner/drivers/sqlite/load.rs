use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::errors::classify;
use crate::artifact::manifest::{StagingColumn, StagingEntry};
use crate::runner::driver::{EngineError, Loaded, Loading, Trouble};
use crate::runner::stage::cells::{Cell, cell, fields, lines};
use crate::schema::SqlType;

/// One batch row by row and its mark, in one transaction.
pub(super) fn load(
    connection: &Connection,
    entry: &StagingEntry,
    batch: &mut dyn Loading,
) -> Result<u64, EngineError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| classify(&error));
    run("BEGIN IMMEDIATE")?;
    let written = write(connection, entry, batch);
    let ended = run(if matches!(written, Ok(1)) { "COMMIT" } else { "ROLLBACK" });
    let changed = written?;
    ended.map(|()| changed)
}

fn write(connection: &Connection, entry: &StagingEntry, batch: &mut dyn Loading) -> Result<u64, EngineError> {
    let refused = |error: rusqlite::Error| classify(&error);
    let marks = vec!["?"; entry.columns.len()].join(", ");
    let mut insert = connection.prepare_cached(&format!("{} ({marks})", entry.load)).map_err(refused)?;
    while let Some(piece) = batch.piece() {
        if piece.rows == 1 {
            let row = row(lines(&piece.text).next().unwrap_or_default(), entry)?;
            // A long row's text is as long as its values are.
            drop(piece);
            insert.execute(params_from_iter(row)).map_err(refused)?;
            continue;
        }
        for line in lines(&piece.text) {
            insert.execute(params_from_iter(row(line, entry)?)).map_err(refused)?;
        }
    }
    let Loaded::Mark(mark) = batch.mark() else { return Ok(0) };
    let changed = connection.execute(&mark, []).map_err(refused)?;
    Ok(changed as u64)
}

fn row(line: &[u8], entry: &StagingEntry) -> Result<Vec<Value>, EngineError> {
    let of = |(field, column): (&[u8], &StagingColumn)| value(cell(field, &column.to)?, &column.to);
    fields(line).zip(&entry.columns).map(of).collect()
}

/// A value in the storage class that its type has here.
fn value(cell: Cell, ty: &SqlType) -> Result<Value, EngineError> {
    let not_here = || EngineError::new(Trouble::Other, format!("a value is no {ty} of SQLite"));
    Ok(match cell {
        Cell::Null => Value::Null,
        Cell::Bytes(bytes) => Value::Blob(bytes),
        Cell::Number(digits) => Value::Integer(digits.parse().map_err(|_| not_here())?),
        Cell::Text(text) if matches!(ty, SqlType::Float { .. } | SqlType::Decimal(_)) => match text.parse() {
            Ok(number) => match ty {
                // The column makes whole decimals integers, as it does with those that are written there.
                SqlType::Decimal(_) => Value::Text(text),
                _ => Value::Real(number),
            },
            Err(_) => return Err(not_here()),
        },
        Cell::Text(text) => Value::Text(text),
    })
}
