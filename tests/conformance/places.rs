//! A source and a target of each engine, the bundle between them, and what the target holds.

use std::fs;

use datamove::base::Engine;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::table::Line;
use crate::testkit::{Database, Mariadb, Output, Postgres};

pub(crate) struct Place {
    folder: TempDir,
    of: Of,
}

enum Of {
    Sqlite,
    Postgres(Database),
    Mysql(Mariadb),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), of: Of::Sqlite }
    }

    pub(crate) fn postgres() -> Result<Self, String> {
        let of = Of::Postgres(Postgres::get()?.database("conformance"));
        Ok(Self { folder: tempfile::tempdir().unwrap(), of })
    }

    pub(crate) fn mariadb() -> Result<Self, String> {
        let server = Mariadb::start()?;
        for zone in ["Europe/Paris", "America/New_York", "Asia/Kolkata"] {
            let mut command = std::process::Command::new("mariadb-tzinfo-to-sql");
            command.arg(format!("/usr/share/zoneinfo/{zone}")).arg(zone);
            server.mysql("mysql", &Output::of(command, "").ok().stdout).ok();
        }
        Ok(Self { folder: tempfile::tempdir().unwrap(), of: Of::Mysql(server) })
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.of {
            Of::Sqlite => Engine::Sqlite,
            Of::Postgres(_) => Engine::Postgres,
            Of::Mysql(_) => Engine::Mysql,
        }
    }

    /// Both schemas with the source's rows, and the compiled bundle.
    pub(crate) fn set_up(&self, old: &str, rows: &str, new: &str, moves: &str) {
        let path = |name: &str| self.folder.path().join(name);
        fs::write(path("old.sql"), old).unwrap();
        fs::write(path("new.sql"), new).unwrap();
        let engine = self.engine().word();
        let place = |name: &str| if engine == "postgres" { format!(" in {name}") } else { String::new() };
        let plan = format!(
            "datamove edition 2026\n\nplan p {{ }}\n\nsource old {engine} {{ schema \"old.sql\"{} }}\n\
             target new {engine} {{ schema \"new.sql\"{} }}\n\n{moves}",
            place("old"),
            place("new")
        );
        fs::write(path("p.plan"), plan).unwrap();
        self.databases(&format!("{old}{rows}"), new);
        if path("bundle").exists() {
            fs::remove_dir_all(path("bundle")).unwrap();
        }
        Ended::of(datamove().arg("compile").arg(path("p.plan")).arg("-o").arg(path("bundle"))).expect(0, &[]);
    }

    fn databases(&self, old: &str, new: &str) {
        match &self.of {
            Of::Sqlite => {
                for (name, script) in [("old.db", old), ("new.db", new)] {
                    let path = self.folder.path().join(name);
                    if path.exists() {
                        fs::remove_file(&path).unwrap();
                    }
                    Connection::open(path).unwrap().execute_batch(script).unwrap();
                }
            }
            Of::Postgres(db) => {
                db.psql(&format!(
                    "SET client_min_messages = error; DROP SCHEMA IF EXISTS old, new, datamove_p CASCADE;
                     CREATE SCHEMA old; CREATE SCHEMA new; SET TimeZone = 'UTC';
                     SET search_path = old; {old}\nSET search_path = new; {new}"
                ))
                .ok();
            }
            Of::Mysql(server) => {
                // Servers differ in what they compare by themselves: the one that takes most for the same is the hardest.
                let whole = "CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
                server
                    .mysql(
                        "",
                        &format!(
                            "SET sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'; SET time_zone = '+00:00';
                             DROP DATABASE IF EXISTS datamove_p; CREATE OR REPLACE DATABASE old {whole};
                             CREATE OR REPLACE DATABASE new {whole}; USE old; {old}\nUSE new; {new}"
                        ),
                    )
                    .ok();
            }
        }
    }

    pub(crate) fn apply(&self) -> Ended {
        let path = |name: &str| self.folder.path().join(name);
        let mut command = datamove();
        command.arg("apply").arg(path("bundle"));
        match &self.of {
            Of::Sqlite => {
                command.arg("--source").arg(path("old.db")).arg("--target").arg(path("new.db"));
            }
            Of::Postgres(db) => {
                command.args(["--target", &db.url()]);
            }
            Of::Mysql(server) => {
                command.args(["--target", &server.url("")]);
            }
        }
        Ended::of(&mut command)
    }

    /// The one row of a target table, in the form of the data files.
    pub(crate) fn row(&self, table: &str, lines: &[&Line]) -> Vec<String> {
        let texts = |schema: &str| {
            let columns: Vec<_> = lines.iter().map(|line| self.text(line)).collect();
            format!("SELECT {} FROM {schema}{table}", columns.join(", "))
        };
        match &self.of {
            Of::Sqlite => {
                let db = Connection::open(self.folder.path().join("new.db")).unwrap();
                db.query_row(&texts(""), [], |row| {
                    Ok((0..lines.len()).map(|at| shown(row.get_ref(at).unwrap())).collect())
                })
                .unwrap()
            }
            Of::Postgres(db) => {
                let rows = db.query(&format!("SET TimeZone = 'UTC'; {}", texts("new.")));
                rows.into_iter().last().unwrap()
            }
            Of::Mysql(server) => {
                server.query("new", &format!("SET time_zone = '+00:00'; {}", texts(""))).remove(0)
            }
        }
    }

    /// The SQL that shows a column in the form of the data files: texts in quotes, NULL as `null`.
    fn text(&self, line: &Line) -> String {
        let name = line.name();
        let ty = line.ty.as_str();
        let text = ty == "text" || ty.contains("char");
        let own = match (&self.of, ty) {
            (_, _) if text => match self.of {
                Of::Mysql(_) => format!("concat('''', {name}, '''')"),
                _ => format!("'''' || {name} || ''''"),
            },
            (Of::Sqlite, "boolean") => {
                format!("CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {name} END")
            }
            (Of::Mysql(_), "boolean") => format!("if({name}, 'true', 'false')"),
            (Of::Sqlite | Of::Mysql(_), "bytes") => format!("lower(hex({name}))"),
            (Of::Postgres(_), "bytes") => format!("encode({name}, 'hex')"),
            (Of::Sqlite, _) if ty.starts_with("decimal(") => {
                let scale = ty.trim_end_matches(')').rsplit([',', ' ']).next().unwrap();
                return format!("CASE WHEN {name} IS NULL THEN 'null' ELSE printf('%.{scale}f', {name}) END");
            }
            (Of::Sqlite, "double" | "real") => return name,
            (Of::Postgres(_), "timestamp with time zone") => format!("({name} AT TIME ZONE 'UTC')::text"),
            (Of::Postgres(_), _) => format!("{name}::text"),
            (Of::Mysql(_), _) if ty.starts_with("time") => {
                format!("trim(TRAILING '.' FROM trim(TRAILING '0' FROM cast({name} AS char)))")
            }
            (Of::Mysql(_), _) => format!("cast({name} AS char)"),
            (Of::Sqlite, _) => format!("cast({name} AS text)"),
        };
        if matches!(self.of, Of::Mysql(_)) {
            return format!("CASE WHEN {name} IS NULL THEN 'null' ELSE {own} END");
        }
        format!("coalesce({own}, 'null')")
    }
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => n.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(_) => "a blob".to_owned(),
    }
}
