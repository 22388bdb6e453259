//! Which move became which, and the later plan in the earlier one's names, so that a new name is one
//! change and not one for everything that mentions it.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{rename_alias, shape};
use crate::plan::{BreakBy, Expr, Join, KeyMaker, Move, NewKey, Plan, Probe, Relation, Relations};

/// The later plan with the earlier one's ids and aliases where only those differ.
pub(super) struct Aligned {
    pub(super) after: Plan,
    /// By the earlier id: the later one.
    pub(super) ids: BTreeMap<String, String>,
    /// By the later plan's index of the move: its aliases that are others now, later to earlier.
    pub(super) aliases: Vec<BTreeMap<String, String>>,
}

pub(super) fn align(before: &Plan, after: &Plan) -> Aligned {
    let pairs = pairs(&before.moves, &after.moves);
    let mut aligned = after.clone();
    let mut ids = BTreeMap::new();
    let mut aliases = vec![BTreeMap::new(); after.moves.len()];
    for (one, other) in pairs {
        let (was, is) = (&before.moves[one], &after.moves[other]);
        aliases[other] = changed_aliases((&was.source, &was.joins), (&is.source, &is.joins));
        of_move(&mut aligned.moves[other], &aliases[other]);
        if was.id != is.id {
            ids.insert(is.id.clone(), was.id.clone());
        }
    }
    let by_id: BTreeMap<&str, &BTreeMap<String, String>> =
        after.moves.iter().map(|of| of.id.as_str()).zip(&aliases).collect();
    claims(&mut aligned, &by_id);
    rename_ids(&mut aligned, &ids);
    let ids = ids.into_iter().map(|(later, earlier)| (earlier, later)).collect();
    Aligned { after: aligned, ids, aliases }
}

/// Indices of moves that are the same one: by id; else by source and target table, which is what is
/// left when a second move into the table gave both longer ids; else by the source table and at
/// least half of the values, which is what is left when the target's table was renamed.
fn pairs(before: &[Move], after: &[Move]) -> Vec<(usize, usize)> {
    let ids: BTreeMap<&str, usize> =
        after.iter().enumerate().map(|(index, of)| (of.id.as_str(), index)).collect();
    let by_id = |one: &usize| ids.get(before[*one].id.as_str()).copied();
    let (known, mut left): (Vec<usize>, Vec<usize>) = (0..before.len()).partition(|one| by_id(one).is_some());
    let mut found: Vec<(usize, usize)> =
        known.iter().filter_map(|one| by_id(one).map(|other| (*one, other))).collect();
    let taken: BTreeSet<usize> = found.iter().map(|(_, other)| *other).collect();
    let mut open: Vec<usize> = (0..after.len()).filter(|index| !taken.contains(index)).collect();
    let alike: [fn(&Move, &Move) -> bool; 2] = [
        |a, b| a.source.table == b.source.table && a.target == b.target,
        |a, b| a.source.table == b.source.table && half_alike(a, b),
    ];
    for alike in alike {
        left.retain(|one| {
            let hit = open.iter().position(|other| alike(&before[*one], &after[*other]));
            if let Some(hit) = hit {
                found.push((*one, open.remove(hit)));
            }
            hit.is_none()
        });
    }
    found.sort_unstable();
    found
}

fn half_alike(a: &Move, b: &Move) -> bool {
    let aliases = changed_aliases((&a.source, &a.joins), (&b.source, &b.joins));
    let mut b = b.clone();
    of_move(&mut b, &aliases);
    let values: Vec<Expr> = b.columns.iter().map(|assign| shape(&assign.value)).collect();
    let same = a.columns.iter().filter(|assign| values.contains(&shape(&assign.value))).count();
    same > 0 && same * 2 >= a.columns.len().max(b.columns.len())
}

/// The aliases of a query that are called something else than before, later to earlier.
pub(super) fn changed_aliases(
    before: (&Relation, &[Join]),
    after: (&Relation, &[Join]),
) -> BTreeMap<String, String> {
    fn relations<'r>(of: (&'r Relation, &'r [Join])) -> Vec<&'r Relation> {
        std::iter::once(of.0).chain(of.1.iter().map(|join| &join.relation)).collect()
    }
    let (before, after) = (relations(before), relations(after));
    let known = |alias: &str, of: &[&Relation]| of.iter().any(|relation| relation.alias == alias);
    before
        .iter()
        .zip(&after)
        .filter(|(was, is)| was.table == is.table && !known(&is.alias, &before) && !known(&was.alias, &after))
        .map(|(was, is)| (is.alias.clone(), was.alias.clone()))
        .collect()
}

fn of_move(of: &mut Move, names: &BTreeMap<String, String>) {
    if names.is_empty() {
        return;
    }
    query(&mut of.source, &mut of.joins, &mut of.filter, names);
    for expr in &mut of.group_by {
        rename_alias(expr, names);
    }
    for assign in &mut of.columns {
        rename_alias(&mut assign.value, names);
        for read in &mut assign.reads {
            dotted(read, names);
        }
    }
    if let NewKey::Mapped { old, made_by, .. } = &mut of.new_key {
        for expr in old {
            rename_alias(expr, names);
        }
        if let KeyMaker::Uuid5(maker) = made_by {
            rename_alias(maker, names);
        }
    }
    for dropped in &mut of.dropped {
        dotted(&mut dropped.column, names);
    }
}

