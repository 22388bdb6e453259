use std::error::Error as _;

use postgres::Error;
use postgres::error::DbError;

use crate::runner::driver::{EngineError, Trouble};
use crate::runner::drivers::server::words::{raised, without_quoted};

/// PostgreSQL's error in the words that all engines share. Only its message is shown: DETAIL holds
/// values of rows, and so does a message about a value.
pub(super) fn classify(error: &Error) -> EngineError {
    let Some(said) = error.as_db_error() else {
        // Only a connection fails without a word of the server.
        return EngineError::new(Trouble::Lost, in_full(error));
    };
    let state = said.code().code();
    if let Some(trouble) = raised(said.message()) {
        return EngineError::new(trouble, said.message());
    }
    EngineError::new(trouble(state), format!("{} (SQLSTATE {state})", message(said, state)))
}

fn message(said: &DbError, state: &str) -> String {
    match state {
        // A trigger's or function's own words may hold anything.
        "P0001" => {
            let place = said.where_().and_then(|text| text.lines().find(|line| line.starts_with("PL/pgSQL")));
            format!(
                "a trigger or function raised an error: {}",
                place.unwrap_or("the server does not say which")
            )
        }
        // Values that cannot be read or do not fit.
        _ if state.starts_with("22") => without_quoted(said.message(), '"'),
        _ => said.message().to_owned(),
    }
}

/// An error with all its causes; the library's own words name only the outermost.
pub(super) fn in_full(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.extend([": ", &words]);
        }
        cause = inner.source();
    }
    text
}

fn trouble(state: &str) -> Trouble {
    match state {
        "40001" | "40P01" | "55P03" => Trouble::Contended,
        // `57014` is a cancel as well as a limit of time; who cancelled knows.
        "57014" => Trouble::TimedOut,
        "25006" => Trouble::ReadOnly,
        "53100" => Trouble::Full,
        "42501" => Trouble::Denied,
        "42P01" | "3F000" => Trouble::Missing,
        "57P01" | "57P02" | "57P03" | "57P05" => Trouble::Lost,
        "58030" => Trouble::Io,
        "XX001" | "XX002" => Trouble::Corrupt,
        _ if state.starts_with("08") => Trouble::Lost,
        _ if state.starts_with("23") => Trouble::Constraint,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_with_a_meaning_of_their_own_are_told_apart() {
        let cases = [
            ("40P01", Trouble::Contended),
            ("53100", Trouble::Full),
            ("25006", Trouble::ReadOnly),
            ("08006", Trouble::Lost),
            ("23505", Trouble::Constraint),
            ("42601", Trouble::Other),
        ];
        for (state, expected) in cases {
            assert_eq!(trouble(state), expected, "{state}");
        }
    }
}
