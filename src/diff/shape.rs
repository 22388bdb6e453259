//! Expressions as the plan means them: without what the schemas alone say of them.

use std::collections::BTreeMap;

use crate::plan::{Expr, ExprKind, Otherwise};
use crate::schema::SqlType;

/// The tree without types (but for those of casts) and without the entries of values maps, which
/// are compared once and not at every use.
pub(super) fn shape(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    expr.walk_mut(&mut |node| {
        node.nullable = false;
        match &mut node.kind {
            ExprKind::Cast(_) => return,
            ExprKind::Map { pairs, otherwise, .. } => {
                pairs.clear();
                *otherwise = Otherwise::Error;
            }
            _ => {}
        }
        node.ty = SqlType::Bool;
    });
    expr
}

pub(super) fn same(before: &Expr, after: &Expr) -> bool {
    before == after || shape(before) == shape(after)
}

pub(super) fn same_lists(before: &[Expr], after: &[Expr]) -> bool {
    before.len() == after.len() && before.iter().zip(after).all(|(before, after)| same(before, after))
}

/// The columns that an expression reads, with their types as a DDL writes them.
pub(super) fn columns<'e>(exprs: impl IntoIterator<Item = &'e Expr>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for expr in exprs {
        expr.walk(&mut |node| {
            if let ExprKind::Column { relation, column } = &node.kind {
                let not_null = if node.nullable { "" } else { " not null" };
                found.insert(format!("{relation}.{column}"), format!("{}{not_null}", node.ty));
            }
        });
    }
    found
}

/// Calls columns of the relation `from` columns of `to`.
pub(super) fn rename_alias(expr: &mut Expr, names: &BTreeMap<String, String>) {
    if names.is_empty() {
        return;
    }
    expr.walk_mut(&mut |node| {
        if let ExprKind::Column { relation, .. } = &mut node.kind
            && let Some(name) = names.get(relation)
        {
            relation.clone_from(name);
        }
    });
}
