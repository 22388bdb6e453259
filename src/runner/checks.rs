use serde::Serialize;

use super::driver::RowSet;
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
