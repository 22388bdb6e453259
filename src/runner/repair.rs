//! The script that brings the keys that differ in line with the plan: for review, never run from here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::checks::Differing;
use super::drivers::literal;
use crate::dialect::Repair;

/// A statement with keys in all of its holes.
pub(super) fn filled(pieces: &[String], keys: &BTreeSet<&str>) -> String {
    let list: Vec<String> = keys.iter().map(|key| literal(key)).collect();
    pieces.join(&list.join(", "))
}

/// The whole script for these differences, and what it leaves alone. `None` if nothing can be mended key by key.
///
/// The same differences give the same bytes. `number` is that of the evidence that names them.
pub(super) fn script(repair: &Repair, differences: &[Differing], number: Option<u64>) -> Option<String> {
    let mut forth = String::new();
    let mut back = Vec::new();
    let mut accounts: Vec<&str> = Vec::new();
    let mut mended = BTreeSet::new();
    for mend in &repair.mends {
        let of: Vec<&Differing> =
            differences.iter().filter(|one| mend.checks.contains(&one.check_id)).collect();
        let keys: BTreeSet<&str> = of.iter().filter_map(|one| one.key.as_deref()).collect();
        if keys.is_empty() {
            continue;
        }
        mended.extend(of.iter().map(|one| one.check_id.as_str()));
        let _ = writeln!(forth, "\n-- {}: {} keys", one_line(&mend.does), keys.len());
        forth.push_str(&filled(&mend.statements, &keys));
        if !mend.account.is_empty() && !accounts.contains(&mend.account.as_str()) {
            accounts.push(&mend.account);
        }
        back.push(filled(&mend.back, &keys));
    }
    if mended.is_empty() {
        return None;
    }
    let mut text = String::from(
        "-- For review: brings single keys in line with the plan. datamove never runs this by itself.\n",
    );
    let left: BTreeSet<&str> = differences.iter().map(|one| one.check_id.as_str()).collect();
    for check in left.difference(&mended) {
        let _ = writeln!(
            text,
            "-- Left alone, because rows of it cannot be mended key by key: {}",
            one_line(check)
        );
    }
    text.push_str(&repair.begin);
    text.push_str(&forth);
    for account in accounts {
        let _ = write!(text, "\n{account}");
    }
    let evidence = number.map_or("that was not kept".to_owned(), |number| number.to_string());
    let why = literal(&format!("a repair of what evidence {evidence} names"));
    let _ = write!(text, "\n{}", repair.end.join(&why));
    text.push_str(
        "\n-- To take it back, run what follows without the marks, in one transaction; then validate.\n",
    );
    // What was done last is taken back first.
    for lines in back.iter().rev().flat_map(|statement| statement.lines()) {
        let _ = writeln!(text, "-- {lines}");
    }
    Some(text)
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
