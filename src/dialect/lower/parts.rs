//! The parts of one move, spelled: its scope, its values, its window.

use super::super::Sql;
use super::super::spelling::{
    Mode, and, behind, comma, equal_all, identifier, not, not_behind, null_of, or, qualified, rename,
    select_groups, through_index, word,
};
use super::frame::Frame;
use super::quarantine;
use crate::plan::{Assign, Batch, Expr, ExprKind, KeyMaker, Move, NewKey, Otherwise};

/// The alias of rows as the plan makes them, and of rows as the target has them.
pub(super) const NEW: &str = "datamove_row";
pub(super) const OLD: &str = "datamove_old";

/// Which columns of a move's rows a statement needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// As they are inserted: columns of the second pass are NULL.
    Inserted,
    /// As they are in the end.
    Final,
    /// The key and the columns of the second pass.
    SecondPass,
}

/// A move of a frame.
#[derive(Debug)]
pub(super) struct Parts<'f> {
    pub(super) frame: &'f Frame<'f>,
    pub(super) step: &'f Move,
    pub(super) mode: Mode,
    /// Stands for the source's table where a batch's rows are read: see [`Parts::windowed_source`].
    windowed: Option<Sql>,
    /// The move is run again over rows that are loaded.
    pub(super) again: Option<Again>,
    /// The rows are those that were set aside and are tried again, not the others.
    redriven: bool,
}

/// Which rows of the target a catch-up may overwrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Those that the load inserted.
    Ours,
    /// All, as the load did.
    All,
}

impl<'f> Parts<'f> {
    pub(super) fn new(frame: &'f Frame<'f>, step: &'f Move, mode: Mode) -> Self {
        Self { frame, step, mode, windowed: None, again: None, redriven: false }
    }

    /// The same move, run again.
    pub(super) fn again(self, which: Again) -> Self {
        Self { again: Some(which), ..self }
    }

    pub(super) fn from(&self) -> Sql {
        let speller = self.frame.speller(self.mode);
        speller.joined(&self.scanned(), &self.step.joins)
    }

    /// The same move, whose rows are read from `source`.
    pub(super) fn reading(&self, source: Option<Sql>) -> Self {
        Self { windowed: source, ..*self }
    }

    /// The move's filter and what else must hold.
    pub(super) fn conditions(&self, more: Option<Sql>) -> Vec<Sql> {
        let speller = self.frame.speller(self.mode);
        more.into_iter().chain(self.step.filter.iter().map(|expr| speller.condition(expr))).collect()
    }

    pub(super) fn groups(&self) -> Vec<Sql> {
        let speller = self.frame.speller(self.mode);
        self.step
            .group_by
            .iter()
            .map(|expr| speller.dialect().map_key(&speller.spell(expr), &expr.ty))
            .collect()
    }

    /// `SELECT items FROM scope`
    pub(super) fn select(&self, items: &[Sql], window: Option<Sql>) -> Sql {
        let dialect = self.frame.dialect();
        select_groups(dialect, items, &self.from(), &self.conditions(window), &self.groups())
    }

    /// The rows as the plan makes them, under the target's column names; without those that were set aside.
    pub(super) fn rows(&self, wanted: Wanted, window: Option<Sql>) -> Sql {
        let items: Vec<_> = self.wanted(wanted).map(|assign| self.item(assign, wanted)).collect();
        let items = if items.is_empty() { vec![rename(&word("1").into(), "datamove_one")] } else { items };
        let dialect = self.frame.dialect();
        let mut conditions = self.conditions(window);
        conditions.extend(quarantine::kept_out(self).filter(|_| !self.redriven));
        select_groups(dialect, &items, &self.from(), &conditions, &self.groups())
    }

    /// The same move, of whose rows those are meant that were set aside and are tried again.
    pub(super) fn redriven(&self) -> Self {
        Self { redriven: true, windowed: None, ..*self }
    }

