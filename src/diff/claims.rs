use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::change::{Change, Class, Found, Topic, paired};
use super::promises::is_by;
use crate::artifact::words;
use crate::plan::{Accept, Claim, Established, Move, Plan};

/// What must be true of the rows, and how it is known: proven is better than probed before the first
/// write, and that is better than accepted.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    let (old_moves, new_moves) = (Steps::of(before), Steps::of(after));
    for pair in paired(&before.claims, &after.claims, |claim: &Claim| &claim.id) {
        match pair {
            (Some(old), None) => {
                if new_moves.has(&old.of) {
                    gone(old, before, after, &new_moves, found);
                }
            }
            (None, Some(new)) => fresh(new, old_moves.has(&new.of), after, &new_moves, found),
            (Some(old), Some(new)) => changed(old, new, (before, after), &new_moves, found),
            (None, None) => {}
        }
    }
}

/// A plan's moves by id.
struct Steps<'p>(BTreeMap<&'p str, &'p Move>);

impl<'p> Steps<'p> {
    fn of(plan: &'p Plan) -> Self {
        Self(plan.moves.iter().map(|of| (of.id.as_str(), of)).collect())
    }

    fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }
}

fn claim(of: &Claim, class: Class, says: String) -> Change {
    Change::new(class, Topic::Claim, &of.id, says).of(&of.of)
}

fn text(established: &Established) -> String {
    match established {
        Established::Proven { why } => format!("proven: {why}"),
        Established::Probed(_) => "probed before the first write".to_owned(),
        Established::Accepted { because, ticket, until } => {
            format!("accepted: {}", words::accepted(because, ticket.as_deref(), until.as_deref()))
        }
    }
}

/// Larger is safer.
const fn rank(established: &Established) -> u8 {
    match established {
        Established::Proven { .. } => 2,
        Established::Probed(_) => 1,
        Established::Accepted { .. } => 0,
    }
}

/// Whether another change says why a claim about this column came or went.
fn explained(of: &Claim, steps: &Steps<'_>, found: &Found) -> bool {
    let Some(step) = steps.0.get(of.of.as_str()) else { return true };
    match &of.column {
        Some(column) => {
            found.touches_by(Topic::Values, &of.of)
                || found.has(&[Topic::Mapping], &format!("{}.{column}", of.of))
                || found.has(&[Topic::Schema], &format!("{}.{column}", words::table(&step.target)))
        }
        // Claims about the scope, the joins and the columns read go with whatever changed in the move.
        None => found.touches(&of.of),
    }
}

fn gone(of: &Claim, before: &Plan, after: &Plan, steps: &Steps<'_>, found: &mut Found) {
    let accepted_away = before.accepts.iter().any(|accept| is_by(of, accept) && !has(after, accept));
    if accepted_away || explained(of, steps, found) {
        return;
    }
    let class = if rank(&of.established) == 0 { Class::Strengthens } else { Class::Weakens };
    let says = format!("no longer claimed: {}", of.says);
    found.push(claim(of, class, says).was(text(&of.established), Some(&of.origin)));
}

fn fresh(of: &Claim, known: bool, after: &Plan, steps: &Steps<'_>, found: &mut Found) {
    if rank(&of.established) == 0 {
        // The `accept` itself is reported unless the earlier plan had it already.
        let reported = after.accepts.iter().any(|accept| is_by(of, accept) && said(accept, found));
        if !reported {
            let says = format!("accepted without a proof: {}", of.says);
            found.push(claim(of, Class::Weakens, says).is(text(&of.established), Some(&of.origin)));
        }
    } else if known && !explained(of, steps, found) {
        let says = format!("a new claim: {}", of.says);
        found.push(claim(of, Class::Strengthens, says).is(text(&of.established), Some(&of.origin)));
    }
}

fn changed(was: &Claim, is: &Claim, (before, after): (&Plan, &Plan), steps: &Steps<'_>, found: &mut Found) {
    let (old, new) = (rank(&was.established), rank(&is.established));
    let accepts = |plan: &Plan, claim: &Claim| {
        plan.accepts.iter().any(|accept| is_by(claim, accept) && said(accept, found))
    };
    let (class, says) = match new.cmp(&old) {
        Ordering::Less if new == 0 && accepts(after, is) => return,
        Ordering::Greater if old == 0 && accepts(before, was) => return,
        Ordering::Equal if says_the_same(was, is, accepts(after, is), steps, found) => return,
        Ordering::Less if new == 0 => (Class::Weakens, "accepted without a proof"),
        Ordering::Less => (Class::Weakens, "no longer proven, only probed"),
        Ordering::Greater if new == 2 => (Class::Strengthens, "proven now"),
        Ordering::Greater => (Class::Strengthens, "probed now"),
        Ordering::Equal => (Class::Values, "the claim is about something else"),
    };
    let says = format!("{says}: {}", is.says);
    let change = claim(is, class, says).was(text(&was.established), Some(&was.origin));
    found.push(change.is(text(&is.established), Some(&is.origin)));
}

/// Two claims that are established in the same way: what they say is the same, or follows from a
/// change that is reported already.
fn says_the_same(was: &Claim, is: &Claim, accept_reported: bool, steps: &Steps<'_>, found: &Found) -> bool {
    if was.of != is.of || was.kind != is.kind || was.column != is.column {
        return false;
    }
    let same = match (&was.established, &is.established) {
        (Established::Proven { .. }, Established::Proven { .. }) => true,
        (Established::Accepted { .. }, Established::Accepted { .. }) => {
            accept_reported || was.established == is.established
        }
        (was, is) => was == is,
    };
    same || explained(is, steps, found) || found.touches(&is.of) || parents_touched(is, found)
}

/// A reference's probe looks into the scopes of the moves that it refers to.
fn parents_touched(of: &Claim, found: &Found) -> bool {
    match &of.established {
        Established::Probed(crate::plan::Probe::Orphans { parents, .. }) => {
            parents.iter().any(|parent| found.touches(&parent.of))
        }
        _ => false,
    }
}

fn said(accept: &Accept, found: &Found) -> bool {
    found.has(&[Topic::Accept], &format!("{} {}", accept.kind.word(), accept.subject))
}

fn has(plan: &Plan, accept: &Accept) -> bool {
    plan.accepts.iter().any(|other| (other.kind, &other.subject) == (accept.kind, &accept.subject))
}
