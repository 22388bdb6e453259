//! Values at the edges of every type, and values that are none of their type.

use std::fmt::Write as _;

use crate::fixture::Fixture;
use crate::or_skip;
use crate::testkit::Postgres;

const OLD: &str = "CREATE TABLE things (
  id INTEGER PRIMARY KEY, t TEXT, v VARCHAR(20), b BLOB, i INTEGER, r REAL, d DECIMAL(10, 2), n NUMERIC,
  flag BOOLEAN, day DATE, at TIMESTAMP, clock TIME
);";

const NEW: &str = "CREATE TABLE things (
  id bigint PRIMARY KEY, t text, v varchar(20), b bytea, i bigint, r double precision, d numeric(10, 2), n numeric,
  flag boolean, day date, at timestamp, clock time
);";

const MOVE: &str = "move old.things t -> new.things {\n  key id <- t.id\n  ...\n}";

/// Texts that some form of transport takes for something else.
fn texts() -> Vec<String> {
    let mut list: Vec<String> = [
        "",
        "NULL",
        "\\N",
        "\\.",
        "\\",
        "\\\\",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "\n",
        "\t",
        "it's",
        "\"q\"",
        "é\u{1f600}漢",
        "\u{202e}x",
        "\u{1}\u{7f}\u{85}",
        " padded ",
        "x'00'",
        "$1",
        "{{ t }}",
        "\u{feff}bom",
        "e\u{301}",
    ]
    .map(str::to_owned)
    .to_vec();
    list.push("ab\\\t".repeat(2 * 1024 * 1024));
    list
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

#[test]
fn every_value_arrives_as_it_was() {
    let server = or_skip!("staged hostile values", Postgres::get());
    let fixture = Fixture::from_sqlite(server, "hostile", OLD, "", NEW, MOVE);
    let db = rusqlite::Connection::open(&fixture.source).unwrap();
    let every: Vec<u8> = (0..=255).collect();
    let floats = [
        0.0,
        -0.0,
        0.1,
        1e308,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        -1.5,
        1e22,
        f64::INFINITY,
        123_456_789.123_456_78,
    ];
    let decimals = [0.0, -0.01, 0.99, 99_999_999.99, -99_999_999.99, 1234.5, 0.29, 0.57];
    let integers = [0, i64::MAX, i64::MIN, -1, 42];
    let days = ["0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01"];
    let moments =
        ["0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2024-02-29T12:00:00.5", "1969-12-31 23:59:59"];
    let clocks = ["00:00:00", "23:59:59.999999", "12:30:00.1"];
    let texts = texts();
    for id in 0..texts.len().max(floats.len()) {
        let v: String = texts[id].chars().take(20).collect();
        let cut = &every[..(id * 13) % 257];
        db.execute(
            "INSERT INTO things VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            rusqlite::params![
                i64::try_from(id).unwrap(),
                texts[id],
                v,
                if id == 1 { &every[..] } else { cut },
                integers[id % integers.len()],
                floats[id % floats.len()],
                decimals[id % decimals.len()],
                [0.1, 1e15, -2.5, 12345.0][id % 4],
                id % 2 == 0,
                days[id % days.len()],
                moments[id % moments.len()],
                clocks[id % clocks.len()],
            ],
        )
        .unwrap();
    }
    db.execute("INSERT INTO things (id) VALUES (1000)", []).unwrap();
    fixture.run("apply", &["--batch-rows", "3"]).expect(0, &["loaded", "validation passed"]);
    let rows = fixture.target.query(
        "SELECT id, md5(t), encode(convert_to(v, 'UTF8'), 'hex'), encode(b, 'hex'), i, encode(float8send(r), 'hex'), d, n, \
         flag, day, at, clock FROM things ORDER BY id",
    );
    assert_eq!(rows.len(), texts.len() + 1);
    for (id, text) in texts.iter().enumerate() {
        let row = &rows[id];
        let v: String = text.chars().take(20).collect();
        let cut = &every[..(id * 13) % 257];
        let md5 = fixture
            .target
            .query(&format!("SELECT md5(convert_from(decode('{}', 'hex'), 'UTF8'))", hex(text.as_bytes())));
        assert_eq!(row[1], md5[0][0], "text {id}");
        assert_eq!(row[2], hex(v.as_bytes()), "varchar {id}");
        assert_eq!(row[3], hex(if id == 1 { &every } else { cut }), "bytes {id}");
        assert_eq!(row[4], integers[id % integers.len()].to_string());
        // As the source has it: SQLite itself keeps no -0.0.
        let held: f64 =
            db.query_row("SELECT r FROM things WHERE id = ?1", [row[0].as_str()], |row| row.get(0)).unwrap();
        assert_eq!(row[5], format!("{:016x}", held.to_bits()), "float {id}");
        assert_eq!(row[6], format!("{:.2}", decimals[id % decimals.len()]), "decimal {id}");
        assert_eq!(row[7].parse::<f64>().unwrap().to_bits(), [0.1f64, 1e15, -2.5, 12345.0][id % 4].to_bits());
        assert_eq!(row[8], if id % 2 == 0 { "t" } else { "f" });
        assert_eq!(row[9], days[id % days.len()]);
        let moment = moments[id % moments.len()].replace('T', " ");
        assert_eq!(row[10], moment, "timestamp {id}");
        assert_eq!(row[11], clocks[id % clocks.len()]);
    }
    assert!(rows[texts.len()][1..].iter().all(String::is_empty), "NULLs stay NULLs");
    let nulls = "SELECT count(*) FROM things WHERE num_nulls(t, v, b, i, r, d, n, flag, day, at, clock) = 11";
    assert_eq!(fixture.target.query(nulls), [["1"]]);
}

