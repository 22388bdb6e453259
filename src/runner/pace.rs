#![expect(clippy::disallowed_methods, reason = "a pace needs a clock; nothing that is kept holds it")]

use std::time::{Duration, Instant};

/// How many rows a batch has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// As many as the plan says, or this number: the same batches in every run.
    Fixed(Option<u64>),
    /// As many as fit into this time, at most as many as the plan says.
    Adaptive(Duration),
}

impl Sizes {
    /// The most rows of a batch, where the plan says `planned`; `None` if it has no batches.
    #[must_use]
    pub fn most(self, planned: Option<u64>) -> Option<u64> {
        match self {
            Self::Fixed(Some(rows)) => Some(rows),
            Self::Fixed(None) | Self::Adaptive(_) => planned,
        }
    }
}

/// The time of a batch if nobody says another one.
pub const AIM: Duration = Duration::from_millis(500);

/// The first batch of a session, whose time nobody knows.
const FIRST: u64 = 1_000;

/// Time alone makes a batch no smaller: where most of it goes into each statement and not into its rows, fewer rows would only
/// mean more statements.
const LEAST: u64 = 50;

/// With sizes that are fixed, a script is run for about so long before it is asked how far it came: then progress is
/// shown, and a signal is heard.
const ONE_RUN: Duration = Duration::from_millis(800);

/// A batch has at most so many times the rows of the one before.
const GROWTH: f64 = 1.2;

/// After a run of many batches it has at most so many times the rows, however many batches were measured.
const LEAP: f64 = 2.0;

/// What the newest run counts in the moving average.
const NEWEST: f64 = 0.3;

/// What one run of a script should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub rows: Option<u64>,
    pub batches: u64,
}

/// How large batches are, and how many of them one run of a script does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    sizes: Sizes,
    most: Option<u64>,
    run: Run,
    /// Seconds of a row: a moving average.
    row: Option<f64>,
    began: Option<Instant>,
}

impl Pace {
    /// One batch first, whose time nobody knows.
    pub(super) fn new(sizes: Sizes, planned: Option<u64>) -> Self {
        let most = sizes.most(planned);
        let rows = match sizes {
            Sizes::Fixed(_) => most,
            Sizes::Adaptive(_) => most.map(|most| most.min(FIRST)),
        };
        Self { sizes, most, run: Run { rows, batches: 1 }, row: None, began: None }
    }

    /// Begins a run of at most `most` rows in a second.
    pub(super) fn begin(&mut self, most: Option<u64>) -> Run {
        self.began = Some(Instant::now());
        match (self.sizes, most) {
            // One batch after the other, so that each is admitted by itself.
            (Sizes::Fixed(_), Some(_)) => self.run.batches = 1,
            (Sizes::Adaptive(aim), Some(most)) => {
                let fit = whole(as_f64(most) * aim.as_secs_f64()).max(1);
                self.run = Run { rows: self.run.rows.map(|rows| rows.min(fit)), batches: 1 };
            }
            (_, None) => {}
        }
        self.run
    }

    /// A run is over that did so many batches.
    pub(super) fn end(&mut self, done: u64) {
        if let Some(began) = self.began.take() {
            self.took(done, began.elapsed());
        }
    }

    fn took(&mut self, done: u64, took: Duration) {
        let (aim, done) = (self.aim(), done.max(1));
        let each = took.as_secs_f64() / as_f64(done);
        let mut rows = self.run.rows;
        let mut expected = each;
        if let (Sizes::Adaptive(_), Some(now), Some(most)) = (self.sizes, rows, self.most) {
            let measured = each / as_f64(now);
            let row = self.row.map_or(measured, |known| known * (1.0 - NEWEST) + measured * NEWEST);
            self.row = Some(row);
            let leap = GROWTH.powf(as_f64(done.min(64))).min(LEAP);
            let fit = (aim / row.max(f64::MIN_POSITIVE)).min(as_f64(now) * leap);
            let next = whole(fit).clamp(LEAST.min(most).min(now), most);
            expected = row * as_f64(next);
            rows = Some(next);
        }
        let fit = whole(aim / expected.max(1e-6));
        self.run = Run { rows, batches: fit.clamp(1, self.run.batches.saturating_mul(2)) };
    }

    fn aim(&self) -> f64 {
        match self.sizes {
            Sizes::Fixed(_) => ONE_RUN.as_secs_f64(),
            Sizes::Adaptive(aim) => aim.as_secs_f64(),
        }
    }

