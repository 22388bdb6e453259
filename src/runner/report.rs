//! How a run ended: one structure, from which the text, the JSON and the exit code all come, so
//! that they cannot disagree.

mod html;
mod junit;
mod markdown;
mod tables;

use serde::Serialize;

use super::aside::Rejected;
use super::attempt::Attempt;
use super::checks::{Check, Differing};
use super::cutover::CutRow;
use super::evidence::{Coverage, Judged};
use super::failure::{Failure, Result};
use super::proof::Proof;
use super::state::{StepRow, StepState, Undone, is_catch_up, is_copy};
use crate::artifact::manifest::Manifest;
use crate::base::Exit;
use crate::diagnostic::Code;

/// The version of the JSON.
pub const FORMAT_VERSION: u32 = 1;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Apply,
    CatchUp,
    Status,
    Throttle,
    Validate,
    Gate,
    Reconcile,
    Redrive,
    Cutover,
    Rollback,
}

impl Verb {
    /// The word on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::CatchUp => "catch-up",
            Self::Status => "status",
            Self::Throttle => "throttle",
            Self::Validate => "validate",
            Self::Gate => "gate",
            Self::Reconcile => "reconcile",
            Self::Redrive => "redrive",
            Self::Cutover => "cutover",
            Self::Rollback => "rollback",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// `apply`: everything is moved now.
    Loaded,
    /// `apply`: everything had been moved before.
    AlreadyLoaded,
    /// `apply`: stopped where it was asked to.
    Stopped,
    /// `catch-up`: the target is as near to the source as was asked.
    CaughtUp,
    /// `validate`: no difference.
    Validated,
    /// `gate`: the evidence is good.
    Open,
    /// `status`, `rollback`: there is no ledger.
    NothingApplied,
    /// `status`: some rows are moved.
    Resumable,
    /// `status`: all rows are moved.
    IsLoaded,
    /// `redrive`: no row is set aside any more.
    Redriven,
    /// `cutover`: users are being brought over.
    CuttingOver,
    /// `cutover`: every step was done.
    CutOver,
    /// `throttle`: the ledger says so now.
    Asked,
    /// `rollback`: the target is as it was.
    RolledBack,
    /// `reconcile`: the plan's period is over, and nothing was compared.
    Over,
    /// The failure says why.
    Failed,
}

/// What the ledger asks of a run that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Speed {
    pub paused: bool,
    /// Absent: as the run was told when it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_per_second: Option<u64>,
    /// Why the run waits, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
}

impl Speed {
    /// True if it is not as it is without a word from anybody.
    fn is_news(&self) -> bool {
        self.paused || self.rows_per_second.is_some() || self.waits.is_some()
    }

    fn says(&self) -> String {
        let paused = if self.paused { "paused" } else { "not paused" };
        let rate = self
            .rows_per_second
            .map_or("no rate of its own".to_owned(), |rate| format!("at most {rate} rows per second"));
        let waits = self.waits.as_ref().map_or(String::new(), |why| format!("; waits: {why}"));
        format!("{paused}, {rate}{waits}")
    }
}

/// The rounds of a catch-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CaughtUp {
    /// Rounds that came to their end.
    pub rounds: usize,
    /// Rows that they inserted, changed, marked or deleted.
    pub rows_written: u64,
    /// Of them, those of the last round.
    pub last_written: u64,
    /// Rows whose source is gone and that stay, because others refer to them.
    pub held: u64,
}

/// The end of a run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    pub format_version: u32,
    pub verb: Verb,
    pub outcome: Outcome,
    /// Absent where the bundle could not be opened.
    pub plan: Option<String>,
    pub fingerprint: Option<String>,
    /// The ledger's steps, in its order.
    pub steps: Vec<StepRow>,
    /// Rows that are set aside; a few for each step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
    /// `redrive`: rows that were set aside and are not any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_in: Option<u64>,
    /// Failing ones first.
    pub checks: Vec<Check>,
    /// Rows and values that the checks name; a few for each check.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Differing>,
    /// Newest first: of this run, then what the ledger kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Judged>,
    /// Why this run's evidence was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
    /// What was not looked at although nothing failed, and how a sample is drawn again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// `reconcile`: the script that would mend what differs, for review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
    /// The steps of the cutover, in the plan's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cutover: Vec<CutRow>,
    /// `status`: runs and the steps that they began, the newest run first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// `status`, `throttle`: what the ledger asks of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// `catch-up`: what its rounds did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caught_up: Option<CaughtUp>,
    /// What the rollback took back, or would.
    pub taken_back: Vec<Undone>,
    /// The command that goes on from here.
    pub next: Option<String>,
    pub failure: Option<Failure>,
}

