//! The copies against the source, on every way: nothing is found where nothing is wrong, and everything that
//! is, with its key and its column.
//!
//! `DATAMOVE_COPY_ROWS=1000000 cargo test --test staged copies::of_many_rows -- --ignored` does it with so many.

use serde_json::Value as Json;

use crate::ended::Ended;
use crate::or_skip;
use crate::route::{Kind, Place, Route, Way};

const MOVES: &str = "move old.t t -> new.t {\n  key id <- t.id\n  name <- t.name pii\n  ...\n}\n\n\
    move old.word w -> new.word {\n  key code <- w.code\n  ...\n}\n\nmove old.loose l -> new.loose {\n  ...\n}\n\n\
    move old.plain p -> new.plain {\n  key id <- p.id\n  ...\n}";

fn tables(kind: Kind) -> String {
    let (text, at, real, long, end) = match kind {
        Kind::Sqlite => ("VARCHAR(40)", "TIMESTAMP", "REAL", "TEXT", ""),
        Kind::Postgres => ("varchar(40)", "timestamp", "double precision", "text", ""),
        Kind::Mysql => (
            "varchar(40) COLLATE utf8mb4_nopad_bin",
            "datetime(6)",
            "double",
            "longtext",
            " DEFAULT CHARSET=utf8mb4",
        ),
    };
    format!(
        "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name {text}, note {text}, amount decimal(10, 2) NOT NULL, at {at}, r {real}){end};
         CREATE TABLE word (code {text} NOT NULL PRIMARY KEY, n bigint){end};
         CREATE TABLE loose (a bigint, b {text}){end};
         CREATE TABLE plain (id bigint NOT NULL PRIMARY KEY, note {text}, amount decimal(10, 2), at {at}, day date, n integer, body {long}){end};"
    )
}

/// Rows in statements of a thousand each.
fn rows(count: u32) -> String {
    let mut text = String::new();
    for from in (0..count).step_by(1000) {
        let to = count.min(from + 1000);
        let list = |row: &dyn Fn(u32) -> String| (from..to).map(row).collect::<Vec<_>>().join(",");
        let t = list(&|i| {
            let name = if i % 10 == 0 { "''".to_owned() } else { format!("'näme {i}'") };
            let fraction = if i % 3 == 0 { ".5" } else { "" };
            format!("({i}, {name}, 'note {i}', {i}.25, '2024-02-29 12:00:{:02}{fraction}', {i}.0e-3)", i % 60)
        });
        let word = list(&|i| format!("('{}Wörd {i}', {i})", ["a", "B", "é", "Z"][(i % 4) as usize]));
        let loose = list(&|i| format!("({}, 'it''s {}')", i % 7, i % 11));
        let plain = list(&|i| {
            let note = if i % 10 == 0 { "''".to_owned() } else { format!("'nöte|{i}~'") };
            let n = if i % 7 == 0 { "NULL".to_owned() } else { i.to_string() };
            let fraction = if i % 3 == 0 { ".25" } else { "" };
            let long = "y".repeat(300);
            format!(
                "({i}, {note}, {i}.50, '2024-02-29 12:00:{:02}{fraction}', '2024-03-01', {n}, '{i} {long}')",
                i % 60
            )
        });
        text.extend([
            format!("INSERT INTO t VALUES {t};\n"),
            format!("INSERT INTO word VALUES {word};\n"),
            format!("INSERT INTO loose VALUES {loose};\n"),
            format!("INSERT INTO plain VALUES {plain};\n"),
        ]);
    }
    text
}

fn route(name: &str, from: Kind, to: Kind, count: u32) -> Result<Route, String> {
    let name = format!("{name}_{}_{}", from.word(), to.word());
    let (old, new, rows) = (tables(from), tables(to), rows(count));
    Route::new(&Way { name: &name, from, to, old: &old, rows: &rows, new: &new, moves: MOVES })
}

