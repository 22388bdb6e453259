//! The words of comparisons between two sides.

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::{Speller, comma, validation};
use crate::plan::SideQuery;
use crate::schema::SqlType;
use crate::plan::Expr;

pub(in crate::dialect) fn group(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.spell(expr);
    match expr.ty {
        SqlType::Enum { .. } if speller.dialect().capabilities().has_schemas => sql!("cast({value} as text)"),
        _ => validation::grouped(speller.dialect(), &value, &expr.ty),
    }
}

pub(in crate::dialect) fn value(speller: &Speller<'_>, expr: &Expr) -> Sql {
    speller.spell(expr)
}

pub(in crate::dialect) fn both(left: &Sql, right: &Sql) -> Sql {
    sql!("SELECT * FROM ({left}) AS \"datamove_left\"\nUNION ALL SELECT * FROM ({right}) AS \"datamove_right\"")
}

/// One row for each group with what either side says; NULL groups are one group.
pub(in crate::dialect) fn compared(both: &Sql, groups: &[Sql]) -> Sql {
    let by = if groups.is_empty() { String::new() } else { format!("\nGROUP BY {}", comma(groups)) };
    sql!(
        "SELECT count(*) FILTER (WHERE \"side\" = 0) AS \"lefts\", count(*) FILTER (WHERE \"side\" = 1) AS \"rights\",\n\
         max(\"value\") FILTER (WHERE \"side\" = 0) AS \"left_value\", \
         max(\"value\") FILTER (WHERE \"side\" = 1) AS \"right_value\"\n\
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
pub(in crate::dialect) fn groups_differ(dialect: &dyn Dialect, within: &str, left: &SideQuery, right: &SideQuery) -> Sql {
    let unequal = dialect.distinct(&Sql::spelled("\"left_value\""), &Sql::spelled("\"right_value\""), false);
    let numbers = left.value.ty.is_numeric() && right.value.ty.is_numeric();
    let is_number = within.chars().all(|c| c.is_ascii_digit() || c == '.') && !within.is_empty();
    let apart = if numbers && is_number {
        let distance = match (&left.value.ty, dialect.capabilities().exact_digits) {
            // Decimals come out of their integers as doubles; the digits that count are exact.
            (_, Some(_)) => sql!("round(abs(\"left_value\" - \"right_value\"), 9)"),
            _ => sql!("abs(\"left_value\" - \"right_value\")"),
        };
        sql!(
            "{unequal} AND (\"left_value\" IS NULL OR \"right_value\" IS NULL OR {distance} > {within})"
        )
    } else {
        unequal
    };
    sql!("\"lefts\" <> \"rights\" OR ({apart})")
}
