//! SQLite's own shell.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::install::{find, install};
use super::psql::Output;

/// The `sqlite3` program.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite3(PathBuf);

/// SQLite's shell, installed if it has to be, or why there is none.
pub(crate) fn sqlite3() -> Result<Sqlite3, String> {
    static FOUND: OnceLock<Result<Sqlite3, String>> = OnceLock::new();
    FOUND.get_or_init(locate).clone()
}

fn locate() -> Result<Sqlite3, String> {
    if find("sqlite3", &[]).is_none() {
        install("sqlite3")?;
    }
    find("sqlite3", &[]).map(Sqlite3).ok_or_else(|| "sqlite3 is not installed".to_owned())
}

impl Sqlite3 {
    /// Runs SQL or dot-commands on a database file; stops at the first error.
    pub(crate) fn run(&self, database: &Path, sql: &str) -> Output {
        let mut command = Command::new(&self.0);
        command.args(["-batch", "-bail", "-noheader", "-separator", "\u{1f}"]).arg(database);
        Output::of(command, sql)
    }
}
