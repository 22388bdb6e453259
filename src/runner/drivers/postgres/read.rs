use std::fmt;
use std::ops::ControlFlow;

use super::client::Client;
use super::errors::classify;
use super::open::Door;
use super::{PINS, query};
use crate::runner::driver::{EngineError, RowSet, Trouble};
use crate::runner::drivers::server::ledger::literal;
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use crate::runner::stage::flow::{Journey, Reader, Rows};

/// The transaction waits for as long as the target's batches do, also for a run that is paused.
const PATIENT: &str = "SET idle_in_transaction_session_timeout = '24h'";

/// A database whose rows are copied: all of them as they were when it was opened.
pub struct Source {
    client: Client,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").finish_non_exhaustive()
    }
}

impl Source {
    pub fn open(server: &Server) -> Result<Self> {
        let mut client = Door::of(server)?.open()?;
        for sql in [PINS, PATIENT, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"] {
            query(&mut client, sql).map_err(Failure::from_engine)?;
        }
        Ok(Self { client })
    }

    /// Readers with one snapshot, which the first of them has exported.
    pub fn several(server: &Server, number: usize) -> Result<Vec<Self>> {
        let door = Door::of(server)?;
        let mut first = Self::open(server)?;
        let exported = query(&mut first.client, "SELECT pg_export_snapshot() AS name");
        let exported = exported.map_err(Failure::from_engine)?;
        let name = exported.rows.first().map(|row| exported.text(row, "name")).unwrap_or_default();
        let mut readers = vec![first];
        for _ in 1..number {
            let mut client = door.open()?;
            let same = format!("SET TRANSACTION SNAPSHOT {}", literal(&name));
            for sql in [PINS, PATIENT, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &same] {
                query(&mut client, sql).map_err(Failure::from_engine)?;
            }
            readers.push(Self { client });
        }
        Ok(readers)
    }

    fn count(&mut self, sql: &str) -> std::result::Result<u64, EngineError> {
        let set = query(&mut self.client, sql)?;
        let counted = set.rows.first().and_then(|row| set.count(row, "count"));
        counted.ok_or_else(|| EngineError::new(Trouble::Other, "the source did not say how many rows it has"))
    }
}

impl Reader for Source {
    fn ask(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        query(&mut self.client, sql)
    }

    fn read(&mut self, journey: &Journey<'_>, rows: &mut Rows<'_>) -> Result<u64> {
        let failed = |error: EngineError| {
            Failure::from_engine(error).doing(format!("reading `{}` at the source", journey.entry.table))
        };
        let count = self.count(&journey.entry.count).map_err(failed)?;
        let read = self.client.copy_out(&journey.query(), |part, whole| {
            // No value has a line's end that is not escaped.
            for line in part.split_inclusive(|byte| *byte == b'\n') {
                let end = line.strip_suffix(b"\n");
                let text = rows.line();
                if end.is_none() && text.is_empty() {
                    // A vector that grows by itself is copied on its way, and twice as long in the end.
                    text.reserve_exact(whole.max(line.len()));
                }
                text.extend_from_slice(end.unwrap_or(line));
                if end.is_some() && rows.end_row().is_err() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        read.map_err(|error| failed(classify(&error)))?;
        Ok(count)
    }
}
