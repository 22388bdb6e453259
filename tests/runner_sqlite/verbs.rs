//! What each verb does when nothing is in its way.

use crate::fixture::{Ended, Fixture, datamove};

#[test]
fn a_bundle_is_applied_validated_and_applied_again() {
    let fixture = Fixture::new(100);
    let before = fixture.dump();
    fixture.run("status", &[]).expect(0, &["shop: nothing applied", "next: datamove apply"]);
    let ended = fixture.run("apply", &["--batch-rows", "30"]);
    let ended = ended.expect(0, &["loaded, 250 rows written in 3 steps; validation passed, 3 checks"]);
    assert!(!ended.stdout.contains('\u{1b}'));
    assert!(
        ended.stderr.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{}",
        ended.stderr
    );
    let loaded = fixture.dump();
    fixture.run("apply", &[]).expect(0, &["already loaded", "validation passed"]);
    fixture.run("validate", &[]).expect(0, &["shop: validation passed, 3 checks"]);
    fixture
        .run("status", &[])
        .expect(0, &["shop: loaded", "customer/second_pass", "next: datamove validate"]);
    assert_eq!(fixture.dump(), loaded);
    fixture.run("rollback", &[]).expect(4, &["DM0730", "customer", "100", "--yes"]);
    assert_eq!(fixture.dump(), loaded);
    fixture.run("rollback", &["--yes"]).expect(0, &["250 rows removed and 0 restored"]);
    assert_eq!(fixture.dump(), before);
    fixture.run("rollback", &["--yes"]).expect(0, &["nothing applied"]);
    fixture.run("rollback", &[]).expect(0, &["nothing applied"]);
    assert_eq!(fixture.dump(), before);
    fixture.run("apply", &["--batch-rows", "30", "--quiet"]).expect(0, &["loaded"]);
    assert_eq!(fixture.dump(), loaded);
    let left: Vec<_> =
        std::fs::read_dir(fixture.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_run_stops_after_the_batches_that_were_asked_for_and_continues() {
    let fixture = Fixture::new(100);
    fixture.keep_target();
    fixture.run("apply", &["--batch-rows", "30"]).expect(0, &[]);
    let whole = fixture.dump();
    fixture.bring_back_target();
    fixture.run("apply", &["--max-batches", "0"]).expect(0, &["resumable; 0 of 3 steps done"]);
    let stopped = fixture.run("apply", &["--batch-rows", "30", "--max-batches", "3", "--format", "json"]);
    let report = stopped.expect(0, &[]).json();
    assert_eq!(report["outcome"], "stopped");
    assert_eq!(report["exit_code"], 0);
    assert_eq!(report["steps"][0]["batches"], 3);
    assert_eq!(report["steps"][0]["rows_read"], 90);
    let next = report["next"].as_str().unwrap();
    assert!(next.ends_with("--batch-rows 30") && !next.contains("max-batches"), "{next}");
    fixture.run("status", &[]).expect(0, &["resumable", "running", "next: datamove apply"]);
    fixture.run("apply", &["--batch-rows", "30", "--max-batches", "100"]).expect(0, &["loaded"]);
    assert_eq!(fixture.dump(), whole);
}

#[test]
fn a_rollback_half_way_and_another_apply_give_the_same_rows() {
    let fixture = Fixture::new(100);
    let before = fixture.dump();
    fixture.run("apply", &["--batch-rows", "30", "--max-batches", "6"]).expect(0, &["1 of 3 steps done"]);
    fixture
        .run("rollback", &["--yes", "--format", "json"])
        .expect(0, &["\"rolled_back\"", "\"removed\": 60"]);
    assert_eq!(fixture.dump(), before);
    fixture.run("apply", &["--batch-rows", "30"]).expect(0, &[]);
    let again = fixture.dump();
    fixture.run("rollback", &["--yes"]).expect(0, &[]);
    fixture.run("apply", &["--batch-rows", "30"]).expect(0, &[]);
    assert_eq!(fixture.dump(), again);
}

#[test]
fn a_difference_fails_the_validation_and_the_exit_code_with_it() {
    let fixture = Fixture::new(100);
    fixture.run("apply", &["--no-validate"]).expect(0, &["not validated"]);
    fixture.tamper("UPDATE orders SET amount = amount || ' ' WHERE id = 7");
    let ended = fixture.run("validate", &[]).expect(7, &["error[DM0704]", "FAIL", "sql/30_validate.sql"]);
    let first = ended.stdout.lines().skip(1).find(|line| line.contains("orders/amount/values")).unwrap();
    assert!(first.starts_with("FAIL"), "{first}");
    assert!(ended.stdout.starts_with("shop: validation failed: 1 of 3 checks failed"), "{}", ended.stdout);
    let report = fixture.run("validate", &["--format", "json"]).expect(7, &[]).json();
    assert_eq!(report["exit_code"], 7);
    assert_eq!(report["checks"][0]["verdict"], "fail");
    assert_eq!(report["checks"][0]["bad"], 1);
    assert_eq!(report["failure"]["code"], "DM0704");
    // An apply that finds everything moved does not pretend that all is well.
    fixture.run("apply", &[]).expect(7, &["DM0704"]);
}

#[test]
fn a_validation_before_any_row_or_of_nothing_fails() {
    let fixture = Fixture::new(10);
    fixture.run("validate", &[]).expect(7, &["3 of 3 checks failed"]);
    let empty = Fixture::new(0);
    empty.run("apply", &[]).expect(7, &["DM0729", "looked at no row"]);
}

#[test]
fn a_preflight_that_finds_something_stops_before_the_first_write() {
    let fixture = Fixture::new(10);
    let before = fixture.dump();
    let source = rusqlite::Connection::open(fixture.source()).unwrap();
    source.execute("UPDATE customers SET name = printf('%.*c', 41, 'x') WHERE id = 3", []).unwrap();
    fixture.run("apply", &[]).expect(4, &["DM0703", "customer.name/length", "nothing was written"]);
    assert_eq!(fixture.dump(), before);
}

#[test]
fn a_target_with_a_write_ahead_log_is_moved_into_and_out_of() {
    let fixture = Fixture::new(100);
    let before = fixture.dump();
    fixture.tamper("PRAGMA journal_mode = WAL");
    fixture.run("apply", &["--batch-rows", "30", "--max-batches", "5"]).expect(0, &["resumable"]);
    fixture.run("apply", &["--batch-rows", "30"]).expect(0, &["loaded"]);
    fixture.run("rollback", &["--yes"]).expect(0, &[]);
    assert_eq!(fixture.dump(), before);
}

#[test]
fn usage_errors_exit_with_64() {
    let fixture = Fixture::new(1);
    Ended::of(datamove().arg("apply")).expect(64, &["--target"]);
    fixture.run("apply", &["--batch-rows", "0"]).expect(64, &[]);
    Ended::of(datamove().arg("--help")).expect(0, &["Exit codes"]);
}
