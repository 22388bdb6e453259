//! Rows of another table in a value, `greatest` and `least`, months added: the same on every engine.

use datamove::plan::ScriptKind;

use crate::bench::of_kind;
use crate::cases::Case;

const VISITS: Case = Case {
    name: "related",
    beyond_mysql: "",
    moves: "values kinds { 'a' -> 1, 'b' -> 2, else error }
move legacy.persons p -> shop.fact {
  where count(legacy.visits w where w.person = p.id and w.kind = 'z') = 0
  key id <- p.id
  number <- count(legacy.visits v where v.person = p.id)
  spent <- sum(v.paid from legacy.visits v where v.person = p.id) default 0
  whole <- sum(v.id from legacy.visits v where v.person = p.id)
  least <- min(v.paid from legacy.visits v where v.person = p.id)
  latest <- max(v.day from legacy.visits v where v.person = p.id)
  first_text <- min(v.place from legacy.visits v where v.person = p.id)
  first_place <- first(v.place from legacy.visits v where v.person = p.id and v.day is not null order by v.day, v.id) default null
  last_paid <- first(v.paid + 1 from legacy.visits v where v.person = p.id order by v.paid desc, v.id desc)
  by_text <- first(v.id from legacy.visits v where v.person = p.id order by v.place, v.id)
  kind <- kinds(first(v.kind from legacy.visits v where v.person = p.id order by v.id))
  code <- first(kinds(v.kind) from legacy.visits v where v.person = p.id and v.kind <> 'x' order by v.id)
  drop p.name because \"not asked for\"
}",
    source: "CREATE TABLE persons (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE visits (id INTEGER PRIMARY KEY, person INTEGER, place TEXT, day DATE, paid DECIMAL(10, 2), kind TEXT)",
    target: "CREATE TABLE fact (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, spent DECIMAL(15, 2) NOT NULL, whole BIGINT,
least DECIMAL(10, 2), latest DATE, first_text TEXT, first_place TEXT, last_paid DECIMAL(12, 2), by_text INTEGER, kind INTEGER, code INTEGER)",
    rows: "INSERT INTO persons VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'out');
INSERT INTO visits VALUES
(10, 1, 'b', '2024-01-02', 0.10, 'a'), (11, 1, 'Z', '2024-01-01', 0.20, 'b'), (12, 1, 'a', '2024-01-01', NULL, 'a'),
(13, 1, NULL, NULL, 10.05, 'b'), (14, 2, 'ä', '2023-12-31', 1.00, 'b'), (15, NULL, 'x', '2020-01-01', 5, 'x'),
(16, 4, 'y', '2020-01-01', 5, 'z')",
    there: "",
    query: "SELECT id, number, {lite:cast(cast(spent * 100 as integer) as text)}{pg:cast(cast(spent * 100 as integer) as text)}{my:cast(spent * 100 as signed)}, whole, {lite:cast(cast(least * 100 as integer) as text)}{pg:cast(cast(least * 100 as integer) as text)}{my:cast(least * 100 as signed)}, latest, first_text, first_place,
{lite:cast(cast(last_paid * 100 as integer) as text)}{pg:cast(cast(last_paid * 100 as integer) as text)}{my:cast(last_paid * 100 as signed)}, by_text, kind, code FROM fact ORDER BY id",
    // Capitals come before small letters, by their bytes; NULLs are the last in both directions.
    wanted: "1|4|1035|46|10|2024-01-02|Z|Z|1105|11|1|1
2|1|100|14|100|2023-12-31|ä|ä|200|14|2|2
3|0|0|||||||||",
};

#[test]
fn related_rows_are_counted_summed_and_picked() {
    VISITS.moves_and_comes_back();
}

#[test]
fn related_rows_that_offend_are_counted_for_their_row() {
    for (engine, scripts, bench) in VISITS.benches() {
        bench.source("INSERT INTO visits VALUES (20, 2, 'q', '2024-01-01', 1, 'unknown'), (21, 2, 'q', '2024-01-01', 1, 'more'), (22, 3, 'q', '2024-01-01', 1, 'a')");
        let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
        assert_eq!(ran.failed(), [("fact/code/values".to_owned(), "1".to_owned())], "{engine}");
    }
}

