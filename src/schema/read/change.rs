//! ALTER TABLE applied to a table's draft.

use super::build::{Applied, Builder, Failure, fill_texts, is_part, no_column_twice};
use super::draft::{Action, ColumnDraft, KeyDraft, KeyPart, Named, Parts, QName, TableDraft};
use super::mysql_change;
use super::names::{same, same_column};
use crate::base::Engine;
use crate::diagnostic::{Code, Diagnostic};

impl Builder {
    pub(super) fn alter(&mut self, name: &QName, if_exists: bool, actions: &[Action]) -> Applied {
        // A view, sequence or index may be altered by the same words.
        if actions.is_empty() || self.views.contains_key(&self.key(name)) {
            return Ok(());
        }
        let engine = self.engine;
        let mut table = match self.table_mut(name) {
            Ok(table) => table.clone(),
            Err(_) if if_exists => return Ok(()),
            Err(failure) => return Err(failure),
        };
        let mut moved = None;
        for action in actions {
            match action {
                Action::RenameTable(_) | Action::SetSchema(_) => moved = Some(action),
                Action::AttachPartition(child) => {
                    let parent = table.name.clone();
                    self.table_mut(child)?.partition_of = Some(parent);
                }
                Action::DetachPartition(child) => self.table_mut(child)?.partition_of = None,
                Action::Inherit(parent) => table.inherits.push(parent.clone()),
                action => change(engine, &mut table, action)?,
            }
        }
        for word in std::mem::take(&mut table.parts.skipped) {
            self.skip(word);
        }
        let key = self.key(name);
        self.tables.insert(key, table);
        for action in actions {
            match action {
                Action::RenameColumn { from, to } => self.rename_parent_column(name, from, to),
                Action::ReplaceColumn { old, parts, .. } => {
                    let new =
                        parts.columns.iter().map(|column| &column.name).find(|new| new.text != old.text);
                    if let Some(new) = new {
                        self.rename_parent_column(name, old, new);
                    }
                }
                _ => {}
            }
        }
        match moved {
            Some(action) => self.move_table(name, action),
            None => Ok(()),
        }
    }

    fn move_table(&mut self, name: &QName, action: &Action) -> Applied {
        let old = self.key(name);
        let mut table = self.table_mut(name)?.clone();
        match action {
            Action::RenameTable(to) => table.name.name.clone_from(&to.text),
            Action::SetSchema(schema) => table.name.schema = Some(schema.clone()),
            _ => {}
        }
        let new = table.name.clone();
        let key = self.key(&new);
        if let Some(first) = self.tables.get(&key).filter(|_| key != old) {
            let found = Diagnostic::error(
                Code::DuplicateTable,
                format!("table `{}` is defined twice", new.display()),
                name.span,
                "renamed to a name that is taken",
            );
            return Err(found.see(first.name.span, "taken by this table").into());
        }
        self.tables.remove(&old);
        self.tables.insert(key, table);
        let engine = self.engine;
        let follows = |other: &mut QName| {
            if (other.schema.clone(), same(engine, &other.name)) == old {
                other.schema.clone_from(&new.schema);
                other.name.clone_from(&new.name);
            }
        };
        for table in self.tables.values_mut() {
            table.parts.foreign_keys.iter_mut().for_each(|foreign| follows(&mut foreign.parent));
            table.inherits.iter_mut().for_each(follows);
            table.partition_of.iter_mut().for_each(follows);
        }
        for owner in self.sequences.values_mut().flatten() {
            follows(&mut owner.table);
        }
        Ok(())
    }

    /// Foreign keys and sequences of others that name the column follow it.
    fn rename_parent_column(&mut self, name: &QName, from: &Named, to: &Named) {
        let engine = self.engine;
        let key = self.key(name);
        for table in self.tables.values_mut() {
            for foreign in &mut table.parts.foreign_keys {
                let parent = (foreign.parent.schema.clone(), same(engine, &foreign.parent.name));
                if parent == key {
                    foreign.parent_columns.iter_mut().flatten().for_each(|own| follow(engine, own, from, to));
                }
            }
        }
        for owner in self.sequences.values_mut().flatten() {
            if owner.table.key() == key {
                follow(engine, &mut owner.column, from, to);
            }
        }
    }
}

fn follow(engine: Engine, own: &mut Named, from: &Named, to: &Named) {
    if same_column(engine, &own.text) == same_column(engine, &from.text) {
        own.text.clone_from(&to.text);
    }
}

