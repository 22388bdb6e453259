//! References: every value that refers to a parent finds it among the moved rows, or in the target.

use std::collections::BTreeSet;

use super::Typer;
use super::claims::{About, How};
use super::keys::{assigned, names};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Conflict, Expr, ExprKind, Otherwise, ParentKey, Probe, TargetKey};
use crate::resolve::{Move, Value};
use crate::schema::{ColumnIdx, ForeignKey, TableId};
use crate::syntax::ast;

/// The values of a reference and what they must equal, with mapping tables taken out of both.
enum Paired {
    Values(Vec<Expr>, Vec<ParentKey>),
    /// A look-up may give NULL or a literal instead of failing, so no row is an orphan.
    Free,
    Refused(Box<Diagnostic>),
}

impl Typer<'_, '_> {
    pub(super) fn reference_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        let mut covered: BTreeSet<ColumnIdx> = BTreeSet::new();
        for key in &table.foreign_keys {
            if key.columns.iter().all(|column| assigned(m, *column)) {
                self.foreign_key_claim(index, key);
                covered.extend(key.columns.iter().copied());
            }
        }
        for assign in &m.assigns {
            if covered.contains(&assign.column) {
                continue;
            }
            if let Value::Expr { value, .. } = assign.value
                && let ast::ExprKind::Ref { table, .. } = &value.bare().kind
                && let Some(found) = m.refs.iter().find(|r| r.span == table.span)
            {
                self.bare_ref_claim(index, assign.column, found.table, assign.span);
            }
        }
    }

    fn foreign_key_claim(&mut self, index: usize, key: &ForeignKey) {
        let m = &self.plan.moves[index];
        let catalog = self.plan.target.catalog;
        let (table, parent) = (catalog.table(m.target), catalog.table(key.parent));
        let span = self.span_of(index, key.columns.first().copied());
        let says =
            format!("every `{}` has its row in `{}`", names(table, &key.columns), parent.display_name());
        let column = if let [one] = key.columns.as_slice() { Some(*one) } else { None };
        let part = names(table, &key.columns).replace(", ", "+");
        let about = About { of: index, column, part: Some(&part), span };
        let typed = &self.typed[index].columns;
        let Some(values) = key.columns.iter().map(|c| typed.get(c).cloned()).collect::<Option<Vec<_>>>()
        else {
            return;
        };
        if values.iter().any(|value| matches!(value.kind, ExprKind::Null)) {
            self.establish(about, ClaimKind::Orphan, says, How::Proven("it is always NULL".to_owned()));
            return;
        }
        let how = match self.pair(index, &values, key.parent, &key.parent_columns, Some(key)) {
            Paired::Free => return,
            Paired::Refused(diagnostic) => How::Refused(diagnostic),
            Paired::Values(value, parents) => {
                if let Some(why) = self.proven_reference(index, &value, &parents) {
                    How::Proven(why)
                } else {
                    let or_in_target = self.or_in_target(key.parent, &key.parent_columns, &values);
                    How::Probe(Probe::Orphans { value, parents, or_in_target })
                }
            }
        };
        self.establish(about, ClaimKind::Orphan, says, how);
    }

    fn bare_ref_claim(&mut self, index: usize, column: ColumnIdx, parent: TableId, span: Span) {
        let Some(value) = self.typed[index].columns.get(&column).cloned() else { return };
        let parents: Vec<usize> = self.plan.moves_into(parent).map(|(p, _)| p).collect();
        let Some(key) = parents.first().map(|p| self.typed[*p].key.clone()) else { return };
        let name = self.plan.target.catalog.table(parent).display_name();
        let says = format!("every reference has its row in `{name}`");
        let about = About { of: index, column: Some(column), part: None, span };
        let maker = self
            .maps
            .get(&parent)
            .and_then(|map| self.plan.target.catalog.table(parent).find_column(&map.new_column));
        let parent_column = match (&value.kind, maker, key.as_slice()) {
            (ExprKind::Lookup { .. }, Some(made), _) => made,
            (_, _, [one]) => *one,
            _ => {
                self.problems.push(
                    Diagnostic::error(
                        Code::RefElsewhere,
                        format!("`{name}` is identified by {} columns, and `ref` gives one", key.len()),
                        span,
                        "not the whole key",
                    )
                    .help("map each column of the reference by itself"),
                );
                return;
            }
        };
        let how = match self.pair(index, std::slice::from_ref(&value), parent, &[parent_column], None) {
            Paired::Free => return,
            Paired::Refused(diagnostic) => How::Refused(diagnostic),
            Paired::Values(values, parents) => {
                let or_in_target = self.or_in_target(parent, &[parent_column], std::slice::from_ref(&value));
                How::Probe(Probe::Orphans { value: values, parents, or_in_target })
            }
        };
        self.establish(about, ClaimKind::Orphan, says, how);
    }

    /// Pairs a child's values with each parent move's, taking look-ups in the same map out of both.
    fn pair(
        &self,
        index: usize,
        values: &[Expr],
        parent: TableId,
        parent_columns: &[ColumnIdx],
        key: Option<&ForeignKey>,
    ) -> Paired {
        let mut parents = Vec::new();
        let mut plain: Vec<Expr> = Vec::new();
        let moves: Vec<usize> = self.plan.moves_into(parent).map(|(p, _)| p).collect();
        if moves.is_empty() {
            let looked_up = values.iter().any(contains_lookup);
            return if looked_up {
                Paired::Refused(Box::new(self.not_countable(index, values)))
            } else {
                Paired::Values(values.to_vec(), parents)
            };
        }
        for p in moves {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for (value, column) in values.iter().zip(parent_columns) {
                let Some(parent_value) = self.typed[p].columns.get(column) else {
                    if assigned(&self.plan.moves[p], *column) {
                        // Its mapping has an error of its own.
                        return Paired::Free;
                    }
                    return Paired::Refused(Box::new(self.not_countable(index, values)));
                };
                match (&value.kind, &parent_value.kind) {
                    (ExprKind::Lookup { otherwise: Otherwise::Null | Otherwise::Value(_), .. }, _) => {
                        return Paired::Free;
                    }
                    (ExprKind::Lookup { map: a, args: x, .. }, ExprKind::Lookup { map: b, args: y, .. })
                        if a == b =>
                    {
                        ours.extend(x.iter().cloned());
                        theirs.extend(y.iter().cloned());
                    }
                    (_, ExprKind::Lookup { .. }) if !contains_lookup(value) => {
                        return Paired::Refused(Box::new(self.copies_old_key(index, value, parent, key)));
                    }
                    _ if contains_lookup(value) || contains_lookup(parent_value) => {
                        return Paired::Refused(Box::new(self.not_countable(index, values)));
                    }
                    _ => {
                        ours.push(value.clone());
                        theirs.push(parent_value.clone());
                    }
                }
            }
            plain = ours;
            parents.push(ParentKey { of: self.plan.moves[p].id.clone(), key: theirs });
        }
        Paired::Values(plain, parents)
    }

    /// The parent gets new keys, and the child would go on with the old one.
    fn copies_old_key(
        &self,
        index: usize,
        value: &Expr,
        parent: TableId,
        key: Option<&ForeignKey>,
    ) -> Diagnostic {
        let m = &self.plan.moves[index];
        let name = self.plan.target.catalog.table(parent).name.clone();
        let column = key.and_then(|key| {
            key.columns.iter().copied().find(|c| self.typed[index].columns.get(c) == Some(value))
        });
        let span = self.span_of(index, column);
        let text = m.assigns.iter().find(|assign| Some(assign.column) == column).map_or_else(
            || "…".to_owned(),
            |assign| match assign.value {
                Value::Expr { value, .. } => self.sources.text(value.span).to_owned(),
                Value::Same(from) => {
                    format!("{}.{}", m.scope.relation(0).alias, m.scope.column(0, from).name)
                }
            },
        );
        let mut diagnostic = Diagnostic::error(
            Code::OldKeyCopied,
            format!("`{name}` gets new keys, and this copies the old one"),
            span,
            format!("`{text}` is the old key"),
        );
        if let Some(key) = key {
            diagnostic = diagnostic.see(key.span, "must be a key of the parent");
        }
        let written = column.map_or_else(
            || "…".to_owned(),
            |c| self.plan.target.catalog.table(m.target).column(c).name.clone(),
        );
        diagnostic
            .help(format!("follow the new key: `{written} <- ref {}.{name}({text})`", self.plan.target.name))
    }

    fn not_countable(&self, index: usize, values: &[Expr]) -> Diagnostic {
        let columns = &self.typed[index].columns;
        let column = columns.iter().find(|(_, expr)| values.contains(expr)).map(|(column, _)| *column);
        Diagnostic::error(
            Code::NotCountable,
            "whether this reference finds its parent cannot be counted before the load",
            self.span_of(index, column),
            "looked up and calculated",
        )
        .help("make it a plain `ref`, or `accept orphan … because \"…\"`: the constraint then decides during the load")
    }

    fn or_in_target(&self, parent: TableId, columns: &[ColumnIdx], values: &[Expr]) -> Option<TargetKey> {
        let mut moves = self.plan.moves_into(parent).peekable();
        let unmoved = moves.peek().is_none();
        let holds_rows = unmoved
            || moves.any(|(_, m)| m.conflict.is_some_and(|(_, conflict)| conflict != Conflict::MustBeEmpty));
        if !holds_rows || values.iter().any(contains_lookup) {
            return None;
        }
        let table = self.plan.target.catalog.table(parent);
        Some(TargetKey {
            table: self.target_ref(parent),
            columns: columns.iter().map(|column| table.column(*column).name.clone()).collect(),
        })
    }

    /// Proven if the source has the same foreign key, always checked, and the parent's move takes
    /// every row.
    fn proven_reference(&self, index: usize, values: &[Expr], parents: &[ParentKey]) -> Option<String> {
        let source = self.plan.source.catalog;
        let m = &self.plan.moves[index];
        let [parent] = parents else { return None };
        let p = self.plan.moves.binary_search_by(|other| other.id.cmp(&parent.of)).ok()?;
        let parent_move = &self.plan.moves[p];
        if !source.engine.always_checks_foreign_keys() || !takes_every_row(parent_move) {
            return None;
        }
        let table = source.table(m.source);
        let child_columns = plain_columns(values, &m.scope.relation(0).alias)?;
        let parent_columns = plain_columns(&parent.key, &parent_move.scope.relation(0).alias)?;
        let held = table.foreign_keys.iter().any(|key| {
            key.validated
                && key.parent == parent_move.source
                && key.columns.len() == child_columns.len()
                && key.columns.iter().zip(&key.parent_columns).all(|(child, of)| {
                    child_columns.iter().zip(&parent_columns).any(|(a, b)| {
                        *a == table.column(*child).name && *b == source.table(key.parent).column(*of).name
                    })
                })
        });
        held.then(|| "the source has the same foreign key, and the parent's move takes every row".to_owned())
    }

    fn span_of(&self, index: usize, column: Option<ColumnIdx>) -> Span {
        let m = &self.plan.moves[index];
        m.assigns
            .iter()
            .find(|assign| Some(assign.column) == column)
            .map_or(m.ast.target.span, |assign| assign.span)
    }
}

/// True if no row of the source table is left out.
pub(super) fn takes_every_row(m: &Move<'_>) -> bool {
    m.filter.is_none() && m.joins.iter().all(|join| join.ast.left)
}

/// The names, if every expression is a bare column of `alias`.
pub(super) fn plain_columns(values: &[Expr], alias: &str) -> Option<Vec<String>> {
    values
        .iter()
        .map(|value| match &value.kind {
            ExprKind::Column { relation, column } if relation == alias => Some(column.clone()),
            _ => None,
        })
        .collect()
}

pub(super) fn contains_lookup(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| found |= matches!(node.kind, ExprKind::Lookup { .. }));
    found
}
