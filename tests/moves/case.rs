//! What is drawn: a few tables, their columns, rows and mappings, as numbers that shrink well.

use proptest::prelude::*;

/// How a table's rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A whole number that is kept.
    Kept,
    /// A whole number that gets a uuid.
    Fresh,
    /// A text, compared as its bytes are.
    Text,
    /// A text of a collation that is not.
    Collated,
    /// A number and a text.
    Pair,
    /// Nothing.
    Absent,
}

/// A column: all numbers are places in lists, counted around.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) kind: usize,
    pub(crate) way: usize,
    pub(crate) nullable: bool,
}

/// A reference of each row to a row of another table, or of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    pub(crate) parent: usize,
    pub(crate) nullable: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) key: Key,
    pub(crate) columns: Vec<Column>,
    pub(crate) references: Vec<Reference>,
    /// Each row refers to another one of the same table.
    pub(crate) own: bool,
    /// Each row is one number for every column.
    pub(crate) rows: Vec<[u16; WIDTH]>,
    pub(crate) batch: u64,
    /// Rows are left out, where no other table needs them.
    pub(crate) filter: bool,
    pub(crate) named: usize,
}

/// The most columns that a table has, references included.
pub(crate) const WIDTH: usize = 10;

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) tables: Vec<Table>,
    /// Rows of a batch are the plan's, or these for all.
    pub(crate) batch_rows: Option<u64>,
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    (prop::collection::vec(table(), 1..5), prop::option::of(1u64..4))
        .prop_map(|(tables, batch_rows)| Case { tables, batch_rows })
}

fn table() -> impl Strategy<Value = Table> {
    let keys = prop_oneof![
        4 => Just(Key::Kept), 3 => Just(Key::Fresh), 2 => Just(Key::Text),
        1 => Just(Key::Collated), 2 => Just(Key::Pair), 1 => Just(Key::Absent)
    ];
    let column = (0usize..100, 0usize..100, any::<bool>()).prop_map(|(kind, way, nullable)| Column {
        kind,
        way,
        nullable,
    });
    let reference = (0usize..4, any::<bool>()).prop_map(|(parent, nullable)| Reference { parent, nullable });
    let rows = prop_oneof![
        8 => prop::collection::vec(any::<[u16; WIDTH]>(), 1..9),
        1 => prop::collection::vec(any::<[u16; WIDTH]>(), 0..40),
        1 => Just(Vec::new()),
    ];
    (
        keys,
        prop::collection::vec(column, 0..6),
        prop::collection::vec(reference, 0..3),
        prop::bool::weighted(0.25),
        rows,
        1u64..6,
        prop::bool::weighted(0.2),
        0usize..100,
    )
        .prop_map(|(key, columns, references, own, rows, batch, filter, named)| Table {
            key,
            columns,
            references,
            own,
            rows,
            batch,
            filter,
            named,
        })
}
