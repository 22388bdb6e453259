use std::collections::BTreeMap;

use super::align::Aligned;
use super::change::{Change, Class, Found, Topic, paired};
use super::implies::{Scope, scope};
use super::mapping;
use super::shape::{columns, same, same_lists, shape};
use crate::artifact::expression::{self, list, show};
use crate::artifact::words;
use crate::plan::{Conflict, Deletes, Expr, Join, KeyMaker, Move, NewKey, Plan, strip_words};

/// Moves that came, went, or changed in what they read, write and do.
pub(super) fn compare(before: &Plan, aligned: &Aligned, found: &mut Found) {
    for (was, is) in paired(&before.moves, &aligned.after.moves, |of: &Move| &of.id) {
        match (was, is) {
            (Some(was), None) => gone(was, found),
            (None, Some(is)) => new(is, found),
            (Some(was), Some(is)) => {
                names(was, is, aligned, found);
                one(was, is, found);
            }
            (None, None) => {}
        }
    }
}

fn rows(of: &Move) -> String {
    format!("{} -> {}", expression::relation(&of.source), words::table(&of.target))
}

fn gone(of: &Move, found: &mut Found) {
    let says = format!("the move is gone: no row of `{}` is written by it", words::table(&of.source.table));
    found.push(
        Change::new(Class::Loses, Topic::Move, &of.id, says).of(&of.id).was(rows(of), Some(&of.origin)),
    );
}

fn new(of: &Move, found: &mut Found) {
    let says = format!("a new move writes rows of `{}`", words::table(&of.source.table));
    found.push(
        Change::new(Class::Widens, Topic::Move, &of.id, says).of(&of.id).is(rows(of), Some(&of.origin)),
    );
    if of.conflict == Conflict::Update {
        found.push(conflict(of).is(words::conflict(of.conflict), Some(&of.origin)));
    }
    for dropped in &of.dropped {
        let says = format!("the new move leaves `{}` behind", dropped.column);
        let subject = format!("{}: {}", of.id, dropped.column);
        let change = Change::new(Class::Values, Topic::Drop, subject, says).of(&of.id);
        found.push(change.is(&dropped.because, Some(&dropped.origin)));
    }
}

/// What is only called otherwise.
fn names(was: &Move, is: &Move, aligned: &Aligned, found: &mut Found) {
    if let Some(later) = aligned.ids.get(&was.id) {
        let moved = was.target != is.target;
        let (class, says) = if moved {
            (Class::Values, "the same rows are written to another table")
        } else {
            (
                Class::Order,
                "the step has another name, because the table is filled by other moves than before",
            )
        };
        let change = Change::new(class, Topic::Move, &was.id, format!("{says}: `{later}`")).of(&was.id);
        found.push(change.was(rows(was), Some(&was.origin)).is(rows(is), Some(&is.origin)));
    } else if was.target != is.target {
        let change =
            Change::new(Class::Values, Topic::Move, &was.id, "the rows are written to another table");
        found.push(change.of(&was.id).was(rows(was), Some(&was.origin)).is(rows(is), Some(&is.origin)));
    }
    let index = aligned.after.moves.iter().position(|of| std::ptr::eq(of, is));
    for (later, earlier) in index.into_iter().flat_map(|index| &aligned.aliases[index]) {
        let says = format!("the alias `{earlier}` is called `{later}`; rows and values are the same");
        found.push(Change::new(Class::Cosmetic, Topic::Source, &was.id, says).of(&was.id));
    }
}