fn validated(route: &Route) -> (i32, Json) {
    let source = route.source.url();
    let ended =
        Ended::of(&mut route.command("validate", &["--source", &source, "--format", "json", "--quiet"]));
    let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    (ended.code, report)
}

/// The differences of a check as `KEY COLUMN SOURCE TARGET`.
fn differences(report: &Json, check: &str) -> Vec<String> {
    let all = report["differences"].as_array().cloned().unwrap_or_default();
    let word = |value: &Json| value.as_str().unwrap_or("-").to_owned();
    let of = all.iter().filter(|one| one["check_id"] == check);
    of.map(|one| ["key", "column", "source", "target"].map(|part| word(&one[part])).join(" ")).collect()
}

fn bad(report: &Json, check: &str) -> Option<u64> {
    report["checks"].as_array()?.iter().find(|one| one["check_id"] == check)?["bad"].as_u64()
}

/// Faults that any engine can be brought to have, in the tables of this prefix.
fn faults(prefix: &str, zero: &str) -> String {
    [
        "DELETE FROM {}t WHERE id = 5",
        "INSERT INTO {}t (id, name, note, amount) VALUES (-7, 'extra', NULL, 1)",
        "INSERT INTO {}t (id, name, note, amount) VALUES (987654321, 'extra', NULL, 1)",
        "UPDATE {}t SET note = 'changed' WHERE id = 11",
        "UPDATE {}t SET note = CASE id WHEN 21 THEN 'note 22' ELSE 'note 21' END WHERE id IN (21, 22)",
        "UPDATE {}t SET name = NULL WHERE id = 30",
        "UPDATE {}t SET note = 'note 31 ' WHERE id = 31",
        "UPDATE {}t SET r = ZERO WHERE id = 0",
        "UPDATE {}t SET amount = 33.26 WHERE id = 33",
        "UPDATE {}t SET at = '2024-02-29 12:00:34.000001' WHERE id = 34",
        "UPDATE {}word SET n = n + 1 WHERE code = 'aWörd 40'",
        "DELETE FROM {}word WHERE code = 'BWörd 41'",
        "INSERT INTO {}word VALUES ('awörd 40', 40)",
        "INSERT INTO {}loose VALUES (3, 'it''s 3'), (3, 'it''s 3')",
        "INSERT INTO {}loose VALUES (NULL, '')",
    ]
    .map(|sql| sql.replace("{}", prefix).replace("ZERO", zero) + ";\n")
    .concat()
}

/// Faults in a table of which two servers compute sums, with what is found of each: key, column, right and wrong value.
const PLAIN: &[(&str, &str, &str, &str, &str)] = &[
    ("INSERT INTO {} (id, note) VALUES (-7, 'extra')", "-7", "-", "-", "-"),
    ("DELETE FROM {} WHERE id = 5", "5", "-", "-", "-"),
    ("UPDATE {} SET note = 'nöte|11~ ' WHERE id = 11", "11", "note", "nöte|11~", "nöte|11~ "),
    ("UPDATE {} SET note = 'nöte|22~' WHERE id = 21", "21", "note", "nöte|21~", "nöte|22~"),
    ("UPDATE {} SET note = 'nöte|21~' WHERE id = 22", "22", "note", "nöte|22~", "nöte|21~"),
    ("UPDATE {} SET note = NULL WHERE id = 30", "30", "note", "", "-"),
    ("UPDATE {} SET amount = 33.51 WHERE id = 33", "33", "amount", "33.5", "33.51"),
    (
        "UPDATE {} SET at = '2024-02-29 12:00:34.000001' WHERE id = 34",
        "34",
        "at",
        "2024-02-29 12:00:34",
        "2024-02-29 12:00:34.000001",
    ),
    ("UPDATE {} SET day = '2024-03-02' WHERE id = 1500", "1500", "day", "2024-03-01", "2024-03-02"),
    ("UPDATE {} SET n = 0 WHERE id = 1505", "1505", "n", "-", "0"),
    ("UPDATE {} SET body = '|~' WHERE id = 2100", "2100", "body", "…", "|~"),
    ("INSERT INTO {} (id, note) VALUES (987654321, 'extra')", "987654321", "-", "-", "-"),
];

