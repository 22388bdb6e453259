use std::fmt;
use std::io::Write as _;

use mysql::prelude::Queryable as _;
use mysql::{Conn, Error, Value};

use super::errors::classify;
use super::open::Door;
use super::{PINS, query};
use crate::artifact::manifest::StagingColumn;
use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, RowSet, Trouble};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use crate::runner::stage::flow::{Journey, Reader, Rows};
use crate::runner::stage::wire::{put, put_bytes, put_null};
use crate::schema::{SqlType, is_geometry};

/// A server whose rows are copied: those of transactional tables as they were when it was opened.
pub struct Source {
    conn: Conn,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").finish_non_exhaustive()
    }
}

impl Source {
    pub fn open(server: &Server) -> Result<Self> {
        let mut conn = Door::of(server)?.open()?;
        let begin = [
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            // A reader that waits for the target is not taken for a dead one.
            "SET SESSION net_write_timeout = 3600",
            // The text of a bucket of rows; a longer one is an error.
            "SET SESSION group_concat_max_len = 1073741824",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ];
        for sql in PINS.into_iter().chain(begin) {
            query(&mut conn, sql).map_err(Failure::from_engine)?;
        }
        Ok(Self { conn })
    }

    /// Readers whose snapshots are of one moment, because nobody can write these tables while they are taken. That is
    /// short, but waits for transactions that have written; it needs the right LOCK TABLES.
    pub fn several(server: &Server, tables: &[&str], number: usize) -> Result<Vec<Self>> {
        let mut keeper = Door::of(server)?.open()?;
        let locked: Vec<String> = tables.iter().map(|table| format!("{table} READ")).collect();
        let lock = format!("LOCK TABLES {}", locked.join(", "));
        // Writers queue behind a lock that is waited for, so it is not waited for long.
        for sql in PINS.into_iter().chain(["SET SESSION lock_wait_timeout = 5", &lock]) {
            query(&mut keeper, sql).map_err(Failure::from_engine)?;
        }
        (0..number).map(|_| Self::open(server)).collect()
    }

    fn count(&mut self, sql: &str) -> std::result::Result<u64, EngineError> {
        let set = query(&mut self.conn, sql)?;
        let name = set.columns.first().cloned().unwrap_or_default();
        let counted = set.rows.first().and_then(|row| set.count(row, &name));
        counted.ok_or_else(|| EngineError::new(Trouble::Other, "the source did not say how many rows it has"))
    }
}

impl Reader for Source {
    fn ask(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        let set = query(&mut self.conn, sql)?;
        if self.conn.warnings() == 0 {
            return Ok(set);
        }
        let warned = query(&mut self.conn, "SHOW WARNINGS")?;
        let said = warned.rows.first().map(|row| warned.text(row, "Message")).unwrap_or_default();
        Err(EngineError::new(Trouble::Other, said))
    }

    fn read(&mut self, journey: &Journey<'_>, rows: &mut Rows<'_>) -> Result<u64> {
        let entry = journey.entry;
        let failed = |error: EngineError| {
            Failure::from_engine(error).doing(format!("reading `{}` at the source", entry.table))
        };
        let refused = |error: Error| failed(classify(&error));
        let count = self.count(&entry.count).map_err(failed)?;
        // A prepared statement sends numbers as they are, not as somebody's digits.
        for row in self.conn.exec_iter(journey.query(), ()).map_err(refused)? {
            let values = row.map_err(refused)?.unwrap_raw();
            let line = rows.line();
            for (place, (value, column)) in values.iter().zip(&entry.columns).enumerate() {
                if place > 0 {
                    line.push(b'\t');
                }
                add_value(line, value.as_ref().unwrap_or(&Value::NULL), column)
                    .map_err(|why| unfit(&entry.table, column, why))?;
            }
            if rows.end_row().is_err() {
                break;
            }
        }
        Ok(count)
    }
}

/// Adds a value in the one form of its column's type.
fn add_value(
    line: &mut Vec<u8>,
    value: &Value,
    column: &StagingColumn,
) -> std::result::Result<(), &'static str> {
    match value {
        Value::NULL => put_null(line),
        Value::Bytes(bytes) if matches!(column.to, SqlType::Bytes { .. }) || is_geometry(&column.to) => {
            put_bytes(line, bytes);
        }
        Value::Bytes(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| "its bytes are not UTF-8")?;
            if text.contains('\0') {
                return Err("it has a NUL character");
            }
            put(line, text.as_bytes());
        }
        Value::Int(number) => add_shown(line, number),
        Value::UInt(number) => add_shown(line, number),
        // The shortest digits that are this number and no other.
        Value::Float(number) => add_shown(line, format_args!("{number:?}")),
        Value::Double(number) => add_shown(line, format_args!("{number:?}")),
        Value::Date(year, month, day, ..) if column.from == SqlType::Date => {
            add_shown(line, format_args!("{year:04}-{month:02}-{day:02}"));
        }
        Value::Date(year, month, day, hour, minute, second, micros) => {
            add_shown(line, format_args!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"));
            add_fraction(line, *micros);
        }
        Value::Time(false, 0, hour, minute, second, micros) => {
            add_shown(line, format_args!("{hour:02}:{minute:02}:{second:02}"));
            add_fraction(line, *micros);
        }
        Value::Time(..) => return Err("it is not a time of day"),
    }
    Ok(())
}

/// The digits of a second that say something.
fn add_fraction(line: &mut Vec<u8>, micros: u32) {
    if micros > 0 {
        add_shown(line, format_args!(".{}", format!("{micros:06}").trim_end_matches('0')));
    }
}

fn add_shown(line: &mut Vec<u8>, shown: impl fmt::Display) {
    // Writing to a vector cannot fail.
    let _ = write!(line, "{shown}");
}

fn unfit(table: &str, column: &StagingColumn, why: &str) -> Box<Failure> {
    Failure::new(Code::ValueUnfit, format!("a value of `{table}.{}` cannot travel: {why}", column.name))
        .help("repair it at the source, then run the same command again")
}
