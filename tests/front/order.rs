use std::collections::BTreeMap;
use std::fmt::Write as _;

use datamove::plan::{BreakBy, Plan};
use proptest::prelude::*;

use crate::workbench::{check, codes, said};

/// A column that refers to a table, and whether it may be NULL.
type Edge<'e> = (&'e str, &'e str, bool);

/// Tables of one key each, with their references.
fn schema(tables: &[&str], edges: &[Edge<'_>], options: &str) -> String {
    let mut text = String::new();
    for table in tables {
        let _ = write!(text, "CREATE TABLE {table} (id INTEGER PRIMARY KEY");
        for (_, parent, nullable) in edges.iter().filter(|(child, _, _)| child == table) {
            let null = if *nullable { "" } else { " NOT NULL" };
            let _ = write!(text, ", {parent}_id INTEGER{null}");
        }
        text.push_str(");\n");
    }
    for (child, parent, _) in edges.iter().filter(|_| options != "none") {
        let _ = writeln!(
            text,
            "ALTER TABLE {child} ADD FOREIGN KEY ({parent}_id) REFERENCES {parent} (id) {options};"
        );
    }
    text
}

fn moves(tables: &[&str], more: impl Fn(&str) -> &'static str) -> String {
    let one = |table: &&str| {
        format!("move old.{table} t -> new.{table} {{ key id <- t.id ... {} }}\n", more(table))
    };
    tables.iter().map(one).collect()
}

fn postgres(tables: &[&str], edges: &[Edge<'_>], options: &str) -> datamove::Checked {
    check("postgres", &schema(tables, edges, "none"), &schema(tables, edges, options), &moves(tables, |_| ""))
}

fn good(checked: datamove::Checked) -> Plan {
    let said = said(&checked);
    checked.plan.unwrap_or_else(|| panic!("{said}"))
}

fn waves(plan: &Plan) -> String {
    plan.moves.iter().map(|m| format!("{}{}", m.id, m.wave)).collect::<Vec<_>>().join(" ")
}

fn breaks(plan: &Plan) -> Vec<String> {
    let one = |by: &BreakBy| match by {
        BreakBy::SecondPass { id, columns } => format!("{id}: {} later", columns.join(", ")),
        BreakBy::Deferred { constraints } => format!("deferred: {}", constraints.join(", ")),
    };
    plan.breaks.iter().map(|found| format!("{} by {}", found.moves.join("+"), one(&found.by))).collect()
}

#[test]
fn parents_come_first_and_ties_break_by_name() {
    let plan =
        good(postgres(&["a", "b", "c", "d"], &[("a", "c", false), ("c", "d", true), ("b", "d", false)], ""));
    assert_eq!(waves(&plan), "d1 b2 c2 a3");
    assert!(plan.breaks.is_empty());
}

#[test]
fn an_after_adds_an_edge() {
    let tables = ["a", "b"];
    let text = schema(&tables, &[], "none");
    let body = moves(&tables, |table| if table == "a" { "after new.b" } else { "" });
    assert_eq!(waves(&good(check("postgres", &text, &text, &body))), "b1 a2");
}

#[test]
fn a_row_that_may_refer_to_a_later_one_is_filled_in_a_second_pass() {
    let plan = good(postgres(&["a"], &[("a", "a", true)], ""));
    assert_eq!(breaks(&plan), ["a by a: a_id later"]);
    assert_eq!(plan.moves[0].second_pass, ["a_id"]);
}

#[test]
fn a_cycle_is_cut_at_its_nullable_edge() {
    let plan = good(postgres(&["a", "b"], &[("a", "b", false), ("b", "a", true)], ""));
    assert_eq!(waves(&plan), "b1 a2");
    assert_eq!(breaks(&plan), ["a+b by b: a_id later"]);
}

#[test]
fn no_cut_is_for_nothing() {
    // Cutting a -> b first breaks one of two cycles; b -> c then breaks both, and a -> b is taken
    // back only if it can be.
    let edges = [("a", "b", true), ("b", "c", true), ("c", "a", false), ("c", "b", false)];
    let plan = good(postgres(&["a", "b", "c"], &edges, ""));
    assert_eq!(breaks(&plan), ["b+c by b: c_id later"]);
    assert_eq!(waves(&plan), "b1 a2 c3");
}

#[test]
fn constraints_that_can_wait_load_together() {
    let edges = [("a", "b", false), ("b", "a", false)];
    let plan = good(postgres(&["a", "b"], &edges, "DEFERRABLE"));
    assert_eq!(breaks(&plan).len(), 1);
    assert!(plan.moves.iter().all(|m| m.together.as_deref() == Some("a")), "{:?}", plan.moves);
    // SQLite can let every foreign key wait.
    let new = "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id));\
        CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id));";
    let plan = good(check("sqlite", &schema(&["a", "b"], &edges, "none"), new, &moves(&["a", "b"], |_| "")));
    assert_eq!(breaks(&plan), ["a+b by deferred: a(b_id), b(a_id)"]);
}

#[test]
fn what_cannot_be_broken_is_an_error() {
    let edges = [("a", "b", false), ("b", "c", false), ("c", "a", false), ("b", "d", true)];
    assert_eq!(codes(&postgres(&["a", "b", "c", "d"], &edges, "")), ["DM0501"]);
    let text = schema(&["a"], &[], "none");
    let body = moves(&["a"], |_| "after new.a");
    assert_eq!(codes(&check("postgres", &text, &text, &body)), ["DM0501"]);
}

#[test]
fn a_long_chain_ends() {
    let names: Vec<String> = (0..600).map(|n| format!("t{n:04}")).collect();
    let tables: Vec<&str> = names.iter().map(String::as_str).collect();
    let edges: Vec<Edge<'_>> = tables.windows(2).map(|pair| (pair[1], pair[0], false)).collect();
    let plan = good(postgres(&tables, &edges, ""));
    assert_eq!(plan.moves.last().map(|m| m.wave), Some(600));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a plan does with some tables depends neither on other tables nor on the order in which
    /// the moves are written.
    #[test]
    fn an_unrelated_table_changes_nothing(
        edges in prop::collection::btree_map((0..5_usize, 0..5_usize), any::<bool>(), 0..9),
        at in 0..6_usize,
    ) {
        const NAMES: [&str; 5] = ["b", "d", "f", "h", "j"];
        const MORE: [&str; 6] = ["a", "c", "e", "g", "i", "k"];
        let edges: Vec<Edge<'_>> = edges.iter().map(|((a, b), null)| (NAMES[*a], NAMES[*b], *null)).collect();
        let before = postgres(&NAMES, &edges, "");
        let mut tables = NAMES.to_vec();
        tables.insert(at.min(5), MORE[at]);
        tables.reverse();
        let after = postgres(&tables, &edges, "");
        prop_assert_eq!(codes(&before), codes(&after));
        if let (Some(before), Some(after)) = (before.plan, after.plan) {
            let of = |plan: &Plan| -> BTreeMap<String, (u32, Vec<String>, Option<String>)> {
                plan.moves.iter().map(|m| (m.id.clone(), (m.wave, m.second_pass.clone(), m.together.clone()))).collect()
            };
            let (ours, theirs) = (of(&before), of(&after));
            prop_assert!(ours.iter().all(|(id, found)| theirs.get(id) == Some(found)));
            prop_assert_eq!(before.breaks, after.breaks);
        }
    }
}
