//! Fault 37: what can happen to rows after the copy, all of it at once in one table, and each of them found with its
//! key, its column and both values. A row of a table without a key, and values of people, as well.
//!
//! `cargo test --test sql corrupted::a_million -- --ignored --nocapture` does the same among a million rows.

use std::collections::BTreeSet;
use std::time::Instant;

use datamove::base::Engine;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, Ran, of_kind};
use crate::cases::Case;
use crate::testkit::words;

const CASE: Case = Case {
    name: "corrupted",
    moves: "move legacy.items i -> shop.item {
  key id   <- i.id
  email    <- lower(i.email) pii hash
  phone    <- i.phone pii
  name     <- i.name
  amount   <- i.amount
  seen     <- i.seen
  quantity <- i.quantity
  ratio    <- i.ratio
  share    <- i.share
  note     <- i.note
  span     <- i.span
}

move legacy.entries e -> shop.entry {
  day  <- e.day
  what <- e.what
}",
    source: "CREATE TABLE items (id {pg:bigint}{my:bigint}{lite:INTEGER} NOT NULL PRIMARY KEY, email varchar(40) NOT NULL, phone varchar(20), name varchar(40) NOT NULL,
  amount decimal(12, 2) NOT NULL, seen {pg:timestamp}{my:datetime(6)}{lite:TIMESTAMP} NOT NULL, quantity integer,
  ratio {pg:double precision}{my:double}{lite:DOUBLE}, share {pg:real}{my:float}{lite:DOUBLE}, note varchar(200), span {pg:interval}{my:varchar(20)}{lite:varchar(20)});
CREATE TABLE entries (day integer NOT NULL, what varchar(20))",
    target: "CREATE TABLE item (id {pg:bigint}{my:bigint}{lite:INTEGER} NOT NULL PRIMARY KEY, email varchar(40) NOT NULL, phone varchar(20), name varchar(40) NOT NULL,
  amount decimal(12, 2) NOT NULL, seen {pg:timestamp}{my:datetime(6)}{lite:TIMESTAMP} NOT NULL, quantity integer,
  ratio {pg:double precision}{my:double}{lite:DOUBLE}, share {pg:real}{my:float}{lite:DOUBLE}, note varchar(200), span {pg:interval}{my:varchar(20)}{lite:varchar(20)});
CREATE TABLE entry (day integer NOT NULL, what varchar(20))",
    rows: "",
    there: "",
    query: "",
    wanted: "",
    beyond_mysql: "",
};

/// The numbers from 1 to `rows` as `n`, and the rows made of them.
fn filling(engine: Engine, rows: u32) -> String {
    let numbers = match engine {
        Engine::Postgres => format!("FROM generate_series(1, {rows}) AS n"),
        Engine::Mysql => format!("FROM (SELECT seq AS n FROM seq_1_to_{rows}) AS numbers"),
        Engine::Sqlite => format!(
            "FROM (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) SELECT n FROM numbers)"
        ),
    };
    let text = format!(
        "INSERT INTO items SELECT n, 'Person' || n || '@Example.com', '+49 ' || n, 'name ' || n, n / 100.0,
          {{pg:timestamp '2026-01-01' + n * interval '1 second'}}{{my:'2026-01-01' + INTERVAL n SECOND}}{{lite:datetime('2026-01-01', n || ' seconds')}},
          nullif(n % 7, 0), CASE n % 10 WHEN 1 THEN 0 ELSE n / 8.0 END, n / 4.0, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'note ' || n END, {{pg:interval}} '30 days' {numbers};
         INSERT INTO entries SELECT n % 50, 'w' || (n % 4) {numbers};"
    );
    words(engine, &text)
}

