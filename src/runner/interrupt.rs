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
static CANCEL: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

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
                if let Some(cancel) = lock().as_ref() {
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
    *lock() = Some(cancel);
    During
}

/// See [`during`].
#[derive(Debug)]
pub(super) struct During;

impl Drop for During {
    fn drop(&mut self) {
        *lock() = None;
    }
}

fn lock() -> std::sync::MutexGuard<'static, Option<Box<dyn Fn() + Send>>> {
    // What a panic left is a way to cancel, or none.
    CANCEL.lock().unwrap_or_else(PoisonError::into_inner)
}
