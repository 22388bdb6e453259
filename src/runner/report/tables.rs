//! The report's lists as tables for people.

use comfy_table::{CellAlignment, Table, presets};

use super::{Outcome, Report, Verb, count};
use crate::runner::checks::{Class, Verdict};
use crate::runner::evidence::Kind;
use crate::runner::evidence::gate::span;

impl Report {
    pub(super) fn steps_table(&self) -> Option<String> {
        // Of moves that set nothing aside nothing is said about it.
        let rejects = self.steps.iter().any(|step| step.rows_rejected > 0);
        let rows = self.steps.iter().map(|step| {
            let rejected = rejects.then_some(step.rows_rejected);
            let counts = [step.rows_read, step.rows_written, step.rows_skipped];
            let counts = counts.into_iter().chain(rejected).chain([step.batches]);
            let words = [step.step.clone(), step.state.word().to_owned()];
            words.into_iter().chain(counts.map(|n| n.to_string())).collect()
        });
        let names = ["step", "state", "read", "written", "skipped", "set aside", "batches"];
        let names: Vec<&str> = names.into_iter().filter(|name| rejects || *name != "set aside").collect();
        table(&names, 2..names.len(), rows.collect())
    }

    pub(super) fn rejected_table(&self) -> Option<String> {
        let rows = self.rejected.iter().map(|row| {
            let key: Vec<String> = row.key.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            let [code, constraint, column] = row.rule.texts().map(|text| text.unwrap_or_default().to_owned());
            vec![
                row.step.clone(),
                shortened(&key.join(", ")),
                constraint,
                column,
                code,
                row.attempt.to_string(),
            ]
        });
        table(&["set aside", "key", "constraint", "column", "code", "attempts"], 5..6, rows.collect())
    }

    /// Every check for the verb that was asked for them; else only those that failed, since the
    /// summary counts the others.
    pub(super) fn checks_table(&self) -> Option<String> {
        let number = |count: Option<u64>| count.map_or("none".to_owned(), |count| count.to_string());
        let shown =
            self.checks.iter().filter(|check| self.verb == Verb::Validate || check.verdict == Verdict::Fail);
        let rows = shown.map(|check| {
            let verdict = if check.verdict == Verdict::Fail { "FAIL" } else { "pass" };
            let counts = [check.examined, check.expected, check.bad].map(number);
            let words = [verdict, &check.check_id].map(str::to_owned);
            words.into_iter().chain(counts).chain([check.subject.clone()]).collect()
        });
        table(&["verdict", "check", "examined", "expected", "bad", "subject"], 2..5, rows.collect())
    }

    /// What this run leaves for a gate, or what the gate saw.
    pub(super) fn evidence_line(&self) -> Option<String> {
        let first = self.evidence.first()?;
        let good_for = span(first.evidence.good_for);
        if let (Verb::Gate, Some(number)) = (self.verb, first.evidence.number) {
            return Some(format!("evidence {number} is {} old and good for {good_for}", span(first.age)));
        }
        Some(match (first.evidence.number, &self.unkept) {
            (Some(number), _) => format!("evidence {number} is kept in the ledger, good for {good_for}"),
            (None, Some(why)) => format!("no evidence was kept: {why}"),
            (None, None) => return None,
        })
    }

    pub(super) fn differences_table(&self) -> Option<String> {
        let text = |text: &Option<String>| text.as_deref().map_or("NULL".to_owned(), shortened);
        let rows = self.differences.iter().map(|one| {
            let of = |value: &Option<String>| {
                if one.column.is_some() { text(value) } else { String::new() }
            };
            let key = one.key.as_deref().map_or(String::new(), shortened);
            let column = one.column.clone().unwrap_or_default();
            let class = one.class.map_or("", Class::says).to_owned();
            vec![one.check_id.clone(), key, column, of(&one.source), of(&one.target), class]
        });
        table(&["check", "key", "column", "source", "target", "why"], 0..0, rows.collect())
    }

    /// The newest of each kind.
    pub(super) fn evidence_table(&self) -> Option<String> {
        if !matches!(self.verb, Verb::Status | Verb::Gate) {
            return None;
        }
        let newest = [Kind::Preflight, Kind::Validate, Kind::Reconcile]
            .into_iter()
            .filter_map(|kind| self.evidence.iter().find(|one| one.evidence.kind == kind));
        let rows = newest.map(|one| {
            let e = &one.evidence;
            let gate = one.refused.clone().unwrap_or_else(|| "accepts it".to_owned());
            let words = [e.kind.word().to_owned(), e.verdict.word().to_owned()];
            let counts = [e.checks, e.examined, e.bad].map(|count| count.to_string());
            words.into_iter().chain(counts).chain([span(one.age), span(e.good_for), gate]).collect()
        });
        let names = ["evidence", "verdict", "checks", "examined", "bad", "age", "good for", "a gate"];
        table(&names, 2..5, rows.collect())
    }

    pub(super) fn cut_over(&self) -> String {
        let done = self.cutover.iter().filter(|row| row.done.is_some()).count();
        let next = self.cutover.iter().find(|row| row.done.is_none());
        let next = next.map_or(String::new(), |row| format!("; next is `{}`, by {}", row.step, row.owner));
        format!("{done} of {} of the cutover done{next}", count(self.cutover.len(), "step"))
    }

    pub(super) fn cutover_table(&self) -> Option<String> {
        let rows = self.cutover.iter().map(|row| {
            let (at, who) =
                row.done.as_ref().map_or(("", ""), |done| (&done.at, done.who.as_deref().unwrap_or("")));
            let state = if row.done.is_some() { "done" } else { "waiting" };
            [row.step.as_str(), &row.owner, state, at, who, row.undo.as_deref().unwrap_or("not at all")]
                .map(shortened)
                .to_vec()
        });
        table(&["step", "owner", "state", "at", "recorded by", "taken back by"], 0..0, rows.collect())
    }

    /// The last runs as a whole.
    pub(super) fn attempts_table(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let runs = self.attempts.iter().filter(|one| one.step.is_none()).take(SHOWN);
        let rows = runs.map(|one| {
            let ended = one.ended.clone().unwrap_or_else(|| "not yet, or killed".to_owned());
            vec![one.number.to_string(), one.began.clone(), ended, one.outcome.clone().unwrap_or_default()]
        });
        table(&["run", "began", "ended", "outcome"], 0..1, rows.collect())
    }

    pub(super) fn taken_back_table(&self) -> Option<String> {
        let gone = self.outcome == Outcome::RolledBack;
        let names =
            if gone { ["table", "removed", "restored"] } else { ["table", "would go", "would be restored"] };
        let rows = self.taken_back.iter().map(|undone| {
            vec![undone.table.clone(), undone.removed.to_string(), undone.restored.to_string()]
        });
        table(&names, 1..3, rows.collect())
    }
}

/// A value that leaves room for others on its line.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().map(|c| if c.is_control() { '␦' } else { c }).take(40).collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}

/// A table whose columns in `numbers` are aligned right; none without rows.
fn table(names: &[&str], numbers: std::ops::Range<usize>, rows: Vec<Vec<String>>) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(names).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        // The first column begins at the edge.
        column.set_padding((0, 2));
        if numbers.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Some(table.to_string())
}
