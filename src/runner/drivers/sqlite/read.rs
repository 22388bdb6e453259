use std::io::Write as _;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Row};

use super::errors::classify;
use super::open;
use crate::artifact::manifest::{StagingColumn, StagingEntry};
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};
use crate::runner::stage::flow::{Journey, Reader, Rows};
use crate::runner::stage::wire::{put, put_bytes, put_null};
use crate::schema::SqlType;

/// A file whose rows are copied: all of them as they were when the first was read.
#[derive(Debug)]
pub struct Source {
    connection: Connection,
}

impl Source {
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, _) = open::look(path)?;
        connection.execute_batch("BEGIN").map_err(|error| Failure::from_engine(classify(&error)))?;
        Ok(Self { connection })
    }
}

impl Reader for Source {
    fn read(&mut self, journey: &Journey<'_>, rows: &mut Rows<'_>) -> Result<u64> {
        let entry = journey.entry;
        let failed = |error: Error| {
            Failure::from_engine(classify(&error)).doing(format!("reading `{}` at the source", entry.table))
        };
        let count =
            self.connection.query_row(&entry.count, [], |row| row.get::<_, i64>(0)).map_err(failed)?;
        let mut statement = self.connection.prepare(&journey.query()).map_err(failed)?;
        let mut found = statement.query([]).map_err(failed)?;
        while let Some(row) = found.next().map_err(failed)? {
            add(rows.line(), row, entry)?;
            if rows.end_row().is_err() {
                break;
            }
        }
        Ok(count.unsigned_abs())
    }
}

fn add(line: &mut Vec<u8>, row: &Row<'_>, entry: &StagingEntry) -> Result<()> {
    for (place, column) in entry.columns.iter().enumerate() {
        if place > 0 {
            line.push(b'\t');
        }
        let put = row
            .get_ref(place)
            .map_err(|_| "it cannot be read")
            .and_then(|value| add_value(line, value, column));
        put.map_err(|why| unfit(row, entry, column, why))?;
    }
    Ok(())
}

/// Adds a value in the one form of its column's type; or says why that is impossible. The engine holds
/// what it was given, whatever the type.
fn add_value(
    line: &mut Vec<u8>,
    value: ValueRef<'_>,
    column: &StagingColumn,
) -> std::result::Result<(), &'static str> {
    match (value, &column.from) {
        (ValueRef::Null, _) => put_null(line),
        (ValueRef::Integer(number), ty) if ty.is_numeric() || is_loose(ty) => add_shown(line, number),
        (ValueRef::Real(number), SqlType::Decimal(Some(size))) => {
            add_shown(line, format_args!("{number:.*}", size.scale as usize));
        }
        // The shortest digits that are this number and no other.
        (ValueRef::Real(number), SqlType::Decimal(None) | SqlType::Float { .. } | SqlType::Json { .. }) => {
            add_shown(line, format_args!("{number:?}"));
        }
        (ValueRef::Text(text), ty)
            if !ty.is_numeric() && !matches!(ty, SqlType::Bool | SqlType::Bytes { .. }) =>
        {
            let text = std::str::from_utf8(text).map_err(|_| "its bytes are not UTF-8")?;
            if text.contains('\0') {
                return Err("it has a NUL character");
            }
            put(line, text.as_bytes());
        }
        (ValueRef::Blob(bytes), SqlType::Bytes { .. }) => put_bytes(line, bytes),
        _ => return Err("it is not of its declared type"),
    }
    Ok(())
}

/// Types other than numbers of which an integer may be a value.
const fn is_loose(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Bool | SqlType::Json { .. })
}

fn add_shown(line: &mut Vec<u8>, shown: impl std::fmt::Display) {
    // Writing to a vector cannot fail.
    let _ = write!(line, "{shown}");
}

fn unfit(row: &Row<'_>, entry: &StagingEntry, column: &StagingColumn, why: &str) -> Box<Failure> {
    let key: Vec<String> = entry.key.iter().map(|place| shown(row, *place, entry)).collect();
    let place = if key.is_empty() { "a table without a key".to_owned() } else { key.join(", ") };
    Failure::new(
        Code::ValueUnfit,
        format!("a value of `{}.{}` cannot travel: {why}; the row: {place}", entry.table, column.name),
    )
    .help("repair it at the source, then run the same command again")
}

fn shown(row: &Row<'_>, place: usize, entry: &StagingEntry) -> String {
    let name = entry.columns.get(place).map_or("", |column| column.name.as_str());
    let value = match row.get_ref(place) {
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        Ok(ValueRef::Null | ValueRef::Blob(_)) | Err(_) => "?".to_owned(),
    };
    format!("{name} {value}")
}