fn plain_faults(table: &str) -> String {
    PLAIN.iter().map(|(sql, ..)| sql.replace("{}", table) + ";\n").collect()
}

fn plain_is_found(report: &Json, at_source: bool, way: &str) {
    let long = format!("2100 {}", "y".repeat(300));
    let wanted: Vec<String> = PLAIN
        .iter()
        .map(|(_, key, column, right, wrong)| {
            let right = if *right == "…" { &long } else { *right };
            let (source, target) = if at_source { (*wrong, right) } else { (right, *wrong) };
            format!("[\"{key}\"] {column} {source} {target}")
        })
        .collect();
    assert_eq!(differences(report, "stage/plain/copy"), wanted, "{way}");
    assert_eq!(bad(report, "stage/plain/copy"), Some(wanted.len() as u64), "{way}");
}

/// Two servers compute sums of the table; with SQLite at one end, and of texts and numbers that the engines print each in
/// its own way, rows are read.
fn is_told_how(report: &Json, from: Kind, to: Kind) {
    let servers = from != Kind::Sqlite && to != Kind::Sqlite;
    for (check, by_sums) in
        [("stage/plain/copy", servers), ("stage/t/copy", servers && from == to), ("stage/word/copy", false)]
    {
        let one = report["checks"].as_array().unwrap().iter().find(|one| one["check_id"] == check).unwrap();
        assert_eq!(one["subject"].as_str().unwrap().contains("by sums"), by_sums, "{check}: {one}");
    }
}

/// The texts of both engines are the same bytes, or every bucket's rows would be read.
fn sums_agree(route: &Route) {
    let manifest = std::fs::read_to_string(route.bundle().join("manifest.json")).unwrap();
    let manifest: Json = serde_json::from_str(&manifest).unwrap();
    let tables = manifest["staging"]["tables"].as_array().unwrap();
    for entry in tables.iter().filter(|entry| !entry["buckets"].is_null()) {
        let sum = |side: &str| {
            let pieces: Vec<&str> =
                entry["buckets"][side]["sum"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
            format!("{}7{}id < 1000{}", pieces[0], pieces[1], pieces[2])
        };
        let (left, right) = (route.source.query(&sum("source")), route.target.query(&sum("copy")));
        assert_eq!((&left[0][1], left[0][2].len()), (&"1000".to_owned(), 32), "{left:?}");
        assert_eq!(left, right, "{}", entry["table"]);
    }
}

/// A zero that has a sign, where a literal of the engine can say it.
const fn zero(kind: Kind) -> &'static str {
    match kind {
        Kind::Postgres => "'-0.0'",
        Kind::Sqlite | Kind::Mysql => "r",
    }
}

/// What the faults are found as, told from the side that has them. Names are somebody's own.
fn expected(at_source: bool, zero: bool) -> Vec<String> {
    let pair = |key: &str, column: &str, right: &str, wrong: &str| {
        let (source, target) = if at_source { (wrong, right) } else { (right, wrong) };
        format!("[\"{key}\"] {column} {source} {target}")
    };
    let mut list = vec!["[\"-7\"] - - -".to_owned()];
    if zero {
        list.push(pair("0", "r", "0.0", "-0.0"));
    }
    list.extend([
        "[\"5\"] - - -".to_owned(),
        pair("11", "note", "note 11", "changed"),
        pair("21", "note", "note 21", "note 22"),
        pair("22", "note", "note 22", "note 21"),
        pair("30", "name", "***", "-"),
        pair("31", "note", "note 31", "note 31 "),
        pair("33", "amount", "33.25", "33.26"),
        pair("34", "at", "2024-02-29 12:00:34", "2024-02-29 12:00:34.000001"),
        "[\"987654321\"] - - -".to_owned(),
    ]);
    list
}

