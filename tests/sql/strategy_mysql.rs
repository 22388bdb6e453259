//! Indexes and foreign keys put off and put back on MariaDB, stopped at every point.

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, of_kind};
use crate::compile::compile;

const SOURCE: &str = "CREATE TABLE people (id bigint PRIMARY KEY, name varchar(100) NOT NULL, country varchar(2), boss bigint);
CREATE TABLE sales (id bigint PRIMARY KEY, person bigint NOT NULL, day date NOT NULL, note varchar(50));";

const ROWS: &str = "INSERT INTO people SELECT seq, concat('p', seq), CASE seq % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' END, nullif(seq DIV 2, 0) FROM seq_1_to_40;
INSERT INTO sales SELECT seq, 1 + seq % 40, date '2026-01-01' + INTERVAL seq % 60 DAY, concat('n', seq) FROM seq_1_to_100;";

const TARGET: &str = "CREATE TABLE country (code varchar(2) PRIMARY KEY);
CREATE TABLE person (id bigint PRIMARY KEY, name varchar(100) NOT NULL, country varchar(2), boss_id bigint, bio text,
  UNIQUE KEY by_name (name, id), KEY \"z \"\"first\"\"\" (name(5) DESC, country) COMMENT 'it''s for \"searches\"', KEY bio_start (bio(10), boss_id),
  CONSTRAINT \"of Country\" FOREIGN KEY (country) REFERENCES country (code) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT boss FOREIGN KEY (boss_id) REFERENCES person (id) ON UPDATE NO ACTION);
CREATE TABLE sale (id bigint PRIMARY KEY, person_id bigint NOT NULL, day date NOT NULL, note varchar(50), KEY by_day (day), KEY a_note (note, day),
  CONSTRAINT sale_person FOREIGN KEY (person_id) REFERENCES person (id));";

/// What the plan knows nothing of: an index that another table's foreign key needs, and marks.
const BESIDE: &str = "CREATE TABLE holiday (day date, FOREIGN KEY (day) REFERENCES sale (day));
ALTER TABLE person ADD FULLTEXT KEY words (bio), ALTER INDEX bio_start IGNORED;
INSERT INTO country VALUES ('DE'), ('FR');";

const MOVES: &str = "move legacy.people p -> shop.person {
  key id <- p.id
  name <- p.name
  country <- p.country
  boss_id <- p.boss
}

move legacy.sales s -> shop.sale {
  key id <- s.id
  person_id <- s.person
  day <- s.day
  note <- s.note
}";

fn scripts(strategy: &str) -> Result<Vec<Script>, String> {
    compile(Engine::Mysql, &format!("{strategy}\n\n{MOVES}"), SOURCE, TARGET, "")
}

fn bench() -> Result<(Bench, Vec<Script>), String> {
    let bench = Bench::mysql()?;
    bench.source(&format!("{SOURCE} {ROWS}"));
    bench.target(&format!("{TARGET} {BESIDE}"));
    Ok((bench, scripts("").unwrap_or_else(|findings| panic!("{findings}"))))
}

/// The structure of every table, by the server's own words.
fn structure(bench: &Bench) -> Vec<String> {
    let tables = ["country", "person", "sale", "holiday"];
    tables.iter().map(|table| bench.query(&format!("SHOW CREATE TABLE {table}"))[0][1].clone()).collect()
}

