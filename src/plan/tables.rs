//! Which tables a plan has to do with.

use std::collections::BTreeSet;

use super::{Expr, ExprKind, InvariantBody, Plan, Relation, Relations, SideQuery, TableRef, TargetTable};

/// Every table of the source that the plan reads.
#[must_use]
pub fn source_tables(plan: &Plan) -> BTreeSet<&TableRef> {
    if !plan.staging.is_empty() {
        return plan.staging.iter().map(|table| &table.source).collect();
    }
    let moved = plan.moves.iter().flat_map(|of| {
        let joined = of.joins.iter().map(|join| &join.relation);
        let own = std::iter::once(&of.source).chain(joined).map(|relation| &relation.table);
        let values = of.columns.iter().map(|column| &column.value).chain(&of.group_by).chain(&of.filter);
        own.chain(values.chain(of.joins.iter().map(|join| &join.on)).flat_map(looked_at))
    });
    moved.chain(of_invariants(plan, &plan.source.name)).collect()
}

/// Every table of the target that the plan writes, refers to or asks.
#[must_use]
pub fn target_tables(plan: &Plan) -> BTreeSet<&TableRef> {
    let written = plan.tables.iter().flat_map(|filled| {
        let parents = filled.foreign_keys.iter().map(|key| &key.parent);
        std::iter::once(&filled.table).chain(parents)
    });
    written.chain(of_invariants(plan, &plan.target.name)).collect()
}

/// The tables of a side that invariants ask.
fn of_invariants<'p>(plan: &'p Plan, side: &str) -> Vec<&'p TableRef> {
    let mut found: Vec<&TableRef> = Vec::new();
    for invariant in &plan.invariants {
        match &invariant.body {
            InvariantBody::None { side: own, relations } => {
                if own == side {
                    found.extend(of_relations(relations));
                }
            }
            // Its tables are named in another language than ours.
            InvariantBody::Sql { .. } => {}
            InvariantBody::Equal { left, right, .. } => {
                let of_side = |query: &&SideQuery| query.side == side;
                found.extend(
                    [left, right]
                        .into_iter()
                        .filter(of_side)
                        .flat_map(|query| of_relations(&query.relations)),
                );
            }
        }
    }
    found
}

fn of_relations(relations: &Relations) -> impl Iterator<Item = &TableRef> {
    let joined = relations.joins.iter().map(|join| &join.relation);
    let own = std::iter::once(&relations.from).chain(joined).map(|relation: &Relation| &relation.table);
    own.chain(relations.filter.iter().flat_map(looked_at))
}

/// Tables whose rows a value looks at.
fn looked_at(value: &Expr) -> Vec<&TableRef> {
    let mut found = Vec::new();
    value.walk(&mut |node| {
        if let ExprKind::Related { rows, .. } = &node.kind {
            found.push(&rows.table);
        }
    });
    found
}

impl Plan {
    /// Some move into the table may set rows aside.
    #[must_use]
    pub fn sets_aside(&self, table: &TableRef) -> bool {
        self.moves.iter().any(|step| step.target == *table && step.quarantine.is_some())
    }

    /// The table's rules must be in force while it is filled, so that a row that breaks one is refused there and
    /// then: its own rows may be set aside, or those that it refers to.
    #[must_use]
    pub fn needs_its_rules(&self, table: &TargetTable) -> bool {
        self.sets_aside(&table.table) || table.foreign_keys.iter().any(|key| self.sets_aside(&key.parent))
    }
}
