//! Where passwords come from, so that none has to stand in a command line.

#![expect(clippy::disallowed_methods, reason = "the runner connects, and passwords lie in files")]

use std::fs;
use std::path::Path;

use super::environment::variable;
use super::failure::{Failure, Result};
use super::location::{Location, Secret};
use crate::diagnostic::Code;

/// The two databases of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Source,
    Target,
}

/// A location of the command line with the password that was given beside it: in a file, or in
/// `DATAMOVE_SOURCE_PASSWORD` or `DATAMOVE_TARGET_PASSWORD`.
pub fn locate(side: Side, text: &str, file: Option<&Path>) -> Result<Location> {
    let name = match side {
        Side::Source => "DATAMOVE_SOURCE_PASSWORD",
        Side::Target => "DATAMOVE_TARGET_PASSWORD",
    };
    let password = match file {
        Some(file) => Some(from_file(file)?),
        None => variable(name).map(Secret::new),
    };
    Ok(Location::parse(text)?.with_password(password))
}

/// The password on the first line of a file that only its owner can read.
fn from_file(path: &Path) -> Result<Secret> {
    let text = private(path)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(unusable(path, "its first line is empty").help("put the password on the first line"));
    }
    Ok(Secret::new(line))
}

/// The password for a place in a file of libpq's form, `host:port:database:user:password`: of the
/// first line that fits; `*` fits everything.
pub(super) fn from_passfile(path: &Path, place: [&str; 4]) -> Result<Option<Secret>> {
    let text = private(path)?;
    Ok(text.lines().find_map(|line| fits(line, place)).map(Secret::new))
}

fn fits(line: &str, place: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        // The password is the fifth, and may hold colons that nobody escaped.
        if c == ':' && fields.len() < 5 {
            fields.push(String::new());
        } else {
            let taken = if c == '\\' { chars.next() } else { Some(c) };
            fields.last_mut()?.extend(taken);
        }
    }
    let password = (fields.len() == 5).then(|| fields.pop()).flatten()?;
    fields.iter().zip(place).all(|(field, part)| field == "*" || field == part).then_some(password)
}

fn private(path: &Path) -> Result<String> {
    if let Err(why) = only_for_its_owner(path) {
        return Err(unusable(path, &why).help(format!("run `chmod 600 {}`", path.display())));
    }
    fs::read_to_string(path).map_err(|error| unusable(path, &error.to_string()))
}

#[cfg(unix)]
fn only_for_its_owner(path: &Path) -> std::result::Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Err("others can read it".to_owned()),
        // Reading it says what is wrong.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Elsewhere a file has no such mode.
#[cfg(not(unix))]
fn only_for_its_owner(_path: &Path) -> std::result::Result<(), String> {
    Ok(())
}

fn unusable(path: &Path, why: &str) -> Box<Failure> {
    Failure::new(Code::PasswordFile, format!("the password file `{}` cannot be used: {why}", path.display()))
        .state("nothing was written")
        .help("name a file that only you can read, with the password on its first line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_libpqs_file_are_matched_field_by_field() {
        let place = ["h", "5432", "shop", "ann"];
        assert_eq!(fits("h:5432:shop:ann:secret", place).unwrap(), "secret");
        assert_eq!(fits("*:*:*:ann:se:cr\\:e\\\\t", place).unwrap(), "se:cr:e\\t");
        assert_eq!(fits("*:*:*:bob:x", place), None);
        assert_eq!(fits("# *:*:*:ann:x", place), None);
        assert_eq!(fits("*:*:ann:x", place), None);
    }
}
