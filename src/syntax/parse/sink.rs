use std::collections::BTreeSet;

use crate::base::{FileId, Span};
use crate::diagnostic::{Code, Diagnostic, Problems};

/// More errors than this in one file help nobody.
const MOST: usize = 50;

/// Where the errors of one file go: bounded, and with a memory of places that are already blamed,
/// so that one mistake does not yield a second message.
pub(super) struct Sink<'a> {
    problems: &'a mut Problems,
    pub(super) file: FileId,
    /// Ordered at all times: asking and telling alternate millions of times in a file of garbage.
    blamed: BTreeSet<usize>,
    count: usize,
}

impl<'a> Sink<'a> {
    pub(super) fn new(file: FileId, problems: &'a mut Problems) -> Self {
        Self { problems, file, blamed: BTreeSet::new(), count: 0 }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Takes an error in. The one after the last allowed becomes a note that there are more.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        if self.count <= MOST {
            self.problems.push(diagnostic);
        } else if self.count == MOST + 1 {
            let span = diagnostic.primary.map_or(Span::start_of(self.file), |label| label.span);
            let message = format!("there are more than {MOST} errors in this file");
            self.problems.push(
                Diagnostic::error(Code::TooBig, message, span, "the next one is here")
                    .help("mend the errors above first; the others show then"),
            );
        }
    }

    /// True if nothing more will be shown, so that looking for more is in vain.
    pub(super) fn is_full(&self) -> bool {
        self.count > MOST
    }

    /// Notes that the text at `offset` has had its message.
    pub(super) fn blame(&mut self, offset: usize) {
        self.blamed.insert(offset);
    }

    /// True if something from `start` up to and with `end` has had its message.
    pub(super) fn is_blamed(&self, start: usize, end: usize) -> bool {
        start <= end && self.blamed.range(start..=end).next().is_some()
    }
}
