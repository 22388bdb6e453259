//! What the ledger says, and the command that goes on from there.

use super::bundle::Bundle;
use super::driver::Driver;
use super::drivers::Access;
use super::report::{Outcome, Report, Verb};
use super::request::{Request, standing};
use super::state::Position;

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
    Report { steps, next: Some(request.command(&bundle.manifest, verb)), ..report }.end(Ok(outcome))
}
