//! Scopes, keys, probes and names: what plans say beyond copying columns.

use datamove::base::Engine;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, of_kind};
use crate::cases::Case;
use crate::compile::compile;
use crate::shop::expect;

#[test]
fn groups_become_rows_that_others_refer_to() {
    Case {
        name: "groups",
        moves: "move legacy.people p -> shop.city {
  where p.city is not null
  group by trim(p.city), p.country

  key id <- sequence(trim(p.city), p.country)
  name <- trim(p.city)
  country <- p.country
}

move legacy.people p -> shop.person {
  key id <- p.id
  city_id <- ref shop.city(trim(p.city), p.country)
}",
        source: "CREATE TABLE people (id INTEGER PRIMARY KEY, city VARCHAR(20), country VARCHAR(2) NOT NULL)",
        target: "CREATE TABLE city (id {key}, name VARCHAR(20) NOT NULL, country VARCHAR(2) NOT NULL, UNIQUE (name, country));
CREATE TABLE person (id INTEGER PRIMARY KEY, city_id {lite:INTEGER}{pg:bigint}{my:bigint} REFERENCES city (id))",
        rows: "INSERT INTO people VALUES (1, 'Paris', 'FR'), (2, ' Paris', 'FR'), (3, 'Paris', 'US'), (4, NULL, 'FR'), (5, 'Łódź ', 'PL'), (6, '', 'XX')",
        query: "SELECT p.id, c.name, c.country FROM person p LEFT JOIN city c ON c.id = p.city_id ORDER BY p.id",
        wanted: "1|Paris|FR\n2|Paris|FR\n3|Paris|US\n4||\n5|Łódź|PL\n6||XX",
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn batches_by_two_texts_and_a_left_join() {
    Case {
        name: "two_texts",
        moves: "move legacy.stock s -> shop.stock {
  join legacy.prices p on p.place = s.place and p.code = s.code left one
  batch 2 rows by s.place, s.code

  key place <- s.place
  key code <- s.code
  amount <- s.amount
  cents <- p.cents default 0
}",
        source: "CREATE TABLE stock (place VARCHAR(9) {my:COLLATE utf8mb4_bin} NOT NULL, code VARCHAR(9) {my:COLLATE utf8mb4_bin} NOT NULL, amount INTEGER, PRIMARY KEY (place, code));
CREATE TABLE prices (place VARCHAR(9) {my:COLLATE utf8mb4_bin} NOT NULL, code VARCHAR(9) {my:CHARACTER SET latin1 COLLATE latin1_bin} NOT NULL, cents INTEGER NOT NULL, PRIMARY KEY (place, code))",
        target: "CREATE TABLE stock (place VARCHAR(9) {my:COLLATE utf8mb4_bin} NOT NULL, code VARCHAR(9) {my:COLLATE utf8mb4_bin} NOT NULL, amount INTEGER, cents INTEGER NOT NULL, PRIMARY KEY (place, code))",
        rows: "INSERT INTO stock VALUES ('b', '', 1), ('', 'b', 2), ('a', 'z', 3), ('a', 'Z', NULL), ('a', 'é', 5), ('A', 'z', 6), ('a b', 'x', 7);
INSERT INTO prices VALUES ('a', 'z', 11), ('A', 'z', 12), ('a', 'q', 13)",
        query: "SELECT place, code, amount, cents FROM stock ORDER BY place, code",
        wanted: "|b|2|0\nA|z|6|12\na|Z||0\na|z|3|11\na|é|5|0\na b|x|7|0\nb||1|0",
        ..Case::default()
    }
    .moves_and_comes_back();
}

/// A plan with everything that a preflight counts beyond values.
const PROBES: Case = Case {
    name: "probes",
 beyond_mysql: "",
    moves: "move legacy.parents p -> shop.parent {
  where p.kind = 1
  key id <- p.id
  drop kind because \"one kind\"
  on conflict skip
}

