//! The graph in Graphviz's language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{EdgeKind, Graph, Node};
use crate::artifact::escape::visible;
use crate::plan::Plan;

/// The whole graph: one rank for each wave, arrows from parents to children.
#[must_use]
pub fn dot(plan: &Plan) -> String {
    let graph = Graph::of(plan);
    let mut text = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", quoted(&graph.plan));
    let mut waves: BTreeMap<u32, Vec<&Node>> = BTreeMap::new();
    for node in &graph.nodes {
        waves.entry(node.wave).or_default().push(node);
    }
    for (wave, nodes) in waves {
        let _ = writeln!(text, "  subgraph cluster_{wave} {{\n    label=\"wave {wave}\";");
        for node in nodes {
            let _ = writeln!(text, "    {};", quoted(&node.name));
        }
        text.push_str("  }\n");
    }
    for edge in &graph.edges {
        let (parent, child) = (quoted(&graph.nodes[edge.parent].name), quoted(&graph.nodes[edge.child].name));
        let columns = edge.columns.iter().cloned().collect::<Vec<_>>().join(", ");
        let style = match edge.kind {
            EdgeKind::Plain => "",
            EdgeKind::SecondPass => ", style=dashed, xlabel=\"second pass\"",
            EdgeKind::Deferred => ", style=bold, xlabel=\"deferred\"",
        };
        let _ = writeln!(text, "  {parent} -> {child} [label={}{style}];", quoted(&columns));
    }
    text.push_str("}\n");
    text
}

/// A quoted id: in one, only the quote ends it, and a backslash is what labels make escapes of.
fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\""))
}
