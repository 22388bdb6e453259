//! One meaning on every engine: the lines of `*.txt` are expressions of the plan language with the
//! results that their definition gives, moved by the compiler and the runner on each engine and
//! compared value by value.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "tests work with files")]
#![expect(clippy::format_push_string, reason = "a script is short")]

#[expect(dead_code, reason = "other tests read reports")]
#[path = "../runner_servers/ended.rs"]
mod ended;
mod places;
mod table;
#[macro_use]
#[path = "../testkit/mod.rs"]
mod testkit;
#[path = "../workbench/mod.rs"]
mod workbench;

use datamove::base::Engine;
use places::Place;
use table::{Expected, Line, Table, types};

/// The plan of all lines that give a value: one move for each file, one column for each line.
fn plan(table: &Table, engine: Engine, lines: &[(&str, Vec<&Line>)], all: bool) -> (String, String, String) {
    let mut moves = table.values.join("\n\n");
    let mut new = String::new();
    if all {
        moves += "\n\nmove old.v v -> new.whole {\n  key id <- v.id\n  ...\n}\n";
        new += &table.ddl(engine, "v", "whole");
    }
    for (topic, lines) in lines {
        let columns: Vec<_> = lines.iter().map(|line| (line.name(), types(engine, &line.ty))).collect();
        let columns: Vec<_> = columns.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
        new += &format!("CREATE TABLE t_{topic} (id BIGINT NOT NULL PRIMARY KEY, {});\n", columns.join(", "));
        moves += &format!("\nmove old.v v -> new.t_{topic} {{\n  key id <- v.id\n");
        for line in lines {
            moves += &format!("  {} <- {}\n", line.name(), line.expression);
        }
        moves += "}\n";
    }
    let old = format!("{}{}", table.ddl(engine, "v", "v"), table.ddl(engine, "w", "w"));
    (Table::collated(engine, &old), new, moves)
}

/// What the compiler says to the lines: to those that it must take all together, or if something is wrong, and to
/// those that it must refuse always, each alone.
fn findings(table: &Table, engine: Engine) -> Vec<String> {
    let taken = |line: &&Line| !matches!(line.expected(engine), Expected::Refused(_));
    let numbered: Vec<_> = table.lines().filter(taken).map(Line::alone).collect();
    let (old, new, moves) = plan(table, engine, &[("all", numbered.iter().collect())], true);
    let fine = workbench::check(engine.word(), &old, &new, &moves).problems.errors() == 0;
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !fine || !taken(line)) {
        let (old, new, moves) = plan(table, engine, &[("alone", vec![line])], true);
        let checked = workbench::check(engine.word(), &old, &new, &moves);
        let (right, wanted) = match line.expected(engine) {
            Expected::Refused(code) => (workbench::codes(&checked) == [code.as_str()], code.as_str()),
            Expected::Value(_) | Expected::Probe(_) => (checked.problems.errors() == 0, "to be compiled"),
        };
        if !right {
            wrong.push(format!("{}: not {wanted} but\n{}", line.expression, workbench::said(&checked)));
        }
    }
    wrong
}

/// The lines that give a value, moved.
fn values(table: &Table, place: &Place) -> Vec<String> {
    let engine = place.engine();
    let wanted = |line: &&Line| matches!(line.expected(engine), Expected::Value(_));
    let topics: Vec<(&str, Vec<&Line>)> = table
        .topics
        .iter()
        .map(|topic| (topic.name.as_str(), topic.lines.iter().filter(wanted).collect()))
        .filter(|(_, lines): &(&str, Vec<&Line>)| !lines.is_empty())
        .collect();
    let (old, new, moves) = plan(table, engine, &topics, true);
    place.set_up(&old, &table.rows(engine), &new, &moves);
    let ended = place.apply();
    if ended.code != 0 {
        return vec![ended.all()];
    }
    let mut wrong = Vec::new();
    for (topic, lines) in &topics {
        for (line, found) in lines.iter().zip(place.row(&format!("t_{topic}"), lines)) {
            let Expected::Value(value) = line.expected(engine) else { continue };
            if !line.same(&found, value) {
                wrong.push(format!("{topic}: {} is {found}, not {value}", line.expression));
            }
        }
    }
    wrong
}

/// The lines that the preflight must stop: all of them in one plan, each with its check.
fn probes(table: &Table, place: &Place) -> Vec<String> {
    let engine = place.engine();
    let probed = |line: &&Line| matches!(line.expected(engine), Expected::Probe(_));
    let lines: Vec<&Line> = table.lines().filter(probed).collect();
    let numbered = lines.iter().map(|line| Line::alone(line)).collect::<Vec<_>>();
    let (old, new, moves) = plan(table, engine, &[("probed", numbered.iter().collect())], true);
    place.set_up(&old, &table.rows(engine), &new, &moves);
    let ended = place.apply();
    assert_ne!(ended.code, 0, "{engine}\n{}", ended.all());
    let missing = lines.iter().zip(&numbered).filter_map(|(line, numbered)| {
        let Expected::Probe(kind) = line.expected(engine) else { return None };
        let id = format!("t_probed/{}/{kind}", numbered.name());
        (!ended.all().contains(&id)).then(|| format!("{}: no {id} in\n{}", line.expression, ended.all()))
    });
    missing.collect()
}

fn conforms(place: &Place) {
    let table = Table::read();
    let mut wrong = findings(&table, place.engine());
    if wrong.is_empty() {
        wrong.extend(values(&table, place));
        wrong.extend(probes(&table, place));
    }
    assert!(wrong.is_empty(), "{}: {} lines\n{}", place.engine(), wrong.len(), wrong.join("\n"));
}

#[test]
fn sqlite_conforms() {
    conforms(&Place::sqlite());
}

#[test]
fn postgres_conforms() {
    conforms(&or_skip!("conformance on PostgreSQL", Place::postgres()));
}

#[test]
fn mariadb_conforms() {
    conforms(&or_skip!("conformance on MariaDB", Place::mariadb()));
}

#[test]
fn the_table_is_large_enough() {
    let table = Table::read();
    assert!(table.lines().count() >= 300, "{} expressions", table.lines().count());
    assert!(table.lines().all(|line| line.expected.len() <= 4));
}
