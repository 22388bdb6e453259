//! Moves the rows: preflight, prepare, backfills, second passes, finish, validation.

use super::bundle::Bundle;
use super::checks::Check;
use super::driver::{Driver, EngineError, NoWatch, RowSet, Setting, Trouble};
use super::drivers::Access;
use super::failure::{Failure, Result};
use super::progress::{Event, Progress};
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::state::{self, Position, StepRow, StepState};
use super::validate;
use crate::artifact::manifest::{ScriptEntry, ScriptKind};
use crate::diagnostic::Code;

/// So many runs of a script that change nothing are taken for a fault of the script.
const IDLE_RUNS: u32 = 3;

/// Opens everything, applies, and reports.
pub fn apply(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::Apply, Access::Move, |bundle, driver| run(bundle, driver, request, progress))
}

/// Applies over an open session; it can be any driver.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let report = Report::new(Verb::Apply, &bundle.manifest);
    let mut run =
        Apply { bundle, driver, request, progress, steps: Vec::new(), checks: Vec::new(), batches: 0 };
    let result = run.all();
    let goes_on = match &result {
        Ok(Outcome::Stopped) => true,
        Err(failure) => !run.steps.is_empty() && passing(failure.code),
        Ok(_) => false,
    };
    let next = goes_on.then(|| request.command(&bundle.manifest, Verb::Apply));
    Report { steps: run.steps, checks: run.checks, next, ..report }.end(result)
}

/// True for what can pass by itself or be mended outside, so that the same command goes on.
fn passing(code: Code) -> bool {
    matches!(code, Code::DatabaseLocked | Code::TargetReadOnly | Code::StatementFailed)
}

struct Apply<'a> {
    bundle: &'a Bundle,
    driver: &'a mut dyn Driver,
    request: &'a Request,
    progress: &'a mut dyn Progress,
    steps: Vec<StepRow>,
    checks: Vec<Check>,
    /// Batches of this run.
    batches: u64,
}

