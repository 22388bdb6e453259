//! A small move between two real databases, each behind a proxy.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Output, Postgres, Proxy, sqlite3};

const POSTGRES_OLD: &str = "CREATE TABLE parent (id integer PRIMARY KEY, name varchar(40) NOT NULL);
    CREATE TABLE child (id integer PRIMARY KEY, parent_id integer NOT NULL REFERENCES parent (id), note text);
    CREATE TABLE loose (t varchar(40));";
const POSTGRES_NEW: &str = "CREATE TABLE parent (id bigint PRIMARY KEY, name varchar(40) NOT NULL CONSTRAINT one_name UNIQUE);
    CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parent (id), note text CONSTRAINT short CHECK (length(note) < 100));
    CREATE TABLE loose (t varchar(40));";
const MYSQL_NEW: &str = "CREATE TABLE parent (id int PRIMARY KEY, name varchar(40) NOT NULL, UNIQUE KEY one_name (name));
    CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, note text, FOREIGN KEY (parent_id) REFERENCES parent (id), CONSTRAINT short CHECK (char_length(note) < 100));
    CREATE TABLE loose (t varchar(40));";
const MYSQL: &str = "CREATE TABLE parent (id int PRIMARY KEY, name varchar(40) NOT NULL);
    CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, note text, FOREIGN KEY (parent_id) REFERENCES parent (id));
    CREATE TABLE loose (t varchar(40));";
const SQLITE_NEW: &str = "CREATE TABLE parent (id integer PRIMARY KEY NOT NULL, name varchar(40) NOT NULL CONSTRAINT one_name UNIQUE);
    CREATE TABLE child (id integer PRIMARY KEY NOT NULL, parent_id integer NOT NULL REFERENCES parent (id), note text);
    CREATE TABLE loose (t varchar(40));";
const MOVES: &str = "move old.parent p -> new.parent {\n  batch 100 rows by p.id\n  key id <- p.id\n  ...\n}\n\n\
    move old.child c -> new.child {\n  batch 200 rows by c.id\n  key id <- c.id\n  parent_id <- ref new.parent(c.parent_id)\n  ...\n}\n";
/// Into a server of its own, rows without a key may travel as well.
const LOOSE: &str = "\nmove old.loose l -> new.loose {\n  ...\n}\n";

/// The same rows on both engines.
fn rows(series: &str) -> String {
    format!(
        "INSERT INTO parent SELECT i, concat('parent ', i) FROM {series} WHERE i <= 400;
         INSERT INTO child SELECT i, 1 + i % 400, concat('note ''', i) FROM {series};
         INSERT INTO loose SELECT concat('loose ', i) FROM {series} WHERE i <= 700;"
    )
}

/// A server with a database, and what stands between it and the runner.
pub(crate) struct Side {
    pub(crate) proxy: Proxy,
    url: String,
}

impl Side {
    fn new(url: &str, port: u16) -> Self {
        let proxy = Proxy::to(port);
        Self { url: proxy.instead(url, port), proxy }
    }
}

/// Keeps alive whatever the journey needs, and shows the target.
pub(crate) enum Target {
    Postgres(Database),
    Mariadb(Box<Mariadb>),
    Sqlite(PathBuf),
}

pub(crate) struct Journey {
    folder: TempDir,
    pub(crate) name: String,
    /// Absent where both sides are on one server.
    pub(crate) source: Option<Side>,
    pub(crate) target: Side,
    pub(crate) database: Target,
    /// A source of PostgreSQL.
    pub(crate) source_database: Option<Database>,
    _old: Option<Mariadb>,
}

impl Journey {
    /// Two schemas of one database.
    pub(crate) fn postgres(name: &str) -> Result<Self, String> {
        let server = Postgres::get()?;
        let database = server.database(name);
        fill_postgres(&database, "old", true);
        fill_postgres(&database, "new", false);
        let side = Side::new(&database.url(), server.port());
        Ok(Self::compiled(name, ["postgres", "postgres"], "", None, side, Target::Postgres(database), None))
    }

    /// Two databases of one server.
    pub(crate) fn mariadb(name: &str) -> Result<Self, String> {
        let server = Mariadb::start()?;
        fill_mysql(&server, "old");
        server.mysql("", "CREATE DATABASE new").ok();
        server.mysql("new", MYSQL_NEW).ok();
        let side = Side::new(&server.url(""), server.port());
        Ok(Self::compiled(name, ["mysql", "mysql"], "", None, side, Target::Mariadb(Box::new(server)), None))
    }

    /// Two databases, which the link brings together.
    pub(crate) fn between(name: &str, from: &str, link: &str) -> Result<Self, String> {
        let server = Postgres::get()?;
        let target = server.database(name);
        fill_postgres(&target, "new", false);
        let side = Side::new(&target.url(), server.port());
        let mut source_database = None;
        let (source, old) = if from == "postgres" {
            let source = server.database(name);
            fill_postgres(&source, "old", true);
            source_database = Some(source.clone());
            (Side::new(&source.url(), server.port()), None)
        } else {
            let old = Mariadb::start()?;
            fill_mysql(&old, "old");
            (Side::new(&old.url("old"), old.port()), Some(old))
        };
        let mut journey = Self::compiled(
            name,
            [from, "postgres"],
            &format!(" link {link}"),
            Some(source),
            side,
            Target::Postgres(target),
            old,
        );
        journey.source_database = source_database;
        Ok(journey)
    }

