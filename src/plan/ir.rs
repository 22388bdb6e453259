//! The compiled plan: what `plan.json` holds, what the fingerprint is of, what the scripts are
//! lowered from. Names only, no ids, no spans; engine-neutral but for the two engines' names.
//!
//! Lists are in canonical order, so that adding a table moves no unrelated line: moves by
//! (wave, id), everything else by name, and within a table in the order of its columns.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    ClaimKind, Cutover, CycleBreak, Expr, Link, Reconcile, Signoff, StagedTable, Strategy, Watermark,
};
use crate::base::{Engine, Origin, Pii, Quarantine};
use crate::schema::SqlType;

/// The version of this structure; grows with every change that a reader of it could notice.
pub const FORMAT_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan {
    pub format_version: u32,
    pub edition: u32,
    pub name: String,
    pub doc: Option<String>,
    /// `owner`, `change`, …: for the documents.
    pub facts: IndexMap<String, String>,
    pub source: Endpoint,
    pub target: Endpoint,
    pub link: Link,
    /// With [`Link::Staged`]: the source tables that are read, by name. Everything else in the plan reads
    /// their copies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staging: Vec<StagedTable>,
    #[serde(default, skip_serializing_if = "Strategy::is_unsaid")]
    pub strategy: Strategy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signoff: Option<Signoff>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutover: Option<Cutover>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconcile: Option<Reconcile>,
    /// Source tables that no move reads, by name: what the plan leaves behind.
    pub unmoved: Vec<String>,
    pub moves: Vec<Move>,
    /// Mapping tables, by name.
    pub maps: Vec<MapTable>,
    /// Target tables that moves write, in the order in which rows may be inserted (wave, name).
    pub tables: Vec<TargetTable>,
    pub breaks: Vec<CycleBreak>,
    pub claims: Vec<Claim>,
    pub invariants: Vec<Invariant>,
    /// `accept`s as written, with where they were used.
    pub accepts: Vec<Accept>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Endpoint {
    /// The name that the plan gives this side: `legacy`, `shop`.
    pub name: String,
    pub engine: Engine,
    /// Tables in its DDL.
    pub tables: usize,
}

/// A table on the server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableRef {
    /// The schema, or for an attached SQLite file the name it is attached under.
    pub schema: Option<String>,
    pub name: String,
}

/// One `move`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Move {
    /// Unique, stable: the target table's name, and `TARGET__SOURCE` where several moves fill one
    /// table. Names the step in the ledger, the script and the checks.
    pub id: String,
    /// From 1; moves of one wave need nothing of each other.
    pub wave: u32,
    pub doc: Option<String>,
    pub origin: Origin,
    pub source: Relation,
    pub joins: Vec<Join>,
    pub filter: Option<Expr>,
    /// The `where` as the plan has it, for documents.
    pub filter_text: Option<String>,
    /// Not empty: one target row for each distinct group; then every value is made of groups.
    pub group_by: Vec<Expr>,
    pub target: TableRef,
    /// In the order of the target table's columns.
    pub columns: Vec<Assign>,
    /// The target columns that identify a row: the `key` columns, else the primary key.
    /// Empty for a table without either.
    pub key: Vec<String>,
    pub new_key: NewKey,
    pub batch: Batch,
    /// Rows that the target refuses may be set aside, up to these bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
    pub conflict: Conflict,
    /// What a catch-up does with rows whose source is gone; `None`: the plan does not catch up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<Deletes>,
    /// Source columns left behind, with the reason.
    pub dropped: Vec<Dropped>,
    /// Set by a self reference or a broken cycle: these columns are written as NULL first and
    /// filled by a second pass after all waves. Names of `columns`.
    pub second_pass: Vec<String>,
    /// Moves that share a cycle of deferred constraints load in one transaction, together, under
    /// this name; `None` for a move of its own.
    pub together: Option<String>,
    /// The INSERT writes a `GENERATED ALWAYS AS IDENTITY` column.
    pub overrides_identity: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Watermark>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Relation {
    pub table: TableRef,
    pub alias: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Join {
    pub relation: Relation,
    pub on: Expr,
    /// LEFT JOIN.
    pub left: bool,
}

/// One target column and where its value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Assign {
    pub column: String,
    pub ty: SqlType,
    pub not_null: bool,
    /// Of type `ty` (casts are explicit in the tree). For a `sequence` key the lookup in its map.
    pub value: Expr,
    /// The right-hand side as the plan has it, or as `...` expands it.
    pub text: String,
    pub origin: Origin,
    pub how: AssignKind,
    /// Source columns it reads, as `alias.column`.
    pub reads: Vec<String>,
    /// What reports may show of the values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pii: Option<Pii>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssignKind {
    Key,
    Mapped,
    /// By equal name, through `...`.
    Rest,
}

