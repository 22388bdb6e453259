//! Drafts to the [`Catalog`]: names become indexes, implied things become plain.

use std::collections::BTreeMap;

use super::build::Builder;
use super::change::no_column;
use super::draft::{ForeignDraft, Key, KeyDraft, KeyPart, Named, TableDraft};
use super::link_columns::{self, Linked};
use super::names::{same, same_column};
use super::sequences::Sequences;
use crate::base::{Engine, fold};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::schema::{
    Catalog, Check, ColumnIdx, ForeignKey, Index, Skipped, SqlType, Table, TableId, UniqueKey, View,
};

/// Builds the catalog; what does not fit together is added to the builder's findings.
pub(super) fn link(mut builder: Builder) -> (Catalog, Vec<Diagnostic>) {
    let engine = builder.engine;
    let mut found = std::mem::take(&mut builder.found);
    let mut drafts: Vec<&TableDraft> = builder.tables.values().collect();
    drafts.sort_by_key(|draft| draft.name.key());
    let index = Lookup::new(engine, &drafts);
    let mut sequences = Sequences::new(&builder);
    let mut tables: Vec<Table> = Vec::with_capacity(drafts.len());
    for draft in &drafts {
        tables.push(table(&builder, &index, draft, &mut sequences, &mut found));
    }
    for (id, draft) in (0..).map(TableId).zip(&drafts) {
        for foreign in &draft.parts.foreign_keys {
            match foreign_key(&index, &drafts, &tables, id, foreign) {
                Ok(key) => tables[id.0 as usize].foreign_keys.push(key),
                Err(problem) => found.push(*problem),
            }
        }
    }
    tables.iter_mut().for_each(put_in_order);
    let sequences = sequences.finish(&index, &drafts, &mut found);
    let views = builder.views.values().map(|view| View {
        schema: view.schema.clone(),
        name: view.name.clone(),
        span: view.span,
    });
    let views = views.collect();
    let skipped = Skipped(builder.skipped.clone());
    (Catalog { engine, tables, views, sequences, skipped }, found)
}

/// What statements after the table's own said of it, in an order that is not theirs: the same
/// schema in another order is the same schema.
fn put_in_order(table: &mut Table) {
    table.uniques.sort_by(|a, b| (&a.columns, &a.partial, &a.name).cmp(&(&b.columns, &b.partial, &b.name)));
    table.foreign_keys.sort_by(|a, b| {
        let key = |f: &ForeignKey| (f.columns.clone(), f.parent, f.parent_columns.clone(), f.name.clone());
        key(a).cmp(&key(b))
    });
    table.checks.sort_by(|a, b| (&a.columns, &a.sql, &a.name).cmp(&(&b.columns, &b.sql, &b.name)));
    table.indexes.sort_by(|a, b| (&a.columns, &a.partial, &a.name).cmp(&(&b.columns, &b.partial, &b.name)));
    table.triggers.sort_unstable();
}

/// Tables and columns by name.
pub(super) struct Lookup {
    pub(super) engine: Engine,
    tables: BTreeMap<Key, TableId>,
    columns: Vec<BTreeMap<String, ColumnIdx>>,
}

impl Lookup {
    fn new(engine: Engine, drafts: &[&TableDraft]) -> Self {
        let key = |draft: &TableDraft| (draft.name.schema.clone(), same(engine, &draft.name.name));
        let tables = drafts.iter().map(|draft| key(draft)).zip((0..).map(TableId)).collect();
        let names = |draft: &&TableDraft| {
            let columns = draft.parts.columns.iter().map(|column| same_column(engine, &column.name.text));
            columns.zip((0..).map(ColumnIdx)).collect()
        };
        Self { engine, tables, columns: drafts.iter().map(names).collect() }
    }

