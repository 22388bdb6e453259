//! A second look at the keys that differ, so that writes in flight are not taken for corruption.
//!
//! All checks read one moment of both sides. But who writes to both sides does so in two transactions, and the
//! moment may lie between them: a difference that is gone shortly after was no difference.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use super::bundle::Bundle;
use super::checks::Verdict;
use super::driver::Driver;
use super::evidence::Found;
use crate::dialect::Repair;

/// Looks again at the differing keys alone, and takes away what is gone. A check passes after all if every row that
/// it found was named and is gone. True if anything is.
pub(super) fn again(bundle: &Bundle, driver: &mut dyn Driver, pause: Duration, found: &mut Found) -> bool {
    let Ok(Some(repair)) = bundle.repair() else { return false };
    if found.differences.iter().all(|one| one.key.is_none()) {
        return false;
    }
    thread::sleep(pause);
    let Some(still) = still(&repair, driver, found) else { return false };
    found.rechecked = true;
    let gone = |check_id: &str, key: &Option<String>| {
        let known = |key: &String| {
            still.asked.contains(check_id) && !still.differ.contains(&(check_id.to_owned(), key.clone()))
        };
        key.as_ref().is_some_and(known)
    };
    let mut mended = false;
    for check in found.checks.iter_mut().filter(|check| check.verdict == Verdict::Fail) {
        let named = found.differences.iter().filter(|one| one.check_id == check.check_id);
        let rest = named.clone().filter(|one| !gone(&one.check_id, &one.key)).count();
        let all = u64::try_from(named.count()).ok();
        if rest == 0 && all.is_some_and(|all| all > 0) && check.bad == all && check.examined == check.expected
        {
            (check.bad, check.verdict, mended) = (Some(0), Verdict::Pass, true);
        }
    }
    found.differences.retain(|one| !gone(&one.check_id, &one.key));
    found.checks.sort_by_key(|check| check.verdict);
    mended
}

/// What the second look saw.
struct Still {
    /// Checks whose keys were asked about.
    asked: BTreeSet<String>,
    /// Check and key of what differs still.
    differ: BTreeSet<(String, String)>,
}

/// `None` where the question could not be asked: then the first look stands.
fn still(repair: &Repair, driver: &mut dyn Driver, found: &Found) -> Option<Still> {
    let mut still = Still { asked: BTreeSet::new(), differ: BTreeSet::new() };
    for mend in &repair.mends {
        let of: Vec<_> = found.differences.iter().filter(|one| mend.checks.contains(&one.check_id)).collect();
        let keys: BTreeSet<&str> = of.iter().filter_map(|one| one.key.as_deref()).collect();
        if keys.is_empty() {
            continue;
        }
        let set = driver.session().query(&super::repair::filled(&mend.still, &keys)).ok()?;
        still.asked.extend(mend.checks.iter().cloned());
        for row in &set.rows {
            // The row is told, not its columns: where one of them still differs, all of its differences stay.
            let key = set.text(row, "key");
            still.differ.extend(mend.checks.iter().map(|check| (check.clone(), key.clone())));
        }
    }
    Some(still)
}
