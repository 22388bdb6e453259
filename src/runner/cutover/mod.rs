//! Brings users over, step by step, as the plan says; what was done stands in the ledger.

mod log;

use serde::Serialize;

use super::bundle::Bundle;
use super::driver::Driver;
use super::drivers::{Access, identity};
use super::evidence::gate::span;
use super::failure::{Failure, Result};
use super::gate;
use super::progress::Progress;
use super::report::{Outcome, Report, Verb};
use super::request::{Request, standing};
use super::state::Position;
use super::validate;
use crate::diagnostic::Code;
use crate::plan::{CutStep, Cutover, Does};

/// What is to be recorded, by the step's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// It was done.
    Done(String),
    /// It was taken back.
    Undone(String),
}

/// A step and when it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CutRow {
    pub step: String,
    pub owner: String,
    /// How it is taken back; absent for a step that cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// When, by the target's clock, and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Done {
    pub at: String,
    /// The same, in seconds since 1970.
    pub second: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// Shows the steps, or records one in its turn.
pub fn cutover(
    request: &Request,
    record: Option<&Record>,
    who: Option<&str>,
    progress: &mut dyn Progress,
) -> Report {
    request.open(Verb::Cutover, access(request, record), |bundle, driver| {
        run(bundle, driver, request, record, who, progress)
    })
}

/// Only what compares needs the source, and only what records writes. A bundle that cannot be opened is
/// reported where it is opened for good.
fn access(request: &Request, record: Option<&Record>) -> Access {
    let Some(record) = record else { return Access::Look };
    let bundle = Bundle::open(&request.bundle).ok();
    let cutover = bundle.as_ref().and_then(|bundle| bundle.manifest.cutover.as_ref());
    let validates = |name: &String| {
        cutover
            .is_some_and(|of| of.steps.iter().any(|step| step.name == *name && step.does == Does::Validate))
    };
    match record {
        Record::Done(name) if validates(name) => Access::Compare,
        Record::Done(_) | Record::Undone(_) => Access::Write,
    }
}

/// Shows or records over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    record: Option<&Record>,
    who: Option<&str>,
    progress: &mut dyn Progress,
) -> Report {
    let mut report = Report::new(Verb::Cutover, &bundle.manifest);
    let result = step(bundle, driver, request, record, who, progress, &mut report);
    if report.failure.is_none()
        && let Some(next) = report.cutover.iter().find(|row| row.done.is_none())
    {
        let command = request.command(&bundle.manifest, Verb::Cutover);
        report.next = Some(format!("{command} --done {}", super::request::shell_quoted(&next.step)));
    }
    report.end(result)
}

fn step(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    record: Option<&Record>,
    who: Option<&str>,
    progress: &mut dyn Progress,
    report: &mut Report,
) -> Result<Outcome> {
    let Some(cutover) = &bundle.manifest.cutover else {
        return Err(refused("the plan has no cutover").help("write `cutover { step \"…\" … }` into the plan"));
    };
    let (position, _) = standing(&bundle.manifest, driver)?;
    if position != Position::Loaded {
        return Err(refused("the rows are not all moved").help("apply the bundle first"));
    }
    report.cutover = rows(cutover, driver, &bundle.manifest.ledger)?;
    match record {
        None => {}
        Some(Record::Done(name)) => {
            let step = in_turn(cutover, &report.cutover, name)?;
            if step.does == Does::Validate {
                let before = std::mem::take(&mut report.cutover);
                let proven = validate::run(bundle, driver, request, progress);
                let failure = proven.failure.clone();
                *report = Report { verb: Verb::Cutover, cutover: before, failure: None, ..proven };
                if let Some(failure) = failure {
                    return Err(Box::new(failure));
                }
                if let Some(why) = &report.unkept {
                    return Err(refused(&format!("nothing differs, but no evidence was kept: {why}"))
                        .help("record it by a role that may write to the ledger"));
                }
            } else if follows_a_proof(cutover, name) {
                gate::pass(bundle, driver, request, &mut report.evidence)?;
            }
            log::write(driver, &bundle.manifest.ledger, name, log::DONE, who)?;
        }
        Some(Record::Undone(name)) => {
            let step = newest(cutover, &report.cutover, name)?;
            log::write(driver, &bundle.manifest.ledger, &step.name, log::UNDONE, who)?;
        }
    }
    if record.is_some() {
        report.cutover = rows(cutover, driver, &bundle.manifest.ledger)?;
    }
    let all = report.cutover.iter().all(|row| row.done.is_some());
    Ok(if all { Outcome::CutOver } else { Outcome::CuttingOver })
}

