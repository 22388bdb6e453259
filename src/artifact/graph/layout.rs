//! Where the boxes are: waves as columns, and inside of a column the order with few crossings.
//!
//! The order is Sugiyama's: each column in turn is sorted by the mean position of what its boxes
//! are connected to, a few times to and fro (Sugiyama, Tagawa, Toda 1981). A reference that skips
//! columns gets a slot in each of them, one for all references to the same parent, so that it
//! passes between boxes. Tables without references stand last, by name, so that one more of them
//! moves nothing but the ones below it.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;

pub(super) const BOX_WIDTH: f64 = 216.0;
pub(super) const BOX_HEIGHT: f64 = 62.0;
const ROW: f64 = 84.0;
const LANE: f64 = 26.0;
const THIN: f64 = 4.0;
const COLUMN: f64 = 320.0;
const WRAPPED: f64 = 232.0;
pub(super) const TOP: f64 = 104.0;
pub(super) const LEFT: f64 = 40.0;
/// Boxes of one wave below each other; more stand in further columns of the same wave.
const TALL: usize = 24;
const SWEEPS: usize = 6;

/// The left upper corner of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A wave's column, for its heading.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) wave: u32,
    pub(super) x: f64,
    pub(super) width: f64,
    pub(super) tables: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// By index of the graph's nodes.
    pub(super) places: Vec<Place>,
    /// The column of each node.
    pub(super) column_of: Vec<usize>,
    pub(super) columns: Vec<Column>,
    /// Height of the lane in which references to a parent pass a column: (parent, column).
    pub(super) lanes: BTreeMap<(usize, usize), f64>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What stands in a column: a box, or a lane for references to a parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Box(usize),
    Lane(usize),
}

type Order = Vec<Vec<Slot>>;

pub(super) fn layout(graph: &Graph) -> Layout {
    let waves: BTreeSet<u32> = graph.nodes.iter().map(|node| node.wave).collect();
    let waves: Vec<u32> = waves.into_iter().collect();
    let column_of: Vec<usize> =
        graph.nodes.iter().map(|node| waves.partition_point(|wave| *wave < node.wave)).collect();
    let links = links(graph, &column_of);
    let mut order = first_order(graph, &column_of, &links, waves.len());
    for sweep in 0..SWEEPS {
        let columns: Vec<usize> =
            if sweep % 2 == 0 { (0..order.len()).collect() } else { (0..order.len()).rev().collect() };
        for column in columns {
            sort_column(graph, &mut order, column, &links);
        }
    }
    place(graph, &order, &waves, column_of)
}

/// The pieces of the references, each from one column to the next: ((column, slot), (column, slot)).
type Links = BTreeMap<(usize, Slot), BTreeSet<(usize, Slot)>>;

fn links(graph: &Graph, column_of: &[usize]) -> Links {
    let mut links = Links::new();
    for edge in graph.edges.iter().filter(|edge| edge.parent != edge.child) {
        let (from, to) = (column_of[edge.parent], column_of[edge.child]);
        let mut last = (from, Slot::Box(edge.parent));
        let mut connect = |next: (usize, Slot)| {
            links.entry(last).or_default().insert(next);
            links.entry(next).or_default().insert(last);
            last = next;
        };
        for column in from + 1..to {
            connect((column, Slot::Lane(edge.parent)));
        }
        connect((to, Slot::Box(edge.child)));
    }
    links
}

fn first_order(graph: &Graph, column_of: &[usize], links: &Links, columns: usize) -> Order {
    let mut order: Order = vec![Vec::new(); columns];
    for (index, column) in column_of.iter().enumerate() {
        order[*column].push(Slot::Box(index));
    }
    for (column, slot) in links.keys() {
        if matches!(slot, Slot::Lane(_)) {
            order[*column].push(*slot);
        }
    }
    for column in &mut order {
        column.sort_by_key(|slot| name(graph, *slot));
    }
    order
}

/// Ties are broken by name, a box before a lane.
fn name(graph: &Graph, slot: Slot) -> (&str, Slot) {
    match slot {
        Slot::Box(index) | Slot::Lane(index) => (graph.nodes[index].name.as_str(), slot),
    }
}

fn sort_column(graph: &Graph, order: &mut Order, column: usize, links: &Links) {
    // Positions are shares of a column's height, so that short columns weigh as much as tall ones.
    let mut position: BTreeMap<(usize, Slot), f64> = BTreeMap::new();
    for near in [column.checked_sub(1), Some(column), Some(column + 1)].into_iter().flatten() {
        let Some(slots) = order.get(near) else { continue };
        let connected: Vec<_> = slots.iter().filter(|slot| links.contains_key(&(near, **slot))).collect();
        for (row, slot) in connected.iter().enumerate() {
            position.insert((near, **slot), (real(row) + 0.5) / real(connected.len()));
        }
    }
    let mean = |slot: Slot| -> f64 {
        let Some(ends) = links.get(&(column, slot)) else { return f64::INFINITY };
        let found: Vec<f64> = ends.iter().filter_map(|end| position.get(end).copied()).collect();
        if found.is_empty() {
            return position.get(&(column, slot)).copied().unwrap_or(1.0);
        }
        found.iter().sum::<f64>() / real(found.len())
    };
    let mut slots: Vec<(f64, Slot)> = order[column].iter().map(|slot| (mean(*slot), *slot)).collect();
    slots.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| name(graph, a.1).cmp(&name(graph, b.1))));
    order[column] = slots.into_iter().map(|(_, slot)| slot).collect();
}

fn place(graph: &Graph, order: &Order, waves: &[u32], column_of: Vec<usize>) -> Layout {
    let mut places = vec![Place { x: 0.0, y: 0.0 }; graph.nodes.len()];
    let mut lanes = BTreeMap::new();
    let mut columns = Vec::new();
    let (mut x, mut bottom) = (LEFT, TOP);
    for (column, slots) in order.iter().enumerate() {
        let (mut y, mut row, mut within) = (TOP, 0, 0.0);
        let tables = slots.iter().filter(|slot| matches!(slot, Slot::Box(_))).count();
        let wrapped = tables > TALL;
        // Below the boxes of a wrapped wave, where lanes between boxes would tear its rows apart.
        let mut below = TOP + ROW * real(TALL);
        for slot in slots {
            match slot {
                Slot::Lane(parent) if wrapped => {
                    lanes.insert((*parent, column), below);
                    below += THIN;
                    bottom = below.max(bottom);
                }
                Slot::Lane(parent) => {
                    lanes.insert((*parent, column), y + LANE / 2.0 - 8.0);
                    y += LANE;
                }
                Slot::Box(index) => {
                    if row == TALL {
                        (row, y, within) = (0, TOP, within + WRAPPED);
                    }
                    places[*index] = Place { x: x + within, y };
                    row += 1;
                    y += ROW;
                }
            }
            bottom = y.max(bottom);
        }
        let width = BOX_WIDTH + within;
        columns.push(Column { wave: waves[column], x, width, tables });
        x += within + COLUMN;
    }
    let width = columns.last().map_or(LEFT + BOX_WIDTH, |last| last.x + last.width) + LEFT;
    Layout { places, column_of, columns, lanes, width, height: bottom }
}

/// Counts of boxes are far below what an `f64` holds exactly.
pub(super) fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
