//! One side of a comparison: a table that is read as often as it has to be.

use std::thread;

use super::Ends;
use super::flow::{self, Arriving, Journey, Reader};
use super::rows::Rows;
use crate::artifact::manifest::StagingEntry;
use crate::runner::failure::Result;

/// A reader, and the table that it reads: all of its rows, as they were when the reader was opened.
pub(super) struct Side<'a> {
    pub(super) reader: &'a mut dyn Reader,
    pub(super) entry: &'a StagingEntry,
}

impl Side<'_> {
    /// Reads all rows in a thread of its own while they are looked at.
    pub(super) fn read<T>(&mut self, look: impl FnOnce(&mut Arriving) -> Result<T>) -> Result<T> {
        let journey = Journey { entry: self.entry, behind: None, batch: None };
        flow::between(self.reader, &journey, look)
    }

    pub(super) fn each(&mut self, look: &mut dyn FnMut(&[u8])) -> Result<()> {
        self.read(|arriving| {
            let mut rows = Rows::new(arriving);
            while rows.advance()? {
                look(rows.line());
            }
            Ok(())
        })
    }
}

/// Reads both sides at the same time.
pub(super) fn both<T: Send>(
    ends: &mut Ends<'_>,
    read: impl Fn(&mut Side<'_>) -> Result<T> + Sync,
) -> Result<(T, T)> {
    let (source, copy) = (&mut ends.source, &mut ends.copy);
    thread::scope(|scope| {
        let left = scope.spawn(|| read(source));
        let right = read(copy);
        // A thread that panicked is a fault of this program, which ends like any other one.
        let left = left.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((left?, right?))
    })
}
