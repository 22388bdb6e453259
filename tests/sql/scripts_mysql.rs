//! Every script on MariaDB, through the stock client, as an ordinary user.

use datamove::base::Engine;
use datamove::dialect::{Script, scripts};
use datamove::plan::*;

use crate::bench::{Bench, of_kind};
use crate::plans_in_rust::*;

const LEGACY: &str = "
CREATE TABLE customers (id bigint PRIMARY KEY, name text, cents bigint, status varchar(9) CHARACTER SET latin1);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint, name text);
";
const SHOP: &str = "
CREATE TABLE customer (id uuid PRIMARY KEY, legacy_id bigint, name text NOT NULL, balance decimal(12,2), status text);
CREATE TABLE \"order\" (id bigint PRIMARY KEY, customer_id uuid, note text, CONSTRAINT order_customer FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE category (id bigint AUTO_INCREMENT PRIMARY KEY, parent_id bigint, name text, FOREIGN KEY (parent_id) REFERENCES category (id)) AUTO_INCREMENT = 42;
";

fn rows(bench: &Bench, query: &str) -> String {
    let rows = bench.query(query);
    rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join(" ")
}

fn shop_bench(more: &str) -> Result<(Bench, Vec<Script>), String> {
    let bench = Bench::mysql()?;
    bench.source(&format!("{LEGACY}{SOURCE}{more}"));
    bench.target(SHOP);
    Ok((bench, scripts(&shop(Engine::Mysql), FINGERPRINT)))
}

#[test]
fn the_shop_moves_batch_by_batch_and_back() {
    let (bench, list) = or_skip!("the shop on MariaDB", shop_bench(""));
    let before = bench.dump();
    bench.roll_back_to(&list, &before);
    for script in list.iter().filter(|script| script.kind != ScriptKind::Rollback) {
        if matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass) {
            // One batch of one row, then the rest, then nothing.
            bench.run(script, &[("batches", 1), ("batch_rows", 1)]).ok(&script.path);
        }
        for _ in 0..2 {
            let ran = bench.run(script, &[]).ok(&script.path);
            let backfill = matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass);
            assert!(!backfill || ran.iter().all(|row| row[1] == "done"), "{}: {ran:?}", script.path);
        }
    }
    let namespace = uuid::Uuid::parse_str(NAMESPACE).unwrap();
    let id = uuid::Uuid::new_v5(&namespace, b"9");
    assert_eq!(rows(&bench, "SELECT sum(balance) FROM customer"), "1000010.53");
    assert_eq!(rows(&bench, "SELECT id FROM customer WHERE legacy_id = 9"), id.to_string());
    assert_eq!(rows(&bench, "SELECT parent_id FROM category WHERE name = 'child'"), "43");
    assert_eq!(
        rows(&bench, "SELECT auto_increment FROM information_schema.tables WHERE table_name = 'category'"),
        "45"
    );
    let validate = of_kind(&list, ScriptKind::Validate);
    for fault in [
        "DELETE FROM \"order\" WHERE id = 10",
        "INSERT INTO \"order\" VALUES (99, NULL, 'more')",
        "UPDATE \"order\" SET note = NULL WHERE id = 11",
        "UPDATE \"order\" SET note = note || ' ' WHERE id = 10",
        "UPDATE \"order\" SET note = 'FIRST' WHERE id = 10",
        "UPDATE customer SET balance = balance + 0.01 WHERE legacy_id = 3",
        "UPDATE customer SET name = CASE legacy_id WHEN 1 THEN 'Cy' ELSE 'Ann' END WHERE legacy_id IN (1, 3)",
        "UPDATE category SET parent_id = NULL WHERE name = 'child'",
    ] {
        let text = validate
            .text
            .replace("START TRANSACTION WITH CONSISTENT SNAPSHOT;", &format!("START TRANSACTION; {fault};"));
        let text = text.replace("\nCOMMIT;", "");
        let error = bench.run(&Script { text, ..validate.clone() }, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0704"), "{fault}: {error}");
    }
    bench.run(validate, &[]).ok("nothing of it stayed");
    let other = scripts(&shop(Engine::Mysql), "dm1:other");
    let error = bench.run(of_kind(&other, ScriptKind::Backfill), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0702"), "{error}");
    bench.roll_back_to(&list, &before);
}

#[test]
fn batches_read_their_key_by_range_only() {
    let bench = or_skip!("batches by index on MariaDB", Bench::mysql());
    let ddl = "CREATE TABLE points (a integer NOT NULL, b integer NOT NULL, v varchar(20), PRIMARY KEY (a, b), KEY v (v))";
    let moves = "move legacy.points p -> shop.point {
  batch 100 rows by p.a, p.b
  key a <- p.a
  key b <- p.b
  v <- p.v
}";
    let target = ddl.replace("points", "point");
    let list = crate::compile::compile(Engine::Mysql, moves, ddl, &target, "").unwrap();
    bench.target(&target);
    bench.source(&format!(
        "{ddl}; INSERT INTO points SELECT seq % 7, seq, 'x' FROM seq_1_to_20000; ANALYZE TABLE points"
    ));
    for script in &list[..2] {
        bench.run(script, &[]).ok(&script.path);
    }
    let script = of_kind(&list, ScriptKind::Backfill);
    let reads = |script: &Script| {
        let status = "SELECT 'reads', sum(variable_value) FROM information_schema.session_status WHERE variable_name LIKE 'Handler_read%'";
        let text = format!("{}\n{status};", script.text);
        let ran = bench.run(&Script { text, ..script.clone() }, &[("batches", 5)]).ok("five batches");
        let row = ran.iter().find(|row| row[0] == "reads").unwrap();
        row[1].parse::<f64>().unwrap()
    };
    // Five batches of a hundred rows read some keys twice; the table has forty times as many.
    let found = reads(script);
    assert!(found < 4000.0, "{found} reads");
    // Through another index each bound would read the whole table.
    let text = script.text.replace("FORCE INDEX (\"PRIMARY\")", "FORCE INDEX (\"v\")");
    assert_ne!(text, script.text);
    let other = reads(&Script { text, ..script.clone() });
    assert!(other > 20_000.0, "{other} reads");
    bench.load(&list, 1000);
    assert_eq!(rows(&bench, "SELECT count(*), sum(b) FROM point"), "20000|200010000");
}

