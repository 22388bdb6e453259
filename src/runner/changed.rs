//! A run goes on with another bundle of the same plan, if every step is the same in both: then what differs is how the
//! rows are checked, documented, or cut into batches.

use super::bundle::Bundle;
use super::driver::Driver;
use super::drivers::identity::{has_table, ledger_table};
use super::drivers::literal;
use super::failure::{Failure, Result};
use super::state::{self, Mismatch};
use crate::artifact::manifest::{Manifest, ScriptKind};

/// Makes the ledger this bundle's, by one statement; `false` if it is not to be continued by it.
pub(super) fn adopt(bundle: &Bundle, driver: &mut dyn Driver) -> Result<bool> {
    let manifest = &bundle.manifest;
    let failed = |error| Failure::from_engine(error).doing("going on with a changed bundle");
    let Some(ledger) = driver.ledger(&manifest.ledger).map_err(failed)? else { return Ok(false) };
    let same = matches!(
        state::position(manifest, Some(&ledger)),
        Err(Mismatch::Fingerprint { steps: Some(changed), .. }) if changed.is_empty()
    );
    if !same || ledger.state != "prepared" || !takes_the_same_away(manifest, driver).map_err(failed)? {
        return Ok(false);
    }
    let session = driver.session();
    let run = ledger_table(session.engine(), &manifest.ledger, "run");
    let [is, was] = [&manifest.fingerprint, &ledger.fingerprint].map(|text| literal(text));
    let update = format!("UPDATE {run} SET \"fingerprint\" = {is} WHERE \"fingerprint\" = {was}");
    session.query(&update).map_err(failed)?;
    Ok(true)
}

/// True if what was postponed for the load, and has to be put back, is what this bundle would have postponed.
fn takes_the_same_away(
    manifest: &Manifest,
    driver: &mut dyn Driver,
) -> std::result::Result<bool, super::driver::EngineError> {
    let session = driver.session();
    let has = session.query(&has_table(session.engine(), &manifest.ledger, "postponed"))?;
    let wants = manifest.scripts.iter().any(|script| script.kind == ScriptKind::Constraints);
    Ok(has.rows.is_empty() != wants)
}
