//! Moves the rows: preflight, prepare, backfills, second passes, finish, validation.

use super::bundle::Bundle;
use super::checks::Check;
use super::drift;
use super::driver::{Driver, EngineError, RowSet, Run, Setting, Trouble};
use super::drivers::{self, Access};
use super::failure::{Failure, Result};
use super::pace::Pace;
use super::progress::{Event, Progress};
use super::refused;
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::{self, Lost};
use super::rights;
use super::stage;
use super::state::{self, Position, StepRow, StepState};
use super::validate;
use crate::artifact::manifest::{ScriptEntry, ScriptKind, Staging};
use crate::diagnostic::Code;
use crate::plan::Link;

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
    let mut run = Apply {
        bundle,
        driver,
        request,
        progress,
        steps: Vec::new(),
        checks: Vec::new(),
        batches: 0,
        found: None,
    };
    let result = run.through();
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
    matches!(
        code,
        Code::DatabaseLocked
            | Code::TargetReadOnly
            | Code::StatementFailed
            | Code::Contended
            | Code::ConnectionLost
            | Code::ServerUnreachable
            | Code::Interrupted
            | Code::RightsMissing
            | Code::TimedOut
            | Code::ValueUnfit
            | Code::RowRefused
    )
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
    /// Where the target stood when this run began.
    found: Option<Position>,
}

