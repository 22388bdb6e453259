use std::collections::BTreeMap;
use std::time::Duration;

use super::Event;
use crate::runner::state::{StepRow, StepState};

/// How fast steps are, and how long they will take.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    /// Rows that each step had read before this run.
    known: BTreeMap<String, u64>,
    /// Rows that each step will have read, as the preflight counted.
    expected: BTreeMap<String, u64>,
}

impl Rates {
    pub(super) fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Position { steps } => {
                self.known = steps.iter().map(|row| (row.step.clone(), row.rows_read)).collect();
            }
            Event::Expected { rows } => self.expected = rows.iter().cloned().collect(),
            _ => {}
        }
    }

    pub(super) fn expected(&self, step: &str) -> Option<u64> {
        self.expected.get(step).copied()
    }

    /// Rows of a second in this run.
    pub(super) fn rate(&self, step: &StepRow, took: Duration) -> u64 {
        let before = self.known.get(&step.step).copied().unwrap_or(0);
        rate(step.rows_read.saturating_sub(before), took)
    }

    /// Seconds that a step still takes at this speed; `None` where nobody knows its rows.
    pub(super) fn left(&self, step: &StepRow, took: Duration) -> Option<u64> {
        let expected = self.expected(&step.step)?;
        let rate = self.rate(step, took);
        if step.state == StepState::Done {
            return Some(0);
        }
        (rate > 0).then(|| expected.saturating_sub(step.rows_read) / rate)
    }
}

/// Rows in a second; the first millisecond counts as one, so that it is never infinite.
fn rate(rows: u64, time: Duration) -> u64 {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    rows.saturating_mul(1000) / millis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_counted_from_what_this_run_does() {
        let mut rates = Rates::default();
        let mut step = StepRow {
            step: "t".to_owned(),
            state: StepState::Running,
            rows_read: 500,
            rows_written: 500,
            rows_skipped: 0,
            rows_rejected: 0,
            batches: 1,
        };
        rates.event(&Event::Position { steps: std::slice::from_ref(&step) });
        step.rows_read = 700;
        let two = Duration::from_secs(2);
        assert_eq!((rates.rate(&step, two), rates.left(&step, two)), (100, None));
        rates.event(&Event::Expected { rows: &[("t".to_owned(), 1_000)] });
        assert_eq!(rates.left(&step, two), Some(3));
        step.state = StepState::Done;
        assert_eq!(rates.left(&step, two), Some(0));
    }
}
