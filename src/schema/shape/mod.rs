//! What of a schema a data move depends on, in a form that can be kept, and compared with what a
//! server has now.
//!
//! Spans, the order of files and columns, and names that the server may choose do not count.
//! Servers rewrite expressions, so of those only a [`Sketch`] is kept.

mod difference;
mod sketch;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use difference::{Depth, Difference, differences};
pub use sketch::Sketch;

use self::sketch::Flavour;
use super::{
    Catalog, Check, Column, ColumnIdx, DecimalSize, ForeignKey, Identity, SqlType, Table, UniqueKey,
};
use crate::base::Engine;

/// The tables of one side, by schema and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shape {
    pub tables: Vec<TableShape>,
}

/// `schema.json`: what of the two databases a bundle was compiled against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shapes {
    pub format_version: u32,
    pub source: Shape,
    pub target: Shape,
}

impl Shapes {
    /// The version of this structure.
    pub const FORMAT_VERSION: u32 = 1;

    #[must_use]
    pub fn new(source: Shape, target: Shape) -> Self {
        Self { format_version: Self::FORMAT_VERSION, source, target }
    }

    /// Indented JSON with a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`Shapes::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let shapes: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if shapes.format_version == Self::FORMAT_VERSION {
            Ok(shapes)
        } else {
            Err(format!(
                "its format_version is {}, and this datamove reads {}",
                shapes.format_version,
                Self::FORMAT_VERSION
            ))
        }
    }
}

