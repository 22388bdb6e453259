//! Where rows may be set aside: a row must have a name, a batch of its own, and nothing that refers to it unseen.

use std::collections::BTreeSet;

use super::Typer;
use super::keys::assigned;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Batch;
use crate::resolve::Value;
use crate::schema::{ColumnIdx, Table, TableId};
use crate::syntax::ast;

impl Typer<'_, '_> {
    /// Some move into the table may set rows aside.
    pub(super) fn sets_aside(&self, table: TableId) -> bool {
        self.plan.moves_into(table).any(|(_, m)| m.quarantine.is_some())
    }

    /// A row that the target refuses can only be refused while its rules are in force.
    pub(super) fn needs_its_rules(&self, id: TableId, table: &Table) -> bool {
        self.sets_aside(id) || table.foreign_keys.iter().any(|key| self.sets_aside(key.parent))
    }

    pub(super) fn check_quarantine(&mut self, index: usize) {
        self.check_batches_of_one(index);
        self.check_held_references(index);
    }

    fn check_batches_of_one(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let Some((span, _)) = m.quarantine else { return };
        let whole = matches!(self.typed[index].batch, Some(Batch::Whole) | None);
        let (why, label, help) = if self.order.together[index].is_some() {
            (
                "it loads in one transaction with the moves that it refers to in a ring",
                "its rows cannot be set aside one by one",
                "leave `quarantine` out, or break the ring by a column that may be NULL",
            )
        } else if !self.order.second_pass[index].is_empty() {
            (
                "a second pass fills some of its columns, and would look for rows that were set aside",
                "its rows are written twice",
                "leave `quarantine` out; bad rows of this move are left out by its `where`",
            )
        } else if !m.group_by.is_empty() {
            (
                "it makes one row of many, and no key of the source names that row",
                "no row of the source to set aside",
                "leave `quarantine` out, or leave the bad rows out by the `where`",
            )
        } else if m.deletes.is_some() {
            (
                "a catch-up writes its rows again, and knows nothing of those that were set aside",
                "its rows are compared again after the load",
                "leave `quarantine` out, or take `deletes` out of all moves and load once",
            )
        } else if whole {
            (
                "all its rows move in one transaction",
                "no key tells the bad row from the others",
                "write `batch by` a key of the source table, or leave `quarantine` out",
            )
        } else {
            return;
        };
        let message = format!("`{}` cannot set rows aside: {why}", m.id);
        self.problems.push(Diagnostic::error(Code::QuarantineImpossible, message, span, label).help(help));
    }

    /// Where no foreign key holds a reference, a child of a row that was set aside would get through.
    fn check_held_references(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        for assign in &m.assigns {
            let Value::Expr { value, .. } = assign.value else { continue };
            let mut spans: BTreeSet<Span> = BTreeSet::new();
            value.walk(&mut |expr| {
                if let ast::ExprKind::Ref { table, .. } = &expr.kind {
                    spans.insert(table.span);
                }
            });
            for found in m.refs.iter().filter(|found| spans.contains(&found.span)) {
                if self.sets_aside(found.table) && !holds(m, table, assign.column, found.table) {
                    let parent = self.plan.target.catalog.table(found.table).display_name();
                    self.problems.push(unheld(&parent, &table.column(assign.column).name, found.span));
                }
            }
        }
    }
}

/// A foreign key over this column keeps out what has no row in `parent`.
fn holds(m: &crate::resolve::Move<'_>, table: &Table, column: ColumnIdx, parent: TableId) -> bool {
    table.foreign_keys.iter().any(|key| {
        key.parent == parent
            && key.columns.contains(&column)
            && key.columns.iter().all(|one| assigned(m, *one))
    })
}

fn unheld(parent: &str, column: &str, span: Span) -> Diagnostic {
    let message = format!("rows of `{parent}` may be set aside, and no foreign key holds `{column}`");
    Diagnostic::error(Code::ReferenceUnheld, message, span, "would refer to a row that is not there").help(
        format!(
            "give the target a foreign key to `{parent}`, or take `quarantine` out of the moves that fill it"
        ),
    )
}
