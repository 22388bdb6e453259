//! What a run says while it goes on. The runner tells; who listens decides what is shown.

mod bars;
mod lines;

pub use bars::Bars;
pub use lines::Lines;

use super::state::StepRow;
use crate::artifact::manifest::ScriptEntry;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The ledger was read: the steps as they are before this run goes on.
    Position { steps: &'a [StepRow] },
    /// Something to know that is no failure.
    Note { text: &'a str },
    /// A script begins; one that moves rows will be run once for each batch.
    Started { script: &'a ScriptEntry },
    /// A batch is in the target, with its checkpoint.
    Batch { step: &'a StepRow },
    /// A script is done, or has failed or was stopped before that.
    Ended { script: &'a ScriptEntry, done: bool },
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
