//! Two tables in the order of one numeric key, compared row by row as they arrive.

use std::cmp::Ordering;

use super::cells::fields;
use super::found::Found;
use super::rows::Rows;
use crate::artifact::manifest::StagingEntry;
use crate::runner::failure::Result;
use crate::schema::SqlType;

/// Whether both engines have the rows in an order that is known here. Texts have many orders.
pub(super) fn is_ordered(entry: &StagingEntry) -> bool {
    let whole = |ty: &SqlType| matches!(ty, SqlType::Int { .. } | SqlType::Unsigned { .. });
    let numbered =
        |place: &usize| entry.columns.get(*place).is_some_and(|one| whole(&one.from) && whole(&one.to));
    !entry.key.is_empty() && entry.key.iter().all(numbered)
}

/// Looks at every row of both sides once.
pub(super) fn merge(
    entry: &StagingEntry,
    source: &mut Rows<'_>,
    copy: &mut Rows<'_>,
    found: &mut Found<'_>,
) -> Result<()> {
    let (mut left, mut right) = (source.advance()?, copy.advance()?);
    while left || right {
        let order = match (left, right) {
            (true, true) if source.line() == copy.line() => Ordering::Equal,
            (true, true) => key(entry, source.line()).cmp(&key(entry, copy.line())),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        match order {
            Ordering::Less => found.alone(source.line()),
            Ordering::Greater => found.alone(copy.line()),
            Ordering::Equal => found.pair(source.line(), copy.line()),
        }
        if order != Ordering::Greater {
            left = source.advance()?;
        }
        if order != Ordering::Less {
            right = copy.advance()?;
        }
    }
    (found.source, found.copy) = (source.seen, copy.seen);
    Ok(())
}

/// The numbers of a row's key.
fn key(entry: &StagingEntry, line: &[u8]) -> Vec<Option<i128>> {
    let all: Vec<&[u8]> = fields(line).collect();
    let number = |place: &usize| std::str::from_utf8(all.get(*place)?).ok()?.parse().ok();
    entry.key.iter().map(number).collect()
}
