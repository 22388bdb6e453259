//! Moves the rows: preflight, prepare, backfills, second passes, finish, validation.

use std::sync::Arc;

use super::aside;
use super::attempt::Attempts;
use super::bundle::Bundle;
use super::changed;
use super::drift;
use super::driver::Driver;
use super::drivers::Access;
use super::evidence::{Found, Kind, table};
use super::failure::{Failure, Result};
use super::jobs::{self, Helpers, Moved, Wave};
use super::narrow;
use super::progress::{Event, Progress};
use super::proof::{self, Proof};
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::{self, Lost};
use super::rights;
use super::stage;
use super::state::{self, Position, StepRow, StepState};
use super::throttle::Governor;
use super::validate;
use crate::artifact::manifest::{ScriptEntry, ScriptKind, Staging, StagingEntry};
use crate::diagnostic::Code;
use crate::plan::Link;

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
    let governor = match Governor::new(&bundle.manifest, request, driver) {
        Ok(governor) => Arc::new(governor),
        Err(failure) => return report.end(Err(failure)),
    };
    let jobs = jobs::possible(&bundle.manifest, request, progress);
    let mut run = Apply {
        bundle,
        driver,
        request,
        progress,
        steps: Vec::new(),
        proof: Proof::default(),
        preflight: None,
        batches: 0,
        found: None,
        jobs,
        helpers: Helpers::default(),
        governor,
        attempts: Attempts::default(),
    };
    let result = run.through();
    run.attempts.over(&mut *run.driver, outcome(&result));
    let goes_on = match &result {
        Ok(Outcome::Stopped) => true,
        Err(failure) => !run.steps.is_empty() && passing(failure.code),
        Ok(_) => false,
    };
    let next = goes_on.then(|| request.command(&bundle.manifest, Verb::Apply));
    // The report ends as the run did, whether or not these can be read.
    let rejected = aside::shown(bundle, run.driver, &run.steps).unwrap_or_default();
    Report { steps: run.steps, rejected, next, ..report }.proven(run.proof).end(result)
}

/// True for what can pass by itself or be mended outside, so that the same command goes on.
fn passing(code: Code) -> bool {
    matches!(
        code,
        Code::DatabaseLocked
            | Code::TargetReadOnly
            | Code::StatementFailed
            | Code::DiskFull
            | Code::NoMoreSessions
            | Code::Contended
            | Code::ConnectionLost
            | Code::ServerUnreachable
            | Code::Interrupted
            | Code::RightsMissing
            | Code::TimedOut
            | Code::ValueUnfit
            | Code::RowRefused
            | Code::QuarantineFull
    )
}

struct Apply<'a> {
    bundle: &'a Bundle,
    driver: &'a mut dyn Driver,
    request: &'a Request,
    progress: &'a mut dyn Progress,
    steps: Vec<StepRow>,
    proof: Proof,
    /// What the preflight showed before there was a ledger that keeps it.
    preflight: Option<proof::Ended>,
    /// Batches of this run.
    batches: u64,
    /// Where the target stood when this run began.
    found: Option<Position>,
    /// So many sessions move rows.
    jobs: usize,
    helpers: Helpers,
    governor: Arc<Governor>,
    attempts: Attempts,
}

/// What the ledger keeps of how the run ended.
fn outcome(result: &Result<Outcome>) -> &'static str {
    match result {
        Ok(Outcome::Stopped) => "stopped",
        Ok(_) => "done",
        Err(failure) => failure.code.id(),
    }
}

