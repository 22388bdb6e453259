//! Every script on PostgreSQL, through the stock client.

use datamove::base::Engine;
use datamove::dialect::{Script, scripts};
use datamove::plan::*;

use crate::plans_in_rust::*;
use crate::testkit::{Database, Postgres};

const DDL: &str = "
CREATE SCHEMA legacy; CREATE SCHEMA shop;
SET search_path = legacy;
CREATE TABLE customers (id bigint PRIMARY KEY, name text, cents bigint, status text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint, name text);
SET search_path = shop;
CREATE TABLE customer (id uuid PRIMARY KEY, legacy_id bigint, name text NOT NULL, balance numeric(12,2), status text);
CREATE TABLE \"order\" (id bigint PRIMARY KEY, customer_id uuid REFERENCES customer (id), note text);
CREATE TABLE category (id bigserial PRIMARY KEY, parent_id bigint REFERENCES category (id), name text);
SELECT setval('shop.category_id_seq', 41);
SET search_path = legacy;
";

/// Bare rows of what `text` selects; `before` is said in the same session.
fn psql(db: &Database, before: &str, text: &str) -> Result<String, String> {
    let bare = "\\pset format unaligned\n\\pset tuples_only on\n";
    let output = db.psql(&format!("{bare}{before}\n{text}"));
    if output.success && !output.stderr.contains("WARNING") { Ok(output.stdout) } else { Err(output.stderr) }
}

