use super::change::{Change, Class, Found, Topic, paired};
use super::mapping::narrows;
use crate::artifact::words;
use crate::plan::{Cover, ForeignKeyCheck, Plan, SequenceUse, TableRef, TargetColumn, TargetTable};

/// The target's tables: their columns, their references, how what was written is taken back.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    for pair in paired(&before.tables, &after.tables, |table: &TargetTable| &table.table) {
        match pair {
            (Some(was), Some(is)) => one(was, is, found),
            // A table that came or went did so with its moves.
            (Some(table), None) | (None, Some(table)) => {
                if !table.moves.iter().any(|id| found.touches(id)) {
                    let says = "whether the plan fills the table is other than before";
                    let change = Change::new(Class::Rows, Topic::Schema, words::table(&table.table), says);
                    found.push(change);
                }
            }
            (None, None) => {}
        }
    }
    // The order in which tables are filled; a table that moved between waves did so with its moves.
    let order = |plan: &Plan| plan.tables.iter().map(|table| table.table.clone()).collect::<Vec<TableRef>>();
    let (old, new) = (order(before), order(after));
    let both = |list: &[TableRef], other: &[TableRef]| {
        list.iter().filter(|table| other.contains(table)).cloned().collect::<Vec<_>>()
    };
    let (old, new) = (both(&old, &new), both(&new, &old));
    if old != new && !after.moves.iter().any(|of| found.has(&[Topic::Order], &of.id)) {
        let text = |list: &[TableRef]| list.iter().map(words::table).collect::<Vec<_>>().join(", ");
        let change =
            Change::new(Class::Order, Topic::Order, &after.name, "tables are filled in another order");
        found.push(change.was(text(&old), None).is(text(&new), None));
    }
}

