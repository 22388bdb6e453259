//! Every script on SQLite, in the bundled library and in the stock shell.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::format_push_string, reason = "a dump is short")]

mod plans_in_rust;

use std::path::Path;
use std::process::{Command, Stdio};

use datamove::base::Engine;
use datamove::dialect::{Script, scripts};
use datamove::plan::*;
use plans_in_rust::*;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Connection, types::Value};

const SOURCE_DDL: &str = "
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, cents INTEGER, status TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, note TEXT);
CREATE TABLE categories (id INTEGER PRIMARY KEY, parent_id INTEGER, name TEXT);";
const TARGET_DDL: &str = "
CREATE TABLE customer (id TEXT PRIMARY KEY, legacy_id INTEGER, name TEXT NOT NULL, balance DECIMAL(12,2), status TEXT);
CREATE TABLE \"order\" (id INTEGER PRIMARY KEY, customer_id TEXT REFERENCES customer (id), note TEXT);
CREATE TABLE category (id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER REFERENCES category (id), name TEXT);
INSERT INTO category VALUES (41, NULL, 'was here'); DELETE FROM category;";

struct Sides {
    folder: tempfile::TempDir,
    db: Connection,
}

fn sides(source: &str, target: &str) -> Sides {
    let folder = tempfile::tempdir().unwrap();
    let legacy = Connection::open(folder.path().join("legacy.db")).unwrap();
    legacy.execute_batch(source).unwrap();
    let db = Connection::open(folder.path().join("shop.db")).unwrap();
    db.execute_batch(target).unwrap();
    let attach = format!("ATTACH '{}' AS legacy", folder.path().join("legacy.db").display());
    db.execute_batch(&attach).unwrap();
    Sides { folder, db }
}

/// Runs a script as a runner does; rows of its last SELECT that returned any.
fn run(db: &Connection, text: &str) -> Result<Vec<Vec<Value>>, String> {
    let text = text.replace(".bail on\n", "");
    let mut batch = rusqlite::Batch::new(db, &text);
    let mut last = Vec::new();
    loop {
        let result = (|| -> rusqlite::Result<Option<Vec<Vec<Value>>>> {
            let Some(mut statement) = batch.next()? else { return Ok(None) };
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push((0..columns).map(|i| row.get(i)).collect::<rusqlite::Result<Vec<Value>>>()?);
            }
            Ok(Some(all))
        })();
        match result {
            Ok(None) => return Ok(last),
            Ok(Some(rows)) if rows.is_empty() => {}
            Ok(Some(rows)) => last = rows,
            Err(error) => {
                let _ = db.execute_batch("ROLLBACK");
                return Err(error.to_string());
            }
        }
    }
}

/// Everything that is in the main database, as text.
fn dump(db: &Connection) -> String {
    let names: Vec<(String, String)> = db
        .prepare("SELECT name, coalesce(sql, '') FROM main.sqlite_master ORDER BY name")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut out = String::new();
    for (name, sql) in names {
        out += &format!("{name}: {sql}\n");
        if sql.starts_with("CREATE TABLE") {
            let mut statement = db
                .prepare(&format!("SELECT * FROM main.\"{}\" ORDER BY 1", name.replace('"', "\"\"")))
                .unwrap();
            let count = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<Value> = (0..count).map(|i| row.get(i).unwrap()).collect();
                out += &format!("  {values:?}\n");
            }
        }
    }
    out
}

fn kind(list: &[Script], kind: ScriptKind) -> Vec<&Script> {
    list.iter().filter(|script| script.kind == kind).collect()
}

fn load(db: &Connection, list: &[Script], rows: Option<u32>) {
    for script in list {
        if matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass) {
            let mut runs = 0;
            loop {
                if let Some(rows) = rows {
                    db.execute_batch(&format!(
                        "CREATE TEMP TABLE IF NOT EXISTS datamove_session (name TEXT PRIMARY KEY, value);
                        INSERT OR REPLACE INTO temp.datamove_session VALUES ('batch_rows', {rows})"
                    ))
                    .unwrap();
                }
                let progress =
                    run(db, &script.text).unwrap_or_else(|e| panic!("{}: {e}\n{}", script.path, script.text));
                runs += 1;
                assert!(runs < 50, "{} does not end", script.path);
                if progress.iter().all(|row| row[1] == Value::Text("done".to_owned())) {
                    break;
                }
            }
        } else if !matches!(script.kind, ScriptKind::Validate | ScriptKind::Rollback) {
            run(db, &script.text).unwrap_or_else(|e| panic!("{}: {e}\n{}", script.path, script.text));
        }
        if script.kind != ScriptKind::Rollback && script.kind != ScriptKind::Validate {
            run(db, &script.text).unwrap_or_else(|e| panic!("{} again: {e}", script.path));
        }
    }
}

