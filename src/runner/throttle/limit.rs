//! Limits as the command line says them: `target lag 5s`, `source sessions 50`, `target query 10 SELECT …`.

use std::fmt;

/// A side of the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Source,
    Target,
}

impl End {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// What is measured there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// Seconds that the slowest replica is behind.
    Lag,
    /// Sessions that are working, ours left out.
    Sessions,
    /// Bytes of the server's log (WAL, redo log) in a second.
    Log,
    /// InnoDB's versions of rows that are not purged yet.
    History,
    /// The number that a query returns.
    Query(String),
}

impl Gauge {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Lag => "lag",
            Self::Sessions => "sessions",
            Self::Log => "log",
            Self::History => "history",
            Self::Query(_) => "query",
        }
    }

    /// True if it only ever grows, and its growth in a second is what counts.
    #[must_use]
    pub const fn grows(&self) -> bool {
        matches!(self, Self::Log)
    }
}

/// No batch begins while more than this is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// As it was written.
    pub text: String,
    pub end: End,
    pub gauge: Gauge,
    pub most: f64,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.end.word(), self.gauge.word())
    }
}

const FORMS: &str = "write `target lag 5s`, `source sessions 50`, `target log 20MB`, `target history 100000` or `target query 10 SELECT …`";

impl Limit {
    /// Understands a limit.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.trim().splitn(4, char::is_whitespace);
        let [end, gauge, most] = [words.next(), words.next(), words.next()].map(Option::unwrap_or_default);
        let rest = words.next().unwrap_or_default().trim();
        let end = match end {
            "source" => End::Source,
            "target" => End::Target,
            _ => return Err(FORMS.to_owned()),
        };
        let (gauge, units): (Gauge, &[(&str, f64)]) = match gauge {
            "lag" => (Gauge::Lag, &[("ms", 0.001), ("s", 1.0), ("min", 60.0)]),
            "sessions" => (Gauge::Sessions, &[("", 1.0)]),
            "log" => (Gauge::Log, &[("kB", 1e3), ("MB", 1e6), ("GB", 1e9)]),
            "history" => (Gauge::History, &[("", 1.0)]),
            "query" => (Gauge::Query(rest.to_owned()), &[("", 1.0)]),
            _ => return Err(FORMS.to_owned()),
        };
        if matches!(gauge, Gauge::Query(_)) == rest.is_empty() {
            return Err(FORMS.to_owned());
        }
        Ok(Self { text: text.to_owned(), end, gauge, most: number(most, units).ok_or(FORMS)? })
    }
}

fn number(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (_, each) = units.iter().find(|(unit, _)| *unit == &text[digits.len()..])?;
    let number: f64 = digits.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * each)
}

/// Hours of the day, in UTC, in which rows may move: `22:00-06:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Seconds since midnight.
    from: u64,
    to: u64,
}

impl Window {
    /// Understands a window; one that ends before it begins goes over midnight.
    pub fn parse(text: &str) -> Result<Self, String> {
        let time = |text: &str| -> Option<u64> {
            let (hours, minutes) = text.split_once(':')?;
            let two = |text: &str| (text.len() == 2).then(|| text.parse::<u64>().ok()).flatten();
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)
        };
        let window = || {
            let (from, to) = text.split_once('-')?;
            Some(Self { from: time(from)?, to: time(to)? })
        };
        window()
            .filter(|one| one.from != one.to)
            .ok_or("write two times of the day, in UTC: `22:00-06:00`".to_owned())
    }

    /// True if that second, counted from any midnight, lies in it.
    #[must_use]
    pub const fn is_open(self, second: u64) -> bool {
        let second = second % 86_400;
        if self.from < self.to {
            self.from <= second && second < self.to
        } else {
            self.from <= second || second < self.to
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |second: u64| format!("{:02}:{:02}", second / 3600, second / 60 % 60);
        write!(f, "{}-{}", time(self.from), time(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        let of = |text: &str| Limit::parse(text).map(|limit| (limit.to_string(), limit.most));
        assert_eq!(of("target lag 1500ms"), Ok(("target lag".to_owned(), 1.5)));
        assert_eq!(of("source sessions 50"), Ok(("source sessions".to_owned(), 50.0)));
        assert_eq!(of("target log 20MB"), Ok(("target log".to_owned(), 20_000_000.0)));
        let query = Limit::parse("target query 10 SELECT count(*) FROM jobs WHERE state = 'open'").unwrap();
        assert_eq!(query.gauge, Gauge::Query("SELECT count(*) FROM jobs WHERE state = 'open'".to_owned()));
        for wrong in [
            "",
            "lag 5s",
            "target lag 5",
            "target sessions 5s",
            "target query 10",
            "target sessions 5 x",
            "target lag -1s",
            "target lag é",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn windows_go_over_midnight() {
        let night = Window::parse("22:00-06:00").unwrap();
        let open =
            |window: Window| [0, 5 * 3600, 6 * 3600, 12 * 3600, 22 * 3600].map(|at| window.is_open(at));
        assert_eq!(open(night), [true, true, false, false, true]);
        assert_eq!(open(Window::parse("06:00-22:00").unwrap()), [false, false, true, true, false]);
        assert_eq!(night.to_string(), "22:00-06:00");
        for wrong in ["", "22-6", "24:00-01:00", "01:00-01:00", "1:00-02:00"] {
            assert!(Window::parse(wrong).is_err(), "{wrong}");
        }
    }
}
