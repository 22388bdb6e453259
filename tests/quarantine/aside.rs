//! Set aside, seen, tried again, and taken back.

use std::collections::BTreeSet;

use crate::bench::{Bench, PARENTS, Route, drawn};
use crate::or_skip;

const PERMITTED: [&str; 3] =
    ["quarantine at most 20 rows", "quarantine at most 60 rows and 50 %", "quarantine at most 10 %"];

/// The whole life of rows at drawn places: all of them are refused, then none.
fn lives(bench: &Bench, seed: u64, more: &[&str]) {
    let before = bench.rows();
    // The first and the last row are those whose batches have an edge.
    let bad: BTreeSet<u64> = drawn(seed, 4, PARENTS).into_iter().chain([1, PARENTS]).collect();
    let bad: Vec<u64> = bad.into_iter().collect();
    let pairs = bad.iter().filter(|n| **n <= 200 && **n != 7).count() as u64;
    bench.refuse("word", &bad);
    bench.refuse("pair", &bad);
    let count = bad.len() as u64;
    let ended = bench.run("apply", more).expect(0, &["loaded", "validation passed", "set aside"]);
    assert!(!ended.all().contains("word "), "no value is shown: {}", ended.all());
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - count, 0, count]);
    assert_eq!(bench.counts("child"), [600, 600 - 2 * count, 0, 2 * count]);
    assert_eq!(bench.counts("pair"), [199, 199 - pairs, 0, pairs]);
    shown(bench, &bad);
    bench.run("validate", &[]).expect(0, &["parent/quarantine", "pair/quarantine"]);
    bench.run("gate", &[]).expect(0, &[]);

    // Nothing was mended: nothing goes in, and nothing is lost.
    let refused = bench.run("redrive", &["--format", "json"]).expect(4, &["DM0761"]).json();
    assert_eq!(refused["moved_in"], 0);
    assert!(refused["rejected"].as_array().unwrap().iter().all(|row| row["attempt"] == 2), "{refused}");
    bench.run("gate", &[]).expect(0, &[]);

    // Half of it is mended, then all.
    let (mended, left) = bad.split_at(bad.len() / 2);
    for number in mended {
        bench.sql(&format!("DELETE FROM rule WHERE word IN ('word {number}', 'pair {number}')"));
    }
    bench.run("redrive", &[]).expect(4, &["DM0761", "set aside"]);
    let still = left.len() as u64;
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - still, 0, still]);
    assert_eq!(bench.counts("child"), [600, 600 - 2 * still, 0, 2 * still]);
    bench.run("gate", &[]).expect(4, &["DM0775"]);
    bench.run("validate", &[]).expect(0, &[]);
    bench.sql("DELETE FROM rule");
    bench.run("redrive", &[]).expect(0, &["redriven", "no row is set aside"]);
    bench.run("redrive", &[]).expect(0, &["redriven, 0 rows"]);
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS, 0, 0]);
    assert_eq!(bench.counts("pair"), [199, 199, 0, 0]);
    bench.run("validate", &[]).expect(0, &[]);
    assert_eq!(bench.rows().len() as u64, PARENTS + 600 + 199);
    bench.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_eq!(bench.rows(), before, "and the target is as it was");
}

/// Reports name rows by their keys, and of what is personal only that there is one.
fn shown(bench: &Bench, bad: &[u64]) {
    let report = bench.run("status", &["--format", "json"]).expect(0, &[]).json();
    let of = |step: &str| -> Vec<serde_json::Value> {
        let all = report["rejected"].as_array().unwrap().iter();
        all.filter(|row| row["step"] == step).cloned().collect()
    };
    let keys: Vec<u64> =
        of("parent").iter().map(|row| row["key"][0][1].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(keys, bad, "{report}");
    let children = of("child");
    assert!(children.iter().all(|row| row["code"].is_string() && row["attempt"] == 1), "{report}");
    for row in of("pair") {
        assert_eq!(row["key"][0][1], "***", "{row}");
        assert_ne!(row["key"][1][1], "***", "{row}");
    }
    let known = bench.column(&format!("SELECT key_1 FROM {} WHERE step = 'pair'", bench.ledger("rejected")));
    assert!(known.iter().all(|key| key == "us" || key == "e'u"), "the ledger knows the row: {known:?}");
}

#[test]
fn rows_live_aside_on_sqlite() {
    lives(&or_skip!("quarantine", Bench::new(Route::Sqlite, PERMITTED)), 3, &[]);
}

#[test]
fn rows_live_aside_on_postgres() {
    lives(&or_skip!("quarantine", Bench::new(Route::Postgres, PERMITTED)), 5, &["--jobs", "4"]);
}

#[test]
fn rows_live_aside_on_mariadb() {
    lives(&or_skip!("quarantine", Bench::new(Route::Mysql, PERMITTED)), 7, &["--jobs", "4"]);
}

#[test]
fn rows_live_aside_between_servers() {
    lives(&or_skip!("quarantine", Bench::new(Route::Staged, PERMITTED)), 11, &["--jobs", "2"]);
}
