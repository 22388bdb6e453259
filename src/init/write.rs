//! The plan's text, before the printer makes it canonical.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Side, pair};
use crate::base::{Engine, fold, nearest};
use crate::resolve::NEWEST_EDITION;
use crate::schema::{Catalog, Column, ColumnIdx, Table, TableId};
use crate::typing::looks_personal;

/// Comments are wrapped where their lines would be longer, in characters.
const WIDTH: usize = 100;

/// Where migration tools note what they did. A schema that a tool made comes with its own list.
const TOOLS: [&str; 10] = [
    "schema_migrations",
    "flyway_schema_history",
    "databasechangelog",
    "databasechangeloglock",
    "alembic_version",
    "django_migrations",
    "knex_migrations",
    "_prisma_migrations",
    "__efmigrationshistory",
    "goose_db_version",
];

/// The text so far and what is in it.
#[derive(Default)]
pub(super) struct Written {
    pub text: String,
    pub moves: usize,
    pub open: usize,
}

/// The namespace under which the source's tables must stand, because in one database they would
/// be the target's own.
fn namespace(source: Side<'_>, target: Side<'_>) -> Option<String> {
    let one_server =
        source.catalog.engine == target.catalog.engine && source.catalog.engine != Engine::Sqlite;
    let theirs: BTreeSet<_> =
        target.catalog.tables.iter().map(|table| (&table.schema, &table.name)).collect();
    let overlap = source.catalog.tables.iter().any(|table| theirs.contains(&(&table.schema, &table.name)));
    (one_server && overlap).then(|| source.name.to_owned())
}

pub(super) fn plan(name: &str, source: Side<'_>, target: Side<'_>) -> Written {
    let mut written = Written::default();
    let namespace = namespace(source, target);
    written.line(&format!("datamove edition {NEWEST_EDITION}\n"));
    written.comment(
        "",
        "A first plan by `datamove init`: tables and columns are paired by equal name. `datamove check` reports \
         what is left to decide, and a TODO stands where it belongs.",
    );
    written.line(&format!("plan {} {{ }}\n", word(name)));
    let schema = namespace.as_ref().map_or_else(String::new, |namespace| format!(" in {}", word(namespace)));
    written.line(&format!("source {}{schema} }}\n", side(source)));
    written.line(&format!("target {} }}\n", side(target)));
    let pairs = pair::tables(source.catalog, target.catalog);
    for (from, to) in &pairs {
        Move::new(source, target, namespace.as_deref(), *from, *to).write(&mut written);
    }
    let left = |catalog: &Catalog, paired: BTreeSet<TableId>| {
        let ids = pair::movable(catalog).into_iter().filter(|id| !paired.contains(id));
        ids.map(|id| catalog.table(id).display_name()).collect::<Vec<_>>()
    };
    let unmoved = left(source.catalog, pairs.iter().map(|(from, _)| *from).collect());
    let unfilled = left(target.catalog, pairs.iter().map(|(_, to)| *to).collect());
    written
        .tables("these tables of the source have no partner of their name, so nothing moves them", &unmoved);
    written
        .tables("these tables of the target have no partner of their name, so nothing fills them", &unfilled);
    written
}

/// `old postgres { schema "old.sql"`, still open.
fn side(side: Side<'_>) -> String {
    let file = side.file.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{} {} {{ schema \"{file}\"", word(side.name), side.catalog.engine.word())
}

/// A name that is quoted unless it is a plain word.
fn word(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && chars.all(|c| c == '_' || c.is_ascii_alphanumeric());
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\"\"")) }
}

/// `side.table`, with the table's schema where its name alone could be several tables.
fn path(side: Side<'_>, namespace: Option<&str>, table: &Table) -> String {
    let same = side.catalog.tables.iter().filter(|other| fold(&other.name) == fold(&table.name)).count() > 1;
    match &table.schema {
        Some(schema) if same => {
            let schema = namespace.filter(|_| schema == "public").unwrap_or(schema);
            format!("{}.{}.{}", word(side.name), word(schema), word(&table.name))
        }
        _ => format!("{}.{}", word(side.name), word(&table.name)),
    }
}

/// Names for a comment; a line break in one would end the comment.
fn shown<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let plain = |name: &str| name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    names.into_iter().map(|name| format!("`{}`", plain(name))).collect::<Vec<_>>().join(", ")
}

impl Written {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A comment of as many lines as it needs.
    fn comment(&mut self, indent: &str, text: &str) {
        let mut line = format!("{indent}--");
        for word in text.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.line(&line);
                line = format!("{indent}--");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn todo(&mut self, indent: &str, text: &str) {
        self.open += 1;
        self.comment(indent, &format!("TODO {text}"));
    }

    fn tables(&mut self, what: &str, names: &[String]) {
        if !names.is_empty() {
            self.line("");
            self.todo("", &format!("{what}: {}", shown(names.iter().map(String::as_str))));
        }
    }
}

/// One move and what is known of its columns.
struct Move<'a> {
    source: &'a Table,
    target: &'a Table,
    head: String,
    alias: String,
    /// The source's columns by the target's.
    pairs: BTreeMap<ColumnIdx, ColumnIdx>,
    /// The target's primary key, if every column of it has its pair.
    key: Vec<ColumnIdx>,
}

