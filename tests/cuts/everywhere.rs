//! One cut in each run, at points all along the way.

use crate::journey::{Journey, Side};
use crate::or_skip;
use crate::testkit::Cut;

/// Cuts at so many points of the way, evenly, of each kind.
const POINTS: u64 = 2;

/// Runs once undisturbed; then with a cut at each point, and compares.
#[track_caller]
fn cut_all_along(journey: &Journey, points: u64, side: impl Fn(&Journey) -> &Side) {
    cut_with(journey, points, &["--batch-rows", "150", "--quiet"], |_| true, side);
}

/// The same for runs with these words. Of what they leave, only such lines are compared.
#[track_caller]
fn cut_with(
    journey: &Journey,
    points: u64,
    words: &[&str],
    is_compared: impl Fn(&String) -> bool,
    side: impl Fn(&Journey) -> &Side,
) {
    let compared = || journey.dump().into_iter().filter(&is_compared).collect::<Vec<_>>();
    let before = journey.dump();
    side(journey).proxy.passed();
    journey.run("apply", words).expect(0, &["validation passed"]);
    let (pieces, bytes) = side(journey).proxy.passed();
    let whole = compared();
    journey.run("rollback", &["--yes", "--quiet"]).expect(0, &["rolled back"]);
    assert_eq!(journey.dump(), before);
    let mut cut = 0;
    for point in 1..=points {
        let (piece, byte) = ((pieces * point / (points + 1)).max(1), bytes * point / (points + 1));
        for cuts in [Cut::Unheard(piece), Cut::Unanswered(piece), Cut::Bytes(byte)] {
            side(journey).proxy.cut(cuts.clone());
            let ended = journey.run("apply", words);
            let text = ended.all();
            cut += side(journey).proxy.cuts();
            if ended.code != 0 {
                // Before anything answered, there is no reason to believe that anything ever will.
                assert!(text.contains("error[DM00") || text.contains("error[DM073"), "{cuts:?}: {text}");
                journey.run("apply", words).expect(0, &["validation passed"]);
            }
            let found = compared();
            let apart: Vec<&String> = found.iter().filter(|line| !whole.contains(line)).take(5).collect();
            let lost: Vec<&String> = whole.iter().filter(|line| !found.contains(line)).take(5).collect();
            assert!(found == whole, "{cuts:?} changed rows: {apart:#?} for {lost:#?}\n{text}");
            side(journey).proxy.cut(cuts);
            let ended = journey.run("rollback", &["--yes", "--quiet"]);
            if ended.code != 0 {
                journey.run("rollback", &["--yes", "--quiet"]).expect(0, &[]);
            }
            assert!(journey.dump() == before, "the rollback left something: {}", ended.all());
        }
    }
    assert!(u64::from(cut) >= points * 2, "only {cut} cuts met a run");
}

#[test]
fn of_a_move_within_one_postgres() {
    let journey = or_skip!("cuts of PostgreSQL", Journey::postgres("cut_same"));
    cut_all_along(&journey, POINTS, |journey| &journey.target);
}

#[test]
fn of_a_move_within_one_mariadb() {
    let journey = or_skip!("cuts of MariaDB", Journey::mariadb("cut_mysql"));
    cut_all_along(&journey, POINTS, |journey| &journey.target);
}

#[test]
fn of_the_target_of_staged_rows() {
    let journey = or_skip!("cuts of a target", Journey::between("cut_staged", "postgres", "staged"));
    cut_all_along(&journey, POINTS, |journey| &journey.target);
}

#[test]
fn of_the_source_of_staged_rows() {
    for from in ["postgres", "mysql"] {
        let journey = or_skip!("cuts of a source", Journey::between("cut_source", from, "staged"));
        cut_all_along(&journey, POINTS, |journey| journey.source.as_ref().unwrap());
    }
}

#[test]
fn of_rows_that_are_copied_into_other_engines() {
    let mysql = or_skip!("cuts of a MySQL target", Journey::into("cut_into_mysql", "mysql"));
    cut_all_along(&mysql, POINTS, |journey| &journey.target);
    cut_all_along(&mysql, 1, |journey| journey.source.as_ref().unwrap());
    or_skip!("cuts of the source of a file", crate::testkit::sqlite3());
    let sqlite = or_skip!("cuts of the source of a file", Journey::into("cut_into_sqlite", "sqlite"));
    cut_all_along(&sqlite, POINTS, |journey| journey.source.as_ref().unwrap());
}

#[test]
fn of_rows_that_the_targets_server_reads() {
    let journey = or_skip!("cuts of a wrapper", Journey::between("cut_fdw", "postgres", "fdw"));
    journey.sql("CREATE EXTENSION postgres_fdw");
    cut_all_along(&journey, 1, |journey| &journey.target);
    cut_all_along(&journey, 1, |journey| journey.source.as_ref().unwrap());
}

#[test]
fn of_several_sessions() {
    // Which of them does what is another thing each time; the rows are not.
    let words = ["--jobs", "3", "--batch-rows", "150", "--quiet"];
    let rows = |line: &String| line.starts_with("INSERT INTO new.");
    let same = or_skip!("cuts of several sessions", Journey::postgres("cut_jobs"));
    cut_with(&same, POINTS, &words, rows, |journey| &journey.target);
    let staged =
        or_skip!("cuts of several sessions", Journey::between("cut_jobs_staged", "postgres", "staged"));
    cut_with(&staged, 1, &words, rows, |journey| &journey.target);
    cut_with(&staged, 1, &words, rows, |journey| journey.source.as_ref().unwrap());
}

/// Every statement of every kind of move: `cargo test --test cuts -- --ignored`.
#[test]
#[ignore = "takes some minutes"]
fn of_every_statement() {
    let journey = or_skip!("all cuts of PostgreSQL", Journey::postgres("cut_every"));
    cut_all_along(&journey, 120, |journey| &journey.target);
    let journey = or_skip!("all cuts of MariaDB", Journey::mariadb("cut_every"));
    cut_all_along(&journey, 120, |journey| &journey.target);
    let journey = or_skip!("all cuts of staged rows", Journey::between("cut_every", "mysql", "staged"));
    cut_all_along(&journey, 120, |journey| &journey.target);
    cut_all_along(&journey, 40, |journey| journey.source.as_ref().unwrap());
}
