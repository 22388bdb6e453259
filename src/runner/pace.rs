#![expect(clippy::disallowed_methods, reason = "a pace needs a clock; nothing that is kept holds it")]

use std::time::{Duration, Instant};

/// A script is run for about so long before it is asked how far it came: then progress is shown, and
/// a signal is heard.
const ONE_RUN: Duration = Duration::from_millis(800);

/// How many batches one run of a script should do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    batches: u64,
    began: Option<Instant>,
}

impl Pace {
    /// One batch first, whose time nobody knows.
    pub(super) const fn new() -> Self {
        Self { batches: 1, began: None }
    }

    /// Begins a run; gives how many batches it should do.
    pub(super) fn begin(&mut self) -> u64 {
        self.began = Some(Instant::now());
        self.batches
    }

    /// A run is over that did so many batches.
    pub(super) fn end(&mut self, done: u64) {
        if let Some(began) = self.began.take() {
            self.batches = next(self.batches, done, began.elapsed());
        }
    }
}

/// At most twice as many as before, so that one quick batch does not promise too much.
fn next(asked: u64, done: u64, took: Duration) -> u64 {
    let each = u64::try_from(took.as_micros()).unwrap_or(u64::MAX) / done.max(1);
    let fit = u64::try_from(ONE_RUN.as_micros()).unwrap_or(u64::MAX) / each.max(1);
    fit.clamp(1, asked.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_as_long_as_they_should_be() {
        let ms = Duration::from_millis;
        assert_eq!(next(1, 1, ms(10)), 2);
        assert_eq!(next(64, 64, ms(640)), 80);
        assert_eq!(next(80, 80, ms(8000)), 8);
        assert_eq!(next(4, 1, ms(5000)), 1);
        assert_eq!(next(1, 0, ms(0)), 2);
    }
}
