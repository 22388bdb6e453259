//! The graph as a picture, for a browser, a review and a wall.

use svg::node::Node as _;
use svg::node::element::{Group, Rectangle, Style, Text, Title};

use super::layout::{self, BOX_HEIGHT, BOX_WIDTH, LEFT, Layout, Place, TOP, layout};
use super::{EdgeKind, Graph, Node};
use crate::artifact::{escape, words};
use crate::plan::{Cover, Plan};

mod edges;

const LEGEND: f64 = 56.0;
/// The legend is this wide, so no picture is narrower.
const NARROWEST: f64 = 860.0;
/// What fits a box in the bold font, in widths of a small letter.
const NAME: f64 = 25.0;
/// From here on lines are drawn thin and pale, so that boxes stay readable.
const DENSE: usize = 150;

/// Draws the graph. The same plan gives the same bytes.
#[must_use]
pub fn svg(plan: &Plan) -> String {
    let graph = Graph::of(plan);
    let layout = layout(&graph);
    let (width, height) = (layout.width.max(NARROWEST), layout.height + LEGEND);
    let label = format!(
        "Tables of the plan {} in waves: {}, {}",
        escape::visible(&graph.plan),
        words::count(graph.nodes.len(), "table"),
        words::count(graph.edges.len(), "reference"),
    );
    let mut document = svg::Document::new()
        .set("viewBox", format!("0 0 {} {}", px(width), px(height)))
        .set("width", px(width))
        .set("height", px(height))
        .set("role", "img")
        .set("aria-label", label)
        .add(Style::new(include_str!("style.css")))
        .add(edges::markers())
        .add(rectangle("page", 0.0, 0.0, width, height, 0.0));
    for part in heading(plan, &graph) {
        document.append(part);
    }
    for part in columns(&layout) {
        document.append(part);
    }
    document.append(edges::draw(&graph, &layout, graph.edges.len() > DENSE));
    for (node, place) in graph.nodes.iter().zip(&layout.places) {
        document.append(table(node, *place));
    }
    document.append(legend(height - LEGEND + 22.0));
    format!("{document}\n")
}

fn heading(plan: &Plan, graph: &Graph) -> [Text; 2] {
    let waves = usize::try_from(words::waves(plan)).unwrap_or(usize::MAX);
    let counts = format!(
        "{} fill {} in {}; a table stands to the right of the tables it refers to",
        words::count(plan.moves.len(), "move"),
        words::count(graph.nodes.len(), "table"),
        words::count(waves, "wave"),
    );
    let title = shorten(&escape::visible(&graph.plan), 70.0);
    [text("title", LEFT - 16.0, 34.0, &title), text("quiet", LEFT - 16.0, 54.0, &counts)]
}

/// A band behind each wave, with its heading.
fn columns(layout: &Layout) -> Vec<Group> {
    let band = |column: &layout::Column| {
        let (x, width) = (column.x - 16.0, column.width + 32.0);
        let head = format!("wave {}", column.wave);
        let count = text("quiet end", x + width - 16.0, TOP - 14.0, &words::count(column.tables, "table"));
        Group::new()
            .add(rectangle("band", x, TOP - 34.0, width, layout.height - TOP + 28.0, 10.0))
            .add(text("wave", column.x, TOP - 14.0, &head))
            .add(count)
    };
    layout.columns.iter().map(band).collect()
}

fn table(node: &Node, place: Place) -> Group {
    let Place { x, y } = place;
    let name = escape::visible(&node.name);
    let keys = format!("{} · {}", node.keys, words::cover(node.cover));
    let moves = if node.moves > 1 { format!(" · {} moves", node.moves) } else { String::new() };
    let told = format!(
        "{name}\nwave {}, {}\n{}, {}\nrollback: {}",
        node.wave,
        words::count(node.moves, "move"),
        node.keys,
        node.batch,
        words::cover_means(node.cover),
    );
    Group::new()
        .set("class", "table")
        .add(Title::new(told))
        .add(rectangle("box", x, y, BOX_WIDTH, BOX_HEIGHT, 8.0))
        .add(rectangle(cover_class(node.cover), x + 6.0, y + 9.0, 4.0, BOX_HEIGHT - 18.0, 2.0))
        .add(text("name", x + 18.0, y + 22.0, &shorten(&name, NAME)))
        .add(text("small", x + 18.0, y + 38.0, &keys))
        .add(text("small", x + 18.0, y + 53.0, &format!("{}{moves}", shorten(&node.batch, 30.0))))
}

const fn cover_class(cover: Cover) -> &'static str {
    match cover {
        Cover::WasEmpty => "was-empty",
        Cover::InsertedKeys => "inserted",
        Cover::BeforeImages => "images",
    }
}

fn legend(y: f64) -> Group {
    let mut group = Group::new().set("class", "legend");
    let mut x = LEFT - 16.0;
    group.append(text("quiet", x, y + 4.0, "rollback:"));
    x += 62.0;
    for (cover, width) in
        [(Cover::WasEmpty, 86.0), (Cover::InsertedKeys, 104.0), (Cover::BeforeImages, 118.0)]
    {
        group.append(rectangle(cover_class(cover), x, y - 8.0, 4.0, 16.0, 2.0));
        group.append(text("quiet", x + 12.0, y + 4.0, words::cover(cover)));
        x += width;
    }
    group.append(text("quiet", x + 12.0, y + 4.0, "references:"));
    x += 88.0;
    let kinds = [
        (EdgeKind::Plain, "loaded before", 132.0),
        (EdgeKind::SecondPass, "second pass", 126.0),
        (EdgeKind::Deferred, "deferred", 100.0),
    ];
    for (kind, word, width) in kinds {
        for line in edges::strokes(kind, &format!("M{},{} h30", px(x), px(y))) {
            group.append(line);
        }
        group.append(text("quiet", x + 40.0, y + 4.0, word));
        x += width;
    }
    group
}

fn rectangle(class: &str, x: f64, y: f64, width: f64, height: f64, radius: f64) -> Rectangle {
    Rectangle::new()
        .set("class", class)
        .set("x", px(x))
        .set("y", px(y))
        .set("width", px(width))
        .set("height", px(height))
        .set("rx", px(radius))
}

fn text(class: &str, x: f64, y: f64, content: &str) -> Text {
    Text::new(content).set("class", class).set("x", px(x)).set("y", px(y))
}

/// Tenths of a pixel are enough, and print the same everywhere.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), ToOwned::to_owned)
}

/// The beginning and the end of a name that does not fit: names differ at either.
fn shorten(name: &str, fits: f64) -> String {
    if name.chars().map(width).sum::<f64>() <= fits {
        return name.to_owned();
    }
    let taken = |mut left: f64| {
        move |c: &char| {
            left -= width(*c);
            left >= 0.0
        }
    };
    let head: String = name.chars().take_while(taken(fits * 2.0 / 3.0 - 1.0)).collect();
    let tail: Vec<char> = name.chars().rev().take_while(taken(fits / 3.0 - 0.5)).collect();
    format!("{head}…{}", tail.into_iter().rev().collect::<String>())
}

/// An estimate that no font has to confirm: the same picture on every machine.
const fn width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | ' ' => 0.6,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '<' | '>' | '+' | '=' => 1.35,
        'A'..='Z' | '0'..='9' | '_' | '#' | '&' => 1.15,
        '\u{1100}'.. => 1.9,
        _ => 1.0,
    }
}
