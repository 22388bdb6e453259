//! Which check finds which corruption of the rows that a move wrote: what can happen after the copy, and what of
//! the validation would tell it.

use std::collections::BTreeSet;

use super::{Assign, Cover, InvariantBody, Move, Plan, Relations, TableRef, TargetTable};
use crate::schema::SqlType;

/// What can happen to rows that were moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corruption {
    MissingRow,
    ExtraRow,
    /// The same row, or the same wrong value in two rows: what sums without a sign would cancel.
    DuplicatedPair,
    ChangedValue,
    SwappedValues,
    /// NULL for `''`, a space at the end, another case.
    TextAlmost,
    NegativeZero,
    OneCent,
    OneMicrosecond,
    SequenceBehind,
}

impl Corruption {
    pub const ALL: [Self; 10] = [
        Self::MissingRow,
        Self::ExtraRow,
        Self::DuplicatedPair,
        Self::ChangedValue,
        Self::SwappedValues,
        Self::TextAlmost,
        Self::NegativeZero,
        Self::OneCent,
        Self::OneMicrosecond,
        Self::SequenceBehind,
    ];

    /// In a few words.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::MissingRow => "a row is missing",
            Self::ExtraRow => "a row too many",
            Self::DuplicatedPair => "the same twice",
            Self::ChangedValue => "a value changed",
            Self::SwappedValues => "two rows swapped values",
            Self::TextAlmost => "NULL for '', a space at the end, another case",
            Self::NegativeZero => "-0 for 0",
            Self::OneCent => "one cent",
            Self::OneMicrosecond => "one microsecond",
            Self::SequenceBehind => "a sequence left behind",
        }
    }
}

/// What would tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caught {
    /// Any of these checks, by their ids in `30_validate.sql`.
    By(Vec<String>),
    /// These checks, but for what the sentence says.
    Only(Vec<String>, &'static str),
    /// There is nothing to which it could happen.
    CannotBe,
}

/// What would tell `what` of the rows that the move `of` writes.
#[must_use]
pub fn caught(plan: &Plan, of: &Move, what: Corruption) -> Caught {
    let Some(table) = plan.tables.iter().find(|table| table.table == of.target) else {
        return Caught::CannotBe;
    };
    match what {
        Corruption::MissingRow if of.key.is_empty() => by([format!("{}/values", of.id)]),
        Corruption::MissingRow => by([format!("{}/missing", of.id)]),
        Corruption::ExtraRow | Corruption::DuplicatedPair => extra(of, table, what),
        Corruption::ChangedValue | Corruption::SwappedValues => values(of, table, |_| true),
        Corruption::TextAlmost => {
            values(of, table, |ty| matches!(ty, SqlType::Text { .. } | SqlType::Opaque(_)))
        }
        Corruption::NegativeZero => values(of, table, |ty| matches!(ty, SqlType::Float { .. })),
        Corruption::OneCent => values(of, table, |ty| matches!(ty, SqlType::Decimal(_))),
        Corruption::OneMicrosecond => {
            values(of, table, |ty| matches!(ty, SqlType::Timestamp { .. } | SqlType::Time { .. }))
        }
        Corruption::SequenceBehind => {
            let name = &table.table.name;
            some(table.sequences.iter().map(|used| format!("{name}/{}/sequence", used.column)).collect())
        }
    }
}

/// Something that can happen to the rows of a move and that nothing of the plan would tell.
#[derive(Clone, Debug)]
pub struct Gap<'p> {
    pub of: &'p Move,
    /// Which rows, in a few words.
    pub says: &'static str,
}

/// What neither a derived check nor one of the plan's own would tell: those into whose table no invariant and no
/// check looks.
#[must_use]
pub fn gaps(plan: &Plan) -> Vec<Gap<'_>> {
    let mut found = Vec::new();
    let mut tables = BTreeSet::new();
    let unseen = plan.moves.iter().filter(|of| !looked_at(plan, &of.target));
    // Of several moves into one table the first one is told.
    for of in unseen.filter(|of| tables.insert(&of.target)) {
        let of_move = Corruption::ALL.into_iter().filter_map(|what| match caught(plan, of, what) {
            Caught::Only(_, says) => Some(Gap { of, says }),
            Caught::By(_) | Caught::CannotBe => None,
        });
        found.extend(of_move);
    }
    found
}