/// One action on the table itself.
fn change(engine: Engine, table: &mut TableDraft, action: &Action) -> Applied {
    match action {
        Action::Add(parts) => add(table, parts),
        Action::AddColumn { parts, if_not_exists } => {
            let known = parts.columns.iter().any(|column| find(engine, table, &column.name).is_ok());
            if known && *if_not_exists {
                return Ok(());
            }
            let mut parts = parts.clone();
            fill_texts(engine, &table.text, &mut parts.columns);
            add(table, &parts)?;
            no_column_twice(engine, &table.parts.columns)
        }
        Action::DropColumn { column, if_exists } => {
            if find(engine, table, column).is_ok() || !*if_exists {
                find(engine, table, column)?;
                drop_column(engine, &mut table.parts, column);
            }
            Ok(())
        }
        Action::DropConstraint(name) => {
            let other = |own: &Option<String>| own.as_ref() != Some(name);
            if engine == Engine::Mysql {
                mysql_change::name_foreign_keys(table);
            }
            table.parts.keys.retain(|key| !key.constraint || other(&key.name));
            table.parts.foreign_keys.retain(|foreign| other(&foreign.name));
            table.parts.checks.retain(|check| other(&check.name));
            drop_implied(table, name);
            Ok(())
        }
        Action::RenameColumn { from, to } => rename_column(engine, table, from, to),
        Action::RenameConstraint { from, to } => {
            let parts = &mut table.parts;
            let names = parts.keys.iter_mut().map(|key| &mut key.name);
            let names = names.chain(parts.foreign_keys.iter_mut().map(|foreign| &mut foreign.name));
            for name in names.chain(parts.checks.iter_mut().map(|check| &mut check.name)) {
                if name.as_ref() == Some(from) {
                    *name = Some(to.clone());
                }
            }
            Ok(())
        }
        Action::SetNotNull { column, not_null } => {
            find(engine, table, column)?.not_null = *not_null;
            Ok(())
        }
        Action::SetDefault { column, default, numbers } => {
            let own = find(engine, table, column)?;
            own.default.clone_from(default);
            own.numbers.clone_from(numbers);
            Ok(())
        }
        Action::SetType { column, ty } => {
            find(engine, table, column)?.ty = Some((**ty).clone());
            Ok(())
        }
        Action::SetIdentity { column, numbers } => {
            let own = find(engine, table, column)?;
            own.numbers.clone_from(numbers);
            own.not_null |= numbers.is_some();
            Ok(())
        }
        Action::DropExpression { column } => {
            find(engine, table, column)?.generated = None;
            Ok(())
        }
        Action::Validate(name) => {
            for foreign in &mut table.parts.foreign_keys {
                foreign.validated |= foreign.name.as_ref() == Some(name);
            }
            for check in &mut table.parts.checks {
                check.validated |= check.name.as_ref() == Some(name);
            }
            Ok(())
        }
        Action::RenameTable(_)
        | Action::SetSchema(_)
        | Action::AttachPartition(_)
        | Action::DetachPartition(_)
        | Action::Inherit(_) => Ok(()),
        Action::ReplaceColumn { .. }
        | Action::PlaceColumn { .. }
        | Action::DropPrimaryKey
        | Action::DropKey(_)
        | Action::RenameKey { .. }
        | Action::SetStorage(_)
        | Action::SetText { .. } => mysql_change::change(table, action),
    }
}

/// PostgreSQL names a constraint that has no name itself, by table, column and kind.
fn drop_implied(table: &mut TableDraft, name: &str) {
    let prefix = table.name.name.clone();
    let implied = |columns: &[String], kind: &str| {
        let mut parts = vec![prefix.as_str()];
        parts.extend(columns.iter().map(String::as_str));
        parts.push(kind);
        parts.join("_") == name
    };
    table.parts.keys.retain(|key| {
        let columns: Vec<String> = key.columns.iter().filter_map(part_name).collect();
        let same = if key.primary { implied(&[], "pkey") } else { implied(&columns, "key") };
        key.name.is_some() || !key.constraint || !same
    });
    table.parts.foreign_keys.retain(|foreign| {
        let columns: Vec<String> = foreign.columns.iter().map(|column| column.text.clone()).collect();
        foreign.name.is_some() || !implied(&columns, "fkey")
    });
    table.parts.checks.retain(|check| check.name.is_some() || !implied(&check.reads, "check"));
}

