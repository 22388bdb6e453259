//! Others write the same keys on PostgreSQL while a batch is under way: what they wrote is
//! overwritten only after it was kept, and comes back.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::compile::compile;
use crate::testkit::{Database, Postgres};

const SOURCE: &str = "CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL);";
const TARGET: &str = "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL, more text);";

struct Bench {
    db: Database,
    scripts: Vec<Script>,
}

impl Bench {
    fn new(server: &'static Postgres, conflict: &str) -> Self {
        let moves = format!(
            "move legacy.items i -> shop.item {{
  batch 2 rows by i.id
  key id <- i.id
  name <- i.name
  on conflict {conflict}
}}"
        );
        let scripts = compile(Engine::Postgres, &moves, SOURCE, TARGET, "").unwrap();
        let db = server.database("writers");
        db.psql(&format!(
            "CREATE SCHEMA legacy; CREATE SCHEMA shop; SET search_path = legacy; {SOURCE}
             INSERT INTO items SELECT i, 'new ' || i FROM generate_series(1, 6) i; SET search_path = shop; {TARGET}"
        ))
        .ok();
        Self { db, scripts }
    }

    fn text(&self, kind: ScriptKind) -> &str {
        &self.scripts.iter().find(|script| script.kind == kind).unwrap().text
    }

    fn rows(&self) -> String {
        self.db.query("SELECT string_agg(concat_ws(' ', id, name, more), ', ' ORDER BY id) FROM shop.item")[0]
            [0]
        .clone()
    }

    /// A session that holds rows that it has not committed yet, and commits them in two seconds.
    fn writer(&self, sql: &str) -> Child {
        let mut command = self.db.command();
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let sql = format!("BEGIN; {sql}; SELECT pg_sleep(2) AS holding; COMMIT;");
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), sql.as_bytes()).unwrap();
        let holds = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                     AND query LIKE '%AS holding%' AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'";
        while self.db.query(holds)[0][0] == "0" {
            sleep(Duration::from_millis(20));
        }
        child
    }
}

#[test]
fn a_row_that_is_committed_while_a_batch_waits_for_it_comes_back() {
    let server = or_skip!("writers on PostgreSQL", Postgres::get());
    let moved = "1 new 1, 2 new 2, 3 new 3 kept, 4 new 4, 5 new 5, 6 new 6";
    let left = moved.replace("3 new 3", "3 theirs");
    for (conflict, wanted) in [("update", moved), ("skip", left.as_str())] {
        let bench = Bench::new(server, conflict);
        bench.db.psql(bench.text(ScriptKind::Prepare)).ok();
        let mut writer = bench.writer("INSERT INTO shop.item VALUES (3, 'theirs', 'kept')");
        bench.db.psql(bench.text(ScriptKind::Backfill)).ok();
        assert!(writer.wait().unwrap().success());
        assert_eq!(bench.rows(), wanted);
        bench.db.psql(bench.text(ScriptKind::Finish)).ok();
        bench.db.psql(bench.text(ScriptKind::Validate)).ok();
        bench.db.psql(bench.text(ScriptKind::Rollback)).ok();
        assert_eq!(bench.rows(), "3 theirs kept");
    }
}

#[test]
fn a_row_that_comes_between_the_look_and_the_write_is_refused_and_then_kept() {
    let server = or_skip!("writers on PostgreSQL", Postgres::get());
    let bench = Bench::new(server, "update");
    // The first batch meets a row, so the second looks for rows before it writes.
    bench.db.psql("INSERT INTO shop.item VALUES (1, 'old', 'too')").ok();
    bench.db.psql(bench.text(ScriptKind::Prepare)).ok();
    let mut writer = bench.writer("INSERT INTO shop.item VALUES (3, 'theirs', 'kept')");
    let said = bench.db.psql(bench.text(ScriptKind::Backfill));
    assert!(!said.success && said.stderr.contains("DM0705"), "{}", said.stderr);
    assert!(writer.wait().unwrap().success());
    assert_eq!(bench.rows(), "1 new 1 too, 2 new 2, 3 theirs kept");
    bench.db.psql(bench.text(ScriptKind::Backfill)).ok();
    assert_eq!(bench.rows(), "1 new 1 too, 2 new 2, 3 new 3 kept, 4 new 4, 5 new 5, 6 new 6");
    bench.db.psql(bench.text(ScriptKind::Rollback)).ok();
    assert_eq!(bench.rows(), "1 old too, 3 theirs kept");
}

#[test]
fn another_unique_key_is_no_key_of_the_move() {
    let server = or_skip!("writers on PostgreSQL", Postgres::get());
    let bench = Bench::new(server, "update");
    bench.db.psql(bench.text(ScriptKind::Prepare)).ok();
    bench
        .db
        .psql(
            "INSERT INTO shop.item VALUES (9, 'new 4', NULL); CREATE UNIQUE INDEX named ON shop.item (name)",
        )
        .ok();
    let said = bench.db.psql(bench.text(ScriptKind::Backfill));
    assert!(!said.success && said.stderr.contains("\"named\""), "{}", said.stderr);
    assert_eq!(bench.rows(), "1 new 1, 2 new 2, 9 new 4");
    bench.db.psql(bench.text(ScriptKind::Rollback)).ok();
    assert_eq!(bench.rows(), "9 new 4");
}
