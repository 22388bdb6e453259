//! When a batch may begin. [`Throttle`] decides from what was measured, and asks nobody; [`governor`] measures and waits.

pub(super) mod control;
mod governor;
mod limit;
pub mod verb;

use std::time::Duration;

pub(super) use governor::{Governor, Waiting};
pub use limit::{End, Gauge, Limit, Window};

/// What a command line asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Between two batches.
    pub pause: Duration,
    pub rows_per_second: Option<u64>,
    pub limits: Vec<Limit>,
    pub window: Option<Window>,
}

/// What the ledger asks while the run goes on; it wins over the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Control {
    pub paused: bool,
    pub rows_per_second: Option<u64>,
}

/// Rows in a second; `None`: as the run was told when it began.
#[derive(Clone, Copy, Debug)]
pub struct Rate(pub Option<u64>);

/// What is known before a batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    /// Since the run began, by a clock that nobody sets.
    pub now: Duration,
    /// By the target's clock, in UTC; `None` if it does not tell.
    pub second: Option<u64>,
    pub control: Control,
    /// In the order of the limits; the error says why nothing is known.
    pub gauges: Vec<Result<f64, String>>,
}

/// Why no batch may begin now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// What it is about; the same words as long as it lasts.
    pub about: Vec<String>,
    /// For people: the same with the figures.
    pub why: String,
}

/// A gauge that was above its limit must come down to this share of it.
const RELIEF: f64 = 0.8;

/// Decides when a batch may begin.
#[derive(Clone, Debug)]
pub(super) struct Throttle {
    limits: Limits,
    /// Limits that were passed and whose gauges have not come down yet.
    over: Vec<bool>,
    /// What growing gauges stood at, and when.
    stood: Vec<Option<(Duration, f64)>>,
    /// When the rate and the pause let the next batch begin.
    next: Duration,
}

impl Throttle {
    pub(super) fn new(limits: Limits) -> Self {
        let many = limits.limits.len();
        Self { limits, over: vec![false; many], stood: vec![None; many], next: Duration::ZERO }
    }

    /// Rows in a second, if they are bounded.
    pub(super) fn rate(&self, control: Control) -> Option<u64> {
        control.rows_per_second.or(self.limits.rows_per_second)
    }

    /// A batch is over that read so many rows.
    pub(super) fn moved(&mut self, now: Duration, rows: u64, control: Control) {
        let due = self.rate(control).map_or(Duration::ZERO, |rate| {
            Duration::from_micros(rows.saturating_mul(1_000_000) / rate.max(1))
        });
        // What was not used is not saved up.
        self.next = self.next.max(now) + due.max(self.limits.pause);
    }

    /// Why no batch may begin now; `None` if one may.
    pub(super) fn decide(&mut self, measured: &Measured) -> Option<Wait> {
        let mut reasons: Vec<(String, String)> = Vec::new();
        let mut say = |about: &str, why: String| reasons.push((about.to_owned(), why));
        if measured.control.paused {
            say("paused", "paused in the ledger".to_owned());
        }
        if let Some(window) = self.limits.window {
            match measured.second {
                None => say("window", "the target does not say what time it is".to_owned()),
                Some(second) if !window.is_open(second) => {
                    say("window", format!("outside of {window} UTC"));
                }
                Some(_) => {}
            }
        }
        for index in 0..self.limits.limits.len() {
            let unknown = || Err("not measured".to_owned());
            let gauge = measured.gauges.get(index).cloned().unwrap_or_else(unknown);
            let value = gauge.map(|value| self.speed(index, measured.now, value));
            if let Some(why) = self.passed(index, value) {
                say(&self.limits.limits[index].to_string(), why);
            }
        }
        if measured.now < self.next {
            let bounded = self.rate(measured.control).map(|rate| format!("at most {rate} rows per second"));
            say("rate", bounded.unwrap_or_else(|| "a pause between batches".to_owned()));
        }
        let (about, why): (Vec<_>, Vec<_>) = reasons.into_iter().unzip();
        (!about.is_empty()).then(|| Wait { about, why: why.join("; ") })
    }

    /// How long until the rate alone would let a batch begin.
    pub(super) fn due(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }

    /// A growing gauge's growth in a second; another one's value.
    fn speed(&mut self, index: usize, now: Duration, value: f64) -> f64 {
        if !self.limits.limits[index].gauge.grows() {
            return value;
        }
        let stood = self.stood[index].replace((now, value));
        let Some((before, was)) = stood else { return 0.0 };
        let time = now.saturating_sub(before).as_secs_f64();
        if time < 0.05 {
            // Too soon to tell: as before.
            self.stood[index] = stood;
            return if self.over[index] { f64::INFINITY } else { 0.0 };
        }
        (value - was).max(0.0) / time
    }