fn part_name(part: &KeyPart) -> Option<String> {
    match part {
        KeyPart::Column { name, .. } => Some(name.text.clone()),
        KeyPart::Expression => None,
    }
}

pub(super) fn add(table: &mut TableDraft, parts: &Parts) -> Applied {
    let parts = parts.clone();
    for mut key in parts.keys {
        if let Some(index) = key.using_index.take() {
            take_index(table, &mut key, &index)?;
        }
        table.parts.keys.push(key);
    }
    table.parts.columns.extend(parts.columns);
    table.parts.foreign_keys.extend(parts.foreign_keys);
    table.parts.checks.extend(parts.checks);
    table.parts.skipped.extend(parts.skipped);
    Ok(())
}

/// `ADD CONSTRAINT … USING INDEX`: the index becomes the constraint.
fn take_index(table: &mut TableDraft, key: &mut KeyDraft, index: &str) -> Applied {
    let keys = &mut table.parts.keys;
    match keys.iter().position(|known| !known.constraint && known.name.as_deref() == Some(index)) {
        Some(at) => {
            key.columns = keys.remove(at).columns;
            if key.name.is_none() {
                key.name = Some(index.to_owned());
            }
            Ok(())
        }
        None => Err(Diagnostic::error(
            Code::DdlUnknownColumn,
            format!("table `{}` has no index `{index}`", table.name.display()),
            key.span,
            "needs that index",
        )
        .into()),
    }
}

pub(super) fn find<'d>(
    engine: Engine,
    table: &'d mut TableDraft,
    name: &Named,
) -> Result<&'d mut ColumnDraft, Failure> {
    let wanted = same_column(engine, &name.text);
    let at = table.parts.columns.iter().position(|column| same_column(engine, &column.name.text) == wanted);
    match at {
        Some(at) => Ok(&mut table.parts.columns[at]),
        None => Err(no_column(table, name).into()),
    }
}

/// The finding that a table lacks a column.
pub(super) fn no_column(table: &TableDraft, name: &Named) -> Diagnostic {
    Diagnostic::error(
        Code::DdlUnknownColumn,
        format!("table `{}` has no column `{}`", table.name.display(), name.text),
        name.span,
        "not a column of that table",
    )
    .see(table.name.span, "the table")
    .did_you_mean(&name.text, table.parts.columns.iter().map(|column| column.name.text.as_str()))
}

fn drop_column(engine: Engine, parts: &mut Parts, name: &Named) {
    let gone = |other: &str| same_column(engine, other) == same_column(engine, &name.text);
    parts.columns.retain(|column| !gone(&column.name.text));
    parts.keys.retain(|key| !key.columns.iter().any(|part| is_part(engine, part, name)));
    parts.foreign_keys.retain(|foreign| !foreign.columns.iter().any(|column| gone(&column.text)));
    parts.checks.retain(|check| !check.reads.iter().any(|read| gone(read)));
}

/// Renames a column wherever it is a plain name. An expression is kept as text, which nobody
/// rewrites: a rename under one is refused.
pub(super) fn rename_column(engine: Engine, table: &mut TableDraft, from: &Named, to: &Named) -> Applied {
    let wanted = same_column(engine, &from.text);
    let in_check = table
        .parts
        .checks
        .iter()
        .any(|check| check.reads.iter().any(|own| same_column(engine, own) == wanted));
    let in_index = table.parts.keys.iter().any(|key| {
        key.partial.is_some() || key.columns.iter().any(|part| matches!(part, KeyPart::Expression))
    });
    let generated = table.parts.columns.iter().any(|column| column.generated.is_some());
    find(engine, table, from)?;
    if in_check || in_index || generated {
        return Err(Diagnostic::error(
            Code::DdlUnreadable,
            format!("the expressions of `{}` cannot follow this rename", table.name.display()),
            from.span,
            "renamed here",
        )
        .help("give the schema as the server's own dump prints it, with the new names written out")
        .into());
    }
    find(engine, table, from)?.name.text.clone_from(&to.text);
    for key in &mut table.parts.keys {
        for part in &mut key.columns {
            if let KeyPart::Column { name, .. } = part {
                follow(engine, name, from, to);
            }
        }
    }
    for foreign in &mut table.parts.foreign_keys {
        foreign.columns.iter_mut().for_each(|own| follow(engine, own, from, to));
    }
    no_column_twice(engine, &table.parts.columns)
}
