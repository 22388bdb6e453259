use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use super::Told;
use super::board::{Board, Turn};
use crate::artifact::manifest::{Beside, ScriptEntry};
use crate::diagnostic::Code;
use crate::runner::attempt::Attempts;
use crate::runner::bundle::Bundle;
use crate::runner::driver::{Driver, EngineError, RowSet, Run, Setting, Trouble};
use crate::runner::failure::{Failure, Result};
use crate::runner::interrupt;
use crate::runner::pace::Pace;
use crate::runner::request::{Request, script_failure, standing};
use crate::runner::retry::{self, Lost};
use crate::runner::state::{StepRow, StepState};
use crate::runner::throttle::{Governor, Waiting};

/// So many runs of a script that change nothing are taken for a fault of the script.
const IDLE_RUNS: u32 = 3;

/// Ranges for each session: one that is done early takes another one.
const RANGES_EACH: u64 = 4;

/// A stock client may be at the last range; it is waited for so often.
const IDLE_WAITS: u32 = 60;
const IDLE_WAIT: Duration = Duration::from_secs(1);

/// One session that moves rows.
pub(super) struct Hand<'a, 'b> {
    pub bundle: &'a Bundle,
    pub request: &'a Request,
    pub board: &'b Board<'a>,
    pub driver: &'b mut dyn Driver,
    pub tell: Sender<Told<'a>>,
    pub governor: &'b Governor,
    pub attempts: &'b Attempts,
    /// Sessions of this run.
    pub jobs: usize,
    /// It is not the first of them.
    pub helps: bool,
}

/// One run of a script: the steps as it left them, and how many of its ranges are not done.
struct Ran {
    rows: Vec<StepRow>,
    ranges: u64,
}

impl<'a> Hand<'a, '_> {
    /// Works as long as there is something to do.
    pub(super) fn work(mut self) {
        while let Some(turn) = self.board.take() {
            if turn.first {
                self.attempts.began(self.driver, turn.script);
                self.say(Told::Started(turn.script));
            }
            let result = self.patiently(turn);
            let outcome = result.as_ref().map_or_else(|failure| failure.code.id(), |()| "stopped");
            if let Some(done) = self.board.leave(turn.script, result) {
                self.attempts.ended(self.driver, turn.script, if done { "done" } else { outcome });
                self.say(Told::Ended(turn.script, done));
            }
        }
    }

    /// A helper that loses its connection gets another one while the others go on. With the first session's
    /// the lock is gone as well, and all of them stop.
    fn patiently(&mut self, turn: Turn<'a>) -> Result<()> {
        let mut lost = Lost::none();
        loop {
            match self.script(turn) {
                Err(failure) if self.helps => {
                    let at = total(&self.board.of(turn.script));
                    lost.mend(failure, self.bundle, self.driver, at)?;
                }
                other => return other,
            }
        }
    }

    fn say(&self, told: Told<'a>) {
        // Whoever listens does so until all sessions are gone.
        let _ = self.tell.send(told);
    }

    /// Runs a script until all its steps are done, or others do what is left.
    fn script(&mut self, turn: Turn<'a>) -> Result<()> {
        let result = self.batches(turn);
        // What comes after batches may take its time.
        self.set(turn.script, Setting::Patience, None)?;
        result
    }

    fn batches(&mut self, Turn { script, first }: Turn<'a>) -> Result<()> {
        let sizes = self.request.sizes();
        self.set(script, Setting::BatchRows, sizes.most(script.batch_rows))?;
        if first {
            let ranges = self.cut(script)?;
            self.board.measured(script, ranges);
        }
        let (mut pace, mut idle) = (Pace::new(sizes, script.batch_rows), 0);
        while !self.board.is_over(script) && !self.board.is_crowded(script) {
            let rate = self.admitted(script)?;
            let asked = pace.begin(rate);
            let Some(batches) = self.board.reserve(asked.batches) else { break };
            self.set(script, Setting::BatchRows, asked.rows)?;
            // What has no batches cannot be made smaller.
            self.set(script, Setting::Patience, asked.rows.and(Some(self.request.patience)))?;
            self.set(script, Setting::Batches, Some(batches))?;
            let before = self.board.of(script);
            let ran = self.run(script);
            let after = self.board.of(script);
            // What others did meanwhile shows in the sums as well.
            let done = total(&after).saturating_sub(total(&before)).min(batches);
            self.board.did(batches, done);
            let read = read(&after).saturating_sub(read(&before));
            self.governor.moved(asked.rows.map_or(read, |rows| read.min(rows.saturating_mul(done))));
            let ran = match ran {
                Err(failure) if may_pass_with_less(&failure) && pace.halve() => {
                    self.say(Told::Retried(script, failure.message));
                    continue;
                }
                ran => ran?,
            };
            pace.end(done);
            self.board.measured(script, ran.ranges);
            for row in after.iter().filter(|_| !ran.rows.is_empty()) {
                self.say(Told::Batch(row.clone()));
            }
            idle = if before == after { idle + 1 } else { 0 };
            wait(script, idle, ran.ranges)?;
        }
        Ok(())
    }

    /// Waits until a batch may begin; an error once a signal came. Gives the most rows of a second.
    fn admitted(&mut self, script: &'a ScriptEntry) -> Result<Option<u64>> {
        let tell = &self.tell;
        let mut say = |waiting: Waiting<'_>| {
            let _ = tell.send(Told::Waits(waiting.into()));
        };
        let rate = self.governor.admit(self.driver, &mut say);
        let rate = rate.map_err(|error| script_failure(script, error, None))?;
        interrupt::check().map_err(|error| {
            script_failure(script, error, None)
                .state("the batch under way was finished, and no other one begun")
        })?;
        Ok(rate)
    }

    /// Cuts what is left of a step into ranges, where several sessions can use them; gives how many there are.
    fn cut(&mut self, script: &ScriptEntry) -> Result<u64> {
        if self.jobs < 2 || script.beside != Beside::Ranges {
            return Ok(1);
        }
        let jobs = u64::try_from(self.jobs).unwrap_or(1);
        self.set(script, Setting::Parts, Some(jobs.saturating_mul(RANGES_EACH)))?;
        self.set(script, Setting::Batches, Some(0))?;
        let ran = self.run(script);
        self.set(script, Setting::Parts, None)?;
        Ok(ran?.ranges)
    }

    /// One run of a script that moves rows.
    fn run(&mut self, script: &ScriptEntry) -> Result<Ran> {
        let _lets_it_end = interrupt::batch();
        let sets = match retry::run(self.bundle, self.driver, script) {
            Run { error: None, sets } => sets,
            Run { error: Some(error), .. } => {
                // Batches before the one that failed are in the target; where the ledger cannot be
                // read either, the report tells what was known before.
                let _ = self.read();
                let next = total(&self.board.of(script)) + 1;
                return Err(script_failure(script, error, Some(next)));
            }
        };
        let ran = progress(&sets).map_err(|error| script_failure(script, error, None))?;
        if script.steps.iter().all(|step| ran.rows.iter().any(|row| row.step == *step)) {
            self.board.seen(ran.rows.clone());
        } else {
            // The ledger knows what the script did not say.
            self.read()?;
        }
        Ok(ran)
    }

    fn read(&mut self) -> Result<()> {
        let (_, ledger) = standing(&self.bundle.manifest, self.driver)?;
        self.board.seen(ledger.map_or(Vec::new(), |ledger| ledger.steps));
        Ok(())
    }

    fn set(&mut self, script: &ScriptEntry, setting: Setting, value: Option<u64>) -> Result<()> {
        self.driver.set(setting, value).map_err(|error| script_failure(script, error, None))
    }
}

