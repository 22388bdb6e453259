//! Tries the rows again that were set aside, after the source, the target or a rule was mended.

use std::collections::BTreeSet;

use super::aside::{self, Rejected};
use super::bundle::Bundle;
use super::driver::{Driver, EngineError, Rule, Setting};
use super::drivers::Access;
use super::failure::{Failure, Result};
use super::progress::{Event, Progress};
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::{self, Lost};
use super::state::{Position, StepRow};
use crate::artifact::manifest::{ScriptEntry, ScriptKind};
use crate::diagnostic::Code;

/// Opens everything, tries again, and reports.
pub fn redrive(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::Redrive, Access::Move, |bundle, driver| run(bundle, driver, request, progress))
}

/// Tries again over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let report = Report::new(Verb::Redrive, &bundle.manifest);
    let mut run =
        Redrive { bundle, driver, progress, refused: BTreeSet::new(), steps: Vec::new(), before: None };
    let result = run.through();
    // What went in changes what a validation sees, even if something failed behind it.
    let rejected = aside::shown(run.bundle, run.driver, &run.steps).unwrap_or_default();
    let moved_in = run.before.map(|before| before.saturating_sub(run.left()));
    let next = moved_in.filter(|rows| *rows > 0).map(|_| request.command(&bundle.manifest, Verb::Validate));
    Report { steps: run.steps, rejected, moved_in, next, ..report }.end(result)
}

struct Redrive<'a> {
    bundle: &'a Bundle,
    driver: &'a mut dyn Driver,
    progress: &'a mut dyn Progress,
    /// Numbers of rows that this run was refused.
    refused: BTreeSet<u64>,
    steps: Vec<StepRow>,
    /// Rows that were set aside when the run began.
    before: Option<u64>,
}

impl Redrive<'_> {
    /// After a lost connection it goes on over a new one: what went in is in no list any more.
    fn through(&mut self) -> Result<Outcome> {
        let mut lost = Lost::none();
        loop {
            match self.all() {
                Err(failure) => {
                    let at = self.before.unwrap_or(0).saturating_sub(self.left());
                    lost.mend(failure, self.bundle, self.driver, at)?;
                }
                done => return done,
            }
        }
    }

    fn all(&mut self) -> Result<Outcome> {
        match self.read()? {
            Position::Fresh => return Ok(Outcome::NothingApplied),
            Position::Loaded => {}
            Position::Prepared | Position::Undone => return Err(not_loaded()),
        }
        let left = self.left();
        self.before.get_or_insert(left);
        let (bundle, mut scripts) = (self.bundle, 0);
        for script in bundle.manifest.scripts.iter().filter(|script| script.kind == ScriptKind::Redrive) {
            self.step(script)?;
            scripts += 1;
        }
        if scripts > 0 {
            // Keys that went in may be above the sequences.
            self.finish()?;
        }
        self.read()?;
        if self.left() > 0 { Err(self.still_refused()) } else { Ok(Outcome::Redriven) }
    }

    /// Rows that are set aside.
    fn left(&self) -> u64 {
        self.steps.iter().map(|step| step.rows_rejected).sum()
    }

    fn read(&mut self) -> Result<Position> {
        let (position, ledger) = standing(&self.bundle.manifest, self.driver)?;
        self.steps = ledger.map_or(Vec::new(), |ledger| ledger.steps);
        Ok(position)
    }

    fn step(&mut self, script: &ScriptEntry) -> Result<()> {
        let Some(rows) = &script.rejected else { return Ok(()) };
        let Some(step) = script.steps.first() else { return Ok(()) };
        self.progress.event(&Event::Started { script });
        let all = aside::read(self.driver, rows, step, None)?;
        let open: Vec<u64> = all.iter().map(number).filter(|one| !self.refused.contains(one)).collect();
        let tried = self.try_again(script, &open);
        self.progress.event(&Event::Ended { script, done: tried.is_ok() });
        tried
    }

    /// All of these rows in one transaction, or if the target refuses one, each half by itself.
    fn try_again(&mut self, script: &ScriptEntry, numbers: &[u64]) -> Result<()> {
        let Some(error) = self.script(script, numbers).transpose() else { return Ok(()) };
        let error = error.map_err(|error| script_failure(script, error, None))?;
        let Some(rule) = error.rule.clone() else { return Err(script_failure(script, error, None)) };
        if let [one] = numbers {
            self.refused.insert(*one);
            return self.note(script, *one, &rule);
        }
        let (first, second) = numbers.split_at(numbers.len() / 2);
        self.try_again(script, first)?;
        self.try_again(script, second)
    }

    /// Runs the script for these rows; gives what it was refused with.
    fn script(
        &mut self,
        script: &ScriptEntry,
        numbers: &[u64],
    ) -> std::result::Result<Option<EngineError>, EngineError> {
        if numbers.is_empty() {
            return Ok(None);
        }
        only(self.driver, numbers)?;
        Ok(retry::run(self.bundle, self.driver, script).error)
    }

    /// The ledger keeps what the row breaks now.
    fn note(&mut self, script: &ScriptEntry, number: u64, rule: &Rule) -> Result<()> {
        let bundle = self.bundle;
        let failed = |error| script_failure(script, error, None);
        only(self.driver, &[number]).map_err(failed)?;
        let noted = aside::said(self.driver, 1, rule, |driver| retry::run(bundle, driver, script).error);
        noted.map_err(failed)?.map_or(Ok(()), |error| Err(failed(error)))
    }

    fn finish(&mut self) -> Result<()> {
        let script = self.bundle.only(ScriptKind::Finish)?;
        self.progress.event(&Event::Started { script });
        let run = retry::run(self.bundle, self.driver, script);
        self.progress.event(&Event::Ended { script, done: run.error.is_none() });
        run.error.map_or(Ok(()), |error| Err(script_failure(script, error, None)))
    }

    fn still_refused(&self) -> Box<Failure> {
        let left = self.left();
        let moved = self.before.unwrap_or(left).saturating_sub(left);
        Failure::new(Code::StillRefused, format!("{left} of {} rows are still refused", left + moved))
            .state(format!("{moved} rows went in; what is refused is still set aside"))
            .help("mend the rows that the report names, or the rules that they break, and run the same command again")
    }
}

/// Says to the script which rows are meant.
fn only(driver: &mut dyn Driver, numbers: &[u64]) -> std::result::Result<(), EngineError> {
    driver.set(Setting::RedriveFrom, numbers.first().copied())?;
    driver.set(Setting::RedriveTo, numbers.last().copied())
}

fn number(row: &Rejected) -> u64 {
    row.number
}

fn not_loaded() -> Box<Failure> {
    Failure::new(Code::NotLoaded, "the load is not done, and rows that were set aside come after it")
        .state("nothing was written")
        .help("end the load with `datamove apply`, then run the same command again")
}