    /// Why a limit lets no batch begin.
    fn passed(&mut self, index: usize, value: Result<f64, String>) -> Option<String> {
        let limit = &self.limits.limits[index];
        let over = &mut self.over[index];
        match value {
            // Who cannot measure waits.
            Err(why) => {
                *over = true;
                Some(format!("{limit} cannot be measured: {why}"))
            }
            Ok(value) => {
                let bound = if *over { limit.most * RELIEF } else { limit.most };
                *over = value > bound;
                over.then(|| format!("{limit} is {value:.1}, at most {bound:.1}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Measured {
        Measured { now: Duration::from_millis(millis), second: Some(0), ..Measured::default() }
    }

    fn limited(limits: &[&str]) -> Throttle {
        let limits = limits.iter().map(|text| Limit::parse(text).unwrap()).collect();
        Throttle::new(Limits { limits, ..Limits::default() })
    }

    fn with(gauge: Result<f64, &str>, millis: u64) -> Measured {
        Measured { gauges: vec![gauge.map_err(str::to_owned)], ..at(millis) }
    }

    #[test]
    fn without_limits_nobody_waits() {
        let mut throttle = Throttle::new(Limits::default());
        throttle.moved(Duration::from_secs(1), 1_000_000, Control::default());
        assert_eq!(throttle.decide(&at(1_000)), None);
    }

    #[test]
    fn rows_are_spread_over_time_and_the_ledger_wins() {
        let mut throttle = Throttle::new(Limits { rows_per_second: Some(100), ..Limits::default() });
        throttle.moved(Duration::ZERO, 50, Control::default());
        assert_eq!(throttle.decide(&at(499)).unwrap().why, "at most 100 rows per second");
        assert_eq!(throttle.due(Duration::from_millis(400)), Duration::from_millis(100));
        assert_eq!(throttle.decide(&at(500)), None);
        let faster = Control { rows_per_second: Some(1_000), ..Control::default() };
        throttle.moved(Duration::from_millis(500), 50, faster);
        assert_eq!(throttle.decide(&at(550)), None);
        let paused = Measured { control: Control { paused: true, ..faster }, ..at(600) };
        assert_eq!(throttle.decide(&paused).unwrap().about, ["paused"]);
    }

    #[test]
    fn what_was_too_much_must_become_clearly_less() {
        let mut throttle = limited(&["target lag 10s"]);
        let mut waits = |lag| throttle.decide(&with(Ok(lag), 0)).map(|wait| wait.why);
        assert_eq!(waits(10.0), None);
        assert_eq!(waits(10.5).as_deref(), Some("target lag is 10.5, at most 10.0"));
        assert_eq!(waits(9.0).as_deref(), Some("target lag is 9.0, at most 8.0"));
        assert_eq!(waits(8.0), None);
        assert_eq!(waits(9.0), None);
    }

    #[test]
    fn what_cannot_be_measured_is_too_much() {
        let mut throttle = limited(&["source sessions 5"]);
        assert_eq!(throttle.decide(&with(Ok(1.0), 0)), None);
        let wait = throttle.decide(&with(Err("no right"), 0)).unwrap();
        assert_eq!(wait.why, "source sessions cannot be measured: no right");
        assert!(throttle.decide(&at(0)).is_some());
        assert!(throttle.decide(&with(Ok(5.0), 0)).is_some());
        assert_eq!(throttle.decide(&with(Ok(4.0), 0)), None);
        let window = Some(Window::parse("00:00-01:00").unwrap());
        let mut throttle = Throttle::new(Limits { window, ..Limits::default() });
        assert_eq!(throttle.decide(&at(0)), None);
        assert!(throttle.decide(&Measured { second: Some(7_200), ..at(0) }).is_some());
        assert!(throttle.decide(&Measured { second: None, ..at(0) }).is_some());
    }

    #[test]
    fn of_a_log_its_growth_counts() {
        let mut throttle = limited(&["target log 1MB"]);
        assert_eq!(throttle.decide(&with(Ok(5e9), 0)), None);
        assert_eq!(throttle.decide(&with(Ok(5e9 + 0.9e6), 1_000)), None);
        assert!(throttle.decide(&with(Ok(5e9 + 5e6), 2_000)).is_some());
        assert!(throttle.decide(&with(Ok(5e9 + 5e6), 2_010)).is_some(), "too soon to tell");
        assert_eq!(throttle.decide(&with(Ok(5e9 + 5e6), 3_000)), None);
        // The server began anew.
        assert_eq!(throttle.decide(&with(Ok(0.0), 4_000)), None);
    }
}
