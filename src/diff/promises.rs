use super::change::{Change, Class, Found, Topic, paired};
use crate::artifact::words;
use crate::plan::{Accept, Claim, Established, Plan};

/// What the plan accepts without a proof.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    for pair in paired(&before.accepts, &after.accepts, |accept: &Accept| (accept.kind, &accept.subject)) {
        match pair {
            (None, Some(new)) => {
                let ids = covered(new, after, before);
                let says = match ids.as_slice() {
                    [] => format!("`{}` is accepted without a proof", new.kind.word()),
                    ids => format!("accepted without a proof: `{}`", ids.join("`, `")),
                };
                found.push(accept(new, Class::Weakens, says, after).is(text(new), Some(&new.origin)));
            }
            (Some(old), None) => {
                let says =
                    format!("`{}` is not accepted any more: it must be proven or probed", old.kind.word());
                found.push(accept(old, Class::Strengthens, says, after).was(text(old), Some(&old.origin)));
            }
            (Some(old), Some(new)) => changed(old, new, after, found),
            (None, None) => {}
        }
    }
}

fn accept(of: &Accept, class: Class, says: String, plan: &Plan) -> Change {
    let mut change = Change::new(class, Topic::Accept, format!("{} {}", of.kind.word(), of.subject), says);
    change.steps = steps(of, plan);
    change
}

fn text(of: &Accept) -> String {
    words::accepted(&of.because, of.ticket.as_deref(), of.until.as_deref())
}

fn changed(was: &Accept, is: &Accept, plan: &Plan, found: &mut Found) {
    let Accept { kind: _, subject: _, because, ticket, until, origin } = was;
    // Days are written as ISO dates, whose order is that of their texts.
    let (class, says) = match (until, &is.until) {
        (Some(_), None) => (Class::Weakens, "is accepted without an end"),
        (Some(was), Some(is)) if is > was => (Class::Weakens, "is accepted for longer"),
        (Some(was), Some(is)) if is < was => (Class::Strengthens, "is accepted for a shorter time"),
        (None, Some(_)) => (Class::Strengthens, "is accepted only until a day"),
        _ if *because != is.because || *ticket != is.ticket => {
            (Class::Cosmetic, "is accepted for another reason")
        }
        _ => return,
    };
    let says = format!("`{}` {says}", is.kind.word());
    found.push(accept(is, class, says, plan).was(text(was), Some(origin)).is(text(is), Some(&is.origin)));
}

/// Whether `claim` stands accepted in the words of `accept`.
pub(super) fn is_by(claim: &Claim, accept: &Accept) -> bool {
    claim.kind == accept.kind
        && matches!(&claim.established, Established::Accepted { because, ticket, until }
            if (because, ticket, until) == (&accept.because, &accept.ticket, &accept.until))
}

/// Claims that are accepted now by `accept` and were not before.
fn covered<'p>(accept: &Accept, after: &'p Plan, before: &Plan) -> Vec<&'p str> {
    let was = |id: &str| before.claims.iter().any(|claim| claim.id == id && is_by(claim, accept));
    let now = after.claims.iter().filter(|claim| is_by(claim, accept) && !was(&claim.id));
    now.map(|claim| claim.id.as_str()).collect()
}

fn steps(accept: &Accept, plan: &Plan) -> Vec<String> {
    let mut steps: Vec<String> =
        plan.claims.iter().filter(|claim| is_by(claim, accept)).map(|claim| claim.of.clone()).collect();
    steps.dedup();
    steps
}
