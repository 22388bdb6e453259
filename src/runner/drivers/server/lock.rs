#![expect(clippy::disallowed_methods, reason = "a killed runner's session takes a moment to end")]

use std::thread;
use std::time::{Duration, Instant};

use crate::diagnostic::Code;
use crate::runner::driver::EngineError;
use crate::runner::failure::{Failure, Result};

/// A server notices within about a second that a runner was killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A lock that one session of a server can hold for a plan.
pub(in crate::runner::drivers) trait Lockable {
    /// Takes it if it is free.
    fn attempt(&mut self) -> std::result::Result<bool, EngineError>;

    /// Who holds it, as far as this role may know; empty if it may not.
    fn holder(&mut self) -> std::result::Result<String, EngineError>;
}

/// Takes the lock, or says who has it.
pub(in crate::runner::drivers) fn take(lock: &mut dyn Lockable) -> Result<()> {
    let begun = Instant::now();
    while !lock.attempt().map_err(Failure::from_engine)? {
        if begun.elapsed() >= PATIENCE {
            return Err(held(&lock.holder().unwrap_or_default()));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn held(who: &str) -> Box<Failure> {
    let who = if who.is_empty() { String::new() } else { format!(" ({who})") };
    Failure::new(Code::RunnerAtWork, format!("another datamove is at work on this target{who}"))
        .state("this run did nothing")
        .help("let the other one finish; if it is killed its lock is free at once")
}
