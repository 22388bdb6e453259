//! Every script on PostgreSQL, through the stock client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]
#![expect(clippy::disallowed_methods, reason = "the environment names the server")]

mod plans_in_rust;

use std::process::{Command, Stdio};

use datamove::base::Engine;
use datamove::dialect::{Script, scripts};
use datamove::plan::*;
use plans_in_rust::*;

const DDL: &str = "
DROP SCHEMA IF EXISTS legacy CASCADE; DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS datamove_shop CASCADE;
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

/// A server to try on: connection words for psql. To be replaced by the test kit.
fn pg() -> Option<String> {
    let found = std::env::var("DATAMOVE_TEST_POSTGRES").ok();
    if found.is_none() {
        println!("skipped: DATAMOVE_TEST_POSTGRES does not name a server");
    }
    found
}

fn psql(server: &str, before: &str, text: &str) -> Result<String, String> {
    let mut child = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", server])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, format!("{before}\n{text}").as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && !errors.contains("WARNING") {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(errors)
    }
}

fn must(server: &str, before: &str, text: &str) -> String {
    psql(server, before, text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn kind(list: &[Script], kind: ScriptKind) -> &Script {
    list.iter().find(|script| script.kind == kind).unwrap()
}

/// What the target holds, with its sequences and the names of everything in the database.
fn dump(server: &str) -> String {
    must(server, "", "SELECT * FROM shop.customer ORDER BY 1; SELECT * FROM shop.\"order\" ORDER BY 1;
        SELECT * FROM shop.category ORDER BY 1; SELECT last_value, is_called FROM shop.category_id_seq;
        SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname NOT LIKE 'pg\\_t%' AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;")
}

#[test]
fn the_shop_moves_batch_by_batch_and_back() {
    let Some(server) = pg() else { return };
    let list = scripts(&shop(Engine::Postgres), FINGERPRINT);
    must(&server, "", &format!("{DDL}{SOURCE}"));
    let before = dump(&server);
    let rollback = &kind(&list, ScriptKind::Rollback).text;
    must(&server, "", rollback);
    assert_eq!(dump(&server), before, "a rollback of nothing changes nothing");
    for script in &list {
        match script.kind {
            ScriptKind::Rollback => {}
            ScriptKind::Backfill | ScriptKind::SecondPass => {
                // One batch of one row, then the rest, then nothing.
                must(&server, "SET datamove.batches = 1; SET datamove.batch_rows = 1;", &script.text);
                must(&server, "", &script.text);
                let done = must(&server, "", &script.text);
                assert!(done.contains("|done|"), "{}: {done}", script.path);
            }
            ScriptKind::Preflight | ScriptKind::Prepare | ScriptKind::Finish | ScriptKind::Validate => {
                must(&server, "", &script.text);
                must(&server, "", &script.text);
            }
        }
    }
    let rows = must(
        &server,
        "",
        "SELECT sum(balance) FROM shop.customer;
        SELECT id FROM shop.customer WHERE legacy_id = 9;
        SELECT parent_id FROM shop.category WHERE name = 'child'; SELECT nextval('shop.category_id_seq');",
    );
    let namespace = uuid::Uuid::parse_str(NAMESPACE).unwrap();
    let id = uuid::Uuid::new_v5(&namespace, b"9");
    assert_eq!(rows, format!("1000010.53\n{id}\n43\n45\n"));
    must(&server, "", "SELECT setval('shop.category_id_seq', 44)");
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
        let error = psql(&server, &format!("BEGIN; {fault};"), &text).err().unwrap_or_default();
        assert!(error.contains("DM0704"), "{fault}: {error}");
        must(&server, "", "SELECT setval('shop.category_id_seq', 44)");
    }
    let other = scripts(&shop(Engine::Postgres), "dm1:other");
    let error = psql(&server, "", &kind(&other, ScriptKind::Backfill).text).unwrap_err();
    assert!(error.contains("DM0702"), "{error}");
    must(&server, "", rollback);
    assert_eq!(dump(&server), before);
    must(&server, "", rollback);
    assert_eq!(dump(&server), before);
}

#[test]
fn rows_that_exist_are_kept_or_come_back() {
    let Some(server) = pg() else { return };
    let server = server.replace("dbname=postgres", "dbname=template1");
    for conflict in [Conflict::Skip, Conflict::Update] {
        let list = scripts(&hard(Engine::Postgres, conflict), FINGERPRINT);
        must(&server, "", &format!(
            "DROP SCHEMA IF EXISTS legacy CASCADE; DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS datamove_shop CASCADE;
             CREATE SCHEMA legacy; CREATE SCHEMA shop; SET search_path = shop; {} {} SET search_path = legacy; {} {}",
            hard_ddl(true, ""), hard_existing(), hard_ddl(false, ""), hard_rows()));
        let name = WEIRD.replace('"', "\"\"");
        let dump = || {
            must(
                &server,
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
                must(&server, "SET datamove.batch_rows = 3;", &script.text);
            }
            if script.kind == ScriptKind::Validate {
                let after = dump();
                assert_eq!(after.contains("|old|kept"), conflict == Conflict::Skip, "{after}");
            }
        }
        assert_eq!(dump(), before, "{conflict:?}");
    }
    for (conflict, code) in [(Conflict::MustBeEmpty, "DM0706"), (Conflict::Fail, "DM0707")] {
        let list = scripts(&hard(Engine::Postgres, conflict), FINGERPRINT);
        let error = psql(&server, "", &kind(&list, ScriptKind::Prepare).text).unwrap_err();
        assert!(error.contains(code), "{error}");
    }
}

#[test]
fn two_runners_share_the_work_and_lookups_fail_loudly() {
    let Some(server) = pg() else { return };
    let server = server.replace("dbname=postgres", "dbname=template1");
    // The other test of this database rolls back last; an own schema keeps them apart.
    let own = |text: &str| {
        text.replace("datamove_shop", "datamove_two")
            .replace("\"shop\"", "\"two\"")
            .replace("shop.", "two.")
            .replace("SCHEMA IF EXISTS shop", "SCHEMA IF EXISTS two")
            .replace("SCHEMA shop", "SCHEMA two")
            .replace("= shop", "= two")
            .replace("legacy", "old")
    };
    let list = scripts(&shop(Engine::Postgres), FINGERPRINT);
    let bad = "INSERT INTO orders VALUES (51, 7777, 'no such customer');";
    must(
        &server,
        "",
        &own(&format!(
            "{DDL}{SOURCE}{bad}
        INSERT INTO customers SELECT i, 'n' || i, i, 'A' FROM generate_series(100, 1099) i;"
        )),
    );
    let error = psql(&server, "", &own(&list[0].text)).unwrap_err();
    assert!(error.contains("DM0703"), "{error}");
    must(&server, "", &own(&list[1].text));
    let customer = list.iter().find(|script| script.path.ends_with("010_customer.sql")).unwrap();
    let text = own(&customer.text);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| must(&server, "SET datamove.batch_rows = 10;", &text));
        }
    });
    let rows = must(
        &server,
        "",
        "SELECT count(*) FROM two.customer; SELECT rows_written FROM datamove_two.step WHERE step = 'customer'",
    );
    assert_eq!(rows, "1005\n1005\n");
    let order = list.iter().find(|script| script.path.ends_with("020_order.sql")).unwrap();
    let error = psql(&server, "", &own(&order.text)).unwrap_err();
    assert!(error.contains("DM0709"), "{error}");
    must(&server, "", &own(&kind(&list, ScriptKind::Rollback).text));
}

