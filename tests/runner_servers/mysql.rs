//! The driver of MySQL and MariaDB, over a small bundle that is written by hand as the dialect's are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use datamove::artifact::manifest::{FORMAT_VERSION, Manifest, Need, On, Right, ScriptEntry, ScriptKind};
use datamove::base::Engine;
use datamove::plan::Link;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::Mariadb;

const FINGERPRINT: &str = "dm1:0000000000000000000000000000000000000000000000000000000000000001";

const HEAD: &str = "\
SET NAMES utf8mb4;
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES';
SET SESSION innodb_lock_wait_timeout = 2;
";

const CHECKS: &str = "
CREATE TEMPORARY TABLE \"datamove_little\".\"checks\" (\"check_id\" text, \"bad\" bigint, \"examined\" bigint);
INSERT INTO \"datamove_little\".\"checks\" SELECT 'item/rows', {BAD}, count(*) FROM \"old\".\"items\";
SELECT \"check_id\", 'rows' AS \"kind\", 'rows of item' AS \"subject\", \"examined\", \"examined\" AS \"expected\", \"bad\",
       CASE WHEN \"bad\" = 0 THEN 'pass' ELSE 'fail' END AS \"verdict\" FROM \"datamove_little\".\"checks\";
";

const PREFLIGHT: &str = "
CREATE TEMPORARY TABLE \"new\".\"probe\" (\"a\" int);
SELECT 'item/name/null' AS \"check_id\", 'null' AS \"kind\", 'names' AS \"subject\", count(*) AS \"examined\", count(*) AS \"expected\",
       sum(\"name\" IS NULL) AS \"bad\", CASE WHEN sum(\"name\" IS NULL) = 0 THEN 'pass' ELSE 'fail' END AS \"verdict\" FROM \"old\".\"items\";
";

const PREPARE: &str = "
CREATE DATABASE IF NOT EXISTS \"datamove_little\";
CREATE TABLE IF NOT EXISTS \"datamove_little\".\"run\" (\"plan\" varchar(100) PRIMARY KEY, \"fingerprint\" text, \"state\" text);
CREATE TABLE IF NOT EXISTS \"datamove_little\".\"step\" (\"step\" varchar(100) PRIMARY KEY, \"ordinal\" int, \"state\" text, \"checkpoint_1\" bigint,
  \"rows_read\" bigint, \"rows_written\" bigint, \"rows_skipped\" bigint, \"batches\" bigint, \"rows_rejected\" bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS \"datamove_little\".\"undo_item\" (\"undo_op\" text, \"id\" bigint PRIMARY KEY);
INSERT INTO \"datamove_little\".\"step\" SELECT 'item', 1, 'pending', 0, 0, 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM \"datamove_little\".\"step\");
INSERT INTO \"datamove_little\".\"run\" SELECT 'little', '{FINGERPRINT}', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM \"datamove_little\".\"run\");
";

const BACKFILL: &str = "
DROP PROCEDURE IF EXISTS \"datamove_little\".\"move_item\";
DELIMITER $datamove$
CREATE PROCEDURE \"datamove_little\".\"move_item\"()
BEGIN
  DECLARE batches_left bigint DEFAULT @datamove_batches;
  DECLARE batch_rows bigint DEFAULT coalesce(@datamove_batch_rows, 100);
  DECLARE last bigint;
  DECLARE from_key bigint;
  batch: LOOP
    IF batches_left <= 0 THEN LEAVE batch; END IF;
    START TRANSACTION;
    SELECT \"checkpoint_1\" INTO from_key FROM \"datamove_little\".\"step\" WHERE \"step\" = 'item' FOR UPDATE;
    SELECT max(\"id\") INTO last FROM (SELECT \"id\" FROM \"old\".\"items\" WHERE \"id\" > from_key ORDER BY \"id\" LIMIT batch_rows) AS k;
    IF last IS NULL THEN
      UPDATE \"datamove_little\".\"step\" SET \"state\" = 'done' WHERE \"step\" = 'item';
      COMMIT;
      LEAVE batch;
    END IF;
    INSERT INTO \"datamove_little\".\"undo_item\" SELECT 'insert', \"id\" FROM \"old\".\"items\" WHERE \"id\" > from_key AND \"id\" <= last;
    INSERT INTO \"new\".\"item\" SELECT \"id\", upper(\"name\") || '\\' FROM \"old\".\"items\" WHERE \"id\" > from_key AND \"id\" <= last;
    SET @moved = row_count();
    SET @slow = {SLOW};
    UPDATE \"datamove_little\".\"step\" SET \"state\" = 'running', \"checkpoint_1\" = last, \"rows_read\" = \"rows_read\" + @moved,
      \"rows_written\" = \"rows_written\" + @moved, \"batches\" = \"batches\" + 1 WHERE \"step\" = 'item';
    COMMIT;
    SET batches_left = batches_left - 1;
  END LOOP;
END
$datamove$
DELIMITER ;
CALL \"datamove_little\".\"move_item\"();
DROP PROCEDURE \"datamove_little\".\"move_item\";
SELECT \"step\", \"state\", \"rows_read\", \"rows_written\", \"rows_skipped\", \"batches\" FROM \"datamove_little\".\"step\";
";

const FINISH: &str = "UPDATE \"datamove_little\".\"run\" SET \"state\" = 'loaded';\n";

const ROLLBACK: &str = "
START TRANSACTION;
DELETE FROM \"new\".\"item\" WHERE \"id\" IN (SELECT \"id\" FROM \"datamove_little\".\"undo_item\");
COMMIT;
DROP DATABASE \"datamove_little\";
";

const BAD: &str = "(SELECT count(*) FROM \"old\".\"items\" AS o LEFT JOIN \"new\".\"item\" AS n ON n.\"id\" = o.\"id\" AND n.\"name\" = upper(o.\"name\") || '\\' WHERE n.\"id\" IS NULL)";

/// A server of its own, because names of databases are the server's, and a bundle in a folder.
struct Little {
    server: Mariadb,
    folder: TempDir,
}

impl Little {
    /// `slow` is what every batch evaluates.
    fn new(slow: &str) -> Result<Self, String> {
        let server = Mariadb::start()?;
        let rows = "INSERT INTO old.items SELECT seq * 3, concat('name ', seq) FROM old.seq_1_to_2000;";
        server
            .mysql(
                "",
                &format!(
                    "CREATE DATABASE old; CREATE DATABASE new;
                     CREATE TABLE old.items (id bigint PRIMARY KEY, name varchar(40)) ENGINE = InnoDB;
                     CREATE TABLE new.item (id bigint PRIMARY KEY, name varchar(40) NOT NULL, UNIQUE KEY item_name (name)) ENGINE = InnoDB;
                     INSERT INTO new.item VALUES (1, 'of its own'); {rows}
                     CREATE USER mover@'127.0.0.1' IDENTIFIED BY 'hunter2';
                     GRANT SELECT ON old.* TO mover@'127.0.0.1';
                     GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES ON new.* TO mover@'127.0.0.1';
                     GRANT ALL ON `datamove\\_little`.* TO mover@'127.0.0.1';"
                ),
            )
            .ok();
        let folder = tempfile::tempdir().unwrap();
        write_bundle(folder.path(), slow);
        Ok(Self { server, folder })
    }

    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        let target = format!("mysql://mover@127.0.0.1:{}/new", self.server.port());
        command.arg(verb).arg(self.folder.path()).args(["--target", &target]).args(more);
        command.env("DATAMOVE_TARGET_PASSWORD", "hunter2");
        command
    }

    #[track_caller]
    fn run(&self, verb: &str, more: &[&str]) -> Ended {
        let ended = Ended::of(&mut self.command(verb, more));
        assert!(!ended.all().contains("hunter2"), "{}", ended.all());
        ended
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.server.query("new", "SELECT * FROM item ORDER BY id")
    }

    fn batches(&self) -> u64 {
        let said = self.server.mysql("", "SELECT batches FROM datamove_little.step");
        said.stdout.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(0)
    }

    #[track_caller]
    fn start_until_batch(&self, least: u64) -> Child {
        let mut command = self.command("apply", &["--batch-rows", "50"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        while self.batches() < least {
            assert!(begun.elapsed() < Duration::from_secs(30), "no batch came");
            sleep(Duration::from_millis(20));
        }
        child
    }

    /// The connection that moves rows.
    fn at_work(&self) -> String {
        let sql = "SELECT id FROM information_schema.processlist WHERE user = 'mover' AND command = 'Query'";
        self.server.query("", sql).first().map_or("0".to_owned(), |row| row[0].clone())
    }
}

fn write_bundle(folder: &Path, slow: &str) {
    let need = |on, schema: Option<&str>, name: &str, rights: &[Right]| Need {
        on,
        schema: schema.map(str::to_owned),
        name: Some(name.to_owned()),
        column: None,
        rights: rights.iter().copied().collect::<BTreeSet<_>>(),
    };
    let mut manifest = Manifest {
        format_version: FORMAT_VERSION,
        plan: "little".to_owned(),
        fingerprint: FINGERPRINT.to_owned(),
        engine: Engine::Mysql,
        link: Link::Same,
        source: "old".to_owned(),
        target: "new".to_owned(),
        staging: None,
        reconcile: None,
        ledger: "datamove_little".to_owned(),
        scripts: Vec::new(),
        cutover: None,
        steps: std::collections::BTreeMap::new(),
        needs: vec![
            need(
                On::Database,
                None,
                "datamove_little",
                &[Right::Create, Right::Drop, Right::Routines, Right::Temporary],
            ),
            need(On::Table, Some("old"), "items", &[Right::Select]),
            need(On::Table, Some("new"), "item", &[Right::Select, Right::Insert, Right::Delete]),
        ],
        files: BTreeMap::new(),
    };
    let validate = CHECKS.replace("{BAD}", BAD);
    let scripts = [
        ("sql/00_preflight.sql", ScriptKind::Preflight, PREFLIGHT),
        ("sql/10_prepare.sql", ScriptKind::Prepare, PREPARE),
        ("sql/20_backfill/010_item.sql", ScriptKind::Backfill, BACKFILL),
        ("sql/27_finish.sql", ScriptKind::Finish, FINISH),
        ("sql/30_validate.sql", ScriptKind::Validate, &validate),
        ("sql/90_rollback.sql", ScriptKind::Rollback, ROLLBACK),
    ];
    for (path, kind, text) in scripts {
        let text = format!("{HEAD}{}", text.replace("{FINGERPRINT}", FINGERPRINT).replace("{SLOW}", slow));
        std::fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.join(path), &text).unwrap();
        let hash = Sha256::digest(text.as_bytes());
        manifest.files.insert(path.to_owned(), format!("{hash:x}"));
        let backfill = kind == ScriptKind::Backfill;
        manifest.scripts.push(ScriptEntry {
            path: path.to_owned(),
            kind,
            steps: if backfill { vec!["item".to_owned()] } else { Vec::new() },
            wave: backfill.then_some(1),
            batch_rows: backfill.then_some(100),
            next_row: None,
            sets_aside: false,
            rejected: None,
            beside: datamove::artifact::manifest::Beside::Alone,
        });
    }
    std::fs::write(folder.join("manifest.json"), manifest.to_json()).unwrap();
}

#[test]
fn a_move_goes_in_is_looked_at_and_comes_back() {
    let little = crate::or_skip!("the verbs on MariaDB", Little::new("0"));
    let before = little.rows();
    little.run("status", &[]).expect(0, &["nothing applied"]);
    little.run("apply", &["--batch-rows", "50", "--max-batches", "3"]).expect(0, &["stopped"]);
    assert_eq!(little.batches(), 3);
    let source = format!("mysql://mover@localhost:{}/old", little.server.port());
    little
        .server
        .mysql(
            "",
            "CREATE USER mover@localhost IDENTIFIED BY 'hunter2'; GRANT SELECT ON old.* TO mover@localhost",
        )
        .ok();
    let mut command =
        little.command("apply", &["--format", "json", "--source", &source.replace("localhost", "127.0.0.1")]);
    let report =
        Ended::of(command.env("MYSQL_PWD", "hunter2")).expect(0, &["\"outcome\": \"loaded\""]).json();
    assert_eq!(report["steps"][0]["rows_written"], 2000);
    assert_eq!(report["checks"][0]["verdict"], "pass");
    assert_eq!(little.rows()[1], ["3", "NAME 1\\"]);
    little.run("status", &[]).expect(0, &["loaded"]);
    little.run("validate", &[]).expect(0, &["found no difference"]);
    little.server.mysql("new", "DELETE FROM item WHERE id = 30").ok();
    little.run("validate", &[]).expect(7, &["DM0704", "item/rows"]);
    little.run("apply", &["--no-validate"]).expect(0, &["already loaded"]);
    little.run("rollback", &[]).expect(4, &["2000"]);
    little.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_eq!(little.rows(), before);

    let other = Mariadb::start().unwrap();
    other.mysql("", "CREATE USER mover@'127.0.0.1' IDENTIFIED BY 'hunter2'").ok();
    let source = format!("mysql://mover@127.0.0.1:{}/", other.port());
    let mut command = little.command("apply", &["--source", &source]);
    Ended::of(command.env("MYSQL_PWD", "hunter2")).expect(64, &["DM0024", "one server"]);
}

#[test]
fn kills_of_the_runner_and_of_its_sessions_lose_nothing() {
    let little = crate::or_skip!("kills on MariaDB", Little::new("sleep(0.03)"));
    little.run("apply", &["-q", "--batch-rows", "500"]).expect(0, &["loaded"]);
    let whole = little.rows();
    little.run("rollback", &["--yes", "-q"]).expect(0, &[]);
    for least in [1, 4] {
        let mut child = little.start_until_batch(least);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let child = little.start_until_batch(8);
    for _ in 0..2 {
        little.server.mysql("", &format!("KILL CONNECTION {}", little.at_work())).ok();
        sleep(Duration::from_millis(500));
    }
    // The session that holds the lock, which is idle.
    let idle = little.server.query(
        "",
        "SELECT min(id) FROM information_schema.processlist WHERE user = 'mover' AND command = 'Sleep'",
    );
    little.server.mysql("", &format!("KILL CONNECTION {}", idle[0][0])).ok();
    crate::shop::Shop::end(child).expect(0, &["loaded", "validation passed"]);
    assert_eq!(little.rows(), whole);
}

#[test]
fn one_runner_keeps_another_away_and_a_signal_ends_it() {
    let little = crate::or_skip!(
        "two runners on MariaDB",
        Little::new(
            "(SELECT if((SELECT count(*) FROM new.item) < 200, 0, (SELECT count(*) FROM old.seq_1_to_100000 AS a, old.seq_1_to_1000000 AS b)))"
        )
    );
    let child = little.start_until_batch(3);
    little.run("apply", &[]).expect(4, &["DM0722", "connection", "user mover"]);
    sleep(Duration::from_millis(700));
    // The first one lets the batch end, the second one cancels it.
    for _ in 0..2 {
        assert!(
            Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success()
        );
        sleep(Duration::from_millis(100));
    }
    let ended = crate::shop::Shop::end(child).expect(1, &["DM0731", "next: datamove apply", "batch 4"]);
    assert!(!ended.all().contains("hunter2"));
    assert_eq!(little.batches(), 3);
    assert_eq!(little.at_work(), "0");
}

#[test]
fn troubles_of_a_server_are_told_apart() {
    let little = crate::or_skip!("troubles of MariaDB", Little::new("0"));
    let trip = |state: &str, number: u32, message: &str| {
        little
            .server
            .mysql(
                "new",
                &format!(
                    "DROP TRIGGER IF EXISTS trip;\nDELIMITER //\nCREATE TRIGGER trip BEFORE INSERT ON item FOR EACH ROW \
                     BEGIN SIGNAL SQLSTATE '{state}' SET MESSAGE_TEXT = '{message}', MYSQL_ERRNO = {number}; END//"
                ),
            )
            .ok();
    };
    let cases = [
        (1114, "DM0817", "the disk is full"),
        (1290, "DM0721", "the target cannot be written"),
        (1213, "DM0734", "other sessions were in the way"),
        (1644, "DM0723", "a trigger or procedure raised an error"),
        (3024, "DM0736", "the server ended a statement"),
    ];
    for (number, code, words) in cases {
        let message = if number == 1644 { "ann@example.com is no item" } else { "so it is" };
        trip("45000", number, message);
        let ended = little.run("apply", &[]).expect(1, &[code, words, "sql/20_backfill/010_item.sql:"]);
        assert!(!ended.all().contains("ann@example.com"), "{}", ended.all());
    }
    little.server.mysql("new", "DROP TRIGGER trip; INSERT INTO item VALUES (2, 'NAME 7\\\\')").ok();
    let ended =
        little.run("apply", &[]).expect(1, &["DM0723", "the target refused a row", "item_name", "1062"]);
    assert!(!ended.all().contains("NAME 7"), "{}", ended.all());
    little.server.mysql("new", "DELETE FROM item WHERE id = 2").ok();
    // A row that somebody else holds: the batch is tried again until it is free.
    let mut holder = little.server.client("mariadb");
    holder.args(["new", "-e", "START TRANSACTION; INSERT INTO item VALUES (9, 'x'); DO SLEEP(3); ROLLBACK"]);
    let mut holder = holder.spawn().unwrap();
    sleep(Duration::from_millis(300));
    little.run("apply", &[]).expect(0, &["loaded"]);
    holder.wait().unwrap();
}

#[test]
fn what_a_user_may_not_do_is_listed_before_anything_is_written() {
    let little = crate::or_skip!("rights on MariaDB", Little::new("0"));
    little.server.mysql("", "REVOKE ALL, GRANT OPTION FROM mover@'127.0.0.1'; GRANT SELECT (id) ON old.items TO mover@'127.0.0.1'").ok();
    little.run("apply", &[]).expect(4, &["DM0733", "to database 'new'", "nothing was written"]);
    little.server.mysql("", "GRANT CREATE VIEW ON new.* TO mover@'127.0.0.1'").ok();
    let ended = little.run("apply", &[]).expect(4, &["DM0733", "nothing was written"]);
    let grants: Vec<&str> =
        ended.stderr.lines().map(str::trim).filter(|line| line.starts_with("GRANT ")).collect();
    assert_eq!(
        grants,
        [
            "GRANT CREATE, DROP, CREATE TEMPORARY TABLES, CREATE ROUTINE, ALTER ROUTINE, EXECUTE ON `datamove_little`.* TO 'mover'@'127.0.0.1';",
            "GRANT SELECT ON `old`.`items` TO 'mover'@'127.0.0.1';",
            "GRANT SELECT, INSERT, DELETE ON `new`.`item` TO 'mover'@'127.0.0.1';",
        ]
    );
    little.server.mysql("", "DROP TABLE new.item; GRANT ALL ON *.* TO mover@'127.0.0.1'").ok();
    little.run("apply", &[]).expect(6, &["DM0735", "`new`.`item`"]);
}

#[test]
fn a_server_that_only_reads_is_refused() {
    let little = crate::or_skip!("a read-only MariaDB", Little::new("0"));
    little.server.mysql("", "SET GLOBAL read_only = 1").ok();
    little.run("apply", &[]).expect(1, &["DM0721", "--read-only"]);
    little.run("status", &[]).expect(0, &["nothing applied"]);
}
