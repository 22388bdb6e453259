//! A small move: two tables, a reference that is filled in by a second pass, and a target table that
//! has rows of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use datamove::runner::Request;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::bundle::{FINGERPRINT, write_bundle};

/// Two databases and a bundle in a folder of their own, whose name is a trap.
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// With so many customers, and one and a half times as many orders.
    pub fn new(customers: u32) -> Self {
        let shm = Path::new("/dev/shm");
        let folder = if shm.is_dir() { tempfile::tempdir_in(shm) } else { tempfile::tempdir() };
        let fixture = Self { folder: folder.unwrap() };
        let trap = fixture.folder.path().join("it's 100% a?mode=rwc#\"trap\"");
        fs::create_dir(&trap).unwrap();
        fixture.write_source(customers);
        fixture.write_target();
        write_bundle(&fixture.bundle(), FINGERPRINT);
        fixture
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("it's 100% a?mode=rwc#\"trap\"").join(name)
    }

    pub fn bundle(&self) -> PathBuf {
        self.path("bundle")
    }

    pub fn source(&self) -> PathBuf {
        self.path("legacy.db")
    }

    pub fn target(&self) -> PathBuf {
        self.path("shop.db")
    }

    fn write_source(&self, customers: u32) {
        let source = Connection::open(self.source()).unwrap();
        let sql = format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
             CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, friend INTEGER);
             CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, cents INTEGER);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {customers})
             INSERT INTO customers SELECT i * 3, 'name ' || i, CASE WHEN i % 2 THEN ({customers} - i + 1) * 3 END FROM n WHERE i <= {customers};
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {orders})
             INSERT INTO orders SELECT i * 7, (1 + i % {customers}) * 3, i * 31 % 1000 FROM n WHERE i <= {orders};
             PRAGMA journal_mode = DELETE;",
            orders = customers * 3 / 2,
        );
        source.execute_batch(&sql).unwrap();
    }

    /// A customer of its own is in the target before the move.
    fn write_target(&self) {
        let target = Connection::open(self.target()).unwrap();
        target
            .execute_batch(
                "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, friend_id INTEGER REFERENCES customer);
                 CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, amount TEXT NOT NULL);
                 CREATE INDEX customer_friend ON customer (friend_id);
                 CREATE INDEX orders_customer ON orders (customer_id);
                 INSERT INTO customer VALUES (1, 'of its own', NULL);",
            )
            .unwrap();
    }

    /// A copy of the target, to begin from again.
    pub fn keep_target(&self) {
        fs::copy(self.target(), self.path("kept.db")).unwrap();
    }

    pub fn bring_back_target(&self) {
        for tail in ["-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(self.path(&format!("shop.db{tail}")));
        }
        fs::copy(self.path("kept.db"), self.target()).unwrap();
    }

    /// Every row of every table of the target, ledger included.
    pub fn dump(&self) -> BTreeMap<String, Vec<Vec<Value>>> {
        let target = Connection::open(self.target()).unwrap();
        let check: String = target.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let mut names =
            target.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let rows = |name: &str| {
            let mut rows = target.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY 1, 2")).unwrap();
            let width = rows.column_count();
            let row = |row: &rusqlite::Row<'_>| (0..width).map(|column| row.get(column)).collect();
            rows.query_map([], row).unwrap().map(Result::unwrap).collect()
        };
        names.iter().map(|name| (name.clone(), rows(name))).collect()
    }

    pub fn request(&self, batch_rows: u64) -> Request {
        let (source, target) = (self.source(), self.target());
        Request {
            batch_rows: Some(batch_rows),
            confirmed: true,
            ..Request::new(&self.bundle(), source.to_str(), target.to_str().unwrap())
        }
    }

    /// `datamove VERB` on the fixture's bundle and databases.
    pub fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(self.bundle()).arg("--source").arg(self.source());
        command.arg("--target").arg(self.target()).args(more);
        command
    }

    pub fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// Runs SQL on the target.
    pub fn tamper(&self, sql: &str) {
        Connection::open(self.target()).unwrap().execute_batch(sql).unwrap();
    }
}

/// The binary under test, in an environment that does not depend on whoever runs the tests.
pub fn datamove() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
    for name in ["CI", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(name);
    }
    command
}

/// What a command left.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Asserts the exit code, and that stdout and stderr together hold every text.
    #[track_caller]
    pub fn expect(self, code: i32, texts: &[&str]) -> Self {
        let all = format!("{}\n{}", self.stdout, self.stderr);
        assert_eq!(self.code, code, "{all}");
        for text in texts {
            assert!(all.contains(text), "no `{text}` in:\n{all}");
        }
        self
    }

    pub fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
