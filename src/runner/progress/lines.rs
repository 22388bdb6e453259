#![expect(clippy::disallowed_methods, reason = "a rate needs a clock; nothing that is kept holds it")]

use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{Event, Progress};
use crate::runner::state::StepState;

/// At most one line for each step in this time; its first and last always.
const INTERVAL: Duration = Duration::from_secs(1);

/// One JSON object a line, for logs.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    /// When the last batch was written, and rows of this script's steps then.
    last: Option<Instant>,
    began: Instant,
    /// The step under way, and the rows it had read when this run came to it.
    step: Option<(String, u64)>,
    known: Vec<(String, u64)>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Started {
        script: &'a str,
    },
    Batch {
        step: &'a str,
        state: StepState,
        rows_read: u64,
        rows_written: u64,
        rows_skipped: u64,
        batches: u64,
        rows_per_second: u64,
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
        Self { out, last: None, began: Instant::now(), step: None, known: Vec::new() }
    }

    fn write(&mut self, line: &Line<'_>) {
        // A run does not fail because nobody reads its progress.
        if let Ok(text) = serde_json::to_string(line) {
            let _ = writeln!(self.out, "{text}");
        }
    }
}

impl<W: Write> Progress for Lines<W> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Position { steps } => {
                self.known = steps.iter().map(|row| (row.step.clone(), row.rows_read)).collect();
            }
            Event::Started { script } => {
                (self.last, self.step, self.began) = (None, None, Instant::now());
                self.write(&Line::Started { script: &script.path });
            }
            Event::Batch { step } => {
                if self.step.as_ref().is_none_or(|(name, _)| *name != step.step) {
                    let before =
                        self.known.iter().find(|(name, _)| *name == step.step).map_or(0, |(_, rows)| *rows);
                    self.step = Some((step.step.clone(), before));
                    self.last = None;
                }
                let soon = self.last.is_some_and(|last| last.elapsed() < INTERVAL);
                if soon && step.state != StepState::Done {
                    return;
                }
                self.last = Some(Instant::now());
                let before = self.step.as_ref().map_or(0, |(_, rows)| *rows);
                self.write(&Line::Batch {
                    step: &step.step,
                    state: step.state,
                    rows_read: step.rows_read,
                    rows_written: step.rows_written,
                    rows_skipped: step.rows_skipped,
                    batches: step.batches,
                    rows_per_second: rate(step.rows_read.saturating_sub(before), self.began.elapsed()),
                });
            }
            Event::Ended { script, done } => {
                self.write(&Line::Ended { script: &script.path, done: *done });
            }
            Event::Comparing { step } => self.write(&Line::Comparing { step }),
            Event::Compared { step, rows } => self.write(&Line::Compared { step, rows: *rows }),
        }
    }
}

/// Rows in a second; the first millisecond counts as one, so that it is never infinite.
pub(super) fn rate(rows: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    rows.saturating_mul(1000) / millis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::state::StepRow;

    #[test]
    fn many_quick_batches_are_few_lines_and_the_last_is_among_them() {
        let mut lines = Lines::new(Vec::new());
        let mut step = StepRow {
            step: "t".to_owned(),
            state: StepState::Running,
            rows_read: 0,
            rows_written: 0,
            rows_skipped: 0,
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
