use std::collections::HashSet;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::many::{Many, Server};
use crate::testkit::Postgres;

/// A range that has begun: several sessions are at work then.
const UNDER_WAY: &str = "SELECT 1 FROM datamove_many.part WHERE batches > 0";

fn slow(many: &Many) {
    let body = match many.server {
        Server::Postgres(_) => "PERFORM pg_sleep(0.02);",
        Server::Mariadb(_) => "DO sleep(0.02);",
    };
    many.in_every_batch("NEW.step = 'item'", body);
}

/// What a whole move leaves.
fn whole(many: &Many) -> (String, String) {
    let before = many.dump();
    many.run("apply", &["-q"]).expect(0, &["loaded"]);
    let whole = many.dump();
    many.run("rollback", &["--yes", "-q"]).expect(0, &[]);
    (before, whole)
}

/// Kills in the middle of the ranges that a run must survive.
const KILLS: u32 = 3;

/// So many batches more than before show that a run is at work; its sessions may do a few others after the kill.
const MORE: u64 = 3;

/// Batches of the item's ranges, and whether some of them are left to do.
fn far(many: &Many) -> (u64, bool) {
    let query = "SELECT coalesce(sum(batches), 0), coalesce(sum(CASE WHEN state = 'done' THEN 0 ELSE 1 END), 0) \
                 FROM datamove_many.part WHERE step = 'item'";
    let row = &many.query(query)[0];
    (row[0].parse().unwrap(), row[1] != "0")
}

