//! Files and programs that are in the way: every one has a clear end, and nothing is written.

use std::fs;
use std::process::Command;

use rusqlite::Connection;

use crate::bundle::{FINGERPRINT, read_manifest, replace_script, write_bundle, write_manifest};
use crate::fixture::{Ended, Fixture, datamove};

fn apply(fixture: &Fixture, source: &str, target: &str) -> Ended {
    let mut command = datamove();
    command.arg("apply").arg(fixture.bundle()).args(["--source", source, "--target", target]);
    Ended::of(&mut command)
}

#[test]
fn a_missing_database_is_an_error_and_is_not_created() {
    let fixture = Fixture::new(1);
    let missing = fixture.path("missing.db");
    let missing = missing.to_str().unwrap();
    apply(&fixture, fixture.source().to_str().unwrap(), missing)
        .expect(1, &["DM0012", "the target", "missing.db"]);
    apply(&fixture, missing, fixture.target().to_str().unwrap()).expect(1, &["DM0012", "the source"]);
    assert!(!fixture.path("missing.db").exists());
}

#[test]
fn what_is_not_a_database_is_said_to_be_none() {
    let fixture = Fixture::new(1);
    let (source, target) = (fixture.source(), fixture.target());
    let (source, target) = (source.to_str().unwrap(), target.to_str().unwrap());
    let folder = fixture.bundle();
    apply(&fixture, folder.to_str().unwrap(), target).expect(1, &["DM0013", "is a folder"]);
    apply(&fixture, source, folder.to_str().unwrap()).expect(1, &["DM0013", "is a folder"]);
    let junk = fixture.path("junk.db");
    fs::write(&junk, "not a database at all, but long enough to have a header ".repeat(20)).unwrap();
    apply(&fixture, source, junk.to_str().unwrap()).expect(1, &["DM0013", "the target", "not a database"]);
    apply(&fixture, junk.to_str().unwrap(), target).expect(1, &["DM0013", "the source", "not a database"]);
    let mut bytes = fs::read(source).unwrap();
    bytes[100..].fill(0xAB);
    fs::write(&junk, bytes).unwrap();
    apply(&fixture, source, junk.to_str().unwrap()).expect(1, &["DM0013", "nothing was written"]);
}

#[test]
fn locations_that_do_not_fit_are_usage_errors() {
    let fixture = Fixture::new(1);
    let (source, target) = (fixture.source(), fixture.target());
    let (source, target) = (source.to_str().unwrap(), target.to_str().unwrap());
    let ended = apply(&fixture, source, "postgres://ann:hunter2@h/shop").expect(64, &["DM0014", "ann:***@h"]);
    assert!(!format!("{ended:?}").contains("hunter2"));
    apply(&fixture, source, "mysql://h/shop").expect(64, &["DM0014", "mysql"]);
    apply(&fixture, target, target).expect(64, &["DM0014", "the same file"]);
    apply(&fixture, &format!("sqlite:{source}"), &format!("sqlite://{target}")).expect(0, &["loaded"]);
    let mut command = datamove();
    command.arg("apply").arg(fixture.bundle()).args(["--target", target]);
    Ended::of(&mut command).expect(64, &["DM0014", "--source"]);
}

#[test]
fn a_bundle_for_one_database_takes_no_other_as_its_source() {
    let fixture = Fixture::new(1);
    let mut manifest = read_manifest(&fixture.bundle());
    manifest.link = datamove::plan::Link::Same;
    write_manifest(&fixture.bundle(), &manifest);
    fixture.run("apply", &[]).expect(64, &["DM0014", "leave --source away"]);
}

#[test]
fn a_bundle_for_postgresql_is_answered_with_what_to_do() {
    let fixture = Fixture::new(1);
    let mut manifest = read_manifest(&fixture.bundle());
    manifest.engine = datamove::base::Engine::Postgres;
    write_manifest(&fixture.bundle(), &manifest);
    let (source, target) = ("postgres://ann@127.0.0.1:1/a", "postgres://ann:hunter2@127.0.0.1:1/b");
    apply(&fixture, source, target).expect(1, &["DM0016", "port 1"]);
}

