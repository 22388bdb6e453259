use super::change::{Change, Class, Found, Topic};
use crate::artifact::words;
use crate::plan::{BreakBy, CycleBreak, Endpoint, MapTable, NewKey, Plan};

/// The plan's own parts: its name and sides, who owns it, what it leaves behind, how cycles are broken.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    // Every member by its name, so that a new one is not forgotten here.
    let Plan {
        format_version: _,
        edition,
        name,
        doc,
        facts,
        source,
        target,
        link,
        unmoved: _,
        moves: _,
        maps: _,
        tables: _,
        breaks: _,
        claims: _,
        invariants: _,
        accepts: _,
        strategy,
        staging: _,
        signoff,
        cutover,
        reconcile,
    } = before;
    let plan = |class, says: &str| Change::new(class, Topic::Plan, &after.name, says);
    if *name != after.name {
        let says = "the plan has another name, and so another ledger: every step begins anew";
        found.push(plan(Class::Order, says).was(name, None).is(&after.name, None));
    }
    if *edition != after.edition {
        let says = "another edition of the language, in which words may mean something else";
        found.push(
            plan(Class::Values, says).was(edition.to_string(), None).is(after.edition.to_string(), None),
        );
    }
    if *link != after.link {
        let says = "the source's tables are reached in another way";
        let text = |link| format!("{link:?}").to_lowercase();
        found.push(plan(Class::Order, says).was(text(*link), None).is(text(after.link), None));
    }
    side("source", source, &after.source, found);
    side("target", target, &after.target, found);
    if *doc != after.doc {
        let text = |doc: &Option<String>| doc.clone().unwrap_or_default();
        found.push(
            Change::new(Class::Cosmetic, Topic::Doc, &after.name, "the plan's description reads otherwise")
                .was(text(doc), None)
                .is(text(&after.doc), None),
        );
    }
    if *strategy != after.strategy {
        let says = "the plan's `strategy` says something else; what comes of it stands at the tables";
        found.push(Change::new(Class::Cosmetic, Topic::Plan, "strategy", says));
    }
    super::signoff::compare(signoff.as_ref(), after.signoff.as_ref(), found);
    super::cutover::compare(cutover.as_ref(), after.cutover.as_ref(), found);
    super::reconcile::compare(reconcile.as_ref(), after.reconcile.as_ref(), found);
    let names = facts.keys().chain(after.facts.keys().filter(|name| !facts.contains_key(*name)));
    for name in names.filter(|name| facts.get(*name) != after.facts.get(*name)) {
        let text = |plan: &Plan| plan.facts.get(name).cloned().unwrap_or_default();
        found.push(
            Change::new(Class::Cosmetic, Topic::Plan, name, format!("`{name}` of the plan reads otherwise"))
                .was(text(before), None)
                .is(text(after), None),
        );
    }
    unmoved(before, after, found);
    maps(before, after, found);
    breaks(before, after, found);
    staging(before, after, found);
}

fn side(word: &str, before: &Endpoint, after: &Endpoint, found: &mut Found) {
    let Endpoint { name, engine, tables: _ } = before;
    if *engine != after.engine {
        let says = format!("the {word} is on another engine");
        let change = Change::new(Class::Values, Topic::Plan, word, says);
        found.push(change.was(engine.title(), None).is(after.engine.title(), None));
    }
    if *name != after.name {
        let says = format!("the {word} is called something else in the plan");
        found.push(Change::new(Class::Order, Topic::Plan, word, says).was(name, None).is(&after.name, None));
    }
}

