//! PostgreSQL's catalogs as statements, put together by the server's own functions.

use super::stats::{self, AllFigures};
use super::{LEDGERS, Part, Queried, ended, firsts};
use crate::base::Engine;
use crate::dialect;
use crate::runner::driver::Session;

/// What the texts of the server's functions depend on, set for this transaction alone.
const SETTINGS: [&str; 8] = [
    "SET LOCAL search_path = ''",
    "SET LOCAL quote_all_identifiers = off",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
];

/// One query for each kind of object, in the order in which a server would take the statements.
/// `{scope}` is a condition on the schema's name `n.nspname`, `{other}` the same on `pn.nspname`.
const KINDS: [&str; 17] = [
    include_str!("postgres/schemas.sql"),
    include_str!("postgres/extensions.sql"),
    include_str!("postgres/enums.sql"),
    include_str!("postgres/domains.sql"),
    include_str!("postgres/types.sql"),
    include_str!("postgres/sequences.sql"),
    include_str!("postgres/tables.sql"),
    include_str!("postgres/parents.sql"),
    include_str!("postgres/partitions.sql"),
    include_str!("postgres/owners.sql"),
    include_str!("postgres/keys.sql"),
    include_str!("postgres/checks.sql"),
    include_str!("postgres/indexes.sql"),
    include_str!("postgres/index_parts.sql"),
    include_str!("postgres/foreign_keys.sql"),
    include_str!("postgres/triggers.sql"),
    include_str!("postgres/views.sql"),
];

/// All of it in one transaction that reads one state and leaves the session as it was.
pub(super) fn parts(session: &mut dyn Session, schemas: &[String]) -> Queried<Vec<Part>> {
    session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let text = read(session, schemas);
    let ended = session.query("ROLLBACK");
    let text = text?;
    ended?;
    Ok(vec![Part { namespace: None, text }])
}

fn read(session: &mut dyn Session, schemas: &[String]) -> Queried<String> {
    for setting in SETTINGS {
        session.query(setting)?;
    }
    let mut sections = Vec::new();
    for kind in KINDS {
        let sql = kind.replace("{scope}", &scope("n", schemas)).replace("{other}", &scope("pn", schemas));
        let statements = firsts(&session.query(&sql)?);
        if !statements.is_empty() {
            sections.push(ended(&statements));
        }
    }
    Ok(sections.join("\n"))
}

/// The condition that a schema is one of those asked for.
fn scope(alias: &str, schemas: &[String]) -> String {
    if schemas.is_empty() {
        let ledgers = LEDGERS.len();
        return format!(
            "({alias}.nspname !~ '^pg_' AND {alias}.nspname <> 'information_schema' \
             AND left({alias}.nspname, {ledgers}) <> '{LEDGERS}')"
        );
    }
    let dialect = dialect::of(Engine::Postgres);
    let names: Vec<String> =
        schemas.iter().map(|name| dialect::string_literal(dialect, name).to_string()).collect();
    format!("{alias}.nspname IN ({})", names.join(", "))
}

/// The planner's figures, brought to the size that the table has now; a partitioned table's are the
/// sums of its partitions'.
pub(super) fn figures(session: &mut dyn Session) -> Queried<AllFigures> {
    let rows = session.query(include_str!("postgres/figures.sql"))?;
    Ok(stats::read(&rows))
}
