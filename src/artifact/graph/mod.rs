//! The graph of target tables: which refers to which, in waves, and how cycles are broken.

mod around;
mod dot;
mod layout;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::plan::{BreakBy, Cover, CycleBreak, ExprKind, MapTable, Move, Plan, TableRef, TargetTable};

pub use around::around;
pub use dot::dot;
pub use mermaid::{mermaid, mermaid_inline};
pub use svg::svg;

/// One target table.
#[derive(Clone, Debug)]
struct Node {
    name: String,
    wave: u32,
    moves: usize,
    keys: &'static str,
    batch: String,
    cover: Cover,
}

/// How a reference behaves while rows are loaded. The order is the order of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum EdgeKind {
    /// The parent is loaded before.
    Plain,
    /// NULL at first, filled by the second pass.
    SecondPass,
    /// Checked at the end of the transaction that loads both.
    Deferred,
}

/// A reference of `child` to `parent`, both indices of [`Graph::nodes`].
#[derive(Clone, Debug)]
struct Edge {
    parent: usize,
    child: usize,
    kind: EdgeKind,
    /// Columns of the child.
    columns: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Graph {
    plan: String,
    /// In the order of the plan's tables.
    nodes: Vec<Node>,
    /// By (parent, child, kind), one each.
    edges: Vec<Edge>,
}

type Edges = BTreeMap<(usize, usize, EdgeKind), BTreeSet<String>>;

impl Graph {
    fn of(plan: &Plan) -> Self {
        let index: BTreeMap<&TableRef, usize> =
            plan.tables.iter().enumerate().map(|(index, filled)| (&filled.table, index)).collect();
        let mut moves: BTreeMap<&TableRef, Vec<&Move>> = BTreeMap::new();
        for of in &plan.moves {
            moves.entry(&of.target).or_default().push(of);
        }
        let maps: BTreeMap<&str, &MapTable> = plan.maps.iter().map(|map| (map.name.as_str(), map)).collect();
        let mut breaks: BTreeMap<&str, Vec<&CycleBreak>> = BTreeMap::new();
        for one in &plan.breaks {
            one.moves.iter().for_each(|id| breaks.entry(id).or_default().push(one));
        }
        let none = Vec::new();
        let mut edges = Edges::new();
        for (child, filled) in plan.tables.iter().enumerate() {
            let moves = moves.get(&filled.table).unwrap_or(&none);
            let mut add = |parent: &TableRef, kind, columns: &[String]| {
                if let Some(parent) = index.get(parent) {
                    edges.entry((*parent, child, kind)).or_default().extend(columns.iter().cloned());
                }
            };
            for key in &filled.foreign_keys {
                let kind = kind(&breaks, filled, moves, &key.columns, key.name.as_deref());
                add(&key.parent, kind, &key.columns);
            }
            for (map, column) in references(&maps, moves) {
                let known = filled.foreign_keys.iter();
                let mut known = known.filter(|key| key.parent == map.target && key.columns.contains(column));
                if known.next().is_none() {
                    let columns = [column.clone()];
                    add(&map.target, kind(&breaks, filled, moves, &columns, None), &columns);
                }
            }
        }
        let nodes = plan.tables.iter().map(|filled| node(filled, moves.get(&filled.table).unwrap_or(&none)));
        Self {
            plan: plan.name.clone(),
            nodes: nodes.collect(),
            edges: edges
                .into_iter()
                .map(|((parent, child, kind), columns)| Edge { parent, child, kind, columns })
                .collect(),
        }
    }
}

fn node(filled: &TargetTable, moves: &[&Move]) -> Node {
    let first = |word: fn(&Move) -> String| {
        let words: BTreeSet<String> = moves.iter().map(|of| word(of)).collect();
        words.into_iter().collect::<Vec<_>>().join(" / ")
    };
    Node {
        name: words::table(&filled.table),
        wave: filled.wave,
        moves: moves.len(),
        keys: moves.first().map_or("no key", |of| words::key_kind(of)),
        batch: first(words::batch_short),
        cover: filled.cover,
    }
}

/// The mapping tables that the moves look foreign keys up in, with the column that it is for. A
/// move that makes new keys looks its own up as well, which is no reference.
fn references<'a>(
    maps: &BTreeMap<&str, &'a MapTable>,
    moves: &[&'a Move],
) -> Vec<(&'a MapTable, &'a String)> {
    let mut found = Vec::new();
    for of in moves {
        for assign in &of.columns {
            assign.value.walk(&mut |expr| {
                let ExprKind::Lookup { map, .. } = &expr.kind else { return };
                let Some(map) = maps.get(map.as_str()).copied() else { return };
                if !(map.target == of.target && of.key.contains(&assign.column)) {
                    found.push((map, &assign.column));
                }
            });
        }
    }
    found
}

fn kind(
    breaks: &BTreeMap<&str, Vec<&CycleBreak>>,
    filled: &TargetTable,
    moves: &[&Move],
    columns: &[String],
    name: Option<&str>,
) -> EdgeKind {
    if moves.iter().any(|of| columns.iter().any(|column| of.second_pass.contains(column))) {
        return EdgeKind::SecondPass;
    }
    let deferred = |by: &BreakBy| match by {
        BreakBy::Deferred { constraints } => {
            name.is_some_and(|name| constraints.iter().any(|constraint| constraint == name))
        }
        BreakBy::SecondPass { .. } => false,
    };
    // Constraints of two tables may have the same name, so that the move must be on the cycle.
    let mut on = filled.moves.iter().filter_map(|id| breaks.get(id.as_str())).flatten();
    if on.any(|one| deferred(&one.by)) {
        return EdgeKind::Deferred;
    }
    EdgeKind::Plain
}