#[test]
fn another_programs_lock_is_waited_for_and_then_named() {
    let fixture = Fixture::new(10);
    fixture.run("apply", &["--batch-rows", "3", "--max-batches", "2"]).expect(0, &[]);
    let before = fixture.dump();
    let other = Connection::open(fixture.target()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = fixture.run("apply", &["--batch-rows", "3"]);
    locked.expect(
        1,
        &[
            "DM0720",
            "sql/20_backfill/010_customer.sql:",
            "batch 3",
            "same command continues",
            "next: datamove apply",
        ],
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(fixture.dump(), before);
    fixture.run("apply", &["--batch-rows", "3"]).expect(0, &["loaded"]);
}

#[cfg(unix)]
#[test]
fn a_target_that_cannot_be_written_is_refused() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let fixture = Fixture::new(1);
    let mode = |path: std::path::PathBuf, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(fixture.path("../"), 0o755);
    mode(fixture.path(""), 0o555);
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let run = |fixture: &Fixture, verb: &str| {
        let mut command: Command = fixture.command(verb, &[]);
        if root {
            // Nothing is read-only for root, so somebody else tries.
            command.uid(65534).gid(65534);
        }
        Ended::of(&mut command)
    };
    mode(fixture.target(), 0o666);
    run(&fixture, "apply").expect(1, &["DM0721", "cannot be written"]);
    mode(fixture.target(), 0o444);
    run(&fixture, "apply").expect(1, &["DM0721", "cannot be written"]);
    // Looking needs no right to write.
    run(&fixture, "status").expect(0, &["nothing applied"]);
    mode(fixture.path(""), 0o755);
}

#[test]
fn a_second_runner_is_refused_while_the_first_is_at_work() {
    let fixture = Fixture::new(40_000);
    let mut first = fixture.command("apply", &["--batch-rows", "50", "--quiet"]).spawn().unwrap();
    let lock = fixture.path("shop.db.datamove-shop.lock");
    while fs::read(&lock).map_or(0, |owner| owner.len()) == 0 {
        assert!(first.try_wait().unwrap().is_none(), "the first runner ended too early");
        std::thread::yield_now();
    }
    let process = format!("process {}", first.id());
    fixture.run("apply", &[]).expect(4, &["DM0722", &process]);
    fixture.run("rollback", &["--yes"]).expect(4, &["DM0722"]);
    fixture.run("status", &[]).expect(0, &["next: datamove apply"]);
    assert!(first.try_wait().unwrap().is_none(), "the first runner ended too early");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(lock.exists());
    fixture.run("apply", &["--max-batches", "1"]).expect(0, &["resumable"]);
    assert!(!lock.exists());
}

#[test]
fn checkpoints_of_another_bundle_are_never_continued() {
    let fixture = Fixture::new(10);
    fixture.run("apply", &["--batch-rows", "3", "--max-batches", "2"]).expect(0, &[]);
    let before = fixture.dump();
    let other = FINGERPRINT.replace('1', "2");
    write_bundle(&fixture.bundle(), &other);
    for verb in ["apply", "status", "rollback"] {
        fixture
            .run(verb, &[])
            .expect(5, &["another bundle", FINGERPRINT, &other, "roll back with the bundle"]);
    }
    assert_eq!(fixture.dump(), before);
    write_bundle(&fixture.bundle(), FINGERPRINT);
    fixture.run("apply", &["--batch-rows", "3"]).expect(0, &["loaded"]);
}

#[test]
fn an_engines_error_says_where_and_what_it_means() {
    let fixture = Fixture::new(10);
    fixture.tamper("CREATE TRIGGER t BEFORE INSERT ON orders WHEN new.id > 21 BEGIN SELECT raise(ABORT, 'no more orders'); END");
    let ended = fixture.run("apply", &["--batch-rows", "3", "--format", "json"]).expect(1, &[]);
    let failure = &ended.json()["failure"];
    assert_eq!(failure["code"], "DM0723");
    assert_eq!(failure["at"]["file"], "sql/20_backfill/020_orders.sql");
    assert_eq!(failure["at"]["line"], 13, "{failure}");
    assert_eq!(failure["engine"], "no more orders");
    assert_eq!(failure["while"], "moving rows, step `orders`, batch 2");
    fixture.tamper("DROP TRIGGER t");
    fixture.run("apply", &["--batch-rows", "3"]).expect(0, &["loaded"]);
}

#[test]
fn a_step_that_moves_nothing_does_not_run_for_ever() {
    let fixture = Fixture::new(10);
    let script = "sql/20_backfill/020_orders.sql";
    replace_script(&fixture.bundle(), script, |text| text.replace("COMMIT", "ROLLBACK"));
    fixture.run("apply", &["--batch-rows", "3"]).expect(1, &["DM0725", script]);
}

#[test]
fn a_ledger_that_somebody_changed_is_not_trusted() {
    let fixture = Fixture::new(10);
    fixture.run("apply", &["--batch-rows", "3", "--max-batches", "2"]).expect(0, &[]);
    fixture.tamper("UPDATE datamove_shop_step SET state = 'odd' WHERE step = 'orders'");
    fixture.run("status", &[]).expect(4, &["DM0813", "odd"]);
    fixture.tamper("DELETE FROM datamove_shop_step WHERE step = 'orders'");
    fixture.run("apply", &[]).expect(1, &["DM0726", "orders"]);
    fixture.tamper("DROP TABLE datamove_shop_step");
    fixture.run("apply", &[]).expect(4, &["DM0812", "no table `step`"]);
}
