//! DDL text to [`Catalog`]: what a schema holds, as far as a data move must know it.
//!
//! `read` is the only place where sqlparser reads DDL. Knows no plan.

mod catalog;
pub mod charsets;
mod read;
mod staging;
mod shape;
mod stats;
mod types;

pub use catalog::{
    Catalog, Check, Column, ColumnIdx, Default, ForeignKey, Generated, Identity, Index, Sequence, Skipped,
    Table, TableId, UniqueKey, View,
};
pub use read::{QueryTrouble, read, read_query, recognise};
pub use shape::{Depth, Difference, Shape, Shapes, Sketch, TableShape, differences};
pub use staging::{
    crosses_wrapper, has_plain_order, is_geometry, staged, staging_type, wrapper, wrapper_room,
};
pub use stats::{KeyRange, Stats, TableStats, WRITER, rounded};
pub use types::{DecimalSize, SqlType, type_from_words};
