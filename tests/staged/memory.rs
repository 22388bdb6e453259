//! Rows stream: what is under way at one moment has a bound, whatever the table's size.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::fixture::Fixture;
use crate::or_skip;
use crate::route::{Kind, Route, Way};
use crate::testkit::Postgres;

/// The most memory that a process ever had, in KiB, as Linux tells.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Runs it to its good end; the most memory that it ever had.
fn peak_of(command: &mut Command) -> u64 {
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()).unwrap_or(0));
        sleep(Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
    most
}

#[test]
#[ignore = "takes minutes, and measures"]
fn two_million_rows_stay_within_128_mib() {
    let server = or_skip!("staged memory of many rows", Postgres::get());
    let old = "CREATE TABLE many (id INTEGER PRIMARY KEY, t VARCHAR(40) NOT NULL, n INTEGER NOT NULL);";
    let new = "CREATE TABLE many (id bigint PRIMARY KEY, t varchar(40) NOT NULL, n bigint NOT NULL);";
    let moves = "move old.many m -> new.many {\n  key id <- m.id\n  ...\n}";
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)
                INSERT INTO many SELECT i, 'customer number ' || i, i * 7 FROM n;";
    let fixture = Fixture::from_sqlite(server, "many", old, rows, new, moves);
    let most = peak_of(&mut fixture.command("apply", &["--quiet", "--no-validate"]));
    assert_eq!(fixture.target.query("SELECT count(*) FROM many"), [["2000000"]]);
    assert!(most > 0 && most < 128 * 1024, "{most} KiB");
}

#[test]
fn large_values_stay_within_128_mib() {
    let server = or_skip!("staged memory", Postgres::get());
    let old = "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT NOT NULL, b BLOB NOT NULL);";
    let new = "CREATE TABLE large (id bigint PRIMARY KEY, t text NOT NULL, b bytea NOT NULL);";
    let moves = "move old.large l -> new.large {\n  key id <- l.id\n  ...\n}";
    // The text doubles on its way, and so do bytes in hex.
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
                INSERT INTO large SELECT i, CASE WHEN i % 2 THEN replace(hex(zeroblob(4194304)), '0', char(9)) ELSE 'x' END,
                CASE WHEN i % 2 THEN x'00' ELSE randomblob(8388608) END FROM n;";
    let fixture = Fixture::from_sqlite(server, "large", old, rows, new, moves);
    let copying = peak_of(&mut fixture.command("apply", &["--quiet", "--no-validate"]));
    let sizes = "SELECT count(*), sum(length(t)), sum(length(b)) FROM large";
    assert_eq!(fixture.target.query(sizes), [["24", "100663308", "100663308"]]);
    assert!(copying > 0 && copying < 128 * 1024, "{copying} KiB");
    let comparing = peak_of(&mut fixture.command("validate", &["--quiet", "--source", &fixture.source]));
    assert!(comparing > 0 && comparing < 128 * 1024, "{copying} KiB to copy, {comparing} KiB to compare");
}

#[test]
fn large_values_into_other_targets_stay_within_128_mib() {
    let copies = |kind| {
        match kind {
        Kind::Postgres => (
            "CREATE TABLE large (id bigint PRIMARY KEY, t text NOT NULL, b bytea NOT NULL);",
            "INSERT INTO large SELECT i, CASE WHEN i % 2 = 1 THEN repeat(chr(9), 8388608) ELSE 'x' END, \
             CASE WHEN i % 2 = 1 THEN '\\x00' ELSE decode(repeat('27ff5c0a', 2097152), 'hex') END FROM generate_series(1, 4) AS i;",
        ),
        Kind::Sqlite => (
            "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT NOT NULL, b BLOB NOT NULL);",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)
             INSERT INTO large SELECT i, CASE WHEN i % 2 THEN replace(hex(zeroblob(4194304)), '0', char(9)) ELSE 'x' END,
             CASE WHEN i % 2 THEN x'00' ELSE randomblob(8388608) END FROM n;",
        ),
        Kind::Mysql => ("CREATE TABLE large (id bigint NOT NULL PRIMARY KEY, t longtext NOT NULL, b longblob NOT NULL);", ""),
    }
    };
    for (from, to) in [(Kind::Sqlite, Kind::Mysql), (Kind::Postgres, Kind::Sqlite)] {
        let name = format!("large_{}", to.word());
        let ((old, rows), (new, _)) = (copies(from), copies(to));
        let moves = "move old.large l -> new.large {\n  key id <- l.id\n  ...\n}";
        let way = Way { name: &name, from, to, old, rows, new, moves };
        let route = or_skip!("memory of other targets", Route::new(&way));
        let most = peak_of(&mut route.command("apply", &["--quiet", "--no-validate"]));
        let sizes = "SELECT count(*), sum(length(t)), sum(length(b)) FROM large";
        assert_eq!(route.target.query(sizes), [["4", "16777218", "16777218"]]);
        assert!(most > 0 && most < 128 * 1024, "{most} KiB from {from:?} into {to:?}");
    }
}

#[test]
#[ignore = "takes minutes, and measures"]
fn two_million_rows_into_other_targets_stay_within_128_mib() {
    for to in [Kind::Mysql, Kind::Sqlite] {
        let (name, key) =
            (format!("many_{}", to.word()), if to == Kind::Sqlite { "INTEGER" } else { "bigint" });
        let old = "CREATE TABLE many (id bigint PRIMARY KEY, t varchar(40) NOT NULL, n bigint NOT NULL);";
        let new = format!(
            "CREATE TABLE many (id {key} PRIMARY KEY NOT NULL, t varchar(40) NOT NULL, n {key} NOT NULL);"
        );
        let rows = "INSERT INTO many SELECT i, 'customer number ' || i, i * 7 FROM generate_series(1, 2000000) AS i;";
        let moves = "move old.many m -> new.many {\n  key id <- m.id\n  ...\n}";
        let way = Way { name: &name, from: Kind::Postgres, to, old, rows, new: &new, moves };
        let route = or_skip!("memory of many rows", Route::new(&way));
        let most = peak_of(&mut route.command("apply", &["--quiet", "--no-validate"]));
        assert_eq!(route.target.query("SELECT count(*) FROM many"), [["2000000"]]);
        assert!(most > 0 && most < 128 * 1024, "{most} KiB into {to:?}");
    }
}
