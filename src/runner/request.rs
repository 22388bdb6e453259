use std::path::{Path, PathBuf};
use std::time::Duration;

use super::bundle::Bundle;
use super::driver::{Driver, EngineError};
use super::drivers::{Access, connect};
use super::failure::{Failure, Result};
use super::location::{Location, redact};
use super::pace::{AIM, Sizes};
use super::password::{Side, locate};
use super::report::{Report, Verb};
use super::signoff;
use super::state::{self, Ledger, Mismatch, Position};
use super::throttle::Limits;
use crate::artifact::manifest::{Manifest, ScriptEntry, ScriptKind};
use crate::base::Exit;
use crate::diagnostic::Code;
use crate::plan::Link;

/// What a command line asks of a bundle.
#[derive(Clone, Debug)]
pub struct Request {
    pub bundle: PathBuf,
    /// Locations as they were written.
    pub source: Option<String>,
    pub target: String,
    /// Files with their passwords.
    pub source_password: Option<PathBuf>,
    pub target_password: Option<PathBuf>,
    /// Rows of a batch, instead of the plan's.
    pub batch_rows: Option<u64>,
    /// The time of a batch, by which its rows are chosen up to as many as the plan says; `None`: always as many.
    pub aim: Option<Duration>,
    /// Seconds that the server lets a batch take before it is tried again with half its rows.
    pub patience: u64,
    /// When batches may begin.
    pub limits: Limits,
    /// A side may be another server, or older, than when the run began.
    pub other_server: bool,
    /// Stop after so many batches.
    pub max_batches: Option<u64>,
    /// So many connections move rows side by side.
    pub jobs: u64,
    /// Validate after everything is loaded.
    pub validate: bool,
    /// A rollback was confirmed.
    pub confirmed: bool,
    /// The fingerprint that was approved; a bundle of another one is refused.
    pub expect: Option<String>,
    /// The folder of all plans' approvals, and the file of who may sign them; `None` for the usual places.
    pub approvals: Option<PathBuf>,
    pub allowed_signers: Option<PathBuf>,
    /// Seconds for which the evidence of this run is good; none: as ever.
    pub good_for: Option<u64>,
    /// The oldest evidence that a gate takes, in seconds; none: as long as the evidence says.
    pub max_age: Option<u64>,
    /// A catch-up ends after so many rounds.
    pub rounds: usize,
    /// A catch-up is near enough when a round writes no more rows than this.
    pub until_rows: u64,
    /// A catch-up is near enough when a whole round takes no longer.
    pub until_lag: Option<Duration>,
    /// `reconcile`: all rows, whatever the plan says.
    pub full: bool,
    /// `reconcile`: draws this sample; none: another one each time.
    pub seed: Option<u64>,
    /// `reconcile`: nothing once the plan's period is over.
    pub scheduled: bool,
    /// How long after the first look at what differs comes the second.
    pub second_look: Duration,
}

/// A batch that takes so many seconds hurts whoever waits for its locks.
const PATIENCE: u64 = 600;

/// Longer than a transaction that writes to both sides is mostly under way between them.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// Rounds of a catch-up, of which each finds less than the one before, unless the source is written faster.
pub(crate) const ROUNDS: usize = 10;

impl Request {
    /// A request for a bundle and its databases, as the plan says everything else.
    #[must_use]
    pub fn new(bundle: &Path, source: Option<&str>, target: &str) -> Self {
        Self {
            bundle: bundle.to_owned(),
            source: source.map(str::to_owned),
            target: target.to_owned(),
            source_password: None,
            target_password: None,
            batch_rows: None,
            aim: None,
            patience: PATIENCE,
            limits: Limits::default(),
            other_server: false,
            max_batches: None,
            jobs: 1,
            validate: true,
            confirmed: false,
            expect: None,
            approvals: None,
            allowed_signers: None,
            good_for: None,
            max_age: None,
            rounds: ROUNDS,
            until_rows: 0,
            until_lag: None,
            full: false,
            seed: None,
            scheduled: false,
            second_look: SECOND_LOOK,
        }
    }