fn validate(db: &Connection, list: &[Script]) -> Result<Vec<Vec<Value>>, String> {
    run(db, &kind(list, ScriptKind::Validate)[0].text)
}

#[test]
fn the_shop_moves_batch_by_batch_and_back() {
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    let before = dump(&db);
    let rollback = &kind(&list, ScriptKind::Rollback)[0].text;
    run(&db, rollback).unwrap();
    assert_eq!(dump(&db), before, "a rollback of nothing changes nothing");
    load(&db, &list, Some(2));
    let rows = validate(&db, &list).unwrap_or_else(|e| panic!("{e}"));
    assert!(rows.iter().all(|row| row[6] == Value::Text("pass".to_owned())), "{rows:#?}");
    let sum: f64 = db.query_row("SELECT sum(balance) FROM customer", [], |r| r.get(0)).unwrap();
    assert!((sum - 1_000_010.53).abs() < 1e-9, "{sum}");
    let id: String = db.query_row("SELECT id FROM customer WHERE legacy_id = 9", [], |r| r.get(0)).unwrap();
    let namespace = uuid::Uuid::parse_str(NAMESPACE).unwrap();
    assert_eq!(id, uuid::Uuid::new_v5(&namespace, b"9").to_string());
    let parent: i64 =
        db.query_row("SELECT parent_id FROM category WHERE name = 'child'", [], |r| r.get(0)).unwrap();
    assert_eq!(parent, 43, "the sequence goes on behind 41, in the order of the old keys");
    for fault in [
        "DELETE FROM \"order\" WHERE id = 10",
        "INSERT INTO \"order\" VALUES (99, NULL, 'more')",
        "UPDATE \"order\" SET note = NULL WHERE id = 11",
        "UPDATE \"order\" SET note = note || ' ' WHERE id = 10",
        "UPDATE customer SET balance = balance + 0.01 WHERE legacy_id = 3",
        "UPDATE customer SET name = CASE legacy_id WHEN 1 THEN 'Cy' ELSE 'Ann' END WHERE legacy_id IN (1, 3)",
        "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'category'",
        "UPDATE category SET parent_id = NULL WHERE name = 'child'",
    ] {
        db.execute_batch("SAVEPOINT fault").unwrap();
        db.execute_batch(fault).unwrap();
        // The script has a transaction of its own, so the savepoint becomes its frame.
        let text = kind(&list, ScriptKind::Validate)[0].text.replace("\nBEGIN;", "").replace("\nCOMMIT;", "");
        let error = run_in_savepoint(&db, &text);
        assert!(error.contains("DM0704"), "{fault}: {error}");
    }
    run(&db, rollback).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(dump(&db), before);
    run(&db, rollback).unwrap();
    assert_eq!(dump(&db), before);
}

fn run_in_savepoint(db: &Connection, text: &str) -> String {
    let text = text.replace(".bail on\n", "");
    let error = db.execute_batch(&text).err().map_or_else(String::new, |e| e.to_string());
    db.execute_batch("ROLLBACK TO fault; RELEASE fault").unwrap();
    error
}

#[test]
fn the_stock_shell_runs_the_same_scripts() {
    let shell = "/usr/bin/sqlite3";
    if !Path::new(shell).exists() {
        assert!(std::env::var_os("CI").is_none(), "the sqlite3 shell is needed in CI");
        println!("skipped: the stock shell, sqlite3 is not installed");
        return;
    }
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let sides = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    let before = dump(&sides.db);
    for script in &list {
        for _ in 0..2 {
            let attach = format!("ATTACH '{}' AS legacy", sides.folder.path().join("legacy.db").display());
            let mut child = Command::new(shell)
                .args(["-cmd", &attach])
                .arg(sides.folder.path().join("shop.db"))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.text.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && errors.is_empty(), "{}: {errors}", script.path);
        }
    }
    assert_eq!(dump(&sides.db), before);
}

