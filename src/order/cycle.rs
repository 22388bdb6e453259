//! Finding a cycle to show, and saying why it cannot be broken.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::{DiGraph, NodeIndex};

use super::{Dependency, Kind};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Resolved;

/// The moves on a shortest path from the dependency's child to one of its parents: with the
/// dependency itself they are a cycle.
pub(super) fn closed_by(graph: &DiGraph<usize, ()>, dep: &Dependency) -> Vec<usize> {
    let step = |node: usize| {
        let mut next: Vec<usize> = graph.neighbors(NodeIndex::new(node)).map(NodeIndex::index).collect();
        next.sort_unstable();
        next
    };
    shortest(dep.child, &dep.parents, step)
}

/// Breadth-first search from `from` to any of `to`; the path with both ends, empty if none.
fn shortest(from: usize, to: &BTreeSet<usize>, step: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        for next in step(node) {
            if next == from || came_from.contains_key(&next) {
                continue;
            }
            came_from.insert(next, node);
            if to.contains(&next) {
                let mut path = vec![next];
                while let Some(before) = came_from.get(path.last().unwrap_or(&from)) {
                    path.push(*before);
                }
                path.reverse();
                return path;
            }
            queue.push_back(next);
        }
    }
    Vec::new()
}

/// The error for a cycle that neither a nullable column nor a deferrable constraint breaks.
pub(super) fn error(plan: &Resolved<'_>, scc: &BTreeSet<usize>, inside: &[&Dependency]) -> Diagnostic {
    let edges = shortest_cycle(scc, inside);
    let id = |index: usize| plan.moves[index].id.as_str();
    let mut names: Vec<&str> = edges.iter().map(|dep| id(dep.child)).collect();
    names.extend(names.first().copied());
    let at = edges.iter().find(|dep| dep.kind != Kind::ForeignKey);
    let first = edges.first();
    let (span, label) = match (at, first) {
        (Some(dep), _) => (dep.span, why(dep)),
        (None, Some(dep)) if edges.len() == 1 => {
            (plan.moves[dep.child].ast.target.span, "a row of it needs another row of it first")
        }
        (None, Some(dep)) => (plan.moves[dep.child].ast.target.span, "needs itself before itself"),
        (None, None) => (plan.header.name.span, "in this plan"),
    };
    let mut diagnostic = Diagnostic::error(
        Code::Cycle,
        format!("these moves need each other first: {}", names.join(" -> ")),
        span,
        label,
    );
    for dep in edges.iter().filter(|dep| dep.span != span) {
        let what = if dep.kind == Kind::After { String::new() } else { format!("`{}`: ", dep.name) };
        diagnostic = diagnostic.see(dep.span, format!("{what}{}", why(dep)));
    }
    let first = if edges.iter().any(|dep| dep.kind == Kind::After) { "remove the `after`, or " } else { "" };
    diagnostic.help(format!(
        "{first}make one of the columns nullable (it is then filled by a second pass), or its constraint DEFERRABLE"
    ))
}

/// Why an edge of the cycle holds.
const fn why(dep: &Dependency) -> &'static str {
    match dep.kind {
        Kind::ForeignKey | Kind::Ref if dep.deferrable => "could wait for the end of the transaction",
        Kind::ForeignKey => "never NULL, and the constraint is not deferrable",
        Kind::Ref => "the new key is not known before the parent is moved",
        Kind::After => "an `after` cannot be broken",
    }
}

fn shortest_cycle<'d>(scc: &BTreeSet<usize>, inside: &[&'d Dependency]) -> Vec<&'d Dependency> {
    let edge = |child: usize, parent: usize| {
        inside.iter().copied().find(|dep| dep.child == child && dep.parents.contains(&parent))
    };
    let mut parents_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let mut children_of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for dep in inside {
        for parent in dep.parents.intersection(scc) {
            parents_of.entry(dep.child).or_default().insert(*parent);
            children_of.entry(*parent).or_default().insert(dep.child);
        }
    }
    let mut best: Vec<usize> = Vec::new();
    for start in scc {
        if edge(*start, *start).is_some() {
            best = vec![*start];
            break;
        }
        let step = |node: usize| parents_of.get(&node).into_iter().flatten().copied().collect();
        let back = children_of.get(start).cloned().unwrap_or_default();
        let path = shortest(*start, &back, step);
        if !path.is_empty() && (best.is_empty() || path.len() < best.len()) {
            best = path;
        }
        if best.len() == 2 {
            break;
        }
    }
    (0..best.len()).filter_map(|i| edge(best[i], best[(i + 1) % best.len()])).collect()
}
