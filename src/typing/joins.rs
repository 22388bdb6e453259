//! A join of a move matches at most one row, and without `left` at least one: else rows would
//! multiply, or vanish.

use super::Typer;
use super::claims::{About, How};
use crate::plan::{ClaimKind, Expr, ExprKind, Operator, Probe};
use crate::resolve::Scope;
use crate::schema::{ColumnIdx, Table};

impl Typer<'_, '_> {
    pub(super) fn join_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        for (number, join) in m.joins.iter().enumerate() {
            let Some(Some(on)) = self.typed[index].joins.get(number).cloned() else { continue };
            let relation = m.scope.relation(join.relation);
            let joined = relation.table();
            let mut pairs = equalities(&on, &relation.alias);
            // Compared without regard to letter case, one value may meet several of a key that
            // minds it.
            pairs.retain(|(name, value)| {
                let minds = joined.find_column(name).is_some_and(|c| !joined.column(c).case_insensitive);
                !(minds && folds(&m.scope, value))
            });
            let about = About { of: index, column: None, part: Some(&relation.alias), span: join.span };
            let says = format!("`{}` matches at most one row", relation.alias);
            self.establish(about, ClaimKind::Join, says, at_most_one(joined, &pairs, number));
            if !join.ast.left {
                let says = format!("`{}` matches at least one row, so that no row is lost", relation.alias);
                let how = self.at_least_one(index, joined, &pairs, number, &on);
                self.establish(about, ClaimKind::Join, says, how);
            }
        }
    }

    /// Proven by a foreign key of the source that engines always check, over columns that are
    /// never NULL.
    fn at_least_one(
        &self,
        index: usize,
        joined: &Table,
        pairs: &[(String, &Expr)],
        number: usize,
        on: &Expr,
    ) -> How {
        let m = &self.plan.moves[index];
        let source = self.plan.source.catalog;
        let table = source.table(m.source);
        let alias = &m.scope.relation(0).alias;
        let held = source.engine.always_checks_foreign_keys()
            && conjuncts(on) == pairs.len()
            && table.foreign_keys.iter().any(|key| {
                key.validated
                    && std::ptr::eq(source.table(key.parent), joined)
                    && key.columns.len() == pairs.len()
                    && key.columns.iter().zip(&key.parent_columns).all(|(child, parent)| {
                        let child = table.column(*child);
                        let parent = &joined.column(*parent).name;
                        child.not_null
                            && pairs.iter().any(|(name, value)| {
                                name == parent
                                    && matches!(&value.kind, ExprKind::Column { relation, column }
                                        if relation == alias && *column == child.name)
                            })
                    })
            });
        if held {
            return How::Proven("a foreign key of the source says so".to_owned());
        }
        How::Probe(Probe::Unmatched { join: number })
    }
}

fn at_most_one(joined: &Table, pairs: &[(String, &Expr)], number: usize) -> How {
    let equal = |column: ColumnIdx| pairs.iter().any(|(name, _)| *name == joined.column(column).name);
    let key = joined
        .primary_key
        .iter()
        .chain(&joined.uniques)
        // A NULL in the key equals nothing, so a nullable key serves as well.
        .find(|key| key.partial.is_none() && key.columns.iter().all(|c| c.is_some_and(equal)));
    match key {
        Some(key) => {
            let columns: Vec<ColumnIdx> = key.columns.iter().flatten().copied().collect();
            How::Proven(format!(
                "`{}` is unique in `{}`",
                super::keys::names(joined, &columns),
                joined.display_name()
            ))
        }
        None => How::Probe(Probe::Multiplies { join: number }),
    }
}

/// The `joined.column = value` parts of a condition that all must hold, where the value does not
/// read the joined table.
pub(super) fn equalities<'e>(on: &'e Expr, alias: &str) -> Vec<(String, &'e Expr)> {
    let mut found = Vec::new();
    if let ExprKind::Binary { op, left, right } = &on.kind {
        match op {
            Operator::And => {
                found.extend(equalities(left, alias));
                found.extend(equalities(right, alias));
            }
            Operator::Eq => {
                for (column, value) in [(left, right), (right, left)] {
                    if let ExprKind::Column { relation, column } = &column.kind
                        && relation == alias
                        && !reads(value, alias)
                    {
                        found.push((column.clone(), value.as_ref()));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// True if a column in `expr` ignores letter case.
fn folds(scope: &Scope<'_>, expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| {
        if let ExprKind::Column { relation, column } = &node.kind
            && let Some(of) = scope.relations.iter().find(|r| r.alias == *relation)
        {
            let table = of.table();
            found |= table.find_column(column).is_some_and(|c| table.column(c).case_insensitive);
        }
    });
    found
}

fn conjuncts(on: &Expr) -> usize {
    match &on.kind {
        ExprKind::Binary { op: Operator::And, left, right } => conjuncts(left) + conjuncts(right),
        _ => 1,
    }
}

fn reads(expr: &Expr, alias: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |node| {
        found |= matches!(&node.kind, ExprKind::Column { relation, .. } if relation == alias);
    });
    found
}
