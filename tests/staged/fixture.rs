//! A source, a target and a bundle between them.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Output, Postgres};

/// A folder with a compiled bundle, a source and a database of PostgreSQL as the target.
pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) target: Database,
    /// As `--source` takes it.
    pub(crate) source: String,
}

/// A SQLite file made by scripts.
pub(crate) fn sqlite(path: &Path, scripts: &[&str]) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    for script in scripts {
        connection.execute_batch(script).unwrap();
    }
    connection
}

/// A file of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Fixture {
    /// Compiles a plan file.
    #[track_caller]
    pub(crate) fn new(server: &'static Postgres, name: &str, plan: &Path, source: &str) -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
            target: server.database(name),
            source: source.to_owned(),
        };
        Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(fixture.bundle())).expect(0, &[]);
        fixture
    }

    /// A plan of two schemas that are given as texts; the source is a SQLite file with these rows.
    #[track_caller]
    pub(crate) fn from_sqlite(
        server: &'static Postgres,
        name: &str,
        old: &str,
        rows: &str,
        new: &str,
        moves: &str,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = folder.path().join("a.plan");
        std::fs::write(folder.path().join("old.sql"), old).unwrap();
        std::fs::write(folder.path().join("new.sql"), new).unwrap();
        let text = format!(
            "datamove edition 2026\n\nplan {name} {{ }}\n\nsource old sqlite {{ schema \"old.sql\" }}\n\
             target new postgres {{ schema \"new.sql\" }}\n\n{moves}\n"
        );
        std::fs::write(&plan, text).unwrap();
        let source = folder.path().join("old.db");
        sqlite(&source, &[old, rows]);
        let fixture = Self::new(server, name, &plan, source.to_str().unwrap());
        fixture.target.psql(new).ok();
        // The source lies in the first folder, the bundle in the second.
        std::mem::forget(folder);
        fixture
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// `datamove VERB` with the target, and the source where the verb reads it.
    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(self.bundle()).args(["--target", &self.target.url()]);
        if verb == "apply" {
            command.args(["--source", &self.source]);
        }
        command.args(more);
        command
    }

    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// The whole target as SQL.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        self.dumped(&[])
    }

    /// The whole target but for its evidence, which knows when it was gathered and how often.
    #[track_caller]
    pub(crate) fn dump_without_evidence(&self) -> String {
        self.dumped(&[
            "--exclude-table-data=*.attempt",
            "--exclude-table-data=*.evidence",
            "--exclude-table-data=*.evidence_check",
        ])
    }

    #[track_caller]
    fn dumped(&self, more: &[&str]) -> String {
        let dumped = |key: &[&str]| {
            let mut command = self.target.server().client("pg_dump");
            command.args(key).args(more).args(["-d", self.target.name()]);
            Output::of(command, "")
        };
        let known = dumped(&["--restrict-key=x"]);
        // Older programs know no such option, and write no random key.
        if known.success { known.stdout } else { dumped(&[]).ok().stdout }
    }
}
