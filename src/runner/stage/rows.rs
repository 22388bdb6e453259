//! The rows of a table as they arrive, one by one.

use super::flow::{Arriving, Next};
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};

/// The rows of one side, of which one is looked at.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    arriving: &'a mut Arriving,
    text: Vec<u8>,
    /// Where the row that is looked at begins and ends.
    from: usize,
    to: usize,
    pub(super) seen: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(arriving: &'a mut Arriving) -> Self {
        Self { arriving, text: Vec::new(), from: 0, to: 0, seen: 0 }
    }

    /// Goes on to the next row; `false` if there is none, and then as many were seen as the table has.
    pub(super) fn advance(&mut self) -> Result<bool> {
        self.from = if self.text.is_empty() { 0 } else { self.to + 1 };
        if self.from >= self.text.len() {
            crate::runner::interrupt::check().map_err(Failure::from_engine)?;
            // A long row is gone before the next one is read.
            self.text = Vec::new();
            match self.arriving.coming()? {
                Next::End(count) if count == self.seen => return Ok(false),
                Next::End(count) => return Err(uncounted(count, self.seen)),
                Next::Rows => {}
            }
            self.text = self.arriving.piece().map(|piece| piece.text).unwrap_or_default();
            self.from = 0;
        }
        let rest = &self.text[self.from..];
        self.to = self.from + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.seen += 1;
        Ok(true)
    }

    /// The row as it travels, without its end.
    pub(super) fn line(&self) -> &[u8] {
        &self.text[self.from..self.to]
    }
}

/// A proof that did not see all rows is none.
pub(super) fn uncounted(count: u64, seen: u64) -> Box<Failure> {
    Failure::new(Code::SourceChanged, format!("a table has {count} rows, and {seen} were read"))
        .help("stop what writes to it, and validate again")
}