/// Source tables that no move reads. That a move is gone says it already.
fn unmoved(before: &Plan, after: &Plan, found: &mut Found) {
    let read = |plan: &Plan, table: &String| {
        plan.moves.iter().any(|of| words::table(&of.source.table) == *table || of.source.table.name == *table)
    };
    for table in after.unmoved.iter().filter(|table| !before.unmoved.contains(table) && !read(before, table))
    {
        let says = format!("the source table `{table}` is new to the schema, and no move reads it");
        found.push(Change::new(Class::Cosmetic, Topic::Schema, table, says));
    }
    for table in before.unmoved.iter().filter(|table| !after.unmoved.contains(table) && !read(after, table)) {
        let says = format!("`{table}`, which no move reads, is gone from the source's schema");
        found.push(Change::new(Class::Cosmetic, Topic::Schema, table, says));
    }
}

/// Mapping tables follow from moves; what is said of those is not said again.
fn maps(before: &Plan, after: &Plan, found: &mut Found) {
    for (was, is) in super::change::paired(&before.maps, &after.maps, |map: &MapTable| &map.name) {
        let (was, is) = match (was, is) {
            (Some(was), Some(is)) => (was, is),
            (Some(map), None) | (None, Some(map)) => {
                stray(map, (before, after), found);
                continue;
            }
            (None, None) => continue,
        };
        if was != is {
            let types = |map: &MapTable| {
                let old: Vec<String> = map.old.iter().map(ToString::to_string).collect();
                format!("{} -> {}.{} {}", old.join(", "), words::table(&map.target), map.new_column, map.new)
            };
            let says = format!("the table of new keys `{}` holds other keys", was.name);
            let mut change = Change::new(Class::Values, Topic::Key, &was.name, says);
            change.steps =
                after.moves.iter().filter(|of| of.target == is.target).map(|of| of.id.clone()).collect();
            found.push(change.was(types(was), None).is(types(is), None));
        }
    }
}

/// A table of new keys comes and goes with the moves that fill it.
fn stray(map: &MapTable, (before, after): (&Plan, &Plan), found: &mut Found) {
    let filled = |plan: &Plan| {
        plan.moves
            .iter()
            .any(|of| matches!(&of.new_key, NewKey::Mapped { map: name, .. } if *name == map.name))
    };
    if filled(before) == filled(after) {
        let says = format!("whether there is a table of new keys `{}` is other than before", map.name);
        found.push(Change::new(Class::Values, Topic::Key, &map.name, says));
    }
}

/// What travels to the target's server before anything else: columns that something reads. What the
/// rows of a move become stands at the move.
fn staging(before: &Plan, after: &Plan, found: &mut Found) {
    let copies = |plan: &Plan, name: &str| plan.staging.iter().find(|copy| copy.name == name).cloned();
    let mut names: Vec<&str> =
        before.staging.iter().chain(&after.staging).map(|copy| copy.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let says = match (copies(before, name), copies(after, name)) {
            (Some(was), Some(is)) if was == is => continue,
            (Some(_), Some(_)) => "is copied from the source's server in another form",
            (Some(_), None) => "is no longer copied from the source's server",
            (None, _) => "is copied from the source's server as well",
        };
        found.push(Change::new(Class::Order, Topic::Plan, name, format!("`{name}` {says}")));
    }
}

fn breaks(before: &Plan, after: &Plan, found: &mut Found) {
    for (was, is) in
        super::change::paired(&before.breaks, &after.breaks, |cut: &CycleBreak| (&cut.moves, how(cut)))
    {
        let (cut, says) = match (was, is) {
            (Some(cut), None) => (cut, "is not broken this way any more"),
            (None, Some(cut)) => (cut, "is broken"),
            _ => continue,
        };
        let subject = cut.moves.join(", ");
        let mut change = Change::new(
            Class::Order,
            Topic::Order,
            &subject,
            format!("the cycle of `{subject}` {says}: {}", how(cut)),
        );
        change.steps.clone_from(&cut.moves);
        found.push(change);
    }
}

fn how(cut: &CycleBreak) -> String {
    match &cut.by {
        BreakBy::SecondPass { id, columns } => format!("`{}` of `{id}` in a second pass", columns.join(", ")),
        BreakBy::Deferred { constraints } => {
            format!("`{}` checked at the end of one transaction", constraints.join(", "))
        }
    }
}
