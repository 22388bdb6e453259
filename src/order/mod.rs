//! The order of the moves: from the target's foreign keys, `ref`s and `after` to waves, and how
//! cycles are broken. The only user of petgraph.

mod cycle;
mod deps;

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;

pub use deps::{Dependency, Kind};

use crate::diagnostic::Problems;
use crate::plan::{BreakBy, CycleBreak};
use crate::resolve::Resolved;
use crate::schema::ColumnIdx;

/// When each move runs; indexes are those of [`Resolved::moves`].
#[derive(Debug, Default)]
pub struct Order {
    /// From 1.
    pub waves: Vec<u32>,
    /// Columns that are NULL at first.
    pub second_pass: Vec<BTreeSet<ColumnIdx>>,
    /// The name of the group that loads in one transaction.
    pub together: Vec<Option<String>>,
    /// Sorted.
    pub breaks: Vec<CycleBreak>,
}

/// Orders the moves. Cycles that cannot be broken are reported; their moves share a wave then.
pub fn order(plan: &Resolved<'_>, problems: &mut Problems) -> Order {
    let count = plan.moves.len();
    let mut graph = Graph { plan, deps: deps::collect(plan), cut: BTreeSet::new() };
    let mut order = Order {
        waves: vec![1; count],
        second_pass: vec![BTreeSet::new(); count],
        together: vec![None; count],
        breaks: Vec::new(),
    };
    graph.cut_self_references();
    let stuck = graph.cut_cycles();
    graph.restore_needless_cuts();
    for scc in &stuck {
        together_or_error(&graph, scc, &mut order, problems);
    }
    let uncut = graph.petgraph();
    for index in &graph.cut {
        let dep = &graph.deps[*index];
        order.second_pass[dep.child].extend(dep.nullable.iter().copied());
        order.breaks.push(graph.describe_cut(&uncut, dep));
    }
    order.breaks.sort_by(|a, b| (&a.moves, format!("{:?}", a.by)).cmp(&(&b.moves, format!("{:?}", b.by))));
    order.breaks.dedup();
    order.waves = graph.waves();
    order
}

struct Graph<'p, 'a> {
    plan: &'p Resolved<'a>,
    deps: Vec<Dependency>,
    /// Dependencies that a second pass takes care of.
    cut: BTreeSet<usize>,
}

impl Graph<'_, '_> {
    /// A reference of a table to itself is cut at once: no order can satisfy it.
    fn cut_self_references(&mut self) {
        for (index, dep) in self.deps.iter().enumerate() {
            if dep.parents.contains(&dep.child) && !dep.nullable.is_empty() {
                self.cut.insert(index);
            }
        }
    }

    fn petgraph(&self) -> DiGraph<usize, ()> {
        let mut graph = DiGraph::with_capacity(self.plan.moves.len(), self.deps.len());
        for index in 0..self.plan.moves.len() {
            graph.add_node(index);
        }
        for (_, dep) in self.deps.iter().enumerate().filter(|(index, _)| !self.cut.contains(index)) {
            for parent in &dep.parents {
                graph.update_edge(NodeIndex::new(*parent), NodeIndex::new(dep.child), ());
            }
        }
        graph
    }

    /// The strongly connected components that are cycles, each sorted, in the order of their
    /// first move (Kosaraju and Sharir 1981; petgraph's is not recursive, so that long chains do not
    /// exhaust the stack).
    fn cycles(&self) -> Vec<BTreeSet<usize>> {
        let graph = self.petgraph();
        let mut cycles: Vec<BTreeSet<usize>> = kosaraju_scc(&graph)
            .into_iter()
            .filter(|scc| scc.len() > 1 || graph.contains_edge(scc[0], scc[0]))
            .map(|scc| scc.into_iter().map(NodeIndex::index).collect())
            .collect();
        cycles.sort();
        cycles
    }

    /// Cuts nullable edges until no cycle is left that has one; returns the cycles that stay.
    fn cut_cycles(&mut self) -> Vec<BTreeSet<usize>> {
        loop {
            let cycles = self.cycles();
            let cuts: Vec<usize> = cycles.iter().filter_map(|cycle| self.cheapest_cut(cycle)).collect();
            if cuts.is_empty() {
                return cycles;
            }
            self.cut.extend(cuts);
        }
    }