fn all_are_found(report: &Json, at_source: bool, zero: bool, way: &str) {
    let wanted = expected(at_source, zero);
    assert_eq!(differences(report, "stage/t/copy"), wanted, "{way}");
    assert_eq!(bad(report, "stage/t/copy"), Some(wanted.len() as u64), "{way}");
    let mut words = differences(report, "stage/word/copy");
    words.sort();
    let n = if at_source { "41 40" } else { "40 41" };
    assert_eq!(
        words,
        ["[\"BWörd 41\"] - - -", &format!("[\"aWörd 40\"] n {n}"), "[\"awörd 40\"] - - -"],
        "{way}"
    );
    let loose = differences(report, "stage/loose/copy");
    assert_eq!(loose.len(), 2, "{way}: {loose:?}");
    assert!(loose.iter().any(|one| one.starts_with("[\"3\",\"it's 3\"] - ")), "{way}: {loose:?}");
    assert!(loose.iter().any(|one| one.starts_with("[null,\"\"] - ")), "{way}: {loose:?}");
    assert_eq!(bad(report, "stage/loose/copy"), Some(3), "{way}");
}

/// What stands before a table's name in the name of its copy.
fn ledger(route: &Route, name: &str) -> String {
    match &route.target {
        Place::Sqlite(_) => format!("datamove_{name}_stage_"),
        Place::Postgres(_) | Place::Mysql(..) => format!("datamove_{name}.stage_"),
    }
}

fn proves(from: Kind, to: Kind, count: u32) -> Result<(), String> {
    let way = format!("{} to {}", from.word(), to.word());
    let route = route("copies", from, to, count)?;
    route.apply(&["--quiet"]).expect(0, &["validation passed"]);
    let (code, report) = validated(&route);
    assert_eq!((code, &report["differences"]), (0, &Json::Null), "{way}: {report:#}");
    let check =
        report["checks"].as_array().unwrap().iter().find(|one| one["check_id"] == "stage/t/copy").unwrap();
    assert_eq!(
        (check["examined"].as_u64(), check["expected"].as_u64()),
        (Some(u64::from(count)), Some(u64::from(count)))
    );

    is_told_how(&report, from, to);
    sums_agree(&route);

    // In the target: the copies are what the source is, and only the other leg is broken.
    route.target.run("UPDATE t SET note = 'broken' WHERE id = 12;");
    let (code, report) = validated(&route);
    assert_eq!(
        (code, bad(&report, "stage/t/copy"), bad(&report, "t/note/values")),
        (7, Some(0), Some(1)),
        "{way}"
    );
    route.target.run("UPDATE t SET note = 'note 12' WHERE id = 12;");

    // At the source: only the first leg is.
    route.source.run(&(faults("", zero(from)) + &plain_faults("plain")));
    let (code, report) = validated(&route);
    assert_eq!((code, bad(&report, "t/note/values")), (7, Some(0)), "{way}: {report:#}");
    all_are_found(&report, true, from == Kind::Postgres, &way);
    plain_is_found(&report, true, &way);

    // After another move nothing is, unless the target's engine has no such value.
    let ended = route.rollback().expect(0, &[]);
    assert!(ended.stdout.contains("rolled back"), "{way}");
    Ok(())
}

/// The same faults in the copies.
fn proves_copies(from: Kind, to: Kind, count: u32) -> Result<(), String> {
    let way = format!("{} to {}, copy", from.word(), to.word());
    let name = format!("broken_{}_{}", from.word(), to.word());
    let route = route("broken", from, to, count)?;
    route.apply(&["--quiet"]).expect(0, &["validation passed"]);
    let prefix = ledger(&route, &name);
    route.target.run(&(faults(&prefix, zero(to)) + &plain_faults(&format!("{prefix}plain"))));
    let (code, report) = validated(&route);
    assert_eq!(code, 7, "{way}");
    all_are_found(&report, false, to == Kind::Postgres, &way);
    plain_is_found(&report, false, &way);
    assert!(bad(&report, "t/note/values").is_some_and(|rows| rows > 0), "{way}");
    Ok(())
}

