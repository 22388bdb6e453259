//! What passes by itself is tried again: scripts may be run again at any point.

use std::thread;
use std::time::Duration;

use super::bundle::Bundle;
use super::driver::{Driver, NoWatch, Run, Trouble};
use super::failure::Result;
use super::interrupt;
use super::request::standing;
use crate::artifact::manifest::ScriptEntry;
use crate::diagnostic::Code;

/// Before the second attempt, the third and the fourth.
const PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Runs a script, again after a deadlock and the like, and over a new connection after a lost one.
/// Fails where no connection comes about any more, and where the ledger is another one then.
pub(super) fn run(bundle: &Bundle, driver: &mut dyn Driver, script: &ScriptEntry) -> Result<Run> {
    let mut pauses = PAUSES.iter();
    loop {
        let run = driver.run(bundle.script(script), &mut NoWatch);
        let lost = match run.error.as_ref().map(|error| &error.trouble) {
            Some(Trouble::Lost) => true,
            Some(Trouble::Contended) => false,
            _ => return Ok(run),
        };
        let Some(pause) = pauses.next() else { return Ok(run) };
        if interrupt::requested() {
            return Ok(run);
        }
        thread::sleep(*pause);
        if lost && !again(bundle, driver, &mut pauses)? {
            return Ok(run);
        }
    }
}

/// Connects again, and looks whether the ledger is still this bundle's; false if no connection came
/// about in all attempts.
fn again(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    pauses: &mut std::slice::Iter<'_, Duration>,
) -> Result<bool> {
    loop {
        let failure = match driver.reconnect() {
            Ok(()) => match standing(&bundle.manifest, driver) {
                Ok(_) => return Ok(true),
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        let passing = matches!(failure.code, Code::ServerUnreachable | Code::ConnectionLost);
        match pauses.next() {
            _ if !passing => return Err(failure),
            Some(_) if interrupt::requested() => return Ok(false),
            Some(pause) => thread::sleep(*pause),
            None => return Ok(false),
        }
    }
}
