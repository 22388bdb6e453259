//! What differs between the schema that a plan was compiled against and the one that is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::{ColumnShape, ForeignKeyShape, IdentityShape, KeyShape, Shape, Sketch, TableShape};

/// How far two shapes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Columns with their types and whether they may be NULL, primary keys and unique keys: what a
    /// load in progress leaves alone.
    Rows,
    /// All that a [`TableShape`] has.
    Tables,
    /// And tables that are not expected.
    Schema,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    pub table: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What it is about, in one word: `type`, `foreign_key`.
    pub what: &'static str,
    /// The difference as a sentence without a full stop.
    pub says: String,
}

impl fmt::Display for Difference {
    /// `shop.customer.name: varchar(30), and was varchar(40)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{}.{column}: {}", self.table, self.says),
            None => write!(f, "{}: {}", self.table, self.says),
        }
    }
}

/// Everything in which `found` is not as `expected`, table by table.
///
/// ```
/// use datamove::schema::{Depth, Shape, differences};
/// assert!(differences(&Shape::default(), &Shape::default(), Depth::Schema).is_empty());
/// ```
#[must_use]
pub fn differences(expected: &Shape, found: &Shape, depth: Depth) -> Vec<Difference> {
    let by_name = |table: &'_ TableShape| (table.schema.clone(), table.name.clone());
    let there: BTreeMap<_, &TableShape> = found.tables.iter().map(|table| (by_name(table), table)).collect();
    let mut all = Vec::new();
    for table in &expected.tables {
        let of = Of { table: table.display_name(), all: &mut all };
        match there.get(&by_name(table)) {
            Some(now) => of.compare(table, now, depth),
            None => of.say("table", "the table is not there".to_owned()),
        }
    }
    if depth == Depth::Schema {
        let known: BTreeSet<_> = expected.tables.iter().map(by_name).collect();
        for table in found.tables.iter().filter(|table| !known.contains(&by_name(table))) {
            let of = Of { table: table.display_name(), all: &mut all };
            of.say("table", "the table is new".to_owned());
        }
    }
    all
}

/// The differences of one table.
struct Of<'a> {
    table: String,
    all: &'a mut Vec<Difference>,
}

