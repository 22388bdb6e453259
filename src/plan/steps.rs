//! A hash of each step: what its rows and its checkpoints depend on, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::canonical::canonical;
use super::fingerprint::of_move;
use super::{
    Batch, Endpoint, Expr, ExprKind, KeyMaker, Link, MapTable, Move, NewKey, Plan, StagedTable, TargetTable,
    sha256,
};
use crate::base::Quarantine;

/// What a step is made of, by the move's id: `dms1:` and the SHA-256 in hex of its canonical JSON.
///
/// Two plans whose hashes of a step are the same write the same rows in it, behind the same
/// checkpoints, into a ledger of the same name. The hash covers the move and its target table, and
/// through the mapping tables that its values are looked up in the moves that fill those. Left out
/// is what changes no row: texts, places, waves, the number of rows in a batch, what is left
/// behind, and whatever else the plan's fingerprint leaves out.
///
/// # Panics
/// Never: a plan has no numbers but whole ones.
#[must_use]
pub fn step_hashes(plan: &Plan) -> BTreeMap<String, String> {
    let needs = step_needs(plan);
    let own: BTreeMap<&str, Vec<u8>> =
        plan.moves.iter().map(|of| (of.id.as_str(), own_part(plan, of))).collect();
    let hash = |id: &String, all: &BTreeSet<String>| {
        let parts = all.iter().filter_map(|id| own.get(id.as_str())).flatten().copied();
        (id.clone(), format!("dms1:{}", sha256(&parts.collect::<Vec<u8>>())))
    };
    needs.iter().map(|(id, all)| hash(id, all)).collect()
}

/// For each move its own id, and those of the moves whose new keys end up in its rows, however many
/// moves lie between.
#[must_use]
pub fn step_needs(plan: &Plan) -> BTreeMap<String, BTreeSet<String>> {
    let mut makers: BTreeMap<&str, Vec<&Move>> = BTreeMap::new();
    for of in &plan.moves {
        if let NewKey::Mapped { map, .. } = &of.new_key {
            makers.entry(map).or_default().push(of);
        }
    }
    let direct: BTreeMap<&str, BTreeSet<&str>> = plan
        .moves
        .iter()
        .map(|of| {
            let maps = looked_up(of);
            let made = maps.iter().filter_map(|map| makers.get(map)).flatten();
            (of.id.as_str(), made.map(|of| of.id.as_str()).collect())
        })
        .collect();
    plan.moves.iter().map(|of| (of.id.clone(), reached(&of.id, &direct))).collect()
}

fn reached(from: &str, direct: &BTreeMap<&str, BTreeSet<&str>>) -> BTreeSet<String> {
    let mut found = BTreeSet::from([from.to_owned()]);
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        for next in direct.get(id).into_iter().flatten() {
            if found.insert((*next).to_owned()) {
                open.push(next);
            }
        }
    }
    found
}

/// The mapping tables that a move's scripts read or fill.
fn looked_up(of: &Move) -> BTreeSet<&str> {
    let mut maps = BTreeSet::new();
    for expr in expressions(of) {
        expr.walk(&mut |node| {
            if let ExprKind::Lookup { map, .. } = &node.kind {
                maps.insert(map.as_str());
            }
        });
    }
    if let NewKey::Mapped { map, .. } = &of.new_key {
        maps.insert(map);
    }
    maps
}

/// Every expression of a move.
fn expressions(of: &Move) -> Vec<&Expr> {
    let mut list: Vec<&Expr> = of.joins.iter().map(|join| &join.on).collect();
    list.extend(&of.filter);
    list.extend(&of.group_by);
    list.extend(of.columns.iter().map(|assign| &assign.value));
    if let NewKey::Mapped { old, made_by, .. } = &of.new_key {
        list.extend(old);
        if let KeyMaker::Uuid5(maker) = made_by {
            list.push(maker);
        }
    }
    list
}