const EXTREMES: Case = Case {
    name: "extremes",
    beyond_mysql: "",
    moves: "move legacy.pairs p -> shop.fact {
  key id <- p.id
  most <- greatest(p.a, p.b, 3)
  fewest <- least(p.a, p.b)
  later <- greatest(p.d, p.e)
  dear <- least(p.n, 5)
  there <- greatest(coalesce(p.a, p.b), coalesce(p.b, p.a))
}",
    source: "CREATE TABLE pairs (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, d {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP}, e {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP}, n DECIMAL(8, 2))",
    target: "CREATE TABLE fact (id INTEGER PRIMARY KEY, most INTEGER, fewest INTEGER, later {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP}, dear DECIMAL(12, 2), there INTEGER)",
    rows: "INSERT INTO pairs VALUES (1, 1, 2, '2024-01-01 00:00:00', '2023-01-01 00:00:00', 0.50), (2, 7, 5, '2024-01-01 00:00:00', '2024-01-01 00:00:00', 7.00),
(3, NULL, 9, NULL, '2024-01-01 00:00:00', 1), (4, NULL, NULL, NULL, NULL, NULL)",
    there: "",
    query: "SELECT id, most, fewest, later, {lite:cast(cast(dear * 100 as integer) as text)}{pg:cast(cast(dear * 100 as integer) as text)}{my:cast(dear * 100 as signed)}, there FROM fact ORDER BY id",
    wanted: "1|3|1|2024-01-01 00:00:00|50|2
2|7|5|2024-01-01 00:00:00|500|7
3||||100|9
4|||||",
};

#[test]
fn the_greatest_of_values_is_null_if_one_of_them_is() {
    EXTREMES.moves_and_comes_back();
}

const MONTHS: Case = Case {
    name: "months",
    beyond_mysql: "",
    moves: "move legacy.days p -> shop.fact {
  key id <- p.id
  year <- add_months(p.d, 144)
  back <- add_months(p.d, -1)
  at <- add_months(p.t, 1)
}",
    source: "CREATE TABLE days (id INTEGER PRIMARY KEY, d DATE, t {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP})",
    target: "CREATE TABLE fact (id INTEGER PRIMARY KEY, year DATE, back DATE, at {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP})",
    rows: "INSERT INTO days VALUES (1, '2009-01-01', '2024-01-31 23:59:59'), (2, '2024-02-29', '2023-12-31 00:00:00'),
(3, '2012-03-31', '2024-02-29 12:00:00'), (4, NULL, NULL)",
    there: "",
    query: "SELECT id, year, back, at FROM fact ORDER BY id",
    wanted: "1|2021-01-01|2008-12-01|2024-02-29 23:59:59
2|2036-02-29|2024-01-29|2024-01-31 00:00:00
3|2024-03-31|2012-02-29|2024-03-29 12:00:00
4|||",
};

#[test]
fn months_are_added_and_end_with_the_month() {
    MONTHS.moves_and_comes_back();
}

#[test]
fn days_near_the_end_of_the_calendar_are_counted() {
    for (engine, scripts, bench) in MONTHS.benches() {
        bench.source("INSERT INTO days VALUES (9, '9999-01-01', '0001-01-01 00:00:00')");
        let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
        let mut failed = ran.failed();
        failed.sort();
        let wanted = ["at", "back", "year"].map(|c| (format!("fact/{c}/range"), "1".to_owned()));
        assert_eq!(failed, wanted, "{engine}");
    }
}

#[test]
fn many_related_values_in_one_move() {
    let columns: Vec<String> = (1..=30).map(|n| format!("c{n}")).collect();
    let moves: Vec<String> = columns
        .iter()
        .map(|c| {
            format!("  {c} <- first(v.place from legacy.visits v where v.person = p.id order by v.id)\n")
        })
        .collect();
    let moves = format!("move legacy.persons p -> shop.fact {{\n  key id <- p.id\n{}}}", moves.concat());
    let target: Vec<String> = columns.iter().map(|c| format!(", {c} VARCHAR(3)")).collect();
    let target = target.concat();
    let case = Case {
        name: "many_related",
        beyond_mysql: "",
        moves: moves.leak(),
        source: "CREATE TABLE persons (id INTEGER PRIMARY KEY);
CREATE TABLE visits (id INTEGER PRIMARY KEY, person INTEGER, place TEXT)",
        target: format!("CREATE TABLE fact (id INTEGER PRIMARY KEY{target})").leak(),
        rows: "INSERT INTO persons VALUES (1), (2); INSERT INTO visits VALUES (1, 1, 'abc'), (2, 1, 'd')",
        there: "",
        query: "SELECT id, c1, c30 FROM fact ORDER BY id",
        wanted: "1|abc|abc\n2||",
    };
    case.moves_and_comes_back();
}
