//! A way from any engine to any other: two databases of a test's own, and a bundle between them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use rusqlite::types::ValueRef;
use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Output, Postgres};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

/// A database.
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(Database),
    Mysql(&'static Mariadb, String),
}

/// The server of sources, which is another one than that of targets.
fn old_server() -> Result<&'static Mariadb, String> {
    static SERVER: OnceLock<Result<Mariadb, String>> = OnceLock::new();
    SERVER.get_or_init(Mariadb::start).as_ref().map_err(Clone::clone)
}

impl Kind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// An empty database, or why there is no server for it.
    pub(crate) fn make(self, name: &str, folder: &Path, is_source: bool) -> Result<Place, String> {
        let side = if is_source { "old" } else { "new" };
        Ok(match self {
            Self::Sqlite => {
                let path = folder.join(format!("{side}.db"));
                rusqlite::Connection::open(&path).unwrap().execute_batch("VACUUM").unwrap();
                Place::Sqlite(path)
            }
            Self::Postgres => Place::Postgres(Postgres::get()?.database(&format!("{name}_{side}"))),
            Self::Mysql => {
                let server = if is_source { old_server()? } else { Mariadb::get()? };
                let database = format!("{name}_{side}");
                server
                    .mysql(
                        "",
                        &format!(
                            "DROP DATABASE IF EXISTS {database}; DROP DATABASE IF EXISTS datamove_{name}; \
                             CREATE DATABASE {database} CHARACTER SET utf8mb4"
                        ),
                    )
                    .ok();
                Place::Mysql(server, database)
            }
        })
    }
}

impl Place {
    /// As `--source` and `--target` take it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => path.to_str().unwrap().to_owned(),
            Self::Postgres(database) => database.url(),
            Self::Mysql(server, database) => server.url(database),
        }
    }

    /// The clause of a plan that says in which database or schema the tables are.
    fn home(&self) -> String {
        match self {
            Self::Mysql(_, database) => format!(" in {database}"),
            Self::Sqlite(_) | Self::Postgres(_) => String::new(),
        }
    }

    /// Runs statements, in a session of UTC where a backslash is itself.
    #[track_caller]
    pub(crate) fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Self::Postgres(database) => {
                database.psql(sql).ok();
            }
            Self::Mysql(server, database) => {
                let session = "SET sql_mode = 'NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ANSI_QUOTES,NO_AUTO_VALUE_ON_ZERO'; SET time_zone = '+00:00'; SET max_recursive_iterations = 10000000;";
                server.mysql(database, &format!("{session}\n{sql}")).ok();
            }
        }
    }

    /// The rows of a query as texts; NULL is the word NULL. No value may hold a tab or a line's end.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(path) => sqlite_rows(path, sql),
            Self::Postgres(database) => database.query(&format!("\\pset null NULL\n{sql}")),
            Self::Mysql(server, database) => server.query(database, &format!("SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'; SET time_zone = '+00:00'; {sql}")),
        }
    }

    /// Everything that is in the place, and for servers whether a ledger is beside it.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        match self {
            Self::Sqlite(path) => {
                let mut text = String::new();
                for row in sqlite_rows(path, "SELECT name, sql FROM sqlite_master ORDER BY name") {
                    writeln!(text, "{}", row.join("|")).unwrap();
                    if sqlite_rows(
                        path,
                        &format!("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{}'", row[0]),
                    )
                    .is_empty()
                    {
                        continue;
                    }
                    let mut rows: Vec<String> = sqlite_rows(path, &format!("SELECT * FROM \"{}\"", row[0]))
                        .iter()
                        .map(|row| row.join("|"))
                        .collect();
                    rows.sort();
                    writeln!(text, "{}", rows.join("\n")).unwrap();
                }
                text
            }
            Self::Postgres(database) => {
                let mut command = database.server().client("pg_dump");
                command.args(["--restrict-key=x", "-d", database.name()]);
                Output::of(command, "").ok().stdout
            }
            Self::Mysql(server, database) => {
                let mut command = server.client("mariadb-dump");
                command.args([
                    "--skip-comments",
                    "--order-by-primary",
                    "--hex-blob",
                    "--tz-utc",
                    "--databases",
                    database,
                ]);
                let dumped = Output::of(command, "").ok().stdout;
                let plan = database.trim_end_matches("_new");
                let ledgers = server.query("", &format!("SHOW DATABASES LIKE 'datamove_{plan}'"));
                format!("{dumped}{ledgers:?}")
            }
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn sqlite_rows(path: &Path, sql: &str) -> Vec<Vec<String>> {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut statement = db.prepare(sql).unwrap();
    let count = statement.column_count();
    let text = |row: &rusqlite::Row<'_>, i| match row.get_ref(i).unwrap() {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => hex(bytes),
    };
    let found = statement.query_map([], |row| Ok((0..count).map(|i| text(row, i)).collect())).unwrap();
    found.map(Result::unwrap).collect()
}

pub(crate) struct Route {
    pub(crate) folder: TempDir,
    pub(crate) source: Place,
    pub(crate) target: Place,
}

/// The schemas and the moves of a route between the sides `old` and `new`.
pub(crate) struct Way<'a> {
    pub(crate) name: &'a str,
    pub(crate) from: Kind,
    pub(crate) to: Kind,
    pub(crate) old: &'a str,
    pub(crate) rows: &'a str,
    pub(crate) new: &'a str,
    pub(crate) moves: &'a str,
}

impl Route {
    /// Makes both databases and compiles the plan.
    #[track_caller]
    pub(crate) fn new(way: &Way<'_>) -> Result<Self, String> {
        let route = Self::files(way)?;
        Ended::of(&mut route.compile()).expect(0, &[]);
        Ok(route)
    }

    /// Makes both databases and writes the plan's files.
    #[track_caller]
    pub(crate) fn files(way: &Way<'_>) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let source = way.from.make(way.name, folder.path(), true)?;
        let target = way.to.make(way.name, folder.path(), false)?;
        source.run(way.old);
        source.run(way.rows);
        target.run(way.new);
        let route = Self { folder, source, target };
        std::fs::write(route.folder.path().join("old.sql"), way.old).unwrap();
        std::fs::write(route.folder.path().join("new.sql"), way.new).unwrap();
        let text = format!(
            "datamove edition 2026\n\nplan {} {{ }}\n\nsource old {} {{ schema \"old.sql\"{} link staged }}\n\
             target new {} {{ schema \"new.sql\"{} }}\n\n{}\n",
            way.name,
            way.from.word(),
            route.source.home(),
            way.to.word(),
            route.target.home(),
            way.moves
        );
        std::fs::write(route.folder.path().join("a.plan"), text).unwrap();
        Ok(route)
    }

    pub(crate) fn compile(&self) -> Command {
        let mut command = datamove();
        command.arg("compile").arg(self.folder.path().join("a.plan")).arg("-o").arg(self.bundle());
        command
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// `datamove VERB` with the target, and the source where the verb reads it.
    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(self.bundle()).args(["--target", &self.target.url()]);
        if verb == "apply" {
            command.args(["--source", &self.source.url()]);
        }
        command.args(more);
        command
    }

    #[track_caller]
    pub(crate) fn apply(&self, more: &[&str]) -> Ended {
        Ended::of(&mut self.command("apply", more))
    }

    #[track_caller]
    pub(crate) fn rollback(&self) -> Ended {
        Ended::of(&mut self.command("rollback", &["--yes"]))
    }
}