move legacy.children c -> shop.child {
  join legacy.kinds k on k.word = c.word one
  key id <- c.id
  parent_id <- c.parent
  kind <- k.id
  label <- c.label
  on conflict skip
}",
    source: "CREATE TABLE parents (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL); CREATE TABLE kinds (id INTEGER PRIMARY KEY, word VARCHAR(9));
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER, word VARCHAR(9), label VARCHAR(9))",
    target: "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id), kind INTEGER NOT NULL, label VARCHAR(9) NOT NULL, CHECK ({pg:child.kind}{lite:child.kind}{my:kind} < 100));
{pg:CREATE UNIQUE INDEX one_label ON child (label) WHERE kind > 1}{lite:CREATE UNIQUE INDEX one_label ON child (label) WHERE kind > 1}",
    rows: "INSERT INTO parents VALUES (1, 1), (2, 1), (3, 0); INSERT INTO kinds VALUES (1, 'a'), (2, 'b');
INSERT INTO children VALUES (10, 1, 'a', 'x'), (11, NULL, 'b', 'x'), (12, 2, 'a', 'x')",
    there: "INSERT INTO parent VALUES (3), (2)",
    query: "SELECT id, parent_id, kind, label FROM child ORDER BY id",
    wanted: "10|1|1|x\n11||2|x\n12|2|1|x",
};

#[test]
fn clean_rows_pass_every_probe() {
    PROBES.moves_and_comes_back();
}

#[test]
fn probes_count_what_offends() {
    let faults: &[(&str, &[(&str, &str)])] = &[
        ("INSERT INTO kinds VALUES (3, 'a')", &[("child/k/join", "2"), ("child/label/unique", "1")]),
        ("INSERT INTO children VALUES (13, 1, 'q', 'y'), (14, 1, NULL, 'z')", &[("child/k/join/2", "2")]),
        ("INSERT INTO children VALUES (13, 7, 'a', 'y')", &[("child/parent_id/orphan", "1")]),
        // This one is in the target already.
        ("INSERT INTO children VALUES (13, 3, 'a', 'y')", &[]),
        ("INSERT INTO children VALUES (13, 1, 'b', 'x')", &[("child/label/unique", "1")]),
        ("INSERT INTO children VALUES (13, 1, 'a', NULL)", &[("child/label/null", "1")]),
        ("UPDATE kinds SET id = 100 WHERE id = 2", &[("child/kind/check", "1")]),
    ];
    for (fault, wanted) in faults {
        for (engine, scripts, bench) in PROBES.benches() {
            bench.source(fault);
            // No partial indexes there.
            let wanted: Vec<_> = wanted
                .iter()
                .filter(|(id, _)| engine != Engine::Mysql || *id != "child/label/unique")
                .copied()
                .collect();
            let before = bench.dump();
            let ran = bench.run(of_kind(&scripts, ScriptKind::Preflight), &[]);
            assert_eq!(bench.dump(), before);
            if wanted.is_empty() {
                ran.ok(fault);
            } else {
                expect(&ran, "DM0703", &format!("{fault} on {engine}"), &wanted);
            }
        }
    }
}

#[test]
fn one_file_can_be_both_sides() {
    let source = "CREATE TABLE old_items (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
    let target = "CREATE TABLE new_item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
    let moves = "move legacy.old_items o -> shop.new_item {\n  key id <- o.id\n  name <- trim(o.name)\n}";
    let compiled = compile(Engine::Sqlite, moves, source, target, "link same").unwrap();
    let bench = Bench::sqlite();
    bench.target(&format!("{source}; {target}; INSERT INTO old_items VALUES (1, ' a '), (5, 'b')"));
    let before = bench.dump();
    bench.load(&compiled, 1);
    assert_eq!(bench.query("SELECT id, name FROM new_item"), [["1", "a"], ["5", "b"]]);
    bench.roll_back_to(&compiled, &before);
}
