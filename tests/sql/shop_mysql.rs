//! The shop's plan on MariaDB, from its texts to rows and back, by the stock client as an ordinary user.

use std::process::Stdio;
use std::time::Duration;

use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, as_mysql_mover, of_kind};
use crate::shop_postgres::scripts_of;
use crate::testkit::Mariadb;

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_mysql.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop_mysql.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

/// The shop's rows; the type of a naive time with a fraction is called otherwise here.
fn data() -> String {
    format!("SET max_recursive_iterations = 10000;\n{}", DATA.replace("TIMESTAMP", "DATETIME(6)"))
}

fn bench() -> Result<Bench, String> {
    let bench = Bench::mysql()?;
    bench.source(&format!("{LEGACY}{}", data()));
    bench.target(SHOP);
    Ok(bench)
}

fn server(bench: &Bench) -> &Mariadb {
    match bench {
        Bench::Mysql { server } => server,
        Bench::Sqlite { .. } | Bench::Postgres { .. } => unreachable!(),
    }
}

fn prepared(bench: &Bench, list: &[Script]) {
    for kind in [ScriptKind::Preflight, ScriptKind::Prepare] {
        bench.run(of_kind(list, kind), &[]).ok("to begin");
    }
}

/// Both give times with as many digits as they need.
fn short(rows: crate::shop::Rows) -> crate::shop::Rows {
    let short = |text: String| match text.split_once('.') {
        Some((whole, fraction)) if fraction.len() == 6 && whole.len() == 19 => {
            format!("{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text,
    };
    rows.into_iter()
        .map(|(table, rows)| {
            (table, rows.into_iter().map(|row| row.into_iter().map(short).collect()).collect())
        })
        .collect()
}

#[track_caller]
fn same_as_sqlite(bench: &Bench) {
    let found = short(crate::shop::rows(bench));
    for ((table, found), (_, wanted)) in found.iter().zip(&crate::shop::moved_on_sqlite()) {
        assert!(!found.is_empty(), "{table} has rows");
        let apart = found.iter().zip(wanted).find(|(a, b)| a != b);
        assert_eq!(found.len(), wanted.len(), "{table}");
        assert_eq!(apart, None, "{table}: MariaDB and SQLite differ");
    }
}

#[test]
fn the_shop_moves_and_comes_back() {
    let bench = or_skip!("the shop's plan on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    let before = bench.dump();
    bench.roll_back_to(&list, &before);
    for script in list.iter().filter(|script| script.kind != ScriptKind::Rollback) {
        for _ in 0..2 {
            bench.run(script, &[]).ok(&script.path);
        }
    }
    same_as_sqlite(&bench);
    let next = "SELECT auto_increment > (SELECT max(id) FROM product) FROM information_schema.tables \
                WHERE table_schema = 'shop' AND table_name = 'product'";
    assert_eq!(bench.query(next), [["1"]]);
    bench.roll_back_to(&list, &before);
}

#[test]
fn a_load_that_was_stopped_half_way_goes_back_or_on() {
    let bench = or_skip!("the shop half way on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    let before = bench.dump();
    let backfills: Vec<_> = list.iter().filter(|script| script.kind == ScriptKind::Backfill).collect();
    for stop in 0..backfills.len() {
        prepared(&bench, &list);
        for script in &backfills[..stop] {
            bench.run(script, &[]).ok(&script.path);
        }
        bench.run(backfills[stop], &[("batch_rows", 50), ("batches", 3)]).ok(&backfills[stop].path);
        bench.roll_back_to(&list, &before);
    }
    // The second pass half way.
    prepared(&bench, &list);
    for script in &backfills {
        bench.run(script, &[]).ok(&script.path);
    }
    let second = of_kind(&list, ScriptKind::SecondPass);
    bench.run(second, &[("batch_rows", 50), ("batches", 2)]).ok(&second.path);
    let filled = bench.query("SELECT count(*) FROM customer WHERE referred_by IS NOT NULL");
    assert!(filled[0][0].parse::<u32>().unwrap() > 0, "{filled:?}");
    bench.roll_back_to(&list, &before);
}

#[test]
fn a_connection_that_dies_loses_only_its_batch() {
    let bench = or_skip!("a killed connection of MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    let before = bench.dump();
    prepared(&bench, &list);
    let mut killed = 0;
    for script in
        list.iter().filter(|script| matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass))
    {
        if script.path.contains("customer") || script.path.contains("order_line") {
            killed += usize::from(killed_while_running(server(&bench), script));
            let apart = "SELECT count(*) FROM datamove_shop_v2.step WHERE rows_read <> rows_written + rows_skipped + rows_rejected";
            assert_eq!(bench.query(apart), [["0"]]);
        }
        bench.run(script, &[]).ok(&script.path);
    }
    assert!(killed >= 2, "{killed} scripts were killed in their middle");
    bench.run(of_kind(&list, ScriptKind::Constraints), &[]).ok("constraints");
    bench.run(of_kind(&list, ScriptKind::Finish), &[]).ok("finish");
    bench.run(of_kind(&list, ScriptKind::Validate), &[]).ok("validate");
    same_as_sqlite(&bench);
    bench.roll_back_to(&list, &before);
}

/// Ends the script's connection once it has committed batches; true if it was in the middle then.
fn killed_while_running(server: &Mariadb, script: &Script) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.sql");
    std::fs::write(&path, &script.text).unwrap();
    let mut command = server.client("mariadb");
    command.args(["-u", "mover", "--init-command=SET @datamove_batch_rows = 1"]);
    command.stdin(std::fs::File::open(&path).unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let step = &script.steps[0];
    let state = |what: &str| {
        server.query("", &format!("SELECT {what} FROM datamove_shop_v2.step WHERE step = '{step}'"))
    };
    while state("batches > 5") == [["0"]] && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let victims = server.query("", "SELECT id FROM information_schema.processlist WHERE user = 'mover'");
    for victim in victims.iter().flatten() {
        // It may have ended by itself.
        let _ = server.mysql("", &format!("KILL {victim}"));
    }
    let died = !child.wait().unwrap().success();
    died && state("state") == [["running"]]
}

#[test]
fn an_edited_plan_continues_nothing() {
    let bench = or_skip!("an edited plan on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    prepared(&bench, &list);
    let before = bench.dump();
    let print = list[0].text.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    let edited = print.replace("dm1:", "dm1:0");
    for script in &list {
        if matches!(script.kind, ScriptKind::Preflight | ScriptKind::Validate) {
            continue;
        }
        let other = Script { text: script.text.replace(&print, &edited), ..script.clone() };
        let error = bench.run(&other, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0702"), "{}: {error}", script.path);
    }
    assert_eq!(bench.dump(), before);
}

#[test]
fn nothing_runs_before_it_is_prepared() {
    let bench = or_skip!("the shop without a ledger on MariaDB", bench());
    let before = bench.dump();
    for script in scripts_of("shop_mysql.plan") {
        if matches!(script.kind, ScriptKind::Preflight | ScriptKind::Prepare | ScriptKind::Rollback) {
            continue;
        }
        let error = bench.run(&script, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0711"), "{}: {error}", script.path);
    }
    assert_eq!(bench.dump(), before);
}

#[test]
fn preflight_names_every_fault_and_writes_nothing() {
    let bench = or_skip!("the shop's preflight on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    for (fault, wanted) in crate::shop::SOURCE_FAULTS {
        // The source trusted its own constraints; here they are gone, and the rows show it.
        bench.source(&format!("ALTER TABLE customers DROP INDEX IF EXISTS customers_email_key; {fault}"));
        let data = bench.dump();
        let ran = bench.run(of_kind(&list, ScriptKind::Preflight), &[]);
        crate::shop::expect(&ran, "DM0703", fault, wanted);
        assert_eq!(bench.dump(), data, "{fault}: preflight writes nothing");
        let tables = ["countries", "products", "customers", "orders", "order_lines"];
        let restore: String = tables.map(|table| format!("TRUNCATE {table}; ")).concat();
        bench.source(&format!("{restore}{}", self::data()));
    }
}

#[test]
fn validation_finds_what_was_changed_behind_its_back() {
    let bench = or_skip!("the shop's validation on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    bench.load(&list, 5000);
    let validate = of_kind(&list, ScriptKind::Validate);
    for (fault, wanted) in crate::shop::TARGET_FAULTS {
        // In a transaction that is undone when the session ends.
        let begin = format!(
            "SET foreign_key_checks = 0;\nSTART TRANSACTION;\n{};",
            crate::shop::in_words_of(&bench, fault)
        );
        let text = validate.text.replace("START TRANSACTION WITH CONSISTENT SNAPSHOT;", &begin);
        let text = text.replace("\nCOMMIT;", "");
        let ran = bench.run(&Script { text, ..validate.clone() }, &[]);
        crate::shop::expect(&ran, "DM0704", fault, wanted);
    }
    bench.run(validate, &[]).ok("nothing of it stayed");
    let denied = as_mysql_mover(server(&bench), &[], "UPDATE legacy.customers SET note = ''");
    assert!(!denied.success, "an ordinary user");
}

#[test]
fn orphans_that_were_not_checked_row_by_row_are_found_in_the_end() {
    let bench = or_skip!("orphans of an unchecked load on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    let before = bench.dump();
    prepared(&bench, &list);
    for script in
        list.iter().filter(|script| matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass))
    {
        bench.run(script, &[]).ok(&script.path);
    }
    bench.target("SET foreign_key_checks = 0; UPDATE order_line SET product_id = 77777 LIMIT 1");
    bench.run(of_kind(&list, ScriptKind::Constraints), &[]).ok("constraints");
    let error = bench.run(of_kind(&list, ScriptKind::Finish), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0712") && error.contains("order_line"), "{error}");
    assert_eq!(bench.query("SELECT state FROM datamove_shop_v2.run"), [["prepared"]]);
    bench.roll_back_to(&list, &before);
}

#[test]
fn one_script_of_a_plan_runs_at_a_time() {
    let bench = or_skip!("two sessions on MariaDB", bench());
    let list = scripts_of("shop_mysql.plan");
    prepared(&bench, &list);
    let mut holder = server(&bench).client("mariadb");
    holder.args(["-e", "SELECT GET_LOCK('datamove_shop_v2', 1); SELECT SLEEP(60)"]).stdout(Stdio::null());
    let mut holder = holder.spawn().unwrap();
    while bench.query("SELECT IS_USED_LOCK('datamove_shop_v2') IS NOT NULL") == [["0"]] {
        std::thread::sleep(Duration::from_millis(5));
    }
    let script = of_kind(&list, ScriptKind::Backfill);
    let text = script.text.replace(", 10);", ", 0);");
    let error = bench.run(&Script { text, ..script.clone() }, &[]).error.unwrap_or_default();
    assert!(error.contains("DM0713"), "{error}");
    holder.kill().unwrap();
    holder.wait().unwrap();
    bench.run(script, &[]).ok("the lock ends with its session");
}
