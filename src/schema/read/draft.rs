//! What statements say, before names are looked up: one [`Op`] for each statement that matters.
//!
//! Columns are named by text here, so that statements may come in any order and may rename.

use crate::base::Span;
use crate::schema::{Default, Generated};

/// A name as the engine stores it, with its place.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A possibly qualified name, the namespace rule already applied.
#[derive(Clone, Debug)]
pub(super) struct QName {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    /// False if it stood there without its schema.
    pub(super) qualified: bool,
    pub(super) span: Span,
}

/// How tables, types and sequences are found again.
pub(super) type Key = (Option<String>, String);

impl QName {
    pub(super) fn key(&self) -> Key {
        (self.schema.clone(), self.name.clone())
    }

    pub(super) fn display(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A type as it is written, in parts.
#[derive(Clone, Debug)]
pub(super) struct TypeName {
    /// The schema in front, if any, the namespace rule already applied.
    pub(super) schema: Option<String>,
    /// Where an unqualified name of a user's type is looked for.
    pub(super) home: Option<String>,
    /// Lower case unless quoted, the words of one type joined by one space.
    pub(super) name: String,
    /// True for a name in quotes, which is never a built-in one.
    pub(super) quoted: bool,
    /// What stands in its parentheses, cut at commas.
    pub(super) args: Vec<String>,
    pub(super) array: bool,
    /// As the DDL spells it.
    pub(super) declared: String,
}

/// A table, or what ALTER TABLE adds to one.
#[derive(Clone, Debug, std::default::Default)]
pub(super) struct Parts {
    pub(super) columns: Vec<ColumnDraft>,
    pub(super) keys: Vec<KeyDraft>,
    pub(super) foreign_keys: Vec<ForeignDraft>,
    pub(super) checks: Vec<CheckDraft>,
    /// PostgreSQL's LIKE: the other table and how many columns stand before it.
    pub(super) likes: Vec<Like>,
    /// Constraints that say nothing to a move (EXCLUDE).
    pub(super) skipped: Vec<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Like {
    pub(super) table: QName,
    pub(super) at: usize,
    pub(super) defaults: bool,
    pub(super) generated: bool,
    pub(super) identity: bool,
    pub(super) checks: bool,
    pub(super) keys: bool,
}

#[derive(Clone, Debug)]
pub(super) struct ColumnDraft {
    pub(super) name: Named,
    pub(super) span: Span,
    /// `None`: SQLite's column without a type.
    pub(super) ty: Option<TypeName>,
    pub(super) not_null: bool,
    pub(super) default: Option<Default>,
    pub(super) generated: Option<Generated>,
    pub(super) numbers: Option<Numbers>,
    pub(super) collation: Option<String>,
    /// MySQL: the character set, from the column or its table.
    pub(super) charset: Option<String>,
    /// SQLite: `PRIMARY KEY DESC` on the column, which is no alias of the rowid.
    pub(super) key_desc: bool,
}

/// Where a column's automatic numbers come from.
#[derive(Clone, Debug)]
pub(super) enum Numbers {
    Identity {
        always: bool,
        sequence: Option<QName>,
    },
    /// `serial`: the sequence's name follows from table and column.
    Serial,
    /// A default of `nextval`.
    Nextval {
        sequence: QName,
    },
    Autoincrement,
}

#[derive(Clone, Debug)]
pub(super) struct KeyDraft {
    pub(super) name: Option<String>,
    pub(super) primary: bool,
    pub(super) columns: Vec<KeyPart>,
    /// `USING INDEX name`: its columns are the index's.
    pub(super) using_index: Option<String>,
    pub(super) unique: bool,
    /// True if it is a constraint and not only an index.
    pub(super) constraint: bool,
    pub(super) partial: Option<String>,
    pub(super) nulls_equal: bool,
    pub(super) deferrable: bool,
    pub(super) span: Span,
}

/// A part of a key or index.
#[derive(Clone, Debug)]
pub(super) enum KeyPart {
    Column {
        name: Named,
        collation: Option<String>,
        /// MySQL: only so many of the value's first characters or bytes.
        prefix: Option<u64>,
    },
    Expression,
}

impl KeyPart {
    pub(super) const fn plain(name: Named) -> Self {
        Self::Column { name, collation: None, prefix: None }
    }
}

#[derive(Clone, Debug)]
pub(super) struct ForeignDraft {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<Named>,
    pub(super) parent: QName,
    pub(super) parent_columns: Option<Vec<Named>>,
    pub(super) deferrable: bool,
    pub(super) initially_deferred: bool,
    pub(super) validated: bool,
    pub(super) on_delete: Option<String>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct CheckDraft {
    pub(super) name: Option<String>,
    pub(super) sql: String,
    /// The names that it reads, as stored.
    pub(super) reads: Vec<String>,
    pub(super) validated: bool,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct TableDraft {
    pub(super) name: QName,
    pub(super) parts: Parts,
    pub(super) strict: bool,
    pub(super) without_rowid: bool,
    /// MySQL: the storage engine, in lower case.
    pub(super) storage: Option<String>,
    pub(super) partition_of: Option<QName>,
    pub(super) inherits: Vec<QName>,
    pub(super) triggers: Vec<String>,
    pub(super) if_not_exists: bool,
    /// MySQL: what columns have that say nothing themselves.
    pub(super) text: TextDefaults,
}

/// MySQL's character set and collation of a database or table.
#[derive(Clone, Debug, std::default::Default, PartialEq, Eq)]
pub(super) struct TextDefaults {
    pub(super) charset: Option<String>,
    pub(super) collation: Option<String>,
}

impl TableDraft {
    /// A table without anything.
    pub(super) fn named(name: QName) -> Self {
        Self {
            name,
            parts: Parts::default(),
            strict: false,
            without_rowid: false,
            storage: None,
            partition_of: None,
            inherits: Vec::new(),
            triggers: Vec::new(),
            if_not_exists: false,
            text: TextDefaults::default(),
        }
    }
}

/// What a statement does.
#[derive(Clone, Debug)]
pub(super) enum Op {
    CreateTable(Box<TableDraft>),
    AlterTable {
        table: QName,
        if_exists: bool,
        actions: Vec<Action>,
    },
    DropTable {
        tables: Vec<QName>,
        cascade: bool,
    },
    CreateIndex {
        table: QName,
        key: KeyDraft,
    },
    DropIndex(Vec<QName>),
    CreateEnum {
        name: QName,
        labels: Vec<String>,
    },
    AddLabel {
        name: QName,
        label: String,
        before: Option<String>,
        after: Option<String>,
    },
    RenameLabel {
        name: QName,
        from: String,
        to: String,
    },
    CreateDomain {
        name: QName,
        domain: Box<Domain>,
    },
    /// A composite, range or base type: known by name only.
    CreateOpaque(QName),
    DropTypes(Vec<QName>),
    CreateSequence {
        name: QName,
        owner: Option<Owner>,
    },
    OwnSequence {
        name: QName,
        owner: Option<Owner>,
    },
    DropSequences(Vec<QName>),
    CreateView(QName),
    DropViews(Vec<QName>),
    CreateTrigger {
        table: QName,
        name: String,
    },
    DropTrigger {
        name: String,
        table: Option<QName>,
    },
    Schema(SchemaChange),
}

/// Nothing to build, but part of what the text says.
#[derive(Clone, Debug)]
pub(super) enum SchemaChange {
    /// DROP SCHEMA … CASCADE: everything in it goes.
    Dropped(Vec<String>),
}

/// `table.column` of an OWNED BY.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) table: QName,
    pub(super) column: Named,
}

#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) base: TypeName,
    pub(super) not_null: bool,
    pub(super) default: Option<Default>,
    pub(super) collation: Option<String>,
    pub(super) checks: Vec<DomainCheck>,
}

/// A domain's CHECK as the texts between its uses of VALUE.
#[derive(Clone, Debug)]
pub(super) struct DomainCheck {
    pub(super) name: Option<String>,
    pub(super) around: Vec<String>,
    pub(super) validated: bool,
    pub(super) span: Span,
}

/// One action of ALTER TABLE.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Add(Box<Parts>),
    AddColumn {
        parts: Box<Parts>,
        if_not_exists: bool,
    },
    DropColumn {
        column: Named,
        if_exists: bool,
    },
    DropConstraint(String),
    RenameColumn {
        from: Named,
        to: Named,
    },
    RenameConstraint {
        from: String,
        to: String,
    },
    RenameTable(Named),
    SetSchema(String),
    SetNotNull {
        column: Named,
        not_null: bool,
    },
    SetDefault {
        column: Named,
        default: Option<Default>,
        numbers: Option<Numbers>,
    },
    SetType {
        column: Named,
        ty: Box<TypeName>,
    },
    SetIdentity {
        column: Named,
        numbers: Option<Numbers>,
    },
    DropExpression {
        column: Named,
    },
    Validate(String),
    AttachPartition(QName),
    DetachPartition(QName),
    Inherit(QName),
    /// MySQL's MODIFY and CHANGE: another column in the place of `old`.
    ReplaceColumn {
        old: Named,
        parts: Box<Parts>,
        if_exists: bool,
    },
    /// MySQL's FIRST (`None`) and AFTER.
    PlaceColumn {
        column: Named,
        after: Option<Named>,
    },
    DropPrimaryKey,
    /// MySQL's DROP INDEX, by its name or, without one, its first column.
    DropKey(String),
    RenameKey {
        from: String,
        to: String,
    },
    /// MySQL's storage engine.
    SetStorage(String),
    /// MySQL's character set of columns to come, or (`all`) of those that are there as well.
    SetText {
        text: TextDefaults,
        all: bool,
    },
}
