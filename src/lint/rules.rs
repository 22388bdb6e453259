//! The rules, each a function over the plan.

use super::Found;
use crate::plan::{Batch, Conflict, Plan, looked_at};

/// More rows than these in one transaction hold locks and fill logs for long.
const LARGE: u64 = 100_000;

/// So many columns left behind by one move deserve a second look.
const WIDE: usize = 8;

/// What was accepted for ever and is nobody's task is forgotten.
pub(super) fn open_ended_accept(plan: &Plan) -> Vec<Found> {
    let open = plan.accepts.iter().filter(|accept| accept.ticket.is_none() && accept.until.is_none());
    open.map(|accept| Found {
        subject: accept.subject.clone(),
        message: format!("`{}` is accepted without a ticket and without an end", accept.subject),
        origin: Some(accept.origin.clone()),
        help: "add `ticket \"…\"` or `until 2027-03-01`",
    })
    .collect()
}

/// Rows that are overwritten are compared with the source, which says nothing about what they were before.
pub(super) fn unchecked_overwrite(plan: &Plan) -> Vec<Found> {
    let moves =
        plan.moves.iter().filter(|of| of.conflict == Conflict::Update && !looked_at(plan, &of.target));
    moves
        .map(|of| Found {
            subject: of.id.clone(),
            message: format!("`{}` overwrites rows, and no invariant looks at them", of.id),
            origin: Some(of.origin.clone()),
            help: "write an `invariant` over the target table that says what must stay true",
        })
        .collect()
}

pub(super) fn large_batch(plan: &Plan) -> Vec<Found> {
    let mut found = Vec::new();
    for of in &plan.moves {
        let Batch::Keyset { rows, .. } = of.batch else { continue };
        if rows > LARGE {
            found.push(Found {
                subject: of.id.clone(),
                message: format!("`{}` moves {rows} rows in one transaction", of.id),
                origin: Some(of.origin.clone()),
                help: "batches of some thousand rows are as fast, and a stop loses less",
            });
        }
    }
    found
}

/// One reason for many columns is seldom the reason of each.
pub(super) fn wide_drop(plan: &Plan) -> Vec<Found> {
    let wide = plan.moves.iter().filter(|of| of.dropped.len() >= WIDE);
    wide.map(|of| Found {
        subject: of.id.clone(),
        message: format!("`{}` leaves {} columns of its source behind", of.id, of.dropped.len()),
        origin: Some(of.origin.clone()),
        help: "see that each of them is meant, or move them into an archive table",
    })
    .collect()
}

pub(super) fn no_owner(plan: &Plan) -> Vec<Found> {
    let owned = plan.facts.get("owner").is_some_and(|owner| !owner.trim().is_empty());
    whole(plan, owned, "names no owner", "add `owner \"…\"` to the plan's block")
}

pub(super) fn no_invariant(plan: &Plan) -> Vec<Found> {
    let help = "say what must stay true for the business: `invariant \"NAME\" { … }`";
    whole(plan, !plan.invariants.is_empty(), "has no invariant", help)
}

fn whole(plan: &Plan, fine: bool, says: &str, help: &'static str) -> Vec<Found> {
    let message = format!("`{}` {says}", plan.name);
    let found = Found { subject: plan.name.clone(), message, origin: None, help };
    if fine { Vec::new() } else { vec![found] }
}
