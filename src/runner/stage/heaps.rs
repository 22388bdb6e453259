//! Two tables whose orders have nothing to do with each other: rows are put on heaps by the hash of what
//! tells them apart, and each heap has a count and a sum. Only rows of heaps that differ are compared, so
//! many of them at once as memory has room for.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};

use super::Ends;
use super::cells::fields;
use super::found::Found;
use super::reading::{self, both};
use super::same::canonical;
use crate::artifact::manifest::StagingEntry;
use crate::runner::failure::Result;

/// Heaps of a table.
const HEAPS: usize = 1 << 16;

/// Rows that are compared at once.
const AT_ONCE: u64 = 100_000;

/// How many rows a heap has, and the sum of their hashes. A sum and not XOR: pairs of one change would
/// cancel each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Heap {
    rows: u64,
    sum: u64,
}

/// Compares both sides, in one reading of each if they are equal.
pub(super) fn compare(ends: &mut Ends<'_>, entry: &StagingEntry, found: &mut Found<'_>) -> Result<()> {
    let (source, copy) = both(ends, |side| heaped(side, entry))?;
    let total = |heaps: &[Heap]| heaps.iter().map(|heap| heap.rows).sum::<u64>();
    (found.source, found.copy) = (total(&source), total(&copy));
    let differing: Vec<usize> = (0..HEAPS).filter(|heap| source[*heap] != copy[*heap]).collect();
    let mut rest = differing.as_slice();
    while !rest.is_empty() {
        let mut rows = 0;
        let fits = |heap: &&usize| {
            rows += source[**heap].rows + copy[**heap].rows;
            rows <= AT_ONCE
        };
        let (now, later) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        let (left, right) = both(ends, |side| taken(side, entry, now))?;
        settle(entry, left, right, found);
        rest = later;
    }
    Ok(())
}

fn heaped(side: &mut reading::Side<'_>, entry: &StagingEntry) -> Result<Vec<Heap>> {
    let mut heaps = vec![Heap::default(); HEAPS];
    side.each(&mut |line| {
        let heap = &mut heaps[heap_of(entry, line)];
        heap.rows += 1;
        heap.sum = heap.sum.wrapping_add(hash(entry, line, None));
    })?;
    Ok(heaps)
}

type Lines = Vec<Vec<u8>>;
type Taken = BTreeMap<Vec<u8>, Lines>;

/// The rows of these heaps, by what tells them apart.
fn taken(side: &mut reading::Side<'_>, entry: &StagingEntry, heaps: &[usize]) -> Result<Taken> {
    let mut rows = Taken::new();
    side.each(&mut |line| {
        if heaps.binary_search(&heap_of(entry, line)).is_ok() {
            rows.entry(identity(entry, line)).or_default().push(line.to_vec());
        }
    })?;
    Ok(rows)
}

fn settle(entry: &StagingEntry, mut source: Taken, copy: Taken, found: &mut Found<'_>) {
    let mut all: BTreeMap<Vec<u8>, (Lines, Lines)> = BTreeMap::new();
    for (identity, right) in copy {
        let left = source.remove(&identity).unwrap_or_default();
        all.insert(identity, (left, right));
    }
    all.extend(source.into_iter().map(|(identity, left)| (identity, (left, Lines::new()))));
    for (left, right) in all.into_values() {
        if entry.key.is_empty() {
            if let Some(line) = left.first().or(right.first()).filter(|_| left.len() != right.len()) {
                found.counted(line, left.len() as u64, right.len() as u64);
            }
            continue;
        }
        for place in 0..left.len().max(right.len()) {
            match (left.get(place), right.get(place)) {
                (Some(left), Some(right)) => found.pair(left, right),
                (Some(line), None) | (None, Some(line)) => found.alone(line),
                (None, None) => {}
            }
        }
    }
}

/// What tells a row from others: its key, or all of it.
fn identity(entry: &StagingEntry, line: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    forms(entry, line, telling(entry), &mut |part| text.extend_from_slice(part));
    text
}

/// The columns that tell a row from others; none if all of them do.
fn telling(entry: &StagingEntry) -> Option<&[usize]> {
    Some(entry.key.as_slice()).filter(|key| !key.is_empty())
}

/// Hands over the one form of these columns, each with its length, so that no value can be taken for two.
fn forms(entry: &StagingEntry, line: &[u8], places: Option<&[usize]>, take: &mut dyn FnMut(&[u8])) {
    for (place, (field, column)) in fields(line).zip(&entry.columns).enumerate() {
        if places.is_some_and(|places| !places.contains(&place)) {
            continue;
        }
        match canonical(field, &column.to) {
            None => take(b"~"),
            Some(form) => {
                take(form.len().to_string().as_bytes());
                take(b":");
                take(&form);
            }
        }
    }
}

/// A hash of these columns; no long value is copied for it.
fn hash(entry: &StagingEntry, line: &[u8], places: Option<&[usize]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    forms(entry, line, places, &mut |part| hasher.write(part));
    hasher.finish()
}

fn heap_of(entry: &StagingEntry, line: &[u8]) -> usize {
    // The remainder is below the number of heaps.
    usize::try_from(hash(entry, line, telling(entry)) % HEAPS as u64).unwrap_or(0)
}