impl Apply<'_> {
    /// The whole way. After a lost connection it is gone again from the start, over a new one: what is
    /// done is in the ledger.
    fn through(&mut self) -> Result<Outcome> {
        let mut lost = Lost::none();
        loop {
            match self.all() {
                Err(failure) => {
                    let done = self.steps.iter().filter(|row| row.state == StepState::Done).count() as u64;
                    let at = done + self.steps.iter().map(|row| row.batches).sum::<u64>();
                    lost.mend(failure, self.bundle, self.driver, at)?;
                }
                // Loaded by this very run, whose connection was lost behind the last script.
                Ok(Outcome::AlreadyLoaded) if self.found != Some(Position::Loaded) => {
                    return Ok(Outcome::Loaded);
                }
                done => return done,
            }
        }
    }

    fn all(&mut self) -> Result<Outcome> {
        let position = match self.read() {
            // Who may not even look for the ledger is told all that is lacking at once.
            Err(failure) if failure.code == Code::RightsMissing => {
                rights::check(&self.bundle.manifest, self.driver)?;
                return Err(failure);
            }
            other => other?,
        };
        self.found.get_or_insert(position);
        match position {
            Position::Fresh => self.begin()?,
            Position::Undone => return Err(half_undone()),
            Position::Prepared | Position::Loaded => drift::refuse(self.bundle, self.driver, position)?,
        }
        self.progress.event(&Event::Position { steps: &self.steps });
        if position != Position::Loaded && !self.stage()? {
            return Ok(Outcome::Stopped);
        }
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

    /// The role's rights, the schemas, preflight and prepare, then the ledger that they leave.
    fn begin(&mut self) -> Result<()> {
        if let Err(failure) = rights::check(&self.bundle.manifest, self.driver) {
            if failure.code == Code::TableMissing {
                // All that differs says more than which tables are not there.
                drift::refuse(self.bundle, self.driver, Position::Fresh)?;
            }
            return Err(failure);
        }
        drift::refuse(self.bundle, self.driver, Position::Fresh)?;
        match &self.bundle.manifest.staging {
            None => self.preflight()?,
            Some(staging) => self.judge_source(staging)?,
        }
        self.simple(ScriptKind::Prepare)?;
        if self.read()? == Position::Fresh {
            return Err(Failure::new(Code::LedgerUnexpected, "there is no ledger after it was prepared")
                .state("no rows were moved")
                .help("this is a fault of the bundle: please report it"));
        }
        Ok(())
    }

    fn preflight(&mut self) -> Result<()> {
        let script = self.bundle.only(ScriptKind::Preflight)?;
        let code = Code::PreflightFailed;
        let (checks, result) = validate::run_checks(self.bundle, self.driver, self.progress, script, code);
        self.keep_if_failed(checks, result)
    }

    fn judge_source(&mut self, staging: &Staging) -> Result<()> {
        let source = stage::source(&self.bundle.manifest, staging, self.request)?;
        let (checks, result) = stage::judge(self.bundle, &source, self.progress);
        self.keep_if_failed(checks, result)
    }

    fn keep_if_failed(&mut self, checks: Vec<Check>, result: Result<()>) -> Result<()> {
        if result.is_err() {
            self.checks = checks;
        }
        result
    }

    /// Copies the rows of another server, and judges them before the first row is moved; `false` if the
    /// request's batches are used up.
    fn stage(&mut self) -> Result<bool> {
        let Some(staging) = &self.bundle.manifest.staging else { return Ok(true) };
        let moving = |row: &&StepRow| !state::is_copy(row) && row.state != StepState::Pending;
        if self.steps.iter().any(|row| moving(&row)) {
            return Ok(true);
        }
        let done = |row: &StepRow| row.state == StepState::Done;
        if !self.steps.iter().filter(|row| state::is_copy(row)).all(done) {
            let linked = self.bundle.manifest.link == Link::Fdw;
            if !(if linked { self.pull_all(staging)? } else { self.copy_all(staging)? }) {
                return Ok(false);
            }
        }
        self.simple(ScriptKind::Staged)?;
        self.preflight().map_err(|failure| {
            failure.state("no row of a target table was written; the copied rows are in the ledger").help(
                "mend the source or the plan, then roll back and apply again: the copies are as the source was",
            )
        })?;
        Ok(true)
    }

    /// The target's server reads the rows by itself, after it was shown where they are.
    fn pull_all(&mut self, staging: &Staging) -> Result<bool> {
        if self.steps.iter().any(|row| row.state != StepState::Pending) {
            // The source may be another one than when the run began.
            self.judge_source(staging)?;
        }
        self.simple(ScriptKind::Link)?;
        let bundle = self.bundle;
        for script in bundle.manifest.scripts.iter().filter(|script| script.kind == ScriptKind::Stage) {
            if !state::is_done(script, &self.steps) && !self.move_all(script)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn copy_all(&mut self, staging: &Staging) -> Result<bool> {
        let source = stage::source(&self.bundle.manifest, staging, self.request)?;
        if self.steps.iter().any(|row| row.state != StepState::Pending) {
            // The source may be another one than when the run began.
            self.judge_source(staging)?;
        }
        let mut reader = drivers::reader(&source)?;
        for entry in &staging.tables {
            let Some(step) = self.steps.iter().find(|row| row.step == entry.step).cloned() else { continue };
            if step.state == StepState::Done {
                continue;
            }
            let behind = stage::behind(self.driver, entry)?;
            let rows = self.request.batch_rows.unwrap_or(entry.rows).max(1);
            let mut table = stage::Table { bundle: self.bundle, entry, step, behind, rows, refused: None };
            let left = self.request.max_batches.map(|most| most.saturating_sub(self.batches));
            let script = self.bundle.script_of(&entry.step)?;
            self.progress.event(&Event::Started { script });
            let before = table.step.batches;
            let mut copied = table.copy(reader.as_mut(), self.driver, left, self.progress);
            while let Err(failure) = copied {
                let open = || drivers::reader(&source);
                copied = match table.narrow(&open, self.driver, self.progress, failure) {
                    // The row is not refused any more. Whoever read so far had more rows to send.
                    Ok(()) => open().and_then(|again| {
                        reader = again;
                        table.copy(reader.as_mut(), self.driver, left, self.progress)
                    }),
                    Err(failure) => {
                        copied = Err(failure);
                        break;
                    }
                };
            }
            self.progress.event(&Event::Ended { script, done: copied.as_ref().is_ok_and(|done| *done) });
            self.batches += table.step.batches - before;
            state::update(&mut self.steps, vec![table.step]);
            if !copied? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs a script once.
    fn simple(&mut self, kind: ScriptKind) -> Result<()> {
        let script = self.bundle.only(kind)?;
        self.progress.event(&Event::Started { script });
        let run = retry::run(self.bundle, self.driver, script);
        self.progress.event(&Event::Ended { script, done: run.error.is_none() });
        run.error.map_or(Ok(()), |error| Err(script_failure(script, error, None)))
    }

    /// Runs a script until all its steps are done; `false` if the request's batches are used up.
    fn move_all(&mut self, script: &ScriptEntry) -> Result<bool> {
        let batch_rows = self.request.batch_rows.or(script.batch_rows);
        self.set(script, Setting::BatchRows, batch_rows)?;
        self.progress.event(&Event::Started { script });
        let mut idle = 0;
        let mut pace = Pace::new();
        while !state::is_done(script, &self.steps) {
            let left = self.request.max_batches.map(|most| most.saturating_sub(self.batches));
            if left == Some(0) {
                self.progress.event(&Event::Ended { script, done: false });
                return Ok(false);
            }
            let batches = pace.begin();
            self.set(script, Setting::Batches, Some(left.map_or(batches, |left| left.min(batches))))?;
            let before = self.of(script);
            if let Err(failure) = self.batch(script) {
                // Where the row is not refused any more, the batches go on.
                if let Err(failure) = self.narrow(script, failure) {
                    self.progress.event(&Event::Ended { script, done: false });
                    return Err(failure);
                }
                self.set(script, Setting::BatchRows, batch_rows)?;
            }
            let after = self.of(script);
            let total = |rows: &[StepRow]| rows.iter().map(|row| row.batches).sum::<u64>();
            let done = total(&after).saturating_sub(total(&before));
            pace.end(done);
            self.batches += done;
            idle = if before == after { idle + 1 } else { 0 };
            if idle == IDLE_RUNS {
                return Err(no_progress(script));
            }
        }
        self.progress.event(&Event::Ended { script, done: true });
        Ok(true)
    }

    /// A batch was refused because of a row: moves smaller and smaller ones until that row is a batch of its
    /// own, and names it. Rows before it are moved on the way. What failed for another reason, or has no
    /// batches, fails as it did.
    fn narrow(&mut self, script: &ScriptEntry, failure: Box<Failure>) -> Result<()> {
        let (Some(next), true) = (&script.next_row, failure.row.is_some()) else { return Err(failure) };
        let Some(mut within) = self.request.batch_rows.or(script.batch_rows) else { return Err(failure) };
        self.set(script, Setting::Batches, Some(1))?;
        while within > 0 && !state::is_done(script, &self.steps) {
            let rows = within.div_ceil(2);
            self.set(script, Setting::BatchRows, Some(rows))?;
            match self.batch(script) {
                Ok(()) => within -= rows,
                Err(failure) if failure.row.is_none() => return Err(failure),
                Err(failure) if rows == 1 => return Err(refused::row(self.driver, next, script, failure)),
                Err(_) => within = rows,
            }
        }
        Ok(())
    }

    /// One run of a script that moves rows.
    fn batch(&mut self, script: &ScriptEntry) -> Result<()> {
        let sets = match retry::run(self.bundle, self.driver, script) {
            Run { error: None, sets } => sets,
            Run { error: Some(error), .. } => {
                // Batches before the one that failed are in the target; where the ledger cannot be
                // read either, the report tells what was known before.
                let _ = self.read();
                return Err(script_failure(script, error, Some(self.next_batch(script))));
            }
        };
        let rows = progress_rows(&sets).map_err(|error| script_failure(script, error, None))?;
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

    /// The number of the batch that comes next.
    fn next_batch(&self, script: &ScriptEntry) -> u64 {
        self.of(script).iter().map(|row| row.batches).sum::<u64>() + 1
    }

    /// The rows of a script's steps.
    fn of(&self, script: &ScriptEntry) -> Vec<StepRow> {
        self.steps.iter().filter(|row| script.steps.contains(&row.step)).cloned().collect()
    }
}

fn half_undone() -> Box<Failure> {
    Failure::new(Code::NotPrepared, "a rollback has begun here and was cut off")
        .state("the rows are taken back, the ledger is still there")
        .help("end it with `datamove rollback`, then apply again")
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
