//! The ledger's tables, which have the same columns on every server.

use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, RowSet, Session, Trouble};
use crate::runner::drivers::identity::ledger_table;
use crate::runner::state::{self, Ledger, StepRow, StepState, Undone};

/// Reads the ledger in one transaction, so that the run and its steps are of one moment. `begin`
/// is the statement that begins it.
pub(in crate::runner::drivers) fn read(
    session: &mut dyn Session,
    begin: &str,
    ledger: &str,
) -> Result<Option<Ledger>, EngineError> {
    session.query(begin)?;
    let found = read_tables(session, ledger);
    session.query("ROLLBACK")?;
    match found {
        // Without the table there is no ledger.
        Err(error) if error.trouble == Trouble::Missing => Ok(None),
        other => other,
    }
}

/// Columns that a ledger of any age has. What came later is read where it is there.
const RUN: [&str; 3] = ["plan", "fingerprint", "state"];
const STEP: [&str; 6] = ["step", "ordinal", "state", "rows_read", "rows_written", "batches"];

fn read_tables(session: &mut dyn Session, ledger: &str) -> Result<Option<Ledger>, EngineError> {
    let engine = session.engine();
    let run = session.query(&format!("SELECT * FROM {}", ledger_table(engine, ledger, "run")))?;
    let Some(row) = run.rows.first() else { return Ok(None) };
    has_all(&run, "run", &RUN)?;
    let steps = session.query(&format!("SELECT * FROM {}", ledger_table(engine, ledger, "step")));
    let set = steps.map_err(|error| match error.trouble {
        Trouble::Missing => incomplete("has no table `step`"),
        _ => error,
    })?;
    has_all(&set, "step", &STEP)?;
    let mut rows: Vec<_> = set.rows.iter().collect();
    rows.sort_by_cached_key(|row| (set.count(row, "ordinal"), set.text(row, "step")));
    let hashes = rows.iter().map(|row| (set.text(row, "step"), set.text(row, "hash")));
    // A second pass is part of its step, and what is copied is in the hash of every step.
    let hashes = hashes.filter(|(step, hash)| !hash.is_empty() && !step.ends_with("/second_pass")).collect();
    let steps = rows.into_iter().map(|row| step(&set, row)).collect::<Result<_, _>>()?;
    let text = |name| run.text(row, name);
    Ok(Some(Ledger {
        plan: text("plan"),
        fingerprint: text("fingerprint"),
        state: text("state"),
        format: run.count(row, "format").unwrap_or(state::LEDGER_FORMAT),
        steps,
        hashes,
    }))
}

fn has_all(set: &RowSet, table: &str, columns: &[&str]) -> Result<(), EngineError> {
    match columns.iter().find(|column| set.column(column).is_none()) {
        Some(column) => Err(incomplete(&format!("has no column `{column}` in its table `{table}`"))),
        None => Ok(()),
    }
}

/// The error of a ledger that lacks something.
pub(in crate::runner::drivers) fn incomplete(what: &str) -> EngineError {
    let (code, text) = (Code::LedgerIncomplete.id().to_owned(), format!("the ledger {what}"));
    EngineError::new(Trouble::Raised { code, text: text.clone() }, text)
}

fn step(set: &RowSet, row: &[crate::runner::driver::Value]) -> Result<StepRow, EngineError> {
    let (step, word) = (set.text(row, "step"), set.text(row, "state"));
    let count = |name| set.count(row, name).unwrap_or(0);
    let Some(state) = StepState::from_word(&word) else {
        let (code, text) = (
            Code::LedgerEdited.id().to_owned(),
            format!("step `{step}` is in the state `{word}`, which no script writes"),
        );
        return Err(EngineError::new(Trouble::Raised { code, text: text.clone() }, text));
    };
    Ok(StepRow {
        step,
        state,
        rows_read: count("rows_read"),
        rows_written: count("rows_written"),
        rows_skipped: count("rows_skipped"),
        rows_rejected: count("rows_rejected"),
        batches: count("batches"),
    })
}

/// What the undo tables hold, by table.
pub(in crate::runner::drivers) fn undo(
    session: &mut dyn Session,
    ledger: &str,
) -> Result<Vec<Undone>, EngineError> {
    let tables = session.query(&format!(
        "SELECT table_name AS name FROM information_schema.tables \
         WHERE table_schema = {} AND substring(table_name, 1, 5) = 'undo_' ORDER BY 1",
        literal(ledger)
    ))?;
    let mut undone = Vec::new();
    for row in &tables.rows {
        let name = tables.text(row, "name");
        let counts = session.query(&format!(
            "SELECT count(CASE WHEN undo_op = 'insert' THEN 1 END) AS removed, \
                    count(CASE WHEN undo_op = 'update' THEN 1 END) AS restored FROM {}.{}",
            quoted(ledger),
            quoted(&name)
        ))?;
        let count = |column| counts.rows.first().and_then(|row| counts.count(row, column)).unwrap_or(0);
        let table = name.strip_prefix("undo_").unwrap_or(&name).to_owned();
        undone.push(Undone { table, removed: count("removed"), restored: count("restored") });
    }
    Ok(undone)
}

/// An identifier in double quotes, which sessions of MySQL are pinned to understand.
pub(in crate::runner::drivers) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL; sessions are pinned to know no backslashes.
pub(in crate::runner::drivers) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