/// What happens to the target, and the difference that must be shown: check, key, column, source, target.
/// Values that are not compared are `?`.
const FAULTS: &[(&str, &[[&str; 5]])] = &[
    ("DELETE FROM item WHERE id = 11", &[["item/missing", "[\"11\"]", "", "", ""]]),
    (
        "INSERT INTO item SELECT -5, email, phone, name, amount, seen, quantity, ratio, share, note, span FROM item WHERE id = 12",
        &[["item/extra", "[\"-5\"]", "", "", ""]],
    ),
    (
        "UPDATE item SET quantity = 70 WHERE id = 21",
        &[["item/quantity/values", "[\"21\"]", "quantity", "", "70"]],
    ),
    (
        "UPDATE item SET name = CASE id WHEN 31 THEN 'name 32' ELSE 'name 31' END WHERE id IN (31, 32)",
        &[
            ["item/name/values", "[\"31\"]", "name", "name 31", "name 32"],
            ["item/name/values", "[\"32\"]", "name", "name 32", "name 31"],
        ],
    ),
    (
        "UPDATE item SET name = 'twice' WHERE id IN (41, 42)",
        &[
            ["item/name/values", "[\"41\"]", "name", "name 41", "twice"],
            ["item/name/values", "[\"42\"]", "name", "name 42", "twice"],
        ],
    ),
    ("UPDATE item SET note = NULL WHERE id = 52", &[["item/note/values", "[\"52\"]", "note", "", "?"]]),
    ("UPDATE item SET note = '' WHERE id = 51", &[["item/note/values", "[\"51\"]", "note", "?", ""]]),
    (
        "UPDATE item SET name = name || ' ' WHERE id = 61",
        &[["item/name/values", "[\"61\"]", "name", "name 61", "name 61 "]],
    ),
    (
        "UPDATE item SET name = 'NAME 62' WHERE id = 62",
        &[["item/name/values", "[\"62\"]", "name", "name 62", "NAME 62"]],
    ),
    // MariaDB and SQLite make 0 of a -0 that they are given.
    (
        "{pg:UPDATE item SET ratio = '-0' WHERE id = 71}",
        &[["item/ratio/values", "[\"71\"]", "ratio", "0", "-0"]],
    ),
    (
        "UPDATE item SET amount = amount + 0.01 WHERE id = 81",
        &[["item/amount/values", "[\"81\"]", "amount", "0.81", "0.82"]],
    ),
    (
        "{pg:UPDATE item SET seen = seen + interval '1 microsecond' WHERE id = 91}{my:UPDATE item SET seen = seen + INTERVAL 1 MICROSECOND WHERE id = 91}{lite:UPDATE item SET seen = seen || '.000001' WHERE id = 91}",
        &[["item/seen/values", "[\"91\"]", "seen", "?", "?"]],
    ),
    // The sixth digit and the seventeenth.
    (
        "UPDATE item SET share = 250.25 + 0.00002 WHERE id = 1001",
        &[["item/share/values", "[\"1001\"]", "share", "?", "?"]],
    ),
    (
        "UPDATE item SET ratio = 125.25 + 0.00000000000002 WHERE id = 1002",
        &[["item/ratio/values", "[\"1002\"]", "ratio", "?", "?"]],
    ),
    // As long as each other, to the server.
    (
        "{pg:UPDATE item SET span = '1 mon' WHERE id = 1003}",
        &[["item/span/values", "[\"1003\"]", "span", "30 days", "1 mon"]],
    ),
    (
        "UPDATE item SET phone = '+49 0' WHERE id = 1101",
        &[["item/phone/values", "[\"1101\"]", "phone", "***", "***"]],
    ),
    (
        "UPDATE item SET phone = NULL WHERE id = 1102",
        &[["item/phone/values", "[\"1102\"]", "phone", "***", ""]],
    ),
    (
        "UPDATE item SET email = 'person1@example.com' WHERE id = 1103",
        &[["item/email/values", "[\"1103\"]", "email", "#1", "#2"]],
    ),
    (
        "UPDATE item SET email = 'person1@example.com' WHERE id = 1104",
        &[["item/email/values", "[\"1104\"]", "email", "#3", "#2"]],
    ),
    (
        "INSERT INTO entry VALUES (1, 'both'), (1, 'both')",
        &[["entry/values", "[\"1\",\"both\"]", "", "0", "2"]],
    ),
];

/// The differences that a run returned.
fn differences(ran: &Ran) -> Vec<Vec<String>> {
    ran.rows.iter().filter(|row| row.len() == 5).cloned().collect()
}

/// Corrupts the loaded target, validates, and compares what is found with what was done.
fn finds_all(engine: Engine, bench: &Bench, scripts: &[datamove::dialect::Script]) {
    let script = of_kind(scripts, ScriptKind::Validate);
    let clean = Instant::now();
    let ran = bench.run(script, &[]);
    assert_eq!(differences(&ran), Vec::<Vec<String>>::new(), "{engine}");
    ran.ok("before");
    let clean = clean.elapsed();
    let mut wanted = BTreeSet::new();
    for (fault, found) in FAULTS {
        let fault = words(engine, fault);
        if !fault.is_empty() {
            bench.target(&fault);
            wanted.extend(found.iter().map(|row| row.map(str::to_owned)));
        }
    }
    let begin = Instant::now();
    let ran = bench.run(script, &[]);
    eprintln!("{engine}: clean {clean:.1?}, corrupted {:.1?}", begin.elapsed());
    assert!(ran.error.as_ref().is_some_and(|error| error.contains("DM0704")), "{engine}: {:?}", ran.error);
    let found = differences(&ran);
    assert_eq!(found.len(), wanted.len(), "{engine}: {found:#?}");
    let failed: BTreeSet<String> = ran.failed().into_iter().map(|(id, _)| id).collect();
    let mut hashes = std::collections::BTreeMap::new();
    for row in &wanted {
        let like = |value: &str, wanted: &str| wanted == "?" || wanted.starts_with('#') || value == wanted;
        let one = found.iter().find(|one| one.iter().zip(row).all(|(value, wanted)| like(value, wanted)));
        let one = one.unwrap_or_else(|| panic!("{engine}: {row:?} is not in {found:#?}"));
        assert!(failed.contains(&row[0]), "{engine}: {row:?} {failed:?}");
        // Equal values have equal hashes, others have others.
        for (value, name) in one.iter().zip(row).filter(|(_, name)| name.starts_with('#')) {
            assert!(value.len() == 9 && value.starts_with('#'), "{engine}: {value}");
            assert_eq!(hashes.entry(name.clone()).or_insert_with(|| value.clone()), value, "{engine}");
        }
    }
    assert_eq!(hashes.values().collect::<BTreeSet<_>>().len(), 3, "{engine}");
    let all = format!("{:?}", ran.rows);
    assert!(!all.contains("@example.com") && !all.contains("+49"), "{engine}: somebody's data is shown");
}

