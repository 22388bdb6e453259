//! Takes over what changed in the source since the load, round by round, until the target is near enough.

#![expect(
    clippy::disallowed_methods,
    reason = "how far the target is behind is a time; nothing that is kept holds it"
)]

use std::sync::Arc;
use std::time::Instant;

use super::attempt::Attempts;
use super::bundle::Bundle;
use super::drift;
use super::driver::Driver;
use super::drivers::Access;
use super::failure::{Failure, Result};
use super::jobs::Wave;
use super::progress::{Event, Progress};
use super::report::{CaughtUp, Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::{self, Lost};
use super::state::{self, Position, StepRow};
use super::throttle::Governor;
use crate::artifact::manifest::{ScriptEntry, ScriptKind};
use crate::diagnostic::Code;

/// Opens everything, catches up, and reports.
pub fn catch_up(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::CatchUp, Access::Move, |bundle, driver| run(bundle, driver, request, progress))
}

/// Catches up over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let mut report = Report::new(Verb::CatchUp, &bundle.manifest);
    let done = CaughtUp::default();
    let governor = match Governor::new(&bundle.manifest, request, driver) {
        Ok(governor) => Arc::new(governor),
        Err(failure) => return report.end(Err(failure)),
    };
    let mut run = CatchUp { bundle, driver, request, progress, governor, steps: Vec::new(), done };
    let result = run.through();
    if result.is_err() && !run.steps.is_empty() {
        report.next = Some(request.command(&bundle.manifest, Verb::CatchUp));
    }
    report.steps = run.steps;
    report.caught_up = Some(run.done);
    report.end(result)
}

struct CatchUp<'a> {
    bundle: &'a Bundle,
    driver: &'a mut dyn Driver,
    request: &'a Request,
    progress: &'a mut dyn Progress,
    governor: Arc<Governor>,
    /// The steps of the round.
    steps: Vec<StepRow>,
    done: CaughtUp,
}

impl CatchUp<'_> {
    /// After a lost connection the round goes on over a new one.
    fn through(&mut self) -> Result<Outcome> {
        let mut lost = Lost::none();
        loop {
            match self.rounds() {
                Err(failure) => {
                    let at = self.steps.iter().map(|row| row.batches).sum();
                    lost.mend(failure, self.bundle, self.driver, at)?;
                }
                done => return done,
            }
        }
    }

    fn rounds(&mut self) -> Result<Outcome> {
        if self.bundle.only(ScriptKind::CatchUpBegin).is_err() {
            return Err(unplanned());
        }
        let position = standing(&self.bundle.manifest, self.driver)?.0;
        if position != Position::Loaded {
            return Err(not_loaded());
        }
        drift::refuse(self.bundle, self.driver, position)?;
        loop {
            let near = self.round()?;
            if near {
                return Ok(Outcome::CaughtUp);
            }
            if self.done.rounds >= self.request.rounds {
                return Err(self.still_behind());
            }
        }
    }

    /// One round; true if the target is near enough after it. What was committed before a round began is in the target when
    /// it ends, so the target is never farther behind than the round took.
    fn round(&mut self) -> Result<bool> {
        let began = Instant::now();
        self.simple(ScriptKind::CatchUpBegin)?;
        self.read()?;
        // A round that was stopped before may have looked at rows long ago.
        let whole = self.steps.iter().all(|row| row.batches == 0);
        for script in state::catching_up(&self.bundle.manifest) {
            self.work(script)?;
        }
        self.simple(ScriptKind::CatchUpEnd)?;
        self.read()?;
        let written: u64 = self.steps.iter().map(|row| row.rows_written).sum();
        let second = |row: &&StepRow| row.step.starts_with("catch_up/deletes/") && row.step.ends_with("/4");
        self.done = CaughtUp {
            rounds: self.done.rounds + 1,
            rows_written: self.done.rows_written + written,
            last_written: written,
            held: self.steps.iter().filter(second).map(|row| row.rows_skipped).sum(),
        };
        let quick = self.request.until_lag.is_some_and(|most| began.elapsed() <= most);
        Ok(whole && (quick || written <= self.request.until_rows))
    }

    fn work(&mut self, script: &ScriptEntry) -> Result<()> {
        let wave = Wave {
            bundle: self.bundle,
            request: self.request,
            scripts: vec![script],
            steps: self.steps.clone(),
            governor: Arc::clone(&self.governor),
            // Runs of the load are written down, rounds are not.
            attempts: Attempts::default(),
            left: None,
        };
        let moved = wave.run(vec![&mut *self.driver], self.progress);
        self.steps = moved.steps;
        moved.result.map(|_| ())
    }

    fn simple(&mut self, kind: ScriptKind) -> Result<()> {
        let script = self.bundle.only(kind)?;
        self.progress.event(&Event::Started { script });
        let run = retry::run(self.bundle, self.driver, script);
        self.progress.event(&Event::Ended { script, done: run.error.is_none() });
        run.error.map_or(Ok(()), |error| Err(script_failure(script, error, None)))
    }

    fn read(&mut self) -> Result<()> {
        let ledger = standing(&self.bundle.manifest, self.driver)?.1;
        let steps = ledger.map_or(Vec::new(), |ledger| ledger.steps);
        self.steps = steps.into_iter().filter(state::is_catch_up).collect();
        Ok(())
    }

    fn still_behind(&self) -> Box<Failure> {
        let CaughtUp { rounds, last_written, .. } = self.done;
        Failure::new(
            Code::StillBehind,
            format!("{rounds} rounds are done, and the last one still wrote {last_written} rows"),
        )
        .state("what the rounds wrote is in the target, and nothing of it is lost")
        .help("run the same command again, allow more (`--rounds`, `--until-rows`, `--until-lag`), or stop the writes to the source")
    }
}

fn unplanned() -> Box<Failure> {
    Failure::new(Code::NoCatchUp, "this bundle's plan does not say what becomes of deleted rows, so it does not catch up")
        .state("nothing was written")
        .help("add `deletes none`, `deletes soft COLUMN` or `deletes hard` to each move, compile, and load with that bundle")
}

fn not_loaded() -> Box<Failure> {
    Failure::new(
        Code::NothingToCatchUp,
        "the load is not finished in this target, and a catch-up comes after it",
    )
    .state("nothing was written")
    .help("run `datamove apply` to its end first")
}
