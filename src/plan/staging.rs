//! How the two sides are linked, and what travels from the source's server to the target's before anything else reads it.

use serde::{Deserialize, Serialize};

use super::TableRef;
use crate::schema::SqlType;

/// How the source's tables are visible in the target's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// In one database: schemas of one PostgreSQL database, or one SQLite file.
    Same,
    /// A second SQLite file, attached under the source's name.
    Attach,
    /// On another server: the columns that are used are first copied into tables of the ledger.
    Staged,
    /// The same, copied by the target's server itself, which sees the source's tables through a foreign
    /// data wrapper until the copies are there.
    Fdw,
}

impl Link {
    /// True if everything reads copies of the source's tables in the ledger.
    #[must_use]
    pub const fn copies(self) -> bool {
        match self {
            Self::Staged | Self::Fdw => true,
            Self::Same | Self::Attach => false,
        }
    }
}

/// A source table whose used columns are copied into a table of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StagedTable {
    /// On the source's server.
    pub source: TableRef,
    /// In the ledger: a table, or on engines without schemas one with the ledger's prefix.
    pub stage: TableRef,
    /// What the copy is called in the ledger's steps and in scripts; unique.
    pub name: String,
    /// The columns that something reads, in the source's order.
    pub columns: Vec<StagedColumn>,
    /// Columns that together are unique and never NULL: rows travel in their order, and a run that was
    /// stopped goes on behind the last of them. Empty: all rows travel in one transaction.
    pub key: Vec<String>,
    /// Rows of a batch.
    pub rows: u64,
    /// Keys that hold in the source, and so in the copy; the first is `key` where there is one.
    pub uniques: Vec<Vec<String>>,
    /// Columns by which rows are looked up.
    pub indexes: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StagedColumn {
    pub name: String,
    /// Its type in the source, and as the DDL there spells it.
    pub ty: SqlType,
    pub declared: String,
    /// The type in the target's engine that holds every value of `ty`.
    pub stage: SqlType,
    pub not_null: bool,
    /// The source's engine sees to it that every value is of the declared type.
    pub enforced: bool,
    /// The character set of a text at the source, where columns have one; none where the plan reads the column only
    /// through `recode`, because then another one is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
}

/// The ledger's step of a staged table.
#[must_use]
pub fn stage_step(name: &str) -> String {
    format!("stage/{name}")
}