/// What JSON has beside the fields.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'a> {
    summary: String,
    #[cfg_attr(test, schemars(with = "u8"))]
    exit_code: Exit,
    #[serde(flatten)]
    report: &'a Report,
}

impl Report {
    /// A report to be filled; until it has an end it is a failure.
    #[must_use]
    pub fn new(verb: Verb, manifest: &Manifest) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            verb,
            outcome: Outcome::Failed,
            plan: Some(manifest.plan.clone()),
            fingerprint: Some(manifest.fingerprint.clone()),
            steps: Vec::new(),
            rejected: Vec::new(),
            moved_in: None,
            checks: Vec::new(),
            differences: Vec::new(),
            evidence: Vec::new(),
            unkept: None,
            notes: Vec::new(),
            repair: None,
            cutover: Vec::new(),
            attempts: Vec::new(),
            speed: None,
            caught_up: None,
            taken_back: Vec::new(),
            next: None,
            failure: None,
        }
    }

    /// The report of a run that failed before it began.
    #[must_use]
    pub fn failed(verb: Verb, manifest: Option<&Manifest>, failure: Box<Failure>) -> Self {
        let report = Self {
            format_version: FORMAT_VERSION,
            verb,
            outcome: Outcome::Failed,
            plan: manifest.map(|manifest| manifest.plan.clone()),
            fingerprint: manifest.map(|manifest| manifest.fingerprint.clone()),
            steps: Vec::new(),
            rejected: Vec::new(),
            moved_in: None,
            checks: Vec::new(),
            differences: Vec::new(),
            evidence: Vec::new(),
            unkept: None,
            notes: Vec::new(),
            repair: None,
            cutover: Vec::new(),
            attempts: Vec::new(),
            speed: None,
            caught_up: None,
            taken_back: Vec::new(),
            next: None,
            failure: None,
        };
        report.end(Err(failure))
    }

    /// Adds what the checks showed.
    #[must_use]
    pub fn proven(self, proof: Proof) -> Self {
        let Proof { checks, differences, evidence, unkept } = proof;
        let meant = evidence.first().map(|one| one.evidence.coverage);
        let mut notes = self.notes;
        notes.extend(meant.and_then(left_out).map(str::to_owned));
        Self { checks, differences, evidence, unkept, notes, ..self }
    }

    /// Sets how it ended.
    #[must_use]
    pub fn end(self, result: Result<Outcome>) -> Self {
        match result {
            Ok(outcome) => Self { outcome, ..self },
            Err(failure) => Self { outcome: Outcome::Failed, failure: Some(*failure), ..self },
        }
    }

    /// What the process ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match (&self.failure, self.outcome) {
            (Some(failure), _) => failure.exit,
            (None, Outcome::Failed) => Exit::Internal,
            (None, _) => Exit::Done,
        }
    }

    /// The whole report as JSON, ending in a newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        let document = Document { summary: self.summary(), exit_code: self.exit(), report: self };
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The whole report for people, the verdict first. The failure's own text is not in it, because
    /// it belongs to another stream: [`Failure::to_text`].
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.summary());
        for table in [
            self.steps_table(),
            self.rejected_table(),
            self.checks_table(),
            self.differences_table(),
            self.evidence_table(),
            self.cutover_table(),
            self.attempts_table(),
            self.taken_back_table(),
        ]
        .into_iter()
        .flatten()
        {
            text.push('\n');
            for line in table.lines() {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        if let (Verb::Status, Some(speed)) = (self.verb, self.speed.as_ref().filter(|speed| speed.is_news()))
        {
            text.extend(["\n", &speed.says(), "\n"]);
        }
        if let (Verb::Validate | Verb::Reconcile, Some(line)) = (self.verb, self.evidence_line()) {
            text.extend(["\n", &line, "\n"]);
        }
        for note in &self.notes {
            text.extend(["note: ", note, "\n"]);
        }
        if let Some(next) = &self.next {
            text.extend(["\nnext: ", next, "\n"]);
        }
        text
    }

    /// The verdict in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let plan = self.plan.as_deref().unwrap_or("the bundle");
        match self.outcome {
            Outcome::Loaded => format!("{plan}: loaded, {}; {}", self.moved(), self.validated()),
            Outcome::AlreadyLoaded => {
                format!("{plan}: already loaded, nothing was left to move; {}", self.validated())
            }
            Outcome::Stopped => {
                format!("{plan}: stopped after the batches that were asked for, resumable; {}", self.done())
            }
            Outcome::CaughtUp => format!("{plan}: caught up, {}", self.rounds()),
            Outcome::Validated => format!("{plan}: {}", self.validated()),
            Outcome::Open => format!("{plan}: open; {}", self.evidence_line().unwrap_or_default()),
            Outcome::NothingApplied if self.verb == Verb::Rollback => {
                format!("{plan}: nothing applied, so nothing to take back")
            }
            Outcome::NothingApplied => format!("{plan}: nothing applied"),
            Outcome::Resumable => format!("{plan}: resumable; {}", self.done()),
            Outcome::IsLoaded => format!("{plan}: loaded, {}", self.moved()),
            Outcome::Redriven => format!(
                "{plan}: redriven, {} rows moved in; no row is set aside",
                self.moved_in.unwrap_or_default()
            ),
            Outcome::CuttingOver | Outcome::CutOver => format!("{plan}: {}", self.cut_over()),
            Outcome::Asked => {
                format!("{plan}: {}", self.speed.as_ref().map_or(String::new(), Speed::says))
            }
            Outcome::RolledBack => format!("{plan}: rolled back, {}", self.gone()),
            Outcome::Over => format!(
                "{plan}: the period in which it is compared again is over ({}); take the schedule away",
                Code::ReconcileOver.id()
            ),
            Outcome::Failed if self.would_go() => {
                format!("{plan}: nothing was taken back yet; with --yes, {}", self.gone())
            }
            Outcome::Failed => {
                let why = self.failure.as_ref().map_or("", |failure| failure.message.as_str());
                let what = if self.verb == Verb::Validate { "validation" } else { self.verb.word() };
                format!("{plan}: {what} failed: {why}")
            }
        }
    }

    /// True if this only shows what a rollback would do.
    fn would_go(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.code == Code::RollbackUnconfirmed)
    }

    fn moved(&self) -> String {
        // A second pass writes into rows that are there, and a copy is not where the rows are to be.
        let loads = || self.steps.iter().filter(|row| !is_catch_up(row));
        let moves = || loads().filter(|row| !row.step.ends_with("/second_pass") && !is_copy(row));
        let rows: u64 = moves().map(|step| step.rows_written).sum();
        let skipped: u64 = moves().map(|step| step.rows_skipped).sum();
        let skipped = if skipped == 0 { String::new() } else { format!(" and {skipped} skipped") };
        let aside: u64 = self.steps.iter().map(|step| step.rows_rejected).sum();
        let aside = if aside == 0 { String::new() } else { format!(", {aside} set aside") };
        format!("{rows} rows written{skipped} in {}{aside}", count(loads().count(), "step"))
    }

    fn rounds(&self) -> String {
        let rounds = self.caught_up.as_ref();
        let (all, last) = rounds.map_or((0, 0), |of| (of.rows_written, of.last_written));
        let rounds = rounds.map_or(0, |of| of.rounds);
        format!("{all} rows written in {}, {last} of them in the last", count(rounds, "round"))
    }

    fn done(&self) -> String {
        let done = self.steps.iter().filter(|step| step.state == StepState::Done).count();
        format!("{done} of {} done", count(self.steps.len(), "step"))
    }

    fn validated(&self) -> String {
        if self.checks.is_empty() {
            return "not validated, as was asked".to_owned();
        }
        format!("validation passed, {} found no difference", count(self.checks.len(), "check"))
    }

    fn gone(&self) -> String {
        let removed: u64 = self.taken_back.iter().map(|undone| undone.removed).sum();
        let restored: u64 = self.taken_back.iter().map(|undone| undone.restored).sum();
        format!("{removed} rows removed and {restored} restored")
    }
}

/// What a comparison that passed did not look at.
const fn left_out(coverage: Coverage) -> Option<&'static str> {
    match coverage {
        Coverage::Whole | Coverage::Part => None,
        Coverage::Changed => Some(
            "only rows that were written since the last good comparison were looked at, by their watermarks: \
             not rows that went, and none whose watermark did not move; a gate asks for a comparison of all rows",
        ),
        Coverage::Copies => Some(
            "the copies of the source's rows were compared with the target, not the source itself: name it with \
             --source; a gate asks for a comparison of both",
        ),
    }
}

/// `1 step`, `2 steps`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
