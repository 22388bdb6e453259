//! The words of checks.

use super::super::sql::sql;
use super::super::{Dialect, Sql};

/// Rows that a step's ledger entry says were read.
pub(in crate::dialect) fn ledger_read(ledger: &Sql, id: &Sql) -> Sql {
    sql!("SELECT \"rows_read\" FROM {ledger} WHERE \"step\" = {id}")
}

/// Rows of the scope that were not read, or were read and neither written nor skipped.
pub(in crate::dialect) fn unaccounted(ledger: &Sql, id: &Sql) -> Sql {
    let read = ledger_read(ledger, id);
    sql!(
        "coalesce(abs(count(*) - ({read})) + (SELECT abs(\"rows_read\" - \"rows_written\" - \"rows_skipped\" - \"rows_rejected\") \
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

pub(in crate::dialect) fn number(number: usize) -> Sql {
    sql!("{number}")
}

/// A condition as a value that every engine can name, hand on and ask again.
pub(in crate::dialect) fn truth(condition: &Sql) -> Sql {
    sql!("CASE WHEN {condition} THEN 1 ELSE 0 END")
}

/// One of these values of [`truth`] is true.
pub(in crate::dialect) fn any_of(truths: &[Sql]) -> Sql {
    let all: Vec<_> = truths.iter().map(|one| format!("{one} = 1")).collect();
    sql!("{}", all.join(" OR "))
}

/// The texts as one JSON array, without white space.
pub(in crate::dialect) fn json_array(dialect: &dyn Dialect, texts: &[Sql]) -> Sql {
    let items: Vec<_> = texts.iter().map(|text| dialect.json_text(text).to_string()).collect();
    sql!("'[' || {} || ']'", items.join(" || ',' || "))
}

/// The rows of both selects, whose columns are `columns`, each with how often the left has it and how often the
/// right; only those where that is not the same, or where the left has it more often unless `both`.
pub(in crate::dialect) fn counted_apart(left: &Sql, right: &Sql, columns: &Sql, both: bool) -> Sql {
    let sign = if both { "<>" } else { ">" };
    sql!(
        "(SELECT {columns}, sum(\"datamove_left\") AS \"lefts\", sum(\"datamove_right\") AS \"rights\" FROM (\n\
         SELECT *, 1 AS \"datamove_left\", 0 AS \"datamove_right\" FROM ({left}) AS \"a\"\n\
         UNION ALL SELECT *, 0, 1 FROM ({right}) AS \"b\") AS \"datamove_both\"\n\
         GROUP BY {columns} HAVING sum(\"datamove_left\") {sign} sum(\"datamove_right\"))"
    )
}

/// The rows of an undo table that were inserted.
pub(in crate::dialect) fn was_inserted(alias: &str) -> Sql {
    sql!("{} = 'insert'", super::qualified(alias, "undo_op"))
}

/// The text is one of the list.
pub(in crate::dialect) fn among(text: &Sql, list: &Sql) -> Sql {
    sql!("{text} IN ({list})")
}

pub(in crate::dialect) fn cross(left: &Sql, right: &Sql) -> Sql {
    sql!("{left} CROSS JOIN {right}")
}

/// What stands for a value that nobody may read.
pub(in crate::dialect) fn masked(value: &Sql) -> Sql {
    sql!("CASE WHEN ({value}) IS NOT NULL THEN '***' END")
}

/// The script's salt, drawn when it runs and written nowhere else.
pub(in crate::dialect) fn salt() -> Sql {
    sql!("(SELECT \"salt\" FROM \"datamove_salt\")")
}

/// What the ledger says of something that was postponed and did not come back.
pub(in crate::dialect) fn is_away() -> Sql {
    sql!("\"state\" <> 'back'")
}

/// Rows that a check of this script before looked at.
pub(in crate::dialect) fn examined_by(id: &Sql) -> Sql {
    sql!("SELECT \"examined\" FROM \"datamove_check\" WHERE \"check_id\" = {id}")
}
