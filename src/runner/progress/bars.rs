#![expect(clippy::disallowed_methods, reason = "a rate needs a clock; nothing that is kept holds it")]

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::lines::rate;
use super::{Event, Progress};
use crate::runner::state::StepRow;

/// Bars on a terminal: one for all scripts, and a line for each script under way.
#[derive(Debug)]
pub struct Bars {
    all: MultiProgress,
    overall: ProgressBar,
    /// Those under way.
    scripts: Vec<Script>,
    /// Rows that each step had read before this run.
    known: Vec<(String, u64)>,
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
        overall.set_style(style("{bar:30} {pos}/{len} steps  {elapsed_precise}"));
        Self { all, overall, scripts: Vec::new(), known: Vec::new() }
    }

    fn rows(&self, step: &StepRow, began: Instant) -> String {
        let before = self.known.iter().find(|(name, _)| *name == step.step).map_or(0, |(_, rows)| *rows);
        let per_second = rate(step.rows_read.saturating_sub(before), began.elapsed());
        format!(
            "{}: {} rows read, {} written, {} skipped, {} batches, {per_second} rows/s",
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
        match event {
            Event::Position { steps } => {
                self.known = steps.iter().map(|row| (row.step.clone(), row.rows_read)).collect();
                self.overall.set_length(u64::try_from(steps.len()).unwrap_or(0));
                let done =
                    steps.iter().filter(|row| row.state == crate::runner::state::StepState::Done).count();
                self.overall.set_position(u64::try_from(done).unwrap_or(0));
            }
            Event::Note { text } => {
                // Nothing is lost but a remark if the terminal cannot be written.
                let _ = self.all.println(text);
            }
            Event::Started { script } => {
                let bar = self.all.add(ProgressBar::new_spinner());
                bar.set_style(style("{spinner} {prefix}  {msg}"));
                bar.set_prefix(script.path.clone());
                bar.enable_steady_tick(Duration::from_millis(120));
                self.scripts.push(Script {
                    path: script.path.clone(),
                    steps: script.steps.clone(),
                    bar,
                    began: Instant::now(),
                });
            }
            Event::Batch { step } => {
                if let Some(script) = self.scripts.iter().find(|script| script.steps.contains(&step.step)) {
                    script.bar.set_message(self.rows(step, script.began));
                }
            }
            Event::Ended { script, done } => {
                if let Some(at) = self.scripts.iter().position(|one| one.path == script.path) {
                    self.scripts.remove(at).bar.finish_and_clear();
                }
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
