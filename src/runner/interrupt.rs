//! Ctrl-C and SIGTERM: the statement under way is cancelled, and the run ends with a report.
//!
//! A script may be stopped anywhere, so all that is asked of a signal is to be heard soon. Whoever
//! runs statements says how to cancel one; whoever loops asks [`requested`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::driver::{EngineError, Trouble};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static CANCELS: Mutex<Cancels> = Mutex::new(Vec::new());

/// How each statement under way is cancelled, by a number of its own.
type Cancels = Vec<(u64, Box<dyn Fn() + Send>)>;

/// A cancel that comes just before its statement hits nothing, so it is sent again.
const AGAIN: Duration = Duration::from_millis(500);

/// Listens to signals from here on; a second one ends the process at once, which harms no row.
#[expect(clippy::disallowed_methods, reason = "whoever asks twice wants no report")]
pub fn listen() {
    // Fails only where somebody listens already.
    let _ = ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        thread::spawn(|| {
            loop {
                for (_, cancel) in lock().iter() {
                    cancel();
                }
                thread::sleep(AGAIN);
            }
        });
    });
}

/// True once a signal came.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// An error once a signal came.
pub(super) fn check() -> Result<(), EngineError> {
    if requested() { Err(EngineError::new(Trouble::Interrupted, "a signal came")) } else { Ok(()) }
}

/// A statement's error; one that was ended after a signal was ended by it.
pub(super) fn or(error: EngineError) -> EngineError {
    match error.trouble {
        Trouble::TimedOut if requested() => EngineError { trouble: Trouble::Interrupted, ..error },
        _ => error,
    }
}

/// While this is held, a signal calls `cancel`.
pub(super) fn during(cancel: Box<dyn Fn() + Send>) -> During {
    let mut cancels = lock();
    let number = cancels.last().map_or(0, |(number, _)| number + 1);
    cancels.push((number, cancel));
    During(number)
}

/// See [`during`].
#[derive(Debug)]
pub(super) struct During(u64);

impl Drop for During {
    fn drop(&mut self) {
        lock().retain(|(number, _)| *number != self.0);
    }
}

fn lock() -> std::sync::MutexGuard<'static, Cancels> {
    // What a panic left are ways to cancel.
    CANCELS.lock().unwrap_or_else(PoisonError::into_inner)
}