fn one(was: &Move, is: &Move, found: &mut Found) {
    // Every member by its name, so that a new one is not forgotten here.
    let Move {
        id,
        wave,
        doc,
        origin: _,
        source,
        joins: _,
        filter: _,
        filter_text: _,
        group_by,
        target: _,
        columns: _,
        key,
        new_key: _,
        batch,
        quarantine,
        conflict: existing,
        deletes: gone,
        dropped: _,
        second_pass,
        together,
        overrides_identity,
        watermark: _,
    } = was;
    let push = |found: &mut Found, class, topic, says: String, before: String, after: String| {
        let change = Change::new(class, topic, id, says).of(id);
        found.push(change.was(before, Some(&was.origin)).is(after, Some(&is.origin)));
    };
    if source.table != is.source.table {
        let says = "rows come from another table".to_owned();
        push(
            found,
            Class::Rows,
            Topic::Source,
            says,
            words::table(&source.table),
            words::table(&is.source.table),
        );
    }
    self::joins(was, is, found);
    self::filter(was, is, found);
    if !same_lists(group_by, &is.group_by) {
        let says = "rows are grouped otherwise: one row for each group".to_owned();
        push(found, Class::Rows, Topic::Group, says, list(group_by), list(&is.group_by));
    }
    mapping::compare(was, is, found);
    if *key != is.key {
        let says = "other columns identify a row".to_owned();
        push(found, Class::Values, Topic::Key, says, key.join(", "), is.key.join(", "));
    }
    self::new_key(was, is, found);
    if *batch != is.batch {
        push(
            found,
            Class::Order,
            Topic::Batch,
            "other batches".to_owned(),
            words::batch(was),
            words::batch(is),
        );
    }
    if *quarantine != is.quarantine {
        let (class, says) = quarantine_changed(was, is);
        push(found, class, Topic::Conflict, says.to_owned(), words::quarantine(was), words::quarantine(is));
    }
    if *existing != is.conflict {
        let text = |of: &Move| words::conflict(of.conflict).to_owned();
        found
            .push(conflict_changed(was, is).was(text(was), Some(&was.origin)).is(text(is), Some(&is.origin)));
    }
    if *gone != is.deletes {
        found.push(deletes_changed(was, is));
    }
    mapping::drops(was, is, found);
    if *wave != is.wave {
        let says = "the step runs in another wave".to_owned();
        push(found, Class::Order, Topic::Order, says, wave.to_string(), is.wave.to_string());
    }
    if *second_pass != is.second_pass {
        let says = "other columns are filled by a second pass".to_owned();
        push(found, Class::Order, Topic::Order, says, second_pass.join(", "), is.second_pass.join(", "));
    }
    if *together != is.together {
        let text = |together: &Option<String>| together.clone().unwrap_or_else(|| "alone".to_owned());
        let says = "the step loads in one transaction with other moves than before".to_owned();
        push(found, Class::Order, Topic::Order, says, text(together), text(&is.together));
    }
    if *overrides_identity != is.overrides_identity {
        let says = "whether the move writes the table's own identity column is other than before".to_owned();
        let text = |yes: bool| if yes { "overriding" } else { "not overriding" }.to_owned();
        push(found, Class::Values, Topic::Key, says, text(*overrides_identity), text(is.overrides_identity));
    }
    if *doc != is.doc {
        let text = |doc: &Option<String>| doc.clone().unwrap_or_default();
        push(
            found,
            Class::Cosmetic,
            Topic::Doc,
            "its description reads otherwise".to_owned(),
            text(doc),
            text(&is.doc),
        );
    }
    super::reconcile::watermark(was, is, found);
    read_types(was, is, found);
}

fn filter(was: &Move, is: &Move, found: &mut Found) {
    let (class, says) = match scope(was.filter.as_ref(), is.filter.as_ref()) {
        Scope::Same => {
            if was.filter.as_ref().map(shape) == is.filter.as_ref().map(shape) {
                return;
            }
            (Class::Cosmetic, "the filter keeps the same rows in other words")
        }
        Scope::Narrower => (Class::Narrows, "the filter keeps fewer rows"),
        Scope::Wider => (Class::Widens, "the filter keeps more rows"),
        Scope::Other => (Class::Rows, "the filter keeps other rows"),
    };
    let text = |of: &Move| {
        let text = of.filter_text.clone().or_else(|| of.filter.as_ref().map(show));
        text.map_or_else(|| "no filter".to_owned(), |text| format!("where {text}"))
    };
    let change = Change::new(class, Topic::Filter, &was.id, says).of(&was.id);
    found.push(change.was(text(was), Some(&was.origin)).is(text(is), Some(&is.origin)));
}