#[test]
fn the_source_check_finds_what_is_not_of_its_type() {
    let server = or_skip!("staged source check", Postgres::get());
    let cases = [
        ("i", "'word'"),
        ("i", "1.5"),
        ("r", "'word'"),
        ("d", "1.005"),
        ("d", "123456789"),
        ("n", "9e999"),
        ("v", "'123456789012345678901'"),
        ("t", "x'41'"),
        ("t", "'a' || char(0) || 'b'"),
        ("b", "'text'"),
        ("flag", "2"),
        ("day", "'2023-02-29'"),
        ("day", "'0000-00-00'"),
        ("at", "'2024-01-01 25:00:00'"),
        ("clock", "'24:00:01'"),
    ];
    for (column, value) in cases {
        let bad = format!(
            "INSERT INTO things (id, {column}) VALUES (7, {value}); INSERT INTO things (id) VALUES (8);"
        );
        let fixture = Fixture::from_sqlite(server, "unfit", OLD, &bad, NEW, MOVE);
        let before = fixture.dump();
        let check = format!("source/things/{column}/type");
        fixture.run("apply", &[]).expect(4, &["DM0745", &check]);
        assert_eq!(fixture.dump(), before, "{column} {value}");
    }
}

#[test]
fn bytes_that_the_source_cannot_be_asked_for_stop_the_batch_and_are_named() {
    let server = or_skip!("staged bytes that are no text", Postgres::get());
    let rows = "INSERT INTO things (id, t) SELECT value, 'fine' FROM n;
                UPDATE things SET t = cast(x'e4bd41' AS TEXT) WHERE id = 33;";
    let rows = rows.replace(
        "INSERT INTO things (id, t) SELECT value, 'fine' FROM n",
        "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 50) INSERT INTO things (id, t) SELECT value, 'fine' FROM n",
    );
    let fixture = Fixture::from_sqlite(server, "bytes", OLD, &rows, NEW, MOVE);
    fixture.run("apply", &["--batch-rows", "10"]).expect(4, &["DM0747", "things.t", "id 33", "not UTF-8"]);
    let staged = fixture.target.query("SELECT count(*) FROM datamove_bytes.stage_things");
    assert_eq!(staged, [["30"]]);
    assert_eq!(fixture.target.query("SELECT count(*) FROM things"), [["0"]]);
    let db = rusqlite::Connection::open(&fixture.source).unwrap();
    db.execute("UPDATE things SET t = 'mended' WHERE id = 33", []).unwrap();
    fixture.run("apply", &["--batch-rows", "10"]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(fixture.target.query("SELECT t FROM things WHERE id = 33"), [["mended"]]);
    assert_eq!(fixture.target.query("SELECT count(*) FROM things"), [["50"]]);
}

#[test]
fn rows_that_come_while_others_travel_are_noticed() {
    let server = or_skip!("staged source written meanwhile", Postgres::get());
    let rows = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 50)
                INSERT INTO things (id, t) SELECT value, 'fine' FROM n;";
    let fixture = Fixture::from_sqlite(server, "meanwhile", OLD, rows, NEW, MOVE);
    fixture.run("apply", &["--batch-rows", "10", "--max-batches", "2"]).expect(0, &["stopped"]);
    let db = rusqlite::Connection::open(&fixture.source).unwrap();
    db.execute("INSERT INTO things (id) VALUES (0)", []).unwrap();
    fixture.run("apply", &["--batch-rows", "10"]).expect(4, &["DM0746", "things", "51 rows"]);
}
