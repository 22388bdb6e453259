#![expect(clippy::disallowed_methods, reason = "a rate needs a clock; nothing that is kept holds it")]

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::rates::Rates;
use super::{Event, Progress};
use crate::runner::state::StepRow;

/// Bars on a terminal: one for all scripts, and a line for each script under way.
#[derive(Debug)]
pub struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    /// Those under way.
    scripts: Vec<Script>,
    rates: Rates,
}

#[derive(Debug)]
struct Script {
    path: String,
    steps: Vec<String>,
    bar: ProgressBar,
    began: Instant,
}

impl Bars {
    /// Bars on stderr for so many steps. `indicatif` draws nothing if that is not a terminal.
    #[must_use]
    pub fn new() -> Self {
        let all = MultiProgress::new();
        let overall = all.add(ProgressBar::new(0));
        overall.set_style(style("{bar:30} {pos}/{len} steps  {elapsed_precise}  {msg}"));
        Self { all, overall, scripts: Vec::new(), rates: Rates::default() }
    }

    fn begin(&mut self, path: String, shown: String, steps: Vec<String>) {
        let bar = self.all.add(ProgressBar::new_spinner());
        bar.set_style(style("{spinner} {prefix}  {msg}"));
        bar.set_prefix(shown);
        bar.enable_steady_tick(Duration::from_millis(120));
        self.scripts.push(Script { path, steps, bar, began: Instant::now() });
    }

    fn end(&mut self, path: &str) {
        if let Some(at) = self.scripts.iter().position(|one| one.path == path) {
            self.scripts.remove(at).bar.finish_and_clear();
        }
    }

    fn rows(&self, step: &StepRow, began: Instant) -> String {
        let took = began.elapsed();
        let per_second = self.rates.rate(step, took);
        let left = self.rates.left(step, took).map_or(String::new(), |left| format!(", {left} s left"));
        format!(
            "{}: {} rows read, {} written, {} skipped, {} batches, {per_second} rows/s{left}",
            step.step, step.rows_read, step.rows_written, step.rows_skipped, step.batches
        )
    }
}

impl Default for Bars {
    fn default() -> Self {
        Self::new()
    }
}

/// The templates are constants; one that could not be read would leave the default style.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bars {
    fn event(&mut self, event: &Event<'_>) {
        self.rates.event(event);
        match event {
            Event::Position { steps } => {
                self.overall.set_length(u64::try_from(steps.len()).unwrap_or(0));
                let done =
                    steps.iter().filter(|row| row.state == crate::runner::state::StepState::Done).count();
                self.overall.set_position(u64::try_from(done).unwrap_or(0));
            }
            Event::Expected { .. } => {}
            Event::Note { text } => {
                // Nothing is lost but a remark if the terminal cannot be written.
                let _ = self.all.println(text);
            }
            Event::Waiting { why } => {
                self.overall.set_message(format!("waiting: {why}"));
                let _ = self.all.println(format!("waiting: {why}"));
            }
            Event::WaitOver { .. } => self.overall.set_message(""),
            Event::Retried { script, why } => {
                let _ = self.all.println(format!("{}: tried again: {why}", script.path));
            }
            Event::Started { script } => {
                self.begin(script.path.clone(), script.path.clone(), script.steps.clone());
            }
            Event::Comparing { step } => {
                self.begin((*step).to_owned(), format!("{step}: compared with the source"), Vec::new());
            }
            Event::Compared { step, .. } => self.end(step),
            Event::Batch { step } => {
                if let Some(script) = self.scripts.iter().find(|script| script.steps.contains(&step.step)) {
                    script.bar.set_message(self.rows(step, script.began));
                }
            }
            Event::Ended { script, done } => {
                self.end(&script.path);
                if *done {
                    self.overall.inc(u64::try_from(script.steps.len()).unwrap_or(0));
                }
            }
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.overall.finish_and_clear();
    }
}
