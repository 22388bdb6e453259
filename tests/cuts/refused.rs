//! Rows that the target refuses, although the preflight saw nothing: the batch is narrowed down to the row.

use crate::journey::Journey;
use crate::or_skip;

/// Breaks a row that is still to be moved, looks at the report, mends it, and ends the run.
#[track_caller]
fn finds(journey: &Journey, breaks: &str, mends: &str, expected: &[&str]) {
    journey.sql(breaks);
    let ended =
        journey.run("apply", &[]).expect(4, &["error[DM0754]", "next: datamove apply"]).expect(4, expected);
    assert!(!ended.all().contains("secret"), "{}", ended.all());
    let report = journey.run("apply", &["--format", "json"]).expect(4, &[]).json();
    assert!(report["failure"]["row"]["key"][0][1].is_string(), "{report}");
    journey.sql(mends);
}

fn found_within_one_server(journey: &Journey) {
    journey.run("apply", &["--max-batches", "1"]).expect(0, &["stopped"]);
    finds(
        journey,
        "UPDATE old.parent SET name = 'secret' WHERE id IN (337, 390)",
        "UPDATE old.parent SET name = 'parent 390' WHERE id = 390",
        &["`id` = 390", "one_name", "step `parent`", "the rows before it are in the target"],
    );
    finds(
        journey,
        "UPDATE old.child SET note = concat(repeat('secret ', 20), 'x') WHERE id = 2011",
        "UPDATE old.child SET note = 'note ''2011' WHERE id = 2011",
        &["`id` = 2011", "constraint `short`", "step `child`"],
    );
    journey.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    journey.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
}

#[test]
fn a_row_is_found_by_its_key_on_postgres() {
    found_within_one_server(&or_skip!("a refused row", Journey::postgres("refused")));
}

#[test]
fn a_row_is_found_by_its_key_on_mariadb() {
    found_within_one_server(&or_skip!("a refused row", Journey::mariadb("refused")));
}

#[test]
fn a_row_is_found_while_it_is_copied() {
    let journey = or_skip!("a refused row", Journey::between("refused_copy", "mysql", "staged"));
    journey.run("apply", &["--max-batches", "1", "--batch-rows", "100"]).expect(0, &["stopped"]);
    let copy = "ALTER TABLE datamove_refused_copy.stage_child";
    finds(
        &journey,
        &format!("{copy} ADD CONSTRAINT odd CHECK (id <> 1777)"),
        &format!("{copy} DROP CONSTRAINT odd"),
        &["`id` = 1777", "constraint `odd`", "step `stage/child`"],
    );
    journey.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    journey.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
}
