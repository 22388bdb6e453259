//! What the comparison of a table with its copy finds.

use std::borrow::Cow;

use super::cells::fields;
use super::same::canonical;
use crate::artifact::manifest::StagingEntry;
use crate::runner::checks::{Check, Differing, Verdict};

/// Rows whose differences are shown.
const SHOWN: usize = 20;

/// Instead of a value that is nobody's business.
const MASKED: &str = "***";

/// Rows and their differences, in the order in which they were found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    entry: &'a StagingEntry,
    check_id: String,
    /// Sums of the servers tell where rows have to be read; else all are.
    pub(super) by_sums: bool,
    pub(super) source: u64,
    pub(super) copy: u64,
    pub(super) bad: u64,
    pub(super) differences: Vec<Differing>,
}

impl<'a> Found<'a> {
    pub(super) fn new(entry: &'a StagingEntry, by_sums: bool) -> Self {
        let check_id = format!("{}/copy", entry.step);
        Self { entry, check_id, by_sums, source: 0, copy: 0, bad: 0, differences: Vec::new() }
    }

    pub(super) fn check(&self) -> Check {
        let how = if self.entry.key.is_empty() {
            "as often in one as in the other, for it has no key"
        } else if self.by_sums {
            "by sums over ranges of the key, and value by value where these differ"
        } else {
            "value by value"
        };
        let passed = self.bad == 0 && self.source == self.copy;
        Check {
            check_id: self.check_id.clone(),
            kind: "copy".to_owned(),
            subject: format!("rows of `{}` at the source and in the copy, {how}", self.entry.table),
            examined: Some(self.copy),
            expected: Some(self.source),
            bad: Some(self.bad),
            verdict: if passed { Verdict::Pass } else { Verdict::Fail },
        }
    }

    fn full(&self) -> bool {
        self.bad > SHOWN as u64
    }

    /// A row that is on one side only.
    pub(super) fn alone(&mut self, line: &[u8]) {
        self.bad += 1;
        if !self.full() {
            let key = Some(self.key(line));
            self.push(key, None, None, None);
        }
    }

    /// A row that one side has more often than the other; it has no key but itself.
    pub(super) fn counted(&mut self, line: &[u8], source: u64, copy: u64) {
        self.bad += source.abs_diff(copy);
        if self.differences.len() < SHOWN {
            let key = Some(self.key(line));
            self.push(key, None, Some(source.to_string()), Some(copy.to_string()));
        }
    }

    /// Two rows of one key.
    pub(super) fn pair(&mut self, source: &[u8], copy: &[u8]) {
        if source == copy {
            return;
        }
        let columns = &self.entry.columns;
        let differing: Vec<_> = fields(source)
            .zip(fields(copy))
            .zip(columns)
            .filter(|((left, right), _)| left != right)
            .map(|((left, right), column)| {
                (column, canonical(left, &column.to), canonical(right, &column.to))
            })
            .filter(|(_, left, right)| left != right)
            .map(|(column, left, right)| {
                let shown = |value: Option<Cow<'_, [u8]>>| value.map(|value| shown(&value, column.masked));
                (column.name.clone(), shown(left), shown(right))
            })
            .collect();
        if differing.is_empty() {
            return;
        }
        self.bad += 1;
        if !self.full() {
            let key = self.key(source);
            for (column, left, right) in differing {
                self.push(Some(key.clone()), Some(column), left, right);
            }
        }
    }

    fn push(
        &mut self,
        key: Option<String>,
        column: Option<String>,
        source: Option<String>,
        target: Option<String>,
    ) {
        let check_id = self.check_id.clone();
        let (class, because) = (None, None);
        self.differences.push(Differing { check_id, key, column, source, target, class, because });
    }

    /// What tells the row from others, as a JSON array: its key, or all of it.
    fn key(&self, line: &[u8]) -> String {
        let all: Vec<&[u8]> = fields(line).collect();
        let every: Vec<usize> = (0..all.len()).collect();
        let places = if self.entry.key.is_empty() { &every } else { &self.entry.key };
        let text = |place: &usize| {
            let column = self.entry.columns.get(*place)?;
            Some(shown(&canonical(all.get(*place)?, &column.to)?, column.masked))
        };
        let texts: Vec<Option<String>> = places.iter().map(text).collect();
        // Texts and nulls are always JSON.
        serde_json::to_string(&texts).unwrap_or_default()
    }
}

fn shown(value: &[u8], masked: bool) -> String {
    if masked { MASKED.to_owned() } else { String::from_utf8_lossy(value).into_owned() }
}