/// After a run that changed nothing: with ranges somebody else may be at those that are left.
fn wait(script: &ScriptEntry, runs: u32, ranges: u64) -> Result<()> {
    let most = if ranges > 0 { IDLE_WAITS } else { IDLE_RUNS };
    if runs >= most {
        return Err(no_progress(script, runs));
    }
    if runs > 0 && ranges > 0 {
        thread::sleep(IDLE_WAIT);
    }
    Ok(())
}

fn total(rows: &[StepRow]) -> u64 {
    rows.iter().map(|row| row.batches).sum()
}

fn read(rows: &[StepRow]) -> u64 {
    rows.iter().map(|row| row.rows_read).sum()
}

/// True for what a smaller batch may get through.
fn may_pass_with_less(failure: &Failure) -> bool {
    matches!(failure.code, Code::TimedOut | Code::Contended) && !interrupt::requested()
}

fn no_progress(script: &ScriptEntry, runs: u32) -> Box<Failure> {
    let steps = script.steps.join("`, `");
    Failure::new(
        Code::NoProgress,
        format!("step `{steps}` is not done, and {runs} runs of its script moved nothing"),
    )
    .at(&script.path, None)
    .state("the rows that were moved before are kept")
    .help("this is a fault of the bundle: please report it")
}

/// The rows of progress that a script returned.
fn progress(sets: &[RowSet]) -> std::result::Result<Ran, EngineError> {
    let mut ran = Ran { rows: Vec::new(), ranges: 0 };
    for set in sets.iter().filter(|set| set.column("step").is_some() && set.column("rows_read").is_some()) {
        for row in &set.rows {
            let count = |name| set.count(row, name).unwrap_or(0);
            let word = set.text(row, "state");
            let state = StepState::from_word(&word).ok_or_else(|| {
                EngineError::new(Trouble::Other, format!("the script returned the state `{word}`"))
            })?;
            ran.ranges += count("ranges");
            ran.rows.push(StepRow {
                step: set.text(row, "step"),
                state,
                rows_read: count("rows_read"),
                rows_written: count("rows_written"),
                rows_skipped: count("rows_skipped"),
                rows_rejected: count("rows_rejected"),
                batches: count("batches"),
            });
        }
    }
    Ok(ran)
}