fn must(db: &Database, before: &str, text: &str) -> String {
    psql(db, before, text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn kind(list: &[Script], kind: ScriptKind) -> &Script {
    list.iter().find(|script| script.kind == kind).unwrap()
}

/// What the target holds, with its sequences and the names of everything in the database.
fn dump(db: &Database) -> String {
    must(db, "", "SELECT * FROM shop.customer ORDER BY 1; SELECT * FROM shop.\"order\" ORDER BY 1;
        SELECT * FROM shop.category ORDER BY 1; SELECT last_value, is_called FROM shop.category_id_seq;
        SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname NOT LIKE 'pg\\_t%' AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;")
}

#[test]
fn the_shop_moves_batch_by_batch_and_back() {
    let server = or_skip!("the shop on PostgreSQL", Postgres::get());
    let db = server.database("shop");
    let list = scripts(&shop(Engine::Postgres), FINGERPRINT);
    must(&db, "", &format!("{DDL}{SOURCE}"));
    let before = dump(&db);
    let rollback = &kind(&list, ScriptKind::Rollback).text;
    must(&db, "", rollback);
    assert_eq!(dump(&db), before, "a rollback of nothing changes nothing");
    for script in &list {
        match script.kind {
            ScriptKind::Rollback
            | ScriptKind::CatchUpBegin
            | ScriptKind::CatchUp
            | ScriptKind::CatchUpEnd => {}
            ScriptKind::Backfill | ScriptKind::SecondPass => {
                // One batch of one row, then the rest, then nothing.
                must(&db, "SET datamove.batches = 1; SET datamove.batch_rows = 1;", &script.text);
                must(&db, "", &script.text);
                let done = must(&db, "", &script.text);
                assert!(done.contains("|done|"), "{}: {done}", script.path);
            }
            ScriptKind::Source
            | ScriptKind::Link
            | ScriptKind::Send
            | ScriptKind::Stage
            | ScriptKind::Staged
            | ScriptKind::Preflight
            | ScriptKind::Prepare
            | ScriptKind::Constraints
            | ScriptKind::Finish
            | ScriptKind::Redrive
            | ScriptKind::Validate
            | ScriptKind::Reconcile => {
                must(&db, "", &script.text);
                must(&db, "", &script.text);
            }
        }
    }
    let rows = must(
        &db,
        "",
        "SELECT sum(balance) FROM shop.customer;
        SELECT id FROM shop.customer WHERE legacy_id = 9;
        SELECT parent_id FROM shop.category WHERE name = 'child'; SELECT nextval('shop.category_id_seq');",
    );
    let namespace = uuid::Uuid::parse_str(NAMESPACE).unwrap();
    let id = uuid::Uuid::new_v5(&namespace, b"9");
    assert_eq!(rows, format!("1000010.53\n{id}\n43\n45\n"));
    must(&db, "", "SELECT setval('shop.category_id_seq', 44)");
    let validate = &kind(&list, ScriptKind::Validate).text;
    for fault in [
        "DELETE FROM shop.\"order\" WHERE id = 10",
        "INSERT INTO shop.\"order\" VALUES (99, NULL, 'more')",
        "UPDATE shop.\"order\" SET note = NULL WHERE id = 11",
        "UPDATE shop.\"order\" SET note = note || ' ' WHERE id = 10",
        "UPDATE shop.customer SET balance = balance + 0.01 WHERE legacy_id = 3",
        "UPDATE shop.customer SET name = CASE legacy_id WHEN 1 THEN 'Cy' ELSE 'Ann' END WHERE legacy_id IN (1, 3)",
        "SELECT setval('shop.category_id_seq', 1)",
        "UPDATE shop.category SET parent_id = NULL WHERE name = 'child'",
    ] {
        let text = validate.replace("BEGIN ISOLATION LEVEL REPEATABLE READ;", "").replace("\nCOMMIT;", "");
        let error = psql(&db, &format!("BEGIN; {fault};"), &text).err().unwrap_or_default();
        assert!(error.contains("DM0704"), "{fault}: {error}");
        must(&db, "", "SELECT setval('shop.category_id_seq', 44)");
    }
    let other = scripts(&shop(Engine::Postgres), "dm1:other");
    let error = psql(&db, "", &kind(&other, ScriptKind::Backfill).text).unwrap_err();
    assert!(error.contains("DM0702"), "{error}");
    must(&db, "", rollback);
    assert_eq!(dump(&db), before);
    must(&db, "", rollback);
    assert_eq!(dump(&db), before);
}

#[test]
fn rows_that_exist_are_kept_or_come_back() {
    let server = or_skip!("rows that exist on PostgreSQL", Postgres::get());
    for conflict in [Conflict::Skip, Conflict::Update] {
        let db = server.database("hard");
        let list = scripts(&hard(Engine::Postgres, conflict), FINGERPRINT);
        must(
            &db,
            "",
            &format!(
                "CREATE SCHEMA legacy; CREATE SCHEMA shop; SET search_path = shop; {} {} SET search_path = legacy; {} {}",
                hard_ddl(true, ""),
                hard_existing(),
                hard_ddl(false, ""),
                hard_rows()
            ),
        );
        let name = WEIRD.replace('"', "\"\"");
        let dump = || {
            must(
                &db,
                "",
                &format!(
                    "SELECT * FROM shop.\"{name}\" ORDER BY 1, 2; SELECT * FROM shop.tag ORDER BY 1;
            SELECT * FROM shop.log ORDER BY 1; SELECT * FROM shop.lefts; SELECT * FROM shop.rights;"
                ),
            )
        };
        let before = dump();
        for script in &list {
            for _ in 0..if script.kind == ScriptKind::Rollback { 1 } else { 2 } {
                must(&db, "SET datamove.batch_rows = 3;", &script.text);
            }
            if script.kind == ScriptKind::Validate {
                let after = dump();
                assert_eq!(after.contains("|old|kept"), conflict == Conflict::Skip, "{after}");
            }
        }
        assert_eq!(dump(), before, "{conflict:?}");
    }
    for (conflict, code) in [(Conflict::MustBeEmpty, "DM0706"), (Conflict::Fail, "DM0707")] {
        let db = server.database("refused");
        let hostile = format!(
            "CREATE SCHEMA legacy; CREATE SCHEMA shop; SET search_path = shop; {} {} SET search_path = legacy; {} {}",
            hard_ddl(true, ""),
            hard_existing(),
            hard_ddl(false, ""),
            hard_rows()
        );
        must(&db, "", &hostile);
        let list = scripts(&hard(Engine::Postgres, conflict), FINGERPRINT);
        let error = psql(&db, "", &kind(&list, ScriptKind::Prepare).text).unwrap_err();
        assert!(error.contains(code), "{error}");
    }
}

#[test]
fn two_runners_share_the_work_and_lookups_fail_loudly() {
    let server = or_skip!("two runners on PostgreSQL", Postgres::get());
    let db = server.database("two");
    let list = scripts(&shop(Engine::Postgres), FINGERPRINT);
    let bad = "INSERT INTO orders VALUES (51, 7777, 'no such customer');";
    must(
        &db,
        "",
        &format!(
            "{DDL}{SOURCE}{bad}
        INSERT INTO customers SELECT i, 'n' || i, i, 'A' FROM generate_series(100, 1099) i;"
        ),
    );
    let error = psql(&db, "", &list[0].text).unwrap_err();
    assert!(error.contains("DM0703"), "{error}");
    must(&db, "", &list[1].text);
    let customer = list.iter().find(|script| script.path.ends_with("010_customer.sql")).unwrap();
    let text = customer.text.clone();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| must(&db, "SET datamove.batch_rows = 10;", &text));
        }
    });
    let rows = must(
        &db,
        "",
        "SELECT count(*) FROM shop.customer; SELECT rows_written FROM datamove_shop.step WHERE step = 'customer'",
    );
    assert_eq!(rows, "1005\n1005\n");
    let order = list.iter().find(|script| script.path.ends_with("020_order.sql")).unwrap();
    let error = psql(&db, "", &order.text).unwrap_err();
    assert!(error.contains("DM0709"), "{error}");
    must(&db, "", &kind(&list, ScriptKind::Rollback).text);
}

#[test]
fn a_second_pass_leaves_the_rows_of_others() {
    let server = or_skip!("second passes on PostgreSQL", Postgres::get());
    for conflict in [Conflict::Skip, Conflict::Update] {
        let db = server.database("tree");
        let list = scripts(&tree(Engine::Postgres, conflict), FINGERPRINT);
        must(
            &db,
            "",
            &format!(
                "CREATE SCHEMA shop; CREATE SCHEMA legacy;
            SET search_path = shop; {TREE} {TREE_ROWS} SET search_path = legacy; {TREE_SOURCE}"
            ),
        );
        let dump = || {
            must(
                &db,
                "",
                "SELECT string_agg(concat(id, '<' || parent_id, name), ' ' ORDER BY id) FROM shop.category",
            )
        };
        let before = dump();
        for script in &list {
            if script.kind == ScriptKind::Rollback {
                let wanted = if conflict == Conflict::Skip {
                    "1<4a 2<9B 3<9c 4d 9other"
                } else {
                    "1<4a 2<1b 3<2c 4d 9other"
                };
                assert_eq!(dump().trim(), wanted);
            }
            must(&db, "SET datamove.batch_rows = 1;", &script.text);
        }
        assert_eq!(dump(), before, "{conflict:?}");
    }
}
