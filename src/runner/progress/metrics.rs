#![expect(clippy::disallowed_methods, reason = "a rate needs a clock; nothing that is kept holds it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use super::rates::Rates;
use super::{Event, Progress};
use crate::runner::state::{StepRow, StepState};

/// What a run does as Prometheus reads it (<https://prometheus.io/docs/instrumenting/exposition_formats/>), handed to
/// whoever keeps it after each change.
pub struct Metrics {
    shown: Box<dyn Progress>,
    keep: Box<dyn FnMut(&str)>,
    rates: Rates,
    steps: BTreeMap<String, (StepRow, Instant)>,
    waits: Option<(String, Instant)>,
    waited: f64,
    retries: u64,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Beside what is shown otherwise.
    #[must_use]
    pub fn new(shown: Box<dyn Progress>, keep: Box<dyn FnMut(&str)>) -> Self {
        Self {
            shown,
            keep,
            rates: Rates::default(),
            steps: BTreeMap::new(),
            waits: None,
            waited: 0.0,
            retries: 0,
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let rows = self.steps.values();
        let of =
            |number: fn(&StepRow) -> u64| rows.clone().map(move |(row, _)| (row.step.clone(), number(row)));
        family(&mut text, "rows_read_total", "counter", "Rows that a step has read", of(|row| row.rows_read));
        family(
            &mut text,
            "rows_written_total",
            "counter",
            "Rows that a step has written",
            of(|row| row.rows_written),
        );
        family(
            &mut text,
            "rows_skipped_total",
            "counter",
            "Rows that a step has left out",
            of(|row| row.rows_skipped),
        );
        family(&mut text, "batches_total", "counter", "Batches of a step", of(|row| row.batches));
        family(
            &mut text,
            "step_done",
            "gauge",
            "1 once a step is done",
            of(|row| u64::from(row.state == StepState::Done)),
        );
        let known =
            rows.clone().filter_map(|(row, _)| Some((row.step.clone(), self.rates.expected(&row.step)?)));
        family(&mut text, "rows_expected", "gauge", "Rows of a step, as the preflight counted", known);
        let under_way = || rows.clone().filter(|(row, _)| row.state == StepState::Running);
        let rate = under_way().map(|(row, began)| (row.step.clone(), self.rates.rate(row, began.elapsed())));
        family(&mut text, "rows_per_second", "gauge", "Rows that a step reads in a second", rate.clone());
        let left = under_way()
            .filter_map(|(row, began)| Some((row.step.clone(), self.rates.left(row, began.elapsed())?)));
        family(&mut text, "seconds_left", "gauge", "Seconds that a step still takes at its speed", left);
        let all = |name, kind, says, number: u64| {
            format!(
                "# HELP datamove_{name} {says}\n# TYPE datamove_{name} {kind}\ndatamove_{name} {number}\n"
            )
        };
        let done = rows.clone().filter(|(row, _)| row.state == StepState::Done).count();
        text += &all("steps", "gauge", "Steps of the plan", self.steps.len() as u64);
        text += &all("steps_done", "gauge", "Steps that are done", done as u64);
        text += &all(
            "all_rows_read_total",
            "counter",
            "Rows that all steps have read",
            rows.clone().map(|(row, _)| row.rows_read).sum(),
        );
        text += &all(
            "all_rows_per_second",
            "gauge",
            "Rows that all steps read in a second",
            rate.map(|(_, rate)| rate).sum(),
        );
        text +=
            &all("retries_total", "counter", "Batches that were tried again with fewer rows", self.retries);
        let now = self.waits.as_ref().map_or(0.0, |(_, since)| since.elapsed().as_secs_f64());
        let _ = write!(
            text,
            "# HELP datamove_waited_seconds_total Seconds in which no batch began\n# TYPE datamove_waited_seconds_total counter\n\
             datamove_waited_seconds_total {:.1}\n",
            self.waited + now
        );
        let why = self.waits.iter().map(|(why, _)| (why.clone(), 1));
        labelled(&mut text, "waiting", "gauge", "Why no batch begins now", "reason", why);
        text
    }
}

fn family(
    text: &mut String,
    name: &str,
    kind: &str,
    says: &str,
    values: impl Iterator<Item = (String, u64)>,
) {
    labelled(text, name, kind, says, "step", values);
}

fn labelled(
    text: &mut String,
    name: &str,
    kind: &str,
    says: &str,
    label: &str,
    values: impl Iterator<Item = (String, u64)>,
) {
    let _ = writeln!(text, "# HELP datamove_{name} {says}\n# TYPE datamove_{name} {kind}");
    for (value, number) in values {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = writeln!(text, "datamove_{name}{{{label}=\"{value}\"}} {number}");
    }
}

impl Progress for Metrics {
    fn event(&mut self, event: &Event<'_>) {
        self.shown.event(event);
        self.rates.event(event);
        let now = Instant::now();
        match event {
            Event::Position { steps } => {
                self.steps = steps.iter().map(|row| (row.step.clone(), (row.clone(), now))).collect();
            }
            Event::Started { script } => {
                for step in &script.steps {
                    self.steps.entry(step.clone()).and_modify(|(_, began)| *began = now);
                }
            }
            Event::Batch { step } => {
                let (row, _) = self.steps.entry(step.step.clone()).or_insert(((*step).clone(), now));
                *row = (*step).clone();
            }
            Event::Waiting { why } => {
                let since = self.waits.take().map_or(now, |(_, since)| since);
                self.waits = Some(((*why).to_owned(), since));
            }
            Event::WaitOver { after } => {
                self.waits = None;
                self.waited += after.as_secs_f64();
            }
            Event::Retried { .. } => self.retries += 1,
            Event::Note { .. }
            | Event::Expected { .. }
            | Event::Ended { .. }
            | Event::Comparing { .. }
            | Event::Compared { .. } => {}
        }
        let text = self.text();
        (self.keep)(&text);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;
    use crate::runner::progress::Silent;

    #[test]
    fn figures_are_as_the_run_says() {
        let kept = Rc::new(RefCell::new(String::new()));
        let into = Rc::clone(&kept);
        let mut metrics =
            Metrics::new(Box::new(Silent), Box::new(move |text| *into.borrow_mut() = text.to_owned()));
        let mut step = StepRow {
            step: "a \"b\"".to_owned(),
            state: StepState::Running,
            rows_read: 0,
            rows_written: 0,
            rows_skipped: 0,
            rows_rejected: 0,
            batches: 0,
        };
        metrics.event(&Event::Position { steps: std::slice::from_ref(&step) });
        metrics.event(&Event::Expected { rows: &[(step.step.clone(), 40)] });
        (step.rows_read, step.rows_written, step.rows_skipped, step.batches) = (10, 7, 3, 1);
        metrics.event(&Event::Batch { step: &step });
        metrics.event(&Event::Waiting { why: "target lag is 7.0, at most 5.0" });
        let text = kept.borrow().clone();
        for line in [
            "datamove_rows_read_total{step=\"a \\\"b\\\"\"} 10",
            "datamove_rows_skipped_total{step=\"a \\\"b\\\"\"} 3",
            "datamove_rows_expected{step=\"a \\\"b\\\"\"} 40",
            "datamove_waiting{reason=\"target lag is 7.0, at most 5.0\"} 1",
            "datamove_steps 1",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
        metrics.event(&Event::WaitOver { after: Duration::from_secs(3) });
        assert!(kept.borrow().contains("\ndatamove_waited_seconds_total 3.0\n"));
        assert!(!kept.borrow().contains("datamove_waiting{"));
    }
}
