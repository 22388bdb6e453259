//! Ctrl-C and SIGTERM. The first signal lets a batch end that is under way, and cancels any other statement; the
//! second one cancels batches too, the third ends the process.
//!
//! A script may be stopped anywhere, so none of this is needed for the rows to be right. Whoever runs statements says
//! how to cancel one; whoever loops asks [`requested`].

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::driver::{EngineError, Trouble};

/// So many signals came.
static SIGNALS: AtomicU8 = AtomicU8::new(0);
static CANCELS: Mutex<Vec<Cancel>> = Mutex::new(Vec::new());

thread_local! {
    /// This thread is at a batch, which one signal does not cancel.
    static AT_BATCH: Cell<bool> = const { Cell::new(false) };
}

/// How a statement under way is cancelled, by a number of its own.
struct Cancel {
    number: u64,
    /// Only the second signal does so.
    at_batch: bool,
    how: Box<dyn Fn() + Send>,
}

/// A cancel that comes just before its statement hits nothing, so it is sent again.
const AGAIN: Duration = Duration::from_millis(500);

/// Listens to signals from here on; a third one ends the process at once, which harms no row.
#[expect(clippy::disallowed_methods, reason = "whoever asks three times wants no report")]
pub fn listen() {
    // Fails only where somebody listens already.
    let _ = ctrlc::set_handler(|| match SIGNALS.fetch_add(1, Ordering::SeqCst) {
        0 => {
            thread::spawn(|| {
                loop {
                    cancel();
                    thread::sleep(AGAIN);
                }
            });
        }
        1 => cancel(),
        _ => std::process::exit(130),
    });
}

fn cancel() {
    for one in lock().iter().filter(|one| signals() > u8::from(one.at_batch)) {
        (one.how)();
    }
}

fn signals() -> u8 {
    SIGNALS.load(Ordering::SeqCst)
}

/// True once a signal came: nothing new is begun.
#[must_use]
pub fn requested() -> bool {
    signals() > 0
}

/// True if what this thread is at is to end now.
fn is_cancelled() -> bool {
    signals() > u8::from(AT_BATCH.get())
}

/// An error once a signal came that ends what this thread is at.
pub(super) fn check() -> Result<(), EngineError> {
    if is_cancelled() { Err(EngineError::new(Trouble::Interrupted, "a signal came")) } else { Ok(()) }
}

/// A statement's error; one that was ended after a signal was ended by it.
pub(super) fn or(error: EngineError) -> EngineError {
    match error.trouble {
        Trouble::TimedOut if is_cancelled() => EngineError { trouble: Trouble::Interrupted, ..error },
        _ => error,
    }
}

/// While this is held, the thread is at a batch, which a first signal lets end.
pub(super) fn batch() -> AtBatch {
    AT_BATCH.set(true);
    AtBatch
}

/// See [`batch`].
#[derive(Debug)]
pub(super) struct AtBatch;

impl Drop for AtBatch {
    fn drop(&mut self) {
        AT_BATCH.set(false);
    }
}

/// While this is held, a signal calls `cancel`.
pub(super) fn during(how: Box<dyn Fn() + Send>) -> During {
    let mut cancels = lock();
    let number = cancels.last().map_or(0, |last| last.number + 1);
    cancels.push(Cancel { number, at_batch: AT_BATCH.get(), how });
    During(number)
}

/// See [`during`].
#[derive(Debug)]
pub(super) struct During(u64);

impl Drop for During {
    fn drop(&mut self) {
        lock().retain(|one| one.number != self.0);
    }
}

fn lock() -> std::sync::MutexGuard<'static, Vec<Cancel>> {
    // What a panic left are ways to cancel.
    CANCELS.lock().unwrap_or_else(PoisonError::into_inner)
}
