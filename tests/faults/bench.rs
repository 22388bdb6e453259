//! The two sides on one engine, and the preflight's script run on them by the stock client.

use datamove::base::Engine;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::testkit::{Database, Mariadb, Output, Postgres};

/// The sides `old` and `new`, emptied for each fault.
#[derive(Debug)]
pub(crate) enum Bench {
    Sqlite(TempDir),
    Postgres(Database),
    Mysql(Mariadb),
}

impl Bench {
    pub(crate) fn of(engine: Engine) -> Result<Self, String> {
        Ok(match engine {
            Engine::Sqlite => Self::Sqlite(tempfile::tempdir().map_err(|error| error.to_string())?),
            Engine::Postgres => Self::Postgres(Postgres::get()?.database("faults")),
            Engine::Mysql => {
                let server = Mariadb::start()?;
                load_zones(&server);
                Self::Mysql(server)
            }
        })
    }

    /// Both schemas, and no row.
    pub(crate) fn set_up(&mut self, old: &str, new: &str) {
        match self {
            Self::Sqlite(folder) => {
                *folder = tempfile::tempdir().expect("the bench works");
                open(folder, "old.db").execute_batch(old).expect("the bench works");
                open(folder, "new.db").execute_batch(new).expect("the bench works");
            }
            Self::Postgres(db) => {
                db.psql(&format!(
                    "SET client_min_messages = error; DROP SCHEMA IF EXISTS old, new, datamove_p CASCADE;
                     CREATE SCHEMA old; CREATE SCHEMA new;
                     SET search_path = old; {old}\nSET search_path = new; {new}"
                ))
                .ok();
            }
            Self::Mysql(server) => {
                let whole = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
                let text = format!(
                    "SET foreign_key_checks = 0; DROP DATABASE IF EXISTS datamove_p; CREATE OR REPLACE DATABASE old {whole}; CREATE OR REPLACE DATABASE new {whole};
                     USE old; {old}\nUSE new; {new}"
                );
                server.mysql("", &text).ok();
            }
        }
    }

    /// Changes rows of the source.
    pub(crate) fn source(&self, sql: &str) {
        match self {
            Self::Sqlite(folder) => open(folder, "old.db").execute_batch(sql).expect("the bench works"),
            Self::Postgres(db) => {
                db.psql(&format!("SET search_path = old; {sql}")).ok();
            }
            Self::Mysql(server) => {
                server.mysql("old", &format!("SET time_zone = '+00:00'; {sql}")).ok();
            }
        }
    }

    /// What the stock client of a server says to a script; columns are parted by tabs.
    pub(crate) fn client(&self, script: &str) -> Output {
        match self {
            Self::Sqlite(_) => panic!("SQLite is no server"),
            Self::Postgres(db) => {
                let mut command = db.command();
                command.args(["-A", "-t", "-F", "\t"]);
                Output::of(command, script)
            }
            Self::Mysql(server) => {
                let mut command = server.client("mariadb");
                command.args(["--default-character-set=utf8mb4", "--batch", "--skip-column-names"]);
                Output::of(command, script)
            }
        }
    }

    /// Runs the preflight: the ids of its checks that fail, or why it is cut off.
    pub(crate) fn preflight(&self, script: &str) -> Result<Vec<String>, String> {
        if let Self::Sqlite(folder) = self {
            return preflight_of_files(folder, script);
        }
        let output = self.client(script);
        let rows: Vec<Vec<&str>> = output.stdout.lines().map(|line| line.split('\t').collect()).collect();
        let failed = failed(&rows);
        assert_eq!(output.success, failed.is_empty(), "{}\n{}", output.stdout, output.stderr);
        if output.success || output.stderr.contains("DM0703") { Ok(failed) } else { Err(output.stderr) }
    }
}

fn open(folder: &TempDir, name: &str) -> Connection {
    Connection::open(folder.path().join(name)).expect("the bench works")
}

/// Each check is a row of seven columns with its verdict at the end.
fn failed<T: AsRef<str>>(rows: &[Vec<T>]) -> Vec<String> {
    let checks = rows.iter().filter(|row| row.len() == 7 && row[6].as_ref() == "fail");
    checks.map(|row| row[0].as_ref().to_owned()).collect()
}

fn preflight_of_files(folder: &TempDir, script: &str) -> Result<Vec<String>, String> {
    use rusqlite::fallible_iterator::FallibleIterator as _;
    let db = open(folder, "new.db");
    db.execute_batch(&format!("ATTACH '{}' AS old", folder.path().join("old.db").display()))
        .expect("the bench works");
    let script = script.replace(".bail on\n", "");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut run = || {
        let mut batch = rusqlite::Batch::new(&db, &script);
        while let Some(mut statement) = batch.next()? {
            let columns = statement.column_count();
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                let text = |column| row.get_ref(column).map(|value| value.as_str().unwrap_or("").to_owned());
                rows.push((0..columns).map(text).collect::<Result<_, _>>()?);
            }
        }
        Ok(())
    };
    let ended: Result<(), rusqlite::Error> = run();
    let failed = failed(&rows);
    match ended {
        Err(error) if !error.to_string().contains("DM0703") => Err(error.to_string()),
        ended => {
            assert_eq!(ended.is_ok(), failed.is_empty(), "{rows:?}");
            Ok(failed)
        }
    }
}

/// The rules of zones, which a MySQL server has only after somebody has loaded them.
fn load_zones(server: &Mariadb) {
    for zone in ["Europe/Paris", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia"] {
        let mut command = std::process::Command::new("mariadb-tzinfo-to-sql");
        command.arg(format!("/usr/share/zoneinfo/{zone}")).arg(zone);
        server.mysql("mysql", &Output::of(command, "").ok().stdout).ok();
    }
}
