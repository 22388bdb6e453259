use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error, OpenFlags};

use super::errors::classify;
use super::script::quoted;
use crate::artifact::manifest::Manifest;
use crate::diagnostic::Code;
use crate::plan::Link;
use crate::runner::driver::Trouble;
use crate::runner::drivers::Access;
use crate::runner::failure::{Failure, Result};

/// How long to wait for another program's lock before giving up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the target and attaches the source; returns the connection and the target's real path.
pub(super) fn open(
    manifest: &Manifest,
    source: Option<&Path>,
    target: &Path,
    access: Access,
) -> Result<(Connection, PathBuf)> {
    let target = existing("target", target)?;
    let connection = connect(&target).map_err(|error| unusable("target", &target, &error))?;
    if matches!(access, Access::Write | Access::Move) && connection.is_readonly("main").unwrap_or(false) {
        return Err(Failure::new(Code::TargetReadOnly, format!("`{}` cannot be written", target.display()))
            .state("nothing was written")
            .help(
                "give this user the right to write the file and its folder, or run as the user who has it",
            ));
    }
    // Looking reads the ledger alone.
    match (manifest.link, source.filter(|_| !matches!(access, Access::Look | Access::Beside))) {
        (Link::Attach, Some(source)) => attach(&connection, &manifest.source, source, &target)?,
        (Link::Same, Some(source)) if existing("source", source)? != target => {
            return Err(Failure::new(
                Code::LocationUnusable,
                "the bundle's source and target are in one database, and --source names another one",
            )
            .help("leave --source away"));
        }
        (Link::Attach | Link::Same | Link::Staged | Link::Fdw, _) => {}
    }
    if access == Access::Look {
        read_only(&connection).map_err(|error| unusable("target", &target, &error))?;
    }
    Ok((connection, target))
}

/// Opens one file that must be there.
pub(super) fn alone(path: &Path) -> Result<(Connection, PathBuf)> {
    let path = existing("database", path)?;
    let connection = connect(&path).map_err(|error| unusable("database", &path, &error))?;
    Ok((connection, path))
}

/// Opens one file for looking only.
pub(super) fn look(path: &Path) -> Result<(Connection, PathBuf)> {
    let path = existing("database", path)?;
    let open = || {
        let connection = connect(&path)?;
        read_only(&connection)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| unusable("database", &path, &error))?;
    Ok((connection, path))
}

fn read_only(connection: &Connection) -> std::result::Result<(), Error> {
    connection.execute_batch("PRAGMA query_only = ON")
}

/// The real path of a file that has to be there.
fn existing(side: &str, path: &Path) -> Result<PathBuf> {
    match fs::metadata(path).and_then(|found| Ok((found, fs::canonicalize(path)?))) {
        Ok((found, _)) if found.is_dir() => Err(Failure::new(
            Code::DatabaseUnusable,
            format!("the {side} `{}` is a folder, not a database", path.display()),
        )
        .help("name the database's file")),
        Ok((_, real)) => Ok(real),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Failure::new(Code::DatabaseMissing, format!("the {side} `{}` is not there", path.display()))
                .state("nothing was created")
                .help(format!("check the path; datamove never creates the {side}")))
        }
        Err(error) => Err(Failure::new(
            Code::DatabaseUnusable,
            format!("the {side} `{}` cannot be read: {error}", path.display()),
        )),
    }
}

/// `mode=rw` opens for writing and never creates. Looking opens it the same way, because only a
/// connection that may write can roll back what a killed program left half done.
fn connect(target: &Path) -> std::result::Result<Connection, Error> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(target, "rw"), flags)?;
    connection.busy_timeout(PATIENCE)?;
    super::functions::register(&connection)?;
    connection.query_row("SELECT count(*) FROM main.sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

fn attach(connection: &Connection, name: &str, source: &Path, target: &Path) -> Result<()> {
    let source = existing("source", source)?;
    if source == target {
        return Err(Failure::new(
            Code::LocationUnusable,
            format!("--source and --target are the same file, `{}`", source.display()),
        )
        .state("nothing was written")
        .help("the bundle moves rows from one file into another: name both"));
    }
    let name = quoted(name);
    connection
        .execute(&format!("ATTACH ?1 AS {name}"), [uri(&source, "ro")])
        .and_then(|_| {
            connection.query_row(&format!("SELECT count(*) FROM {name}.sqlite_master"), [], |_| Ok(()))
        })
        .map_err(|error| unusable("source", &source, &error))
}

/// An error of opening, with the file that it is about.
fn unusable(side: &str, path: &Path, error: &Error) -> Box<Failure> {
    let error = classify(error);
    if side == "source" && error.trouble == Trouble::ReadOnly {
        return Failure::new(
            Code::DatabaseUnusable,
            format!("the source `{}` cannot be read as it is", path.display()),
        )
        .engine(error.message)
        .state("nothing was written")
        .help("a program that died left it half written: open it once with a program that may write to it");
    }
    let mut failure = Failure::from_engine(error).state("nothing was written");
    failure.message = format!("{}: the {side} `{}`", failure.message, path.display());
    failure
}

/// A path as SQLite's URI. Everything but unreserved characters is escaped, so that no `?`, `#` or
/// `%` of a file's name is taken for a parameter.
fn uri(path: &Path, mode: &str) -> String {
    let mut uri = String::from("file:");
    let hex = |digit: u8| char::from(b"0123456789ABCDEF"[usize::from(digit)]);
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(*byte));
            }
            byte => uri.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    format!("{uri}?mode={mode}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_cannot_become_a_parameter() {
        let path = Path::new("/a b/it's 100%?mode=rwc#x&\"é.db");
        assert_eq!(uri(path, "ro"), "file:/a%20b/it%27s%20100%25%3Fmode%3Drwc%23x%26%22%C3%A9.db?mode=ro");
    }
}
