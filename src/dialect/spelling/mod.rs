//! The words of SQL: names, literals, comments, expressions. All that is neutral between engines.

mod batches;
pub(in crate::dialect) mod buckets;
mod clauses;
mod comment;
mod exact;
mod expr;
pub(in crate::dialect) mod invariants;
mod letters;
mod names;
pub(in crate::dialect) mod quarantine;
mod recode;
pub(in crate::dialect) mod reconcile;
pub(in crate::dialect) mod staging;
mod related;
pub(in crate::dialect) mod validation;

pub(in crate::dialect) use batches::{
    behind, descending, dollar_tag, equal_untyped, explain_keys, next_keys, next_number, not_behind,
    numbered, placeholders, select_distinct, type_of, window_select,
};
pub(in crate::dialect) use clauses::{
    aliased, all_columns, and, collated, comma, count_rows, count_where, ddl_condition, definition, derived,
    equal_all, exists, filtered, is_null, left_join, lines, lowered, marked, more_than_one, not, not_null,
    null_of, or, or_else, qualified, qualified_text, rename, row_value, scalar, select_groups, select_rows,
    set_from, set_null, temporary, through_index, typed, union_all, word,
};
pub(in crate::dialect) use comment::{comment, comment_lines};
pub(in crate::dialect) use exact::{decimal_pattern, digits_of, integer_range, power_of_ten, split_number};
pub(in crate::dialect) use expr::{Level, aggregate_word, case, operator_word};
pub use expr::{Piece, Speller};
pub(in crate::dialect) use letters::{other_letters, pairs};
pub(in crate::dialect) use names::Names;
pub(crate) use recode::WINDOWS_1252;
pub(in crate::dialect) use recode::{is_windows, member_path, strangers, unit, utf8_pattern};
pub(in crate::dialect) use related::{related, related_rows};

pub(in crate::dialect) use crate::plan::fixed_offset;

use super::sql::sql;
use super::{Dialect, Sql};

/// What an expression is spelled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For writing rows: a value without entry in its map fails the statement.
    Write,
    /// For counting and comparing: such a value is NULL, because the checks count these rows.
    Look,
}

/// A quoted name: `"order"`. Both engines double the quotes within.
#[must_use]
pub fn identifier(name: &str) -> Sql {
    sql!("\"{}\"", name.replace('"', "\"\""))
}

/// A string literal of `dialect`.
#[must_use]
pub fn string_literal(dialect: &dyn Dialect, text: &str) -> Sql {
    dialect.string(text)
}
