use serde::Serialize;

use super::driver::{RowSet, Value};
use super::failure::{Failure, Result};
use crate::artifact::manifest::ScriptEntry;
use crate::diagnostic::Code;

/// A check as a script returned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    pub check_id: String,
    pub kind: String,
    pub subject: String,
    /// Rows that the check looked at; absent where the script returned no number.
    pub examined: Option<u64>,
    /// Rows that it had to look at.
    pub expected: Option<u64>,
    /// Rows, keys or groups that offend.
    pub bad: Option<u64>,
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Fail,
    Pass,
}

impl Verdict {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Pass => "pass",
        }
    }
}

/// One value that differs, or one row that is on one side only, as a script returned it. What the plan
/// calls personal is masked by the script already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Differing {
    pub check_id: String,
    /// The key's canonical texts as a JSON array; absent for rows without a key.
    pub key: Option<String>,
    /// Absent for a whole row.
    pub column: Option<String>,
    /// Absent for NULL.
    pub source: Option<String>,
    pub target: Option<String>,
    /// How it came about, where that was found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What that was told from, or why it could not be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
}

/// How a difference came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The source was written after its rows were read.
    LateWrite,
    /// The source's row went after it was moved.
    MissedDelete,
    /// The target was written by somebody else.
    ChangedInTarget,
    /// Neither side was written, and yet they differ.
    Corruption,
    /// It cannot be told.
    Unclassified,
}

impl Class {
    /// The word in the ledger.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LateWrite => "late_write",
            Self::MissedDelete => "missed_delete",
            Self::ChangedInTarget => "changed_in_target",
            Self::Corruption => "corruption",
            Self::Unclassified => "unclassified",
        }
    }

    /// The same for people.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::LateWrite => "late write",
            Self::MissedDelete => "missed delete",
            Self::ChangedInTarget => "changed in target",
            Self::Corruption => "corruption",
            Self::Unclassified => "unclassified",
        }
    }
}

/// The differences among what a script returned: rows of its second form, in its order.
pub(super) fn differences(sets: &[RowSet]) -> Vec<Differing> {
    let is_one = |set: &&RowSet| {
        ["check_id", "key", "column", "source", "target"].iter().all(|name| set.column(name).is_some())
    };
    let mut found = Vec::new();
    for set in sets.iter().filter(is_one) {
        for row in &set.rows {
            let text = |name| {
                let value = set.column(name).and_then(|at| row.get(at));
                value.filter(|value| **value != Value::Null).map(|_| set.text(row, name))
            };
            found.push(Differing {
                check_id: set.text(row, "check_id"),
                key: text("key"),
                column: text("column"),
                source: text("source"),
                target: text("target"),
                class: None,
                because: None,
            });
        }
    }
    found
}

/// How far the source has come, by step, as a script returned it.
pub(super) fn marks(sets: &[RowSet]) -> Vec<(String, String)> {
    let is_one = |set: &&RowSet| set.column("step").is_some() && set.column("watermark").is_some();
    let rows = sets
        .iter()
        .filter(is_one)
        .flat_map(|set| set.rows.iter().map(|row| (set.text(row, "step"), set.text(row, "watermark"))));
    // Of a table without rows there is nothing to go on from.
    rows.filter(|(_, mark)| !mark.is_empty()).collect()
}

/// The checks among what a script returned, failing ones first and otherwise in its order.
///
/// The verdict is the script's and the numbers' together: a check passes only if the script says so,
/// nothing is bad, and it looked at all that it had to look at.
pub(super) fn read(sets: &[RowSet]) -> Vec<Check> {
    let mut checks = Vec::new();
    for set in sets.iter().filter(|set| set.column("verdict").is_some()) {
        for row in &set.rows {
            let count = |name| set.count(row, name);
            let (examined, expected, bad) = (count("examined"), count("expected"), count("bad"));
            let passed = set.text(row, "verdict") == "pass"
                && bad == Some(0)
                && examined.is_some()
                && examined == expected;
            checks.push(Check {
                check_id: set.text(row, "check_id"),
                kind: set.text(row, "kind"),
                subject: set.text(row, "subject"),
                examined,
                expected,
                bad,
                verdict: if passed { Verdict::Pass } else { Verdict::Fail },
            });
        }
    }
    checks.sort_by_key(|check| check.verdict);
    checks
}

