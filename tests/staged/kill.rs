//! Law: kill -9 at any moment, and the same command again, end in the same rows.

use std::process::Stdio;
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

#[test]
fn a_run_that_is_killed_again_and_again_ends_in_the_same_rows() {
    let server = or_skip!("staged kills", Postgres::get());
    let fixture = Fixture::from_sqlite(server, "kills", OLD, ROWS, NEW, MOVES);
    let before = fixture.dump();
    let words = ["--batch-rows", "100", "--quiet"];
    fixture.run("apply", &words).expect(0, &["loaded"]);
    let whole = fixture.dump();
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_same(&fixture.dump(), &before);

    let (mut killed, mut staging, mut moving) = (0, 0, 0);
    for round in 0..40 {
        let mut child =
            fixture.command("apply", &words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(40 + 29 * (round % 17) * (1 + round / 17)));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        if !running {
            break;
        }
        killed += 1;
        // Before the first write there is no ledger.
        let found = fixture
            .target
            .psql("SELECT 'at ' || step FROM datamove_kills.step WHERE state = 'running'")
            .stdout;
        staging += u32::from(found.contains("at stage/item"));
        moving += u32::from(found.contains("at item"));
    }
    assert!(killed >= 3, "only {killed} kills met a run");
    assert!(staging > 0, "no kill met the staging ({killed} kills, {moving} met the load)");
    fixture.run("apply", &words).expect(0, &["validation passed"]);
    assert_same(&fixture.dump(), &whole);
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_same(&fixture.dump(), &before);
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
