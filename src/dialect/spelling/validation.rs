//! The words of checks.

use super::super::Sql;
use super::super::sql::sql;

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

/// How many groups of the left are not in the right with the same count; both ways if `both`.
pub(in crate::dialect) fn multiset_difference(left: &Sql, right: &Sql, both: bool) -> Sql {
    let one = |a: &Sql, b: &Sql| {
        sql!(
            "(SELECT count(*) FROM (SELECT * FROM ({a}) AS \"a\" EXCEPT SELECT * FROM ({b}) AS \"b\") AS \"c\")"
        )
    };
    if both { sql!("{} + {}", one(left, right), one(right, left)) } else { one(left, right) }
}