    /// The command that does `verb` with the same bundle and databases. A source that has to be
    /// named and was not stands there by the plan's name for it, in capitals.
    #[must_use]
    pub fn command(&self, manifest: &Manifest, verb: Verb) -> String {
        let needs_source = match manifest.link {
            Link::Same => false,
            Link::Attach => matches!(verb, Verb::Apply | Verb::CatchUp | Verb::Validate | Verb::Reconcile),
            Link::Staged | Link::Fdw => verb == Verb::Apply,
        };
        let mut words = vec!["datamove".to_owned(), verb.word().to_owned()];
        words.push(shell_quoted(&self.bundle.to_string_lossy()));
        if let Some(source) = &self.source {
            words.extend(["--source".to_owned(), shell_quoted(&redact(source))]);
        } else if needs_source {
            words.extend(["--source".to_owned(), shell_quoted(&manifest.source.to_uppercase())]);
        }
        words.extend(["--target".to_owned(), shell_quoted(&redact(&self.target))]);
        let files = [("source", &self.source_password), ("target", &self.target_password)];
        for (side, file) in files {
            if let Some(file) = file {
                words.extend([format!("--{side}-password-file"), shell_quoted(&file.to_string_lossy())]);
            }
        }
        match verb {
            Verb::Apply => {
                self.batches(&mut words);
                if self.jobs > 1 {
                    words.push(format!("--jobs {}", self.jobs));
                }
                words.extend(self.approved());
                if !self.validate {
                    words.push("--no-validate".to_owned());
                }
            }
            Verb::Cutover => words.extend(self.approved()),
            Verb::CatchUp => {
                if let Some(rows) = self.batch_rows {
                    words.push(format!("--batch-rows {rows}"));
                }
                words.extend(self.approved());
            }
            Verb::Rollback => words.push("--yes".to_owned()),
            Verb::Status | Verb::Throttle | Verb::Validate | Verb::Gate | Verb::Reconcile | Verb::Redrive => {
            }
        }
        words.join(" ")
    }

    /// The options that name what was approved.
    fn approved(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        let options = [
            ("--expect", self.expect.clone()),
            ("--approvals", path(&self.approvals)),
            ("--allowed-signers", path(&self.allowed_signers)),
        ];
        let said = options.into_iter().filter_map(|(option, value)| Some((option, value?)));
        said.flat_map(|(option, value)| [option.to_owned(), shell_quoted(&value)]).collect()
    }

    /// How large batches are.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        match (self.batch_rows, self.aim) {
            (None, Some(aim)) => Sizes::Adaptive(aim),
            (rows, _) => Sizes::Fixed(rows),
        }
    }

    /// What a command line says of batches, and of when they may begin.
    fn batches(&self, words: &mut Vec<String>) {
        match self.sizes() {
            Sizes::Fixed(Some(rows)) => words.push(format!("--batch-rows {rows}")),
            Sizes::Fixed(None) => words.push("--batch-rows plan".to_owned()),
            Sizes::Adaptive(AIM) => {}
            Sizes::Adaptive(aim) => words.push(format!("--batch-time {}ms", aim.as_millis())),
        }
        if self.patience != PATIENCE {
            words.push(format!("--statement-timeout {}s", self.patience));
        }
        let Limits { pause, rows_per_second, limits, window } = &self.limits;
        if !pause.is_zero() {
            words.push(format!("--pause {}ms", pause.as_millis()));
        }
        words.extend(rows_per_second.map(|rate| format!("--rows-per-second {rate}")));
        words.extend(limits.iter().map(|limit| format!("--limit {}", shell_quoted(&limit.text))));
        words.extend(window.map(|window| format!("--window {window}")));
    }

    /// Opens the bundle and the databases, hands both to `work`, and makes a report of whatever
    /// went wrong on the way.
    pub(super) fn open(
        &self,
        verb: Verb,
        access: Access,
        work: impl FnOnce(&Bundle, &mut dyn Driver) -> Report,
    ) -> Report {
        let bundle = match Bundle::open(&self.bundle) {
            Ok(bundle) => bundle,
            Err(failure) => return Report::failed(verb, None, failure),
        };
        let manifest = &bundle.manifest;
        if let Some(failure) = self.unexpected(manifest) {
            return Report::failed(verb, Some(manifest), failure);
        }
        // The way back is open without approvals.
        let asks = matches!(verb, Verb::Apply | Verb::CatchUp | Verb::Cutover);
        let approved = if asks { signoff::gate(&bundle, self) } else { Ok(()) };
        if let Err(failure) = approved {
            return Report::failed(verb, Some(manifest), failure);
        }
        let mut driver = match self.connect(manifest, access) {
            Ok(driver) => driver,
            Err(failure) => return Report::failed(verb, Some(manifest), failure),
        };
        let report = work(&bundle, driver.as_mut());
        match driver.close() {
            Err(error) if report.failure.is_none() => {
                Report { failure: Some(*Failure::from_engine(error).doing("closing the target")), ..report }
            }
            Ok(()) | Err(_) => report,
        }
    }

    fn unexpected(&self, manifest: &Manifest) -> Option<Box<Failure>> {
        let expected = self.expect.as_ref().filter(|expected| **expected != manifest.fingerprint)?;
        let says =
            format!("the bundle's fingerprint is {}, and {expected} was expected", manifest.fingerprint);
        let failure = Failure::new(Code::OtherFingerprint, says)
            .state("nothing was opened")
            .help("take the bundle that was approved, or have this one reviewed");
        Some(failure.exit(Exit::Stale))
    }

    /// Where the source is, if it was named.
    pub(super) fn source_location(&self) -> Result<Option<Location>> {
        let source = self.source.as_deref();
        source.map(|text| locate(Side::Source, text, self.source_password.as_deref())).transpose()
    }

    /// Where the target is.
    pub(super) fn target_location(&self) -> Result<Location> {
        locate(Side::Target, &self.target, self.target_password.as_deref())
    }

    /// One more connection to move rows over, beside the one that holds the lock.
    pub(super) fn helper(&self, manifest: &Manifest, number: u64) -> Result<Box<dyn Driver>> {
        let mut driver = self.reach(manifest, Access::Move)?;
        driver.beside(&manifest.plan, number);
        Ok(driver)
    }

    fn reach(&self, manifest: &Manifest, access: Access) -> Result<Box<dyn Driver>> {
        let source = self.source_location()?;
        let target = locate(Side::Target, &self.target, self.target_password.as_deref())?;
        connect(manifest, source.as_ref(), &target, access)
    }

    fn connect(&self, manifest: &Manifest, access: Access) -> Result<Box<dyn Driver>> {
        let mut driver = self.reach(manifest, access)?;
        if keeps_others_away(access) {
            driver.lock(&manifest.plan)?;
        }
        Ok(driver)
    }
}

