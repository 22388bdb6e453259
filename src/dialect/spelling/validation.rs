//! The words of checks.

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::identifier;
use crate::schema::SqlType;

/// Rows that a step's ledger entry says were read.
pub(in crate::dialect) fn ledger_read(ledger: &Sql, id: &Sql) -> Sql {
    sql!("SELECT \"rows_read\" FROM {ledger} WHERE \"step\" = {id}")
}

/// Rows of the scope that were not read, or were read and neither written nor skipped.
pub(in crate::dialect) fn unaccounted(ledger: &Sql, id: &Sql) -> Sql {
    let read = ledger_read(ledger, id);
    sql!(
        "coalesce(abs(count(*) - ({read})) + (SELECT abs(\"rows_read\" - \"rows_written\" - \"rows_skipped\") \
         FROM {ledger} WHERE \"step\" = {id}), 1)"
    )
}

pub(in crate::dialect) fn ledger_written(ledger: &Sql, ids: &Sql) -> Sql {
    sql!("SELECT coalesce(sum(\"rows_written\"), 0) FROM {ledger} WHERE \"step\" IN ({ids})")
}

/// Rows that the named `missing` checks of this script found.
pub(in crate::dialect) fn matched(ids: &Sql) -> Sql {
    sql!(
        "SELECT coalesce(sum(\"examined\" - \"bad\"), 0) FROM \"datamove_check\" WHERE \"check_id\" IN ({ids})"
    )
}

pub(in crate::dialect) fn difference(count: &Sql, select: &Sql) -> Sql {
    sql!("abs({count} - ({select}))")
}

/// A value in a form that can be grouped and told apart exactly.
pub(in crate::dialect) fn grouped(dialect: &dyn Dialect, column: &Sql, ty: &SqlType) -> Sql {
    let schemas = dialect.capabilities().has_schemas;
    match ty {
        SqlType::Text { .. }
        | SqlType::Json { binary: false }
        | SqlType::Opaque(_)
        | SqlType::Float { .. }
            if schemas =>
        {
            sql!("cast({column} as text) COLLATE \"C\"")
        }
        SqlType::Text { .. } => sql!("{column} COLLATE BINARY"),
        _ => column.clone(),
    }
}

/// How many groups of the left are not in the right with the same count; both ways if `both`.
pub(in crate::dialect) fn multiset_difference(left: &Sql, right: &Sql, both: bool) -> Sql {
    let one = |a: &Sql, b: &Sql| {
        sql!(
            "(SELECT count(*) FROM (SELECT * FROM ({a}) AS \"a\" EXCEPT SELECT * FROM ({b}) AS \"b\") AS \"c\")"
        )
    };
    if both { sql!("{} + {}", one(left, right), one(right, left)) } else { one(left, right) }
}

/// 1 where the sequence's next number is one that a row already has.
pub(in crate::dialect) fn sequence_behind(
    dialect: &dyn Dialect,
    table: &Sql,
    name: &str,
    column: &str,
    sequence: Option<&Sql>,
) -> Sql {
    let max = sql!("max({})", identifier(column));
    let last = if dialect.capabilities().has_schemas {
        let sequence = match sequence {
            Some(sequence) => dialect.string(sequence.as_str()),
            None => super::serial_sequence(dialect, table, column),
        };
        sql!("coalesce(pg_sequence_last_value(cast({sequence} as regclass)), 0)")
    } else {
        sql!(
            "coalesce((SELECT \"seq\" FROM main.sqlite_sequence WHERE \"name\" = {}), 0)",
            dialect.string(name)
        )
    };
    sql!("CASE WHEN {max} > {last} THEN 1 ELSE 0 END")
}
