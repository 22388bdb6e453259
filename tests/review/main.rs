//! What a reviewer reads and a pipeline gates on: differences between plans, stale bundles, findings
//! for build servers.

#![expect(clippy::disallowed_methods, reason = "tests work with files and processes")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod contracts;
mod edits;
mod formats;
mod git;
mod help;
mod locked;
mod sides;
mod signoff;
#[path = "../testkit/mod.rs"]
mod testkit;

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn is(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// The exit code, the first error of that code, and a part of what is said.
    #[track_caller]
    pub(crate) fn refuses(&self, code: i32, id: &str, part: &str) {
        self.is(code);
        assert!(self.err.contains(&format!("error[{id}]")), "{}", self.err);
        assert!(self.err.contains(part), "no {part:?} in\n{}", self.err);
    }
}

pub(crate) fn datamove(folder: &Path, words: &[&str]) -> Said {
    let done = Command::new(env!("CARGO_BIN_EXE_datamove")).current_dir(folder).args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) const OLD: &str =
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
pub(crate) const NEW: &str =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";

/// A plan of one move whose schemas lie in `schemas/`.
pub(crate) fn plan(filter: &str) -> String {
    format!(
        "datamove edition 2026\nplan staff {{ }}\nsource old sqlite {{ schema \"schemas/old.sql\" }}\n\
         target new sqlite {{ schema \"schemas/new.sql\" }}\nimport \"moves.plan\"\n\
         invariant \"nobody is nameless\" {{ none from new.people p where {filter} }}\n"
    )
}

pub(crate) const MOVES: &str =
    "move old.person p -> new.people {\n  where p.id > 10\n  key id <- p.id\n  ...\n}\n";

/// Writes the plan and what it names.
pub(crate) fn staff(folder: &Path) {
    write(folder, "plans/staff.plan", &plan("p.name = ''"));
    write(folder, "plans/moves.plan", MOVES);
    write(folder, "plans/schemas/old.sql", OLD);
    write(folder, "plans/schemas/new.sql", NEW);
}
