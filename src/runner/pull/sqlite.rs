//! SQLite keeps the statements themselves.

use super::stats::{self, AllFigures};
use super::{LEDGERS, Part, Queried, ended, text};
use crate::dialect::identifier;
use crate::runner::driver::Session;

pub(super) fn parts(session: &mut dyn Session, schemas: &[String]) -> Queried<Vec<Part>> {
    let main = ["main".to_owned()];
    let schemas = if schemas.is_empty() { &main } else { schemas };
    schemas.iter().map(|schema| part(session, schema)).collect()
}

/// The statements of one file, tables first, by name. What the engine made for itself has no text.
fn part(session: &mut dyn Session, schema: &str) -> Queried<Part> {
    let rows = session.query(&format!(
        "SELECT sql, tbl_name FROM {}.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY type = 'table' DESC, type, name",
        identifier(schema)
    ))?;
    let own = rows.rows.iter().filter(|row| !text(row, 1).starts_with(LEDGERS));
    let statements: Vec<String> = own.map(|row| text(row, 0)).collect();
    Ok(Part { namespace: None, text: ended(&statements) })
}

/// Bytes by table, where the library was built to tell; it never estimates rows.
pub(super) fn figures(session: &mut dyn Session) -> Queried<AllFigures> {
    let rows = session.query(
        "SELECT NULL, m.tbl_name, NULL, sum(s.bytes) FILTER (WHERE m.type = 'table'), \
         coalesce(sum(s.bytes) FILTER (WHERE m.type = 'index'), 0) FROM sqlite_schema m JOIN (SELECT name, \
         sum(pgsize) AS bytes FROM dbstat GROUP BY name) s ON s.name = m.name GROUP BY m.tbl_name",
    );
    Ok(rows.map(|rows| stats::read(&rows)).unwrap_or_default())
}
