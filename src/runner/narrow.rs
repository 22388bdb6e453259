//! A batch that the target refuses because of a row: smaller and smaller ones are moved, until that row is a batch
//! of its own. This works on every engine with the bundle's own scripts, because each reads from its session how
//! many rows a batch has.

use super::bundle::Bundle;
use super::driver::{Driver, Setting};
use super::failure::{Failure, Result};
use super::refused;
use super::request::{Request, script_failure};
use super::retry;
use crate::artifact::manifest::ScriptEntry;

/// Batches of one run on the way to the row.
const ON_THE_WAY: u64 = 16;

/// Moves what comes before the row, and fails with its name. What failed for another reason, or has no batches,
/// fails as it did. Succeeds if no row is refused any more, or if others are at what is left.
pub(super) fn narrow(
    bundle: &Bundle,
    request: &Request,
    driver: &mut dyn Driver,
    script: &ScriptEntry,
    failure: Box<Failure>,
) -> Result<()> {
    let (Some(next), true) = (&script.next_row, failure.row.is_some()) else { return Err(failure) };
    let Some(usual) = request.batch_rows.or(script.batch_rows) else { return Err(failure) };
    let mut alone = Alone { bundle, driver, script };
    // Other sessions may have left ranges of the key that come before the one with the row.
    let batches = if request.max_batches.is_some() { 1 } else { ON_THE_WAY };
    let mut moved = alone.run(usual, batches);
    while let Ok(Ran { done: false, batches: before }) = moved {
        moved = alone.run(usual, batches);
        if matches!(moved, Ok(Ran { batches, .. }) if batches == before) {
            return Ok(());
        }
    }
    let mut within = match moved {
        Ok(_) => return Ok(()),
        Err(failure) if failure.row.is_none() => return Err(failure),
        Err(_) => usual,
    };
    while within > 0 {
        let rows = within.div_ceil(2);
        match alone.run(rows, 1) {
            Ok(Ran { done: true, .. }) => return Ok(()),
            Ok(_) => within -= rows,
            Err(failure) if failure.row.is_none() => return Err(failure),
            Err(failure) if rows == 1 => return Err(refused::row(alone.driver, next, script, failure)),
            Err(_) => within = rows,
        }
    }
    Ok(())
}

/// The one session that is at a script.
struct Alone<'a> {
    bundle: &'a Bundle,
    driver: &'a mut dyn Driver,
    script: &'a ScriptEntry,
}

/// How far the script's steps are.
#[derive(Clone, Copy)]
struct Ran {
    done: bool,
    batches: u64,
}

impl Alone<'_> {
    /// One run of the script, of so many batches of so many rows.
    fn run(&mut self, rows: u64, batches: u64) -> Result<Ran> {
        let script = self.script;
        let failed = |error| script_failure(script, error, None);
        self.driver.set(Setting::BatchRows, Some(rows)).map_err(failed)?;
        self.driver.set(Setting::Batches, Some(batches)).map_err(failed)?;
        let run = retry::run(self.bundle, self.driver, script);
        if let Some(error) = run.error {
            return Err(failed(error));
        }
        let mut ran = Ran { done: true, batches: 0 };
        for set in run.sets.iter().filter(|set| set.column("rows_read").is_some()) {
            for row in &set.rows {
                ran.done &= set.text(row, "state") == "done";
                ran.batches += set.count(row, "batches").unwrap_or(0);
            }
        }
        Ok(ran)
    }
}