impl Apply<'_> {
    fn all(&mut self) -> Result<Outcome> {
        let position = self.read()?;
        match position {
            Position::Fresh => self.begin()?,
            Position::Prepared | Position::Loaded => {}
        }
        self.progress.event(&Event::Position { steps: &self.steps });
        if position == Position::Loaded {
            // A run that was killed before its validation has yet to validate, and nothing in the
            // target tells that run from others. Comparing again harms nobody.
            self.validate()?;
            return Ok(Outcome::AlreadyLoaded);
        }
        while let Some(script) = state::next_mover(&self.bundle.manifest, &self.steps) {
            if !self.move_all(script)? {
                return Ok(Outcome::Stopped);
            }
        }
        // Only a plan that postpones something has such a script.
        if self.bundle.only(ScriptKind::Constraints).is_ok() {
            self.simple(ScriptKind::Constraints)?;
        }
        self.simple(ScriptKind::Finish)?;
        if self.read()? != Position::Loaded {
            return Err(Failure::new(
                Code::LedgerUnexpected,
                "the target is not `loaded` after its last script",
            )
            .state("all rows are moved")
            .help("this is a fault of the bundle: please report it"));
        }
        self.validate()?;
        Ok(Outcome::Loaded)
    }

    /// Reads the ledger anew.
    fn read(&mut self) -> Result<Position> {
        let (position, ledger) = standing(&self.bundle.manifest, self.driver)?;
        self.steps = ledger.map_or(Vec::new(), |ledger| ledger.steps);
        Ok(position)
    }

    /// Preflight and prepare, then the ledger that they leave.
    fn begin(&mut self) -> Result<()> {
        let script = self.bundle.only(ScriptKind::Preflight)?;
        let code = Code::PreflightFailed;
        let (checks, result) = validate::run_checks(self.bundle, self.driver, self.progress, script, code);
        if let Err(failure) = result {
            self.checks = checks;
            return Err(failure);
        }
        self.simple(ScriptKind::Prepare)?;
        if self.read()? == Position::Fresh {
            return Err(Failure::new(Code::LedgerUnexpected, "there is no ledger after it was prepared")
                .state("no rows were moved")
                .help("this is a fault of the bundle: please report it"));
        }
        Ok(())
    }

    /// Runs a script once.
    fn simple(&mut self, kind: ScriptKind) -> Result<()> {
        let script = self.bundle.only(kind)?;
        self.progress.event(&Event::Started { script });
        let run = self.driver.run(self.bundle.script(script), &mut NoWatch);
        self.progress.event(&Event::Ended { script, done: run.error.is_none() });
        run.error.map_or(Ok(()), |error| Err(script_failure(script, error, None)))
    }

    /// Runs a script until all its steps are done; `false` if the request's batches are used up.
    fn move_all(&mut self, script: &ScriptEntry) -> Result<bool> {
        let batch_rows = self.request.batch_rows.or(script.batch_rows);
        self.set(script, Setting::BatchRows, batch_rows)?;
        self.progress.event(&Event::Started { script });
        let mut idle = 0;
        while !state::is_done(script, &self.steps) {
            let left = self.request.max_batches.map(|most| most.saturating_sub(self.batches));
            if left == Some(0) {
                self.progress.event(&Event::Ended { script, done: false });
                return Ok(false);
            }
            self.set(script, Setting::Batches, left)?;
            let before = self.of(script);
            if let Err(failure) = self.batch(script) {
                self.progress.event(&Event::Ended { script, done: false });
                return Err(failure);
            }
            let after = self.of(script);
            let total = |rows: &[StepRow]| rows.iter().map(|row| row.batches).sum::<u64>();
            self.batches += total(&after).saturating_sub(total(&before));
            idle = if before == after { idle + 1 } else { 0 };
            if idle == IDLE_RUNS {
                return Err(no_progress(script));
            }
        }
        self.progress.event(&Event::Ended { script, done: true });
        Ok(true)
    }

    /// One run of a script that moves rows.
    fn batch(&mut self, script: &ScriptEntry) -> Result<()> {
        let number = self.of(script).iter().map(|row| row.batches).sum::<u64>() + 1;
        let run = self.driver.run(self.bundle.script(script), &mut NoWatch);
        if let Some(error) = run.error {
            return Err(script_failure(script, error, Some(number)));
        }
        let rows = progress_rows(&run.sets).map_err(|error| script_failure(script, error, Some(number)))?;
        if script.steps.iter().all(|step| rows.iter().any(|row| row.step == *step)) {
            state::update(&mut self.steps, rows);
        } else {
            // The ledger knows what the script did not say.
            self.read()?;
        }
        for row in self.of(script) {
            self.progress.event(&Event::Batch { step: &row });
        }
        Ok(())
    }

    fn validate(&mut self) -> Result<()> {
        if !self.request.validate {
            return Ok(());
        }
        let (checks, result) = validate::compare(self.bundle, self.driver, self.progress);
        self.checks = checks;
        result
    }

    fn set(&mut self, script: &ScriptEntry, setting: Setting, value: Option<u64>) -> Result<()> {
        self.driver.set(setting, value).map_err(|error| script_failure(script, error, None))
    }

    /// The rows of a script's steps.
    fn of(&self, script: &ScriptEntry) -> Vec<StepRow> {
        self.steps.iter().filter(|row| script.steps.contains(&row.step)).cloned().collect()
    }
}

fn no_progress(script: &ScriptEntry) -> Box<Failure> {
    let steps = script.steps.join("`, `");
    Failure::new(
        Code::NoProgress,
        format!("step `{steps}` is not done, and {IDLE_RUNS} runs of its script moved nothing"),
    )
    .at(&script.path, None)
    .state("the rows that were moved before are kept")
    .help("this is a fault of the bundle: please report it")
}

/// The rows of progress that a script returned.
fn progress_rows(sets: &[RowSet]) -> std::result::Result<Vec<StepRow>, EngineError> {
    let mut steps = Vec::new();
    for set in sets.iter().filter(|set| set.column("step").is_some() && set.column("rows_read").is_some()) {
        for row in &set.rows {
            let count = |name| set.count(row, name).unwrap_or(0);
            let word = set.text(row, "state");
            let state = StepState::from_word(&word).ok_or_else(|| {
                EngineError::new(Trouble::Other, format!("the script returned the state `{word}`"))
            })?;
            steps.push(StepRow {
                step: set.text(row, "step"),
                state,
                rows_read: count("rows_read"),
                rows_written: count("rows_written"),
                rows_skipped: count("rows_skipped"),
                batches: count("batches"),
            });
        }
    }
    Ok(steps)
}