fn joins(was: &Move, is: &Move, found: &mut Found) {
    for pair in paired(&was.joins, &is.joins, |join: &Join| &join.relation.alias) {
        let (class, says) = match pair {
            (Some(old), Some(new)) => match join_changed(old, new) {
                Some(changed) => changed,
                None => continue,
            },
            (Some(join), None) if join.left => (Class::Values, "a left join is gone"),
            (Some(_), None) => (Class::Rows, "a join is gone: rows without a partner move as well"),
            (None, Some(join)) if join.left => (Class::Values, "a new left join"),
            (None, Some(_)) => (Class::Rows, "a new join: rows without a partner cannot move"),
            (None, None) => continue,
        };
        let alias = pair.0.or(pair.1).map(|join| join.relation.alias.as_str()).unwrap_or_default();
        let mut change = Change::new(class, Topic::Join, format!("{}: {alias}", was.id), says).of(&was.id);
        if let Some(join) = pair.0 {
            change = change.was(expression::join(join), Some(&was.origin));
        }
        if let Some(join) = pair.1 {
            change = change.is(expression::join(join), Some(&is.origin));
        }
        found.push(change);
    }
    let order = |of: &Move| of.joins.iter().map(|join| join.relation.alias.clone()).collect::<Vec<_>>();
    let (mut old, mut new) = (order(was), order(is));
    if old != new {
        let texts = (old.join(", "), new.join(", "));
        old.sort_unstable();
        new.sort_unstable();
        if old == new {
            let change =
                Change::new(Class::Cosmetic, Topic::Join, &was.id, "the joins stand in another order")
                    .of(&was.id);
            found.push(change.was(texts.0, Some(&was.origin)).is(texts.1, Some(&is.origin)));
        }
    }
}

fn join_changed(was: &Join, is: &Join) -> Option<(Class, &'static str)> {
    let Join { relation, on, left } = was;
    if relation.table != is.relation.table || !same(on, &is.on) {
        let both_left = *left && is.left;
        let class = if both_left { Class::Values } else { Class::Rows };
        return Some((class, "the join finds other partners"));
    }
    match (*left, is.left) {
        (true, false) => Some((Class::Narrows, "no left join any more: rows without a partner cannot move")),
        (false, true) => Some((Class::Widens, "a left join now: rows without a partner move as well")),
        _ => None,
    }
}

fn new_key(was: &Move, is: &Move, found: &mut Found) {
    let alike = match (&was.new_key, &is.new_key) {
        (NewKey::Keep, NewKey::Keep) => true,
        (
            NewKey::Mapped { map, old, made_by },
            NewKey::Mapped { map: map_is, old: old_is, made_by: made_is },
        ) => {
            // Renamed with its table, which is said elsewhere.
            (map == map_is || was.target != is.target)
                && same_lists(old, old_is)
                && match (made_by, made_is) {
                    (KeyMaker::Sequence, KeyMaker::Sequence) => true,
                    (KeyMaker::Uuid5(was), KeyMaker::Uuid5(is)) => same(was, is),
                    _ => false,
                }
        }
        _ => false,
    };
    if alike {
        return;
    }
    let says = "rows get other keys, and every reference to them another value";
    let change = Change::new(Class::Values, Topic::Key, &was.id, says).of(&was.id);
    found.push(change.was(maker(was), Some(&was.origin)).is(maker(is), Some(&is.origin)));
}

fn maker(of: &Move) -> String {
    match &of.new_key {
        NewKey::Keep => words::key_kind(of).to_owned(),
        NewKey::Mapped { old, made_by: KeyMaker::Sequence, map } => {
            format!("sequence({}) in {map}", list(old))
        }
        NewKey::Mapped { made_by: KeyMaker::Uuid5(maker), map, .. } => format!("{} in {map}", show(maker)),
    }
}

fn conflict(of: &Move) -> Change {
    let says = "rows that the target has are overwritten";
    Change::new(Class::Loses, Topic::Conflict, &of.id, says).of(&of.id)
}

/// Fewer rows at most, or more; without a bound of one kind all may go.
fn quarantine_changed(was: &Move, is: &Move) -> (Class, &'static str) {
    let (old, new) = match (was.quarantine, is.quarantine) {
        (_, None) => {
            return (Class::Strengthens, "a row that the target refuses stops the run, and is not set aside");
        }
        (None, Some(_)) => {
            return (Class::Weakens, "rows that the target refuses may be set aside and left behind");
        }
        (Some(old), Some(new)) => (old, new),
    };
    let bounds =
        |of: crate::base::Quarantine| [of.rows, of.per_million].map(|bound| bound.unwrap_or(u64::MAX));
    if bounds(new).iter().zip(bounds(old)).all(|(new, old)| *new <= old) {
        (Class::Strengthens, "fewer rows may be set aside")
    } else {
        (Class::Weakens, "more rows may be set aside and left behind")
    }
}

