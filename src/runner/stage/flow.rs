//! Rows on their way, in pieces of bounded size: one thread reads the source while this one writes.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::artifact::manifest::StagingEntry;
use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, RowSet, Trouble};
use crate::runner::failure::{Failure, Result};

/// A piece is handed over once it has so many bytes. A row is never torn apart.
const PIECE: usize = 256 * 1024;

/// A piece of more bytes is one long row, of which there is room for one at a time.
const LONG: usize = 4 * 1024 * 1024;

/// Whole rows, as [`super::wire`] has them.
#[derive(Debug, Default)]
pub struct Piece {
    pub text: Vec<u8>,
    pub rows: u64,
}

/// What one table is read for.
#[derive(Clone, Debug)]
pub struct Journey<'a> {
    pub entry: &'a StagingEntry,
    /// The key of the last row that arrived.
    pub behind: Option<Vec<String>>,
    /// Rows of a batch; none if all rows are one batch.
    pub batch: Option<u64>,
}

impl Journey<'_> {
    /// The query for what has not arrived yet.
    #[must_use]
    pub fn query(&self) -> String {
        match &self.behind {
            None => self.entry.first.clone(),
            Some(key) => filled(&self.entry.after, key.iter().map(String::as_str)),
        }
    }
}

/// A statement with string literals between its pieces.
pub(in crate::runner) fn filled<'v>(pieces: &[String], values: impl Iterator<Item = &'v str>) -> String {
    let mut pieces = pieces.iter();
    let mut text = pieces.next().cloned().unwrap_or_default();
    for (value, piece) in values.zip(pieces) {
        text = format!("{text}'{}'{piece}", value.replace('\'', "''"));
    }
    text
}

/// Reads a source: all tables at one moment, where the engine has such a thing.
pub trait Reader: Send {
    /// Hands the rows over, and says how many rows the table has.
    fn read(&mut self, journey: &Journey<'_>, rows: &mut Rows<'_>) -> Result<u64>;

    /// What the server answers, at the same moment. A server that warns has cut a value, and its answer is none.
    fn ask(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        let _ = sql;
        Err(EngineError::new(Trouble::Other, "this engine is asked for rows only"))
    }
}

/// Where a reader puts rows.
#[derive(Debug)]
pub struct Rows<'a> {
    to: &'a SyncSender<Sent>,
    piece: Piece,
    batch: Option<u64>,
    /// Rows of the batch under way that were handed over.
    before: u64,
}

/// Nobody takes rows any more: the writer has failed, and says why.
#[derive(Clone, Copy, Debug)]
pub struct Unwanted;

impl Rows<'_> {
    /// The text that the next row is added to, without a line's end.
    pub fn line(&mut self) -> &mut Vec<u8> {
        &mut self.piece.text
    }

    /// The row is complete.
    pub fn end_row(&mut self) -> std::result::Result<(), Unwanted> {
        self.piece.text.push(b'\n');
        self.piece.rows += 1;
        let full = self.batch.is_some_and(|rows| self.before + self.piece.rows >= rows);
        if full || self.piece.text.len() >= PIECE { self.hand_over(full) } else { Ok(()) }
    }

    fn hand_over(&mut self, full: bool) -> std::result::Result<(), Unwanted> {
        let piece = std::mem::take(&mut self.piece);
        self.before = if full { 0 } else { self.before + piece.rows };
        if piece.rows == 0 {
            return Ok(());
        }
        let long = piece.text.len() > LONG;
        self.to.send(Sent::Rows(piece)).map_err(|_| Unwanted)?;
        // Taken once the piece before it is written: only short ones are read while others are under way.
        if long { self.to.send(Sent::Written).map_err(|_| Unwanted) } else { Ok(()) }
    }
}

#[derive(Debug)]
enum Sent {
    Rows(Piece),
    /// Nothing; a reader waits with it.
    Written,
    /// No more rows; the source has so many.
    End(u64),
    Failed(Box<Failure>),
}

/// The rows as they come.
#[derive(Debug)]
pub struct Arriving {
    from: Receiver<Sent>,
    next: Option<Sent>,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Rows,
    /// Nothing more; the source has so many rows.
    End(u64),
}

impl Arriving {
    fn wait(&mut self) {
        while matches!(self.next, None | Some(Sent::Written)) {
            self.next = self.from.recv().ok();
            if self.next.is_none() {
                return;
            }
        }
    }

    /// Waits until it is known what comes next.
    pub fn coming(&mut self) -> Result<Next> {
        self.wait();
        match self.next.take() {
            Some(Sent::Failed(failure)) => Err(failure),
            Some(Sent::End(count)) => {
                self.next = Some(Sent::End(count));
                Ok(Next::End(count))
            }
            Some(rows) => {
                self.next = Some(rows);
                Ok(Next::Rows)
            }
            None => Err(Failure::new(Code::ScriptRefused, "the reader of the source ended without a word")),
        }
    }

    /// Waits until it is known whether that was all: the number of rows that the source has, or none if
    /// more is to come. What went wrong behind these rows is heard with the next ones.
    pub fn ended(&mut self) -> Option<u64> {
        self.wait();
        match self.next {
            Some(Sent::End(count)) => Some(count),
            Some(Sent::Rows(_) | Sent::Written | Sent::Failed(_)) | None => None,
        }
    }

    /// The piece that [`Arriving::coming`] announced.
    pub fn piece(&mut self) -> Option<Piece> {
        match self.next.take() {
            Some(Sent::Rows(piece)) => Some(piece),
            other => {
                self.next = other;
                None
            }
        }
    }
}

/// Reads in a thread of its own while `write` takes what comes.
pub fn between<T>(
    reader: &mut dyn Reader,
    journey: &Journey<'_>,
    write: impl FnOnce(&mut Arriving) -> Result<T>,
) -> Result<T> {
    // One piece is read while another one is written; none waits between them.
    let (to, from) = sync_channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut rows = Rows { to: &to, piece: Piece::default(), batch: journey.batch, before: 0 };
            let last = match reader.read(journey, &mut rows) {
                Ok(count) => rows.hand_over(true).map(|()| Sent::End(count)),
                Err(failure) => Ok(Sent::Failed(failure)),
            };
            if let Ok(last) = last {
                // If nobody listens, the writer has failed already.
                let _ = to.send(last);
            }
        });
        let mut arriving = Arriving { from, next: None };
        write(&mut arriving)
    })
}
