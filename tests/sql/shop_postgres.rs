//! The shop's plan on PostgreSQL, from its texts to rows and back, by psql as an ordinary role.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use datamove::check;
use datamove::dialect::{Script, scripts};
use datamove::plan::{ScriptKind, fingerprint};
use datamove::typing::Options;

use crate::bench::{Bench, as_mover, of_kind};
use crate::compile::Folder;
use crate::testkit::{Database, Postgres};

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_postgres.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

pub(crate) fn scripts_of(name: &str) -> Vec<Script> {
    let folder = Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop"));
    let plan = check("", name, &folder, Options::default()).plan.unwrap();
    scripts(&plan, &fingerprint(&plan))
}

/// The source as its own dump makes it, renamed to where the plan finds it; the target empty.
fn bench(server: &'static Postgres, name: &str) -> Bench {
    let bench = Bench::postgres(server, name);
    let Bench::Postgres { db, .. } = &bench else { unreachable!() };
    db.psql(&format!(
        "DROP SCHEMA legacy; {LEGACY} SET search_path = public;
         {DATA} ALTER SCHEMA public RENAME TO legacy;
         GRANT USAGE ON SCHEMA legacy TO mover; GRANT SELECT ON ALL TABLES IN SCHEMA legacy TO mover; ANALYZE;"
    ))
    .ok();
    bench.target(SHOP);
    bench
}

fn database(bench: &Bench) -> &Database {
    match bench {
        Bench::Postgres { db, .. } => db,
        Bench::Sqlite { .. } | Bench::Mysql { .. } => unreachable!(),
    }
}

fn prepared(bench: &Bench, list: &[Script]) {
    for kind in [ScriptKind::Preflight, ScriptKind::Prepare] {
        bench.run(of_kind(list, kind), &[]).ok("to begin");
    }
}

