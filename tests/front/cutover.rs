//! The cutover: what is refused before the night.

use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE tag (id INTEGER PRIMARY KEY);";
const NEW: &str = "CREATE TABLE kind (id INTEGER PRIMARY KEY);";
const MOVE: &str = "move old.tag t -> new.kind { key id <- t.id }";
const FLIP: &str = "step \"flip\" owner \"sre\" takes 2 min manual \"a\" undo \"b\"";

#[track_caller]
fn is(clause: &str, expected: &[&str], says: &str) {
    let checked = check("sqlite", OLD, NEW, &format!("{clause}\n{MOVE}"));
    assert_eq!(codes(&checked), expected, "{clause}\n{}", said(&checked));
    assert!(said(&checked).contains(says), "{clause}\n{}", said(&checked));
}

#[test]
fn a_step_is_whole() {
    is(&format!("cutover {{ {FLIP} }}"), &[], "");
    is("cutover { step \"flip\" manual \"a\" undo \"b\" }", &["DM0350"], "belongs to nobody");
    is("cutover { step \"flip\" owner \" \" manual \"a\" undo \"b\" }", &["DM0350"], "who does it?");
    is("cutover { step \"flip\" owner \"sre\" }", &["DM0350"], "does nothing");
    is("cutover { step \"flip\" owner \"sre\" manual \"a\" validate }", &["DM0350"], "does two things");
    is("cutover { step \"flip\" owner \"sre\" validate undo \"b\" }", &["DM0350"], "take `undo` out");
    is("cutover { step \"\" owner \"sre\" validate }", &["DM0350"], "a step without a name");
    is("cutover { downtime 5 min }", &["DM0350"], "a cutover without a step");
    is(&format!("cutover {{ {FLIP} {FLIP} }}"), &["DM0307"], "give one of them another");
    is("cutover { step \"flip\" owner \"a\" owner \"b\" validate }", &["DM0105"], "written twice");
}

#[test]
fn times_have_units_and_keep_the_budget() {
    let takes = |time: &str| format!("cutover {{ step \"prove\" owner \"x\" takes {time} validate }}");
    is(&takes("90 s"), &[], "");
    is(&takes("2 fortnights"), &["DM0124"], "`fortnights` is no unit of time");
    is(&takes("1.5 h"), &["DM0124"], "write a whole number");
    is(&takes("99999999999999999999 h"), &["DM0124"], "not a length of time");
    let within = |time: &str| {
        format!("cutover {{ downtime {time} {FLIP} step \"prove\" owner \"x\" takes 10 min validate }}")
    };
    is(&within("12 min"), &[], "");
    is(&within("11 min"), &["DM0351"], "the cutover takes 720 s, and its downtime is 660 s");
    // Of what could not be read, nothing is called missing.
    is(
        "cutover { downtime 9 min step \"prove\" owner \"x\" takes 2 ages validate }",
        &["DM0124"],
        "no unit of time",
    );
    is(
        "cutover { downtime 9 min step \"prove\" owner \"x\" validate }",
        &["DM0351"],
        "how long does it take?",
    );
}

#[test]
fn what_cannot_be_undone_comes_behind_a_proof() {
    let (prove, drop) = ("step \"prove\" owner \"x\" validate", "step \"drop\" owner \"x\" manual \"a\"");
    is(&format!("cutover {{ {prove} {drop} }}"), &[], "");
    is(&format!("cutover {{ {drop} {prove} }}"), &["DM0352"], "the validation comes too late");
    is(&format!("cutover {{ {drop} }}"), &["DM0352"], "the point of no return");
}

#[test]
fn the_way_back_is_counted_from_a_step() {
    let back = |entry: &str| format!("cutover {{ {FLIP} }}\nrollback {{ {entry} }}");
    is(&back("until \"flip\" + 72 h trigger \"errors\""), &[], "");
    is(&back("until \"FLIP\""), &[], "");
    is(&back("until \"flop\" + 72 h"), &["DM0350"], "did you mean `flip`?");
    is(&back("until \"flip\" + 72 moons"), &["DM0124"], "no unit of time");
    is(&back("until \"flip\" until \"flip\""), &["DM0307"], "`until` is said twice");
    is("rollback { until \"flip\" + 72 h }", &["DM0350"], "a `rollback` without a `cutover`");
}