fn table_rows(db: &Connection) -> i64 {
    let name = WEIRD.replace('"', "\"\"");
    db.query_row(&format!("SELECT count(*) FROM main.\"{name}\""), [], |row| row.get(0)).unwrap()
}

#[test]
fn rows_that_exist_are_kept_or_come_back() {
    for (conflict, rows) in [(Conflict::Skip, Some(1)), (Conflict::Update, Some(3)), (Conflict::Update, None)]
    {
        let list = scripts(&hard(Engine::Sqlite, conflict), FINGERPRINT);
        let source = format!("{};{}", hard_ddl(false, ""), hard_rows());
        let target = format!("{};{}", hard_ddl(true, ""), hard_existing());
        let Sides { folder: _folder, db } = sides(&source, &target);
        let before = dump(&db);
        load(&db, &list, rows);
        assert_eq!(table_rows(&db), 8);
        let results = validate(&db, &list).unwrap_or_else(|e| panic!("{conflict:?}: {e}"));
        assert!(results.iter().all(|row| row[6] == Value::Text("pass".to_owned())), "{results:#?}");
        let name = WEIRD.replace('"', "\"\"");
        let of_one = format!("SELECT v || more FROM main.\"{name}\" WHERE a = 'a' AND \"{name}\" = 1");
        let value: String = db.query_row(&of_one, [], |row| row.get(0)).unwrap();
        assert_eq!(value, if conflict == Conflict::Skip { "oldkept" } else { "newkept" }, "{conflict:?}");
        run(&db, &kind(&list, ScriptKind::Rollback)[0].text).unwrap();
        assert_eq!(dump(&db), before, "{conflict:?}");
    }
}

#[test]
fn tables_and_keys_that_must_not_be_there_are_refused() {
    for (conflict, code) in [(Conflict::MustBeEmpty, "DM0706"), (Conflict::Fail, "DM0707")] {
        let list = scripts(&hard(Engine::Sqlite, conflict), FINGERPRINT);
        let source = format!("{};{}", hard_ddl(false, ""), hard_rows());
        let target = format!("{};{}", hard_ddl(true, ""), hard_existing());
        let Sides { folder: _folder, db } = sides(&source, &target);
        let before = dump(&db);
        let error = run(&db, &kind(&list, ScriptKind::Prepare)[0].text).unwrap_err();
        assert!(error.contains(code), "{error}");
        assert_eq!(dump(&db), before, "nothing is left of a refused preparation");
    }
}

#[test]
fn a_batch_that_fails_in_the_middle_leaves_nothing_and_goes_on() {
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    run(&db, &kind(&list, ScriptKind::Prepare)[0].text).unwrap();
    let customer = list.iter().find(|script| script.path.ends_with("010_customer.sql")).unwrap();
    let cuts: Vec<_> = customer.text.match_indices(";\n").map(|(at, _)| at + 2).collect();
    let half = |db: &Connection| dump(db);
    for cut in cuts
        .iter()
        .filter(|cut| customer.text[..**cut].contains("BEGIN") && !customer.text[..**cut].contains("COMMIT"))
    {
        let before = half(&db);
        db.execute_batch(&customer.text[..*cut].replace(".bail on\n", "")).unwrap();
        db.execute_batch("ROLLBACK").unwrap();
        assert_eq!(half(&db), before);
    }
    load(&db, &list, Some(1));
    validate(&db, &list).unwrap();
}

#[test]
fn another_plan_does_not_continue() {
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    run(&db, &kind(&scripts(&shop(Engine::Sqlite), FINGERPRINT), ScriptKind::Prepare)[0].text).unwrap();
    for script in scripts(&shop(Engine::Sqlite), "dm1:other") {
        if !matches!(script.kind, ScriptKind::Preflight | ScriptKind::Validate) {
            let error = run(&db, &script.text).unwrap_err();
            assert!(error.contains("DM0702"), "{}: {error}", script.path);
        }
    }
}

