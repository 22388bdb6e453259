use super::align;
use super::change::{Change, Class, Found, Topic, paired};
use super::implies::{Scope, scope};
use super::mapping::is_raised;
use super::shape::{same, same_lists};
use crate::artifact::expression::{list, relations, show};
use crate::plan::{Invariant, InvariantBody, Join, Plan, Relations, SideQuery};

/// What must be true after the load.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    let pairs = paired(&before.invariants, &after.invariants, |invariant: &Invariant| &invariant.name);
    let fresh: Vec<&Invariant> =
        pairs.iter().filter(|(was, _)| was.is_none()).filter_map(|(_, is)| *is).collect();
    let mut renamed: Vec<&str> = Vec::new();
    for (was, is) in &pairs {
        match (was, is) {
            (Some(was), Some(is)) => changed(was, is, found),
            (Some(was), None) => {
                let twin = fresh
                    .iter()
                    .find(|is| same_body(&was.body, &is.body) && !renamed.contains(&is.name.as_str()));
                let change = |class, says| Change::new(class, Topic::Invariant, &was.name, says);
                if let Some(twin) = twin {
                    renamed.push(&twin.name);
                    let says = format!("the invariant is called `{}`", twin.name);
                    found.push(Change { says, ..change(Class::Cosmetic, "") });
                } else {
                    let says = "the invariant is gone: nobody looks at it after the load";
                    found.push(change(Class::Weakens, says).was(text(&was.body), Some(&was.origin)));
                }
            }
            _ => {}
        }
    }
    for is in fresh.iter().filter(|is| !renamed.contains(&is.name.as_str())) {
        let change = Change::new(Class::Strengthens, Topic::Invariant, &is.name, "a new invariant");
        found.push(change.is(text(&is.body), Some(&is.origin)));
    }
}

fn changed(was: &Invariant, is: &Invariant, found: &mut Found) {
    let Invariant { name, doc, origin, body } = was;
    let words = "its text is another one and looks at the same rows: other aliases, or types of a schema that changed";
    let reworded = (*body != is.body).then_some((Class::Cosmetic, words));
    if let Some((class, says)) = body_changed(body, &is.body).or(reworded) {
        let change = Change::new(class, Topic::Invariant, name, says);
        found.push(change.was(text(body), Some(origin)).is(text(&is.body), Some(&is.origin)));
    }
    if *doc != is.doc {
        let text = |doc: &Option<String>| doc.clone().unwrap_or_default();
        let change = Change::new(Class::Cosmetic, Topic::Doc, name, "its description reads otherwise");
        found.push(change.was(text(doc), Some(origin)).is(text(&is.doc), Some(&is.origin)));
    }
}

const OTHER: &str = "the invariant looks at something else, and nothing shows that it finds as much";

fn body_changed(was: &InvariantBody, is: &InvariantBody) -> Option<(Class, &'static str)> {
    match (was, is) {
        (
            InvariantBody::None { side, relations },
            InvariantBody::None { side: side_is, relations: relations_is },
        ) => {
            let mut now = relations_is.clone();
            align::relations(relations, &mut now, &mut []);
            if side != side_is || !same_relations(relations, &now) {
                return Some((Class::Weakens, OTHER));
            }
            match scope(relations.filter.as_ref(), now.filter.as_ref()) {
                Scope::Same => None,
                Scope::Narrower => Some((Class::Weakens, "the invariant forbids fewer rows")),
                Scope::Wider => Some((Class::Strengthens, "the invariant forbids more rows")),
                Scope::Other => Some((Class::Weakens, OTHER)),
            }
        }
        (
            InvariantBody::Equal { groups, left, right, within },
            InvariantBody::Equal { groups: groups_is, left: left_is, right: right_is, within: within_is },
        ) => {
            if !same_query(left, left_is) || !same_query(right, right_is) {
                return Some((Class::Weakens, OTHER));
            }
            match is_raised(within, within_is) {
                Some(true) => Some((Class::Weakens, "the invariant tolerates a larger difference")),
                Some(false) => Some((Class::Strengthens, "the invariant tolerates a smaller difference")),
                None if groups != groups_is => Some((Class::Cosmetic, "its groups have other names")),
                None if within != within_is => Some((Class::Cosmetic, "the same tolerance in other digits")),
                None => None,
            }
        }
        (
            InvariantBody::Sql { sql, counts, because },
            InvariantBody::Sql { sql: sql_is, counts: counts_is, because: because_is },
        ) => {
            if sql != sql_is || counts != counts_is {
                return Some((Class::Weakens, OTHER));
            }
            (because != because_is).then_some((Class::Cosmetic, "another reason for the same check"))
        }
        _ => Some((Class::Weakens, OTHER)),
    }
}

fn same_body(was: &InvariantBody, is: &InvariantBody) -> bool {
    body_changed(was, is).is_none()
}

fn same_query(was: &SideQuery, is: &SideQuery) -> bool {
    let mut is = is.clone();
    let mut exprs: Vec<_> = is.groups.iter_mut().chain([&mut is.value]).collect();
    align::relations(&was.relations, &mut is.relations, &mut exprs);
    let SideQuery { side, groups, value, relations } = was;
    *side == is.side
        && same_lists(groups, &is.groups)
        && same(value, &is.value)
        && same_relations(relations, &is.relations)
        && scope(relations.filter.as_ref(), is.relations.filter.as_ref()) == Scope::Same
}

/// The same tables, joined in the same way; filters are the caller's.
fn same_relations(was: &Relations, is: &Relations) -> bool {
    let joined =
        |was: &Join, is: &Join| was.relation == is.relation && was.left == is.left && same(&was.on, &is.on);
    was.from == is.from
        && was.joins.len() == is.joins.len()
        && was.joins.iter().zip(&is.joins).all(|(was, is)| joined(was, is))
}

fn text(body: &InvariantBody) -> String {
    match body {
        InvariantBody::None { side, relations: of } => format!("none from {side}: {}", relations(of)),
        InvariantBody::Equal { left, right, within, .. } => {
            format!("{} = {} within {within}", query(left), query(right))
        }
        InvariantBody::Sql { sql, because, .. } => format!("{sql} because {because}"),
    }
}

fn query(of: &SideQuery) -> String {
    let by = if of.groups.is_empty() { String::new() } else { format!(" by {}", list(&of.groups)) };
    format!("{}: {}{by} of {}", of.side, show(&of.value), relations(&of.relations))
}