fn one(was: &TargetTable, is: &TargetTable, found: &mut Found) {
    // Every member by its name, so that a new one is not forgotten here.
    let TargetTable {
        table,
        wave,
        columns,
        key,
        cover,
        undo,
        moves,
        sequences,
        foreign_keys,
        generated: _,
        postpones,
        triggers_off,
    } = was;
    let name = words::table(table);
    let new = |class, topic, subject: String, says: String| {
        let mut change = Change::new(class, topic, subject, says);
        change.steps.clone_from(&is.moves);
        change
    };
    self::columns(&name, (columns, &is.columns), &new, found);
    if *key != is.key && !found.has(&[Topic::Key], moves.first().map_or("", String::as_str)) {
        let says = "other columns identify a row".to_owned();
        found.push(
            new(Class::Values, Topic::Key, name.clone(), says)
                .was(key.join(", "), None)
                .is(is.key.join(", "), None),
        );
    }
    if *cover != is.cover {
        let weaker = is.cover > *cover;
        let (class, says) = if weaker {
            (
                Class::Weakens,
                "the rollback depends on more: on what the load writes down of the rows that it inserts or overwrites",
            )
        } else {
            (Class::Strengthens, "the rollback depends on less than before")
        };
        let text = |cover: Cover| words::cover_means(cover);
        found.push(
            new(class, Topic::Rollback, name.clone(), says.to_owned())
                .was(text(*cover), None)
                .is(text(is.cover), None),
        );
    } else if *undo != is.undo {
        let says = "the undo table has another name".to_owned();
        let text = |undo: &Option<String>| undo.clone().unwrap_or_else(|| "none".to_owned());
        found.push(
            new(Class::Order, Topic::Rollback, name.clone(), says)
                .was(text(undo), None)
                .is(text(&is.undo), None),
        );
    }
    let came_or_went = |id: &String| moves.contains(id) != is.moves.contains(id);
    if *moves != is.moves && !moves.iter().chain(&is.moves).any(|id| came_or_went(id) && found.touches(id)) {
        let says = "its moves run in another order".to_owned();
        let change = new(Class::Order, Topic::Order, name.clone(), says);
        found.push(change.was(moves.join(", "), None).is(is.moves.join(", "), None));
    }
    if *wave != is.wave && !moves.iter().any(|id| found.has(&[Topic::Order], id)) {
        let says = "the table is filled in another wave".to_owned();
        found.push(
            new(Class::Order, Topic::Order, name.clone(), says)
                .was(wave.to_string(), None)
                .is(is.wave.to_string(), None),
        );
    }
    let text = |yes: bool| if yes { "yes" } else { "no" };
    if *postpones != is.postpones {
        let says = "whether foreign keys and indexes are taken away for the load is other than before";
        let change = new(Class::Order, Topic::Order, name.clone(), says.to_owned());
        found.push(change.was(text(*postpones), None).is(text(is.postpones), None));
    }
    if *triggers_off != is.triggers_off {
        let says = "whether triggers are switched off for the load is other than before";
        let change = new(Class::Values, Topic::Schema, name.clone(), says.to_owned());
        found.push(change.was(text(*triggers_off), None).is(text(is.triggers_off), None));
    }
    if *sequences != is.sequences {
        let text = |list: &[SequenceUse]| {
            let each = list.iter().map(|used| match &used.sequence {
                Some(sequence) => format!("{} by {}", used.column, words::table(sequence)),
                None => used.column.clone(),
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let says = "other sequences are advanced after the load".to_owned();
        found.push(
            new(Class::Values, Topic::Schema, name.clone(), says)
                .was(text(sequences), None)
                .is(text(&is.sequences), None),
        );
    }
    references(&name, (foreign_keys, &is.foreign_keys), &new, found);
}

type Maker<'m> = &'m dyn Fn(Class, Topic, String, String) -> Change;

fn columns(name: &str, (was, is): (&[TargetColumn], &[TargetColumn]), new: Maker<'_>, found: &mut Found) {
    for pair in paired(was, is, |column: &TargetColumn| &column.name) {
        let text = |column: &TargetColumn| {
            format!("{}{}", column.declared, if column.not_null { " not null" } else { "" })
        };
        match pair {
            (Some(old), None) => {
                let says = "the column is gone from the target's schema".to_owned();
                found.push(
                    new(Class::Loses, Topic::Schema, format!("{name}.{}", old.name), says)
                        .was(text(old), None),
                );
            }
            (None, Some(column)) => {
                let says = "the column is new in the target's schema".to_owned();
                found.push(
                    new(Class::Values, Topic::Schema, format!("{name}.{}", column.name), says)
                        .is(text(column), None),
                );
            }
            (Some(old), Some(column)) if old != column => {
                let (class, says) = column_changed(old, column);
                let change = new(class, Topic::Schema, format!("{name}.{}", old.name), says.to_owned());
                found.push(change.was(text(old), None).is(text(column), None));
            }
            _ => {}
        }
    }
    let order = |list: &[TargetColumn]| list.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let both = |list: Vec<String>, other: &[TargetColumn]| {
        list.into_iter().filter(|name| other.iter().any(|column| column.name == *name)).collect::<Vec<_>>()
    };
    let (old, now) = (both(order(was), is), both(order(is), was));
    if old != now {
        let says = "its columns stand in another order".to_owned();
        found.push(
            new(Class::Cosmetic, Topic::Schema, name.to_owned(), says)
                .was(old.join(", "), None)
                .is(now.join(", "), None),
        );
    }
}

fn column_changed(was: &TargetColumn, is: &TargetColumn) -> (Class, &'static str) {
    if narrows(&was.ty, &is.ty) {
        (Class::Weakens, "the column's type holds less than before")
    } else if was.not_null && !is.not_null {
        (Class::Weakens, "the column takes NULLs now")
    } else if was.ty != is.ty {
        (Class::Values, "the column's type is another one")
    } else if was.not_null != is.not_null {
        (Class::Strengthens, "the column takes no NULLs any more")
    } else {
        (Class::Values, "the column is declared otherwise")
    }
}

fn references(
    name: &str,
    (was, is): (&[ForeignKeyCheck], &[ForeignKeyCheck]),
    new: Maker<'_>,
    found: &mut Found,
) {
    // A constraint's name is only a name.
    fn key(of: &ForeignKeyCheck) -> (&Vec<String>, &TableRef, &Vec<String>) {
        (&of.columns, &of.parent, &of.parent_columns)
    }
    let text = |of: &ForeignKeyCheck| {
        format!(
            "({}) references {} ({})",
            of.columns.join(", "),
            words::table(&of.parent),
            of.parent_columns.join(", ")
        )
    };
    for pair in paired(was, is, key) {
        match pair {
            (Some(old), None) => {
                let says =
                    "the target's foreign key is gone: nobody looks for orphans after the load".to_owned();
                found.push(new(Class::Weakens, Topic::Schema, name.to_owned(), says).was(text(old), None));
            }
            (None, Some(fresh)) => {
                let says =
                    "the target has a new foreign key, and orphans are looked for after the load".to_owned();
                found.push(
                    new(Class::Strengthens, Topic::Schema, name.to_owned(), says).is(text(fresh), None),
                );
            }
            (Some(old), Some(fresh)) if old.name != fresh.name => {
                let says = "a foreign key of the target has another name".to_owned();
                let text = |of: &ForeignKeyCheck| of.name.clone().unwrap_or_else(|| "no name".to_owned());
                found.push(
                    new(Class::Order, Topic::Schema, name.to_owned(), says)
                        .was(text(old), None)
                        .is(text(fresh), None),
                );
            }
            _ => {}
        }
    }
}
