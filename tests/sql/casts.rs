//! Casts from text: every text that is no value of the type is counted before the load.

use datamove::base::Engine;
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

/// What other engines hold as a number and as a boolean; as what it comes, and what becomes one.
const YEARS: Case = Case {
    name: "years",
    beyond_mysql: "",
    moves: "move legacy.films f -> shop.film {
  key id <- f.id
  made <- f.made
  shown <- f.shown
  colour <- f.colour
}",
    source: "CREATE TABLE films (id INTEGER PRIMARY KEY, made {my:YEAR}{pg:SMALLINT}{lite:SMALLINT}, shown INTEGER, colour {my:BIT(1)}{pg:BOOLEAN}{lite:BOOLEAN})",
    target: "CREATE TABLE film (id INTEGER PRIMARY KEY, made {my:INTEGER}{pg:INTEGER}{lite:INTEGER}, shown {my:YEAR}{pg:INTEGER}{lite:INTEGER}, colour BOOLEAN)",
    rows: "INSERT INTO films VALUES (1, 1901, 2155, {my:1}{pg:true}{lite:1}), (2, 2155, 1901, {my:0}{pg:false}{lite:0}), (3, {my:'0000'}{pg:0}{lite:0}, 0, NULL), (4, NULL, NULL, NULL)",
    there: "",
    query: "SELECT id, made, shown + 0, {pg:cast(colour as integer)}{my:colour}{lite:colour} FROM film ORDER BY id",
    wanted: "1|1901|2155|1\n2|2155|1901|0\n3|0|0|\n4|||",
};

#[test]
fn years_and_bits_become_numbers_and_booleans() {
    YEARS.moves_and_comes_back();
}

#[test]
fn numbers_that_would_be_another_year_are_counted() {
    for (engine, scripts, bench) in YEARS.benches() {
        if engine != Engine::Mysql {
            continue;
        }
        for (id, year) in (100..).zip(["1", "70", "99", "1900", "2156", "20240", "-1", "-2000"]) {
            bench.source(&format!("INSERT INTO films (id, shown) VALUES ({id}, {year})"));
        }
        let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
        assert_eq!(ran.failed(), [("film/shown/range".to_owned(), "8".to_owned())]);
        // Without the preflight the server or the script refuses the batch.
        for kind in [ScriptKind::Prepare, ScriptKind::Backfill] {
            let error = bench.run(of_kind(&scripts, kind), &[]).error.unwrap_or_default();
            assert_eq!(error.contains("DM0710"), kind == ScriptKind::Backfill, "{error}");
        }
    }
}

/// A lenient session of MySQL's stores the empty text for a label that is none.
const LABELS: Case = Case {
    name: "labels",
    beyond_mysql: "",
    moves: "move legacy.tickets t -> shop.ticket {
  key id <- t.id
  state <- t.state
}",
    source: "CREATE TABLE tickets (id INTEGER PRIMARY KEY, state {my:ENUM('new', 'done')}{pg:TEXT}{lite:TEXT})",
    target: "CREATE TABLE ticket (id INTEGER PRIMARY KEY, state {my:ENUM('new', 'done', 'late')}{pg:TEXT}{lite:TEXT})",
    rows: "INSERT INTO tickets VALUES (1, 'new'), (2, 'done'), (3, NULL)",
    there: "",
    query: "SELECT id, state FROM ticket ORDER BY id",
    wanted: "1|new\n2|done\n3|",
};

#[test]
fn a_label_that_is_none_is_counted() {
    LABELS.moves_and_comes_back();
    for (engine, scripts, bench) in LABELS.benches() {
        if engine != Engine::Mysql {
            continue;
        }
        bench.source("SET sql_mode = ''; INSERT INTO tickets VALUES (100, 'lost')");
        let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
        assert_eq!(ran.failed().len(), 1, "{:?}", ran.failed());
        let error = bench.run(of_kind(&scripts, ScriptKind::Prepare), &[]).error;
        assert_eq!(error, None);
        assert!(bench.run(of_kind(&scripts, ScriptKind::Backfill), &[]).error.is_some());
    }
}

/// Addresses that people write, and what are none.
const ADDRESSES: [&str; 20] = [
    "127.0.0.1",
    "255.255.255.255",
    "0.0.0.0/0",
    "192.168.1.0/24",
    "10.1.2.3/32",
    "::",
    "::1",
    "1::",
    "2001:db8::ff00:42:8329",
    "2001:0db8:0000:0000:0000:ff00:0042:8329",
    "FE80::1/64",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::3:4:5:6:7:8",
    "::ffff:192.168.0.1",
    "::10.0.0.1",
    "2001:db8::/32",
    "::/0",
    "::1/128",
];

const NO_ADDRESSES: [&str; 18] = [
    "",
    " ",
    "unknown",
    "localhost",
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4/33",
    "1.2.3.4 ",
    "10.0.0.0/-1",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::/129",
    "1.2.3.4\n",
];

/// A small generator that always gives the same texts: addresses with something wrong here and there.
fn soup() -> Vec<String> {
    let parts = [
        "1", "ff", ":", "::", ".", "255", "256", "/", "0", "32", "128", "ffff", "12.0.0.1", "%", "g", "ABCD",
        "01",
    ];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let groups = (0..3000)
        .map(|_| (0..=next(14)).map(|_| parts[next(parts.len())]).collect::<String>())
        .collect::<Vec<_>>();
    let mut cut = Vec::new();
    for address in ADDRESSES {
        for at in 0..address.len() {
            cut.push(format!("{}{}", &address[..at], &address[at + 1..]));
            cut.push(format!("{}{}{}", &address[..at], parts[next(parts.len())], &address[at..]));
        }
    }
    groups.into_iter().chain(cut).collect()
}

#[test]
fn what_passes_for_an_address_is_one_for_the_server() {
    use datamove::plan::{Expr, ExprKind, from_json, to_json};
    use datamove::schema::SqlType;
    let server = or_skip!("addresses on PostgreSQL", crate::testkit::Postgres::get());
    let db = server.database("addresses");
    let plan = crate::plans_in_rust::shop(datamove::base::Engine::Postgres);
    assert_eq!(from_json(&to_json(&plan)).unwrap(), plan);
    let text = Expr::new(SqlType::TEXT, true, ExprKind::Column { relation: "c".into(), column: "v".into() });
    let kind = ExprKind::Conforms { expr: Box::new(text), to: SqlType::Opaque("inet".into()) };
    let test = datamove::dialect::expression(&plan, &Expr::new(SqlType::Bool, false, kind));
    let rows = |texts: &[String]| {
        texts.iter().map(|t| format!("('{}')", t.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
    };
    // The server's own word for each text that passes: a cast that fails would fail the query.
    let taken = |texts: &[String]| {
        let query = format!(
            "SELECT cast(v as inet) FROM (VALUES {}) AS c (v) WHERE CASE WHEN {test} THEN true ELSE false END",
            rows(texts)
        );
        db.query(&query).len()
    };
    let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    assert_eq!(taken(&owned(&ADDRESSES)), ADDRESSES.len());
    assert_eq!(taken(&owned(&NO_ADDRESSES)), 0);
    let soup = soup();
    let passed = taken(&soup);
    assert!(passed > 100 && passed < soup.len() / 2, "{passed} of {}", soup.len());
}
