//! Invariants: what must hold on one side, or be equal on both.

use super::super::Sql;
use super::super::spelling::{
    Mode, Speller, count_rows, count_where, derived, filtered, identifier, invariants as words, rename,
    select_rows, word,
};
use super::frame::{Frame, from_plan};
use super::probe::{Scan, check_row, count_all};
use crate::plan::{Invariant, InvariantBody, Relations, SideQuery};

pub(super) fn scan(frame: &Frame<'_>, invariant: &Invariant) -> Scan {
    let comment = from_plan(&invariant.origin, &invariant.name);
    let speller = frame.speller(Mode::Look);
    let id = format!("invariant/{}", invariant.name);
    match &invariant.body {
        InvariantBody::None { relations, .. } => {
            let from = speller.from(&relations.from, &relations.joins);
            let bad = relations
                .filter
                .as_ref()
                .map_or_else(count_all, |filter| count_where(&speller.condition(filter)));
            let one = [rename(&word("1").into(), "datamove_one")];
            Scan {
                comment,
                examined: count_all(),
                expected: count_rows(&select_rows(&one, &from, &[], &[])),
                from,
                rows: vec![check_row(id, "invariant", invariant.name.clone(), bad)],
            }
        }
        InvariantBody::Sql { sql, counts, .. } => {
            let id = format!("check/{}", invariant.name);
            let from = words::custom(sql);
            let (examined, expected, bad) = if *counts {
                // What is said by no row, or by several, is said by none of them.
                let said = |column| words::said_once(&identifier(column));
                (said("examined"), select_rows(&[said("expected")], &from, &[], &[]), said("bad"))
            } else {
                (word("1").into(), word("1").into(), count_all())
            };
            Scan {
                comment,
                examined,
                expected,
                from,
                rows: vec![check_row(id, "custom", invariant.name.clone(), bad)],
            }
        }
        InvariantBody::Equal { groups, left, right, within } => {
            let (values, apart) = words::values(&speller, &left.value, &right.value, within);
            let left_rows = side(&speller, left, &values[0], "0");
            let right_rows = side(&speller, right, &values[1], "1");
            let both = words::both(&left_rows, &right_rows);
            let names = group_names(groups.len());
            let compared = words::compared(&both, &names);
            let bad = words::groups_differ(frame.dialect(), apart.as_ref());
            Scan {
                comment,
                examined: count_all(),
                expected: count_rows(&words::distinct_groups(&both, &names)),
                from: filtered(&derived(&compared, "datamove_group"), &[]),
                rows: vec![check_row(id, "invariant", invariant.name.clone(), count_where(&bad))],
            }
        }
    }
}

fn group_names(count: usize) -> Vec<Sql> {
    (1..=count).map(|i| identifier(&format!("g_{i}"))).collect()
}

/// One side's value for each of its groups.
fn side(speller: &Speller<'_>, query: &SideQuery, value: &Sql, tag: &'static str) -> Sql {
    let groups: Vec<_> = query.groups.iter().map(|group| words::group(speller, group)).collect();
    let mut items = vec![rename(&word(tag).into(), "side")];
    items.extend(groups.iter().enumerate().map(|(i, group)| rename(group, &format!("g_{}", i + 1))));
    items.push(rename(value, "value"));
    let Relations { from, joins, filter } = &query.relations;
    let conditions: Vec<_> = filter.iter().map(|expr| speller.condition(expr)).collect();
    select_rows(&items, &speller.from(from, joins), &conditions, &groups)
}
