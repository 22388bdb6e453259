//! Throwaway servers and shells for integration tests: `mod testkit;`.
//!
//! A test that cannot have what it needs says `skipped: NAME: reason` and passes; under CI (the
//! variable `CI` is set) it fails, so that nothing is skipped there without anybody seeing it.

#![allow(clippy::allow_attributes, reason = "what is unused differs from binary to binary")]
#![allow(dead_code, unused_imports, unused_macros, reason = "each test binary uses its own part of the kit")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::disallowed_methods, reason = "tests work with files and processes")]

mod install;
mod mariadb;
mod postgres;
mod proxy;
mod psql;
mod sqlite;
mod words;

use std::path::{Path, PathBuf};

pub(crate) use install::mysql_fdw;
pub(crate) use mariadb::Mariadb;
pub(crate) use postgres::Postgres;
pub(crate) use proxy::{Cut, Proxy};
pub(crate) use psql::{Database, Output};
pub(crate) use sqlite::{Sqlite3, sqlite3};
pub(crate) use words::words;

/// True where nothing may be skipped.
pub(crate) fn under_ci() -> bool {
    std::env::var_os("CI").is_some()
}

/// Says that a test is skipped; fails it under CI.
pub(crate) fn skip(name: &str, reason: &str) {
    eprintln!("skipped: {name}: {reason}");
    assert!(!under_ci(), "{name} cannot be skipped under CI: {reason}");
}

/// `$value`, or the test ends here as skipped. `$value` is a `Result` with the reason.
#[macro_export]
macro_rules! or_skip {
    ($name:literal, $value:expr) => {
        match $value {
            Ok(value) => value,
            Err(reason) => {
                $crate::testkit::skip($name, &reason.to_string());
                return;
            }
        }
    };
}

/// A file of the real schemas that lie beside the project, or why it cannot be read.
pub(crate) fn shared(path: &str) -> Result<PathBuf, String> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    if full.exists() { Ok(full) } else { Err(format!("../shared/data/{path} is not there")) }
}

/// Where servers of tests live: short, for the names of sockets are limited.
fn servers() -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let folder = target.join("tmp-servers");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