    fn wanted(&self, wanted: Wanted) -> impl Iterator<Item = &'f Assign> {
        let step = self.step;
        step.columns.iter().filter(move |assign| {
            wanted != Wanted::SecondPass
                || step.key.contains(&assign.column)
                || step.second_pass.contains(&assign.column)
        })
    }

    fn item(&self, assign: &Assign, wanted: Wanted) -> Sql {
        let speller = self.frame.speller(self.mode);
        let later = self.step.second_pass.contains(&assign.column);
        let value = if later && wanted == Wanted::Inserted {
            null_of(&speller, &assign.ty)
        } else {
            speller.spell(&self.value(assign))
        };
        rename(&value, &assign.column)
    }

    /// The value of a column; a UUID that the mapping table holds is looked up, not made again.
    pub(super) fn value(&self, assign: &Assign) -> Expr {
        match &self.step.new_key {
            NewKey::Mapped { map, old, made_by: KeyMaker::Uuid5(maker) } if assign.value == *maker => {
                let kind =
                    ExprKind::Lookup { map: map.clone(), args: old.clone(), otherwise: Otherwise::Null };
                Expr::new(assign.ty.clone(), true, kind)
            }
            _ => assign.value.clone(),
        }
    }

    pub(super) fn key(&self, alias: &str) -> Vec<Sql> {
        self.step.key.iter().map(|column| qualified(alias, column)).collect()
    }

    pub(super) fn same_key(&self) -> Sql {
        self.same_key_of(OLD, NEW)
    }

    /// The key of a row as the target has it, and of a row as the plan makes it, in a way that an
    /// index over the target's columns serves.
    pub(super) fn same_key_of(&self, old: &str, new: &str) -> Sql {
        let table = self.frame.table_of(&self.step.target);
        let pairs: Vec<_> = self
            .step
            .key
            .iter()
            .map(|name| {
                let column = table.and_then(|table| table.columns.iter().find(|column| column.name == *name));
                let (left, right) = (qualified(old, name), qualified(new, name));
                match column {
                    Some(column) => {
                        self.frame.dialect().same_key(&left, &right, &column.ty, column.collation.as_deref())
                    }
                    None => equal_all(&[left], &[right]),
                }
            })
            .collect();
        and(&pairs)
    }

    /// The same key to the byte, beyond what a column's collation takes for the same. The equality
    /// that an index serves stands beside it.
    pub(super) fn same_key_exactly(&self) -> Sql {
        let texts: Vec<_> = self
            .step
            .columns
            .iter()
            .filter(|assign| {
                self.step.key.contains(&assign.column)
                    && matches!(assign.ty, crate::schema::SqlType::Text { .. })
            })
            .collect();
        if !self.frame.dialect().capabilities().collations_fold || texts.is_empty() {
            return self.same_key();
        }
        and(&[self.same_key(), not(&self.differ(&texts, OLD, NEW))])
    }

    /// Columns that are neither key nor, unless `second`, left to the second pass.
    pub(super) fn plain_columns(&self, second: bool) -> Vec<&'f Assign> {
        let step = self.step;
        step.columns
            .iter()
            .filter(|assign| !step.key.contains(&assign.column))
            .filter(|assign| second == step.second_pass.contains(&assign.column))
            .collect()
    }

    /// One of `columns` differs between the rows `left` and `right`.
    pub(super) fn differ(&self, columns: &[&Assign], left: &str, right: &str) -> Sql {
        let dialect = self.frame.dialect();
        let tests: Vec<_> = columns
            .iter()
            .map(|assign| {
                let (left, right) = (qualified(left, &assign.column), qualified(right, &assign.column));
                dialect.differs(&left, &right, &assign.ty)
            })
            .collect();
        or(&tests)
    }

    /// The source's columns by which batches go.
    pub(super) fn keyset(&self) -> Vec<Sql> {
        match &self.step.batch {
            Batch::Whole => Vec::new(),
            Batch::Keyset { by, .. } => {
                by.iter().map(|key| qualified(&self.step.source.alias, &key.column)).collect()
            }
        }
    }

    pub(super) fn batch_rows(&self) -> Option<u64> {
        match &self.step.batch {
            Batch::Keyset { rows, .. } if self.step.together.is_none() => Some(*rows),
            _ => None,
        }
    }

    /// True if only a part of the source's rows is read.
    pub(super) const fn is_windowed(&self) -> bool {
        self.windowed.is_some()
    }

    /// What the rows are read from: the source's table, or the part of it that stands for it.
    pub(super) fn scanned(&self) -> Sql {
        self.windowed.clone().unwrap_or_else(|| self.source())
    }

    pub(super) fn source(&self) -> Sql {
        self.frame.speller(self.mode).relation(&self.step.source)
    }

    /// The source as its keys are looked up: through the index of the keyset, where the engine is told.
    pub(super) fn key_source(&self) -> Sql {
        match &self.step.batch {
            Batch::Keyset { index: Some(index), .. } => through_index(&self.source(), index),
            Batch::Keyset { .. } | Batch::Whole => self.source(),
        }
    }

    pub(super) fn columns(&self) -> Sql {
        comma(&self.step.columns.iter().map(|assign| identifier(&assign.column)).collect::<Vec<_>>())
    }

    pub(super) fn key_names(&self) -> Vec<Sql> {
        self.step.key.iter().map(|column| identifier(column)).collect()
    }

    pub(super) fn count(&self) -> Sql {
        super::super::spelling::count_rows(&self.select(&[rename(&word("1").into(), "datamove_one")], None))
    }

    pub(super) fn is_batched(&self) -> bool {
        self.batch_rows().is_some()
    }

    /// The source's rows whose keys are from `firsts` to `lasts`, each a variable, as a relation.
    ///
    /// PostgreSQL ends a scan by `(a, b) <= (x, y)` where `a` is greater than `x`, and reads the
    /// index until there. So there is an arm for windows within one value of the leading columns;
    /// of all arms only the one whose variables fit is executed.
    pub(super) fn windowed_source(&self, firsts: &[Sql], lasts: &[Sql]) -> Sql {
        let keyset = self.keyset();
        let arm = |alike: usize| {
            let mut all: Vec<Sql> = (0..alike).map(|i| equal_all(&firsts[i..=i], &lasts[i..=i])).collect();
            if alike + 1 < keyset.len() {
                all.push(not(&equal_all(&firsts[alike..=alike], &lasts[alike..=alike])));
            }
            all.extend((0..alike).map(|i| equal_all(&keyset[i..=i], &firsts[i..=i])));
            let dialect = self.frame.dialect();
            all.push(behind(dialect, &keyset[alike..], &firsts[alike..], true));
            all.push(not_behind(dialect, &keyset[alike..], &lasts[alike..]));
            super::super::spelling::all_columns(&self.source(), &all)
        };
        let arms: Vec<Sql> = (0..keyset.len()).map(arm).collect();
        super::super::spelling::derived(&super::super::spelling::union_all(&arms), &self.step.source.alias)
    }

    /// The key columns at or after `first` and at or before `last`.
    pub(super) fn between(&self, first: &[Sql], last: &[Sql]) -> Sql {
        let (dialect, key) = (self.frame.dialect(), self.keyset());
        and(&[behind(dialect, &key, first, true), not_behind(dialect, &key, last)])
    }
}
