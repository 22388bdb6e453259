//! One side of a comparison: a table that is read as often as it has to be.

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