    pub(super) fn table(&self, schema: Option<&String>, name: &str) -> Option<TableId> {
        let key = (schema.cloned(), same(self.engine, name));
        let exact = self.tables.get(&key).copied();
        if self.engine != Engine::Mysql || exact.is_some() {
            return exact;
        }
        // As in the builder: names of tables in another letter case, where only one can be meant.
        let folded = fold(name);
        let mut hits = self.tables.iter().filter(|(known, _)| known.0 == key.0 && fold(&known.1) == folded);
        match (hits.next(), hits.next()) {
            (Some((_, one)), None) => Some(*one),
            _ => None,
        }
    }

    pub(super) fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx> {
        self.columns.get(table.0 as usize)?.get(&same_column(self.engine, name)).copied()
    }
}

fn table(
    builder: &Builder,
    index: &Lookup,
    draft: &TableDraft,
    sequences: &mut Sequences,
    found: &mut Vec<Diagnostic>,
) -> Table {
    let id = index.table(draft.name.schema.as_ref(), &draft.name.name).unwrap_or(TableId(0));
    let Linked { columns, checks: domain_checks } = link_columns::columns(builder, draft, id, sequences);
    let mut table = Table {
        schema: draft.name.schema.clone(),
        name: draft.name.name.clone(),
        span: draft.name.span,
        columns,
        primary_key: None,
        uniques: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
        strict: draft.strict,
        without_rowid: draft.without_rowid,
        storage: draft.storage.clone(),
        partition_of: draft.partition_of.as_ref().map(super::draft::QName::display),
        inherits: draft.inherits.iter().map(super::draft::QName::display).collect(),
        triggers: draft.triggers.clone(),
    };
    for key in &draft.parts.keys {
        if let Err(problem) = add_key(index, id, draft, &mut table, key) {
            found.push(*problem);
        }
    }
    link_columns::imply(builder.engine, draft, &mut table);
    table.checks = draft
        .parts
        .checks
        .iter()
        .map(|check| Check {
            name: check.name.clone(),
            sql: check.sql.clone(),
            columns: check.reads.iter().filter_map(|read| index.column(id, read)).collect(),
            validated: check.validated,
            span: check.span,
        })
        .chain(domain_checks)
        .collect();
    link_columns::json_by_check(builder.engine, &mut table);
    table.checks.iter_mut().for_each(|check| {
        check.columns.sort_unstable();
        check.columns.dedup();
    });
    table
}

fn add_key(
    index: &Lookup,
    id: TableId,
    draft: &TableDraft,
    table: &mut Table,
    key: &KeyDraft,
) -> Result<(), Box<Diagnostic>> {
    let mut columns = Vec::with_capacity(key.columns.len());
    for part in &key.columns {
        columns.push(match part {
            KeyPart::Column { name, collation, prefix } => {
                let column = index.column(id, &name.text).ok_or_else(|| Box::new(no_column(draft, name)))?;
                let own = table.column(column).collation.as_deref();
                let whole = prefix.is_none_or(|length| covers(&table.column(column).ty, length));
                (whole && same_order(index.engine, own, collation.as_deref())).then_some(column)
            }
            KeyPart::Expression => None,
        });
    }
    if !key.unique {
        let columns = columns.into_iter().map_while(|column| column).collect();
        table.indexes.push(Index { name: key.name.clone(), columns, partial: key.partial.clone() });
        return Ok(());
    }
    let unique = UniqueKey {
        name: key.name.clone(),
        columns,
        partial: key.partial.clone(),
        nulls_equal: key.nulls_equal,
        deferrable: key.deferrable,
        span: key.span,
    };
    match &table.primary_key {
        _ if !key.primary => table.uniques.push(unique),
        None => table.primary_key = Some(unique),
        // A partition's own key repeats its parent's.
        Some(first) if first.columns == unique.columns => {}
        Some(first) => {
            let problem = Diagnostic::error(
                Code::DdlUnreadable,
                format!("table `{}` has two primary keys", table.display_name()),
                key.span,
                "the second one",
            );
            return Err(Box::new(problem.see(first.span, "the first one").help("keep one of them")));
        }
    }
    Ok(())
}

