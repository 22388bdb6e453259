//! Plan and DDL files on disk, and the day.

#![expect(clippy::disallowed_methods, reason = "the command line reads files and the clock")]

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Checked;
use crate::syntax::{Files, ReadError};
use crate::typing::Options;

/// The largest file that is read: schema dumps of the largest projects have a tenth of this.
const LIMIT: u64 = 256 << 20;

/// Files relative to one folder.
pub(super) struct Disk {
    folder: PathBuf,
}

impl Files for Disk {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        read(&self.folder.join(name))
    }
}

/// The text of a file, whole and of a sane size.
pub(super) fn read(path: &Path) -> Result<String, ReadError> {
    let other = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => ReadError::Missing,
        ErrorKind::IsADirectory => ReadError::Directory,
        _ => ReadError::Other(error.to_string()),
    };
    if path.is_dir() {
        return Err(ReadError::Directory);
    }
    let file = std::fs::File::open(path).map_err(other)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a large file from one that just fits, even for a pipe.
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(other)?;
    if bytes.len() as u64 > LIMIT {
        return Err(ReadError::TooLarge { limit: LIMIT });
    }
    text(bytes)
}

/// The bytes of a file as text, if that is what they are.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, ReadError> {
    if let Some(kind) = kind(&bytes) {
        return Err(kind);
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotText(error.utf8_error().valid_up_to()))
}

/// What people give in place of a text, told by the first bytes.
fn kind(bytes: &[u8]) -> Option<ReadError> {
    const KINDS: [(&[u8], &str, &str); 5] = [
        (
            b"SQLite format 3\0",
            "a SQLite database",
            "write its schema out: `sqlite3 FILE .schema > schema.sql`",
        ),
        (
            b"PGDMP",
            "an archive of pg_dump",
            "make a text of it: `pg_restore --schema-only --file schema.sql FILE`",
        ),
        (b"\x1f\x8b", "compressed by gzip", "unpack it first: `gunzip FILE`"),
        (b"\xff\xfe", "in UTF-16", "convert it first: `iconv -f UTF-16 -t UTF-8`"),
        (b"\xfe\xff", "in UTF-16", "convert it first: `iconv -f UTF-16 -t UTF-8`"),
    ];
    let (_, what, help) = KINDS.iter().find(|(first, _, _)| bytes.starts_with(first))?;
    Some(ReadError::Binary { what, help })
}

/// Checks the plan in the file `plan`.
pub(super) fn check(plan: &Path) -> Checked {
    let today = today();
    check_on(plan, Options { today: Some(&today) })
}

/// The same as of any day: whether an accept has expired is not asked.
pub(super) fn check_any_day(plan: &Path) -> Checked {
    check_on(plan, Options { today: None })
}

fn check_on(plan: &Path, options: Options<'_>) -> Checked {
    // `.` and `..` have no file name: then the folder itself stands for the file and is refused.
    let (folder, name) = match (plan.parent(), plan.file_name()) {
        (Some(folder), Some(name)) => (folder.to_owned(), name.to_string_lossy().into_owned()),
        _ => (PathBuf::new(), plan.to_string_lossy().into_owned()),
    };
    let mut shown = folder.to_string_lossy().replace('\\', "/");
    if !shown.is_empty() && !shown.ends_with('/') {
        shown.push('/');
    }
    crate::check(&shown, &name, &Disk { folder }, options)
}

/// Today in UTC as `YYYY-MM-DD`; decides only whether an accept has expired.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (year, month, day) = civil(i64::try_from(since.as_secs() / 86_400).unwrap_or(0));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The civil date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level
/// Date Algorithms", `civil_from_days`), for days that are not negative.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_779), (2026, 11, 22));
    }
}
