use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::shop::Shop;
use crate::testkit::Postgres;

/// The session of the runner under test that is at work.
const AT_WORK: &str =
    "FROM pg_stat_activity WHERE datname = current_database() AND usename = 'mover' AND state = 'active'";

/// What a whole move leaves, to compare with.
fn whole(shop: &Shop) -> Vec<Vec<String>> {
    shop.run("apply", &["-q"]).expect(0, &["loaded"]);
    let whole = shop.dump();
    shop.run("rollback", &["--yes", "-q"]).expect(0, &[]);
    whole
}

#[test]
fn a_runner_that_is_killed_again_and_again_ends_in_the_same_rows() {
    let server = crate::or_skip!("kill -9 on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "killed");
    let whole = whole(&shop);
    shop.in_every_batch("order", "PERFORM pg_sleep(0.005);");
    let mut killed = 0;
    for number in 0..10 {
        let mut command = shop.command("apply", &["--batch-rows", "15"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(120 + number * 37));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed >= 3, "only {killed} kills met a run");
    shop.run("apply", &["--batch-rows", "40"]).expect(0, &["loaded", "validation passed"]);
    shop.db.psql("DROP TRIGGER trip ON datamove_shop_v2.step").ok();
    assert_eq!(shop.dump(), whole);
}

#[test]
fn a_session_that_is_ended_is_opened_again_and_goes_on() {
    let server = crate::or_skip!("pg_terminate_backend", Postgres::get());
    let shop = Shop::new(server, "ended");
    let whole = whole(&shop);
    shop.in_every_batch("order", "PERFORM pg_sleep(0.03);");
    let child = shop.start_until(shop.command("apply", &["--batch-rows", "20"]), Shop::BATCHES);
    for _ in 0..2 {
        // Between two batches, and while it connects again, nothing is at work.
        let end = || shop.db.query(&format!("SELECT count(pg_terminate_backend(pid)) {AT_WORK}")) == [["1"]];
        let ended = (0..200).any(|_| {
            let ended = end();
            sleep(Duration::from_millis(if ended { 600 } else { 20 }));
            ended
        });
        assert!(ended, "a session was at work");
    }
    Shop::end(child).expect(0, &["loaded", "validation passed"]);
    shop.db.psql("DROP TRIGGER trip ON datamove_shop_v2.step").ok();
    assert_eq!(shop.dump(), whole);
}

#[test]
fn a_signal_ends_the_statement_and_the_report_says_how_to_go_on() {
    let server = crate::or_skip!("SIGINT on PostgreSQL", Postgres::get());
    for signal in ["INT", "TERM"] {
        let shop = Shop::new(server, "signal");
        shop.in_every_batch(
            "order",
            "PERFORM pg_sleep(CASE WHEN (SELECT count(*) FROM shop.\"order\") > 80 THEN 60 ELSE 0 END);",
        );
        let child = shop.start_until(shop.command("apply", &["--batch-rows", "20"]), Shop::BATCHES);
        sleep(Duration::from_millis(300));
        // The first one lets the batch end, which takes a minute; the second one cancels it.
        for _ in 0..2 {
            let killed =
                std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
            assert!(killed.unwrap().success());
            sleep(Duration::from_millis(100));
        }
        let ended = Shop::end(child).expect(1, &["DM0731", "next: datamove apply", "--batch-rows 20"]);
        assert!(ended.stderr.contains("moving rows, step `order`, batch 5"), "{}", ended.stderr);
        assert_eq!(shop.db.query(&format!("SELECT count(*) {AT_WORK}")), [["0"]]);
        shop.db.psql("DROP TRIGGER trip ON datamove_shop_v2.step").ok();
        shop.run("apply", &[]).expect(0, &["loaded"]);
    }
}

#[test]
fn what_passes_by_itself_is_tried_again_a_few_times() {
    let server = crate::or_skip!("deadlocks on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "contended");
    let raise = |condition: &str| {
        format!("IF {condition} THEN RAISE EXCEPTION 'busy' USING ERRCODE = '40P01'; END IF;")
    };
    // A sequence counts what is rolled back as well.
    shop.db.psql("CREATE SCHEMA extra; CREATE SEQUENCE extra.tries;").ok();
    shop.in_every_batch("order", &raise("nextval('extra.tries') > 2"));
    let ended =
        shop.run("apply", &["--batch-rows", "20"]).expect(1, &["DM0734", "busy", "next: datamove apply"]);
    assert!(ended.stderr.contains("batch 3"), "{}", ended.stderr);
    assert_eq!(shop.db.query("SELECT last_value FROM extra.tries"), [["6"]], "four attempts");
    shop.in_every_batch("order", &raise("nextval('extra.tries') < 10"));
    shop.run("apply", &["--batch-rows", "20"]).expect(0, &["loaded", "validation passed"]);
}

#[test]
fn troubles_of_a_server_are_told_apart() {
    let server = crate::or_skip!("troubles of PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "troubles");
    let cases = [
        ("53100", "DM0817", "the disk is full"),
        ("57014", "DM0736", "the server ended a statement"),
        ("25006", "DM0721", "the target cannot be written"),
        ("23505", "DM0754", "the target refuses a row"),
        ("P0001", "DM0754", "PL/pgSQL function extra.trip() line 1 at RAISE"),
    ];
    for (state, code, words) in cases {
        let message = if state == "P0001" { "ann@example.com is no customer" } else { "so it is" };
        shop.in_every_batch(
            "order",
            &format!("RAISE EXCEPTION '{message}' USING ERRCODE = '{state}', DETAIL = 'Key (email)=(ann@example.com)', HINT = 'ann@example.com';"),
        );
        let refused = code == "DM0754";
        let (exit, rolled_back) =
            if refused { (4, "this row was rolled back") } else { (1, "the batch was rolled back") };
        // Batches of a fixed size are not tried again with half their rows.
        let ended = shop
            .run("apply", &["--batch-rows", "plan"])
            .expect(exit, &[code, words, "sql/20_backfill/", rolled_back]);
        assert!(!ended.all().contains("ann@example.com"), "{}", ended.all());
    }
    // A value that the server cannot read stands in its message.
    shop.in_every_batch("order", "PERFORM 'ann@example.com'::integer;");
    let ended = shop
        .run("apply", &["--format", "json"])
        .expect(4, &["invalid input syntax for type integer", "22P02"]);
    assert!(!ended.all().contains("ann@example.com"), "{}", ended.all());
    // The limit of time that its session asked for.
    shop.in_every_batch("order", "PERFORM pg_sleep(5);");
    shop.run("apply", &["--batch-rows", "plan", "--statement-timeout", "1s"])
        .expect(1, &["DM0736", "statement_timeout"]);
}

#[test]
fn a_database_that_only_reads_is_refused_before_anything() {
    let server = crate::or_skip!("a read-only PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "readonly");
    let name = shop.db.name().to_owned();
    shop.db.psql(&format!("ALTER DATABASE \"{name}\" SET default_transaction_read_only = on")).ok();
    shop.run("apply", &[]).expect(1, &["DM0721", "nothing was written"]);
    shop.run("status", &[]).expect(0, &["nothing applied"]);
}
