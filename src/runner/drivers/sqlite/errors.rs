use rusqlite::{Error, ErrorCode};

use crate::runner::driver::{EngineError, Rule, Trouble};
use crate::runner::drivers::server::words::{is_of_row, raised};

/// SQLite's error in the words that all engines share.
pub(super) fn classify(error: &Error) -> EngineError {
    let message = message(error);
    let trouble = raised(&message).unwrap_or_else(|| trouble(error.sqlite_error_code()));
    let too_big = error.sqlite_error_code() == Some(ErrorCode::TooBig);
    let of_row = too_big || trouble == Trouble::Constraint || is_of_row(&trouble);
    let code = error.sqlite_error().map(|error| error.extended_code.to_string());
    let rule = of_row.then(|| Rule { code, ..rule(&message) });
    EngineError::new(trouble, message).of_row(rule)
}

/// What a row breaks: `UNIQUE constraint failed: t.a, t.b` names columns, `CHECK` the constraint.
fn rule(message: &str) -> Rule {
    let Some((kind, named)) = message.split_once(" constraint failed: ") else { return Rule::default() };
    match kind {
        "UNIQUE" | "NOT NULL" => Rule { column: Some(named.to_owned()), ..Rule::default() },
        // An expression that has no name may hold anything, but it is the schema's.
        _ => Rule { constraint: Some(named.to_owned()), ..Rule::default() },
    }
}

/// The engine's words without the text of the statement, which the place already names.
fn message(error: &Error) -> String {
    match error {
        Error::SqliteFailure(_, Some(message)) => message.clone(),
        Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

fn trouble(code: Option<ErrorCode>) -> Trouble {
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            Trouble::Locked
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Trouble::ReadOnly,
        Some(ErrorCode::DiskFull) => Trouble::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Trouble::Corrupt,
        Some(ErrorCode::CannotOpen) => Trouble::CannotOpen,
        Some(ErrorCode::SystemIoFailure) => Trouble::Io,
        Some(ErrorCode::ConstraintViolation) => Trouble::Constraint,
        Some(ErrorCode::OperationInterrupted | ErrorCode::OperationAborted) => Trouble::Interrupted,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn failure(code: i32, message: &str) -> Error {
        Error::SqliteFailure(ffi::Error::new(code), Some(message.to_owned()))
    }

    #[test]
    fn a_scripts_refusal_is_its_code_and_its_sentence() {
        let message = "CHECK constraint failed: datamove DM0702: the ledger is another bundle's";
        let found = classify(&failure(ffi::SQLITE_CONSTRAINT_CHECK, message));
        let text = "the ledger is another bundle's".to_owned();
        assert_eq!(found.trouble, Trouble::Raised { code: "DM0702".to_owned(), text });
    }

    #[test]
    fn what_only_looks_like_a_refusal_is_none() {
        for message in ["CHECK constraint failed: datamove DM07: x", "datamove DMabcd: x", "UNIQUE: t.c"] {
            assert_eq!(classify(&failure(ffi::SQLITE_CONSTRAINT, message)).trouble, Trouble::Constraint);
        }
    }

    #[test]
    fn codes_with_a_meaning_of_their_own_are_told_apart() {
        let cases = [
            (ffi::SQLITE_BUSY_SNAPSHOT, Trouble::Locked),
            (ffi::SQLITE_READONLY_DIRECTORY, Trouble::ReadOnly),
            (ffi::SQLITE_FULL, Trouble::Full),
            (ffi::SQLITE_NOTADB, Trouble::Corrupt),
            (ffi::SQLITE_IOERR_READ, Trouble::Io),
            (ffi::SQLITE_ERROR, Trouble::Other),
        ];
        for (code, trouble) in cases {
            assert_eq!(classify(&failure(code, "x")).trouble, trouble);
        }
    }
}
