//! MySQL's own actions of ALTER TABLE, applied to a table's draft.

use super::build::{Applied, fill_texts, is_part, no_column_twice};
use super::change::{add, find, rename_column};
use super::draft::{Action, ColumnDraft, KeyDraft, KeyPart, Named, Parts, TableDraft, TextDefaults};
use super::names::same_column;
use crate::base::Engine;
use crate::schema::charsets::longest_character;

/// One action on the table itself.
pub(super) fn change(table: &mut TableDraft, action: &Action) -> Applied {
    match action {
        Action::ReplaceColumn { old, parts, if_exists } => {
            if *if_exists && find(Engine::Mysql, table, old).is_err() {
                return Ok(());
            }
            replace(table, old, parts)?;
        }
        Action::PlaceColumn { column, after } => place(table, column, after.as_ref())?,
        Action::DropPrimaryKey => table.parts.keys.retain(|key| !key.primary),
        Action::DropKey(name) => table.parts.keys.retain(|key| !is_named(key, name)),
        Action::RenameKey { from, to } => {
            for key in table.parts.keys.iter_mut().filter(|key| is_named(key, from)) {
                key.name = Some(to.clone());
            }
        }
        Action::SetStorage(storage) => table.storage = Some(storage.clone()),
        Action::SetText { text, all } => set_text(table, text, *all),
        _ => {}
    }
    Ok(())
}

/// Index names compare without case. One without a name has its first column's.
fn is_named(key: &KeyDraft, name: &str) -> bool {
    let own = match (&key.name, key.columns.first()) {
        (Some(own), _) => own,
        (None, Some(KeyPart::Column { name, .. })) => &name.text,
        (None, _) => return false,
    };
    same_column(Engine::Mysql, own) == same_column(Engine::Mysql, name)
}

/// The column's new definition in the place of its old one, perhaps under another name.
fn replace(table: &mut TableDraft, old: &Named, parts: &Parts) -> Applied {
    let mut parts = parts.clone();
    fill_texts(Engine::Mysql, &table.text, &mut parts.columns);
    let Some(new) = parts.columns.pop() else { return Ok(()) };
    if new.name.text != old.text {
        rename_column(Engine::Mysql, table, old, &new.name)?;
    }
    let own = find(Engine::Mysql, table, &new.name)?;
    *own = new;
    add(table, &parts)?;
    no_column_twice(Engine::Mysql, &table.parts.columns)
}

fn place(table: &mut TableDraft, column: &Named, after: Option<&Named>) -> Applied {
    find(Engine::Mysql, table, column)?;
    if let Some(after) = after {
        find(Engine::Mysql, table, after)?;
    }
    let columns = &mut table.parts.columns;
    let position = |columns: &[ColumnDraft], name: &Named| {
        let wanted = KeyPart::plain(name.clone());
        columns.iter().position(|column| is_part(Engine::Mysql, &wanted, &column.name))
    };
    if let Some(from) = position(columns, column) {
        let moved = columns.remove(from);
        let to = after.and_then(|after| position(columns, after)).map_or(0, |at| at + 1);
        columns.insert(to, moved);
    }
    Ok(())
}

fn set_text(table: &mut TableDraft, text: &TextDefaults, all: bool) {
    table.text = text.clone().within(&table.text);
    if all {
        for column in &mut table.parts.columns {
            widen(column, table.text.charset.as_deref());
            column.charset.clone_from(&table.text.charset);
            column.collation.clone_from(&table.text.collation);
        }
    }
}

/// Converted to a character set with longer characters, TEXT becomes the next longer one that holds the same
/// number of them.
fn widen(column: &mut ColumnDraft, to: Option<&str>) {
    let (Some(from), Some(to), Some(ty)) = (column.charset.as_deref(), to, &mut column.ty) else { return };
    if longest_character(to) > longest_character(from) {
        let wider = match ty.name.as_str() {
            "tinytext" => "text",
            "text" => "mediumtext",
            "mediumtext" | "long" => "longtext",
            _ => return,
        };
        wider.clone_into(&mut ty.name);
        wider.clone_into(&mut ty.declared);
    }
}

/// The server's names for foreign keys that have none: `table_ibfk_1` and so on.
pub(super) fn name_foreign_keys(table: &mut TableDraft) {
    let nameless = table.parts.foreign_keys.iter_mut().filter(|key| key.name.is_none());
    for (number, key) in (1..).zip(nameless) {
        key.name = Some(format!("{}_ibfk_{number}", table.name.name));
    }
}
