use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, Error, Statement};

use super::errors::classify;
use crate::runner::driver::{EngineError, RowSet, Run, Script, Value, Watch};
use crate::runner::interrupt;

/// Runs a script as a fresh `sqlite3` would: nothing of an earlier script is in the session, and a
/// transaction that the script leaves open is rolled back.
pub(super) fn run(connection: &Connection, script: Script<'_>, watch: &mut dyn Watch) -> Run {
    let mut run = Run::default();
    run.error = match fresh_session(connection) {
        Ok(()) => {
            let handle = connection.get_interrupt_handle();
            let _cancelled = interrupt::during(Box::new(move || handle.interrupt()));
            statements(connection, script.text, watch, &mut run.sets).err()
        }
        Err(error) => Some(classify(&error)),
    };
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        run.error.get_or_insert_with(|| classify(&error));
    }
    run
}

fn statements(
    connection: &Connection,
    script: &str,
    watch: &mut dyn Watch,
    sets: &mut Vec<RowSet>,
) -> Result<(), EngineError> {
    let text = pass_over_dot_commands(script);
    let mut batch = Batch::new(connection, &text);
    let mut from = 0;
    loop {
        let mut statement = match batch.next() {
            Ok(Some(statement)) => statement,
            Ok(None) => return Ok(()),
            Err(error) => {
                let line = line_of(&text, from);
                return Err(EngineError { line: Some(line), ..classify(&error) });
            }
        };
        // The batch does not say where it is; the statement's own text does.
        let length = statement.expanded_sql().map_or(0, |sql| sql.len());
        let start = statement.expanded_sql().and_then(|sql| text.get(from..)?.find(&sql)).unwrap_or(0) + from;
        let line = line_of(&text, start);
        from = start + length;
        let at = |error: EngineError| EngineError { line: Some(line), ..error };
        interrupt::check().map_err(at)?;
        watch.before(line).map_err(at)?;
        let rows = execute(&mut statement, sets);
        drop(statement);
        rows.map_err(|error| at(classify(&error)))?;
        watch.after(line).map_err(at)?;
    }
}

/// Runs one statement; rows that came before an error are kept.
fn execute(statement: &mut Statement<'_>, sets: &mut Vec<RowSet>) -> Result<(), Error> {
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let width = columns.len();
    let mut rows = statement.query([])?;
    if width == 0 {
        return rows.next().map(|_| ());
    }
    sets.push(RowSet { columns, rows: Vec::new() });
    while let Some(row) = rows.next()? {
        let values = (0..width).map(|column| row.get_ref(column).map(value)).collect::<Result<_, _>>()?;
        if let Some(set) = sets.last_mut() {
            set.rows.push(values);
        }
    }
    Ok(())
}

/// The rows of one statement.
pub(super) fn query(connection: &Connection, sql: &str) -> Result<RowSet, Error> {
    let mut sets = Vec::new();
    execute(&mut connection.prepare(sql)?, &mut sets)?;
    Ok(sets.pop().unwrap_or_default())
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Text(number.to_string()),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            Value::Text(String::from_utf8_lossy(text).into_owned())
        }
    }
}

/// Makes the session what a stock client's is: this library is built with foreign keys on, and
/// temporary objects of the last script would be in the way of the same script's next run.
fn fresh_session(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    let mut drops = Vec::new();
    let sql = "SELECT type, name FROM temp.sqlite_master \
               WHERE type IN ('table', 'view') AND name <> 'datamove_session' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut leftovers = connection.prepare(sql)?;
    let mut rows = leftovers.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        drops.push(format!("DROP {kind} temp.{}", quoted(&name)));
    }
    drop(rows);
    connection.execute_batch(&drops.join(";"))
}

/// An identifier in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Blanks the `sqlite3` commands before the first statement, keeping every line where it is.
fn pass_over_dot_commands(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut head = true;
    for line in script.split_inclusive('\n') {
        let start = line.trim_start();
        if head && start.starts_with('.') {
            text.push_str(&line[line.trim_end_matches(['\r', '\n']).len()..]);
            continue;
        }
        head = head && (start.is_empty() || start.starts_with("--"));
        text.push_str(line);
    }
    text
}

/// The line, from 1, of the first thing at or after `from` that is neither blank nor a comment.
fn line_of(text: &str, from: usize) -> u32 {
    let mut at = from.min(text.len());
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';').len();
        let rest = &rest[blank..];
        let comment = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            0
        };
        at += blank + comment;
        if comment == 0 {
            let before = text[..at].bytes().filter(|byte| *byte == b'\n').count();
            return u32::try_from(before + 1).unwrap_or(u32::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::driver::{NoWatch, Trouble};

    fn run_text(text: &str) -> Run {
        let connection = Connection::open_in_memory().unwrap();
        run(&connection, Script { path: "x.sql", text }, &mut NoWatch)
    }

    #[test]
    fn errors_name_the_line_of_their_statement() {
        let script = ".bail on\n-- a; comment\nCREATE TABLE t (a);\n\n/* two\nlines; */ INSERT INTO t\nVALUES (';');\n\n;\n-- x\nINSERT INTO u VALUES (1);\nSELECT 1;\n";
        let error = run_text(script).error.unwrap();
        assert_eq!((error.line, error.message.as_str()), (Some(11), "no such table: u"));
        let error = run_text("SELECT 1;\n\nSELEC 2;").error.unwrap();
        assert_eq!(error.line, Some(3));
    }

    #[test]
    fn constraint_errors_name_the_line_of_their_statement() {
        let script = "CREATE TABLE t (a, CONSTRAINT \"datamove DM9999: no\" CHECK (a > 0));\nINSERT INTO t VALUES (1);\n\nINSERT INTO t\nVALUES (0);";
        let error = run_text(script).error.unwrap();
        assert_eq!(error.line, Some(4));
        assert_eq!(error.trouble, Trouble::Raised { code: "DM9999".to_owned(), text: "no".to_owned() });
    }

    #[test]
    fn rows_before_an_error_are_kept() {
        let run = run_text("SELECT 1 AS a, 'x' AS b, NULL AS c;\nSELECT * FROM nowhere;");
        assert!(run.error.is_some());
        assert_eq!(run.sets[0].columns, ["a", "b", "c"]);
        assert_eq!(run.sets[0].rows, [[Value::Int(1), Value::Text("x".to_owned()), Value::Null]]);
    }

    #[test]
    fn every_run_finds_a_fresh_session() {
        let connection = Connection::open_in_memory().unwrap();
        let text = "PRAGMA foreign_keys = ON;\nCREATE TEMP TABLE t (a);\nCREATE TEMP VIEW v AS SELECT a FROM t;\nBEGIN;\nINSERT INTO t VALUES (1);";
        for _ in 0..3 {
            assert_eq!(run(&connection, Script { path: "x.sql", text }, &mut NoWatch).error, None);
            assert!(connection.is_autocommit());
        }
        let script = Script { path: "x.sql", text: "PRAGMA foreign_keys" };
        assert_eq!(run(&connection, script, &mut NoWatch).sets[0].rows, [[Value::Int(0)]]);
    }

    #[test]
    fn an_open_transaction_is_rolled_back_after_an_error() {
        let connection = Connection::open_in_memory().unwrap();
        let text = "CREATE TABLE t (a);\nBEGIN;\nINSERT INTO t VALUES (1);\nSELECT * FROM nowhere;\nCOMMIT;";
        assert!(run(&connection, Script { path: "x.sql", text }, &mut NoWatch).error.is_some());
        let count: i64 = connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0);
    }
}