#[test]
fn batches_use_the_key() {
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    run(&db, &kind(&list, ScriptKind::Prepare)[0].text).unwrap();
    let order = list.iter().find(|script| script.path.ends_with("020_order.sql")).unwrap();
    let head = order.text.split("BEGIN IMMEDIATE;").next().unwrap().replace(".bail on\n", "");
    db.execute_batch(&head).unwrap();
    let insert = &order.text[order.text.find("INSERT INTO \"main\".\"order\"").unwrap()..];
    let insert = &insert[..insert.find(';').unwrap()];
    let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {insert}")).unwrap();
    let plan: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    assert!(
        plan.iter().any(|line| line.contains("SEARCH o USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)")),
        "{plan:#?}"
    );
    assert!(plan.iter().any(|line| line.contains("SEARCH datamove_map USING")), "{plan:#?}");
}

#[test]
fn rows_that_cannot_be_moved_are_found_before_and_stop_the_batch() {
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let bad =
        "INSERT INTO customers VALUES (50, NULL, 'text', '?'); INSERT INTO orders VALUES (51, 777, '');";
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}{bad}"), TARGET_DDL);
    let error = run(&db, &list[0].text).unwrap_err();
    assert!(error.contains("DM0703"), "{error}");
    let counts: Vec<(String, i64)> = db
        .prepare("SELECT check_id, bad FROM temp.datamove_check WHERE bad > 0 ORDER BY ordinal")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let found: Vec<_> = counts.iter().map(|(id, bad)| (id.as_str(), *bad)).collect();
    assert_eq!(
        found,
        [("customer/cents/type", 1), ("customer/name/null", 1), ("order/customer_id/orphan", 1)]
    );
    run(&db, &list[1].text).unwrap();
    let before = dump(&db);
    let customer = list.iter().find(|script| script.path.ends_with("010_customer.sql")).unwrap();
    assert!(run(&db, &customer.text).unwrap_err().contains("DM0709"));
    assert_eq!(dump(&db), before);
}

#[test]
fn a_second_pass_leaves_the_rows_of_others() {
    for conflict in [Conflict::Skip, Conflict::Update] {
        let list = scripts(&tree(Engine::Sqlite, conflict), FINGERPRINT);
        let Sides { folder: _folder, db } = sides(TREE_SOURCE, &format!("{TREE}{TREE_ROWS}"));
        let before = dump(&db);
        load(&db, &list, Some(1));
        validate(&db, &list).unwrap_or_else(|e| panic!("{conflict:?}: {e}"));
        let sum = "SELECT group_concat(id || coalesce('<' || parent_id, '') || name, ' ') FROM (SELECT * FROM category ORDER BY id)";
        let rows: String = db.query_row(sum, [], |row| row.get(0)).unwrap();
        let wanted =
            if conflict == Conflict::Skip { "1<4a 2<9B 3<9c 4d 9other" } else { "1<4a 2<1b 3<2c 4d 9other" };
        assert_eq!(rows, wanted);
        run(&db, &kind(&list, ScriptKind::Rollback)[0].text).unwrap();
        assert_eq!(dump(&db), before, "{conflict:?}");
    }
}

#[test]
fn a_rollback_does_not_delete_rows_of_others() {
    let list = scripts(&shop(Engine::Sqlite), FINGERPRINT);
    let Sides { folder: _folder, db } = sides(&format!("{SOURCE_DDL}{SOURCE}"), TARGET_DDL);
    load(&db, &list, None);
    db.execute_batch("INSERT INTO category VALUES (99, NULL, 'of others')").unwrap();
    let error = run(&db, &kind(&list, ScriptKind::Rollback)[0].text).unwrap_err();
    assert!(error.contains("DM0705"), "{error}");
}

#[test]
fn what_an_engine_cannot_do_is_named() {
    for (engine, problems) in [(Engine::Sqlite, 2), (Engine::Postgres, 0)] {
        let mut plan = tree(engine, Conflict::Skip);
        let ty = datamove::schema::SqlType::Timestamp { zoned: true, precision: 6 };
        let zone = datamove::plan::ExprKind::InZone {
            expr: Box::new(col("g", "name", ty.clone())),
            zone: "Europe/Paris".to_owned(),
        };
        plan.moves[0].columns[2].value = expr(ty, zone);
        let wide = binary(
            datamove::plan::Operator::Add,
            col("g", "id", decimal(30, 2)),
            col("g", "id", INT),
            decimal(31, 2),
        );
        plan.moves[0].columns[1].value = wide;
        let found = datamove::dialect::check(&plan);
        assert_eq!(found.len(), problems, "{found:#?}");
    }
}
