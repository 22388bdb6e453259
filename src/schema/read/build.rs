//! Statements applied one after the other, as a server would, to tables that still name things
//! by text.

use std::collections::BTreeMap;

use super::draft::{
    CheckDraft, ColumnDraft, Domain, Key, KeyDraft, KeyPart, Like, Named, Op, Owner, Parts, QName,
    SchemaChange, TableDraft, TextDefaults,
};
use super::names::{same, same_column};
use crate::base::{Engine, Span, fold};
use crate::diagnostic::{Code, Diagnostic};

/// What a user's type is.
#[derive(Clone, Debug)]
pub(super) enum TypeDraft {
    Enum(Vec<String>),
    Domain(Box<Domain>),
    Opaque,
}

/// Everything that the statements so far define.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) engine: Engine,
    pub(super) tables: BTreeMap<Key, TableDraft>,
    pub(super) types: BTreeMap<Key, TypeDraft>,
    pub(super) sequences: BTreeMap<Key, Option<Owner>>,
    pub(super) views: BTreeMap<Key, QName>,
    pub(super) skipped: BTreeMap<String, usize>,
    /// The tables of indexes by the index's key, for DROP INDEX.
    indexes: BTreeMap<Key, Key>,
    pub(super) found: Vec<Diagnostic>,
}

/// Why a statement could not be applied.
#[derive(Debug)]
pub(super) enum Failure {
    /// It needs this table, which may come later.
    Table(QName),
    Wrong(Box<Diagnostic>),
}

pub(super) type Applied = Result<(), Failure>;

impl From<Diagnostic> for Failure {
    fn from(found: Diagnostic) -> Self {
        Self::Wrong(Box::new(found))
    }
}

impl Builder {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            tables: BTreeMap::new(),
            types: BTreeMap::new(),
            sequences: BTreeMap::new(),
            views: BTreeMap::new(),
            skipped: BTreeMap::new(),
            indexes: BTreeMap::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn skip(&mut self, words: &str) {
        *self.skipped.entry(words.to_owned()).or_default() += 1;
    }

    pub(super) fn key(&self, name: &QName) -> Key {
        let key = (name.schema.clone(), same(self.engine, &name.name));
        if self.engine == Engine::Mysql && !self.tables.contains_key(&key) {
            return self.folded(&key).unwrap_or(key);
        }
        key
    }

