//! Tables copied side by side, and their rows moved so.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::fixture::{Fixture, project};
use crate::shop::SHOP_POSTGRES;
use crate::testkit::{Mariadb, Postgres};
use crate::two_servers::{dump, fill};
use crate::{mariadb, or_skip};

const SHOP: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");

/// What one job leaves.
fn alone(fixture: &Fixture) -> String {
    fixture.run("apply", &["-q"]).expect(0, &["loaded"]);
    let rows = dump(&fixture.target, "shop");
    fixture.run("rollback", &["--yes", "-q"]).expect(0, &[]);
    rows
}

/// Batches of all steps.
fn batches(fixture: &Fixture) -> u64 {
    fixture.target.query("SELECT sum(batches) FROM datamove_shop_v2.step")[0][0].parse().unwrap()
}

/// Kills a run once its ledger shows three batches more; false if it was through before.
fn is_killed(fixture: &Fixture, words: &[&str]) -> bool {
    let before = batches(fixture);
    let mut command = fixture.command("apply", words);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while batches(fixture) < before + 3 && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

#[test]
fn copies_of_several_jobs_are_killed_and_resumed_with_any_number() {
    let server = or_skip!("staged by jobs", Postgres::get());
    let source = server.database("jobs_source");
    fill(&source);
    let fixture =
        Fixture::new(server, "jobs_target", &project("plans/shop/shop_two_servers.plan"), &source.url());
    fixture.target.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP}")).ok();
    let before = fixture.dump();
    let whole = alone(&fixture);
    for resumed in ["4", "1"] {
        let asked = ["--jobs", "4", "--batch-rows", "150"];
        let stopped =
            fixture.run("apply", &[&asked[..], &["--max-batches", "9"]].concat()).expect(0, &["stopped"]);
        assert!(!stopped.stderr.contains("over one connection"), "{}", stopped.stderr);
        let killed = (0..2).filter(|_| is_killed(&fixture, &asked)).count();
        assert!(killed > 0, "no run was killed on its way");
        fixture.run("apply", &["-q", "--jobs", resumed]).expect(0, &["load", "validation passed"]);
        assert!(dump(&fixture.target, "shop") == whole, "resumed with {resumed}");
        fixture.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
        assert_eq!(fixture.dump(), before);
    }
}

#[test]
fn mariadb_is_read_at_one_moment_or_over_one_connection() {
    let server = or_skip!("staged by jobs from MariaDB", Postgres::get());
    let old = or_skip!("staged by jobs from MariaDB", Mariadb::start());
    mariadb::fill(&old);
    old.mysql("", "CREATE USER reader@'127.0.0.1'; GRANT SELECT, CREATE TEMPORARY TABLES ON legacy.* TO reader@'127.0.0.1'").ok();
    let plan = project("plans/shop/shop_mysql_to_postgres.plan");
    let mut fixture = Fixture::new(server, "jobs_mariadb", &plan, &old.url("legacy"));
    fixture.target.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP_POSTGRES}")).ok();
    let whole = alone(&fixture);
    let side_by_side = fixture.run("apply", &["--jobs", "4"]).expect(0, &["loaded", "validation passed"]);
    assert!(!side_by_side.stderr.contains("over one connection"), "{}", side_by_side.stderr);
    assert!(dump(&fixture.target, "shop") == whole);
    fixture.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    // Without the right to lock tables nobody knows that two snapshots are the same.
    fixture.source = old.url("legacy").replace("root@", "reader@");
    fixture.run("apply", &["--jobs", "4"]).expect(0, &["over one connection", "loaded", "validation passed"]);
    assert!(dump(&fixture.target, "shop") == whole);
}