    /// A database of PostgreSQL, whose rows are copied into another engine.
    pub(crate) fn into(name: &str, to: &str) -> Result<Self, String> {
        let server = Postgres::get()?;
        let source = server.database(name);
        fill_postgres(&source, "old", true);
        let old = Side::new(&source.url(), server.port());
        let file = std::env::temp_dir().join(format!("datamove-{name}-{}.db", std::process::id()));
        let (side, target) = if to == "mysql" {
            let new = Mariadb::start()?;
            new.mysql("", "CREATE DATABASE new").ok();
            new.mysql("new", MYSQL_NEW).ok();
            (Side::new(&new.url("new"), new.port()), Target::Mariadb(Box::new(new)))
        } else {
            // It may be there from a run that was killed.
            let _ = std::fs::remove_file(&file);
            rusqlite::Connection::open(&file).unwrap().execute_batch(SQLITE_NEW).unwrap();
            // Nobody stands between a file and its user.
            let side = Side { proxy: Proxy::to(0), url: file.to_string_lossy().into_owned() };
            (side, Target::Sqlite(file))
        };
        let mut journey =
            Self::compiled(name, ["postgres", to], " link staged", Some(old), side, target, None);
        journey.source_database = Some(source);
        Ok(journey)
    }

    /// SQL on the target's server.
    #[track_caller]
    pub(crate) fn sql(&self, sql: &str) {
        match &self.database {
            Target::Postgres(database) => {
                database.psql(sql).ok();
            }
            Target::Mariadb(server) => {
                server.mysql("", sql).ok();
            }
            Target::Sqlite(file) => {
                rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
            }
        }
    }

    fn compiled(
        name: &str,
        engines: [&str; 2],
        link: &str,
        source: Option<Side>,
        target: Side,
        database: Target,
        old: Option<Mariadb>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
        write("old.sql", if engines[0] == "postgres" { POSTGRES_OLD } else { MYSQL });
        let [from, to] = engines;
        let (new, home) = match to {
            "postgres" => (POSTGRES_NEW, " in new"),
            "mysql" => (MYSQL_NEW, " in new"),
            _ => (SQLITE_NEW, ""),
        };
        write("new.sql", new);
        let moves = if source.is_some() { LOOSE } else { "" };
        write(
            "a.plan",
            &format!(
                "datamove edition 2026\n\nplan {name} {{ }}\n\n\
                 source old {from} {{ schema \"old.sql\" in old{link} }}\n\
                 target new {to} {{ schema \"new.sql\"{home} }}\n\n{MOVES}{moves}"
            ),
        );
        let journey = Self {
            folder,
            name: name.to_owned(),
            source,
            target,
            database,
            source_database: None,
            _old: old,
        };
        let mut compile = datamove();
        compile.arg("compile").arg(journey.folder.path().join("a.plan")).arg("-o").arg(journey.bundle());
        Ended::of(&mut compile).expect(0, &[]);
        journey
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(self.bundle()).args(["--target", &self.target.url]);
        if let Some(source) = self.source.as_ref().filter(|_| verb == "apply") {
            command.args(["--source", &source.url]);
        }
        command.args(more);
        command
    }

    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// Everything in the target, in an order that does not depend on when it came.
    #[track_caller]
    pub(crate) fn dump(&self) -> Vec<String> {
        let (mut command, skipped) = match &self.database {
            Target::Sqlite(file) => {
                return lines_of(&sqlite3().unwrap().run(file, ".dump").ok().stdout, "PRAGMA");
            }
            Target::Postgres(database) => {
                let mut command = database.server().client("pg_dump");
                // The rows of the old schema never change.
                command.args(["--inserts", "-N", "old", "-d", database.name()]);
                (command, "restrict")
            }
            Target::Mariadb(server) => {
                let mut command = server.client("mariadb-dump");
                command.args(["--skip-comments", "--skip-extended-insert", "--all-databases"]);
                command.args(["--ignore-database=mysql", "--ignore-database=sys"]);
                (command, "-- Dump completed")
            }
        };
        command.env_remove("PGOPTIONS");
        lines_of(&Output::of(command, "").ok().stdout, skipped)
    }
}

/// The lines of a dump in an order of their own.
fn lines_of(text: &str, skipped: &str) -> Vec<String> {
    let said = |line: &&str| [skipped, "evidence", "attempt"].iter().all(|word| !line.contains(word));
    let mut lines: Vec<String> = text.lines().filter(said).map(str::to_owned).collect();
    lines.sort();
    lines
}

impl Drop for Journey {
    fn drop(&mut self) {
        if let Target::Sqlite(file) = &self.database {
            let _ = std::fs::remove_file(file);
        }
    }
}

fn fill_postgres(database: &Database, schema: &str, filled: bool) {
    let (ddl, rows) = if filled {
        (POSTGRES_OLD, rows("generate_series(1, 3000) AS i"))
    } else {
        (POSTGRES_NEW, String::new())
    };
    database.psql(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}; {ddl} {rows}")).ok();
}

fn fill_mysql(server: &Mariadb, database: &str) {
    server.mysql("", &format!("CREATE DATABASE {database}")).ok();
    let rows = rows("(SELECT seq AS i FROM seq_1_to_3000) AS s");
    server.mysql(database, &format!("{MYSQL} {rows}")).ok();
}
