//! The words of comparisons between two sides.

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::{Speller, comma};
use crate::plan::{Expr, ExprKind};
use crate::schema::SqlType;

pub(in crate::dialect) fn group(speller: &Speller<'_>, expr: &Expr) -> Sql {
    speller.dialect().grouped(&speller.spell(expr), &expr.ty)
}

/// Both values in one unit, and for numbers how far apart they may be, in the same unit.
pub(in crate::dialect) fn values(
    speller: &Speller<'_>,
    left: &Expr,
    right: &Expr,
    within: &str,
) -> (Vec<Sql>, Option<Sql>) {
    let is_number = within.chars().all(|c| c.is_ascii_digit() || c == '.') && !within.is_empty();
    if left.ty.is_numeric() && right.ty.is_numeric() && is_number {
        let within = Expr::new(SqlType::Decimal(None), false, ExprKind::Number(within.to_owned()));
        let mut all: Vec<_> = speller
            .dialect()
            .comparable(speller, &[left, right, &within])
            .into_iter()
            .map(|piece| piece.sql)
            .collect();
        let within = all.pop();
        return (all, within);
    }
    (vec![speller.spell(left), speller.spell(right)], None)
}

pub(in crate::dialect) fn both(left: &Sql, right: &Sql) -> Sql {
    sql!(
        "SELECT * FROM ({left}) AS \"datamove_left\"\nUNION ALL SELECT * FROM ({right}) AS \"datamove_right\""
    )
}

/// One row for each group with what either side says; NULL groups are one group.
pub(in crate::dialect) fn compared(both: &Sql, groups: &[Sql]) -> Sql {
    let by = if groups.is_empty() { String::new() } else { format!("\nGROUP BY {}", comma(groups)) };
    sql!(
        "SELECT count(CASE WHEN \"side\" = 0 THEN 1 END) AS \"lefts\", count(CASE WHEN \"side\" = 1 THEN 1 END) AS \"rights\",\n\
         max(CASE WHEN \"side\" = 0 THEN \"value\" END) AS \"left_value\", \
         max(CASE WHEN \"side\" = 1 THEN \"value\" END) AS \"right_value\"\n\
         FROM ({both}) AS \"datamove_both\"{by}"
    )
}

pub(in crate::dialect) fn distinct_groups(both: &Sql, groups: &[Sql]) -> Sql {
    if groups.is_empty() {
        return sql!("SELECT 1");
    }
    sql!("SELECT DISTINCT {} FROM ({both}) AS \"datamove_both\"", comma(groups))
}

/// A group is on one side only, or its values are further apart than `within`.
pub(in crate::dialect) fn groups_differ(dialect: &dyn Dialect, within: Option<&Sql>) -> Sql {
    let unequal = dialect.distinct(&Sql::spelled("\"left_value\""), &Sql::spelled("\"right_value\""), false);
    let apart = within.map_or_else(
        || unequal.clone(),
        |within| {
            sql!(
                "{unequal} AND (\"left_value\" IS NULL OR \"right_value\" IS NULL \
                 OR abs(\"left_value\" - \"right_value\") > {within})"
            )
        },
    );
    sql!("\"lefts\" <> \"rights\" OR ({apart})")
}

/// A query of the plan's own, as a relation. On lines of its own, because it may end in a comment.
pub(in crate::dialect) fn custom(query: &str) -> Sql {
    Sql::rendered(format!("(\n{query}\n) AS \"datamove_custom\""))
}

/// The value of a column if there is one row, else NULL.
pub(in crate::dialect) fn said_once(column: &Sql) -> Sql {
    sql!("CASE WHEN count(*) = 1 THEN max({column}) END")
}
