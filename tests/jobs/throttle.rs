//! Runs that are slowed down, paused and measured while they go on.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::ended::Ended;
use crate::many::Many;
use crate::testkit::Postgres;

fn start(many: &Many, more: &[&str]) -> Child {
    let mut command = many.command("apply", more);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn rows(many: &Many) -> u64 {
    let sum = many.query("SELECT coalesce(sum(rows_read), 0) FROM datamove_many.step");
    sum[0][0].parse().unwrap()
}

/// Waits until the ledger says so.
#[track_caller]
fn until(many: &Many, condition: &str) {
    let begun = Instant::now();
    while many.query(condition).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30), "never {condition}");
        sleep(Duration::from_millis(20));
    }
}

const WAITS: &str = "SELECT 1 FROM datamove_many.control WHERE waits LIKE '%paused%'";

/// A run is slow from its beginning, paused by the verb, obeys plain SQL, and ends as any other.
fn orders_are_obeyed(many: &Many) {
    many.run("throttle", &["--pause"]).expect(4, &["DM0815"]);
    many.run("apply", &["-q", "--max-batches", "0"]).expect(0, &["stopped"]);
    many.run("throttle", &["--pause"]).expect(0, &["paused, no rate of its own"]);
    let child = start(many, &["--jobs", "2", "--batch-rows", "50"]);
    until(many, WAITS);
    assert_eq!(rows(many), 0, "nothing moves while it is paused");
    many.run("status", &[])
        .expect(0, &["resumable", "paused, no rate of its own; waits: paused in the ledger"]);
    many.run("throttle", &["--continue", "--rows-per-second", "400"])
        .expect(0, &["not paused, at most 400 rows"]);
    until(many, "SELECT 1 FROM datamove_many.step WHERE rows_read > 0");
    let (before, begun) = (rows(many), Instant::now());
    sleep(Duration::from_secs(2));
    let speed = f64::from(u32::try_from(rows(many) - before).unwrap()) / begun.elapsed().as_secs_f64();
    assert!((100.0..700.0).contains(&speed), "{speed} rows a second instead of 400");
    // Plain SQL does the same, within one batch: two sessions end theirs.
    many.sql("UPDATE datamove_many.control SET paused = 1");
    until(many, WAITS);
    let paused = rows(many);
    sleep(Duration::from_millis(600));
    assert_eq!(rows(many), paused, "no batch begins");
    many.sql("UPDATE datamove_many.control SET paused = 0, rows_per_second = NULL");
    let ended = Many::end(child).expect(0, &["loaded", "validation passed"]);
    assert!(ended.stderr.contains(r#"{"event":"waiting","why":"paused in the ledger"}"#), "{}", ended.stderr);
    assert!(ended.stderr.contains(r#""event":"wait_over""#), "{}", ended.stderr);
    let status = many.run("status", &["--format", "json"]).expect(0, &[]).json();
    let runs: Vec<_> =
        status["attempts"].as_array().unwrap().iter().filter(|one| one.get("step").is_none()).collect();
    assert_eq!(runs.len(), 2);
    assert_eq!((&runs[0]["number"], &runs[0]["outcome"]), (&2.into(), &"done".into()));
    assert_eq!(runs[1]["outcome"], "stopped");
    let steps: Vec<_> =
        status["attempts"].as_array().unwrap().iter().filter(|one| one["step"] == "item").collect();
    assert_eq!((steps.len(), &steps[0]["outcome"]), (2, &"done".into()), "{status:#}");
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

#[test]
fn orders_are_obeyed_on_postgres() {
    let server = crate::or_skip!("orders on PostgreSQL", Postgres::get());
    orders_are_obeyed(&Many::postgres(server, "orders"));
}

#[test]
fn orders_are_obeyed_on_mariadb() {
    orders_are_obeyed(&crate::or_skip!("orders on MariaDB", Many::mariadb()));
}

/// A query of one's own holds the run up until it says less; what cannot be measured is refused or waited for.
fn gauges_hold_it_up(many: &Many) {
    many.sql("CREATE TABLE old.load_now (n int); INSERT INTO old.load_now VALUES (11)");
    many.run("apply", &["--limit", "target query 10 SELECT n FROM old.nowhere"])
        .expect(4, &["DM0810", "target query cannot be measured"]);
    many.run("status", &[]).expect(0, &["nothing applied"]);
    many.run("apply", &["-q", "--max-batches", "0"]).expect(0, &["stopped"]);
    let limit = [
        "--limit",
        "source query 10 SELECT n FROM old.load_now",
        "--limit",
        "target sessions 1000",
        "--limit",
        "target log 100GB",
    ];
    let child = start(many, &limit);
    until(many, "SELECT 1 FROM datamove_many.control WHERE waits LIKE 'source query is 11.0, at most 10.0%'");
    many.sql("UPDATE old.load_now SET n = 9");
    sleep(Duration::from_millis(1_500));
    assert_eq!(rows(many), 0, "a little less is not enough");
    many.sql("DROP TABLE old.load_now");
    until(many, "SELECT 1 FROM datamove_many.control WHERE waits LIKE 'source query cannot be measured%'");
    many.sql("CREATE TABLE old.load_now (n int); INSERT INTO old.load_now VALUES (8)");
    Many::end(child).expect(0, &["loaded", "source query is 11.0", "cannot be measured"]);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

#[test]
fn gauges_hold_a_run_up_on_postgres() {
    let server = crate::or_skip!("gauges on PostgreSQL", Postgres::get());
    let many = Many::postgres(server, "gauges");
    gauges_hold_it_up(&many);
    // There is no replica, so its lag is not known.
    many.run("apply", &["--limit", "target lag 5s"]).expect(4, &["DM0810", "no replica is connected"]);
    many.run("apply", &["--limit", "target history 5"]).expect(4, &["DM0810", "has no such figure"]);
}

#[test]
fn gauges_hold_a_run_up_on_mariadb() {
    let many = crate::or_skip!("gauges on MariaDB", Many::mariadb());
    gauges_hold_it_up(&many);
    many.run("apply", &["--limit", "target lag 5s"]).expect(4, &["DM0810", "this server is no replica"]);
    many.run("apply", &["-q", "--limit", "target history 100000000"]).expect(0, &["loaded"]);
}

/// The first signal lets the batch end; the second one cancels it.
fn signals(many: &Many, sleep_a_second: &str) {
    many.in_every_batch("NEW.step = 'item'", sleep_a_second);
    let slow = "SELECT 1 FROM datamove_many.part WHERE step = 'item' AND batches > 0";
    let child = many.start_until(many.command("apply", &["--jobs", "2", "--batch-rows", "1000"]), slow);
    let before = rows(many);
    signal(&child);
    Many::end(child).expect(
        1,
        &["DM0731", "the batch under way was finished, and no other one begun", "next: datamove apply"],
    );
    assert!(rows(many) > before, "the batch under way was finished");
    let child = start(many, &["--batch-rows", "1000"]);
    sleep(Duration::from_millis(500));
    let (before, begun) = (rows(many), Instant::now());
    signal(&child);
    signal(&child);
    Many::end(child).expect(1, &["DM0731"]);
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
    assert_eq!(rows(many), before, "the batch under way was cancelled");
    many.no_trigger();
    many.run("apply", &["-q"]).expect(0, &["loaded", "validation passed"]);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

fn signal(child: &Child) {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    sleep(Duration::from_millis(50));
}

#[test]
fn a_first_signal_finishes_the_batch_on_postgres() {
    let server = crate::or_skip!("signals on PostgreSQL", Postgres::get());
    signals(&Many::postgres(server, "signals"), "PERFORM pg_sleep(1);");
}

#[test]
fn a_first_signal_finishes_the_batch_on_mariadb() {
    signals(&crate::or_skip!("signals on MariaDB", Many::mariadb()), "DO sleep(1);");
}

/// A batch that takes longer than a statement may is tried again with half its rows, until it fits.
fn too_slow_batches_are_halved(many: &Many, per_row: &str) {
    many.in_every_batch("NEW.step = 'item' AND NEW.rows_read - OLD.rows_read > 60", per_row);
    let child = start(many, &["--jobs", "2", "--statement-timeout", "1s"]);
    let ended = Many::end(child).expect(0, &["loaded", "validation passed", r#""event":"retried""#]);
    assert!(!ended.stderr.contains("DM07"), "{}", ended.stderr);
    many.no_trigger();
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

#[test]
fn too_slow_batches_are_halved_on_postgres() {
    let server = crate::or_skip!("statement timeouts on PostgreSQL", Postgres::get());
    too_slow_batches_are_halved(&Many::postgres(server, "halved"), "PERFORM pg_sleep(2);");
}

#[test]
fn too_slow_batches_are_halved_on_mariadb() {
    too_slow_batches_are_halved(
        &crate::or_skip!("statement timeouts on MariaDB", Many::mariadb()),
        "DO sleep(2);",
    );
}

/// Sessions of the runner have limits of their own.
#[test]
fn the_servers_settings_are_those_of_the_runner() {
    let server = crate::or_skip!("settings on PostgreSQL", Postgres::get());
    let many = Many::postgres(server, "settings");
    let in_a_batch = "CREATE TABLE extra_settings (name text, value text);
        CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          INSERT INTO public.extra_settings SELECT name, setting || coalesce(unit, '') FROM pg_settings
          WHERE name IN ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'); RETURN NEW; END $f$;";
    many.run("apply", &["-q", "--max-batches", "0"]).expect(0, &["stopped"]);
    many.sql(in_a_batch);
    many.sql(
        "CREATE TRIGGER keep BEFORE UPDATE ON datamove_many.step FOR EACH ROW EXECUTE FUNCTION public.keep()",
    );
    many.run("apply", &["-q", "--max-batches", "1"]).expect(0, &["stopped"]);
    let found = many.query("SELECT DISTINCT name, value FROM extra_settings ORDER BY name");
    assert_eq!(
        found,
        [
            ["idle_in_transaction_session_timeout", "600000ms"],
            ["lock_timeout", "10000ms"],
            ["statement_timeout", "600000ms"]
        ]
    );
}

/// The figures of a run, in a file that is there when it ends.
#[test]
fn figures_are_written() {
    let server = crate::or_skip!("figures on PostgreSQL", Postgres::get());
    let many = Many::postgres(server, "figures");
    let file = many.bundle().with_file_name("move.prom");
    many.run("apply", &["-q", "--metrics", file.to_str().unwrap()]).expect(0, &["loaded"]);
    let text = std::fs::read_to_string(&file).unwrap();
    for line in [
        "datamove_rows_read_total{step=\"item\"} 3000",
        "datamove_rows_written_total{step=\"seen\"} 640",
        "datamove_step_done{step=\"line\"} 1",
        "datamove_rows_expected{step=\"line\"} 4000",
        "datamove_steps_done 8",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    many.run("apply", &["--metrics", "0.0.0.0:9187"]).expect(64, &["only this machine is answered"]);
}

/// A bundle with the same steps goes on; one that changes a step does not, and names it.
#[test]
fn a_changed_plan_goes_on_where_its_steps_are_the_same() {
    let server = crate::or_skip!("a changed plan on PostgreSQL", Postgres::get());
    let many = Many::postgres(server, "changed");
    many.run("apply", &["-q", "--max-batches", "12", "--batch-rows", "100"]).expect(0, &["stopped"]);
    let moved = rows(&many);
    many.compile_again(
        "price  <- round(i.cents / 100, 2, half_even)",
        "price  <- round(i.cents / 100, 2, down)",
    );
    many.run("apply", &["-q"]).expect(5, &["DM0702", "`item` writes other rows", "nothing was written"]);
    many.compile_again(
        "price  <- round(i.cents / 100, 2, down)",
        "price  <- round(i.cents / 100, 2, half_even)",
    );
    many.compile_again("batch 100 rows by i.id", "batch 70 rows by i.id");
    many.run("status", &[]).expect(5, &["DM0702", "its steps are the same"]);
    let ended = many.run("apply", &[]).expect(0, &["loaded", "validation passed", "run of another bundle"]);
    assert!(moved > 0 && ended.stdout.contains("item    done   3000     3000"), "{}", ended.stdout);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

/// What a hand did to the ledger is told, each by a code of its own.
fn damage_is_told(many: &Many) {
    many.run("apply", &["-q", "--max-batches", "12", "--batch-rows", "100"]).expect(0, &["stopped"]);
    let ledger = "datamove_many";
    let told = |change: &str, back: &str, texts: &[&str]| {
        many.sql(change);
        for verb in ["status", "apply"] {
            let ended: Ended = many.run(verb, &["-q"][..usize::from(verb == "apply")]);
            assert!(ended.code == 4 || ended.code == 5, "{change}: {ended:?}");
            let all = ended.stdout + &ended.stderr;
            assert!(texts.iter().all(|text| all.contains(text)), "{change}: {all}");
        }
        many.sql(back);
    };
    told(
        &format!("UPDATE {ledger}.step SET rows_read = rows_read + 1 WHERE step = 'item'"),
        &format!("UPDATE {ledger}.step SET rows_read = rows_read - 1 WHERE step = 'item'"),
        &["DM0813", "step `item` has read", "nothing was written"],
    );
    told(
        &format!("UPDATE {ledger}.step SET state = 'paused' WHERE step = 'item'"),
        &format!("UPDATE {ledger}.step SET state = 'running' WHERE step = 'item'"),
        &["DM0813", "in the state `paused`"],
    );
    told(
        &format!("UPDATE {ledger}.run SET format = 2"),
        &format!("UPDATE {ledger}.run SET format = 1"),
        &["DM0811", "format 2"],
    );
    told(
        &format!("ALTER TABLE {ledger}.step RENAME COLUMN rows_read TO rows_seen"),
        &format!("ALTER TABLE {ledger}.step RENAME COLUMN rows_seen TO rows_read"),
        &["DM0812", "no column `rows_read`"],
    );
    told(
        &format!("ALTER TABLE {ledger}.step RENAME TO {}", many.renamed("steps")),
        &format!("ALTER TABLE {ledger}.steps RENAME TO {}", many.renamed("step")),
        &["DM0812", "no table `step`"],
    );
    // A target that was restored on another server, together with its ledger.
    many.sql(&format!(
        "UPDATE {ledger}.attempt SET target = concat(target, '0'), source = concat(source, '0')"
    ));
    many.run("apply", &["-q"]).expect(5, &["DM0814", "--other-server"]);
    many.run("apply", &["-q", "--other-server"]).expect(0, &["loaded", "validation passed"]);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

#[test]
fn a_damaged_ledger_is_told_on_postgres() {
    let server = crate::or_skip!("damaged ledgers on PostgreSQL", Postgres::get());
    let many = Many::postgres(server, "damaged");
    damage_is_told(&many);
    // A server whose log is behind the place where it was.
    many.run("apply", &["-q", "--max-batches", "3"]).expect(0, &["stopped"]);
    many.sql("UPDATE datamove_many.attempt SET source_position = 'log FFFF/0, snapshot 1:1:'");
    many.run("apply", &["-q"]).expect(5, &["DM0814", "the source is not as", "it stood at log FFFF/0"]);
}

#[test]
fn a_damaged_ledger_is_told_on_mariadb() {
    damage_is_told(&crate::or_skip!("damaged ledgers on MariaDB", Many::mariadb()));
}
