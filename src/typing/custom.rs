//! Checks in the target's own SQL: read by its engine's grammar, and held to reading.

use crate::base::{Engine, Ident};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::InvariantBody;
use crate::schema::{QueryTrouble, read_query};
use crate::syntax::ast::Text;

/// The columns of a query that says itself what it looked at; any other query returns rows that offend.
const COUNTS: [&str; 3] = ["bad", "examined", "expected"];

/// The check as the plan keeps it, if it is one query that only reads.
pub(super) fn check(
    target: Engine,
    engine: &Ident,
    text: &Text,
    because: &Text,
    problems: &mut Problems,
) -> Option<InvariantBody> {
    if Engine::from_word(&engine.text) != Some(target) {
        let says = format!("the check is in the SQL of `{}`, and the target is {target}", engine.text);
        problems.push(
            Diagnostic::error(Code::CheckElsewhere, says, engine.span, "not the target's engine")
                .help(format!("write `sql {}`: checks run in the target's session", target.word())),
        );
        return None;
    }
    let sql = text.value.trim().trim_end_matches(';').trim_end().to_owned();
    match read_query(target, &sql) {
        Ok(mut columns) => {
            columns.sort();
            Some(InvariantBody::Sql { counts: columns == COUNTS, sql, because: because.value.clone() })
        }
        Err(QueryTrouble::Unreadable(why)) => {
            let says = format!("{target} would not read this: {why}");
            problems.push(
                Diagnostic::error(Code::CheckUnreadable, says, text.span, "this SQL")
                    .help("write one SELECT, without a semicolon inside"),
            );
            None
        }
        Err(QueryTrouble::Writes(why)) => {
            problems.push(
                Diagnostic::error(Code::CheckWrites, format!("a check only reads, and {why}"), text.span, "this SQL")
                    .help("write one SELECT that returns the rows that offend, or one row with examined, expected and bad"),
            );
            None
        }
    }
}