    /// The nullable edge inside a cycle to cut: by the child's and the columns' names, so that
    /// the choice does not depend on the rest of the plan.
    fn cheapest_cut(&self, cycle: &BTreeSet<usize>) -> Option<usize> {
        (0..self.deps.len())
            .filter(|index| !self.cut.contains(index))
            .filter(|index| {
                let dep = &self.deps[*index];
                !dep.nullable.is_empty()
                    && cycle.contains(&dep.child)
                    && dep.parents.iter().any(|parent| cycle.contains(parent))
            })
            .min_by_key(|index| self.deps[*index].sort_key.clone())
    }

    /// A cut that a later one made needless is taken back, so that no second pass is for nothing.
    fn restore_needless_cuts(&mut self) {
        let mut graph = self.petgraph();
        let mut component = vec![0; self.plan.moves.len()];
        for (number, scc) in kosaraju_scc(&graph).into_iter().enumerate() {
            for node in scc {
                component[node.index()] = number;
            }
        }
        for index in self.cut.clone() {
            let dep = &self.deps[index];
            if dep.parents.contains(&dep.child) {
                continue;
            }
            // The edges from the parents to the child close a new cycle exactly if a path leads from
            // the child to a parent and they are not on a common cycle already.
            let mut below = Dfs::new(&graph, NodeIndex::new(dep.child));
            let mut closes = false;
            while let Some(node) = below.next(&graph) {
                closes |=
                    dep.parents.contains(&node.index()) && component[node.index()] != component[dep.child];
            }
            if !closes {
                for parent in &dep.parents {
                    graph.update_edge(NodeIndex::new(*parent), NodeIndex::new(dep.child), ());
                }
                self.cut.remove(&index);
            }
        }
    }

    fn describe_cut(&self, graph: &DiGraph<usize, ()>, dep: &Dependency) -> CycleBreak {
        let child = &self.plan.moves[dep.child];
        let table = self.plan.target.catalog.table(child.target);
        let mut moves: BTreeSet<String> = BTreeSet::from([child.id.clone()]);
        if !dep.parents.contains(&dep.child) {
            // The cycle that this edge would close: from its parents down to the child and back.
            moves.extend(
                cycle::closed_by(graph, dep).into_iter().map(|index| self.plan.moves[index].id.clone()),
            );
        }
        CycleBreak {
            moves: moves.into_iter().collect(),
            by: BreakBy::SecondPass {
                id: child.id.clone(),
                columns: dep.nullable.iter().map(|column| table.column(*column).name.clone()).collect(),
            },
        }
    }

    /// One more than the deepest parent's wave; what loads together shares a wave.
    fn waves(&self) -> Vec<u32> {
        let graph = self.petgraph();
        let mut waves = vec![1; self.plan.moves.len()];
        // Kosaraju's algorithm gives components in reverse topological order.
        for scc in kosaraju_scc(&graph).into_iter().rev() {
            let wave = scc
                .iter()
                .flat_map(|node| graph.neighbors_directed(*node, petgraph::Direction::Incoming))
                .filter(|parent| !scc.contains(parent))
                .map(|parent| waves[parent.index()] + 1)
                .max()
                .unwrap_or(1);
            for node in scc {
                waves[node.index()] = wave;
            }
        }
        waves
    }
}

/// A cycle without a nullable edge loads in one transaction if all its constraints can wait for
/// the end of it; else it is an error.
fn together_or_error(
    graph: &Graph<'_, '_>,
    scc: &BTreeSet<usize>,
    order: &mut Order,
    problems: &mut Problems,
) {
    let inside: Vec<&Dependency> = graph
        .deps
        .iter()
        .enumerate()
        .filter(|(index, dep)| {
            !graph.cut.contains(index)
                && scc.contains(&dep.child)
                && dep.parents.iter().any(|parent| scc.contains(parent))
        })
        .map(|(_, dep)| dep)
        .collect();
    if !inside.iter().all(|dep| dep.deferrable) {
        problems.push(cycle::error(graph.plan, scc, &inside));
        return;
    }
    let ids: Vec<String> = scc.iter().map(|index| graph.plan.moves[*index].id.clone()).collect();
    let constraints: BTreeSet<String> = inside.iter().map(|dep| dep.name.clone()).collect();
    for index in scc {
        order.together[*index] = ids.first().cloned();
    }
    order.breaks.push(CycleBreak {
        moves: ids,
        by: BreakBy::Deferred { constraints: constraints.into_iter().collect() },
    });
}
