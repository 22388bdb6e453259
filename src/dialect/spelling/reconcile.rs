//! The words of a comparison that comes again: what was written since, and what is drawn.

use super::super::Sql;
use super::super::sql::sql;
use super::{comma, row_value};

/// What the run `since` noted of a step; NULL if there was none.
pub(in crate::dialect) fn mark(watermark: &Sql, since: &Sql, id: &Sql) -> Sql {
    sql!("(SELECT \"value\" FROM {watermark} WHERE \"number\" = {since} AND \"step\" = {id})")
}

/// The run `since` noted nothing of the step, so all of its rows are looked at.
pub(in crate::dialect) fn unmarked(watermark: &Sql, since: &Sql, id: &Sql) -> Sql {
    sql!("NOT EXISTS (SELECT 1 FROM {watermark} WHERE \"number\" = {since} AND \"step\" = {id})")
}

/// What this run notes of a step.
pub(in crate::dialect) fn noted(id: &Sql, text: &Sql, from: &Sql) -> Sql {
    sql!("SELECT {id} AS \"step\", {text} AS \"watermark\" FROM {from}")
}

pub(in crate::dialect) fn newest(column: &Sql) -> Sql {
    sql!("max({column})")
}

/// The checks were not made unless `looked` holds.
pub(in crate::dialect) fn take_back(ids: &Sql, looked: &Sql) -> Sql {
    sql!(
        "-- What was not looked at is no check.\n\
         DELETE FROM \"datamove_check\" WHERE \"check_id\" IN ({ids}) AND NOT ({looked});\n"
    )
}

/// What the session says, else what the plan says.
pub(in crate::dialect) fn said(session: &Sql, plan: u64) -> Sql {
    sql!("coalesce({session}, {plan})")
}

/// The first of these rows.
pub(in crate::dialect) fn first(select: &Sql, order: &[Sql], rows: u64) -> Sql {
    let order = if order.is_empty() { Sql::default() } else { sql!("\nORDER BY {}", comma(order)) };
    sql!("{select}{order}\nLIMIT {rows}")
}

/// The values are those of a row that was drawn.
pub(in crate::dialect) fn is_drawn(values: &[Sql], drawn: &Sql, columns: &[Sql]) -> Sql {
    sql!("{} IN (SELECT {} FROM {drawn} AS \"datamove_drawn\")", row_value(values), comma(columns))
}

/// The rows of a table if there are so many, else none.
pub(in crate::dialect) fn if_so_many(columns: &[Sql], table: &Sql, rows: u64) -> Sql {
    let columns = comma(columns);
    sql!(
        "SELECT {columns} FROM (SELECT {columns}, count(*) OVER () AS \"datamove_rows\" FROM {table}) \
         AS \"datamove_drawn\" WHERE \"datamove_rows\" = {rows}"
    )
}