/// The plan's steps with what the ledger says of each.
pub(super) fn rows(cutover: &Cutover, driver: &mut dyn Driver, ledger: &str) -> Result<Vec<CutRow>> {
    let log = log::read(driver, ledger)?;
    let row = |step: &CutStep| CutRow {
        step: step.name.clone(),
        owner: step.owner.clone(),
        undo: match &step.does {
            Does::Validate => Some("nothing to undo".to_owned()),
            Does::Manual { undo, .. } => undo.clone(),
        },
        done: log::done(&log, &step.name),
    };
    Ok(cutover.steps.iter().map(row).collect())
}

/// The step if it is the next one.
fn in_turn<'a>(cutover: &'a Cutover, rows: &[CutRow], name: &str) -> Result<&'a CutStep> {
    let step = named(cutover, name)?;
    match rows.iter().find(|row| row.done.is_none()) {
        Some(next) if next.step == name => Ok(step),
        Some(next) if rows.iter().any(|row| row.step == name && row.done.is_none()) => {
            Err(refused(&format!("`{name}` comes after `{}`, which was not done yet", next.step))
                .help(format!("have {} do it, and record it first", next.owner)))
        }
        _ => Err(refused(&format!("`{name}` was done already")).help("nothing is left to record of it")),
    }
}

/// The step if it is the newest that was done, and can be taken back.
fn newest<'a>(cutover: &'a Cutover, rows: &[CutRow], name: &str) -> Result<&'a CutStep> {
    let step = named(cutover, name)?;
    let Some(last) = rows.iter().rev().find(|row| row.done.is_some()) else {
        return Err(refused("no step was done yet").help("there is nothing to take back"));
    };
    if last.step != name {
        return Err(refused(&format!("`{}` was done last, and is taken back first", last.step))
            .help("steps are taken back in the order against the plan's"));
    }
    if step.is_final() {
        return Err(refused(&format!("the plan says of `{name}` that nothing brings users back from it"))
            .help("what was done cannot be taken back; the record stays"));
    }
    Ok(step)
}

fn named<'a>(cutover: &'a Cutover, name: &str) -> Result<&'a CutStep> {
    cutover.steps.iter().find(|step| step.name == name).ok_or_else(|| {
        let names: Vec<String> = cutover.steps.iter().map(|step| format!("`{}`", step.name)).collect();
        refused(&format!("the cutover has no step `{name}`"))
            .help(format!("its steps are {}", names.join(", ")))
    })
}

/// The first step behind a validation asks for what it found.
fn follows_a_proof(cutover: &Cutover, name: &str) -> bool {
    cutover.steps.windows(2).any(|two| two[0].does == Does::Validate && two[1].name == name)
}

/// Refuses a rollback that comes after the point of no return.
pub(super) fn still_open(bundle: &Bundle, driver: &mut dyn Driver) -> Result<()> {
    let Some(cutover) = &bundle.manifest.cutover else { return Ok(()) };
    let log = log::read(driver, &bundle.manifest.ledger)?;
    let closed = |says: String| {
        Failure::new(Code::RollbackClosed, says)
            .state("nothing was taken back")
            .help("what users wrote since is built on these rows; see `datamove explain DM0793`")
    };
    for step in cutover.steps.iter().filter(|step| step.is_final()) {
        if let Some(done) = log::done(&log, &step.name) {
            return Err(closed(format!(
                "`{}` was done at {}, and nothing brings users back from it",
                step.name, done.at
            )));
        }
    }
    let until = cutover.back.as_ref().and_then(|back| back.until.as_ref());
    let Some(until) = until else { return Ok(()) };
    let Some(done) = log::done(&log, &until.step) else { return Ok(()) };
    let age = identity::now(driver.session()).second.saturating_sub(done.second);
    if age <= until.seconds {
        return Ok(());
    }
    Err(closed(format!(
        "`{}` was done {} ago, and the way back is open for {}",
        until.step,
        span(age),
        span(until.seconds)
    )))
}

fn refused(says: &str) -> Box<Failure> {
    Failure::new(Code::CutoverOrder, says).state("nothing was recorded")
}
