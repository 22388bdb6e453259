//! Copies the rows of another server over several sessions side by side: each takes the next table.

use std::sync::mpsc::Sender;

use super::Told;
use super::board::Board;
use crate::artifact::manifest::{ScriptEntry, StagingEntry};
use crate::runner::bundle::Bundle;
use crate::runner::driver::Driver;
use crate::runner::failure::Result;
use crate::runner::progress::{Event, Progress};
use crate::runner::request::Request;
use crate::runner::stage::flow::Reader;
use crate::runner::stage::{self, Table};

/// One session that copies rows: a connection to either side.
pub(super) struct Copier<'a, 'b> {
    pub bundle: &'a Bundle,
    pub request: &'a Request,
    pub entries: &'a [StagingEntry],
    pub board: &'b Board<'a>,
    pub driver: &'b mut dyn Driver,
    pub reader: Box<dyn Reader>,
    pub tell: Sender<Told<'a>>,
}

impl Copier<'_, '_> {
    /// Copies one table after the other as long as there are any.
    pub(super) fn work(mut self) {
        while let Some(turn) = self.board.take() {
            self.board.measured(turn.script, 1);
            // Whoever listens does so until all sessions are gone.
            let _ = self.tell.send(Told::Started(turn.script));
            let result = self.table(turn.script);
            if let Some(done) = self.board.leave(turn.script, result) {
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
        let mut teller = Teller { board: self.board, tell: &self.tell };
        let board = self.board;
        let may_go_on = || !board.is_over(script) && board.reserve(1).is_some();
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
}

impl Progress for Teller<'_, '_> {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Batch { step } = event {
            self.board.did(1, 1);
            self.board.seen(vec![(*step).clone()]);
            let _ = self.tell.send(Told::Batch((*step).clone()));
        }
    }
}
