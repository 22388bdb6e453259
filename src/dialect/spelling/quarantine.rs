//! The words about rows that were set aside.

use super::super::Sql;
use super::super::sql::sql;
use super::{comma, row_value};

pub(in crate::dialect) fn of_step(id: &Sql) -> Sql {
    sql!("\"step\" = {id}")
}

pub(in crate::dialect) fn is_tried_again() -> Sql {
    sql!("\"again\" = 1")
}

/// How many rows of a step are set aside.
pub(in crate::dialect) fn count(rejected: &Sql, id: &Sql) -> Sql {
    sql!("(SELECT count(*) FROM {rejected} WHERE \"step\" = {id})")
}

pub(in crate::dialect) fn ledger_rejected(ledger: &Sql, id: &Sql) -> Sql {
    sql!("SELECT \"rows_rejected\" FROM {ledger} WHERE \"step\" = {id}")
}

/// `count` is within both bounds, the second a share of `scope` in millionths.
pub(in crate::dialect) fn within(
    count: &Sql,
    rows: Option<u64>,
    per_million: Option<u64>,
    scope: &Sql,
) -> Sql {
    let rows = rows.map(|rows| format!("{count} <= {rows}"));
    let share = per_million.map(|share| format!("{count} * 1000000 <= {share} * ({scope})"));
    let both: Vec<String> = rows.into_iter().chain(share).collect();
    sql!("{}", both.join(" AND "))
}

/// All rows that are counted, unless the condition holds.
pub(in crate::dialect) fn beyond(within: &Sql) -> Sql {
    sql!("CASE WHEN {within} THEN 0 ELSE count(*) END")
}

pub(in crate::dialect) fn without(select: &Sql, count: &Sql) -> Sql {
    sql!("({select}) - {count}")
}

/// The values are a row of the select.
pub(in crate::dialect) fn among(values: &[Sql], select: &Sql) -> Sql {
    sql!("{} IN ({select})", row_value(values))
}

/// What is known of the rows of a step that are set aside, in the order in which they were.
pub(in crate::dialect) fn list(rejected: &Sql, id: &Sql, keys: &[Sql]) -> Sql {
    let keys = comma(keys);
    sql!(
        "SELECT \"number\", {keys}, \"code\", \"constraint\", \"column\", \"attempt\" FROM {rejected} \
         WHERE \"step\" = {id} ORDER BY \"number\""
    )
}
