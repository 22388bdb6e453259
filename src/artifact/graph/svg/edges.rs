//! The lines between boxes: from the right of a parent to the left of its child, through lanes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use svg::node::Node as _;
use svg::node::element::{Definitions, Group, Marker, Path, Title};

use super::px;
use crate::artifact::escape;
use crate::artifact::graph::layout::{BOX_HEIGHT, BOX_WIDTH, Layout, Place, real};
use crate::artifact::graph::{Edge, EdgeKind, Graph};

/// Arrow heads, one for each colour: a marker cannot take the colour of its line everywhere.
pub(super) fn markers() -> Definitions {
    let marker = |id: &str, class: &str| {
        Marker::new()
            .set("id", id)
            .set("viewBox", "0 0 8 8")
            .set("refX", 7)
            .set("refY", 4)
            .set("markerWidth", 8)
            .set("markerHeight", 8)
            .set("markerUnits", "userSpaceOnUse")
            .set("orient", "auto")
            .add(Path::new().set("class", class).set("d", "M0,0.5 L8,4 L0,7.5 Z"))
    };
    Definitions::new()
        .add(marker("plain", "head"))
        .add(marker("second-pass", "head second-pass-head"))
        .add(marker("deferred", "head deferred-head"))
}

/// The strokes of one line: a double one is a wide one with the page's colour along its middle.
pub(super) fn strokes(kind: EdgeKind, path: &str) -> Vec<Path> {
    let line = |class: &str| Path::new().set("class", class).set("d", path);
    match kind {
        EdgeKind::Plain => vec![line("edge").set("marker-end", "url(#plain)")],
        EdgeKind::SecondPass => vec![line("edge second-pass").set("marker-end", "url(#second-pass)")],
        EdgeKind::Deferred => {
            vec![line("edge deferred"), line("edge middle").set("marker-end", "url(#deferred)")]
        }
    }
}

pub(super) fn draw(graph: &Graph, layout: &Layout, dense: bool) -> Group {
    let mut group = Group::new().set("class", if dense { "edges dense" } else { "edges" });
    let ports = ports(graph, layout);
    for (edge, port) in graph.edges.iter().zip(ports) {
        let (parent, child) = (&graph.nodes[edge.parent].name, &graph.nodes[edge.child].name);
        let columns: Vec<&str> = edge.columns.iter().map(String::as_str).collect();
        let how = match edge.kind {
            EdgeKind::Plain => "",
            EdgeKind::SecondPass => ": NULL at first, filled by the second pass",
            EdgeKind::Deferred => ": checked at the end of one transaction",
        };
        let told = format!("{child} ({}) refers to {parent}{how}", columns.join(", "));
        let mut line = Group::new().add(Title::new(escape::visible(&told)));
        for stroke in strokes(edge.kind, &path(edge, layout, port)) {
            line.append(stroke);
        }
        group.append(line);
    }
    group
}

/// The height at which each edge meets its child, so that arrow heads do not hide each other: the
/// edges of one child are spread over its side in the order of their parents.
fn ports(graph: &Graph, layout: &Layout) -> Vec<f64> {
    let mut incoming: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, edge) in graph.edges.iter().enumerate() {
        if edge.parent != edge.child && layout.column_of[edge.parent] < layout.column_of[edge.child] {
            incoming.entry(edge.child).or_default().push(index);
        }
    }
    let mut ports = vec![BOX_HEIGHT / 2.0; graph.edges.len()];
    for (child, mut edges) in incoming {
        edges.sort_by(|a, b| {
            let height = |index: &usize| arrives_from(&graph.edges[*index], layout);
            height(a).total_cmp(&height(b)).then(a.cmp(b))
        });
        let step = (BOX_HEIGHT - 20.0) / real(edges.len() + 1);
        for (row, index) in edges.into_iter().enumerate() {
            debug_assert_eq!(graph.edges[index].child, child);
            ports[index] = 10.0 + step * real(row + 1);
        }
    }
    ports
}

/// The height of the last thing that the edge passes before its child.
fn arrives_from(edge: &Edge, layout: &Layout) -> f64 {
    let before = layout.column_of[edge.child] - 1;
    let lane = layout.lanes.get(&(edge.parent, before)).copied();
    lane.unwrap_or_else(|| layout.places[edge.parent].y + BOX_HEIGHT / 2.0)
}

fn path(edge: &Edge, layout: &Layout, port: f64) -> String {
    let (parent, child) = (layout.places[edge.parent], layout.places[edge.child]);
    if edge.parent == edge.child {
        return own(parent);
    }
    let (from, to) = (layout.column_of[edge.parent], layout.column_of[edge.child]);
    if from == to {
        return beside(parent, child);
    }
    if from > to {
        return back(parent, child);
    }
    let (mut x, mut y) = (parent.x + BOX_WIDTH, parent.y + BOX_HEIGHT / 2.0);
    let mut path = format!("M{},{}", px(x), px(y));
    for column in from + 1..to {
        let Some(lane) = layout.lanes.get(&(edge.parent, column)) else { continue };
        let passed = &layout.columns[column];
        curve(&mut path, (x, y), (passed.x - 8.0, *lane));
        (x, y) = (passed.x + passed.width + 8.0, *lane);
        let _ = write!(path, " H{}", px(x));
    }
    curve(&mut path, (x, y), (child.x, child.y + port));
    path
}

/// Leaves and arrives level.
fn curve(path: &mut String, from: (f64, f64), to: (f64, f64)) {
    let reach = ((to.0 - from.0) / 2.0).max(24.0);
    let _ = write!(
        path,
        " C{},{} {},{} {},{}",
        px(from.0 + reach),
        px(from.1),
        px(to.0 - reach),
        px(to.1),
        px(to.0),
        px(to.1),
    );
}

/// From a table to itself: a loop over its right upper corner.
fn own(place: Place) -> String {
    let (right, top) = (place.x + BOX_WIDTH, place.y);
    format!(
        "M{},{} C{},{} {},{} {},{}",
        px(right),
        px(top + 18.0),
        px(right + 26.0),
        px(top + 18.0),
        px(right - 14.0),
        px(top - 24.0),
        px(right - 20.0),
        px(top),
    )
}

/// Between tables of one wave: a bow to the right of both.
fn beside(parent: Place, child: Place) -> String {
    let (start, end) = (parent.x + BOX_WIDTH, child.x + BOX_WIDTH);
    // Two that refer to each other get two bows, because each leaves above where the other arrives.
    let (from, to) = (parent.y + BOX_HEIGHT * 0.36, child.y + BOX_HEIGHT * 0.64);
    let apart = if from < to { 14.0 } else { 0.0 };
    let bow = start.max(end) + 30.0 + apart + (from - to).abs().min(300.0) / 10.0;
    format!(
        "M{},{} C{},{} {},{} {},{}",
        px(start),
        px(from),
        px(bow),
        px(from),
        px(bow),
        px(to),
        px(end),
        px(to),
    )
}

/// To a table of an earlier wave, against the order of loading: lower than the others.
fn back(parent: Place, child: Place) -> String {
    let (start, from) = (parent.x, parent.y + BOX_HEIGHT - 14.0);
    let (end, to) = (child.x + BOX_WIDTH, child.y + BOX_HEIGHT - 14.0);
    let reach = ((start - end) / 2.0).max(24.0);
    format!(
        "M{},{} C{},{} {},{} {},{}",
        px(start),
        px(from),
        px(start - reach),
        px(from),
        px(end + reach),
        px(to),
        px(end),
        px(to),
    )
}