/// Only what writes keeps others away; looking and validating disturb nobody.
fn keeps_others_away(access: Access) -> bool {
    match access {
        Access::Write | Access::Move => true,
        Access::Look | Access::Compare | Access::Beside => false,
    }
}

/// A word as a POSIX shell reads it back.
pub(super) fn shell_quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:@=+,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The ledger and where it stands; refuses one that this bundle must not continue.
pub(super) fn standing(manifest: &Manifest, driver: &mut dyn Driver) -> Result<(Position, Option<Ledger>)> {
    let ledger = driver.ledger(&manifest.ledger).map_err(|error| {
        let failure = Failure::from_engine(error).doing("reading the ledger");
        match failure.code {
            Code::StatementFailed => Failure { code: Code::LedgerUnexpected, ..*failure }.into(),
            _ => failure,
        }
    })?;
    match state::position(manifest, ledger.as_ref()) {
        Ok(position) => Ok((position, ledger)),
        Err(mismatch) => Err(refused(manifest, &mismatch)),
    }
}

fn refused(manifest: &Manifest, mismatch: &Mismatch) -> Box<Failure> {
    match mismatch {
        Mismatch::Fingerprint { found, steps } => other_bundle(manifest, found, steps.as_deref()),
        Mismatch::Plan { found } => Failure::new(
            Code::LedgerUnexpected,
            format!(
                "the ledger `{}` belongs to the plan `{found}`, not to `{}`",
                manifest.ledger, manifest.plan
            ),
        )
        .state("nothing was written")
        .help("use the bundle of that plan"),
        Mismatch::StepMissing { step } => {
            Failure::new(Code::LedgerUnexpected, format!("the ledger has no row for the step `{step}`"))
                .state("nothing was written")
                .help("somebody changed the ledger: roll back, and apply again")
        }
        Mismatch::Newer { found } => Failure::new(
            Code::LedgerNewer,
            format!("the ledger is of format {found}, and this datamove knows {}", state::LEDGER_FORMAT),
        )
        .state("nothing was written")
        .help("use the datamove that prepared the target, or a newer one"),
        Mismatch::Edited { what } => Failure::new(Code::LedgerEdited, what.as_str())
            .state("nothing was written")
            .help("no script writes this: put back what was changed by hand, or roll back and apply again"),
        Mismatch::State { found } => Failure::new(
            Code::LedgerUnexpected,
            format!("the ledger says that the run is `{found}`, which this version does not know"),
        )
        .state("nothing was written")
        .help("use the datamove that applied the bundle"),
    }
}

fn other_bundle(manifest: &Manifest, found: &str, steps: Option<&[String]>) -> Box<Failure> {
    let message = format!(
        "another bundle of `{}` prepared this target: its fingerprint is {found}, this one's is {}",
        manifest.plan, manifest.fingerprint
    );
    let (changed, help) = match steps {
        Some([]) => (String::new(), "its steps are the same: `datamove apply` goes on with this bundle".to_owned()),
        Some(steps) => (
            format!(": {}", steps.join(", ")),
            "roll back with the bundle that prepared the target, or finish with it; only a bundle with the same steps goes on".to_owned(),
        ),
        None => (
            String::new(),
            "roll back with the bundle that prepared the target, or finish with it".to_owned(),
        ),
    };
    Failure::new(Code::OtherPlanPrepared, message + &changed)
        .state("nothing was written; the other bundle's rows and checkpoints are as they were")
        .help(help)
}

