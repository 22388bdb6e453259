use rusqlite::{Connection, Error, OptionalExtension as _, Row};

use super::errors::classify;
use super::script::quoted;
use crate::runner::driver::EngineError;
use crate::runner::state::Undone;

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

/// True if the file has that table.
pub(super) fn has(connection: &Connection, name: &str) -> Result<bool, EngineError> {
    has_table(connection, name).map_err(|error| classify(&error))
}

fn has_table(connection: &Connection, name: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?1";
    Ok(connection.query_row(sql, [name], |_| Ok(())).optional()?.is_some())
}
