//! Rows of another table: a scalar subquery that reads columns of the row outside.

use super::super::Sql;
use super::super::sql::sql;
use super::{Speller, comma};
use crate::plan::{Expr, ExprKind, OrderKey, RelatedFunction};
use crate::schema::SqlType;

/// The subquery with the neutral words; NULL for any other expression.
pub(in crate::dialect) fn related(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let ExprKind::Related { value: Some(value), .. } = &expr.kind else {
        return related_rows(speller, expr, None);
    };
    related_rows(speller, expr, Some(speller.spell(value)))
}

/// The subquery over `item`, which is the spelled value; sums and counts in the type of `expr`.
pub(in crate::dialect) fn related_rows(speller: &Speller<'_>, expr: &Expr, item: Option<Sql>) -> Sql {
    let ExprKind::Related { function, value, rows, filter, order } = &expr.kind else {
        return Sql::spelled("NULL");
    };
    let item = item.unwrap_or_else(|| Sql::spelled("*"));
    // Texts are compared by their bytes, whatever the column's collation.
    let compared = match value.as_deref() {
        Some(value) if matches!(value.ty, SqlType::Text { .. }) => {
            speller.dialect().grouped(&sql!("({item})"), &value.ty)
        }
        _ => item.clone(),
    };
    let selected = match function {
        RelatedFunction::Count => sql!("count({item})"),
        RelatedFunction::Sum => sql!("sum({item})"),
        RelatedFunction::Min => sql!("min({compared})"),
        RelatedFunction::Max => sql!("max({compared})"),
        RelatedFunction::First => item,
    };
    let mut select = sql!("SELECT {selected} FROM {}", speller.relation(rows));
    if let Some(filter) = filter {
        select = sql!("{select} WHERE {}", speller.spell(filter));
    }
    if !order.is_empty() {
        let keys: Vec<_> = order.iter().flat_map(|ordering| sorted(speller, ordering)).collect();
        select = sql!("{select} ORDER BY {} LIMIT 1", comma(&keys));
    }
    sql!("({select})")
}

/// NULLs last on every engine; texts by their bytes.
fn sorted(speller: &Speller<'_>, ordering: &OrderKey) -> Vec<Sql> {
    let value = speller.operand(&ordering.key);
    let compared = match &ordering.key.ty {
        ty @ SqlType::Text { .. } => speller.dialect().grouped(&value, ty),
        _ => value.clone(),
    };
    let mut keys = Vec::new();
    if ordering.key.nullable {
        keys.push(sql!("CASE WHEN {value} IS NULL THEN 1 ELSE 0 END"));
    }
    keys.push(if ordering.descending { sql!("{compared} DESC") } else { compared });
    keys
}
