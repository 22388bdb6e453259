//! Rows of another table inside an expression.

use super::expr::{expr, flat};
use super::layout::newline;
use super::words::{alias, path};
use crate::base::Ident;
use crate::syntax::ast::{Expr, Rows};

/// `count(legacy.comments x where …)` on one line.
pub(super) fn flat_rows(function: &Ident, value: Option<&Expr>, rows: &Rows) -> String {
    let mut parts = vec![table(value, rows)];
    parts.extend(rows.filter.as_ref().map(|filter| format!("where {}", flat(filter))));
    parts.extend(order(rows));
    format!("{}({})", function.text, parts.join(" "))
}

/// The same with each part on a line of its own.
pub(super) fn broken_rows(function: &Ident, value: Option<&Expr>, rows: &Rows, indent: usize) -> String {
    let inside = indent + 2;
    let mut parts = vec![table(value, rows)];
    parts
        .extend(rows.filter.as_ref().map(|filter| format!("where {}", expr(filter, inside + 2, inside + 6))));
    parts.extend(order(rows));
    let line = newline(inside);
    format!("{}({line}{}{})", function.text, parts.join(&line), newline(indent))
}

fn table(value: Option<&Expr>, rows: &Rows) -> String {
    let from = value.map_or_else(String::new, |value| format!("{} from ", flat(value)));
    format!("{from}{}{}", path(&rows.table), alias(rows.alias.as_ref()))
}

fn order(rows: &Rows) -> Option<String> {
    let keys = rows
        .order
        .iter()
        .map(|ordering| flat(&ordering.key) + if ordering.descending { " desc" } else { "" });
    (!rows.order.is_empty()).then(|| format!("order by {}", keys.collect::<Vec<_>>().join(", ")))
}