/// Starts it and kills it as soon as its ledger shows that it is at work; false if it was through before.
fn is_killed_on_the_way(many: &Many, rows: u32) -> bool {
    let (before, _) = far(many);
    let mut command = many.command("apply", &["--jobs", "4", "--batch-rows", &rows.to_string()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while far(many).0 < before + MORE && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    let killed = child.wait().unwrap().signal() == Some(9);
    let (batches, left) = far(many);
    killed && batches > 0 && left
}

/// Kills so many runs on the way, in smaller batches where this machine is through too early.
fn kill_on_the_way(many: &Many) {
    for rows in [20, 10, 5] {
        slow(many);
        if (0..KILLS).all(|_| is_killed_on_the_way(many, rows)) {
            return;
        }
        // The sessions of the one that was killed last may have to end first.
        many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    }
    panic!("runs were through before they could be killed {KILLS} times");
}

/// Killed with four jobs, resumed with another number; then rolled back.
fn kills(many: &Many) {
    let (before, whole) = whole(many);
    for resumed in ["1", "4"] {
        kill_on_the_way(many);
        many.run("status", &[]).expect(0, &["resumable"]);
        assert!(!many.query(UNDER_WAY).is_empty(), "a kill met a range");
        many.run("apply", &["-q", "--jobs", resumed]).expect(0, &["loaded", "validation passed"]);
        many.no_trigger();
        assert!(many.dump() == whole, "resumed with {resumed}");
        many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
        assert!(many.dump() == before, "resumed with {resumed}, rolled back");
    }
}

#[test]
fn a_runner_of_four_jobs_that_is_killed_is_resumed_with_any_number_on_postgres() {
    let server = crate::or_skip!("kill -9 of jobs on PostgreSQL", Postgres::get());
    kills(&Many::postgres(server, "kills"));
}

#[test]
fn a_runner_of_four_jobs_that_is_killed_is_resumed_with_any_number_on_mariadb() {
    kills(&crate::or_skip!("kill -9 of jobs on MariaDB", Many::mariadb()));
}

/// One session of four is ended by the server's administrator; it is opened again, and the run ends as ever.
fn ends_a_session(many: &Many, end: &str) {
    let (_, whole) = whole(many);
    slow(many);
    let child = many.start_until(many.command("apply", &["--jobs", "4", "--batch-rows", "20"]), UNDER_WAY);
    for _ in 0..3 {
        let found = many.query(end);
        if let (Server::Mariadb(server), Some(id)) = (&many.server, found.first()) {
            // It may have ended by itself meanwhile.
            server.mysql("", &format!("KILL {}", id[0]));
        }
        sleep(Duration::from_millis(120));
    }
    Many::end(child).expect(0, &["loaded", "validation passed"]);
    many.no_trigger();
    assert!(many.dump() == whole);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
}

#[test]
fn a_session_of_several_that_is_ended_is_opened_again_on_postgres() {
    let server = crate::or_skip!("pg_terminate_backend of a job", Postgres::get());
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND \
               application_name = 'datamove' AND state = 'active' ORDER BY backend_start DESC LIMIT 1";
    ends_a_session(&Many::postgres(server, "ends"), end);
}

#[test]
fn a_session_of_several_that_is_ended_is_opened_again_on_mariadb() {
    let many = crate::or_skip!("KILL of a job", Many::mariadb());
    let end = "SELECT id FROM information_schema.processlist WHERE info LIKE '%trip%' OR info LIKE 'UPDATE%part%' ORDER BY id DESC LIMIT 1";
    ends_a_session(&many, end);
}

/// Two moves of one wave fail at once: both are reported, and what was moved before is kept.
fn two_failures(many: &Many, fail: &str) {
    let (before, whole) = whole(many);
    many.in_every_batch("NEW.step IN ('item', 'pair', 'word', 'stock') AND NEW.batches > 0", fail);
    let failed = many.run("apply", &["-q", "--jobs", "4", "--batch-rows", "4"]);
    let errors: Vec<&str> = failed.stderr.lines().filter(|line| line.starts_with("error[")).collect();
    assert!(failed.code != 0 && (2..=4).contains(&errors.len()), "{errors:#?}: {}", failed.all());
    let is_found = |error: &&str| error.starts_with("error[DM0754]");
    assert!(
        is_found(&errors[0]) && failed.stderr.contains("row:"),
        "the first cause is narrowed: {}",
        failed.all()
    );
    let steps: HashSet<_> = errors.iter().filter(|error| is_found(error)).collect();
    let found = errors.iter().filter(|error| is_found(error)).count();
    assert_eq!(steps.len(), found, "no row is reported twice: {}", failed.all());
    many.no_trigger();
    many.run("apply", &["-q", "--jobs", "2"]).expect(0, &["loaded", "validation passed"]);
    assert!(many.dump() == whole);
    many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    assert!(many.dump() == before);
}

#[test]
fn moves_that_fail_at_once_are_all_reported_on_postgres() {
    let server = crate::or_skip!("failing jobs on PostgreSQL", Postgres::get());
    // Within a second all four sessions have come this far.
    two_failures(&Many::postgres(server, "fails"), "PERFORM pg_sleep(1); RAISE EXCEPTION 'broken';");
}

#[test]
fn moves_that_fail_at_once_are_all_reported_on_mariadb() {
    let many = crate::or_skip!("failing jobs on MariaDB", Many::mariadb());
    two_failures(&many, "DO sleep(1); SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken';");
}

#[test]
fn sigint_stops_all_jobs_and_the_printed_command_goes_on() {
    let server = crate::or_skip!("SIGINT of jobs", Postgres::get());
    let many = Many::postgres(server, "sigint");
    let (_, whole) = whole(&many);
    slow(&many);
    let child = many.start_until(many.command("apply", &["--jobs", "4", "--batch-rows", "20"]), UNDER_WAY);
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ended = Many::end(child).expect(1, &["DM0731", "--jobs 4"]);
    assert_eq!(ended.stderr.matches("error[").count(), 1, "{}", ended.stderr);
    many.run("apply", &["-q", "--jobs", "4"]).expect(0, &["loaded"]);
    many.no_trigger();
    assert!(many.dump() == whole);
}

/// A stock client that knows nothing of ranges goes on with them.
#[test]
fn psql_goes_on_with_ranges_that_a_killed_runner_has_left() {
    let server = crate::or_skip!("psql and ranges", Postgres::get());
    let many = Many::postgres(server, "stock");
    let (_, whole) = whole(&many);
    slow(&many);
    many.run("apply", &["-q", "--jobs", "4", "--batch-rows", "40", "--max-batches", "30"])
        .expect(0, &["stopped"]);
    assert!(many.ranges("item") > 1 && !many.query(UNDER_WAY).is_empty());
    many.no_trigger();
    let Server::Postgres(db) = &many.server else { unreachable!() };
    let mut scripts: Vec<_> = std::fs::read_dir(many.bundle().join("sql/20_backfill"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    scripts.sort();
    for script in scripts {
        db.psql_file(&script, &[]).ok();
    }
    many.run("apply", &["-q"]).expect(0, &["loaded", "validation passed"]);
    assert!(many.dump() == whole);
}
