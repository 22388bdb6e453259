//! The report as one page of HTML that opens anywhere: no script, no font, no image from elsewhere, and a
//! policy in its head that forbids all of them.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::{Report, StepRow, is_copy};
use crate::base::Exit;
use crate::runner::checks::{Class, Differing, Verdict};
use crate::runner::evidence::gate::span;
use crate::runner::evidence::{Judged, Kind};

/// So many runs are in a chart; older ones are in the JSON.
const RUNS: usize = 48;

static PAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut page = Environment::new();
    page.set_auto_escape_callback(|_| AutoEscape::Html);
    page.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    if let Ok(syntax) = syntax {
        page.set_syntax(syntax);
    }
    page.add_filter("thousands", |number: u64| thousands(number));
    for (name, text) in [("page.css", include_str!("page.css")), ("page.html", include_str!("page.html.j2"))]
    {
        if let Err(error) = page.add_template(name, text) {
            panic!("template {name}: {error:#}")
        }
    }
    page
});

/// What the template shows.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    summary: String,
    verb: &'static str,
    passed: bool,
    exit_code: u8,
    code: Option<&'static str>,
    first: Option<&'a Judged>,
    good_for: Option<String>,
    age: Option<String>,
    groups: Vec<Group<'a>>,
    failed: usize,
    /// With the share of the largest step's rows.
    steps: Vec<(&'a StepRow, u64)>,
    charts: Vec<Chart>,
}

/// What differs in one check.
#[derive(Serialize)]
struct Group<'a> {
    check_id: &'a str,
    subject: &'a str,
    bad: Option<u64>,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    one: &'a Differing,
    why: &'static str,
}

/// One column of a chart, in its coordinates.
#[derive(Serialize)]
struct Bar {
    x: u64,
    height: u64,
    failed: bool,
    title: String,
}

/// Counts of one run after the other.
#[derive(Serialize)]
struct Chart {
    title: &'static str,
    width: u64,
    most: String,
    first: String,
    last: String,
    bars: Vec<Bar>,
    label: String,
}

impl Report {
    /// The whole report as one page.
    ///
    /// # Panics
    /// If the template and its context do not fit: they are both ours, so it is a bug.
    #[must_use]
    pub fn to_html(&self) -> String {
        let first = self.evidence.first();
        let failed = self.checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
        let steps = self.steps.iter().map(|row| (row, share(row, &self.steps))).collect();
        let context = Page {
            report: self,
            summary: self.summary(),
            verb: self.verb.word(),
            passed: self.exit() == Exit::Done,
            exit_code: self.exit().code(),
            code: self.failure.as_ref().map(|failure| failure.code.id()),
            first,
            good_for: first.map(|one| span(one.evidence.good_for)),
            age: first.map(|one| span(one.age)),
            groups: self.groups(),
            failed,
            steps,
            charts: self.charts(),
        };
        let page = PAGE.get_template("page.html").and_then(|page| page.render(Serde(context)));
        match page {
            Ok(text) => text,
            Err(error) => panic!("page.html: {error:#}"),
        }
    }

    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for one in &self.differences {
            let row = Row { one, why: one.class.map_or("", Class::says) };
            if let Some(group) = groups.iter_mut().find(|group| group.check_id == one.check_id) {
                group.rows.push(row);
                continue;
            }
            let check = self.checks.iter().find(|check| check.check_id == one.check_id);
            groups.push(Group {
                check_id: &one.check_id,
                subject: check.map_or("", |check| &check.subject),
                bad: check.and_then(|check| check.bad),
                rows: vec![row],
            });
        }
        groups
    }

    fn charts(&self) -> Vec<Chart> {
        let mut runs: Vec<&Judged> =
            self.evidence.iter().filter(|one| one.evidence.kind != Kind::Preflight).take(RUNS).collect();
        runs.reverse();
        if runs.len() < 2 {
            return Vec::new();
        }
        vec![
            chart("Rows looked at, run after run", &runs, |one| one.evidence.examined),
            chart("Rows that offend, run after run", &runs, |one| one.evidence.bad),
        ]
    }
}

/// The height of a chart's area, and the width of a bar with the room beside it.
const HEIGHT: u64 = 96;
const STRIDE: u64 = 14;

fn chart(title: &'static str, runs: &[&Judged], of: fn(&Judged) -> u64) -> Chart {
    let most = runs.iter().map(|one| of(one)).max().unwrap_or(0);
    let bars: Vec<Bar> = (0..)
        .zip(runs)
        .map(|(i, one)| {
            let (value, e) = (of(one), &one.evidence);
            // Whatever is there is seen; the product is of 128 bits, so that no count is too large.
            let height = u128::from(value) * u128::from(HEIGHT) / u128::from(most.max(1));
            let least = if value > 0 { 2 } else { 0 };
            Bar {
                x: i * STRIDE,
                height: u64::try_from(height).unwrap_or(HEIGHT).max(least),
                failed: e.verdict == Verdict::Fail,
                title: format!(
                    "{}: {} ({}, {})",
                    e.moment.at,
                    thousands(value),
                    e.kind.word(),
                    e.verdict.word()
                ),
            }
        })
        .collect();
    let at = |one: Option<&&Judged>| one.map_or(String::new(), |one| one.evidence.moment.at.clone());
    let last = runs.last().map_or(0, |one| of(one));
    Chart {
        title,
        // A few runs are no wall of colour.
        width: STRIDE * u64::try_from(bars.len()).unwrap_or(0).max(24),
        most: thousands(most),
        first: at(runs.first()),
        last: at(runs.last()),
        label: format!(
            "{title}: {} runs, {} at most, {} in the last",
            bars.len(),
            thousands(most),
            thousands(last)
        ),
        bars,
    }
}

/// A step's rows as a share of the largest step's, in per cent.
fn share(row: &StepRow, all: &[StepRow]) -> u64 {
    let most = all.iter().filter(|one| is_copy(one) == is_copy(row)).map(|one| one.rows_written).max();
    let share = u128::from(row.rows_written) * 100 / u128::from(most.unwrap_or(0).max(1));
    u64::try_from(share).unwrap_or(100)
}

/// `1 234 567`, with spaces that do not break.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(thousands(123_456), "123\u{202f}456");
    }
}