/// Fails if a check failed.
pub(super) fn all_pass(script: &ScriptEntry, checks: &[Check], code: Code) -> Result<()> {
    let failed: Vec<&Check> = checks.iter().filter(|check| check.verdict == Verdict::Fail).collect();
    let Some(first) = failed.first() else { return Ok(()) };
    let count = if checks.len() == 1 { "1 check".to_owned() } else { format!("{} checks", checks.len()) };
    Err(Failure::new(code, format!("{} of {count} failed, first `{}`", failed.len(), first.check_id))
        .at(&script.path, None)
        .state("nothing was written")
        .help("the script's comments name the plan's lines; its query shows the rows when it is run by hand"))
}

/// Fails if nothing was looked at: a comparison of nothing proves nothing.
pub(super) fn something_examined(script: &ScriptEntry, checks: &[Check]) -> Result<()> {
    if checks.iter().any(|check| check.examined.is_some_and(|rows| rows > 0)) {
        return Ok(());
    }
    let message = if checks.is_empty() {
        "the validation returned no checks".to_owned()
    } else {
        format!("{} checks looked at no row at all", checks.len())
    };
    Err(Failure::new(Code::NothingExamined, message)
        .at(&script.path, None)
        .state("nothing was written, and nothing is proven")
        .help("make sure that --source and --target are the databases of the move, and that it moved rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::driver::Value;

    fn set(rows: &[(&str, Value, i64, Value, &str)]) -> RowSet {
        let columns = ["check_id", "kind", "subject", "examined", "expected", "bad", "verdict"];
        let text = |text: &str| Value::Text(text.to_owned());
        RowSet {
            columns: columns.map(str::to_owned).to_vec(),
            rows: rows
                .iter()
                .map(|(id, examined, expected, bad, verdict)| {
                    let expected = Value::Int(*expected);
                    vec![
                        text(id),
                        text("rows"),
                        text("t"),
                        examined.clone(),
                        expected,
                        bad.clone(),
                        text(verdict),
                    ]
                })
                .collect(),
        }
    }

    #[test]
    fn differences_come_beside_the_checks() {
        let columns = ["check_id", "key", "column", "source", "target"].map(str::to_owned).to_vec();
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = vec![
            vec![text("t/a/values"), text("[\"1\"]"), text("a"), Value::Null, text("")],
            vec![text("t/missing"), text("[\"2\"]"), Value::Null, Value::Null, Value::Null],
        ];
        let sets = [set(&[("t/missing", Value::Int(2), 2, Value::Int(1), "fail")]), RowSet { columns, rows }];
        assert_eq!(read(&sets).len(), 1);
        let found = differences(&sets);
        assert_eq!((found[0].source.as_deref(), found[0].target.as_deref()), (None, Some("")));
        assert_eq!((found[1].key.as_deref(), found[1].column.as_deref()), (Some("[\"2\"]"), None));
    }

    #[test]
    fn a_check_passes_only_if_verdict_and_numbers_agree() {
        let int = Value::Int;
        let checks = read(&[
            RowSet::default(),
            set(&[
                ("good", int(5), 5, int(0), "pass"),
                ("short", int(4), 5, int(0), "pass"),
                ("bad", int(5), 5, int(1), "pass"),
                ("said", int(5), 5, int(0), "fail"),
                ("null", Value::Null, 5, int(0), "pass"),
                ("minus", int(5), 5, int(-1), "pass"),
                ("empty", int(0), 0, int(0), "pass"),
            ]),
        ]);
        let passed: Vec<_> =
            checks.iter().filter(|c| c.verdict == Verdict::Pass).map(|c| c.check_id.as_str()).collect();
        assert_eq!(passed, ["good", "empty"]);
        assert_eq!(checks[0].verdict, Verdict::Fail);
    }
}
