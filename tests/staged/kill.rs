//! Law: kill -9 at any moment, and the same command again, end in the same rows.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::fixture::Fixture;
use crate::or_skip;
use crate::testkit::Postgres;

const OLD: &str =
    "CREATE TABLE item (a INTEGER NOT NULL, b VARCHAR(10) NOT NULL, t TEXT, PRIMARY KEY (a, b));
                   CREATE TABLE loose (t TEXT NOT NULL);";
const NEW: &str = "CREATE TABLE item (a bigint, b varchar(10), t text, PRIMARY KEY (a, b));
                   CREATE TABLE loose (t text NOT NULL);";
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                    INSERT INTO item SELECT i / 3, 'b''' || (i % 3), CASE WHEN i % 7 > 0 THEN 'text ' || i END FROM n;
                    INSERT INTO loose SELECT t FROM item WHERE t IS NOT NULL;";
const MOVES: &str = "move old.item i -> new.item {\n  key a <- i.a\n  key b <- i.b\n  ...\n}\n\nmove old.loose l -> new.loose {\n  ...\n}";

/// Batches more than before that show that a run is at work.
const MORE: u64 = 5;

#[test]
fn a_run_that_is_killed_again_and_again_ends_in_the_same_rows() {
    let server = or_skip!("staged kills", Postgres::get());
    let fixture = Fixture::from_sqlite(server, "kills", OLD, ROWS, NEW, MOVES);
    // Where this machine is through before it can be killed, it has more to do.
    assert!(["100", "30", "10"].iter().any(|rows| survives(&fixture, rows)), "no run was killed on its way");
}

/// Kills runs at every stage of the way, and ends it; false if a run was through too early.
fn survives(fixture: &Fixture, rows: &str) -> bool {
    let before = fixture.dump();
    let words = ["--batch-rows", rows, "--quiet"];
    fixture.run("apply", &words).expect(0, &["loaded"]);
    let whole = fixture.dump_without_evidence();
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_same(&fixture.dump(), &before);

    // These meet whatever comes before the copying.
    for pause in [20, 50, 90, 140] {
        let mut child = start(fixture, &words);
        sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let steps = ["stage/item", "stage/item", "stage/item", "item", "item"];
    let killed = steps.iter().all(|step| is_killed_at(fixture, &words, step));
    if killed {
        fixture.run("apply", &words).expect(0, &["validation passed"]);
        assert_same(&fixture.dump_without_evidence(), &whole);
    }
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_same(&fixture.dump(), &before);
    killed
}

/// Starts a run and kills it as soon as its ledger shows that it is at a step; false if that step was done before.
fn is_killed_at(fixture: &Fixture, words: &[&str], step: &str) -> bool {
    let batches = || at(fixture, step).map_or(0, |(batches, _)| batches);
    let before = batches();
    let mut child = start(fixture, words);
    while batches() < before + MORE && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    let killed = child.wait().unwrap().signal() == Some(9);
    killed && at(fixture, step).is_some_and(|(_, state)| state == "running")
}

fn start(fixture: &Fixture, words: &[&str]) -> Child {
    fixture.command("apply", words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Batches and state of a step; before the first write there is no ledger.
fn at(fixture: &Fixture, step: &str) -> Option<(u64, String)> {
    let query =
        format!("SELECT 'at ' || batches || ' ' || state FROM datamove_kills.step WHERE step = '{step}'");
    let said = fixture.target.psql(&query).stdout;
    let (batches, state) = said.lines().find_map(|line| line.trim().strip_prefix("at "))?.split_once(' ')?;
    Some((batches.parse().unwrap(), state.to_owned()))
}

/// Equal dumps; else the first lines that differ.
#[track_caller]
fn assert_same(left: &str, right: &str) {
    // Rows lie in the order in which they were written or last changed.
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let (left, right) = (sorted(left), sorted(right));
    let differ: Vec<_> = left.iter().zip(&right).filter(|(a, b)| a != b).take(5).collect();
    assert!(left == right, "{differ:#?} ({} and {} lines)", left.len(), right.len());
}
