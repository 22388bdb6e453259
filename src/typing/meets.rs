//! Moves into one table that promise by `on conflict fail` never to meet in a key.

use super::Typer;
use super::claims::{About, How};
use super::keys::names;
use super::references::contains_lookup;
use super::unique::compared;
use crate::plan::{ClaimKind, Conflict, DuplicateKey, Probe};
use crate::schema::{ColumnIdx, Table, UniqueKey};

impl Typer<'_, '_> {
    /// Each move against those before it. Where one of both skips or updates, meeting is what the plan wants.
    pub(super) fn meeting_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let fails = |index: usize| {
            self.plan.moves[index].conflict.is_some_and(|(_, conflict)| conflict == Conflict::Fail)
        };
        let earlier: Vec<usize> = self.plan.moves_into(m.target).map(|(other, _)| other).collect();
        let earlier: Vec<usize> = earlier.into_iter().filter(|o| *o < index && fails(*o)).collect();
        if earlier.is_empty() || !fails(index) {
            return;
        }
        let table = self.plan.target.catalog.table(m.target);
        for key in table.primary_key.iter().chain(&table.uniques) {
            for other in &earlier {
                self.meeting_claim(index, *other, table, key);
            }
        }
    }

    fn meeting_claim(&mut self, index: usize, other: usize, table: &Table, key: &UniqueKey) {
        let columns: Vec<ColumnIdx> = key.columns.iter().flatten().copied().collect();
        let (Some(ours), Some(theirs)) =
            (self.key_values(index, table, key), self.key_values(other, table, key))
        else {
            return;
        };
        let m = &self.plan.moves[index];
        let of = self.plan.moves[other].id.clone();
        let listed = names(table, &columns);
        let column = if let [one] = columns.as_slice() { Some(*one) } else { None };
        let part = listed.replace(", ", "+");
        let about = About { of: index, column, part: Some(&part), span: m.ast.target.span };
        let says = format!("no `{listed}` is one that the move {of} writes as well");
        self.establish(
            about,
            ClaimKind::Unique,
            says,
            How::Probe(Probe::Meets { key: ours, of, of_key: theirs }),
        );
    }

    /// What a move gives a key's columns. `None` where that is not known before the load, as new numbers are; where the
    /// move leaves a column to its default; and for a part of the table: the index itself then decides.
    fn key_values(&self, index: usize, table: &Table, key: &UniqueKey) -> Option<Vec<DuplicateKey>> {
        let whole = key.partial.is_none();
        let value = |column: &Option<ColumnIdx>| {
            let column = (*column)?;
            let value = self.typed[index].columns.get(&column)?;
            (whole && !contains_lookup(value)).then(|| compared(table.column(column), value))
        };
        key.columns.iter().map(value).collect()
    }
}