fn conflict_changed(was: &Move, is: &Move) -> Change {
    use Conflict::{Fail, MustBeEmpty, Skip, Update};
    let (class, says) = match (was.conflict, is.conflict) {
        (_, Update) => return conflict(was),
        (MustBeEmpty, Fail) => (Class::Weakens, "the target need not be empty any more"),
        (MustBeEmpty | Fail, Skip) => {
            (Class::Weakens, "a row whose key the target has is passed over, no longer refused")
        }
        (Update, Skip) => {
            (Class::Values, "a row whose key the target has stays as it is, no longer overwritten")
        }
        (_, MustBeEmpty) => (Class::Strengthens, "the target must be empty before the move"),
        (_, Fail | Skip) => (Class::Strengthens, "a row whose key the target has is refused before the load"),
    };
    Change::new(class, Topic::Conflict, &was.id, says).of(&was.id)
}

fn deletes_changed(was: &Move, is: &Move) -> Change {
    let text = |of: &Move| of.deletes.as_ref().map_or("no catch-up".to_owned(), words::deletes);
    let (class, says) = match (&was.deletes, &is.deletes) {
        (_, Some(Deletes::Hard)) => (Class::Loses, "rows whose source is gone are deleted"),
        (_, Some(Deletes::Soft { .. })) => (Class::Values, "rows whose source is gone are marked"),
        (_, Some(Deletes::None)) => (Class::Rows, "rows whose source is gone stay"),
        (_, None) => (Class::Rows, "what changes in the source after the load is not taken over any more"),
    };
    let change = Change::new(class, Topic::Move, &was.id, says).of(&was.id);
    change.was(text(was), Some(&was.origin)).is(text(is), Some(&is.origin))
}

/// Columns of the source that a move reads and whose type in the DDL is another one now.
fn read_types(was: &Move, is: &Move, found: &mut Found) {
    fn all(of: &Move) -> impl Iterator<Item = &Expr> {
        let values = of.columns.iter().map(|assign| &assign.value);
        values.chain(&of.filter).chain(&of.group_by).chain(of.joins.iter().map(|join| &join.on))
    }
    let (old, new) = (columns(all(was)), columns(all(is)));
    // Behind a left join everything can be NULL; that the join is another one is said already.
    let left = |of: &Move| {
        of.joins.iter().map(|join| (join.relation.alias.clone(), join.left)).collect::<BTreeMap<_, _>>()
    };
    let (left_was, left_is) = (left(was), left(is));
    let rejoined = |column: &str| {
        let alias = column.split('.').next().unwrap_or_default();
        left_was.get(alias) != left_is.get(alias)
    };
    for (column, ty) in old.iter().filter(|(column, _)| !rejoined(column)) {
        let Some(now) = new.get(column).filter(|now| *now != ty) else { continue };
        let says = format!("`{column}` is of another type in the schema of the source");
        let change =
            Change::new(Class::Values, Topic::Schema, format!("{}: {column}", was.id), says).of(&was.id);
        found.push(change.was(ty, None).is(now, None));
    }
}

/// What no other comparison saw: the same text with other types, because a schema changed.
pub(super) fn rest(before: &Plan, after: &Plan, found: &mut Found) {
    for pair in paired(&before.moves, &after.moves, |of: &Move| &of.id) {
        let (Some(was), Some(is)) = pair else { continue };
        if found.touches(&was.id) || stripped(was) == stripped(is) {
            continue;
        }
        let says = "the same text is of other types than before, because a schema changed";
        let change = Change::new(Class::Values, Topic::Schema, &was.id, says).of(&was.id);
        found.push(change.was(rows(was), Some(&was.origin)).is(rows(is), Some(&is.origin)));
    }
}

fn stripped(of: &Move) -> Move {
    let mut of = of.clone();
    strip_words(&mut of);
    // What is left behind is compared by itself.
    of.dropped.clear();
    of
}
