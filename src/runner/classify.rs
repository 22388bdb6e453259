//! How differences came about, as far as one look at both sides can tell. Pure.

use super::checks::{Check, Class, Differing, Verdict};
use super::evidence::{Coverage, Evidence};

/// Says of each difference how it came about.
///
/// `last` is the newest evidence before, if it was good: where the source stands as it did then, what differs now was
/// written at the target.
pub(super) fn classify(
    differences: &mut [Differing],
    checks: &[Check],
    now: &Evidence,
    last: Option<&Evidence>,
) {
    let position = |one: &Evidence| one.source.position.clone();
    // With one position for both sides, a write at the target moves the source's as well.
    let apart = now.source != now.target && now.source.position != "unknown";
    let still = apart
        && last
            .is_some_and(|last| last.source.server == now.source.server && position(last) == position(now));
    for one in differences {
        let (class, because) = if let Some(found) = of_copy(one, checks, last) {
            found
        } else if still {
            (Class::ChangedInTarget, "the source stands where it stood when all was equal")
        } else {
            by_counts(&one.check_id, checks)
        };
        (one.class, one.because) = (Some(class), Some(because));
    }
}

/// The source against the copies that were made of its rows. Nobody writes to copies, so that what differs from one that
/// was proven was written at the source.
fn of_copy(one: &Differing, checks: &[Check], last: Option<&Evidence>) -> Option<(Class, &'static str)> {
    one.check_id.strip_prefix("stage/")?.strip_suffix("/copy")?;
    if last.is_none_or(|last| last.coverage != Coverage::Whole) {
        return Some((Class::Unclassified, "no comparison before says that the copy was as the source"));
    }
    if one.column.is_some() {
        return Some((Class::LateWrite, "the copy was as the source, which has another value now"));
    }
    let check = checks.iter().find(|check| check.check_id == one.check_id)?;
    let (copy, source, bad) = (check.examined?, check.expected?, check.bad?);
    Some(if source.saturating_sub(copy) == bad {
        (Class::LateWrite, "the copy was as the source, which has that many rows more now")
    } else if copy.saturating_sub(source) == bad {
        (Class::MissedDelete, "the copy was as the source, which has that many rows fewer now")
    } else {
        (Class::Unclassified, "the source has rows more and rows fewer than the copy")
    })
}

/// What the counts of rows say: of the source against what was read, of the target against what was written.
fn by_counts(check_id: &str, checks: &[Check]) -> (Class, &'static str) {
    let find = |id: &str| checks.iter().find(|check| check.check_id == id);
    let failed = |id: &str| find(id).is_some_and(|check| check.verdict == Verdict::Fail);
    if let Some(step) = check_id.strip_suffix("/missing") {
        let table = step.split("__").next().unwrap_or(step);
        let (Some(rows), Some(missing)) = (find(&format!("{step}/rows")), find(check_id)) else {
            return UNKNOWN;
        };
        let (Some(there), Some(read), Some(bad)) = (rows.examined, rows.expected, missing.bad) else {
            return UNKNOWN;
        };
        if failed(&format!("{table}/extra")) && extra_rows(table, checks) != Some(0) {
            return (
                Class::Unclassified,
                "rows are missing and extra at once: their keys may have changed on either side",
            );
        }
        return if there == read {
            (Class::ChangedInTarget, "the source has as many rows as were read, so the target lost them")
        } else if there.saturating_sub(read) >= bad {
            (Class::LateWrite, "the source has at least as many rows more than were read")
        } else {
            (Class::Unclassified, "the source has fewer rows more than are missing")
        };
    }
    if let Some(table) = check_id.strip_suffix("/extra") {
        return extra(table, checks);
    }
    if check_id.ends_with("/orphans") || check_id.ends_with("/values") {
        return (Class::Unclassified, "nothing says which side was written since both were equal");
    }
    UNKNOWN
}

const UNKNOWN: (Class, &str) = (Class::Unclassified, "the check does not tell");

/// Rows of the target beyond those that the ledger wrote.
fn extra_rows(table: &str, checks: &[Check]) -> Option<u64> {
    let extra = checks.iter().find(|check| check.check_id == format!("{table}/extra"))?;
    Some(extra.examined?.saturating_sub(extra.expected?))
}

fn extra(table: &str, checks: &[Check]) -> (Class, &'static str) {
    let Some(extra) = checks.iter().find(|check| check.check_id == format!("{table}/extra")) else {
        return UNKNOWN;
    };
    let (Some(there), Some(written), Some(bad)) = (extra.examined, extra.expected, extra.bad) else {
        return UNKNOWN;
    };
    let of_table = |id: &str, word: &str| {
        id.strip_suffix(word).is_some_and(|step| step == table || step.starts_with(&format!("{table}__")))
    };
    // Rows that the sources of all its moves lost since they were read.
    let lost: u64 = checks
        .iter()
        .filter(|check| of_table(&check.check_id, "/rows"))
        .filter_map(|check| Some(check.expected?.saturating_sub(check.examined?)))
        .sum();
    let missing = checks.iter().any(|check| of_table(&check.check_id, "/missing") && check.bad != Some(0));
    if missing {
        return (
            Class::Unclassified,
            "rows are missing and extra at once: their keys may have changed on either side",
        );
    }
    if there == written && lost >= bad {
        (Class::MissedDelete, "the source has that many rows fewer than were read")
    } else if there.saturating_sub(written) >= bad && lost == 0 {
        (Class::ChangedInTarget, "the target has that many rows more than were written")
    } else {
        (Class::Unclassified, "the counts of both sides fit more than one story")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(check_id: &str, examined: u64, expected: u64, bad: u64) -> Check {
        let verdict = if bad == 0 && examined == expected { Verdict::Pass } else { Verdict::Fail };
        let (kind, subject) = (String::new(), String::new());
        Check {
            check_id: check_id.to_owned(),
            kind,
            subject,
            examined: Some(examined),
            expected: Some(expected),
            bad: Some(bad),
            verdict,
        }
    }

    #[test]
    fn counts_tell_late_rows_from_lost_ones() {
        let of = |rows: u64, missing: u64, extra: Check| {
            by_counts(
                "t/missing",
                &[check("t/rows", rows, 10, 0), check("t/missing", rows, rows, missing), extra],
            )
            .0
        };
        assert_eq!(of(12, 2, check("t/extra", 10, 10, 0)), Class::LateWrite);
        assert_eq!(of(10, 1, check("t/extra", 9, 10, 0)), Class::ChangedInTarget);
        assert_eq!(of(11, 2, check("t/extra", 9, 10, 0)), Class::Unclassified);
        assert_eq!(of(10, 1, check("t/extra", 11, 10, 1)), Class::Unclassified);
    }

    #[test]
    fn counts_tell_missed_deletes_from_strangers() {
        let of = |rows: u64, there: u64, bad: u64, missing: u64| {
            let checks = [
                check("t__a/rows", rows, 10, 0),
                check("t__a/missing", rows, rows, missing),
                check("t/extra", there, 10, bad),
            ];
            by_counts("t/extra", &checks).0
        };
        assert_eq!(of(9, 10, 1, 0), Class::MissedDelete);
        assert_eq!(of(10, 11, 1, 0), Class::ChangedInTarget);
        assert_eq!(of(10, 10, 1, 1), Class::Unclassified);
        assert_eq!(of(9, 11, 2, 0), Class::Unclassified);
    }
}
