//! What passes by itself is tried again: scripts may be run again at any point.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::thread;
use std::time::Duration;

use super::bundle::Bundle;
use super::driver::{Driver, NoWatch, Run, Trouble};
use super::failure::{Failure, Result};
use super::interrupt;
use super::request::standing;
use crate::artifact::manifest::ScriptEntry;
use crate::diagnostic::Code;

/// Before the second attempt, the third and the fourth.
const PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Before each attempt to connect again, in milliseconds: a server that is restarted, or whose stand-in
/// takes over, is back within about that time.
const ABSENCES: [u64; 8] = [100, 300, 600, 1_000, 2_000, 4_000, 8_000, 8_000];

/// Between two looks at whether a signal came.
const SLICE: Duration = Duration::from_millis(100);

/// Runs a script, again after a deadlock and the like.
pub(super) fn run(bundle: &Bundle, driver: &mut dyn Driver, script: &ScriptEntry) -> Run {
    let mut pauses = PAUSES.iter();
    loop {
        let run = driver.run(bundle.script(script), &mut NoWatch);
        let contended = run.error.as_ref().is_some_and(|error| error.trouble == Trouble::Contended);
        match pauses.next() {
            Some(pause) if contended && !interrupt::requested() => thread::sleep(jittered(*pause)),
            _ => return run,
        }
    }
}

/// Up to half as long again, so that sessions that met once do not meet again.
fn jittered(pause: Duration) -> Duration {
    // Each state of the standard library's hash has keys of its own.
    let chance = RandomState::new().build_hasher().finish() % 512;
    pause + pause * u32::try_from(chance).unwrap_or(0) / 1024
}

/// The connections that a run lost, and how often it may still try to get one.
#[derive(Debug)]
pub(super) struct Lost {
    pauses: std::slice::Iter<'static, u64>,
    /// How far the run was when it lost the last one.
    at: u64,
    before: bool,
}

impl Lost {
    pub(super) fn none() -> Self {
        Self { pauses: ABSENCES.iter(), at: 0, before: false }
    }

    /// After a failure: connects again if that may help, and looks whether the ledger is still this
    /// bundle's. Whoever comes farther each time may lose connections without end.
    ///
    /// `at` grows with the work that is done.
    pub(super) fn mend(
        &mut self,
        failure: Box<Failure>,
        bundle: &Bundle,
        driver: &mut dyn Driver,
        at: u64,
    ) -> Result<()> {
        // A server that never answered may be a wrong name; one that did may come back.
        if !(failure.code == Code::ConnectionLost || self.before && is_absence(&failure)) {
            return Err(failure);
        }
        if at > self.at {
            *self = Self { at, ..Self::none() };
        }
        self.before = true;
        for pause in self.pauses.by_ref() {
            if !waited(jittered(Duration::from_millis(*pause))) {
                break;
            }
            match driver.reconnect().and_then(|()| standing(&bundle.manifest, driver)) {
                Ok(_) => return Ok(()),
                Err(failure) if is_absence(&failure) => {}
                Err(other) => return Err(other),
            }
        }
        Err(failure)
    }
}

fn is_absence(failure: &Failure) -> bool {
    matches!(failure.code, Code::ServerUnreachable | Code::ConnectionLost | Code::NoMoreSessions)
}

/// False if a signal came meanwhile.
fn waited(mut pause: Duration) -> bool {
    while !pause.is_zero() && !interrupt::requested() {
        let slice = pause.min(SLICE);
        thread::sleep(slice);
        pause -= slice;
    }
    !interrupt::requested()
}
