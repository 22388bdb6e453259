//! What a run says while it goes on. The runner tells; who listens decides what is shown.

mod bars;
mod lines;
mod metrics;
mod rates;

pub use bars::Bars;
pub use lines::Lines;
pub use metrics::Metrics;

use std::time::Duration;

use super::state::StepRow;
use crate::artifact::manifest::ScriptEntry;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The ledger was read: the steps as they are before this run goes on.
    Position { steps: &'a [StepRow] },
    /// Rows that steps will have read, as the preflight counted; not of every step it is known.
    Expected { rows: &'a [(String, u64)] },
    /// Something to know that is no failure.
    Note { text: &'a str },
    /// A script begins; one that moves rows will be run once for each batch.
    Started { script: &'a ScriptEntry },
    /// A batch is in the target, with its checkpoint.
    Batch { step: &'a StepRow },
    /// No batch begins, for this reason.
    Waiting { why: &'a str },
    /// Batches begin again after so long.
    WaitOver { after: Duration },
    /// A batch is tried again with fewer rows, or after others were in the way.
    Retried { script: &'a ScriptEntry, why: &'a str },
    /// A script is done, or has failed or was stopped before that.
    Ended { script: &'a ScriptEntry, done: bool },
    /// A copy of source rows is read again, and the source with it.
    Comparing { step: &'a str },
    /// So many rows of the copy were looked at.
    Compared { step: &'a str, rows: u64 },
}

/// Listens to a run.
pub trait Progress {
    fn event(&mut self, event: &Event<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&mut self, _event: &Event<'_>) {}
}