impl<'a> Move<'a> {
    fn new(source: Side<'a>, target: Side<'a>, namespace: Option<&str>, from: TableId, to: TableId) -> Self {
        let (ours, theirs) = (source.catalog.table(from), target.catalog.table(to));
        let first = ours.name.chars().next().filter(char::is_ascii_alphabetic);
        let alias = first.map_or_else(|| "t".to_owned(), |c| c.to_ascii_lowercase().to_string());
        let head =
            format!("move {} {alias} -> {} {{", path(source, namespace, ours), path(target, None, theirs));
        let mut pairs = pair::columns(ours, theirs);
        for (index, column) in theirs.columns() {
            // What `...` finds beyond the pairs, it maps.
            if let (None, Some(found)) = (&column.generated, ours.find_column(&column.name)) {
                pairs.entry(index).or_insert(found);
            }
        }
        let mut key = theirs.primary_key_columns();
        if !key.iter().all(|column| pairs.contains_key(column)) {
            key.clear();
        }
        Self { source: ours, target: theirs, head, alias, pairs, key }
    }

    fn write(&self, written: &mut Written) {
        written.moves += 1;
        written.line("");
        written.line(&self.head);
        if TOOLS.contains(&self.target.name.to_ascii_lowercase().as_str()) {
            let what = "a migration tool keeps its own list here: move it only if the target's is empty";
            written.todo("  ", what);
        }
        for column in &self.key {
            self.mapping(written, "key ", *column);
        }
        let others = || self.pairs.keys().copied().filter(|column| !self.key.contains(column));
        let by_rest = |column: &ColumnIdx| {
            self.source.find_column(&self.target.column(*column).name) == self.pairs.get(column).copied()
        };
        // Nobody has decided yet that reports may show what looks personal.
        let is_personal = |column: &ColumnIdx| looks_personal(self.target.column(*column));
        for column in others().filter(|column| !by_rest(column) || is_personal(column)) {
            self.mapping(written, "", column);
        }
        if others().any(|column| by_rest(&column) && !is_personal(&column)) {
            written.line("  ...");
        }
        self.open_targets(written);
        self.open_sources(written);
        written.line("}");
    }

    fn mapping(&self, written: &mut Written, mark: &str, column: ColumnIdx) {
        if let Some(from) = self.pairs.get(&column) {
            let (to, from) = (self.target.column(column), &self.source.column(*from).name);
            let pii = if looks_personal(to) { " pii" } else { "" };
            let _ =
                writeln!(written.text, "  {mark}{} <- {}.{}{pii}", word(&to.name), self.alias, word(from));
        }
    }

    /// Target columns that must have a value and get none.
    fn open_targets(&self, written: &mut Written) {
        let key = self.target.primary_key_columns();
        let free: Vec<&str> = self.free().map(|(_, column)| column.name.as_str()).collect();
        let prefix = format!("{}.", self.alias);
        for (index, column) in self.target.columns() {
            let is_key = key.contains(&index);
            if self.pairs.contains_key(&index) || !(is_key || must_be_given(column)) {
                continue;
            }
            let name = word(&column.name);
            let what =
                if is_key { "which key does a moved row get" } else { "nothing gives this column a value" };
            let mark = if is_key { "key " } else { "" };
            let ways = if is_key && column.identity.is_some() { " or `sequence(…)`" } else { "" };
            let near = near(&column.name, &free, &prefix);
            written.todo("  ", &format!("{what}: `{mark}{name} <- …`{ways} ({}){near}", column.declared));
        }
    }

    /// Source columns that go nowhere.
    fn open_sources(&self, written: &mut Written) {
        let unwritten: Vec<&str> = self
            .target
            .columns()
            .filter(|(index, column)| !self.pairs.contains_key(index) && column.generated.is_none())
            .map(|(_, column)| column.name.as_str())
            .collect();
        for (_, column) in self.free().filter(|(_, column)| column.generated.is_none()) {
            let name = format!("{}.{}", self.alias, word(&column.name));
            let near = near(&column.name, &unwritten, "");
            written.todo("  ", &format!("map `{name}`, or `drop {name} because \"…\"`{near}"));
        }
    }

    /// Source columns without a pair.
    fn free(&self) -> impl Iterator<Item = (ColumnIdx, &'a Column)> {
        let paired: BTreeSet<ColumnIdx> = self.pairs.values().copied().collect();
        self.source.columns().filter(move |(index, _)| !paired.contains(index))
    }
}

/// True for a column that must be written and that nothing but a move writes.
fn must_be_given(column: &Column) -> bool {
    let produced = column.default.as_ref().is_some_and(|default| !default.is_null)
        || column.generated.is_some()
        || column.identity.is_some()
        || column.rowid_alias;
    column.not_null && !produced
}

/// `; near names: …`, or nothing. `prefix` goes before each of them.
fn near(name: &str, candidates: &[&str], prefix: &str) -> String {
    let found = nearest(name, candidates.iter().copied());
    let found: Vec<String> = found.into_iter().map(|name| format!("{prefix}{name}")).collect();
    if found.is_empty() {
        return String::new();
    }
    format!("; near names: {}", shown(found.iter().map(String::as_str)))
}