    /// The one table whose name differs in letter case only: on servers that store names in lower case, or
    /// compare them so, statements need not spell a name as the table's own does.
    fn folded(&self, key: &Key) -> Option<Key> {
        let folded = fold(&key.1);
        let mut hits = self.tables.keys().filter(|known| known.0 == key.0 && fold(&known.1) == folded);
        match (hits.next(), hits.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    }

    pub(super) fn table_mut(&mut self, name: &QName) -> Result<&mut TableDraft, Failure> {
        let key = self.key(name);
        self.tables.get_mut(&key).ok_or_else(|| Failure::Table(name.clone()))
    }

    /// Applies a statement, or tells why not; then nothing has changed.
    pub(super) fn apply(&mut self, op: &Op) -> Applied {
        match op {
            Op::CreateTable(table) => return self.create_table(table),
            Op::AlterTable { table, if_exists, actions } => return self.alter(table, *if_exists, actions),
            Op::DropTable { tables, cascade } => self.drop_tables(tables, *cascade),
            Op::CreateIndex { table, key } => return self.create_index(table, key),
            Op::DropIndex(names) => names.iter().for_each(|name| self.drop_index(name)),
            Op::CreateEnum { name, labels } => {
                self.types.insert(name.key(), TypeDraft::Enum(labels.clone()));
            }
            Op::AddLabel { name, label, before, after } => {
                self.add_label(name, label, before.as_deref(), after.as_deref());
            }
            Op::RenameLabel { name, from, to } => self.rename_label(name, from, to),
            Op::CreateDomain { name, domain } => {
                self.types.insert(name.key(), TypeDraft::Domain(domain.clone()));
            }
            Op::CreateOpaque(name) => {
                self.types.entry(name.key()).or_insert(TypeDraft::Opaque);
            }
            Op::DropTypes(names) => names.iter().for_each(|name| {
                self.types.remove(&name.key());
            }),
            Op::CreateSequence { name, owner } | Op::OwnSequence { name, owner } => {
                self.sequences.insert(name.key(), owner.clone());
            }
            Op::DropSequences(names) => names.iter().for_each(|name| {
                self.sequences.remove(&name.key());
            }),
            Op::CreateView(name) => {
                self.views.insert(self.key(name), name.clone());
            }
            Op::DropViews(names) => names.iter().for_each(|name| {
                self.views.remove(&self.key(name));
            }),
            Op::CreateTrigger { table, name } => return self.create_trigger(table, name),
            Op::DropTrigger { name, table } => self.drop_trigger(name, table.as_ref()),
            Op::Schema(SchemaChange::Dropped(schemas)) => self.drop_schemas(schemas),
        }
        Ok(())
    }

    fn create_table(&mut self, draft: &TableDraft) -> Applied {
        let key = (draft.name.schema.clone(), same(self.engine, &draft.name.name));
        if let Some(first) = self.tables.get(&key) {
            return if draft.if_not_exists {
                Ok(())
            } else {
                Err(twice(self.engine, draft, first.name.span).into())
            };
        }
        let mut table = draft.clone();
        self.copy_parents(&mut table)?;
        fill_texts(self.engine, &table.text, &mut table.parts.columns);
        no_column_twice(self.engine, &table.parts.columns)?;
        every_column_typed(self.engine, &table)?;
        let skipped = std::mem::take(&mut table.parts.skipped);
        for word in skipped {
            self.skip(word);
        }
        self.tables.insert(key, table);
        Ok(())
    }

    /// Columns and checks that come from a partition's parent, from INHERITS and from LIKE.
    fn copy_parents(&mut self, table: &mut TableDraft) -> Applied {
        for like in std::mem::take(&mut table.parts.likes).into_iter().rev() {
            let other = self.table_mut(&like.table)?.parts.clone();
            take_like(&mut table.parts, other, &like);
        }
        let mut inherited = Parts::default();
        for parent in table.inherits.iter().chain(&table.partition_of) {
            let parent = &self.table_mut(parent)?.parts;
            for column in &parent.columns {
                if !inherited.columns.iter().any(|known| known.name.text == column.name.text) {
                    inherited.columns.push(column.clone());
                }
            }
            // A table that is new has no row that could break a check.
            let checks = parent.checks.iter().cloned();
            inherited.checks.extend(checks.map(|check| CheckDraft { validated: true, ..check }));
        }
        if inherited.columns.is_empty() {
            return Ok(());
        }
        for column in std::mem::take(&mut table.parts.columns) {
            merge_column(&mut inherited.columns, column);
        }
        table.parts.columns = inherited.columns;
        table.parts.checks.splice(0..0, inherited.checks);
        Ok(())
    }

    fn drop_tables(&mut self, names: &[QName], cascade: bool) {
        for name in names {
            let key = self.key(name);
            if self.tables.remove(&key).is_none() {
                continue;
            }
            self.sequences.retain(|_, owner| owner.as_ref().is_none_or(|owner| owner.table.key() != key));
            if cascade {
                let engine = self.engine;
                let is_gone = |parent: &QName| (parent.schema.clone(), same(engine, &parent.name)) == key;
                for table in self.tables.values_mut() {
                    table.parts.foreign_keys.retain(|foreign| !is_gone(&foreign.parent));
                }
            }
        }
    }

    fn drop_schemas(&mut self, schemas: &[String]) {
        let gone = |key: &Key| key.0.as_ref().is_some_and(|schema| schemas.contains(schema));
        self.tables.retain(|key, _| !gone(key));
        self.types.retain(|key, _| !gone(key));
        self.sequences.retain(|key, _| !gone(key));
        self.views.retain(|key, _| !gone(key));
    }

    fn create_index(&mut self, table: &QName, key: &KeyDraft) -> Applied {
        let view = self.views.contains_key(&self.key(table));
        let table_key = self.key(table);
        let draft = match self.table_mut(table) {
            Ok(draft) => draft,
            Err(_) if view => return Ok(()),
            Err(failure) => return Err(failure),
        };
        draft.parts.keys.push(key.clone());
        if let Some(name) = &key.name {
            let index = (table_key.0.clone(), same(self.engine, name));
            self.indexes.insert(index, table_key);
        }
        Ok(())
    }

    fn drop_index(&mut self, name: &QName) {
        let engine = self.engine;
        let index = self.key(name);
        let table = self.indexes.remove(&index).and_then(|key| self.tables.get_mut(&key));
        if let Some(table) = table {
            table.parts.keys.retain(|key| {
                key.constraint || key.name.as_ref().is_none_or(|name| same(engine, name) != index.1)
            });
        }
    }

    fn create_trigger(&mut self, table: &QName, name: &str) -> Applied {
        if self.views.contains_key(&self.key(table)) {
            return Ok(());
        }
        self.table_mut(table)?.triggers.push(name.to_owned());
        Ok(())
    }

    fn drop_trigger(&mut self, name: &str, table: Option<&QName>) {
        let engine = self.engine;
        let only = table.map(|table| self.key(table));
        for (key, draft) in &mut self.tables {
            if only.as_ref().is_none_or(|only| only == key) {
                draft.triggers.retain(|trigger| same(engine, trigger) != same(engine, name));
            }
        }
    }

    fn add_label(&mut self, name: &QName, label: &str, before: Option<&str>, after: Option<&str>) {
        let Some(TypeDraft::Enum(labels)) = self.types.get_mut(&name.key()) else {
            return;
        };
        if labels.iter().any(|known| known == label) {
            return;
        }
        let place = |wanted: Option<&str>| labels.iter().position(|known| Some(known.as_str()) == wanted);
        let at = place(before).or_else(|| place(after).map(|at| at + 1)).unwrap_or(labels.len());
        labels.insert(at, label.to_owned());
    }

    fn rename_label(&mut self, name: &QName, from: &str, to: &str) {
        if let Some(TypeDraft::Enum(labels)) = self.types.get_mut(&name.key()) {
            for label in labels.iter_mut().filter(|label| *label == from) {
                to.clone_into(label);
            }
        }
    }
}

fn twice(engine: Engine, draft: &TableDraft, first: Span) -> Diagnostic {
    let name = draft.name.display();
    let help = match engine {
        Engine::Sqlite => "keep one of them",
        Engine::Postgres | Engine::Mysql => "keep one of them, or give each file its own namespace",
    };
    Diagnostic::error(
        Code::DuplicateTable,
        format!("table `{name}` is defined twice"),
        draft.name.span,
        "defined again here",
    )
    .see(first, "first defined here")
    .help(help)
}

/// A partition's or child's own word on a column that its parent has.
fn merge_column(columns: &mut Vec<ColumnDraft>, own: ColumnDraft) {
    let Some(known) = columns.iter_mut().find(|known| known.name.text == own.name.text) else {
        columns.push(own);
        return;
    };
    known.not_null |= own.not_null;
    known.span = own.span;
    if own.default.is_some() {
        known.default = own.default;
    }
    if own.numbers.is_some() {
        known.numbers = own.numbers;
    }
}

fn take_like(parts: &mut Parts, mut other: Parts, like: &Like) {
    for column in &mut other.columns {
        if !like.defaults {
            column.default = None;
        }
        if !like.generated {
            column.generated = None;
        }
        let identity = matches!(column.numbers, Some(super::draft::Numbers::Identity { .. }));
        if (identity && !like.identity) || (!identity && !like.defaults) {
            column.numbers = None;
        }
    }
    let at = like.at.min(parts.columns.len());
    parts.columns.splice(at..at, other.columns);
    if like.checks {
        parts.checks.extend(other.checks);
    }
    if like.keys {
        parts.keys.extend(other.keys.into_iter().map(|key| KeyDraft { name: None, ..key }));
    }
}

/// Columns of MySQL's that say nothing of their texts have the table's words on them.
pub(super) fn fill_texts(engine: Engine, table: &TextDefaults, columns: &mut [ColumnDraft]) {
    for column in columns.iter_mut().filter(|_| engine == Engine::Mysql) {
        let own = TextDefaults { charset: column.charset.take(), collation: column.collation.take() };
        let text = own.within(table);
        column.charset = text.charset;
        column.collation = text.collation;
    }
}

/// Refuses two columns of one name.
pub(super) fn no_column_twice(engine: Engine, columns: &[ColumnDraft]) -> Applied {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for column in columns {
        if let Some(first) = seen.insert(same_column(engine, &column.name.text), column.name.span) {
            let found = Diagnostic::error(
                Code::DuplicateColumn,
                format!("column `{}` is defined twice", column.name.text),
                column.name.span,
                "defined again here",
            );
            return Err(found.see(first, "first defined here").help("rename or remove one of them").into());
        }
    }
    Ok(())
}

fn every_column_typed(engine: Engine, table: &TableDraft) -> Applied {
    match table.parts.columns.iter().find(|column| column.ty.is_none()) {
        Some(column) if engine == Engine::Postgres => Err(Diagnostic::error(
            Code::DdlUnreadable,
            format!("column `{}` has no type", column.name.text),
            column.span,
            "a type is missing here",
        )
        .help("write the column's type behind its name")
        .into()),
        Some(_) | None => Ok(()),
    }
}

/// True if `part` is the column `name`.
pub(super) fn is_part(engine: Engine, part: &KeyPart, name: &Named) -> bool {
    let wanted = same_column(engine, &name.text);
    matches!(part, KeyPart::Column { name: own, .. } if same_column(engine, &own.text) == wanted)
}
