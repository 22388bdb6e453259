use super::Graph;
use super::layout::{Place, layout};
use crate::plan::fixture::{filled, shop, simple};
use crate::plan::{Cover, Move, Plan, TargetTable};

/// Tables `t0` … with references to earlier ones, a few of them popular.
fn many(tables: usize, waves: u32) -> Plan {
    let name = |n: usize| format!("t{n:03}");
    let per = tables.div_ceil(usize::try_from(waves).unwrap());
    let mut moves: Vec<Move> = Vec::new();
    let mut list: Vec<TargetTable> = Vec::new();
    for n in 0..tables {
        let wave = u32::try_from(n / per).unwrap() + 1;
        let first = n / per * per;
        let parents: Vec<String> = (0..n % 4)
            .filter(|_| first > 0)
            .map(|k| name(if k == 0 { n % 3 } else { (n * 7919 + k * 104_729) % first }))
            .collect();
        let cover = [Cover::WasEmpty, Cover::InsertedKeys, Cover::BeforeImages][n % 3];
        let of = simple(&name(n), wave, 1);
        let references: Vec<(&str, &str)> =
            parents.iter().map(|parent| ("parent_id", parent.as_str())).collect();
        list.push(filled(&of, cover, &references));
        moves.push(of);
    }
    Plan { moves, tables: list, maps: vec![], breaks: vec![], claims: vec![], name: "many".into(), ..shop() }
}

fn places(plan: &Plan) -> Vec<(String, Place)> {
    let graph = Graph::of(plan);
    let layout = layout(&graph);
    graph.nodes.iter().map(|node| node.name.clone()).zip(layout.places).collect()
}

#[test]
fn an_unrelated_table_moves_nothing_that_is_connected() {
    let before = many(30, 3);
    let mut after = before.clone();
    let of = simple("a_first_by_name", 2, 1);
    after.tables.insert(12, filled(&of, Cover::WasEmpty, &[]));
    after.moves.insert(12, of);
    let edges = Graph::of(&before);
    let connected = |name: &str| {
        edges
            .edges
            .iter()
            .any(|edge| [edge.parent, edge.child].iter().any(|end| edges.nodes[*end].name == name))
    };
    let after = places(&after);
    for (name, place) in places(&before).into_iter().filter(|(name, _)| connected(name)) {
        assert!(after.contains(&(name.clone(), place)), "{name} moved");
    }
}

#[test]
fn no_two_tables_overlap() {
    for plan in [shop(), many(10, 3), many(200, 4)] {
        let places = places(&plan);
        for (index, (name, a)) in places.iter().enumerate() {
            for (other, b) in &places[index + 1..] {
                let apart = (a.x - b.x).abs() >= super::layout::BOX_WIDTH
                    || (a.y - b.y).abs() >= super::layout::BOX_HEIGHT;
                assert!(apart, "{name} and {other}");
            }
        }
    }
}

#[test]
fn a_large_graph_is_not_drawn_inside_of_a_page() {
    assert!(super::mermaid_inline(&many(10, 3)).is_some());
    assert!(super::mermaid_inline(&many(300, 3)).is_none());
}

#[test]
fn a_thousand_tables_are_drawn() {
    let text = super::svg(&many(1000, 6));
    assert_eq!(text.matches("class=\"table\"").count(), 1000);
}

/// `DATAMOVE_PICTURES` writes pictures to look at.
#[test]
#[ignore = "for eyes only"]
fn pictures() {
    for (name, plan) in
        [("shop", shop()), ("ten", many(10, 3)), ("forty", many(40, 5)), ("thousand", many(1000, 6))]
    {
        #[expect(clippy::disallowed_methods, reason = "a test that is run by hand")]
        std::fs::write(format!("target/{name}.svg"), super::svg(&plan)).unwrap();
    }
}

#[test]
fn dot_holds_any_name() {
    let mut plan = crate::plan::fixture::shop();
    let name = format!("{}\\\\\"]; evil -> {{", crate::plan::fixture::HOSTILE);
    let old = std::mem::replace(&mut plan.tables[0].table.name, name.clone());
    for key in plan.tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.parent.name == old {
            key.parent.name.clone_from(&name);
        }
    }
    let text = super::dot(&plan);
    // Outside of quoted words there is nothing but the language's own few marks.
    let mut inside = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => assert!(inside && chars.next().is_some_and(|next| matches!(next, '\\' | '"'))),
            '"' => inside = !inside,
            _ if inside => assert!(!c.is_control(), "{text}"),
            _ => assert!(c.is_ascii_alphanumeric() || " \n=;{}[],_->".contains(c), "{c:?} in {text}"),
        }
    }
    assert!(!inside && text.contains("style=dashed") && text.contains("style=bold"), "{text}");
}

#[test]
fn around_a_table_is_what_it_refers_to_and_what_refers_to_it() {
    let plan = many(1000, 8);
    let names = |plan: &Plan| plan.tables.iter().map(|filled| filled.table.name.clone()).collect::<Vec<_>>();
    let graph = Graph::of(&plan);
    let middle = "t510";
    let mut near: Vec<String> = vec![middle.to_owned()];
    for edge in &graph.edges {
        let (parent, child) = (&graph.nodes[edge.parent].name, &graph.nodes[edge.child].name);
        if parent == middle || child == middle {
            near.extend([parent.clone(), child.clone()]);
        }
    }
    near.sort_unstable();
    near.dedup();
    assert!(near.len() > 1);
    assert_eq!(names(&super::around(&plan, middle, 1).unwrap()), near);
    assert_eq!(names(&super::around(&plan, middle, 0).unwrap()), [middle]);
    let two = super::around(&plan, middle, 2).unwrap();
    assert!(two.tables.len() > near.len() && two.tables.len() < 1000);
    // What is left is a graph of its own, in the waves that it had.
    let drawn = super::svg(&two);
    assert!(drawn.contains("t510") && two.moves.len() == two.tables.len());
    assert!(super::around(&plan, "nothing", 3).is_none());
}

/// A column for each wave, everything on the page, and edges that are cut marked.
#[test]
fn a_thousand_tables_stay_in_the_columns_of_their_waves() {
    let plan = many(1000, 8);
    let graph = Graph::of(&plan);
    let layout = layout(&graph);
    assert_eq!(layout.columns.len(), 8);
    for (node, place) in graph.nodes.iter().zip(&layout.places) {
        let column = layout.columns.iter().find(|column| column.wave == node.wave).unwrap();
        assert!(place.x >= column.x && place.x < column.x + column.width, "{}", node.name);
        assert!(place.y < layout.height && place.x < layout.width, "{}", node.name);
    }
    assert_eq!(super::svg(&plan).matches("class=\"table\"").count(), 1000);
}