#[derive(Serialize)]
struct Part<'p> {
    plan: &'p str,
    edition: u32,
    source: Endpoint,
    target: Endpoint,
    link: Link,
    step: Move,
    table: Option<TargetTable>,
    maps: Vec<&'p MapTable>,
    /// The copies that rows are read from; any of them, because expressions look into several.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    staging: &'p [StagedTable],
}

fn own_part(plan: &Plan, of: &Move) -> Vec<u8> {
    let maps = looked_up(of);
    let table = plan.tables.iter().find(|table| table.table == of.target).cloned();
    let part = Part {
        plan: &plan.name,
        edition: plan.edition,
        source: Endpoint { tables: 0, ..plan.source.clone() },
        target: Endpoint { tables: 0, ..plan.target.clone() },
        link: plan.link,
        step: rows_of(of),
        // Other moves into the table, and what is checked of it afterwards, change no row of this one.
        table: table.map(without_checks),
        maps: plan.maps.iter().filter(|map| maps.contains(map.name.as_str())).collect(),
        staging: &plan.staging,
    };
    canonical(&part).expect("a plan has no numbers but whole ones")
}

/// A table without what is done around the load or after it, and without what only documents show.
fn without_checks(table: TargetTable) -> TargetTable {
    TargetTable { wave: 0, moves: vec![], foreign_keys: vec![], generated: vec![], postpones: false, ..table }
}

/// A move without what changes none of its rows.
fn rows_of(of: &Move) -> Move {
    let mut of = of.clone();
    of_move(&mut of);
    of.wave = 0;
    of.dropped.clear();
    // How many rows may be set aside says nothing about those that are written.
    of.quarantine = of.quarantine.map(|_| Quarantine { rows: None, per_million: None });
    // Which rows are compared again later.
    of.watermark = None;
    // What reports show.
    of.columns.iter_mut().for_each(|assign| assign.pii = None);
    if let Batch::Keyset { rows, index, by: _ } = &mut of.batch {
        *rows = 0;
        *index = None;
    }
    of
}

#[cfg(test)]
mod tests {
    use super::{step_hashes, step_needs};
    use crate::plan::fixture::{shop, text};
    use crate::plan::{Batch, Move, Plan};

    /// The steps whose hash an edit changes.
    fn changed(edit: impl FnOnce(&mut Plan)) -> Vec<String> {
        let mut plan = shop();
        edit(&mut plan);
        let (before, after) = (step_hashes(&shop()), step_hashes(&plan));
        after.into_iter().filter(|(id, hash)| before.get(id) != Some(hash)).map(|(id, _)| id).collect()
    }

    fn step<'p>(plan: &'p mut Plan, id: &str) -> &'p mut Move {
        plan.moves.iter_mut().find(|of| of.id == id).unwrap()
    }

    #[test]
    fn a_step_depends_on_those_whose_keys_it_looks_up() {
        let needs = step_needs(&shop());
        let looking: Vec<&String> = needs.iter().filter(|(_, all)| all.len() > 1).map(|(id, _)| id).collect();
        assert!(!looking.is_empty(), "the fixture has a reference to new keys");
        let through = changed(|plan| step(plan, "customer").filter = Some(text("other")));
        let expected: Vec<String> =
            needs.iter().filter(|(_, all)| all.contains("customer")).map(|(id, _)| id.clone()).collect();
        assert_eq!(through, expected);
        assert!(through.len() < needs.len(), "and the others are as they were");
    }

    #[test]
    fn what_changes_no_row_changes_no_hash() {
        assert!(changed(|plan| step(plan, "customer").wave = 9).is_empty());
        assert!(changed(|plan| step(plan, "customer").doc = None).is_empty());
        assert!(changed(|plan| step(plan, "customer").dropped.clear()).is_empty());
        assert!(changed(|plan| plan.claims.clear()).is_empty());
        assert!(changed(|plan| plan.invariants.clear()).is_empty());
        let rows = changed(|plan| {
            for of in &mut plan.moves {
                if let Batch::Keyset { rows, .. } = &mut of.batch {
                    *rows += 1;
                }
            }
        });
        assert!(rows.is_empty());
        assert_eq!(changed(|plan| plan.name.push('x')).len(), shop().moves.len());
    }
}