impl<'a> Apply<'a> {
    /// The whole way. After a lost connection it is gone again from the start, over a new one: what is
    /// done is in the ledger.
    fn through(&mut self) -> Result<Outcome> {
        let mut lost = Lost::none();
        loop {
            match self.all() {
                Err(failure) => {
                    let done = self.steps.iter().filter(|row| row.state == StepState::Done).count() as u64;
                    let at = done + self.total();
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
        if position == Position::Prepared && self.steps.iter().all(|row| row.state == StepState::Pending) {
            // It may have been cut off, on engines where it is not one transaction. It can be run again.
            self.simple(ScriptKind::Prepare)?;
            self.read()?;
        }
        if position != Position::Loaded {
            self.attempts.begin(self.bundle, self.driver, self.request, &self.steps)?;
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
        self.say_expected();
        loop {
            let scripts = state::next_wave(&self.bundle.manifest, &self.steps);
            if scripts.is_empty() {
                break;
            }
            if !self.wave(&scripts)? {
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

    /// Tells how many rows steps will read, as far as the preflight has counted them. Nothing is decided by it.
    fn say_expected(&mut self) {
        let counted = table::expected(self.driver, &self.bundle.manifest.ledger).unwrap_or_default();
        let of = |row: &StepRow| {
            let checks = counted
                .iter()
                .filter(|(id, _)| id.strip_prefix(&row.step).is_some_and(|rest| rest.starts_with('/')));
            Some((row.step.clone(), checks.map(|(_, rows)| *rows).max()?))
        };
        let rows: Vec<_> = self.steps.iter().filter_map(of).collect();
        self.progress.event(&Event::Expected { rows: &rows });
    }

    /// Reads the ledger anew.
    fn read(&mut self) -> Result<Position> {
        let standing_now = match standing(&self.bundle.manifest, self.driver) {
            Err(failure) if failure.code == Code::OtherPlanPrepared => {
                if !changed::adopt(self.bundle, self.driver)? {
                    return Err(failure);
                }
                let text = "going on with the run of another bundle: its steps are the same";
                self.progress.event(&Event::Note { text });
                standing(&self.bundle.manifest, self.driver)
            }
            other => other,
        };
        let (position, ledger) = standing_now?;
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
        if let Some(preflight) = self.preflight.take() {
            // Its checks passed: the report is about what comes after them.
            preflight.keep(self.bundle, self.driver);
        }
        Ok(())
    }

    fn preflight(&mut self) -> Result<()> {
        let script = self.bundle.only(ScriptKind::Preflight)?;
        let code = Code::PreflightFailed;
        let begun = Proof::begin(self.bundle, self.driver);
        let (found, result) = validate::run_checks(self.bundle, self.driver, self.progress, script, code);
        self.preflight = Some(begun.end(Kind::Preflight, script, found.clone(), self.request));
        self.show_if_failed(found, result)
    }

    fn judge_source(&mut self, staging: &Staging) -> Result<()> {
        let source = stage::source(&self.bundle.manifest, staging, self.request)?;
        let (found, result) = stage::judge(self.bundle, &source, self.progress);
        self.show_if_failed(found, result)
    }

    fn show_if_failed(&mut self, found: Found, result: Result<()>) -> Result<()> {
        if result.is_err() {
            let Found { checks, differences, .. } = found;
            self.proof = Proof { checks, differences, ..Proof::default() };
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
        // With their keys first: sums over ranges of a copy without an index would each read all of it.
        self.simple(ScriptKind::Staged)?;
        self.prove_copies()?;
        let judged = self.preflight();
        if let Some(preflight) = self.preflight.take() {
            preflight.keep(self.bundle, self.driver);
        }
        judged.map_err(|failure| {
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
        let open =
            |script: &&ScriptEntry| script.kind == ScriptKind::Stage && !state::is_done(script, &self.steps);
        let scripts: Vec<&ScriptEntry> = self.bundle.manifest.scripts.iter().filter(open).collect();
        self.wave(&scripts)
    }

    fn copy_all(&mut self, staging: &Staging) -> Result<bool> {
        let source = stage::source(&self.bundle.manifest, staging, self.request)?;
        if self.steps.iter().any(|row| row.state != StepState::Pending) {
            // The source may be another one than when the run began.
            self.judge_source(staging)?;
        }
        let open = |entry: &&StagingEntry| {
            self.steps.iter().any(|row| row.step == entry.step && row.state != StepState::Done)
        };
        let scripts = staging.tables.iter().filter(open).map(|entry| self.bundle.script_of(&entry.step));
        let wave = self.wave_of(scripts.collect::<Result<_>>()?);
        let readers = stage::readers(&source, staging, wave.hands(self.jobs), self.progress)?;
        self.helpers.call(self.bundle, self.request, readers.len() - 1, self.progress);
        let sessions = self.helpers.with(&mut *self.driver);
        let moved = wave.copy(&staging.tables, sessions.into_iter().zip(readers), self.progress);
        self.came_of(moved)
    }

    /// Compares the copies with the source before anything is made of them: what is wrong here is in no target
    /// table yet.
    fn prove_copies(&mut self) -> Result<()> {
        if !self.request.validate {
            return Ok(());
        }
        let (found, result) = validate::copies(self.bundle, self.request, self.progress);
        let result = result.map_err(|failure| {
            failure.state("no row of a target table was written; the copied rows are in the ledger")
        });
        self.show_if_failed(found, result)
    }

    /// Runs a script once.
    fn simple(&mut self, kind: ScriptKind) -> Result<()> {
        let script = self.bundle.only(kind)?;
        self.progress.event(&Event::Started { script });
        let run = retry::run(self.bundle, self.driver, script);
        self.progress.event(&Event::Ended { script, done: run.error.is_none() });
        run.error.map_or(Ok(()), |error| Err(script_failure(script, error, None)))
    }

    fn wave_of(&self, scripts: Vec<&'a ScriptEntry>) -> Wave<'a> {
        let left = self.request.max_batches.map(|most| most.saturating_sub(self.batches));
        let (governor, attempts) = (Arc::clone(&self.governor), self.attempts.clone());
        Wave {
            bundle: self.bundle,
            request: self.request,
            scripts,
            steps: self.steps.clone(),
            governor,
            attempts,
            left,
        }
    }

    /// Runs the scripts of a wave until all their steps are done; `false` if the request's batches are used up.
    fn wave(&mut self, scripts: &[&'a ScriptEntry]) -> Result<bool> {
        let wave = self.wave_of(scripts.to_vec());
        let hands = wave.hands(self.jobs);
        self.helpers.call(self.bundle, self.request, hands - 1, self.progress);
        let sessions = self.helpers.with(&mut *self.driver);
        let moved = wave.run(sessions.into_iter().take(hands).collect(), self.progress);
        match self.came_of(moved) {
            Err(failure) if narrow::is_worth_it(&failure) => self.narrow(scripts, failure).map(|()| true),
            other => other,
        }
    }

    /// Rows were refused, and all sessions have stopped: finds them. Where none is refused any more, the wave
    /// goes on.
    fn narrow(&mut self, scripts: &[&ScriptEntry], failure: Box<Failure>) -> Result<()> {
        let before = self.total();
        let result = narrow::all(self.bundle, self.request, self.driver, scripts, failure);
        // Rows were moved on the way; where the ledger cannot be read, the report tells what was known before.
        let _ = self.read();
        self.batches += self.total().saturating_sub(before);
        result
    }

    /// Batches in the ledger.
    fn total(&self) -> u64 {
        self.steps.iter().map(|row| row.batches).sum()
    }

    fn came_of(&mut self, moved: Moved) -> Result<bool> {
        self.steps = moved.steps;
        self.batches += moved.batches;
        // Whose connections are gone for good are not asked again.
        moved.result.inspect_err(|failure| {
            if failure.code == Code::ConnectionLost {
                self.helpers.dismiss();
            }
        })
    }

    fn validate(&mut self) -> Result<()> {
        if !self.request.validate {
            return Ok(());
        }
        let (proof, result) = validate::compare(
            self.bundle,
            self.driver,
            self.request,
            self.progress,
            // They were compared before the first row was moved.
            Found { ended: true, ..Found::default() },
        );
        self.proof = proof;
        result
    }
}

fn half_undone() -> Box<Failure> {
    Failure::new(Code::NotPrepared, "a rollback has begun here and was cut off")
        .state("the rows are taken back, the ledger is still there")
        .help("end it with `datamove rollback`, then apply again")
}