#[test]
fn the_shop_moves_and_comes_back() {
    let server = or_skip!("the shop's plan on PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "shop");
    let before = bench.dump();
    bench.roll_back_to(&list, &before);
    for script in list.iter().filter(|script| script.kind != ScriptKind::Rollback) {
        for _ in 0..2 {
            bench.run(script, &[]).ok(&script.path);
        }
    }
    let found = crate::shop::rows(&bench);
    let sqlite = crate::shop::moved_on_sqlite();
    for ((table, found), (_, wanted)) in found.iter().zip(&sqlite) {
        assert!(!found.is_empty(), "{table} has rows");
        let apart = found.iter().zip(wanted).find(|(a, b)| a != b);
        assert_eq!(found.len(), wanted.len(), "{table}");
        assert_eq!(apart, None, "{table}: PostgreSQL and SQLite differ");
    }
    let next = bench.query("SELECT nextval('shop.product_id_seq') > max(id) FROM product;");
    assert_eq!(next, [["t"]]);
    bench.roll_back_to(&list, &before);
}

#[test]
fn a_policy_that_hides_rows_stops_every_script_that_reads_them() {
    let server = or_skip!("row security under psql", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "hidden");
    prepared(&bench, &list);
    database(&bench)
        .psql("ALTER TABLE legacy.countries ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON legacy.countries USING (id < 3);")
        .ok();
    for script in [ScriptKind::Preflight, ScriptKind::Backfill, ScriptKind::Validate] {
        let error = bench.run(of_kind(&list, script), &[]).error.expect("rows are hidden");
        assert!(error.contains("row-level security policy for table \"countries\""), "{script:?}: {error}");
    }
    assert_eq!(bench.query("SELECT count(*) FROM country"), [["0"]]);
}

#[test]
fn a_load_that_was_stopped_half_way_goes_back_or_on() {
    let server = or_skip!("the shop half way on PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "half");
    let before = bench.dump();
    for stop in 0..list.iter().filter(|script| script.kind == ScriptKind::Backfill).count() {
        prepared(&bench, &list);
        for script in list.iter().filter(|script| script.kind == ScriptKind::Backfill).take(stop + 1) {
            let last =
                script.path == list.iter().filter(|s| s.kind == ScriptKind::Backfill).nth(stop).unwrap().path;
            let settings: &[_] = if last { &[("batch_rows", 50), ("batches", 3)] } else { &[] };
            bench.run(script, settings).ok(&script.path);
        }
        bench.roll_back_to(&list, &before);
    }
    // The second pass half way.
    prepared(&bench, &list);
    for script in &list {
        let settings: &[_] = match script.kind {
            ScriptKind::Backfill => &[],
            ScriptKind::SecondPass => &[("batch_rows", 50), ("batches", 2)],
            _ => continue,
        };
        bench.run(script, settings).ok(&script.path);
    }
    let filled = bench.query("SELECT count(*) FROM customer WHERE referred_by IS NOT NULL");
    assert!(filled[0][0].parse::<u32>().unwrap() > 0, "{filled:?}");
    bench.roll_back_to(&list, &before);
}

#[test]
fn a_backend_that_dies_loses_only_its_batch() {
    let server = or_skip!("a killed backend of PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "killed");
    let db = database(&bench);
    let before = bench.dump();
    prepared(&bench, &list);
    let mut killed = 0;
    for script in
        list.iter().filter(|script| matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass))
    {
        if script.path.contains("customer") || script.path.contains("order_line") {
            killed += usize::from(killed_while_running(db, script));
            let states = db.query("SELECT count(*) FILTER (WHERE rows_read <> rows_written + rows_skipped + rows_rejected) FROM datamove_shop_v2.step");
            assert_eq!(states, [["0"]]);
        }
        bench.run(script, &[]).ok(&script.path);
    }
    assert!(killed >= 2, "{killed} scripts were killed in their middle");
    for kind in [ScriptKind::Constraints, ScriptKind::Finish] {
        bench.run(of_kind(&list, kind), &[]).ok("to finish");
    }
    bench.run(of_kind(&list, ScriptKind::Validate), &[]).ok("validate");
    let (found, wanted) = (crate::shop::rows(&bench), crate::shop::moved_on_sqlite());
    assert!(found == wanted, "what was killed and went on is the same as on SQLite");
    bench.roll_back_to(&list, &before);
}

/// Ends the script's backend once it has committed a batch; true if it was in the middle then.
fn killed_while_running(db: &Database, script: &Script) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.sql");
    std::fs::write(&path, &script.text).unwrap();
    let mut command: Command = db.command();
    command.env("PGUSER", "mover").env("PGOPTIONS", "-c datamove.batch_rows=1").env("PGAPPNAME", "victim");
    let mut child = command.arg("-f").arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let step = &script.steps[0];
    let running = format!("SELECT count(*) FROM datamove_shop_v2.step WHERE step = '{step}' AND batches > 5");
    while db.query(&running) == [["0"]] && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    db.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND datname = current_database()").ok();
    let died = !child.wait().unwrap().success();
    died && db.query(&format!("SELECT state FROM datamove_shop_v2.step WHERE step = '{step}'"))
        == [["running"]]
}

#[test]
fn an_edited_plan_continues_nothing() {
    let server = or_skip!("an edited plan on PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "edited");
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
    let server = or_skip!("the shop without a ledger on PostgreSQL", Postgres::get());
    let bench = bench(server, "unprepared");
    let before = bench.dump();
    for script in scripts_of("shop_postgres.plan") {
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
    let server = or_skip!("the shop's preflight on PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "preflight");
    for (fault, wanted) in crate::shop::SOURCE_FAULTS {
        bench.source(&format!("{LOOSEN} {fault}"));
        let data = bench.dump();
        let ran = bench.run(of_kind(&list, ScriptKind::Preflight), &[]);
        crate::shop::expect(&ran, "DM0703", fault, wanted);
        assert_eq!(bench.dump(), data, "{fault}: preflight writes nothing");
        let restore = "TRUNCATE countries, products, customers, orders, order_lines;";
        bench.source(&format!("{restore} {DATA}"));
    }
}

/// The source trusted its own constraints; here they are gone, and the rows show it.
const LOOSEN: &str = "ALTER TABLE customers DROP CONSTRAINT IF EXISTS customers_email_key;";

#[test]
fn validation_finds_what_was_changed_behind_its_back() {
    let server = or_skip!("the shop's validation on PostgreSQL", Postgres::get());
    let list = scripts_of("shop_postgres.plan");
    let bench = bench(server, "corrupted");
    bench.load(&list, 5000);
    let validate = of_kind(&list, ScriptKind::Validate);
    // In a transaction that is undone; the script's own frame is taken off.
    let bare = validate.text.replace("BEGIN ISOLATION LEVEL REPEATABLE READ;", "").replace("\nCOMMIT;", "");
    for (fault, wanted) in crate::shop::TARGET_FAULTS {
        let text = format!(
            "BEGIN; SET CONSTRAINTS ALL DEFERRED; SET search_path = shop; {};\n{bare}",
            crate::shop::in_words_of(&bench, fault)
        );
        let ran = bench.run(&Script { text, ..validate.clone() }, &[]);
        crate::shop::expect(&ran, "DM0704", fault, wanted);
    }
    let db = database(&bench);
    db.psql("SELECT setval('shop.product_id_seq', 100)").ok();
    let ran = bench.run(validate, &[]);
    crate::shop::expect(&ran, "DM0704", "a sequence left behind", &[("product/id/sequence", "1")]);
    // Nothing of it stayed.
    db.psql("SELECT setval('shop.product_id_seq', 600)").ok();
    bench.run(validate, &[]).ok("validate");
    assert!(!as_mover(db, &[], &["-c", "SELECT pg_read_file('/etc/passwd')"]).success, "an ordinary role");
}
