//! Moves rows over several sessions side by side: the scripts of one wave, and ranges of one script's key.
//!
//! The sessions share nothing but the ledger. A script takes the first range that nobody is at, so it does not
//! matter who runs it, how many do, or whether somebody was killed; the board only sees to it that there are no more
//! hands than there is work.

mod board;
mod copy;
mod hand;
mod helpers;

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::attempt::Attempts;
use super::bundle::Bundle;
use super::driver::Driver;
use super::failure::Result;
use super::progress::{Event, Progress};
use super::request::Request;
use super::stage::flow::Reader;
use super::state::StepRow;
use super::throttle::{Governor, Waiting};
use crate::artifact::manifest::{Beside, ScriptEntry, StagingEntry};
use board::Board;
use copy::Copier;
use hand::Hand;
pub(super) use helpers::{Helpers, possible};

/// Scripts that may be under way at the same time.
#[derive(Debug)]
pub(super) struct Wave<'a> {
    pub bundle: &'a Bundle,
    pub request: &'a Request,
    pub scripts: Vec<&'a ScriptEntry>,
    /// The ledger's steps.
    pub steps: Vec<StepRow>,
    pub governor: Arc<Governor>,
    pub attempts: Attempts,
    /// So many batches may be done.
    pub left: Option<u64>,
}

/// What came of a wave.
#[derive(Debug)]
pub(super) struct Moved {
    pub steps: Vec<StepRow>,
    /// Batches that were done.
    pub batches: u64,
    /// `false` if the batches that were asked for are used up.
    pub result: Result<bool>,
}

impl Wave<'_> {
    /// So many sessions find something to do, at most `jobs`.
    pub(super) fn hands(&self, jobs: usize) -> usize {
        let ranges = self.scripts.iter().any(|script| script.beside == Beside::Ranges);
        if ranges { jobs } else { jobs.min(self.scripts.len()).max(1) }
    }

    /// Runs all scripts until their steps are done, each session in a thread of its own.
    pub(super) fn run(self, sessions: Vec<&mut dyn Driver>, progress: &mut dyn Progress) -> Moved {
        let board = Board::new(&self.scripts, self.steps, self.left);
        let (bundle, request, jobs) = (self.bundle, self.request, sessions.len());
        let (governor, attempts) = (&*self.governor, &self.attempts);
        let (tell, told) = channel();
        thread::scope(|scope| {
            for (number, driver) in sessions.into_iter().enumerate() {
                let (board, tell, helps) = (&board, tell.clone(), number > 0);
                let hand = Hand { bundle, request, board, driver, tell, governor, attempts, jobs, helps };
                scope.spawn(move || hand.work());
            }
            drop(tell);
            for one in told {
                one.to(progress);
            }
        });
        board.end()
    }

    /// Copies the tables whose scripts these are, each pair of connections in a thread of its own.
    pub(super) fn copy<'d>(
        self,
        entries: &[StagingEntry],
        pairs: impl IntoIterator<Item = (&'d mut dyn Driver, Box<dyn Reader>)>,
        progress: &mut dyn Progress,
    ) -> Moved {
        let board = Board::new(&self.scripts, self.steps, self.left);
        let (bundle, request) = (self.bundle, self.request);
        let (governor, attempts) = (&*self.governor, &self.attempts);
        let (tell, told) = channel();
        thread::scope(|scope| {
            for (driver, reader) in pairs {
                let (board, tell) = (&board, tell.clone());
                let copier =
                    Copier { bundle, request, entries, board, driver, reader, tell, governor, attempts };
                scope.spawn(move || copier.work());
            }
            drop(tell);
            for one in told {
                one.to(progress);
            }
        });
        board.end()
    }
}

/// What a session says to whoever listens to the run.
enum Told<'a> {
    Started(&'a ScriptEntry),
    Batch(StepRow),
    Ended(&'a ScriptEntry, bool),
    Waits(Waits),
    Retried(&'a ScriptEntry, String),
}

/// [`Waiting`], on its way to another thread.
enum Waits {
    Because(String),
    Over(Duration),
}

impl From<Waiting<'_>> for Waits {
    fn from(waiting: Waiting<'_>) -> Self {
        match waiting {
            Waiting::Because(why) => Self::Because(why.to_owned()),
            Waiting::Over(after) => Self::Over(after),
        }
    }
}

impl Told<'_> {
    fn to(&self, progress: &mut dyn Progress) {
        progress.event(&match self {
            Self::Started(script) => Event::Started { script },
            Self::Batch(step) => Event::Batch { step },
            Self::Ended(script, done) => Event::Ended { script, done: *done },
            Self::Waits(Waits::Because(why)) => Event::Waiting { why },
            Self::Waits(Waits::Over(after)) => Event::WaitOver { after: *after },
            Self::Retried(script, why) => Event::Retried { script, why },
        });
    }
}
