//! From the compiled plan to the scripts of one engine; the only place that knows how engines
//! differ. What each script does is described in `docs/scripts.md`.
//!
//! Words (identifiers, literals, types, expressions) are made by `spelling` and the engines'
//! folders and are [`Sql`]; which statements there are, in which order, is in `lower`; the
//! sentences are templates.

pub mod needs;
mod check;
mod lower;
mod mysql;
mod postgres;
mod spelling;
mod sql;
mod sqlite;

pub use check::{Unsupported, check, runners_own};
pub use lower::{
    Beside, Buckets, NextRow, RejectedRows, Repair, Script, Summed, Transfer, repair_of, scripts, transfers,
};
pub(crate) use spelling::WINDOWS_1252;
pub use spelling::{Mode, identifier, string_literal};
#[doc(hidden)]
pub use spelling::{Piece, Speller};
pub use sql::Sql;

use std::fmt;

use crate::base::Engine;
use crate::plan::{Expr, Function, KeysetColumn, Plan, SequenceUse, TableRef};
use crate::schema::SqlType;
use sql::sql;

/// What an engine can do, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Tables live in schemas; the ledger gets a schema of its own.
    pub has_schemas: bool,
    /// A script can loop over batches; without loops, one run moves one batch.
    pub loops: bool,
    /// Names longer than this are cut or refused.
    pub max_identifier: Option<Length>,
    /// The engine knows the rules of IANA time zones; without them only fixed offsets.
    pub time_zones: bool,
    /// Decimal digits up to which decimals are exact; `None`: as many as declared.
    pub exact_digits: Option<u32>,
    /// Lower and upper case beyond ASCII.
    pub unicode_case: bool,
    /// `SELECT DISTINCT ON`: one row of each group without grouping, where subqueries may read all
    /// columns.
    pub distinct_on: bool,
    /// The engine keeps stored values to the declared types.
    pub enforces_types: bool,
    /// An index serves comparisons of row values.
    pub row_values: bool,
    /// The collation of a key column may take different texts for the same.
    pub collations_fold: bool,
    /// An UPDATE reads other tables by a join; else by FROM.
    pub update_joins: bool,
}

/// The length of a name, as the engine counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Bytes(usize),
    Characters(usize),
}

/// A column in an index.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexPart {
    Whole(Sql),
    /// The index finds its values, and cannot tell whether they are unique.
    Beginning(Sql),
}

/// A value as it stands in the text of a row whose sum two servers compare. Values that differ have texts that differ.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Digest {
    /// A text of bounded length without bars, tildes and line ends.
    Short(Sql),
    /// Any text.
    Text(Sql),
}

/// Something that this server may be unable to do with a row, although the plan is right: the
/// preflight counts it.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The check's kind and the last part of its id.
    pub kind: &'static str,
    /// What holds if no row is bad, as a sentence.
    pub says: String,
    /// True for a row that cannot be moved.
    pub bad: Sql,
}

