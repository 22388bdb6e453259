//! Takes back everything that a bundle did to its target.

use super::bundle::Bundle;
use super::cutover;
use super::driver::{Driver, NoWatch};
use super::drivers::Access;
use super::failure::{Failure, Result};
use super::progress::{Event, Progress};
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::Lost;
use super::state::{self, Position, Undone};
use crate::artifact::manifest::ScriptKind;
use crate::diagnostic::Code;

/// Opens everything, takes it back if that was confirmed, and reports.
pub fn rollback(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::Rollback, Access::Write, |bundle, driver| run(bundle, driver, request, progress))
}

/// Rolls back over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let mut report = Report::new(Verb::Rollback, &bundle.manifest);
    let result = through(bundle, driver, request, progress, &mut report.taken_back);
    if result.as_ref().is_err_and(|failure| failure.code == Code::RollbackUnconfirmed) {
        report.next = Some(request.command(&bundle.manifest, Verb::Rollback));
    }
    report.end(result)
}

/// After a lost connection the whole is done again over a new one: what is gone already is not there.
fn through(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
    taken_back: &mut Vec<Undone>,
) -> Result<Outcome> {
    let mut lost = Lost::none();
    let mut begun = false;
    loop {
        let mut found = Vec::new();
        let result = take_back(bundle, driver, request, progress, &mut found);
        // Where the answer to the last statement was lost, nothing is found the second time.
        let gone = begun && matches!(result, Ok(Outcome::NothingApplied));
        if !found.is_empty() {
            *taken_back = found;
        }
        match result {
            Ok(_) if gone => return Ok(Outcome::RolledBack),
            Err(failure) => {
                begun |= !taken_back.is_empty();
                if let Err(failure) = lost.mend(failure, bundle, driver, 0) {
                    if failure.code != Code::RollbackUnconfirmed {
                        taken_back.clear();
                    }
                    return Err(failure);
                }
            }
            done => return done,
        }
    }
}

fn take_back(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
    taken_back: &mut Vec<Undone>,
) -> Result<Outcome> {
    let manifest = &bundle.manifest;
    let (position, ledger) = standing(manifest, driver)?;
    let ledger = match (position, ledger) {
        (Position::Prepared | Position::Loaded | Position::Undone, Some(ledger)) => ledger,
        (Position::Fresh, _) | (_, None) => return Ok(Outcome::NothingApplied),
    };
    cutover::still_open(bundle, driver)?;
    // Counted before they go, because the undo tables go with them.
    let undo = driver.undo(&manifest.ledger).map_err(|error| {
        Failure::from_engine(error).doing("reading the undo tables").state("nothing was taken back")
    })?;
    *taken_back = state::taken_back(&ledger.steps, undo);
    if !request.confirmed {
        return Err(Failure::new(Code::RollbackUnconfirmed, "a rollback needs --yes")
            .state("nothing was taken back")
            .help("read what would go, then add --yes"));
    }
    let script = bundle.only(ScriptKind::Rollback)?;
    progress.event(&Event::Started { script });
    let run = driver.run(bundle.script(script), &mut NoWatch);
    progress.event(&Event::Ended { script, done: run.error.is_none() });
    if let Some(error) = run.error {
        return Err(script_failure(script, error, None));
    }
    match standing(manifest, driver)? {
        (Position::Fresh, _) => Ok(Outcome::RolledBack),
        (Position::Prepared | Position::Loaded | Position::Undone, _) => {
            Err(Failure::new(Code::LedgerUnexpected, "the ledger is still there after the rollback")
                .at(&script.path, None)
                .help("this is a fault of the bundle: please report it"))
        }
    }
}
