//! How two servers compute sums over ranges of a key, so that only rows of ranges that differ have to travel.
//!
//! That two sums are equal says that the rows are equal, because a row's text is no other row's. That two sums differ
//! says nothing yet: the rows of that bucket are read and compared, value by value.

use serde::{Deserialize, Serialize};

use super::super::spelling::buckets::{from_and_below, row_text};
use super::super::spelling::staging::{count_where_text, literal, pieces, travellers_where};
use super::super::spelling::{Names, identifier};
use super::super::{Dialect, Digest, Sql, of};
use super::frame::Frame;
use crate::base::Engine;
use crate::plan::{StagedColumn, StagedTable};
use crate::schema::SqlType;

/// The sums of both sides. Texts in pieces have something between them that is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Buckets {
    /// At the source: keys in their order, about as many rows apart as the number between the pieces.
    pub bounds: Vec<String>,
    pub source: Summed,
    pub copy: Summed,
}

/// The sums of one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summed {
    /// The key is that one or above; it is below. Between the pieces stands the key as a string literal.
    pub from: Vec<String>,
    pub below: Vec<String>,
    /// Number, rows and sum of a bucket; between the pieces stand the number, and the bucket's condition.
    pub sum: Vec<String>,
    /// How many rows a bucket has, and the rows themselves; its condition stands between the pieces.
    pub count: Vec<String>,
    pub rows: Vec<String>,
}

/// `None` for tables that are read as a whole: without one whole number as a key, or with a column of which no text
/// is known that is the same on both engines.
pub(super) fn of_table(frame: &Frame<'_>, table: &StagedTable) -> Option<Buckets> {
    let (home, here) = (of(frame.plan.source.engine), frame.dialect());
    let [key] = table.key.as_slice() else { return None };
    let key = table.columns.iter().find(|column| column.name == *key)?;
    let whole = |ty: &SqlType| matches!(ty, SqlType::Int { .. } | SqlType::Unsigned { .. });
    if !whole(&key.ty) || !whole(&key.stage) {
        return None;
    }
    let from = Names::of(home.engine()).table(&table.source);
    let stage = frame.names.table(&table.stage);
    let number = literal();
    Some(Buckets {
        bounds: pieces(&home.bounds(&from, &identifier(&key.name), &number)?),
        source: summed(home, table, &from, (key, &key.ty), here.engine(), |one| &one.ty)?,
        copy: summed(here, table, &stage, (key, &key.stage), home.engine(), |one| &one.stage)?,
    })
}

fn summed(
    dialect: &dyn Dialect,
    table: &StagedTable,
    from: &Sql,
    (key, key_type): (&StagedColumn, &SqlType),
    other: Engine,
    ty: impl Fn(&StagedColumn) -> &SqlType,
) -> Option<Summed> {
    let part = |one: &StagedColumn| {
        let digest = dialect.digest(&identifier(&one.name), ty(one), other)?;
        Some((digest, one.not_null))
    };
    let parts: Vec<(Digest, bool)> = table.columns.iter().map(part).collect::<Option<_>>()?;
    let items: Vec<Sql> =
        table.columns.iter().map(|one| dialect.travelling(&identifier(&one.name), ty(one), other)).collect();
    let name = identifier(&key.name);
    let (at_least, below) = from_and_below(&name, &dialect.stated(&literal(), key_type));
    let condition = literal();
    let rows = travellers_where(&items, from, &name, &condition);
    Some(Summed {
        from: pieces(&at_least),
        below: pieces(&below),
        sum: pieces(&dialect.bucket(&literal(), &row_text(dialect, &parts), from, &condition, &name)),
        count: pieces(&count_where_text(from, &condition)),
        rows: pieces(&dialect.sent(&rows)),
    })
}
