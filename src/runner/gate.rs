//! Lets a pipeline pass only with good evidence.

use super::bundle::Bundle;
use super::driver::Driver;
use super::drivers::{Access, identity};
use super::evidence::gate::{self, Asked};
use super::evidence::{Evidence, Judged};
use super::failure::{Failure, Result};
use super::report::{Outcome, Report, Verb};
use super::request::{Request, standing};
use super::state::Position;
use super::status;
use crate::diagnostic::Code;

/// Opens the target for looking only, and judges the newest evidence of a comparison.
pub fn gate(request: &Request) -> Report {
    request.open(Verb::Gate, Access::Look, |bundle, driver| run(bundle, driver, request))
}

/// Judges over an open session.
pub fn run(bundle: &Bundle, driver: &mut dyn Driver, request: &Request) -> Report {
    let mut report = Report::new(Verb::Gate, &bundle.manifest);
    let result = pass(bundle, driver, request, &mut report.evidence);
    if result.is_err() {
        report.next = Some(request.command(&bundle.manifest, Verb::Validate));
    }
    report.end(result.map(|()| Outcome::Open))
}

pub(super) fn pass(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    shown: &mut Vec<Judged>,
) -> Result<()> {
    let manifest = &bundle.manifest;
    let (position, _) = standing(manifest, driver)?;
    if position != Position::Loaded {
        return Err(
            refused(Code::EvidenceMissing, "the rows are not all moved").help("apply the bundle first")
        );
    }
    let Some(all) = status::evidence(bundle, driver, request)? else {
        return Err(refused(Code::EvidenceMissing, "this ledger keeps no evidence")
            .help("the bundle was compiled before there was any: compile it again"));
    };
    let evidence: Vec<Evidence> = all.iter().map(|one| one.evidence.clone()).collect();
    *shown = all;
    let Some(newest) = gate::newest(&evidence) else {
        return Err(refused(Code::EvidenceMissing, "source and target were never compared"));
    };
    let session = driver.session();
    let (now, target) = (identity::now(session), identity::side(session, None));
    let asked = Asked {
        fingerprint: &manifest.fingerprint,
        target: &target.server,
        now: &now,
        max_age: request.max_age,
    };
    gate::judge(newest, asked).map_err(|(code, why)| {
        let number = newest.number.unwrap_or_default();
        refused(code, format!("evidence {number} of {} is refused: {why}", newest.moment.at))
    })
}

fn refused(code: Code, says: impl Into<String>) -> Box<Failure> {
    Failure::new(code, says)
        .state("nothing was written")
        .help("validate with the same bundle, by a role that may write to the ledger")
}
