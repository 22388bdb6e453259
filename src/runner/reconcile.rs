//! Compares again what was moved a while ago, says how differences came about, and writes what would mend them.

use super::bundle::Bundle;
use super::classify::classify;
use super::drift;
use super::driver::{Driver, Setting};
use super::drivers::{Access, identity};
use super::evidence::{Coverage, Evidence, Kind, gate, table};
use super::failure::{Failure, Result};
use super::progress::Progress;
use super::proof::Proof;
use super::repair;
use super::report::{Outcome, Report, Verb};
use super::request::{Request, standing};
use super::state::Position;
use super::validate;
use crate::artifact::manifest::ScriptKind;
use crate::diagnostic::Code;
use crate::plan;
use crate::runner::checks::Verdict;

/// Seeds are below this, so that every engine's arithmetic is exact.
const MOST_SEEDS: u64 = 1 << 31;

/// Opens everything, reconciles, and reports.
pub fn reconcile(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::Reconcile, Access::Compare, |bundle, driver| run(bundle, driver, request, progress))
}

/// Reconciles over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let mut report = Report::new(Verb::Reconcile, &bundle.manifest);
    match is_over(bundle, driver, request) {
        Err(failure) => return report.end(Err(failure)),
        Ok(true) => return report.end(Ok(Outcome::Over)),
        Ok(false) => {}
    }
    match again(bundle, driver, request, progress) {
        Err(failure) => report.end(Err(failure)),
        Ok(Reconciled { proof, repair, notes, result }) => {
            (report.repair, report.notes) = (repair, notes);
            report.proven(proof).end(result.map(|()| Outcome::Validated))
        }
    }
}

/// What a comparison that comes again left.
struct Reconciled {
    proof: Proof,
    repair: Option<String>,
    notes: Vec<String>,
    result: Result<()>,
}

fn again(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<Reconciled> {
    let (position, _) = standing(&bundle.manifest, driver)?;
    if position != Position::Loaded {
        return Err(Failure::new(
            Code::NotPrepared,
            "the rows are not all moved, so there is nothing to reconcile",
        )
        .state("nothing was written")
        .help("apply the bundle first"));
    }
    drift::refuse(bundle, driver, position)?;
    let last = last_good(bundle, driver);
    let draw = Draw::of(bundle, driver, request)?;
    let script = bundle.only(draw.script)?;
    let begun = Proof::begin(bundle, driver);
    let (mut found, result) = validate::look(bundle, driver, request, progress, script);
    found.meant = draw.since.map(|_| Coverage::Changed);
    let (copies, copied) = validate::copies(bundle, request, progress);
    found.add(copies);
    let result = result.and(copied);
    let now = begun.evidence(Kind::Reconcile, script, &found);
    classify(&mut found.differences, &found.checks, &now, last.as_ref());
    let differences = found.differences.clone();
    let proof = begun.end(Kind::Reconcile, script, found, request).keep(bundle, driver);
    let number = proof.evidence.first().and_then(|one| one.evidence.number);
    let repair = bundle.repair()?.and_then(|repair| repair::script(&repair, &differences, number));
    let result = result.map_err(|failure| match failure.code {
        Code::ValidationFailed | Code::CopyDiffers => Box::new(Failure { code: Code::Unreconciled, ..*failure })
            .help("look at the differences, review the repair script that --repair writes, run it with the target's own client, and validate"),
        _ => failure,
    });
    Ok(Reconciled { proof, repair, notes: draw.notes(bundle), result })
}

/// True if a schedule runs this, and the plan's period has gone by since the first comparison that passed.
fn is_over(bundle: &Bundle, driver: &mut dyn Driver, request: &Request) -> Result<bool> {
    let manifest = &bundle.manifest;
    let Some(asked) = manifest.reconcile.as_ref().filter(|_| request.scheduled) else { return Ok(false) };
    standing(manifest, driver)?;
    let first = table::first_good(driver, &manifest.ledger, &manifest.fingerprint);
    let first = first.map_err(|error| Failure::from_engine(error).doing("reading the evidence"))?;
    let now = identity::now(driver.session()).second;
    Ok(first.is_some_and(|first| now.saturating_sub(first) >= asked.during))
}

/// What a run looks at.
struct Draw {
    script: ScriptKind,
    /// The evidence since which rows are looked at.
    since: Option<u64>,
    seed: u64,
}

impl Draw {
    /// Says it to the script.
    fn of(bundle: &Bundle, driver: &mut dyn Driver, request: &Request) -> Result<Self> {
        let ledger = &bundle.manifest.ledger;
        let Some(asked) = &bundle.manifest.reconcile else {
            return Ok(Self { script: ScriptKind::Validate, since: None, seed: 0 });
        };
        let all = table::read(driver, ledger).ok().flatten().unwrap_or_default();
        let changed = asked.checks == plan::Reconciled::Changed && !request.full;
        let since = if changed { since(bundle, driver, &all) } else { None };
        let drawn = all.first().and_then(|one| one.number).unwrap_or(0).wrapping_add(1);
        let first = asked.sample.map_or(0, |sample| sample.seed);
        let seed = request.seed.unwrap_or_else(|| (first + drawn) % MOST_SEEDS);
        for (setting, value) in [(Setting::Since, since), (Setting::Seed, Some(seed))] {
            let set = driver.set(setting, value);
            set.map_err(|error| Failure::from_engine(error).doing("speaking to the scripts"))?;
        }
        Ok(Self { script: ScriptKind::Reconcile, since, seed })
    }

    fn notes(&self, bundle: &Bundle) -> Vec<String> {
        let sample = bundle.manifest.reconcile.as_ref().and_then(|asked| asked.sample);
        let drawn = sample.map(|sample| {
            format!(
                "up to {} rows of each move were drawn; --seed {} draws them again",
                sample.rows, self.seed
            )
        });
        let since = self.since.map(|number| format!("changed rows are those since evidence {number}"));
        drawn.into_iter().chain(since).collect()
    }
}

/// The newest evidence from which changed rows can be told: good, of this plan in this target, and it noted how far
/// the source had come.
fn since(bundle: &Bundle, driver: &mut dyn Driver, all: &[Evidence]) -> Option<u64> {
    let marked = table::marked(driver, &bundle.manifest.ledger).ok()?;
    let target = identity::side(driver.session(), None).server;
    let good = |one: &&Evidence| {
        one.verdict == Verdict::Pass
            && one.voided.is_none()
            && one.fingerprint == bundle.manifest.fingerprint
            && one.target.server == target
            && one.number.is_some_and(|number| marked.contains(&number))
    };
    all.iter().find(good)?.number
}

/// The newest comparison in the ledger, if it was of this plan and found all equal.
fn last_good(bundle: &Bundle, driver: &mut dyn Driver) -> Option<Evidence> {
    let all = table::read(driver, &bundle.manifest.ledger).ok().flatten()?;
    let newest = gate::newest(&all)?;
    let good = newest.verdict == Verdict::Pass
        && newest.voided.is_none()
        && newest.fingerprint == bundle.manifest.fingerprint;
    good.then(|| newest.clone())
}