/// Whether an invariant or a check of the plan reads the table.
#[must_use]
pub fn looked_at(plan: &Plan, table: &TableRef) -> bool {
    let among = |relations: &Relations| {
        let joins = relations.joins.iter().map(|join| &join.relation);
        std::iter::once(&relations.from).chain(joins).any(|relation| relation.table == *table)
    };
    plan.invariants.iter().any(|invariant| match &invariant.body {
        InvariantBody::None { relations, .. } => among(relations),
        InvariantBody::Equal { left, right, .. } => among(&left.relations) || among(&right.relations),
        // Which tables a query in SQL reads is not known here: one that has the name counts as looking.
        InvariantBody::Sql { sql, .. } => {
            sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == table.name)
        }
    })
}

fn by<const N: usize>(ids: [String; N]) -> Caught {
    Caught::By(ids.into())
}

fn some(ids: Vec<String>) -> Caught {
    if ids.is_empty() { Caught::CannotBe } else { Caught::By(ids) }
}

fn extra(of: &Move, table: &TargetTable, what: Corruption) -> Caught {
    let id = format!("{}/extra", table.table.name);
    if of.key.is_empty() {
        return by([format!("{}/values", of.id), id]);
    }
    if what == Corruption::DuplicatedPair {
        // The join by key meets one row twice, so it examines more rows than it should.
        return by([format!("{}/missing", of.id), id]);
    }
    match table.cover {
        Cover::WasEmpty => by([id]),
        Cover::InsertedKeys | Cover::BeforeImages => {
            Caught::Only(vec![id], "rows that others add beside those that were there before")
        }
    }
}

/// The checks of the columns that have such a type. A key that changes is a row missing and one too many.
fn values(of: &Move, table: &TargetTable, has: impl Fn(&SqlType) -> bool) -> Caught {
    let concerned: Vec<&Assign> = of.columns.iter().filter(|assign| has(&assign.ty)).collect();
    if of.key.is_empty() {
        return some(concerned.first().map(|_| format!("{}/values", of.id)).into_iter().collect());
    }
    let (keys, others): (Vec<&Assign>, Vec<&Assign>) =
        concerned.into_iter().partition(|assign| of.key.contains(&assign.column));
    let mut ids: Vec<String> =
        others.iter().map(|assign| format!("{}/{}/values", of.id, assign.column)).collect();
    if !keys.is_empty() {
        ids.extend([format!("{}/missing", of.id), format!("{}/extra", table.table.name)]);
    }
    some(ids)
}

#[cfg(test)]
mod tests {
    use super::{Caught, Corruption, caught};
    use crate::plan::fixture::shop;

    #[test]
    fn every_corruption_of_every_move_is_told_or_cannot_be() {
        let plan = shop();
        let customer = plan.moves.iter().find(|of| of.id == "customer").unwrap();
        let missing = caught(&plan, customer, Corruption::MissingRow);
        assert_eq!(missing, Caught::By(vec!["customer/missing".to_owned()]));
        let Caught::By(changed) = caught(&plan, customer, Corruption::ChangedValue) else { panic!("told") };
        assert!(changed.contains(&"customer/full_name/values".to_owned()), "{changed:?}");
        assert!(changed.contains(&"customer/missing".to_owned()), "its key: {changed:?}");
        assert_eq!(caught(&plan, customer, Corruption::NegativeZero), Caught::CannotBe);
        for of in &plan.moves {
            for what in [Corruption::MissingRow, Corruption::ExtraRow, Corruption::DuplicatedPair] {
                assert_ne!(caught(&plan, of, what), Caught::CannotBe, "{} {what:?}", of.id);
            }
        }
    }

    #[test]
    fn a_table_without_a_key_is_told_as_a_multiset() {
        let mut plan = shop();
        plan.moves[0].key.clear();
        let Caught::By(ids) = caught(&plan, &plan.moves[0], Corruption::DuplicatedPair) else {
            panic!("told")
        };
        assert!(ids.contains(&format!("{}/values", plan.moves[0].id)), "{ids:?}");
    }
}
