use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Moved;
use crate::artifact::manifest::ScriptEntry;
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};
use crate::runner::state::{self, StepRow};

/// Who is at which script, and how far all of them are.
#[derive(Debug)]
pub(super) struct Board<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<'a> {
    tasks: Vec<Task<'a>>,
    steps: Vec<StepRow>,
    /// So many batches may still be begun.
    left: Option<u64>,
    batches: u64,
    /// The batches that were asked for are used up.
    stopped: bool,
    /// In the order in which they came.
    failures: Vec<Failure>,
}

#[derive(Debug)]
struct Task<'a> {
    script: &'a ScriptEntry,
    /// Sessions at it.
    hands: u64,
    /// So many find something to do.
    room: u64,
    begun: bool,
    /// The first session finds out how many ranges there are; others wait for that.
    measured: bool,
}

/// A script that a session is to work on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn<'a> {
    pub script: &'a ScriptEntry,
    /// Nobody was at it before.
    pub first: bool,
}

impl State<'_> {
    fn is_over(&self) -> bool {
        self.stopped || !self.failures.is_empty()
    }
}

impl<'a> Board<'a> {
    pub(super) fn new(scripts: &[&'a ScriptEntry], steps: Vec<StepRow>, left: Option<u64>) -> Self {
        let task =
            |script: &&'a ScriptEntry| Task { script, hands: 0, room: 1, begun: false, measured: false };
        let tasks = scripts.iter().map(task).collect();
        let state = State { tasks, steps, left, batches: 0, stopped: false, failures: Vec::new() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        // A session that panicked ends the run by itself; what it left here is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The script with the fewest sessions at it that has room for one more; `None` if there is none, or if
    /// everybody is to stop.
    pub(super) fn take(&self) -> Option<Turn<'a>> {
        let mut state = self.lock();
        loop {
            if state.is_over() {
                return None;
            }
            let State { tasks, steps, .. } = &mut *state;
            let open = |task: &&mut Task<'_>| task.hands < task.room && !state::is_done(task.script, steps);
            if let Some(task) = tasks.iter_mut().filter(open).min_by_key(|task| task.hands) {
                task.hands += 1;
                return Some(Turn { script: task.script, first: !std::mem::replace(&mut task.begun, true) });
            }
            if !tasks.iter().any(|task| task.hands > 0 && !task.measured) {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A script has so many ranges that are not done, or one for all.
    pub(super) fn measured(&self, script: &ScriptEntry, ranges: u64) {
        let mut state = self.lock();
        if let Some(task) = state.tasks.iter_mut().find(|task| task.script.path == script.path) {
            (task.room, task.measured) = (ranges.max(1), true);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// True if more sessions are at a script than it has ranges.
    pub(super) fn is_crowded(&self, script: &ScriptEntry) -> bool {
        let state = self.lock();
        state.tasks.iter().any(|task| task.script.path == script.path && task.hands > task.room)
    }

    /// True if a session has nothing more to do at a script.
    pub(super) fn is_over(&self, script: &ScriptEntry) -> bool {
        let state = self.lock();
        state.is_over() || state::is_done(script, &state.steps)
    }

    /// At most so many batches may be begun; `None` if there are none left.
    pub(super) fn reserve(&self, batches: u64) -> Option<u64> {
        let mut state = self.lock();
        let granted = state.left.map_or(batches, |left| left.min(batches));
        if granted == 0 {
            state.stopped = true;
            return None;
        }
        state.left = state.left.map(|left| left - granted);
        Some(granted)
    }

    /// Of the batches that were reserved so many were done.
    pub(super) fn did(&self, reserved: u64, done: u64) {
        let mut state = self.lock();
        state.batches += done;
        state.left = state.left.map(|left| left + reserved.saturating_sub(done));
    }

    /// The rows of a script's steps.
    pub(super) fn of(&self, script: &ScriptEntry) -> Vec<StepRow> {
        let state = self.lock();
        state.steps.iter().filter(|row| script.steps.contains(&row.step)).cloned().collect()
    }

    /// The ledger was seen with these rows. What another session has seen since then stays.
    pub(super) fn seen(&self, rows: Vec<StepRow>) {
        let mut state = self.lock();
        let rows = rows.into_iter().filter(|row| {
            let known = state.steps.iter().find(|known| known.step == row.step);
            known.is_none_or(|known| (known.batches, known.state) <= (row.batches, row.state))
        });
        let rows = rows.collect();
        state::update(&mut state.steps, rows);
    }

    /// A session leaves a script. If it was the last one at it, whether the script is done.
    pub(super) fn leave(&self, script: &ScriptEntry, result: Result<()>) -> Option<bool> {
        let mut state = self.lock();
        state.failures.extend(result.err().map(|failure| *failure));
        let State { tasks, steps, .. } = &mut *state;
        let task = tasks.iter_mut().find(|task| task.script.path == script.path)?;
        task.hands -= 1;
        let ended = task.hands == 0;
        let done = state::is_done(script, steps);
        drop(state);
        self.changed.notify_all();
        ended.then_some(done)
    }

    /// What came of it all: of several failures the first, with the others beside it.
    pub(super) fn end(self) -> Moved {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut failures = state.failures;
        // A signal stops all of them alike.
        let mut first = true;
        failures.retain(|failure| std::mem::take(&mut first) || failure.code != Code::Interrupted);
        let result = Failure::all(failures).map(|()| !state.stopped);
        Moved { steps: state.steps, batches: state.batches, result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::manifest::{Beside, ScriptKind};
    use crate::runner::state::StepState;

    fn script(step: &str) -> ScriptEntry {
        ScriptEntry {
            path: format!("sql/{step}.sql"),
            kind: ScriptKind::Backfill,
            steps: vec![step.to_owned()],
            wave: Some(1),
            batch_rows: Some(10),
            beside: Beside::Ranges,
            next_row: None,
            sets_aside: false,
            rejected: None,
        }
    }

    fn row(step: &str, state: StepState, batches: u64) -> StepRow {
        StepRow {
            step: step.to_owned(),
            state,
            rows_read: 0,
            rows_written: 0,
            rows_skipped: 0,
            rows_rejected: 0,
            batches,
        }
    }

    #[test]
    fn there_are_no_more_hands_than_ranges() {
        let (a, b) = (script("a"), script("b"));
        let steps = ["a", "b"].map(|step| row(step, StepState::Pending, 0));
        let board = Board::new(&[&a, &b], steps.to_vec(), None);
        let taken = || board.take().map(|turn| (turn.script.steps[0].clone(), turn.first));
        assert_eq!(taken(), Some(("a".to_owned(), true)));
        assert_eq!(taken(), Some(("b".to_owned(), true)));
        board.measured(&a, 1);
        board.measured(&b, 2);
        assert_eq!(taken(), Some(("b".to_owned(), false)));
        assert_eq!(taken(), None);
        assert!(!board.is_crowded(&b));
        board.measured(&b, 1);
        assert!(board.is_crowded(&b));
        assert_eq!(board.leave(&b, Ok(())), None, "another one is still at it");
        board.seen(vec![row("b", StepState::Done, 3)]);
        // What somebody saw before that comes too late.
        board.seen(vec![row("b", StepState::Running, 2)]);
        assert_eq!(board.leave(&b, Ok(())), Some(true));
    }

    #[test]
    fn batches_that_were_not_done_can_be_done_by_others() {
        let a = script("a");
        let board = Board::new(&[&a], vec![row("a", StepState::Pending, 0)], Some(5));
        assert_eq!(board.reserve(4), Some(4));
        board.did(4, 2);
        assert_eq!(board.reserve(4), Some(3));
        assert_eq!(board.reserve(1), None);
        let moved = board.end();
        assert_eq!((moved.batches, moved.result.ok()), (2, Some(false)));
    }

    #[test]
    fn the_first_failure_has_the_others_beside_it() {
        let a = script("a");
        let board = Board::new(&[&a], vec![row("a", StepState::Pending, 0)], None);
        for code in [Code::TimedOut, Code::Interrupted, Code::Contended] {
            board.lock().tasks[0].hands += 1;
            board.leave(&a, Err(Failure::new(code, "x")));
        }
        assert!(board.take().is_none());
        let failure = board.end().result.unwrap_err();
        let also: Vec<Code> = failure.also.iter().map(|other| other.code).collect();
        assert_eq!((failure.code, also), (Code::TimedOut, vec![Code::Contended]));
        assert_eq!(failure.to_text().matches("error[").count(), 2);
    }
}
