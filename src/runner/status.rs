//! What the ledger says, and the command that goes on from there.

use super::aside;
use super::attempt;
use super::bundle::Bundle;
use super::driver::Driver;
use super::drivers::Access;
use super::drivers::identity;
use super::evidence::gate::{self, Asked};
use super::evidence::{Judged, table};
use super::failure::{Failure, Result};
use super::report::{Outcome, Report, Speed, Verb};
use super::request::{Request, standing};
use super::state::Position;
use super::throttle::control;
use super::throttle::verb::speed;

/// Opens everything for looking only, and reports.
pub fn status(request: &Request) -> Report {
    request.open(Verb::Status, Access::Look, |bundle, driver| run(bundle, driver, request))
}

/// Reads the ledger over an open session.
pub fn run(bundle: &Bundle, driver: &mut dyn Driver, request: &Request) -> Report {
    let report = Report::new(Verb::Status, &bundle.manifest);
    let (position, ledger) = match standing(&bundle.manifest, driver) {
        Ok(standing) => standing,
        Err(failure) => return report.end(Err(failure)),
    };
    let (outcome, verb) = match position {
        Position::Fresh => (Outcome::NothingApplied, Verb::Apply),
        Position::Prepared => (Outcome::Resumable, Verb::Apply),
        Position::Undone => (Outcome::Resumable, Verb::Rollback),
        Position::Loaded => (Outcome::IsLoaded, Verb::Validate),
    };
    let steps = ledger.map_or(Vec::new(), |ledger| ledger.steps);
    let evidence = match evidence(bundle, driver, request) {
        Ok(evidence) => evidence.unwrap_or_default(),
        Err(failure) => return report.end(Err(failure)),
    };
    let rejected = match aside::shown(bundle, driver, &steps) {
        Ok(rejected) => rejected,
        Err(failure) => return report.end(Err(failure)),
    };
    let (attempts, speed) = match (attempt::read(driver, &bundle.manifest.ledger), asked(bundle, driver)) {
        (Ok(attempts), Ok(speed)) => (attempts, speed),
        (Err(failure), _) | (_, Err(failure)) => return report.end(Err(failure)),
    };
    let next = Some(request.command(&bundle.manifest, verb));
    Report { steps, rejected, evidence, attempts, speed, next, ..report }.end(Ok(outcome))
}

/// What a run is asked; `None` where no ledger takes orders.
fn asked(bundle: &Bundle, driver: &mut dyn Driver) -> Result<Option<Speed>> {
    let ledger = &bundle.manifest.ledger;
    let read = match control::is_there(driver, ledger) {
        Ok(true) => speed(driver, ledger).map(Some),
        other => other.map(|_| None),
    };
    read.map_err(|error| Failure::from_engine(error).doing("reading what a run is asked"))
}

/// The ledger's evidence, newest first, with what a gate says of each now; `None` where there is no
/// ledger that keeps any.
pub(super) fn evidence(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
) -> Result<Option<Vec<Judged>>> {
    let read = table::read(driver, &bundle.manifest.ledger);
    let all = read.map_err(|error| Failure::from_engine(error).doing("reading the evidence"))?;
    let session = driver.session();
    let (now, target) = (identity::now(session), identity::side(session, None));
    let asked = Asked {
        fingerprint: &bundle.manifest.fingerprint,
        target: &target.server,
        now: &now,
        max_age: request.max_age,
    };
    Ok(all.map(|all| all.into_iter().map(|one| gate::judged(one, asked)).collect()))
}
