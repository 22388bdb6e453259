//! How much there is of each table: rows, bytes, and the ends of the key.

use std::collections::BTreeMap;

use super::{Queried, mysql, postgres, sqlite, text};
use crate::base::Engine;
use crate::dialect::identifier;
use crate::runner::driver::{RowSet, Session};
use crate::runner::failure::{Failure, Result};
use crate::schema::{Catalog, SqlType, Table};
use crate::schema::{KeyRange, Stats, TableStats, rounded};

/// Tables of no more bytes are counted, which takes no time.
const SMALL: u64 = 16 << 20;

/// What the engine says about a table without looking at its rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Figures {
    /// `None`: it was never estimated, or the engine does not estimate.
    pub(super) rows: Option<u64>,
    pub(super) table_bytes: Option<u64>,
    pub(super) index_bytes: Option<u64>,
}

/// By schema and name.
pub(super) type AllFigures = BTreeMap<(Option<String>, String), Figures>;

/// The volumes of the catalog's tables. `exact`: every row is counted; else only small tables are,
/// and those that the engine has no estimate for.
pub fn stats(session: &mut dyn Session, catalog: &Catalog, exact: bool) -> Result<Stats> {
    gather(session, catalog, exact)
        .map_err(|error| Failure::from_engine(error).doing("reading how much there is of each table"))
}

fn gather(session: &mut dyn Session, catalog: &Catalog, exact: bool) -> Queried<Stats> {
    let figures = match session.engine() {
        Engine::Sqlite => sqlite::figures(session)?,
        Engine::Postgres => postgres::figures(session)?,
        Engine::Mysql => mysql::figures(session)?,
    };
    let mut tables = Vec::with_capacity(catalog.tables.len());
    for table in &catalog.tables {
        let known = figures.get(&(table.schema.clone(), table.name.clone())).copied().unwrap_or_default();
        tables.push(of_table(session, table, known, exact)?);
    }
    Ok(Stats::new(catalog.engine, tables))
}

fn of_table(session: &mut dyn Session, table: &Table, known: Figures, exact: bool) -> Queried<TableStats> {
    let counted = match known.rows {
        Some(rows) if !exact && known.table_bytes.is_none_or(|bytes| bytes > SMALL) => Err(rounded(rows)),
        _ => Ok(count(session, table)?),
    };
    let (Ok(rows) | Err(rows)) = counted;
    let row_bytes = known.table_bytes.filter(|_| rows > 0).map(|bytes| rounded((bytes / rows).max(1)));
    Ok(TableStats {
        schema: table.schema.clone(),
        name: table.name.clone(),
        rows,
        exact: counted.is_ok(),
        table_bytes: known.table_bytes.map(rounded),
        index_bytes: known.index_bytes.map(rounded),
        row_bytes,
        key: key_range(session, table)?,
    })
}

fn name(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", identifier(schema), identifier(&table.name)),
        None => identifier(&table.name).to_string(),
    }
}

fn count(session: &mut dyn Session, table: &Table) -> Queried<u64> {
    let rows = session.query(&format!("SELECT count(*) FROM {}", name(table)))?;
    Ok(first(&rows, 0).parse().unwrap_or(0))
}

/// The ends of the primary key's first column, which its index knows.
fn key_range(session: &mut dyn Session, table: &Table) -> Queried<Option<KeyRange>> {
    let Some(column) = table.primary_key_columns().first().map(|index| table.column(*index)) else {
        return Ok(None);
    };
    let shown = match column.ty {
        SqlType::Int { .. }
        | SqlType::Unsigned { .. }
        | SqlType::Decimal(_)
        | SqlType::Date
        | SqlType::Timestamp { .. } => true,
        SqlType::Bool
        | SqlType::Float { .. }
        | SqlType::Text { .. }
        | SqlType::Bytes { .. }
        | SqlType::Time { .. }
        | SqlType::Interval
        | SqlType::Uuid
        | SqlType::Json { .. }
        | SqlType::Enum { .. }
        | SqlType::Array(_)
        | SqlType::Opaque(_) => false,
    };
    if !shown {
        return Ok(None);
    }
    let key = identifier(&column.name);
    // Where values need not be of the declared type, a text may stand in the column.
    let only = if session.engine().is_dynamically_typed() {
        format!(" WHERE typeof({key}) IN ('integer', 'real')")
    } else {
        String::new()
    };
    let rows = session.query(&format!("SELECT min({key}), max({key}) FROM {}{only}", name(table)))?;
    let (min, max) = (first(&rows, 0), first(&rows, 1));
    Ok((!min.is_empty()).then(|| KeyRange { column: column.name.clone(), min, max }))
}

fn first(rows: &RowSet, column: usize) -> String {
    rows.rows.first().map(|row| text(row, column)).unwrap_or_default()
}

/// Rows of schema, name, rows, bytes of the table, bytes of its indexes.
pub(super) fn read(rows: &RowSet) -> AllFigures {
    let number = |text: String| text.parse::<u64>().ok();
    let one = |row: &Vec<_>| {
        let schema = Some(text(row, 0)).filter(|schema| !schema.is_empty());
        let figures = Figures {
            rows: number(text(row, 2)),
            table_bytes: number(text(row, 3)),
            index_bytes: number(text(row, 4)),
        };
        ((schema, text(row, 1)), figures)
    };
    rows.rows.iter().map(one).collect()
}