#[test]
fn a_second_pass_leaves_the_rows_of_others() {
    let Some(server) = pg() else { return };
    // A schema of its own: the tests of one server run side by side.
    let own = |text: &str| {
        text.replace("datamove_shop", "datamove_tree")
            .replace("\"shop\"", "\"tree\"")
            .replace("\"legacy\"", "\"trees\"")
    };
    for conflict in [Conflict::Skip, Conflict::Update] {
        let list = scripts(&tree(Engine::Postgres, conflict), FINGERPRINT);
        must(
            &server,
            "",
            &format!(
                "DROP SCHEMA IF EXISTS tree CASCADE; DROP SCHEMA IF EXISTS trees CASCADE;
            DROP SCHEMA IF EXISTS datamove_tree CASCADE; CREATE SCHEMA tree; CREATE SCHEMA trees;
            SET search_path = tree; {TREE} {TREE_ROWS} SET search_path = trees; {TREE_SOURCE}"
            ),
        );
        let dump = || {
            must(
                &server,
                "",
                "SELECT string_agg(concat(id, '<' || parent_id, name), ' ' ORDER BY id) FROM tree.category",
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
            must(&server, "SET datamove.batch_rows = 1;", &own(&script.text));
        }
        assert_eq!(dump(), before, "{conflict:?}");
    }
}