fn among(rows: u32) {
    for (engine, scripts, bench) in CASE.benches() {
        bench.source(&filling(engine, rows));
        for script in scripts.iter().filter(|script| script.kind != ScriptKind::Rollback) {
            bench.run(script, &[]).ok(&script.path);
        }
        finds_all(engine, &bench, &scripts);
    }
}

#[test]
fn everything_is_found_with_key_and_column() {
    among(20_000);
}

#[test]
#[ignore = "takes minutes"]
fn a_million() {
    among(1_000_000);
}

const RULES: Case = Case {
    name: "rules",
    moves: "move legacy.makers m -> shop.maker {
  key id <- m.id
  name <- m.name
}

move legacy.parts p -> shop.part {
  key id <- p.id
  maker_id <- p.maker_id
  pieces <- p.pieces
}

move legacy.tags t -> shop.tag {
  key word <- t.word
  weight <- t.weight
  on conflict skip
}",
    source: "CREATE TABLE makers (id integer NOT NULL PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE parts (id integer NOT NULL PRIMARY KEY, maker_id integer NOT NULL REFERENCES makers (id), pieces integer NOT NULL);
CREATE TABLE tags (word varchar(20) NOT NULL PRIMARY KEY, weight integer NOT NULL)",
    target: "CREATE TABLE maker (id integer NOT NULL PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE part (id integer NOT NULL PRIMARY KEY, maker_id integer NOT NULL, pieces integer NOT NULL, CONSTRAINT positive CHECK (pieces > 0),
  CONSTRAINT part_maker FOREIGN KEY (maker_id) REFERENCES maker (id));
CREATE TABLE tag (word varchar(20) NOT NULL PRIMARY KEY, weight integer NOT NULL)",
    rows: "INSERT INTO makers VALUES (1, 'one'), (2, 'two');
INSERT INTO parts VALUES (1, 1, 5), (2, 2, 6), (3, 2, 7);
INSERT INTO tags VALUES ('old', 1), ('new', 2), ('newer', 3)",
    there: "INSERT INTO tag VALUES ('old', 9), ('other', 9)",
    query: "",
    wanted: "",
    beyond_mysql: "",
};

/// What a server has not enforced, and what is not ours: a CHECK that was off, a foreign key that was off, a row that
/// the load inserted and that the source has no longer.
#[test]
fn what_the_server_did_not_hold_is_found() {
    for (engine, scripts, bench) in RULES.benches() {
        for script in scripts.iter().filter(|script| script.kind != ScriptKind::Rollback) {
            bench.run(script, &[]).ok(&script.path);
        }
        let script = of_kind(&scripts, ScriptKind::Validate);
        bench.run(script, &[]).ok("before");
        bench.target(&words(
            engine,
            "{pg:ALTER TABLE part DROP CONSTRAINT positive; ALTER TABLE part DROP CONSTRAINT part_maker;}{my:SET check_constraint_checks = 0; SET foreign_key_checks = 0;}{lite:PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;}
             UPDATE part SET pieces = -7 WHERE id = 3; UPDATE part SET maker_id = 77 WHERE id = 2;
             {pg:ALTER TABLE part ADD CONSTRAINT positive CHECK (pieces > 0) NOT VALID; ALTER TABLE part ADD CONSTRAINT part_maker FOREIGN KEY (maker_id) REFERENCES maker (id) NOT VALID;}{lite:PRAGMA ignore_check_constraints = OFF; PRAGMA foreign_keys = ON;}",
        ));
        bench.source("DELETE FROM tags WHERE word = 'newer'");
        let ran = bench.run(script, &[]);
        assert!(
            ran.error.as_ref().is_some_and(|error| error.contains("DM0704")),
            "{engine}: {:?}",
            ran.error
        );
        let mut found = differences(&ran);
        let row = |row: [&str; 5]| row.map(str::to_owned).to_vec();
        let wanted = [
            row(["part/fk/part_maker/orphans", "[\"2\"]", "maker_id", "", "77"]),
            row(["part/maker_id/values", "[\"2\"]", "maker_id", "2", "77"]),
            row(["part/pieces/holds", "[\"3\"]", "pieces", "", "-7"]),
            row(["part/pieces/values", "[\"3\"]", "pieces", "7", "-7"]),
            row(["tag/extra", "[\"newer\"]", "", "", ""]),
        ];
        // A CHECK is called by its name where it has one and the claim does not name a column.
        for row in &mut found {
            row[0] = row[0].replace("part/positive/holds", "part/pieces/holds");
        }
        found.sort();
        assert_eq!(found, wanted, "{engine}");
    }
}