#[test]
fn a_rollback_that_was_cut_off_goes_on_and_nothing_else_does() {
    let (bench, list) = or_skip!("a rollback in two parts on MariaDB", shop_bench(""));
    let before = bench.dump();
    bench.load(&list, 2);
    let rollback = of_kind(&list, ScriptKind::Rollback);
    // The rows are back, and what commits by itself is still to come.
    let (text, _) = rollback.text.split_once("DROP DATABASE").unwrap();
    bench.run(&Script { text: text.to_owned(), ..rollback.clone() }, &[]).ok("half a rollback");
    assert_eq!(rows(&bench, "SELECT count(*) FROM customer"), "0");
    for script in
        list.iter().filter(|script| !matches!(script.kind, ScriptKind::Preflight | ScriptKind::Rollback))
    {
        let error = bench.run(script, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0711") && error.contains("90_rollback"), "{}: {error}", script.path);
    }
    bench.roll_back_to(&list, &before);
}

#[test]
fn lookups_fail_loudly_and_leave_the_batch_unwritten() {
    let bad = "INSERT INTO orders VALUES (51, 7777, 'no such customer');";
    let (bench, list) = or_skip!("a lookup that fails on MariaDB", shop_bench(bad));
    let error = bench.run(&list[0], &[]).error.unwrap_or_default();
    assert!(error.contains("DM0703"), "{error}");
    bench.run(&list[1], &[]).ok("prepare");
    let of = |name: &str| list.iter().find(|script| script.path.ends_with(name)).unwrap();
    bench.run(of("010_customer.sql"), &[]).ok("customers");
    let error = bench.run(of("020_order.sql"), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0709"), "{error}");
    // Batches of two, of which the third holds the bad one; one row is left out by the filter.
    assert_eq!(rows(&bench, "SELECT count(*) FROM \"order\""), "3");
    assert_eq!(rows(&bench, "SELECT rows_written FROM datamove_shop.step WHERE step = 'order'"), "3");
    bench.run(of_kind(&list, ScriptKind::Rollback), &[]).ok("the rollback");
}

#[test]
fn a_target_that_others_wrote_is_not_emptied() {
    let (bench, list) = or_skip!("rows of others on MariaDB", shop_bench(""));
    bench.load(&list, 2);
    bench.target("INSERT INTO \"order\" VALUES (99, NULL, 'of others')");
    let error = bench.run(of_kind(&list, ScriptKind::Rollback), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0705"), "{error}");
    assert_eq!(rows(&bench, "SELECT count(*) FROM customer"), "5");
}

#[test]
fn an_index_serves_where_a_text_is_compared_with_a_literal() {
    let bench = or_skip!("text by index on MariaDB", Bench::mysql());
    let ddl = "CREATE TABLE words (id integer PRIMARY KEY, v varchar(20), w varchar(20), KEY v (v))";
    let moves = |column: &str| {
        format!(
            "move legacy.words w -> shop.word {{\n  batch whole\n  where w.{column} = 'Rare'\n  key id <- w.id\n  v <- w.v\n  w <- w.w\n}}"
        )
    };
    let target = "CREATE TABLE word (id integer PRIMARY KEY, v varchar(20), w varchar(20))";
    bench.target(target);
    bench.source(&format!(
        "{ddl}; INSERT INTO words SELECT seq, if(seq = 77, 'Rare', if(seq < 5, 'rare ', concat('x', seq))), 'Rare' FROM seq_1_to_5000; ANALYZE TABLE words"
    ));
    let status = "SELECT 'reads', sum(variable_value) FROM information_schema.session_status WHERE variable_name LIKE 'Handler_read%'";
    let reads = |column: &str| {
        let list = crate::compile::compile(Engine::Mysql, &moves(column), ddl, target, "");
        let list = list.unwrap_or_else(|findings| panic!("{findings}"));
        bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
        let script = of_kind(&list, ScriptKind::Backfill);
        let ran = bench
            .run(&Script { text: format!("{}\n{status};", script.text), ..script.clone() }, &[])
            .ok("backfill");
        let found = ran.iter().find(|row| row[0] == "reads").unwrap()[1].parse::<f64>().unwrap();
        let moved = rows(&bench, "SELECT id FROM word WHERE id < 100");
        bench.run(of_kind(&list, ScriptKind::Rollback), &[]).ok("rollback");
        (found, moved)
    };
    let (by_index, moved) = reads("v");
    assert_eq!(moved, "77", "the case and the space count");
    assert!(by_index < 200.0, "{by_index}");
    assert!(reads("w").0 > 4000.0);
}

#[test]
fn a_batch_that_fails_lets_go_of_the_plan() {
    let (bench, list) = or_skip!("a lock after a failure", shop_bench(""));
    bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
    let Bench::Mysql { server } = &bench else { unreachable!() };
    let script = of_kind(&list, ScriptKind::Backfill);
    let called = script.text.find("CALL ").unwrap();
    let end = called + script.text[called..].find('\n').unwrap();
    let ledger = rows(
        &bench,
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'datamove%'",
    );
    // The session goes on behind the error and is asked whether anybody holds the lock.
    let free = |before: &str| {
        let text = format!("{before}\n{}\nSELECT 'free', IS_FREE_LOCK('{ledger}');", &script.text[..end]);
        let mut command = server.client("mariadb");
        command.args(["--force", "--batch", "--skip-column-names"]);
        let output = crate::testkit::Output::of(command, &text);
        format!("{}{}", output.stdout, output.stderr)
    };
    assert!(free("").contains("free\t0"), "a script that works holds it to its end");
    let run = of_kind(&list, ScriptKind::Rollback);
    bench.run(run, &[]).ok("rollback");
    bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
    bench.target("ALTER TABLE customer ADD CONSTRAINT never CHECK (legacy_id IS NULL); ALTER TABLE category ADD CONSTRAINT none CHECK (name IS NULL)");
    assert!(free("").contains("free\t1"), "one that fails does not: {}", free(""));
}