    /// A batch took longer than the server lets it, or others were in its way: the next one has half its rows. False
    /// if there is nothing to halve.
    pub(super) fn halve(&mut self) -> bool {
        match (self.sizes, self.run.rows) {
            (Sizes::Adaptive(_), Some(rows)) if rows > 1 => {
                self.run = Run { rows: Some(rows / 2), batches: 1 };
                self.row = self.row.map(|row| row * 2.0);
                self.began = None;
                true
            }
            _ => false,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rows and batches are counted for a ratio")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded, and never negative")]
fn whole(number: f64) -> u64 {
    number.clamp(0.0, 1e15) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADAPTIVE: Sizes = Sizes::Adaptive(AIM);

    fn after(pace: &mut Pace, done: u64, millis: u64) -> (Option<u64>, u64) {
        pace.took(done, Duration::from_millis(millis));
        (pace.run.rows, pace.run.batches)
    }

    #[test]
    fn runs_of_fixed_batches_become_as_long_as_they_should_be() {
        let mut pace = Pace::new(Sizes::Fixed(None), Some(50));
        assert_eq!(after(&mut pace, 1, 10), (Some(50), 2));
        pace.run.batches = 64;
        assert_eq!(after(&mut pace, 64, 640), (Some(50), 80));
        assert_eq!(after(&mut pace, 80, 8000), (Some(50), 8));
        assert_eq!(after(&mut pace, 1, 5000), (Some(50), 1));
        assert_eq!(after(&mut pace, 0, 0), (Some(50), 2));
        assert!(!pace.halve());
    }

    #[test]
    fn batches_grow_slowly_to_what_the_plan_allows() {
        let mut pace = Pace::new(ADAPTIVE, Some(1_500));
        assert_eq!(pace.begin(None), Run { rows: Some(1_000), batches: 1 });
        assert_eq!(after(&mut pace, 1, 5).0, Some(1_200));
        assert_eq!(after(&mut pace, 2, 12).0, Some(1_500));
        assert_eq!(after(&mut pace, 4, 30).0, Some(1_500));
        assert_eq!(Pace::new(ADAPTIVE, Some(50)).begin(None).rows, Some(50));
        assert_eq!(Pace::new(ADAPTIVE, None).begin(None).rows, None);
        assert_eq!(Pace::new(Sizes::Fixed(Some(7)), Some(50)).begin(None).rows, Some(7));
    }

    #[test]
    fn batches_shrink_at_once_and_come_back() {
        let mut pace = Pace::new(ADAPTIVE, Some(100_000));
        // A millisecond a row: half a second is five hundred of them.
        assert_eq!(after(&mut pace, 1, 1_000), (Some(500), 1));
        assert_eq!(after(&mut pace, 1, 500), (Some(500), 1));
        // One slow batch among others counts for a third.
        let (rows, _) = after(&mut pace, 1, 5_000);
        assert!((100..200).contains(&rows.unwrap()), "{rows:?}");
        for _ in 0..40 {
            let took = pace.run.rows.unwrap() * pace.run.batches;
            let done = pace.run.batches;
            after(&mut pace, done, took);
        }
        assert!((450..=500).contains(&pace.run.rows.unwrap()), "{pace:?}");
    }

    #[test]
    fn a_batch_that_was_ended_is_halved_down_to_one_row() {
        let mut pace = Pace::new(ADAPTIVE, Some(10));
        let halves: Vec<_> = std::iter::from_fn(|| pace.halve().then(|| pace.run.rows.unwrap())).collect();
        assert_eq!(halves, [5, 2, 1]);
    }

    #[test]
    fn a_rate_bounds_what_is_done_at_once() {
        let mut pace = Pace::new(ADAPTIVE, Some(100_000));
        assert_eq!(pace.begin(Some(100)), Run { rows: Some(50), batches: 1 });
        let mut pace = Pace::new(Sizes::Fixed(None), Some(100_000));
        pace.run.batches = 9;
        assert_eq!(pace.begin(Some(100)), Run { rows: Some(100_000), batches: 1 });
    }

    #[test]
    fn a_statement_that_is_slow_whatever_it_does_does_not_make_batches_of_one_row() {
        let mut pace = Pace::new(ADAPTIVE, Some(5_000));
        for _ in 0..20 {
            pace.took(1, Duration::from_secs(5));
        }
        assert_eq!(pace.run, Run { rows: Some(LEAST), batches: 1 });
        // What is too much for the server may well be smaller.
        assert!(pace.halve());
        assert_eq!(pace.run.rows, Some(LEAST / 2));
        pace.took(1, Duration::from_secs(5));
        assert_eq!(pace.run.rows, Some(LEAST / 2));
    }
}
