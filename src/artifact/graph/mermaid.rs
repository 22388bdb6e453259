//! The graph as Mermaid text, which GitHub and GitLab draw inside of Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Edge, EdgeKind, Graph, Node};
use crate::artifact::escape;
use crate::plan::{Plan, sha256};

/// GitHub refuses a graph of more than 500 edges or 50 000 characters, and a reader gives up long
/// before that.
const INLINE_NODES: usize = 80;
const INLINE_EDGES: usize = 200;

/// The whole graph: one subgraph for each wave, parents before children.
#[must_use]
pub fn mermaid(plan: &Plan) -> String {
    let mut text = draw(&Graph::of(plan));
    text.push('\n');
    text
}

/// The same, without the newline at its end, if it is small enough to be drawn inside of a page.
#[must_use]
pub fn mermaid_inline(plan: &Plan) -> Option<String> {
    let graph = Graph::of(plan);
    (graph.nodes.len() <= INLINE_NODES && graph.edges.len() <= INLINE_EDGES).then(|| draw(&graph))
}

fn draw(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR");
    let mut waves: BTreeMap<u32, Vec<&Node>> = BTreeMap::new();
    for node in &graph.nodes {
        waves.entry(node.wave).or_default().push(node);
    }
    for (wave, nodes) in waves {
        let _ = write!(text, "\n  subgraph wave_{wave}[\"wave {wave}\"]\n    direction TB");
        for node in nodes {
            let _ = write!(text, "\n    {}[\"{}\"]", id(&node.name), label(&node.name));
        }
        text.push_str("\n  end");
    }
    let mut lines: Vec<String> = graph.edges.iter().map(|edge| arrow(graph, edge)).collect();
    lines.sort();
    for line in lines {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    text
}

fn arrow(graph: &Graph, edge: &Edge) -> String {
    let (parent, child) = (id(&graph.nodes[edge.parent].name), id(&graph.nodes[edge.child].name));
    match edge.kind {
        EdgeKind::Plain => format!("{parent} --> {child}"),
        EdgeKind::SecondPass => format!("{parent} -. second pass .-> {child}"),
        EdgeKind::Deferred => format!("{parent} == deferred ==> {child}"),
    }
}

/// A word that Mermaid takes as an id: the same for the same table whatever else the plan has.
fn id(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut text = format!("t_{}", plain.chars().take(40).collect::<String>());
    if text.len() - 2 != name.len() || plain != name {
        text.push('_');
        text.push_str(&sha256(name.as_bytes())[..6]);
    }
    text
}

/// Everything that could mean something to Mermaid or to HTML becomes one of Mermaid's entities.
fn label(name: &str) -> String {
    let mut text = String::new();
    for c in escape::visible(name).chars() {
        if c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | ',' | '⟨' | '⟩' | '+' | '-') {
            text.push(c);
        } else {
            let _ = write!(text, "#{};", u32::from(c));
        }
    }
    text
}
