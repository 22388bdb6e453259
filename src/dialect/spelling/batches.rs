//! The words of batches: windows, checkpoints, new numbers.

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::{and, comma, identifier, row_value, select_rows};
use crate::plan::Plan;

/// A dollar quote that occurs nowhere in the plan, so that no literal ends a block early.
pub(in crate::dialect) fn dollar_tag(plan: &Plan) -> Sql {
    let strings = compact(plan);
    let mut tag = String::from("$datamove$");
    let mut n = 0;
    while strings.contains(&tag) {
        n += 1;
        tag = format!("$datamove_{n}$");
    }
    Sql::spelled(tag)
}

/// All strings of the plan, each as it is but for escapes, none of which a tag could have.
fn compact(plan: &Plan) -> String {
    serde_json::to_string(plan).expect("a plan has no maps but those keyed by text")
}

/// `prefix_1`, …: columns of the window, or the variables of a loop.
pub(in crate::dialect) fn numbered(prefix: &str, count: usize, variables: bool) -> Vec<Sql> {
    let of = |i| if variables { format!("datamove_{prefix}_{i}") } else { format!("{prefix}_{i}") };
    (1..=count).map(|i| identifier(&of(i))).collect()
}

/// `k_1`, …: the keys of a batch in order.
pub(in crate::dialect) fn next_keys(count: usize, descending: bool) -> Vec<Sql> {
    let direction = if descending { " DESC" } else { "" };
    (1..=count).map(|i| sql!("{}{direction}", identifier(&format!("k_{i}")))).collect()
}

/// The window's columns as a value that is read once for each statement.
pub(in crate::dialect) fn window_select(columns: &[Sql]) -> Sql {
    sql!("(SELECT {} FROM temp.\"datamove_window\")", comma(columns))
}

/// The keys `left` are behind `right` in their order, or with `or_equal` not before: compared as row values,
/// or part by part where no index serves row values, with a first condition that an index does serve.
pub(in crate::dialect) fn behind(dialect: &dyn Dialect, left: &[Sql], right: &[Sql], or_equal: bool) -> Sql {
    let last = if or_equal { ">=" } else { ">" };
    if dialect.capabilities().row_values || left.len() < 2 {
        return sql!("{} {last} {}", row_value(left), row_value(right));
    }
    in_parts(left, right, ">", last)
}

/// The keys `left` are not behind `right`; see [`behind`].
pub(in crate::dialect) fn not_behind(dialect: &dyn Dialect, left: &[Sql], right: &[Sql]) -> Sql {
    if dialect.capabilities().row_values || left.len() < 2 {
        return sql!("{} <= {}", row_value(left), row_value(right));
    }
    in_parts(left, right, "<", "<=")
}

fn in_parts(left: &[Sql], right: &[Sql], strictly: &str, last: &str) -> Sql {
    let pairs: Vec<_> = left.iter().zip(right).collect();
    let Some(((l, r), rest)) = pairs.split_last() else { return Sql::default() };
    let apart = rest
        .iter()
        .rev()
        .fold(sql!("{l} {last} {r}"), |inner, (l, r)| sql!("({l} {strictly} {r} OR {l} = {r} AND {inner})"));
    sql!("{} {strictly}= {} AND {apart}", left[0], right[0])
}

/// The other way round, for the last of them.
pub(in crate::dialect) fn descending(keys: &[Sql]) -> Vec<Sql> {
    keys.iter().map(|key| sql!("{key} DESC")).collect()
}

/// A PL/pgSQL variable's type: that of a column.
pub(in crate::dialect) fn type_of(table: &Sql, column: &str) -> Sql {
    sql!("{table}.{}%TYPE", identifier(column))
}

/// `$1`, …: the values of a statement that is given as text.
pub(in crate::dialect) fn placeholders(from: usize, count: usize) -> Vec<Sql> {
    (from..from + count).map(|i| sql!("${i}")).collect()
}

/// Asks the server how it would find the keys from a first one on.
pub(in crate::dialect) fn explain_keys(keys: &Sql, source: &Sql, from: &Sql, limit: &Sql) -> Sql {
    sql!("EXPLAIN (FORMAT JSON) SELECT {keys} FROM {source} WHERE {from} ORDER BY {keys} LIMIT {limit}")
}

pub(in crate::dialect) fn select_distinct(items: &[Sql], from: &Sql, conditions: &[Sql]) -> Sql {
    let text = select_rows(items, from, conditions, &[]).to_string();
    sql!("SELECT DISTINCT {}", text.trim_start_matches("SELECT "))
}

/// Equal keys where the left side's columns may have no type: a plus takes the right side's away
/// as well, so that SQLite can use the left side's index.
pub(in crate::dialect) fn equal_untyped(dialect: &dyn Dialect, left: &[Sql], right: &[Sql]) -> Sql {
    let plus = if dialect.capabilities().enforces_types { "" } else { "+" };
    let pairs: Vec<_> = left.iter().zip(right).map(|(l, r)| sql!("{l} = {plus}{r}")).collect();
    and(&pairs)
}

/// The next number for each row in the order of `order`, behind the largest of `columns` and of
/// what the sequence had given out.
pub(in crate::dialect) fn next_number(
    dialect: &dyn Dialect,
    columns: &[(Sql, Sql)],
    sequence: Option<(Sql, Sql)>,
    order: &[Sql],
) -> Sql {
    let greatest = if dialect.capabilities().has_schemas { "greatest" } else { "max" };
    let largest =
        columns.iter().map(|(table, column)| sql!("coalesce((SELECT max({column}) FROM {table}), 0)"));
    let last = sequence.map(|(table, name)| {
        sql!(
            "coalesce((SELECT \"last_value\" FROM {table} WHERE \"name\" = {name} AND \"is_called\" = {}), 0)",
            dialect.boolean(true)
        )
    });
    let all: Vec<_> = largest.chain(last).collect();
    sql!("{greatest}({}) + row_number() OVER (ORDER BY {})", comma(&all), comma(order))
}
