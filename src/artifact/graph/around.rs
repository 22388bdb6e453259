use std::collections::BTreeSet;

use super::Graph;
use crate::plan::{Plan, TableRef};

/// The part of a plan whose tables are at most `depth` references away from a table, either way. The table is named
/// as the graph names it, or without its schema; `None` if no table that is filled has that name.
#[must_use]
pub fn around(plan: &Plan, table: &str, depth: usize) -> Option<Plan> {
    let graph = Graph::of(plan);
    let bare = |index: usize| plan.tables.get(index).map(|filled| filled.table.name.as_str());
    let mut near: BTreeSet<usize> = (0..graph.nodes.len())
        .filter(|index| graph.nodes[*index].name == table || bare(*index) == Some(table))
        .collect();
    if near.is_empty() {
        return None;
    }
    for _ in 0..depth {
        let mut next = near.clone();
        for edge in &graph.edges {
            if near.contains(&edge.parent) || near.contains(&edge.child) {
                next.extend([edge.parent, edge.child]);
            }
        }
        if next.len() == near.len() {
            break;
        }
        near = next;
    }
    let kept: BTreeSet<TableRef> = near.iter().map(|index| plan.tables[*index].table.clone()).collect();
    let mut part = plan.clone();
    part.tables.retain(|filled| kept.contains(&filled.table));
    part.moves.retain(|of| kept.contains(&of.target));
    Some(part)
}
