use mysql::prelude::Queryable as _;
use mysql::{Conn, Params, Value};

use super::errors::{classify, shown_warning};
use super::query;
use crate::artifact::manifest::StagingEntry;
use crate::base::hex;
use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, Loaded, Loading, Trouble};
use crate::runner::stage::cells::{Cell, cell, fields, lines};
use crate::schema::SqlType;

/// Bytes of one statement of many rows; a row that has more goes by itself.
const STATEMENT: usize = 512 * 1024;

/// Bytes of a packet that are not the row's.
const AROUND: usize = 4096;

/// One batch by statements of many rows and its mark, in one transaction.
pub(super) fn load(
    conn: &mut Conn,
    entry: &StagingEntry,
    batch: &mut dyn Loading,
) -> Result<u64, EngineError> {
    query(conn, "START TRANSACTION")?;
    let written = write(conn, entry, batch);
    let end = if matches!(written, Ok(1)) { "COMMIT" } else { "ROLLBACK" };
    let ended = query(conn, end);
    let changed = written?;
    ended.map(|_| changed)
}

fn write(conn: &mut Conn, entry: &StagingEntry, batch: &mut dyn Loading) -> Result<u64, EngineError> {
    let mut writer = Writer { most: packet(conn)?, conn, entry, text: String::new() };
    while let Some(piece) = batch.piece() {
        if piece.rows == 1 && writer.is_long(&piece.text) {
            let values = writer.values(lines(&piece.text).next().unwrap_or_default())?;
            // Its text is as long as the values are.
            drop(piece);
            writer.alone(values)?;
            continue;
        }
        for line in lines(&piece.text) {
            writer.row(line)?;
        }
        writer.flush()?;
    }
    let Loaded::Mark(mark) = batch.mark() else { return Ok(0) };
    query(conn, &mark)?;
    Ok(conn.affected_rows())
}

/// The most bytes that the server takes at once.
fn packet(conn: &mut Conn) -> Result<usize, EngineError> {
    let most: Option<usize> =
        conn.query_first("SELECT @@max_allowed_packet").map_err(|error| classify(&error))?;
    most.ok_or_else(|| EngineError::new(Trouble::Other, "the server does not say its max_allowed_packet"))
}

struct Writer<'c> {
    conn: &'c mut Conn,
    entry: &'c StagingEntry,
    most: usize,
    /// The statement under way, whole rows.
    text: String,
}

impl Writer<'_> {
    fn row(&mut self, line: &[u8]) -> Result<(), EngineError> {
        if self.is_long(line) {
            let values = self.values(line)?;
            return self.alone(values);
        }
        let before = self.text.len();
        let (first, separator) = if before == 0 { (self.entry.load.as_str(), " (") } else { ("", ", (") };
        self.text.push_str(first);
        self.text.push_str(separator);
        for (place, (field, column)) in fields(line).zip(&self.entry.columns).enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            spell(&mut self.text, &read(field, &column.to)?);
        }
        self.text.push(')');
        if self.text.len() >= STATEMENT.min(self.most / 2) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), EngineError> {
        if self.text.is_empty() {
            return Ok(());
        }
        self.conn.query_drop(&self.text).map_err(|error| classify(&error))?;
        self.text.clear();
        self.unchanged()
    }

    /// A row of its own statement: as hex, bytes are twice as many, and so may be quotes.
    fn is_long(&self, line: &[u8]) -> bool {
        line.len() > STATEMENT.min(self.most) / 4
    }

    fn values(&self, line: &[u8]) -> Result<Vec<Value>, EngineError> {
        let values = fields(line).zip(&self.entry.columns).map(|(field, column)| {
            Ok(match read(field, &column.to)? {
                Cell::Null => Value::NULL,
                Cell::Number(text) => number(&text),
                Cell::Text(text) => Value::Bytes(text.into_bytes()),
                Cell::Bytes(bytes) => Value::Bytes(bytes),
            })
        });
        values.collect()
    }

    /// A long row, whose values go as they are.
    fn alone(&mut self, values: Vec<Value>) -> Result<(), EngineError> {
        self.flush()?;
        let held = values.iter().map(|value| if let Value::Bytes(held) = value { held.len() } else { 0 });
        let bytes = AROUND + held.sum::<usize>();
        if bytes > self.most {
            return Err(self.too_large(bytes));
        }
        let marks = vec!["?"; values.len()].join(", ");
        let sql = format!("{} ({marks})", self.entry.load);
        self.conn.exec_drop(sql, Params::Positional(values)).map_err(|error| classify(&error))?;
        self.unchanged()
    }

    /// Strict as the session is, some values are still cut with no more than a note.
    fn unchanged(&mut self) -> Result<(), EngineError> {
        if self.conn.warnings() == 0 {
            return Ok(());
        }
        let set = query(self.conn, "SHOW WARNINGS")?;
        let said = set.rows.first().map(|row| (set.text(row, "Code"), set.text(row, "Message")));
        let (code, message) = said.unwrap_or_default();
        let said = shown_warning(&code, &message);
        let text = format!("the server changed a value of `{}`: {said}", self.entry.table);
        Err(raised(Code::ValueChanged, text))
    }

    fn too_large(&self, bytes: usize) -> EngineError {
        let text = format!(
            "a row of `{}` has {bytes} bytes, and the server takes {} at once (max_allowed_packet)",
            self.entry.table, self.most
        );
        raised(Code::RowTooLarge, text)
    }
}

/// A value as the server reads it without a loss: it takes a short float for a double first, and the digits that
/// say the largest ones are those of a larger double.
fn read(field: &[u8], ty: &SqlType) -> Result<Cell, EngineError> {
    let cell = cell(field, ty)?;
    let (Cell::Text(text), SqlType::Float { bits }) = (&cell, ty) else { return Ok(cell) };
    let number = if *bits == 32 { text.parse::<f32>().map(f64::from) } else { text.parse::<f64>() };
    Ok(number.map_or(cell, |number| Cell::Number(format!("{number:e}"))))
}

fn raised(code: Code, text: String) -> EngineError {
    EngineError::new(Trouble::Raised { code: code.id().to_owned(), text: text.clone() }, text)
}

/// A number for a statement that takes values instead of texts.
fn number(text: &str) -> Value {
    match (text.parse(), text.parse(), text.parse()) {
        (Ok(number), ..) => Value::Int(number),
        (_, Ok(number), _) => Value::UInt(number),
        (.., Ok(number)) => Value::Double(number),
        _ => Value::Bytes(text.as_bytes().to_vec()),
    }
}

/// A value as a literal, in a session where a backslash is itself.
fn spell(out: &mut String, cell: &Cell) {
    match cell {
        Cell::Null => out.push_str("NULL"),
        Cell::Number(text) => out.push_str(text),
        Cell::Text(text) => {
            out.push('\'');
            for (nth, part) in text.split('\'').enumerate() {
                if nth > 0 {
                    out.push_str("''");
                }
                out.push_str(part);
            }
            out.push('\'');
        }
        Cell::Bytes(bytes) => {
            out.push_str("x'");
            out.push_str(&hex(bytes));
            out.push('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_cannot_end_early() {
        let mut out = String::new();
        for text in ["", "'", "a''b", "\\'", "it's\n"] {
            spell(&mut out, &Cell::Text(text.to_owned()));
            out.push(' ');
        }
        spell(&mut out, &Cell::Bytes(vec![0, 39, 255]));
        assert_eq!(out, "'' '''' 'a''''b' '\\''' 'it''s\n' x'0027ff'");
    }
}
