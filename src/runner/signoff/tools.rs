#![expect(clippy::disallowed_methods, reason = "approvals are files of a repository")]
//! Files and programs.

use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};

/// The folder that a bundle's folder is in.
pub(super) fn beside(bundle: &Path) -> PathBuf {
    let whole = fs::canonicalize(bundle);
    let last_is_name = bundle.file_name().is_some();
    match (last_is_name, whole) {
        // `.` and `..` have a parent only once they are spelled out.
        (false, Ok(whole)) => whole.parent().map_or(whole.clone(), Path::to_owned),
        _ => bundle.parent().map_or_else(PathBuf::new, Path::to_owned),
    }
}

pub(super) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// The bytes of a file with the line ends that it was written with; `None` if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        // A checkout may give a file other line ends; it is the same approval.
        Ok(bytes) => {
            Ok(Some(String::from_utf8(bytes).map_or_else(std::string::FromUtf8Error::into_bytes, |text| {
                text.replace("\r\n", "\n").into_bytes()
            })))
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes)).map_err(|error| unusable(path, &error))
}

/// The file with these bytes, or no such file.
pub(super) fn replace(path: &Path, bytes: Option<&[u8]>) -> Result<()> {
    match bytes {
        Some(bytes) => write(path, bytes),
        None => match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unusable(path, &error)),
            _ => Ok(()),
        },
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> Box<Failure> {
    Failure::new(Code::SignoffUnusable, format!("`{}` cannot be read or written: {error}", path.display()))
        .help("check the path and the rights of its folder")
}

/// Runs another program with these bytes as its input.
pub(super) fn run<S: AsRef<OsStr>>(program: &str, words: &[S], input: &[u8]) -> Result<Output> {
    let failed = |error: std::io::Error| {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("the program `{program}` is not installed, or not on the PATH"),
            _ => format!("the program `{program}` cannot be run: {error}"),
        };
        Failure::new(Code::SignoffUnusable, message)
            .help("install it: datamove signs and verifies nothing by itself")
    };
    let mut child = Command::new(program)
        .args(words)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that has seen enough closes its input; what it thinks is in its exit code.
        let _ = stdin.write_all(input);
    }
    child.wait_with_output().map_err(failed)
}

/// What a program said, on one line.
pub(super) fn said(output: &Output) -> String {
    let both = [output.stderr.as_slice(), output.stdout.as_slice()].concat();
    let text = String::from_utf8_lossy(&both);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines
        .first()
        .map_or_else(|| "it said nothing".to_owned(), |line| line.trim_start_matches("fatal: ").to_owned())
}

/// The path from the root: git reads a relative one from another folder.
pub(super) fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
