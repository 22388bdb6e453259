//! The same store on MariaDB, whose published file makes its own database: moved by an ordinary user,
//! killed in the middle, resumed, validated, compared with SQLite's, and taken back.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::bench::{PROJECT, compiled, datamove, good};
use crate::chinook::{equals_sqlite, through_kills};
use crate::testkit::{Mariadb, Output, shared};

struct OnMariadb {
    server: Mariadb,
    folder: tempfile::TempDir,
}

impl OnMariadb {
    /// The published database as it is, an empty store, and a user who may move the one into the
    /// other and nothing else.
    fn new(source: &Path) -> Result<Self, String> {
        let server = Mariadb::start()?;
        // The file does not escape the backslashes of four titles.
        let script = fs::read_to_string(source).unwrap();
        server.mysql("", &format!("SET sql_mode = 'NO_BACKSLASH_ESCAPES';\n{script}")).ok();
        server.mysql("", "CREATE DATABASE store").ok();
        let ddl = Path::new(PROJECT).join("plans/chinook/schemas/store_mysql.sql");
        server.mysql("store", &fs::read_to_string(ddl).unwrap()).ok();
        server
            .mysql(
                "",
                "CREATE USER mover@'127.0.0.1'; GRANT SELECT ON Chinook.* TO mover@'127.0.0.1';
                 GRANT ALL ON store.* TO mover@'127.0.0.1'; GRANT ALL ON `datamove\\_%`.* TO mover@'127.0.0.1';",
            )
            .ok();
        let folder = tempfile::tempdir().unwrap();
        compiled("plans/chinook/chinook_mysql.plan", folder.path());
        Ok(Self { server, folder })
    }

    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let bundle = self.folder.path().join("bundle");
        let url = format!("mysql://mover@127.0.0.1:{}/store", self.server.port());
        let mut command = datamove(&[verb, bundle.to_str().unwrap(), "--target", &url, "--quiet"]);
        command.args(more);
        command
    }

    /// Everything that the user could have changed, and whether there is a ledger.
    fn dump(&self) -> String {
        let mut command = self.server.client("mariadb-dump");
        command.args([
            "--skip-comments",
            "--order-by-primary",
            "--routines",
            "--databases",
            "store",
            "Chinook",
        ]);
        let ledgers = self.server.query("", "SHOW DATABASES LIKE 'datamove%'");
        format!("{ledgers:?}{}", Output::of(command, "").ok().stdout)
    }

    /// Ends the session of the mover that is at work, if there is one.
    fn cut(&self) -> usize {
        let at_work =
            "SELECT id FROM information_schema.processlist WHERE user = 'mover' AND command = 'Query'";
        let sessions = self.server.query("", at_work);
        // It may have ended by itself meanwhile.
        let cut = |id: &String| self.server.mysql("", &format!("KILL CONNECTION {id}")).success;
        sessions.iter().filter(|row| cut(&row[0])).count()
    }
}

#[test]
fn chinook_on_mariadb_is_killed_resumed_and_equals_sqlite() {
    let source = or_skip!("chinook on MariaDB", shared("chinook/chinook-mysql.sql"));
    let sqlite_source = or_skip!("chinook on both engines", shared("chinook/chinook-sqlite.sql"));
    let move_ = or_skip!("chinook on MariaDB", OnMariadb::new(&source));
    let before = move_.dump();
    good(&move_.command("apply", &[]).output().unwrap());
    let straight = move_.server.query("store", "SELECT * FROM city ORDER BY id");
    for _ in 0..2 {
        good(&move_.command("rollback", &["--yes"]).output().unwrap());
        assert_eq!(move_.dump(), before);
    }

    let killed = through_kills(|| move_.command("apply", &["--batch-rows", "10"]), || move_.cut());
    assert!(killed.runs > 1 && killed.runs + killed.sessions > 2, "{killed:?}");
    good(&move_.command("validate", &[]).output().unwrap());
    assert_eq!(move_.server.query("store", "SELECT * FROM city ORDER BY id"), straight);
    equals_sqlite(&sqlite_source, |table, order| {
        let query = format!("SELECT * FROM {table} ORDER BY {}", order.replace("name", "binary name"));
        move_.server.query("store", &query).into_iter().map(|row| row.join("|")).collect()
    });
    for _ in 0..2 {
        good(&move_.command("rollback", &["--yes"]).output().unwrap());
        assert_eq!(move_.dump(), before);
    }
}