fn query(
    source: &mut Relation,
    joins: &mut [Join],
    filter: &mut Option<Expr>,
    names: &BTreeMap<String, String>,
) {
    for relation in std::iter::once(source).chain(joins.iter_mut().map(|join| &mut join.relation)) {
        if let Some(name) = names.get(&relation.alias) {
            relation.alias.clone_from(name);
        }
    }
    for join in joins {
        rename_alias(&mut join.on, names);
    }
    if let Some(filter) = filter {
        rename_alias(filter, names);
    }
}

/// The relations of an invariant's query under the aliases that it had before; what else the query
/// computes is in `exprs`.
pub(super) fn relations(before: &Relations, after: &mut Relations, exprs: &mut [&mut Expr]) {
    let names = changed_aliases((&before.from, &before.joins), (&after.from, &after.joins));
    query(&mut after.from, &mut after.joins, &mut after.filter, &names);
    for expr in exprs {
        rename_alias(expr, &names);
    }
}

/// `alias.column`
fn dotted(text: &mut String, names: &BTreeMap<String, String>) {
    if let Some((alias, column)) = text.split_once('.')
        && let Some(name) = names.get(alias)
    {
        *text = format!("{name}.{column}");
    }
}

fn claims(plan: &mut Plan, aliases: &BTreeMap<&str, &BTreeMap<String, String>>) {
    for claim in &mut plan.claims {
        let own = aliases.get(claim.of.as_str()).copied();
        if let Some(names) = own.filter(|names| !names.is_empty()) {
            claim.id = renamed_parts(&claim.id, names);
        }
        let crate::plan::Established::Probed(probe) = &mut claim.established else { continue };
        for (of, expr) in of_others(probe) {
            if let Some(names) = aliases.get(of.as_str()) {
                rename_alias(expr, names);
            }
        }
        if let Some(names) = own {
            for expr in of_probe(probe) {
                rename_alias(expr, names);
            }
        }
    }
}

/// An id's parts behind the move's, where they are an alias or begin with one.
fn renamed_parts(id: &str, names: &BTreeMap<String, String>) -> String {
    let mut parts = id.split('/').map(str::to_owned);
    let of = parts.next().unwrap_or_default();
    let rest = parts.map(|mut part| {
        dotted(&mut part, names);
        names.get(&part).cloned().unwrap_or(part)
    });
    std::iter::once(of).chain(rest).collect::<Vec<_>>().join("/")
}

/// The expressions of a probe over other moves, each with the move's id.
fn of_others(probe: &mut Probe) -> Vec<(String, &mut Expr)> {
    match probe {
        Probe::Orphans { parents, .. } => parents
            .iter_mut()
            .flat_map(|parent| {
                let of = parent.of.clone();
                parent.key.iter_mut().map(move |expr| (of.clone(), expr))
            })
            .collect(),
        Probe::Meets { of, of_key, .. } => {
            of_key.iter_mut().map(|part| (of.clone(), &mut part.value)).collect()
        }
        _ => vec![],
    }
}

/// The expressions of a probe over the claim's own move.
fn of_probe(probe: &mut Probe) -> Vec<&mut Expr> {
    match probe {
        Probe::Rows { bad, .. } => vec![bad],
        Probe::Duplicates { key, partial, .. } => {
            let partial = partial.iter_mut().flat_map(|condition| &mut condition.columns);
            key.iter_mut().map(|part| &mut part.value).chain(partial.map(|(_, value)| value)).collect()
        }
        Probe::Meets { key, .. } => key.iter_mut().map(|part| &mut part.value).collect(),
        Probe::Orphans { value, .. } => value.iter_mut().collect(),
        Probe::Check { condition } => condition.columns.iter_mut().map(|(_, value)| value).collect(),
        Probe::EmptyScope | Probe::Multiplies { .. } | Probe::Unmatched { .. } => vec![],
    }
}

/// Calls every move by its earlier id.
fn rename_ids(plan: &mut Plan, ids: &BTreeMap<String, String>) {
    if ids.is_empty() {
        return;
    }
    let rename = |id: &mut String| {
        if let Some(name) = ids.get(id) {
            id.clone_from(name);
        }
    };
    plan.moves.iter_mut().for_each(|of| rename(&mut of.id));
    plan.tables.iter_mut().flat_map(|table| &mut table.moves).for_each(rename);
    for cut in &mut plan.breaks {
        cut.moves.iter_mut().for_each(rename);
        if let BreakBy::SecondPass { id, .. } = &mut cut.by {
            rename(id);
        }
    }
    for claim in &mut plan.claims {
        if let Some(name) = ids.get(&claim.of) {
            claim.id = claim
                .id
                .strip_prefix(&claim.of)
                .map_or_else(|| claim.id.clone(), |rest| format!("{name}{rest}"));
            claim.of.clone_from(name);
        }
        match &mut claim.established {
            crate::plan::Established::Probed(Probe::Orphans { parents, .. }) => {
                for parent in parents {
                    rename(&mut parent.of);
                }
            }
            crate::plan::Established::Probed(Probe::Meets { of, .. }) => rename(of),
            _ => {}
        }
    }
}