/// True if a prefix of that length is the whole of every value.
fn covers(ty: &SqlType, length: u64) -> bool {
    match ty {
        SqlType::Text { max: Some(max), .. } | SqlType::Bytes { max: Some(max) } => length >= u64::from(*max),
        _ => false,
    }
}

/// False if a key compares a column's texts otherwise than the column itself does: then the key
/// says nothing about the plain column. PostgreSQL's collations differ in order, not in equality.
fn same_order(engine: Engine, own: Option<&str>, key: Option<&str>) -> bool {
    match (engine, key) {
        (Engine::Postgres | Engine::Mysql, _) | (Engine::Sqlite, None) => true,
        (Engine::Sqlite, Some(key)) => own.unwrap_or("BINARY").eq_ignore_ascii_case(key),
    }
}

fn foreign_key(
    index: &Lookup,
    drafts: &[&TableDraft],
    tables: &[Table],
    child: TableId,
    foreign: &ForeignDraft,
) -> Result<ForeignKey, Box<Diagnostic>> {
    let draft = drafts[child.0 as usize];
    let own = all_columns(index, child, draft, &foreign.columns).map_err(Box::new)?;
    let Some(parent) = index.table(foreign.parent.schema.as_ref(), &foreign.parent.name) else {
        return Err(softened(index.engine, no_table(drafts, foreign)));
    };
    let parent_draft = drafts[parent.0 as usize];
    let parent_columns = match &foreign.parent_columns {
        Some(names) => all_columns(index, parent, parent_draft, names)
            .map_err(|problem| softened(index.engine, problem))?,
        None => tables[parent.0 as usize].primary_key_columns(),
    };
    if own.len() != parent_columns.len() {
        let message = match (&foreign.parent_columns, parent_columns.len()) {
            (None, 0) => format!("`{}` has no primary key to refer to", foreign.parent.display()),
            (_, many) => format!("a foreign key of {} columns refers to {many}", own.len()),
        };
        let problem = Diagnostic::error(Code::ForeignKeyUnpaired, message, foreign.span, "does not pair")
            .see(parent_draft.name.span, "the table it refers to")
            .help("name as many columns of the other table as of this one");
        return Err(softened(index.engine, problem));
    }
    Ok(ForeignKey {
        name: foreign.name.clone(),
        columns: own,
        parent,
        parent_columns,
        deferrable: foreign.deferrable,
        initially_deferred: foreign.initially_deferred,
        validated: foreign.validated,
        on_delete: foreign.on_delete.clone(),
        span: foreign.span,
    })
}

fn all_columns(
    index: &Lookup,
    id: TableId,
    draft: &TableDraft,
    names: &[Named],
) -> Result<Vec<ColumnIdx>, Diagnostic> {
    names.iter().map(|name| index.column(id, &name.text).ok_or_else(|| no_column(draft, name))).collect()
}

fn no_table(drafts: &[&TableDraft], foreign: &ForeignDraft) -> Diagnostic {
    unknown_table(&foreign.parent, drafts.iter().copied())
}

/// The finding that a table is not in the DDL, with names that are near.
pub(super) fn unknown_table<'d>(
    name: &super::draft::QName,
    drafts: impl Iterator<Item = &'d TableDraft>,
) -> Diagnostic {
    let mut problem = Diagnostic::error(
        Code::DdlUnknownTable,
        format!("the DDL refers to table `{}`, which it does not define", name.display()),
        name.span,
        "not defined in these files",
    )
    .did_you_mean(&name.name, drafts.map(|draft| draft.name.name.as_str()));
    problem.help.get_or_insert_with(|| "add the file that creates it".to_owned());
    problem
}

/// SQLite takes a foreign key to nothing and keeps it: that is a schema's flaw, not an error of
/// the file.
#[expect(clippy::unnecessary_box_returns, reason = "made to be the error of a `Read`")]
fn softened(engine: Engine, problem: Diagnostic) -> Box<Diagnostic> {
    let severity = match engine {
        Engine::Sqlite => Severity::Warning,
        Engine::Postgres | Engine::Mysql => problem.severity,
    };
    Box::new(Diagnostic { severity, ..problem })
}
