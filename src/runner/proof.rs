//! What a run of checks leaves: for the report, and in the ledger.

use super::bundle::Bundle;
use super::checks::{Check, Differing};
use super::driver::Driver;
use super::evidence::gate::{self, Asked};
use super::evidence::{Evidence, Found, Judged, Kind, Observed, table};
use super::request::Request;
use crate::artifact::manifest::ScriptEntry;

/// Checks with the evidence that they amount to.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    pub checks: Vec<Check>,
    pub differences: Vec<Differing>,
    /// Newest first; the first is of this run, the others were in the ledger before.
    pub evidence: Vec<Judged>,
    /// Why this run's was not kept.
    pub unkept: Option<String>,
}

/// Both sides as they were before the checks.
pub(super) struct Begun<'a> {
    bundle: &'a Bundle,
    observed: Observed,
}

/// Checks that were run and whose evidence is yet to be kept.
pub(super) struct Ended {
    evidence: Evidence,
    found: Found,
}

impl Proof {
    /// Notes where both sides are; comes before the checks.
    pub(super) fn begin<'a>(bundle: &'a Bundle, driver: &mut dyn Driver) -> Begun<'a> {
        Begun { bundle, observed: Observed::of(&bundle.manifest, driver) }
    }
}

impl Begun<'_> {
    /// What was found as evidence that is not kept yet.
    pub(super) fn evidence(&self, kind: Kind, script: &ScriptEntry, found: &Found) -> Evidence {
        let of = (script.path.as_str(), self.bundle.manifest.fingerprint.as_str());
        Evidence::of(kind, of, self.observed.clone(), found)
    }

    pub(super) fn end(self, kind: Kind, script: &ScriptEntry, found: Found, request: &Request) -> Ended {
        let evidence = self.evidence(kind, script, &found);
        let good_for = request.good_for.unwrap_or(evidence.good_for);
        Ended { evidence: Evidence { good_for, ..evidence }, found }
    }
}

impl Ended {
    /// Keeps the evidence in the ledger if there is one that takes it. That it cannot be kept is said and
    /// is no failure: who may only read may validate too.
    pub(super) fn keep(self, bundle: &Bundle, driver: &mut dyn Driver) -> Proof {
        let Self { mut evidence, found } = self;
        let ledger = &bundle.manifest.ledger;
        let mut unkept = None;
        match table::is_there(driver, ledger) {
            Ok(true) => match table::keep(driver, ledger, &evidence, &found) {
                Ok(number) => evidence.number = Some(number),
                Err(error) => unkept = Some(error.message),
            },
            Ok(false) => unkept = Some("the target has no ledger that keeps evidence".to_owned()),
            Err(error) => unkept = Some(error.message),
        }
        let earlier = table::read(driver, ledger).ok().flatten().unwrap_or_default();
        let this = evidence.number;
        let earlier = earlier.into_iter().filter(move |one| one.number != this);
        let now = evidence.moment.clone();
        let server = evidence.target.server.clone();
        let asked =
            Asked { fingerprint: &bundle.manifest.fingerprint, target: &server, now: &now, max_age: None };
        let all = [evidence].into_iter().chain(earlier);
        let evidence = all.map(|one| gate::judged(one, asked)).collect();
        let Found { checks, differences, .. } = found;
        Proof { checks, differences, evidence, unkept }
    }
}
