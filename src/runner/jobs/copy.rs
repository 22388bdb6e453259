//! Copies the rows of another server over several sessions side by side: each takes the next table.

use std::sync::mpsc::Sender;

use super::Told;
use super::board::Board;
use crate::artifact::manifest::{ScriptEntry, StagingEntry};
use crate::runner::attempt::Attempts;
use crate::runner::bundle::Bundle;
use crate::runner::driver::Driver;
use crate::runner::failure::Result;
use crate::runner::progress::{Event, Progress};
use crate::runner::request::{Request, script_failure};
use crate::runner::stage::flow::Reader;
use crate::runner::stage::{self, Table};
use crate::runner::throttle::{Governor, Waiting};

/// One session that copies rows: a connection to either side.
pub(super) struct Copier<'a, 'b> {
    pub bundle: &'a Bundle,
    pub request: &'a Request,
    pub entries: &'a [StagingEntry],
    pub board: &'b Board<'a>,
    pub driver: &'b mut dyn Driver,
    pub reader: Box<dyn Reader>,
    pub tell: Sender<Told<'a>>,
    pub governor: &'b Governor,
    pub attempts: &'b Attempts,
}

impl Copier<'_, '_> {
    /// Copies one table after the other as long as there are any.
    pub(super) fn work(mut self) {
        while let Some(turn) = self.board.take() {
            self.board.measured(turn.script, 1);
            self.attempts.began(self.driver, turn.script);
            // Whoever listens does so until all sessions are gone.
            let _ = self.tell.send(Told::Started(turn.script));
            let result = self.table(turn.script);
            let outcome = result.as_ref().map_or_else(|failure| failure.code.id(), |()| "stopped");
            if let Some(done) = self.board.leave(turn.script, result) {
                self.attempts.ended(self.driver, turn.script, if done { "done" } else { outcome });
                let _ = self.tell.send(Told::Ended(turn.script, done));
            }
        }
    }

    fn table(&mut self, script: &ScriptEntry) -> Result<()> {
        let entry = self.entries.iter().find(|entry| script.steps.contains(&entry.step));
        let (Some(entry), Some(step)) = (entry, self.board.of(script).into_iter().next()) else {
            return Ok(());
        };
        let behind = stage::behind(self.driver, entry)?;
        let rows = self.request.batch_rows.unwrap_or(entry.rows).max(1);
        let mut table = Table { bundle: self.bundle, entry, step, behind, rows, refused: None };
        let read = table.step.rows_read;
        let mut teller = Teller { board: self.board, tell: &self.tell, governor: self.governor, read };
        let (board, governor, tell) = (self.board, self.governor, &self.tell);
        let may_go_on = |driver: &mut dyn Driver| {
            let mut say = |waiting: Waiting<'_>| {
                let _ = tell.send(Told::Waits(waiting.into()));
            };
            governor.admit(driver, &mut say).map_err(|error| script_failure(script, error, None))?;
            Ok(!board.is_over(script) && board.reserve(1).is_some())
        };
        // Where a row is not refused any more when it comes alone, the copying goes on.
        while let Err(failure) = table.copy(self.reader.as_mut(), self.driver, &may_go_on, &mut teller) {
            table.narrow(self.reader.as_mut(), self.driver, &mut teller, failure)?;
        }
        // The last step may have been no batch.
        self.board.seen(vec![table.step]);
        Ok(())
    }
}

/// Says how far one table is, to the board and to whoever listens to the run.
struct Teller<'a, 'b> {
    board: &'b Board<'a>,
    tell: &'b Sender<Told<'a>>,
    governor: &'b Governor,
    /// Rows that had arrived before the batch.
    read: u64,
}

impl Progress for Teller<'_, '_> {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Batch { step } = event {
            self.board.did(1, 1);
            self.governor.moved(step.rows_read.saturating_sub(self.read));
            self.read = step.rows_read;
            self.board.seen(vec![(*step).clone()]);
            let _ = self.tell.send(Told::Batch((*step).clone()));
        }
    }
}
