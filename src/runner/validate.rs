//! Compares source and target with the bundle's own script.

use super::bundle::Bundle;
use super::checks;
use super::drift;
use super::driver::{Driver, Trouble};
use super::drivers::Access;
use super::evidence::{Coverage, Found, Kind};
use super::failure::Result;
use super::progress::{Event, Progress};
use super::proof::Proof;
use super::recheck;
use super::report::{Outcome, Report, Verb};
use super::request::{Request, script_failure, standing};
use super::retry::{self, Lost};
use super::stage;
use crate::artifact::manifest::{ScriptEntry, ScriptKind};
use crate::diagnostic::Code;

/// Opens everything, validates, and reports.
pub fn validate(request: &Request, progress: &mut dyn Progress) -> Report {
    request.open(Verb::Validate, Access::Compare, |bundle, driver| {
        let mut lost = Lost::none();
        loop {
            let mut report = run(bundle, driver, request, progress);
            match report.failure.take() {
                None => return report,
                Some(failure) => match lost.mend(Box::new(failure), bundle, driver, 0) {
                    Ok(()) => {}
                    Err(failure) => return Report { failure: Some(*failure), ..report },
                },
            }
        }
    })
}

/// Validates over an open session.
pub fn run(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
) -> Report {
    let report = Report::new(Verb::Validate, &bundle.manifest);
    // What the ledger says wrong is told by the script.
    if let Ok((position, _)) = standing(&bundle.manifest, driver)
        && let Err(failure) = drift::refuse(bundle, driver, position)
    {
        return report.end(Err(failure));
    }
    let (found, copied) = copies(bundle, request, progress);
    let (proof, result) = compare(bundle, driver, request, progress, found);
    report.proven(proof).end(result.and(copied).map(|()| Outcome::Validated))
}

/// Compares the copies with the source, where there are copies and the source is named.
pub(super) fn copies(bundle: &Bundle, request: &Request, progress: &mut dyn Progress) -> (Found, Result<()>) {
    let mut found = Found { ended: true, ..Found::default() };
    let Some(staging) = &bundle.manifest.staging else { return (found, Ok(())) };
    let mut all = || -> Result<()> {
        if request.source.is_none() {
            // With the link `fdw` no row travels this way.
            found.meant = (!staging.tables.is_empty()).then_some(Coverage::Copies);
            return Ok(());
        }
        found.ended = false;
        let source = stage::source(&bundle.manifest, staging, request)?;
        let result;
        (found, result) = stage::prove::prove(staging, &source, &request.target_location()?, progress);
        result
    };
    let result = all().map_err(|failure| failure.or_state("nothing was written"));
    (found, result)
}

/// Runs the validation and keeps its evidence, with what the comparison of the copies found; all of it is kept
/// even where it failed.
pub(super) fn compare(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
    copies: Found,
) -> (Proof, Result<()>) {
    let script = match bundle.only(ScriptKind::Validate) {
        Ok(script) => script,
        Err(failure) => return (Proof::default(), Err(failure)),
    };
    let begun = Proof::begin(bundle, driver);
    let (mut found, result) = look(bundle, driver, request, progress, script);
    found.add(copies);
    let proof = begun.end(Kind::Validate, script, found, request).keep(bundle, driver);
    (proof, result)
}

/// Runs the comparison, and looks again at what differs.
pub(super) fn look(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    progress: &mut dyn Progress,
    script: &ScriptEntry,
) -> (Found, Result<()>) {
    let (mut found, result) = run_checks(bundle, driver, progress, script, Code::ValidationFailed);
    let result = match result {
        Err(failure) if found.ended && recheck::again(bundle, driver, request.second_look, &mut found) => {
            // The failure's words count what failed at first.
            checks::all_pass(script, &found.checks, failure.code)
        }
        other => other,
    };
    let result = result.and_then(|()| checks::something_examined(script, &found.checks));
    (found, result)
}

/// Runs a script of checks. A failing check makes the script end in an error of its own; which check
/// it was says more than that, so the error is reported only if it is another one.
pub(super) fn run_checks(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    progress: &mut dyn Progress,
    script: &ScriptEntry,
    code: Code,
) -> (Found, Result<()>) {
    progress.event(&Event::Started { script });
    let run = retry::run(bundle, driver, script);
    progress.event(&Event::Ended { script, done: run.error.is_none() });
    let mut found = Found {
        checks: checks::read(&run.sets),
        differences: checks::differences(&run.sets),
        ended: true,
        marks: checks::marks(&run.sets),
        ..Found::default()
    };
    let judged = checks::all_pass(script, &found.checks, code);
    let result = match (run.error, judged) {
        (None, judged) => judged,
        (Some(error), Err(judged)) if matches!(&error.trouble, Trouble::Raised { code: raised, .. } if raised == code.id()) => {
            Err(judged.engine(error.message))
        }
        (Some(error), _) => {
            found.ended = false;
            Err(script_failure(script, error, None))
        }
    };
    (found, result)
}
