//! For a move under way: what of it holds for the later plan.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{Change, Class};
use crate::plan::{Claim, Established, Invariant, Plan, Probe, step_hashes, step_needs};

/// What becomes of a step that the earlier plan began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The later plan writes the very same rows behind the same checkpoints.
    Continues,
    /// Rows that are written are not what the later plan says.
    RunsAgain,
    /// The earlier plan had no such step.
    New,
    /// The later plan has no such step, and takes none of its rows back.
    Gone,
}

impl Verdict {
    /// From the step's hash in the earlier plan and in the later one. The runner asks the same when it finds another
    /// bundle's ledger.
    #[must_use]
    pub fn of(was: Option<&String>, is: Option<&String>) -> Self {
        match (was, is) {
            (Some(was), Some(is)) if was == is => Self::Continues,
            (Some(_), Some(_)) => Self::RunsAgain,
            (None, _) => Self::New,
            (Some(_), None) => Self::Gone,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepVerdict {
    pub step: String,
    pub verdict: Verdict,
    /// The step's hash in the later plan, or in the earlier one if it is gone.
    pub hash: String,
    /// It did not change itself, but these steps did, whose keys it refers to.
    pub through: Vec<String>,
}

/// A result for the earlier plan that says nothing about the later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// What the preflight counted, by the claim's id.
    Preflight(String),
    /// The comparison of a step's rows after the load, by the step.
    Rows(String),
    /// An invariant's result, by its name.
    Invariant(String),
}

/// The hashes of the steps of both plans.
pub(super) struct Hashes {
    was: BTreeMap<String, String>,
    is: BTreeMap<String, String>,
}

impl Hashes {
    pub(super) fn of(before: &Plan, after: &Plan) -> Self {
        Self { was: step_hashes(before), is: step_hashes(after) }
    }
}

pub(super) fn verdicts(
    before: &Plan,
    after: &Plan,
    Hashes { was, is }: &Hashes,
    changes: &[Change],
) -> Vec<StepVerdict> {
    let needs = step_needs(after);
    let grave = changes.iter().filter(|change| change.class != Class::Cosmetic);
    let changed: BTreeSet<&str> = grave.flat_map(|change| &change.steps).map(String::as_str).collect();
    let mut list = Vec::new();
    let mut push = |id: &str, verdict, hash: &String, through: Vec<String>, has_pass: bool| {
        list.push(StepVerdict { step: id.to_owned(), verdict, hash: hash.clone(), through: through.clone() });
        if has_pass {
            let step = format!("{id}/second_pass");
            list.push(StepVerdict { step, verdict, hash: hash.clone(), through });
        }
    };
    let (passes_was, passes_is) = (second_passes(before), second_passes(after));
    for of in &after.moves {
        let (id, hash) = (of.id.as_str(), &is[&of.id]);
        let verdict = Verdict::of(was.get(id), Some(hash));
        let through = match verdict {
            Verdict::RunsAgain if !changed.contains(id) => {
                let others = needs[&of.id].iter();
                others.filter(|other| *other != id && was.get(*other) != is.get(*other)).cloned().collect()
            }
            Verdict::Continues | Verdict::RunsAgain | Verdict::New | Verdict::Gone => vec![],
        };
        push(id, verdict, hash, through, passes_is.contains(id));
    }
    for of in before.moves.iter().filter(|of| !is.contains_key(&of.id)) {
        push(&of.id, Verdict::Gone, &was[&of.id], vec![], passes_was.contains(of.id.as_str()));
    }
    list
}

fn second_passes(plan: &Plan) -> BTreeSet<&str> {
    plan.moves.iter().filter(|of| !of.second_pass.is_empty()).map(|of| of.id.as_str()).collect()
}

pub(super) fn void(before: &Plan, after: &Plan, Hashes { was, is }: &Hashes) -> Vec<Evidence> {
    let holds = |id: &str| was.contains_key(id) && was.get(id) == is.get(id);
    // What the later plan asks.
    let asked: BTreeMap<&str, &Established> =
        after.claims.iter().map(|claim| (claim.id.as_str(), &claim.established)).collect();
    let asked_again = |claim: &Claim| asked.get(claim.id.as_str()) == Some(&&claim.established);
    let claims = before.claims.iter().filter(|claim| matches!(claim.established, Established::Probed(_)));
    let mut list: Vec<Evidence> = claims
        .filter(|claim| !(holds(&claim.of) && parents(claim).all(holds) && asked_again(claim)))
        .map(|claim| Evidence::Preflight(claim.id.clone()))
        .collect();
    list.extend(before.moves.iter().filter(|of| !holds(&of.id)).map(|of| Evidence::Rows(of.id.clone())));
    // An invariant reads whole tables, so that every change of rows voids what reads them.
    let written: BTreeSet<&str> = before
        .moves
        .iter()
        .chain(&after.moves)
        .filter(|of| !holds(&of.id))
        .map(|of| of.target.name.as_str())
        .collect();
    let kept = |invariant: &&Invariant| {
        let same = after.invariants.iter().any(|is| is.name == invariant.name && is.body == invariant.body);
        !same || tables(invariant).iter().any(|table| written.contains(table))
    };
    let void = before.invariants.iter().filter(kept);
    list.extend(void.map(|invariant| Evidence::Invariant(invariant.name.clone())));
    list
}

fn parents(claim: &Claim) -> impl Iterator<Item = &str> {
    let parents = match &claim.established {
        Established::Probed(Probe::Orphans { parents, .. }) => parents.as_slice(),
        _ => &[],
    };
    parents.iter().map(|parent| parent.of.as_str())
}

fn tables(invariant: &Invariant) -> Vec<&str> {
    use crate::plan::{InvariantBody, Relations};
    fn of(relations: &Relations) -> impl Iterator<Item = &str> {
        let joined = relations.joins.iter().map(|join| join.relation.table.name.as_str());
        std::iter::once(relations.from.table.name.as_str()).chain(joined)
    }
    match &invariant.body {
        InvariantBody::None { relations, .. } => of(relations).collect(),
        InvariantBody::Sql { .. } => Vec::new(),
        InvariantBody::Equal { left, right, .. } => of(&left.relations).chain(of(&right.relations)).collect(),
    }
}
