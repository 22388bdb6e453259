//! Nothing is lost in silence: every column of a moved table is read by some move, or dropped with
//! a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::Typer;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::ExprKind;
use crate::schema::{ColumnIdx, TableId};

/// What becomes of one source table's columns, over all moves.
#[derive(Default)]
struct Fate {
    read: BTreeSet<ColumnIdx>,
    dropped: BTreeMap<ColumnIdx, Span>,
    /// The moves whose own table it is.
    moved_by: Vec<usize>,
}

impl Typer<'_, '_> {
    pub(super) fn check_totality(&mut self) {
        if self.plan.broken {
            // What could not be read may well have mapped the column.
            return;
        }
        let mut fates: BTreeMap<TableId, Fate> = BTreeMap::new();
        for (index, m) in self.plan.moves.iter().enumerate() {
            fates.entry(m.source).or_default().moved_by.push(index);
            for (relation, column) in self.columns_read(index) {
                fates.entry(m.scope.relation(relation).table).or_default().read.insert(column);
            }
            for (_, table, column) in self.related_columns(index) {
                fates.entry(table).or_default().read.insert(column);
            }
            for drop in &m.drops {
                let table = m.scope.relation(drop.relation).table;
                fates.entry(table).or_default().dropped.insert(drop.column, drop.span);
            }
        }
        let broken: BTreeSet<TableId> = self.moves_with_untyped_values();
        for (table, fate) in &fates {
            self.check_fate(*table, fate, broken.contains(table));
        }
        self.check_drops();
    }

    /// A column that a mapping of the same move writes is not dropped. Filters, joins and other
    /// moves may well read what is not carried over.
    fn check_drops(&mut self) {
        for (index, m) in self.plan.moves.iter().enumerate() {
            for drop in &m.drops {
                let alias = &m.scope.relation(drop.relation).alias;
                let name = &m.scope.column(drop.relation, drop.column).name;
                let mut by = None;
                for (column, expr) in &self.typed[index].columns {
                    expr.walk(&mut |node| {
                        if matches!(&node.kind, ExprKind::Column { relation, column } if relation == alias && column == name) {
                            by = Some(*column);
                        }
                    });
                }
                let Some(assign) =
                    by.and_then(|column| m.assigns.iter().find(|assign| assign.column == column))
                else {
                    continue;
                };
                self.problems.push(
                    Diagnostic::error(
                        Code::DropUsed,
                        format!("`{alias}.{name}` is dropped, and yet mapped"),
                        drop.span,
                        "dropped here",
                    )
                    .see(assign.span, "mapped here")
                    .help("remove the drop, or the mapping"),
                );
            }
        }
    }

    /// Source tables of moves in which a value could not be typed: what that value reads is not
    /// known, so nothing is said about their columns yet.
    fn moves_with_untyped_values(&self) -> BTreeSet<TableId> {
        self.plan
            .moves
            .iter()
            .enumerate()
            .filter(|(index, m)| {
                let typed = &self.typed[*index];
                m.incomplete
                    || typed.columns.len() < m.assigns.len()
                    || typed.group_by.len() < m.group_by.len()
                    || (m.filter.is_some() && typed.filter.is_none())
                    || typed.joins.iter().any(Option::is_none)
            })
            .flat_map(|(_, m)| m.scope.relations.iter().map(|relation| relation.table))
            .collect()
    }

    fn check_fate(&mut self, table: TableId, fate: &Fate, broken: bool) {
        let found = self.plan.source.catalog.table(table);
        let Some(first) = fate.moved_by.first().filter(|_| !broken) else { return };
        let lost: Vec<ColumnIdx> = found
            .columns()
            .filter(|(index, column)| {
                !fate.read.contains(index) && !fate.dropped.contains_key(index) && column.generated.is_none()
            })
            .map(|(index, _)| index)
            .collect();
        let Some(first_lost) = lost.first() else { return };
        let m = &self.plan.moves[*first];
        let alias = &m.scope.relation(0).alias;
        let names: Vec<String> = lost.iter().map(|c| format!("{alias}.{}", found.column(*c).name)).collect();
        let what = match names.as_slice() {
            [one] => format!("the column `{one}` is neither mapped nor dropped"),
            many => {
                format!("{} columns of `{}` are neither mapped nor dropped", many.len(), found.display_name())
            }
        };
        let mut diagnostic =
            Diagnostic::error(Code::ColumnLost, what, m.ast.source.span, "would be lost in silence")
                .see(found.column(*first_lost).span, "in the source");
        for column in lost.iter().skip(1).take(3) {
            diagnostic = diagnostic.see(found.column(*column).span, "and this");
        }
        let them = if names.len() == 1 { "it" } else { "them" };
        let help = format!("map {them}, or say why not: `drop {} because \"…\"`", names.join(", "));
        self.problems.push(diagnostic.help(help));
    }
}