/// A script's error, with what was being done and what it means for the target.
pub(super) fn script_failure(script: &ScriptEntry, error: EngineError, batch: Option<u64>) -> Box<Failure> {
    let line = error.line;
    let raised = matches!(error.trouble, super::driver::Trouble::Raised { .. });
    let mut failure = Failure::from_engine(error).at(&script.path, line).doing(doing(script, batch));
    failure.state = Some(meaning(script.kind).to_owned());
    if raised && failure.exit != Exit::Stale {
        failure.exit = if script.kind == ScriptKind::Validate { Exit::Invalid } else { Exit::Refused };
    }
    failure
}

fn doing(script: &ScriptEntry, batch: Option<u64>) -> String {
    let steps = script.steps.join("`, `");
    let batch = batch.map_or(String::new(), |batch| format!(", batch {batch}"));
    match script.kind {
        ScriptKind::Source => "looking at the source for values that cannot travel".to_owned(),
        ScriptKind::Link => "showing the source to the target's server".to_owned(),
        ScriptKind::Send | ScriptKind::Stage => format!("copying rows, step `{steps}`{batch}"),
        ScriptKind::Staged => "counting the rows that were copied".to_owned(),
        ScriptKind::Preflight => "looking for what would break the move".to_owned(),
        ScriptKind::Prepare => "preparing the ledger".to_owned(),
        ScriptKind::Backfill => format!("moving rows, step `{steps}`{batch}"),
        ScriptKind::SecondPass => format!("filling in references, step `{steps}`{batch}"),
        ScriptKind::Constraints => "putting back what was postponed".to_owned(),
        ScriptKind::Finish => "advancing sequences and finishing the ledger".to_owned(),
        ScriptKind::Redrive => format!("trying rows again that were set aside, step `{steps}`"),
        ScriptKind::Validate => "comparing source and target".to_owned(),
        ScriptKind::CatchUpBegin => "beginning a round of the catch-up".to_owned(),
        ScriptKind::CatchUp => format!("catching up, step `{steps}`{batch}"),
        ScriptKind::CatchUpEnd => "ending a round of the catch-up".to_owned(),
        ScriptKind::Reconcile => "comparing source and target again".to_owned(),
        ScriptKind::Rollback => "taking everything back".to_owned(),
    }
}

fn meaning(kind: ScriptKind) -> &'static str {
    match kind {
        ScriptKind::Link | ScriptKind::Send | ScriptKind::Stage | ScriptKind::Staged => {
            "no row of a target table was written; the same command goes on"
        }
        ScriptKind::Source | ScriptKind::Preflight => "nothing was written",
        ScriptKind::Prepare => "no rows were moved; the same command begins again",
        ScriptKind::Backfill | ScriptKind::SecondPass => {
            "the batch was rolled back, the batches before it are kept; the same command continues"
        }
        ScriptKind::Constraints | ScriptKind::Finish => {
            "all rows are moved; the same command continues with this script"
        }
        ScriptKind::Redrive => "rows that went in before are in the target, the others are still set aside",
        ScriptKind::CatchUpBegin => "no row was written; the same command begins again",
        ScriptKind::CatchUp => {
            "the batch was rolled back, the batches before it are kept; the same command continues the round"
        }
        ScriptKind::CatchUpEnd => "all rows of the round are written; the same command ends it",
        ScriptKind::Validate | ScriptKind::Reconcile => {
            "nothing was written; the rows are in the target as they were moved"
        }
        ScriptKind::Rollback => {
            "nothing was taken back: a rollback is one transaction; the same command tries again"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_pasted_and_hold_no_password() {
        let manifest = Manifest {
            format_version: 1,
            plan: "shop".to_owned(),
            fingerprint: String::new(),
            engine: crate::base::Engine::Postgres,
            link: Link::Attach,
            source: "legacy".to_owned(),
            target: "shop".to_owned(),
            ledger: String::new(),
            staging: None,
            reconcile: None,
            scripts: Vec::new(),
            cutover: None,
            steps: std::collections::BTreeMap::new(),
            needs: Vec::new(),
            files: std::collections::BTreeMap::new(),
        };
        let mut request = Request {
            batch_rows: Some(50),
            max_batches: Some(1),
            ..Request::new(Path::new("build/my shop"), Some("it's.db"), "postgres://ann:hunter2@h/d")
        };
        assert_eq!(
            request.command(&manifest, Verb::Apply),
            "datamove apply 'build/my shop' --source 'it'\\''s.db' --target 'postgres://ann:***@h/d' --batch-rows 50"
        );
        assert!(request.command(&manifest, Verb::Rollback).ends_with(" --yes"));
        request.source = None;
        assert!(request.command(&manifest, Verb::Validate).contains(" --source LEGACY "));
    }
}
