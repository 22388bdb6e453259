//! Casts from text: every text that is no value of the type is counted before the load.

use datamove::plan::ScriptKind;

use crate::bench::of_kind;
use crate::cases::Case;

/// A whole number, a day, a moment and a UUID, each written as text.
const TEXTS: Case = Case {
    name: "texts",
    beyond_mysql: "",
    moves: "move legacy.notes n -> shop.fact {
  key id <- n.id
  small <- cast(n.small as smallint)
  day <- cast(n.day as date)
  moment <- cast(n.moment as timestamp)
  token <- cast(n.token as uuid)
}",
    source: "CREATE TABLE notes (id INTEGER PRIMARY KEY, small TEXT, day TEXT, moment TEXT, token TEXT)",
    target: "CREATE TABLE fact (id INTEGER PRIMARY KEY, small SMALLINT, day DATE, moment {my:DATETIME(6)}{pg:TIMESTAMP}{lite:TIMESTAMP}, token UUID)",
    rows: "INSERT INTO notes VALUES
(1, '-32768', '2024-02-29', '2024-12-31 23:59:59.5', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'),
(2, '+007', '0001-01-01', '2023-02-28 00:00:00', NULL), (3, NULL, NULL, NULL, NULL)",
    there: "",
    query: "SELECT id, small, day, {my:trim(TRAILING '.' FROM trim(TRAILING '0' FROM moment)) AS moment}{pg:moment}{lite:moment}, token FROM fact ORDER BY id",
    wanted: "1|-32768|2024-02-29|2024-12-31 23:59:59.5|6ba7b810-9dad-11d1-80b4-00c04fd430c8
2|7|0001-01-01|2023-02-28 00:00:00|\n3||||",
};

#[test]
fn texts_that_spell_values_become_them() {
    TEXTS.moves_and_comes_back();
}

#[test]
fn texts_that_spell_none_are_counted() {
    let faults = [
        ("small", ["", "32768", "1.0", " 1", "1e3", "99999999999999999999", "٣", "-"]),
        (
            "day",
            ["2023-02-29", "2024-00-10", "2024-13-01", "2024-1-1", "0000-01-01", "2024-04-31", "today", ""],
        ),
        (
            "moment",
            [
                "2024-01-01",
                "2024-01-01 24:00:00",
                "2024-01-01 00:60:00",
                "2023-02-29 00:00:00",
                "2024-01-01 00:00:60",
                "2024-01-01 1:00:00",
                "now",
                "2024-01-01 00:00:00 Europe/Paris",
            ],
        ),
        (
            "token",
            [
                "6ba7b810-9dad-11d1-80b4-00c04fd430c",
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8 ",
                "6ba7b8109dad11d180b400c04fd430c8",
                "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
                "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
                "",
                "x",
                "-",
            ],
        ),
    ];
    for (engine, scripts, bench) in TEXTS.benches() {
        let mut id = 100;
        for (column, texts) in &faults {
            for text in texts {
                bench.source(&format!("INSERT INTO notes (id, {column}) VALUES ({id}, '{text}')"));
                id += 1;
            }
        }
        let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
        let mut failed = ran.failed();
        failed.sort();
        let wanted =
            ["day", "moment", "small", "token"].map(|c| (format!("fact/{c}/values"), "8".to_owned()));
        assert_eq!(failed, wanted, "{engine}");
    }
}
