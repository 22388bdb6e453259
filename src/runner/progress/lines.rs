#![expect(clippy::disallowed_methods, reason = "a rate needs a clock; nothing that is kept holds it")]

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::rates::Rates;
use super::{Event, Progress};
use crate::runner::state::{StepRow, StepState};

/// At most one line for each step in this time; its first and last always.
const INTERVAL: Duration = Duration::from_secs(1);

/// One JSON object a line, for logs.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    /// The steps under way.
    steps: BTreeMap<String, Clock>,
    rates: Rates,
}

/// When a step began, and when its last line was written.
#[derive(Clone, Copy, Debug)]
struct Clock {
    began: Instant,
    last: Option<Instant>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Note {
        text: &'a str,
    },
    Waiting {
        why: &'a str,
    },
    WaitOver {
        seconds: f64,
    },
    Retried {
        script: &'a str,
        why: &'a str,
    },
    Started {
        script: &'a str,
    },
    Batch {
        step: &'a str,
        state: StepState,
        rows_read: u64,
        rows_written: u64,
        rows_skipped: u64,
        rows_rejected: u64,
        batches: u64,
        rows_per_second: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds_left: Option<u64>,
    },
    Ended {
        script: &'a str,
        done: bool,
    },
    Comparing {
        step: &'a str,
    },
    Compared {
        step: &'a str,
        rows: u64,
    },
}

impl<W: Write> Lines<W> {
    pub fn new(out: W) -> Self {
        Self { out, steps: BTreeMap::new(), rates: Rates::default() }
    }

    fn write(&mut self, line: &Line<'_>) {
        // A run does not fail because nobody reads its progress.
        if let Ok(text) = serde_json::to_string(line) {
            let _ = writeln!(self.out, "{text}");
        }
    }
}

impl<W: Write> Lines<W> {
    fn batch(&mut self, step: &StepRow) {
        let now = Instant::now();
        let clock = self.steps.entry(step.step.clone()).or_insert(Clock { began: now, last: None });
        let soon = clock.last.is_some_and(|last| last.elapsed() < INTERVAL);
        if soon && step.state != StepState::Done {
            return;
        }
        clock.last = Some(now);
        let took = clock.began.elapsed();
        self.write(&Line::Batch {
            step: &step.step,
            state: step.state,
            rows_read: step.rows_read,
            rows_written: step.rows_written,
            rows_skipped: step.rows_skipped,
            rows_rejected: step.rows_rejected,
            batches: step.batches,
            rows_per_second: self.rates.rate(step, took),
            seconds_left: self.rates.left(step, took),
        });
    }
}

impl<W: Write> Progress for Lines<W> {
    fn event(&mut self, event: &Event<'_>) {
        self.rates.event(event);
        match event {
            Event::Position { .. } | Event::Expected { .. } => {}
            Event::Note { text } => self.write(&Line::Note { text }),
            Event::Waiting { why } => self.write(&Line::Waiting { why }),
            Event::WaitOver { after } => {
                self.write(&Line::WaitOver { seconds: (after.as_secs_f64() * 10.0).round() / 10.0 });
            }
            Event::Retried { script, why } => self.write(&Line::Retried { script: &script.path, why }),
            Event::Started { script } => {
                let clock = Clock { began: Instant::now(), last: None };
                self.steps.extend(script.steps.iter().map(|step| (step.clone(), clock)));
                self.write(&Line::Started { script: &script.path });
            }
            Event::Batch { step } => self.batch(step),
            Event::Ended { script, done } => {
                self.write(&Line::Ended { script: &script.path, done: *done });
            }
            Event::Comparing { step } => self.write(&Line::Comparing { step }),
            Event::Compared { step, rows } => self.write(&Line::Compared { step, rows: *rows }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_quick_batches_are_few_lines_and_the_last_is_among_them() {
        let mut lines = Lines::new(Vec::new());
        let mut step = StepRow {
            step: "t".to_owned(),
            state: StepState::Running,
            rows_read: 0,
            rows_written: 0,
            rows_skipped: 0,
            rows_rejected: 0,
            batches: 0,
        };
        for batch in 1..=100 {
            step.batches = batch;
            step.state = if batch == 100 { StepState::Done } else { StepState::Running };
            lines.event(&Event::Batch { step: &step });
        }
        let text = String::from_utf8(lines.out).unwrap();
        assert!(text.lines().count() < 50, "{text}");
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!((last["event"].as_str(), last["batches"].as_u64()), (Some("batch"), Some(100)));
    }
}