/// How an engine spells a portable function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelled {
    /// A function of the same arguments in the same order.
    Call(&'static str),
    /// The same with the arguments in reverse order.
    Reversed(&'static str),
    /// Made by the engine's own code out of more than one word.
    Composed,
}

/// One engine: its abilities, its words, its templates.
///
/// The methods that return a [`Piece`] give an engine its own way with a node of the expression
/// tree; `None` leaves it to the neutral spelling.
pub trait Dialect: fmt::Debug + Sync {
    fn engine(&self) -> Engine;
    fn capabilities(&self) -> &'static Capabilities;
    fn function(&self, function: Function) -> Spelled;
    /// A string that no character of can end the literal early.
    fn string(&self, text: &str) -> Sql;
    fn boolean(&self, value: bool) -> Sql;
    /// The type as a cast or a column definition names it.
    fn type_name(&self, ty: &SqlType) -> Sql;
    #[doc(hidden)]
    fn own(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Piece>;
    /// Spells expressions that are compared with each other, so that equal values are equal.
    #[doc(hidden)]
    fn comparable(&self, speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece>;
    /// A value of type `ty` that fails the statement when it is evaluated, and only then.
    #[doc(hidden)]
    fn failure(&self, speller: &Speller<'_>, message: &str, ty: &SqlType) -> Piece;
    /// The message of a guard, as the word that a template puts where the engine says it.
    #[doc(hidden)]
    fn message(&self, text: &str) -> Sql;
    /// The canonical text of a value, the same bytes on every engine.
    #[doc(hidden)]
    fn canonical_text(&self, speller: &Speller<'_>, expr: &Expr) -> Sql;
    #[doc(hidden)]
    fn distinct(&self, left: &Sql, right: &Sql, negated: bool) -> Sql;
    /// The text of a value as differences show it to people; values that differ have different texts.
    #[doc(hidden)]
    fn shown(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        self.canonical_text(speller, expr)
    }
    /// A text as a short hash with the script's salt.
    #[doc(hidden)]
    fn hashed(&self, text: &Sql) -> Sql;
    /// A text as a JSON string.
    #[doc(hidden)]
    fn json_text(&self, text: &Sql) -> Sql {
        sql!("json_quote({text})")
    }
    /// The relation `source`, and a condition if one is needed, so that no row of it is read unless one of these
    /// checks has found something.
    #[doc(hidden)]
    fn only_if_bad(&self, source: &Sql, checks: &Sql) -> (Sql, Option<Sql>);
    /// No row of `select`, whose columns are `keys` in their order, has these values.
    #[doc(hidden)]
    fn absent(&self, keys: &[Sql], select: &Sql) -> Sql {
        sql!("{} NOT IN ({select})", spelling::row_value(keys))
    }
    /// Whether two stored values of one column differ in any way, beyond collations.
    #[doc(hidden)]
    fn differs(&self, left: &Sql, right: &Sql, ty: &SqlType) -> Sql;
    /// A condition that is true for the column's values, and NULL, that travel to the engine `to`
    /// unchanged; `None` if all do. `enforced`: the engine keeps values to the declared type.
    #[doc(hidden)]
    fn travels(&self, _value: &Sql, _ty: &SqlType, _enforced: bool, _to: Engine) -> Option<Sql> {
        None
    }
    /// A condition that is true for values that come through the foreign data wrapper of the link `fdw`
    /// whole; `None` if all do.
    #[doc(hidden)]
    fn crosses(&self, _value: &Sql, _ty: &SqlType) -> Option<Sql> {
        None
    }
    /// The column as the runner reads it for a journey to the engine `to`.
    #[doc(hidden)]
    fn travelling(&self, value: &Sql, _ty: &SqlType, _to: Engine) -> Sql {
        value.clone()
    }
    /// A key that is stated as a string, to be compared with a column of type `ty`.
    #[doc(hidden)]
    fn stated(&self, literal: &Sql, ty: &SqlType) -> Sql {
        sql!("CAST({literal} AS {})", self.type_name(ty))
    }
    /// The column's text in the sums that this server and one of the engine `other` compute; `None` where no text is
    /// known that both have.
    #[doc(hidden)]
    fn digest(&self, _value: &Sql, _ty: &SqlType, _other: Engine) -> Option<Digest> {
        None
    }
    /// The text of a count.
    #[doc(hidden)]
    fn text_of_number(&self, number: &Sql) -> Sql {
        sql!("cast({number} as text)")
    }
    /// Every so many-th key of the table; `None` for engines that compute no sums.
    #[doc(hidden)]
    fn bounds(&self, _table: &Sql, _key: &Sql, _number: &Sql) -> Option<Sql> {
        None
    }
    /// Number, rows and sum of the rows where `condition` holds, in the order of `key`.
    #[doc(hidden)]
    fn bucket(&self, number: &Sql, row: &Sql, table: &Sql, condition: &Sql, key: &Sql) -> Sql {
        let sum = sql!("string_agg(\"row\", {})", self.string("\n"));
        spelling::buckets::bucket(number, &sum, &spelling::buckets::in_order(row, table, condition, key))
    }
    /// The same as a stock client prints it, in the text form of PostgreSQL's COPY.
    #[doc(hidden)]
    fn written_out(&self, value: &Sql, ty: &SqlType, to: Engine) -> Sql {
        self.travelling(value, ty, to)
    }
    /// A condition that is true for texts, and NULL, whose bytes are what the column says they are; `None` where the
    /// engine sees to that by itself. `charset`: the column's own, where columns have one.
    #[doc(hidden)]
    fn encoded(&self, _value: &Sql, _ty: &SqlType, _charset: Option<&str>) -> Option<Sql> {
        None
    }
    /// The type of a copy's column. `bytes`: so many are free for it in an index; none if it has none.
    #[doc(hidden)]
    fn copy_type(&self, ty: &SqlType, _bytes: Option<usize>) -> Sql {
        self.type_name(ty)
    }
    /// Its part of an index that has so many bytes for it: the column itself, or only how it begins.
    #[doc(hidden)]
    fn index_part(&self, name: &Sql, _ty: &SqlType, _bytes: usize) -> IndexPart {
        IndexPart::Whole(name.clone())
    }
    /// A clause that makes these columns the table's own order from the start, where that is of use.
    #[doc(hidden)]
    fn own_order(&self, _key: &[(Sql, &SqlType)]) -> Option<Sql> {
        None
    }
    /// What a stock client of this engine runs to read the file that one of the source printed.
    #[doc(hidden)]
    fn receive(&self, stage: &Sql, columns: &[(Sql, &SqlType)], file: &Sql) -> Sql;
    /// The statement with which the runner reads a query whose rows travel.
    #[doc(hidden)]
    fn sent(&self, select: &Sql) -> Sql {
        select.clone()
    }

    /// A value in a form that can be grouped and told apart exactly.
    #[doc(hidden)]
    fn grouped(&self, value: &Sql, ty: &SqlType) -> Sql;
    /// An old key as mapping tables hold it.
    #[doc(hidden)]
    fn map_key(&self, value: &Sql, _: &SqlType) -> Sql {
        value.clone()
    }
    /// The type of one of the `parts` columns of a mapping table's key.
    #[doc(hidden)]
    fn map_key_type(&self, ty: &SqlType, _parts: usize) -> Sql {
        self.type_name(ty)
    }
    /// The key column `old` of the target is that of the row `new`, in a way that an index serves.
    #[doc(hidden)]
    fn same_key(&self, old: &Sql, new: &Sql, _: &SqlType, _collation: Option<&str>) -> Sql {
        sql!("{old} = {new}")
    }
    /// The type of a variable that holds a value of the source's column.
    #[doc(hidden)]
    fn variable_type(&self, table: &Sql, column: &KeysetColumn) -> Sql {
        spelling::type_of(table, &column.column)
    }
    /// The time or the day of the run, in UTC, as a column of this type holds it.
    #[doc(hidden)]
    fn now(&self, ty: &SqlType) -> Sql;
    /// A key as the ledger's text, and back.
    #[doc(hidden)]
    fn checkpoint_text(&self, value: &Sql, _: &SqlType) -> Sql {
        sql!("cast({value} as text)")
    }
    #[doc(hidden)]
    fn read_checkpoint(&self, text: &Sql, _: &SqlType) -> Sql {
        text.clone()
    }
    /// The statements of a script that loops, as one word.
    #[doc(hidden)]
    fn block(&self, statements: &str) -> Sql {
        Sql::spelled(statements)
    }
    /// How a script finds the sequence behind a column.
    #[doc(hidden)]
    fn sequence(&self, table: &TableRef, used: &SequenceUse) -> Sql;
    /// 1 where the sequence's next number is one that a row of the table already has.
    #[doc(hidden)]
    fn sequence_behind(&self, table: &TableRef, used: &SequenceUse) -> Sql;
    #[doc(hidden)]
    fn doubt(&self, _: &Speller<'_>, _: &Expr) -> Option<Doubt> {
        None
    }
    /// What the runner says to a script under this name, as a number; NULL if it says nothing.
    #[doc(hidden)]
    fn session(&self, name: &'static str) -> Sql;
    /// The column's moment is `mark`, a text of [`Dialect::checkpoint_text`], less these seconds, or later; true where
    /// `mark` is NULL.
    #[doc(hidden)]
    fn since(&self, column: &Sql, ty: &SqlType, mark: &Sql, seconds: u64) -> Sql;
    /// A value that texts are drawn by: it looks like chance, and with the same seed it is always the same.
    #[doc(hidden)]
    fn drawn(&self, text: &Sql, seed: &Sql) -> Sql;
    /// The statement that takes a temporary table away, if it is there.
    #[doc(hidden)]
    fn drop_temporary(&self, table: &Sql) -> Sql;
    /// What stands behind the columns of a table of the ledger that is written beside a script's own
    /// transaction.
    #[doc(hidden)]
    fn stored(&self) -> Sql {
        Sql::default()
    }
    /// File names and texts of the templates that are this engine's.
    #[doc(hidden)]
    fn templates(&self) -> &'static [(&'static str, &'static str)];
}

/// Where the plan's ledger is: a schema, or on engines without schemas the prefix of its tables.
#[must_use]
pub fn ledger(plan: &Plan) -> String {
    spelling::Names::new(plan).ledger()
}

/// The dialect of `engine`.
#[must_use]
pub fn of(engine: Engine) -> &'static dyn Dialect {
    match engine {
        Engine::Sqlite => &sqlite::Sqlite,
        Engine::Postgres => &postgres::Postgres,
        Engine::Mysql => &mysql::Mysql,
    }
}

/// Why an engine does not have a function, if it has not.
#[must_use]
pub const fn missing(engine: Engine, function: Function) -> Option<&'static str> {
    match (engine, function) {
        (Engine::Mysql, Function::Normalize) => Some("has no function that normalizes texts"),
        _ => None,
    }
}

/// True if the engine has the function in the runner's sessions only: a stock client cannot run its scripts.
#[must_use]
pub const fn is_runners_own(engine: Engine, function: Function) -> bool {
    matches!(engine, Engine::Sqlite) && sqlite::calls::own_name(function).is_some()
}

/// A typed expression of `plan` as its target's engine evaluates it when rows are written.
#[must_use]
pub fn expression(plan: &Plan, expr: &Expr) -> Sql {
    let names = spelling::Names::new(plan);
    Speller::new(&names, Mode::Write).spell(expr)
}
