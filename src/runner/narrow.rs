//! A batch that the target refuses because of a row: smaller and smaller ones are moved, until that row is a batch
//! of its own; where the plan permits it, the row is then set aside, and the rest goes on. This works on every engine with the bundle's own scripts, because each reads from its session how
//! many rows a batch has.

use std::iter;

use super::aside;
use super::bundle::Bundle;
use super::driver::{Driver, Setting};
use super::failure::{Failure, Result};
use super::refused;
use super::request::{Request, script_failure};
use super::retry;
use crate::artifact::manifest::ScriptEntry;
use crate::diagnostic::Code;

/// Batches of one run on the way to the row.
const ON_THE_WAY: u64 = 16;

/// How far to go for a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Whatever comes before it is moved.
    Far,
    /// It is looked for in the next batch only, which costs little.
    Near,
    /// Not at all.
    Nowhere,
}

/// True if failures of a wave are about rows that can be found. A connection that is gone and a signal come first.
pub(super) fn is_worth_it(failure: &Failure) -> bool {
    let ended = matches!(failure.code, Code::ConnectionLost | Code::Interrupted);
    !ended && (failure.row.is_some() || failure.also.iter().any(|other| other.row.is_some()))
}

/// Finds the rows that a wave's scripts were refused, and fails with all that failed there, the first cause first.
/// Succeeds if nothing else has failed and no row is refused any more.
pub(super) fn all(
    bundle: &Bundle,
    request: &Request,
    driver: &mut dyn Driver,
    scripts: &[&ScriptEntry],
    mut failure: Box<Failure>,
) -> Result<()> {
    let also = std::mem::take(&mut failure.also);
    let mut reach = if failure.row.is_some() { Reach::Far } else { Reach::Near };
    let mut left = Vec::new();
    for one in iter::once(*failure).chain(also) {
        let Some(script) = script_of(&one, scripts, &left).filter(|_| reach != Reach::Nowhere) else {
            left.push(one);
            continue;
        };
        // Rows that may be set aside do not stop the run, wherever they are.
        let far = if script.sets_aside { Reach::Far } else { reach };
        let found = narrow(bundle, request, driver, script, Box::new(one.clone()), far);
        reach = Reach::Near;
        match found {
            Ok(()) => {}
            Err(found) if found.row.is_some() => left.push(*found),
            // Something else came up while the row was looked for.
            Err(other) => {
                left.push(if left.is_empty() { *other } else { one });
                reach = Reach::Nowhere;
            }
        }
    }
    Failure::all(left)
}

/// The script that was refused a row. One whose row is found goes no farther, so no other row of it can be found.
fn script_of<'a>(one: &Failure, scripts: &[&'a ScriptEntry], left: &[Failure]) -> Option<&'a ScriptEntry> {
    let is_there = |known: &Failure| known.row.is_some() && known.file() == one.file();
    let script = *scripts.iter().find(|script| one.file() == Some(&script.path))?;
    (one.row.is_some() && !left.iter().any(is_there)).then_some(script)
}

/// Moves what comes before the row, and fails with its name. What failed for another reason, or has no batches,
/// fails as it did. Succeeds if no row is refused any more, or if others are at what is left.
fn narrow(
    bundle: &Bundle,
    request: &Request,
    driver: &mut dyn Driver,
    script: &ScriptEntry,
    failure: Box<Failure>,
    reach: Reach,
) -> Result<()> {
    let (Some(next), true) = (&script.next_row, failure.row.is_some()) else { return Err(failure) };
    let Some(usual) = request.batch_rows.or(script.batch_rows) else { return Err(failure) };
    let mut alone = Alone { bundle, driver, script };
    // Other sessions may have left ranges of the key that come before the one with the row.
    let batches = if request.max_batches.is_some() || reach == Reach::Near { 1 } else { ON_THE_WAY };
    let mut moved = alone.run(usual, batches);
    while let Ok(Ran { done: false, batches: before }) = moved {
        if reach == Reach::Near {
            return Err(failure);
        }
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
            Err(failure) if rows == 1 && script.sets_aside => {
                aside::next_row(bundle, alone.driver, script, next, failure)?;
                within -= 1;
            }
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
