//! Pairs of tables and columns by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::fold;
use crate::schema::{Catalog, ColumnIdx, Table, TableId};

/// A name as it is compared: from the strictest reading to the loosest.
type Readings = Vec<String>;

/// Pairs what has equal names: first by the strictest reading, then by looser ones among what is
/// left. Where one reading fits several on a side, none of them is paired by it.
fn pair(left: &[Readings], right: &[Readings]) -> BTreeMap<usize, usize> {
    let mut pairs = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let readings = left.iter().chain(right).map(Vec::len).max().unwrap_or(0);
    for reading in 0..readings {
        let ours = alone(left, reading, |index| !pairs.contains_key(&index));
        let theirs = alone(right, reading, |index| !taken.contains(&index));
        for (name, index) in ours {
            if let Some(other) = theirs.get(name) {
                pairs.insert(index, *other);
                taken.insert(*other);
            }
        }
    }
    pairs
}

/// The names that only one of the free members has, with their members.
fn alone(all: &[Readings], reading: usize, free: impl Fn(usize) -> bool) -> BTreeMap<&str, usize> {
    let mut found: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (index, readings) in all.iter().enumerate().filter(|(index, _)| free(*index)) {
        let Some(name) = readings.get(reading) else { continue };
        found.entry(name).and_modify(|one| *one = None).or_insert(Some(index));
    }
    found.into_iter().filter_map(|(name, index)| Some((name, index?))).collect()
}

/// As it is spelled; without its letters' case; and without its underscores, so that `InvoiceLine`
/// and `invoice_line` are the same.
fn readings(name: &str) -> Readings {
    vec![name.to_owned(), fold(name), fold(name).replace('_', "")]
}

/// The tables that pair, as the source's and the target's. Partitions go with their parents.
pub(super) fn tables(source: &Catalog, target: &Catalog) -> Vec<(TableId, TableId)> {
    let (ours, theirs) = (movable(source), movable(target));
    let names = |catalog: &Catalog, ids: &[TableId]| {
        ids.iter()
            .map(|id| {
                let table = catalog.table(*id);
                std::iter::once(table.display_name()).chain(readings(&table.name)).collect()
            })
            .collect::<Vec<Readings>>()
    };
    let pairs = pair(&names(source, &ours), &names(target, &theirs));
    pairs.into_iter().map(|(a, b)| (ours[a], theirs[b])).collect()
}

/// The tables that rows are moved from or into by name.
pub(super) fn movable(catalog: &Catalog) -> Vec<TableId> {
    catalog.tables().filter(|(_, table)| table.partition_of.is_none()).map(|(id, _)| id).collect()
}

/// The columns that pair, by the target's, without those that the target generates.
pub(super) fn columns(source: &Table, target: &Table) -> BTreeMap<ColumnIdx, ColumnIdx> {
    let written: Vec<ColumnIdx> =
        target.columns().filter(|(_, column)| column.generated.is_none()).map(|(index, _)| index).collect();
    let ours: Vec<Readings> = written.iter().map(|index| readings(&target.column(*index).name)).collect();
    let theirs: Vec<Readings> = source.columns.iter().map(|column| readings(&column.name)).collect();
    let indexes: Vec<ColumnIdx> = source.columns().map(|(index, _)| index).collect();
    pair(&ours, &theirs).into_iter().map(|(a, b)| (written[a], indexes[b])).collect()
}

#[cfg(test)]
mod tests {
    use super::{pair, readings};

    fn pairs(left: &[&str], right: &[&str]) -> Vec<(usize, usize)> {
        let all = |names: &[&str]| names.iter().map(|name| readings(name)).collect::<Vec<_>>();
        pair(&all(left), &all(right)).into_iter().collect()
    }

    #[test]
    fn the_strictest_reading_wins() {
        assert_eq!(pairs(&["InvoiceLine", "a"], &["a", "invoice_line"]), [(0, 1), (1, 0)]);
        assert_eq!(pairs(&["Note", "note"], &["note", "NOTE"]), [(0, 1), (1, 0)]);
        assert_eq!(pairs(&["user_id"], &["userid", "USER_ID"]), [(0, 1)]);
    }

    #[test]
    fn what_fits_several_is_left() {
        assert_eq!(pairs(&["ab"], &["a_b", "AB_"]), []);
        assert_eq!(pairs(&["x"], &["y"]), []);
    }
}