const KINDS: [Kind; 3] = [Kind::Sqlite, Kind::Postgres, Kind::Mysql];

#[test]
fn what_differs_at_the_source_is_found_on_every_way() {
    for from in KINDS {
        for to in KINDS {
            if (from, to) != (Kind::Sqlite, Kind::Sqlite) {
                or_skip!("copies against the source", proves(from, to, 2500));
            }
        }
    }
}

#[test]
fn what_differs_in_a_copy_is_found_on_every_target() {
    for (from, to) in [
        (Kind::Sqlite, Kind::Postgres),
        (Kind::Postgres, Kind::Mysql),
        (Kind::Mysql, Kind::Postgres),
        (Kind::Mysql, Kind::Sqlite),
    ] {
        or_skip!("copies that were changed", proves_copies(from, to, 2500));
    }
}

#[test]
#[ignore = "minutes; run on its own"]
fn of_many_rows() {
    let count =
        std::env::var("DATAMOVE_COPY_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    for (from, to) in
        [(Kind::Sqlite, Kind::Postgres), (Kind::Mysql, Kind::Postgres), (Kind::Postgres, Kind::Mysql)]
    {
        or_skip!("copies of many rows", proves(from, to, count));
        or_skip!("copies of many rows", proves_copies(from, to, count));
    }
}

#[test]
fn a_copy_that_differs_is_found_before_anything_is_made_of_it() {
    let route = or_skip!("copies before the first row", route("before", Kind::Sqlite, Kind::Postgres, 2500));
    // The copies are begun, and the source is written before they are ended.
    route.apply(&["--batch-rows", "1000", "--max-batches", "6"]).expect(0, &["stopped"]);
    route
        .source
        .run("UPDATE word SET n = 7 WHERE code = 'aWörd 40'; UPDATE t SET note = 'late' WHERE id = 1;");
    route.apply(&["--quiet"]).expect(7, &["DM0780", "no row of a target table was written"]);
    assert_eq!(route.target.query("SELECT count(*) FROM t"), [["0"]]);
    route.apply(&["--quiet", "--no-validate"]).expect(0, &["loaded"]);
    route.rollback().expect(0, &[]);
    route.apply(&["--quiet"]).expect(0, &["validation passed"]);
}

/// A server that refuses to compute a sum has its rows read, and what differs is found all the same.
#[test]
fn rows_are_read_where_a_sum_cannot_be_had() {
    let route = or_skip!("copies without sums", route("nosums", Kind::Postgres, Kind::Postgres, 1200));
    route.apply(&["--quiet"]).expect(0, &["validation passed"]);
    route.source.run(
        "UPDATE plain SET n = -1 WHERE id = 1100; ALTER FUNCTION pg_catalog.md5(text) RENAME TO md5_gone;",
    );
    let source = route.source.url();
    let mut command = route.command("validate", &["--source", &source, "--format", "json"]);
    let ended = Ended::of(&mut command).expect(7, &["DM0780"]);
    assert!(ended.stderr.contains("compared row by row"), "{}", ended.stderr);
    let report: Json = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(differences(&report, "stage/plain/copy"), ["[\"1100\"] n -1 1100"]);
    let checks = report["checks"].as_array().unwrap();
    let one = checks.iter().find(|one| one["check_id"] == "stage/plain/copy").unwrap();
    assert!(one["subject"].as_str().unwrap().ends_with("value by value"), "{one}");
    assert_eq!((one["examined"].as_u64(), one["expected"].as_u64()), (Some(1200), Some(1200)));
}