/// Where new keys come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewKey {
    /// The key columns are ordinary values of the source.
    Keep,
    /// New keys are remembered in the mapping table `map`, filled in each batch before the rows.
    /// `old`: the values of the source that the new key stands for.
    Mapped { map: String, old: Vec<Expr>, made_by: KeyMaker },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyMaker {
    /// The `Uuid5` expression itself.
    Uuid5(Expr),
    /// The next numbers after the largest of: the target's key column before the load, the map.
    /// In the order of the old keys, so that the same input gives the same keys.
    Sequence,
}

/// A mapping table from old keys to new ones, one for each target table with new keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MapTable {
    /// The target table's name with the prefix `map_`.
    pub name: String,
    pub target: TableRef,
    /// Types of the old key's parts.
    pub old: Vec<SqlType>,
    pub new_column: String,
    pub new: SqlType,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Batch {
    /// Everything in one transaction.
    Whole,
    /// Keyset pagination over columns of the source table that together are unique and not null.
    Keyset {
        rows: u64,
        by: Vec<KeysetColumn>,
        /// The index over these columns, for engines that are told which one to read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeysetColumn {
    pub column: String,
    pub ty: SqlType,
    /// MySQL: the collation of a text column, which variables that hold its values need as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

/// What happens to a row whose key the target already has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Not said: the target table must be empty before the move.
    MustBeEmpty,
    /// The target may hold rows; a key that exists is refused before the load.
    Fail,
    /// The existing row stays.
    Skip,
    /// The existing row is overwritten if it differs.
    Update,
}

/// What becomes of rows that the load inserted and whose source is gone, or is not in the scope any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deletes {
    /// They stay as they are.
    None,
    /// They are marked in this column of the target, with the time of the run or with TRUE.
    Soft { column: String },
    /// They are deleted, unless rows of the target refer to them.
    Hard,
}

