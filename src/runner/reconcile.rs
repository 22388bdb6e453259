//! Compares again what was moved a while ago, says how differences came about, and writes what would mend them.

use super::bundle::Bundle;
use super::classify::classify;
use super::drift;
use super::driver::Driver;
use super::drivers::Access;
use super::evidence::{Evidence, Kind, gate, table};
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
use crate::runner::checks::Verdict;

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
    match again(bundle, driver, request, progress) {
        Err(failure) => report.end(Err(failure)),
        Ok((proof, repair, result)) => {
            report.repair = repair;
            report.proven(proof).end(result.map(|()| Outcome::Validated))
        }
    }
}

type Reconciled = (Proof, Option<String>, Result<()>);

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
    let script = bundle.only(ScriptKind::Validate)?;
    let last = last_good(bundle, driver);
    let begun = Proof::begin(bundle, driver);
    let (mut found, result) = validate::look(bundle, driver, request, progress, script);
    let now = begun.evidence(Kind::Reconcile, script, &found);
    classify(&mut found.differences, &found.checks, &now, last.as_ref());
    let differences = found.differences.clone();
    let proof = begun.end(Kind::Reconcile, script, found, request).keep(bundle, driver);
    let number = proof.evidence.first().and_then(|one| one.evidence.number);
    let repair = bundle.repair()?.and_then(|repair| repair::script(&repair, &differences, number));
    let result = result.map_err(|failure| match failure.code {
        Code::ValidationFailed => Box::new(Failure { code: Code::Unreconciled, ..*failure })
            .help("look at the differences, review the repair script that --repair writes, run it with the target's own client, and validate"),
        _ => failure,
    });
    Ok((proof, repair, result))
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
