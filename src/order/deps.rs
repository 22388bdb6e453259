use std::collections::{BTreeMap, BTreeSet};

use crate::base::Span;
use crate::resolve::{Move, Resolved, Value};
use crate::schema::{Column, ColumnIdx, ForeignKey, Identity};
use crate::syntax::ast::ExprKind;

/// Why a move must come after others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ForeignKey,
    Ref,
    After,
}

/// A move that needs other moves before it.
#[derive(Clone, Debug)]
pub struct Dependency {
    pub kind: Kind,
    pub child: usize,
    pub parents: BTreeSet<usize>,
    /// The target columns that hold the reference.
    pub columns: BTreeSet<ColumnIdx>,
    /// Those of them that a first pass may leave NULL; empty if the edge cannot be cut.
    pub nullable: BTreeSet<ColumnIdx>,
    /// True if the engine can check the constraint at the end of the transaction.
    pub deferrable: bool,
    /// The constraint's name, or its columns.
    pub name: String,
    /// The foreign key in the DDL, or the `ref` or `after` in the plan.
    pub span: Span,
    /// The child's id and the columns' names: the order in which cuts are preferred.
    pub sort_key: (String, String),
}

/// Every dependency of every move. One column set of one child is one dependency, whether a
/// foreign key, a `ref` or both ask for it.
pub(super) fn collect(plan: &Resolved<'_>) -> Vec<Dependency> {
    let mut into: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
    for (index, m) in plan.moves.iter().enumerate() {
        into.entry(m.target).or_default().insert(index);
    }
    let mut all = Vec::new();
    for (child, m) in plan.moves.iter().enumerate() {
        let mut own: Vec<Dependency> = Vec::new();
        let table = plan.target.catalog.table(m.target);
        for foreign_key in &table.foreign_keys {
            if let Some(parents) = into.get(&foreign_key.parent)
                && foreign_key.columns.iter().all(|column| m.assigns.iter().any(|a| a.column == *column))
            {
                add(&mut own, of_foreign_key(plan, child, m, foreign_key, parents.clone()));
            }
        }
        for assign in &m.assigns {
            if let Value::Expr { value, .. } = assign.value {
                value.walk(&mut |expr| {
                    if let ExprKind::Ref { table, .. } = &expr.kind
                        && let Some(found) = m.refs.iter().find(|r| r.span == table.span)
                        && let Some(parents) = into.get(&found.table)
                    {
                        add(&mut own, of_ref(plan, child, m, assign.column, found.span, parents.clone()));
                    }
                });
            }
        }
        for after in &m.after {
            if let Some(parents) = into.get(&after.table) {
                own.push(Dependency {
                    kind: Kind::After,
                    child,
                    parents: parents.clone(),
                    columns: BTreeSet::new(),
                    nullable: BTreeSet::new(),
                    deferrable: false,
                    name: "after".to_owned(),
                    span: after.span,
                    sort_key: (m.id.clone(), String::new()),
                });
            }
        }
        all.append(&mut own);
    }
    all
}

fn add(own: &mut Vec<Dependency>, dep: Dependency) {
    match own.iter_mut().find(|other| other.columns == dep.columns && other.kind != Kind::After) {
        Some(other) => {
            other.parents.extend(dep.parents);
            if other.deferrable && !dep.deferrable {
                // What cannot wait is the reason to show.
                (other.kind, other.span) = (dep.kind, dep.span);
            }
            other.deferrable &= dep.deferrable;
        }
        None => own.push(dep),
    }
}

fn of_foreign_key(
    plan: &Resolved<'_>,
    child: usize,
    m: &Move<'_>,
    foreign_key: &ForeignKey,
    parents: BTreeSet<usize>,
) -> Dependency {
    let columns: BTreeSet<ColumnIdx> = foreign_key.columns.iter().copied().collect();
    let deferrable = foreign_key.deferrable || plan.target.catalog.engine.can_defer_every_foreign_key();
    let names = column_names(plan, m, &columns);
    Dependency {
        kind: Kind::ForeignKey,
        child,
        parents,
        nullable: may_wait(plan, m, &columns),
        columns,
        deferrable,
        name: foreign_key.name.clone().unwrap_or_else(|| format!("{}({names})", m.id)),
        span: foreign_key.span,
        sort_key: (m.id.clone(), names),
    }
}

fn of_ref(
    plan: &Resolved<'_>,
    child: usize,
    m: &Move<'_>,
    column: ColumnIdx,
    span: Span,
    parents: BTreeSet<usize>,
) -> Dependency {
    let columns = BTreeSet::from([column]);
    // A mapping table is filled by the parent's move, so nothing can be looked up before it; a
    // parent that keeps its keys needs no look-up, and then only the constraint counts.
    let looked_up = parents.iter().any(|parent| makes_keys(&plan.moves[*parent]));
    let names = column_names(plan, m, &columns);
    Dependency {
        kind: Kind::Ref,
        child,
        parents,
        nullable: may_wait(plan, m, &columns),
        columns,
        deferrable: !looked_up,
        name: format!("{}({names})", m.id),
        span,
        sort_key: (m.id.clone(), names),
    }
}

/// True if the move gives its rows new keys.
pub(crate) fn makes_keys(m: &Move<'_>) -> bool {
    m.assigns.iter().any(|assign| match assign.value {
        Value::Expr { value, .. } => {
            assign.is_key && matches!(value.bare().kind, ExprKind::Uuid5 { .. } | ExprKind::Sequence { .. })
        }
        Value::Same(_) => false,
    })
}

fn column_names(plan: &Resolved<'_>, m: &Move<'_>, columns: &BTreeSet<ColumnIdx>) -> String {
    let table = plan.target.catalog.table(m.target);
    columns.iter().map(|column| table.column(*column).name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The columns that may be NULL until the second pass: not part of what identifies the row.
fn may_wait(plan: &Resolved<'_>, m: &Move<'_>, columns: &BTreeSet<ColumnIdx>) -> BTreeSet<ColumnIdx> {
    let table = plan.target.catalog.table(m.target);
    let explicit: Vec<ColumnIdx> = m.assigns.iter().filter(|a| a.is_key).map(|a| a.column).collect();
    let key = if explicit.is_empty() { table.primary_key_columns() } else { explicit };
    if key.is_empty() {
        return BTreeSet::new();
    }
    let nullable = |column: &Column| {
        !column.not_null && !matches!(column.identity, Some(Identity::Always | Identity::ByDefault))
    };
    columns
        .iter()
        .copied()
        .filter(|column| nullable(table.column(*column)) && !key.contains(column))
        .collect()
}