/// How the rollback undoes what moves wrote into one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// The table was empty, so all of it goes; refused if the count is not what was written.
    WasEmpty,
    /// The keys that were inserted are kept in an undo table.
    InsertedKeys,
    /// The undo table has the inserted keys and the overwritten rows as they were.
    BeforeImages,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TargetTable {
    pub table: TableRef,
    pub wave: u32,
    /// All columns that can be written (no generated ones), in order.
    pub columns: Vec<TargetColumn>,
    /// Columns that the server calculates, for documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<String>,
    /// The identifying columns, as [`Move::key`].
    pub key: Vec<String>,
    pub cover: Cover,
    /// The undo table's name with the prefix `undo_`; absent where the cover needs none.
    pub undo: Option<String>,
    /// Ids of the moves that fill it, in the order of [`Plan::moves`].
    pub moves: Vec<String>,
    /// The sequence behind a serial, identity or AUTOINCREMENT column that a move writes.
    pub sequences: Vec<SequenceUse>,
    /// Foreign keys of this table, for the orphan checks.
    pub foreign_keys: Vec<ForeignKeyCheck>,
    /// Its foreign keys and the indexes that the load does not need are taken away before the load
    /// and put back after it.
    #[serde(default, skip_serializing_if = "super::strategy::is_false")]
    pub postpones: bool,
    /// Its triggers are switched off for the load.
    #[serde(default, skip_serializing_if = "super::strategy::is_false")]
    pub triggers_off: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TargetColumn {
    pub name: String,
    pub ty: SqlType,
    pub declared: String,
    pub not_null: bool,
    /// MySQL: the collation of a text column, under which its keys are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SequenceUse {
    pub column: String,
    /// `None`: the engine finds it by table and column (`pg_get_serial_sequence`), or keeps it
    /// by table (SQLite).
    pub sequence: Option<TableRef>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ForeignKeyCheck {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub parent: TableRef,
    pub parent_columns: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dropped {
    /// `alias.column`
    pub column: String,
    pub because: String,
    pub origin: Origin,
}

/// Something that must be true for the move to be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Claim {
    /// `MOVE/COLUMN/KIND` or `MOVE/KIND`, unique; two of one kind get `/2`.
    pub id: String,
    pub kind: ClaimKind,
    /// The move's id.
    pub of: String,
    /// The target column, if it is about one.
    pub column: Option<String>,
    /// The claim as a sentence: "`left(name)` has at most 40 characters".
    pub says: String,
    pub origin: Origin,
    pub established: Established,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Established {
    Proven {
        why: String,
    },
    /// Counted by the preflight before the first write.
    Probed(Probe),
    Accepted {
        because: String,
        ticket: Option<String>,
        until: Option<String>,
    },
}

/// A query that counts what offends a claim; zero is the only good answer.
///
/// "Scope" is the move's source with its joins and its filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// Rows of the scope for which `bad` is true. `before_filter`: rows of the bare source table,
    /// so that values which the filter and the joins read are judged before they are trusted.
    Rows { bad: Expr, before_filter: bool },
    /// One offence if the scope is empty.
    EmptyScope,
    /// Groups of the scope with more than one row and none of `key` NULL (or NULLs equal).
    Duplicates { key: Vec<DuplicateKey>, nulls_equal: bool, partial: Option<DdlCondition> },
    /// Rows of the scope whose `key` is also a key of the other move `of` into the same table, as its
    /// `of_key` makes it.
    Meets { key: Vec<DuplicateKey>, of: String, of_key: Vec<DuplicateKey> },
    /// Source rows that the join number `join` (from 0) matches more than once.
    Multiplies { join: usize },
    /// Source rows that the inner join number `join` does not match and so would lose.
    Unmatched { join: usize },
    /// Rows of the scope whose `value` is not NULL and is the old key of no row in the scopes of
    /// `parents` (moves into the parent table), nor, if `or_in_target`, of a row that is in the
    /// parent table already.
    Orphans { value: Vec<Expr>, parents: Vec<ParentKey>, or_in_target: Option<TargetKey> },
    /// Rows that the target's CHECK would refuse, by its own text.
    Check { condition: DdlCondition },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DuplicateKey {
    /// The transformed value; a lookup is replaced by the old key that it looks up.
    pub value: Expr,
    pub case_insensitive: bool,
    /// MySQL: the collation under which the target compares, for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ParentKey {
    /// The parent move's id.
    pub of: String,
    /// Its expressions, over its own scope, that the child's values must equal.
    pub key: Vec<Expr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TargetKey {
    pub table: TableRef,
    pub columns: Vec<String>,
}

/// A condition in the target's own SQL, from its DDL: a CHECK, or a partial index's WHERE. Read
/// over a row that has the target's column names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DdlCondition {
    pub sql: String,
    /// The columns it reads, each with the value that the move gives it.
    pub columns: Vec<(String, Expr)>,
    /// The table's own name, which the text may use as a qualifier.
    pub table: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Invariant {
    pub name: String,
    pub doc: Option<String>,
    pub origin: Origin,
    pub body: InvariantBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvariantBody {
    /// No row of the relations may meet the filter. `side` is the plan's name of the side.
    None { side: String, relations: Relations },
    /// Both queries give the same value for the same groups, but for at most `within` (a number).
    Equal { groups: Vec<String>, left: SideQuery, right: SideQuery, within: String },
    /// The target's own SQL: one query that only reads. It returns the rows that offend, or, if it `counts`, one row
    /// with `examined`, `expected` and `bad`.
    Sql { sql: String, counts: bool, because: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SideQuery {
    pub side: String,
    pub groups: Vec<Expr>,
    pub value: Expr,
    pub relations: Relations,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Relations {
    pub from: Relation,
    pub joins: Vec<Join>,
    pub filter: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Accept {
    pub kind: ClaimKind,
    /// As written: `shop.order.note`.
    pub subject: String,
    pub because: String,
    pub ticket: Option<String>,
    pub until: Option<String>,
    pub origin: Origin,
}