/// The names of indexes and foreign keys that are there, but for primary keys.
fn names(bench: &Bench) -> String {
    let rows = bench.query(
        "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = 'shop' AND index_name <> 'PRIMARY'
         UNION ALL SELECT constraint_name FROM information_schema.referential_constraints WHERE constraint_schema = 'shop' ORDER BY 1",
    );
    rows.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The script that fails behind the `stop`-th thing that it does to a table or notes about one.
fn stopped(script: &Script, stop: usize) -> Script {
    let stop = format!(
        " SET @datamove_done = coalesce(@datamove_done, 0) + 1; IF @datamove_done = {stop} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'stopped'; END IF;"
    );
    let lines = script.text.lines().map(|line| {
        let does =
            line.starts_with("    EXECUTE") || line.starts_with("  UPDATE \"datamove_t\".\"postponed\"");
        format!("{line}{}\n", if does { stop.as_str() } else { "" })
    });
    let text: String = lines.collect();
    assert_ne!(text, script.text);
    Script { text, ..script.clone() }
}

/// Everything up to the end of each statement that stands outside of procedures.
fn beginnings(script: &Script) -> Vec<Script> {
    let (mut inside, mut text, mut list) = (false, String::new(), Vec::new());
    for line in script.text.lines() {
        text += line;
        text.push('\n');
        if let Some(delimiter) = line.strip_prefix("DELIMITER ") {
            inside = delimiter != ";";
        } else if line.ends_with(';') && !inside {
            list.push(Script { text: text.clone(), ..script.clone() });
        }
    }
    list
}

fn load_rows(bench: &Bench, list: &[Script]) {
    for script in list.iter().filter(|script| script.kind < ScriptKind::Constraints) {
        bench.run(script, &[]).ok(&script.path);
    }
}

#[test]
fn what_was_put_off_comes_back_as_it_was() {
    let (bench, list) = or_skip!("postponed on MariaDB", bench());
    let (before, structure_before) = (bench.dump(), structure(&bench));
    for _ in 0..2 {
        bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
        assert!(names(&bench).replace("day, ", "").starts_with("by_"), "{}", names(&bench));
        for gone in ["sale_person", "boss", "of Country", "a_note", "bio_start"] {
            assert!(!names(&bench).contains(gone), "{gone}: {}", names(&bench));
        }
    }
    let error = bench.run(of_kind(&list, ScriptKind::Constraints), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0708"), "{error}");
    bench.load(&list, 7);
    assert_eq!(structure(&bench), structure_before);
    let orphan = bench.query("SELECT count(*), count(boss_id) FROM person");
    assert_eq!(orphan, [["40", "39"]]);
    bench.roll_back_to(&list, &before);
}

#[test]
fn preparing_goes_on_wherever_it_was_stopped() {
    let (bench, list) = or_skip!("a stopped preparation", bench());
    let (before, names_before) = (bench.dump(), names(&bench));
    let prepare = of_kind(&list, ScriptKind::Prepare);
    let mut parts: Vec<Script> = (1..=4).map(|stop| stopped(prepare, stop)).collect();
    parts.extend(beginnings(prepare));
    let mut seen = std::collections::BTreeSet::new();
    for (at, part) in parts.iter().enumerate() {
        let ran = bench.run(part, &[]);
        assert_eq!(ran.error.is_some(), at < 4, "{:?}", ran.error);
        seen.insert(names(&bench));
        if at % 2 == 0 || at < 4 {
            bench.run(prepare, &[]).ok("prepare again");
            assert_ne!(names(&bench), names_before);
        }
        if at == 1 {
            load_rows(&bench, &list);
        }
        let rollback = of_kind(&list, ScriptKind::Rollback);
        bench.run(rollback, &[]).ok("rollback");
        assert_eq!(names(&bench), names_before, "{at}");
        if at < 6 {
            bench.roll_back_to(&list, &before);
        }
    }
    bench.roll_back_to(&list, &before);
    assert_eq!(seen.len(), 3, "all there, one table changed, both changed: {seen:?}");
}

#[test]
fn putting_back_goes_on_wherever_it_was_stopped() {
    let (bench, list) = or_skip!("stopped constraints", bench());
    let (before, structure_before) = (bench.dump(), structure(&bench));
    let (constraints, finish) = (of_kind(&list, ScriptKind::Constraints), of_kind(&list, ScriptKind::Finish));
    for stop in 1.. {
        load_rows(&bench, &list);
        let Some(error) = bench.run(&stopped(constraints, stop), &[]).error else {
            assert_eq!(stop, 9, "two tables, indexes and foreign keys, each done and noted");
            break;
        };
        assert!(error.contains("stopped"), "{error}");
        if stop < 8 {
            let error = bench.run(finish, &[]).error.unwrap_or_default();
            assert!(error.contains("DM0718"), "{error}");
        }
        if stop % 2 == 0 {
            bench.run(constraints, &[]).ok("the rest");
            assert_eq!(structure(&bench), structure_before);
            bench.run(finish, &[]).ok("finish");
        }
        // The rollback puts back what is missing, and is stopped as well.
        if bench.run(&stopped(of_kind(&list, ScriptKind::Rollback), 1), &[]).error.is_some() {
            let error = bench.run(constraints, &[]).error.unwrap_or_default();
            assert!(error.contains("DM0711"), "{error}");
        }
        bench.roll_back_to(&list, &before);
    }
}

#[test]
fn a_row_without_a_parent_is_found_before_the_end() {
    let (bench, list) = or_skip!("an orphan on MariaDB", bench());
    load_rows(&bench, &list);
    bench.target("UPDATE person SET boss_id = 999 WHERE id = 7");
    bench.run(of_kind(&list, ScriptKind::Constraints), &[]).ok("constraints");
    let error = bench.run(of_kind(&list, ScriptKind::Finish), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0712") && error.contains("person"), "{error}");
    bench.target("SET foreign_key_checks = 0; UPDATE person SET boss_id = 3 WHERE id = 7");
    bench.run(of_kind(&list, ScriptKind::Finish), &[]).ok("mended");
}

#[test]
fn kept_constraints_stay_and_are_checked_row_by_row() {
    let (bench, _) = or_skip!("kept constraints on MariaDB", bench());
    let list = scripts("strategy { constraints keep }").unwrap();
    assert!(list.iter().all(|script| script.kind != ScriptKind::Constraints));
    assert!(list.iter().all(|script| !script.text.contains("foreign_key_checks = 0")));
    let (before, structure_before) = (bench.dump(), structure(&bench));
    bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
    assert_eq!(structure(&bench), structure_before);
    bench.target("DELETE FROM country WHERE code = 'FR'");
    let error = bench.run(of_kind(&list, ScriptKind::Backfill), &[]).error.unwrap_or_default();
    assert!(error.contains("of Country"), "{error}");
    assert_eq!(bench.query("SELECT count(*) FROM person"), [["0"]]);
    bench.target("INSERT INTO country VALUES ('FR')");
    bench.load(&list, 7);
    assert_eq!(structure(&bench), structure_before);
    bench.roll_back_to(&list, &before);
}

#[test]
fn no_trigger_can_be_switched_off() {
    let findings = scripts("strategy { triggers off }").unwrap_err();
    assert!(findings.contains("DM0602") && findings.contains("triggers off"), "{findings}");
}

#[test]
fn a_table_that_others_use_keeps_its_foreign_keys() {
    let (bench, _) = or_skip!("a table in use", bench());
    let moves = format!(
        "strategy {{ constraints postpone }}\n\n{}",
        MOVES.replace("\n}", "\n  on conflict update\n}")
    );
    let list =
        compile(Engine::Mysql, &moves, SOURCE, TARGET, "").unwrap_or_else(|findings| panic!("{findings}"));
    bench.target("INSERT INTO person (id, name, country) VALUES (7, 'old', 'DE'), (77, 'stays', 'DE')");
    let (before, structure_before) = (bench.dump(), structure(&bench));
    bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
    let there = names(&bench);
    assert!(there.contains("of Country") && there.contains("boss") && !there.contains("a_note"), "{there}");
    bench.load(&list, 7);
    assert_eq!(sorted(&structure(&bench)), sorted(&structure_before));
    let script = of_kind(&list, ScriptKind::Rollback);
    bench.run(script, &[]).ok("the rollback");
    assert_eq!(sorted(&[bench.dump()]), sorted(&[before]));
}

/// The lines of definitions: an index that stayed comes before those that came back.
fn sorted(texts: &[String]) -> Vec<String> {
    let lines = texts.iter().flat_map(|text| text.lines());
    let mut lines: Vec<String> = lines.map(|line| line.trim_end_matches(',').to_owned()).collect();
    lines.sort();
    lines
}
