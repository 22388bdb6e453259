use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use crate::runner::driver::{EngineError, Rule, Trouble};
use crate::runner::drivers::server::words::{is_of_row, raised, without_quoted};

/// PostgreSQL's error in the words that all engines share. Only its message is shown: DETAIL holds
/// values of rows, and so does a message about a value.
pub(super) fn classify(error: &Error) -> EngineError {
    let Some(said) = error.as_db_error() else {
        // Only a connection fails without a word of the server.
        return EngineError::new(Trouble::Lost, in_full(error));
    };
    let state = said.code().code();
    if let Some(trouble) = raised(said.message()) {
        let rule = is_of_row(&trouble).then(|| Rule { code: Some(state.to_owned()), ..Rule::default() });
        return EngineError::new(trouble, said.message()).of_row(rule);
    }
    EngineError::new(trouble(state), format!("{} (SQLSTATE {state})", message(said, state)))
        .of_row(rule(said, state))
}

/// What a row breaks: a constraint, a type, a trigger's own rule, or a limit of sizes.
fn rule(said: &DbError, state: &str) -> Option<Rule> {
    let of_row = ["22", "23", "54"].iter().any(|class| state.starts_with(class)) || state == "P0001";
    let named = |name: Option<&str>| name.map(str::to_owned);
    of_row.then(|| Rule {
        code: Some(state.to_owned()),
        constraint: named(said.constraint()),
        column: named(said.column()).or_else(|| said.detail().and_then(key_columns)),
    })
}

/// `Key (a, b)=(1, 2) already exists.` to `a, b`.
fn key_columns(detail: &str) -> Option<String> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    Some(columns.to_owned())
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
    fn a_detail_names_columns_and_no_value() {
        let detail = "Key (email, region)=(ann@example.com, eu) already exists.";
        assert_eq!(key_columns(detail).as_deref(), Some("email, region"));
        assert_eq!(key_columns("Failing row contains (1, ann)."), None);
    }

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