impl Of<'_> {
    fn push(&mut self, column: Option<&str>, what: &'static str, says: String) {
        let column = column.map(str::to_owned);
        self.all.push(Difference { table: self.table.clone(), column, what, says });
    }

    fn say(mut self, what: &'static str, says: String) {
        self.push(None, what, says);
    }

    fn compare(mut self, was: &TableShape, now: &TableShape, depth: Depth) {
        self.columns(was, now, depth);
        if was.primary_key != now.primary_key {
            let says = match (&was.primary_key, &now.primary_key) {
                (Some(was), None) => format!("the primary key {} is not there", key(was)),
                (None, Some(now)) => format!("there is a primary key {} now", key(now)),
                (Some(was), Some(now)) => {
                    format!("the primary key is {} and was {}", key(now), key(was))
                }
                (None, None) => String::new(),
            };
            self.push(None, "primary_key", says);
        }
        self.lists("unique", "unique key", &was.uniques, &now.uniques, key);
        if depth == Depth::Rows {
            return;
        }
        self.lists("foreign_key", "foreign key", &was.foreign_keys, &now.foreign_keys, foreign_key);
        self.lists("check", "check", &was.checks, &now.checks, |check| {
            let values = values(&check.condition);
            let valid = if check.validated { "" } else { ", not validated" };
            format!("over ({}){values}{valid}", check.columns.join(", "))
        });
        self.lists("trigger", "trigger", &was.triggers, &now.triggers, |name| format!("`{name}`"));
        self.lists("inherits", "parent table", &was.inherits, &now.inherits, |name| format!("`{name}`"));
        let partition = |table: &TableShape| match &table.partition_of {
            Some(parent) => format!("a partition of `{parent}`"),
            None => "no partition".to_owned(),
        };
        self.word("partition", &partition(was), &partition(now));
        let strict = |table: &TableShape| if table.strict { "STRICT" } else { "not STRICT" };
        self.word("strict", strict(was), strict(now));
        let rowid = |table: &TableShape| if table.without_rowid { "WITHOUT ROWID" } else { "with a rowid" };
        self.word("rowid", rowid(was), rowid(now));
    }

    fn word(&mut self, what: &'static str, was: &str, now: &str) {
        if was != now {
            self.push(None, what, format!("the table is {now} and was {was}"));
        }
    }

    fn lists<T: Ord>(
        &mut self,
        what: &'static str,
        noun: &str,
        was: &[T],
        now: &[T],
        show: impl Fn(&T) -> String,
    ) {
        for gone in was.iter().filter(|item| !now.contains(item)) {
            self.push(None, what, format!("the {noun} {} is not there", show(gone)));
        }
        for new in now.iter().filter(|item| !was.contains(item)) {
            self.push(None, what, format!("the {noun} {} is new", show(new)));
        }
    }

    fn columns(&mut self, was: &TableShape, now: &TableShape, depth: Depth) {
        for column in &was.columns {
            match now.columns.iter().find(|own| own.name == column.name) {
                Some(own) => self.column(column, own, depth),
                None => self.push(Some(&column.name), "column", "the column is not there".to_owned()),
            }
        }
        for new in now.columns.iter().filter(|own| was.columns.iter().all(|column| column.name != own.name)) {
            let demands =
                new.not_null && new.default.is_none() && new.generated.is_none() && new.identity.is_none();
            let word = if demands { ", NOT NULL and without a default" } else { "" };
            self.push(Some(&new.name), "column", format!("the column is new: {}{word}", new.ty));
        }
    }

    fn column(&mut self, was: &ColumnShape, now: &ColumnShape, depth: Depth) {
        let name = Some(was.name.as_str());
        let mut changed = |what: &'static str, was: String, now: String| {
            if was != now {
                self.push(name, what, format!("{now}, and was {was}"));
            }
        };
        changed("type", was.ty.to_string(), now.ty.to_string());
        if was.ty != now.ty && was.ty.to_string() == now.ty.to_string() {
            // Enumerations of one name may differ in their labels.
            changed("type", format!("{:?}", was.ty), format!("{:?}", now.ty));
        }
        let null = |column: &ColumnShape| if column.not_null { "NOT NULL" } else { "nullable" }.to_owned();
        changed("nullability", null(was), null(now));
        changed("length", bytes(was), bytes(now));
        let case = |column: &ColumnShape| {
            if column.case_insensitive { "ignores letter case" } else { "tells letter case apart" }.to_owned()
        };
        changed("collation", case(was), case(now));
        if let (Some(was), Some(now)) = (&was.collation, &now.collation) {
            changed("collation", format!("collation {was}"), format!("collation {now}"));
        }
        if let (Some(was), Some(now)) = (&was.charset, &now.charset) {
            changed("charset", format!("character set {was}"), format!("character set {now}"));
        }
        let made = |column: &ColumnShape| match &column.generated {
            Some(sketch) => format!("generated{}", values(sketch)),
            None => "not generated".to_owned(),
        };
        changed("generated", made(was), made(now));
        let numbers = |column: &ColumnShape| identity(column.identity).to_owned();
        changed("identity", numbers(was), numbers(now));
        if depth > Depth::Rows {
            let default = |column: &ColumnShape| match &column.default {
                Some(sketch) => format!("has a default{}", values(sketch)),
                None => "has no default".to_owned(),
            };
            changed("default", default(was), default(now));
        }
    }
}

fn identity(identity: Option<IdentityShape>) -> &'static str {
    match identity {
        None => "does not number rows",
        Some(IdentityShape::Always) => "numbers rows, always",
        Some(IdentityShape::ByDefault) => "numbers rows by default",
        Some(IdentityShape::Serial) => "numbers rows by a sequence",
        Some(IdentityShape::Autoincrement) => "numbers rows by itself",
    }
}

fn bytes(column: &ColumnShape) -> String {
    column.max_bytes.map_or_else(|| "any length".to_owned(), |max| format!("at most {max} bytes"))
}

fn key(key: &KeyShape) -> String {
    let column = |part: &Option<String>| part.clone().unwrap_or_else(|| "an expression".to_owned());
    let columns: Vec<String> = key.columns.iter().map(column).collect();
    let mut text = format!("({})", columns.join(", "));
    if let Some(partial) = &key.partial {
        text.push_str(" of some rows");
        text.push_str(&values(partial));
    }
    if key.nulls_equal {
        text.push_str(" with equal NULLs");
    }
    if key.deferrable {
        text.push_str(", deferrable");
    }
    text
}

fn foreign_key(key: &ForeignKeyShape) -> String {
    let parent = match &key.parent_schema {
        Some(schema) => format!("{schema}.{}", key.parent),
        None => key.parent.clone(),
    };
    let mut text = format!("({}) to {parent} ({})", key.columns.join(", "), key.parent_columns.join(", "));
    if key.on_delete != "no action" {
        text.push_str(" on delete ");
        text.push_str(&key.on_delete);
    }
    let flags = [
        (key.deferrable, ", deferrable"),
        (key.initially_deferred, ", initially deferred"),
        (!key.validated, ", not validated"),
    ];
    text.extend(flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word));
    text
}

/// The values of a sketch, for a sentence; a few of them.
fn values(sketch: &Sketch) -> String {
    const SHOWN: usize = 8;
    if sketch.0.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = sketch.0.iter().take(SHOWN).map(|value| format!("'{value}'")).collect();
    let more = if sketch.0.len() > SHOWN { ", …" } else { "" };
    format!(" with {}{more}", shown.join(", "))
}