/// A table; every list is sorted and names nothing twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableShape {
    pub schema: Option<String>,
    pub name: String,
    /// By name.
    pub columns: Vec<ColumnShape>,
    pub primary_key: Option<KeyShape>,
    pub uniques: Vec<KeyShape>,
    pub foreign_keys: Vec<ForeignKeyShape>,
    pub checks: Vec<CheckShape>,
    pub triggers: Vec<String>,
    pub strict: bool,
    pub without_rowid: bool,
    pub partition_of: Option<String>,
    pub inherits: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ColumnShape {
    pub name: String,
    pub ty: SqlType,
    pub not_null: bool,
    /// `DEFAULT NULL` is none.
    pub default: Option<Sketch>,
    pub generated: Option<Sketch>,
    pub identity: Option<IdentityShape>,
    pub collation: Option<String>,
    pub charset: Option<String>,
    pub max_bytes: Option<u64>,
    pub case_insensitive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentityShape {
    Always,
    ByDefault,
    Serial,
    Autoincrement,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyShape {
    /// `None` for an expression.
    pub columns: Vec<Option<String>>,
    pub partial: Option<Sketch>,
    pub nulls_equal: bool,
    pub deferrable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ForeignKeyShape {
    pub columns: Vec<String>,
    pub parent_schema: Option<String>,
    pub parent: String,
    pub parent_columns: Vec<String>,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub validated: bool,
    /// `restrict` is `no action`: they differ in when, not in what.
    pub on_delete: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckShape {
    pub columns: Vec<String>,
    pub condition: Sketch,
    pub validated: bool,
}

impl Shape {
    /// Everything that `catalog` has.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        Self::of_tables(catalog, |_| true)
    }

    /// The tables that `wanted` picks.
    #[must_use]
    pub fn of_tables(catalog: &Catalog, wanted: impl Fn(&Table) -> bool) -> Self {
        let tables = catalog.tables.iter().filter(|table| wanted(table));
        let mut tables: Vec<TableShape> = tables.map(|table| of_table(catalog, table)).collect();
        tables.sort();
        Self { tables }
    }
}

impl TableShape {
    /// `schema.name`, or the bare name, for messages.
    #[must_use]
    pub fn display_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

fn of_table(catalog: &Catalog, table: &Table) -> TableShape {
    let engine = catalog.engine;
    TableShape {
        schema: table.schema.clone(),
        name: table.name.clone(),
        columns: sorted(table.columns.iter().map(|column| of_column(engine, column))),
        primary_key: table.primary_key.as_ref().map(|key| of_key(engine, table, key)),
        uniques: sorted(table.uniques.iter().map(|key| of_key(engine, table, key))),
        foreign_keys: sorted(table.foreign_keys.iter().map(|key| of_foreign_key(catalog, table, key))),
        checks: sorted(table.checks.iter().map(|check| of_check(engine, table, check))),
        triggers: sorted(table.triggers.iter().cloned()),
        strict: table.strict,
        without_rowid: table.without_rowid,
        partition_of: table.partition_of.clone(),
        inherits: sorted(table.inherits.iter().cloned()),
    }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BTreeSet<T>>().into_iter().collect()
}

fn of_column(engine: Engine, column: &Column) -> ColumnShape {
    let default = column.default.as_ref().filter(|default| !default.is_null);
    ColumnShape {
        name: column.name.clone(),
        ty: column.ty.clone(),
        not_null: column.not_null,
        default: default.map(|default| Sketch::of(engine, &default.sql, flavour(&column.ty))),
        generated: column.generated.as_ref().map(|made| Sketch::of(engine, &made.sql, Flavour::Condition)),
        identity: column.identity.as_ref().map(|identity| match identity {
            Identity::Always => IdentityShape::Always,
            Identity::ByDefault => IdentityShape::ByDefault,
            Identity::Serial { .. } => IdentityShape::Serial,
            Identity::Autoincrement => IdentityShape::Autoincrement,
        }),
        collation: column.collation.clone(),
        charset: column.charset.clone(),
        max_bytes: column.max_bytes,
        case_insensitive: column.case_insensitive,
    }
}

/// How a default of that type may be written in more than one way.
fn flavour(ty: &SqlType) -> Flavour {
    match ty {
        SqlType::Bool => Flavour::Boolean,
        SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Float { .. } => {
            Flavour::Number { scale: None }
        }
        SqlType::Decimal(size) => Flavour::Number { scale: size.map(|DecimalSize { scale, .. }| scale) },
        SqlType::Text { .. } | SqlType::Enum { .. } => Flavour::Text,
        SqlType::Bytes { .. }
        | SqlType::Date
        | SqlType::Time { .. }
        | SqlType::Timestamp { .. }
        | SqlType::Interval
        | SqlType::Uuid
        | SqlType::Json { .. }
        | SqlType::Array(_)
        | SqlType::Opaque(_) => Flavour::Other,
    }
}

fn of_key(engine: Engine, table: &Table, key: &UniqueKey) -> KeyShape {
    let column = |part: &Option<ColumnIdx>| part.map(|index| table.column(index).name.clone());
    let partial = key.partial.as_ref();
    KeyShape {
        columns: key.columns.iter().map(column).collect(),
        partial: partial.map(|condition| Sketch::of(engine, condition, Flavour::Condition)),
        nulls_equal: key.nulls_equal,
        deferrable: key.deferrable,
    }
}

fn names(table: &Table, columns: &[ColumnIdx]) -> Vec<String> {
    columns.iter().map(|index| table.column(*index).name.clone()).collect()
}

fn of_foreign_key(catalog: &Catalog, table: &Table, key: &ForeignKey) -> ForeignKeyShape {
    let parent = catalog.table(key.parent);
    let on_delete = key.on_delete.as_deref().filter(|word| *word != "restrict");
    ForeignKeyShape {
        columns: names(table, &key.columns),
        parent_schema: parent.schema.clone(),
        parent: parent.name.clone(),
        parent_columns: names(parent, &key.parent_columns),
        deferrable: key.deferrable,
        initially_deferred: key.initially_deferred,
        validated: key.validated,
        on_delete: on_delete.unwrap_or("no action").to_owned(),
    }
}

fn of_check(engine: Engine, table: &Table, check: &Check) -> CheckShape {
    CheckShape {
        columns: sorted(names(table, &check.columns).into_iter()),
        condition: Sketch::of(engine, &check.sql, Flavour::Condition),
        validated: check.validated,
    }
}
