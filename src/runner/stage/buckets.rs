//! Two tables of which both servers compute sums over the same ranges of their key: rows travel only from ranges whose
//! sums differ.

use super::Ends;
use super::found::Found;
use super::merge::merge;
use super::reading::Side;
use super::reading::both;
use super::rows::Rows;
use crate::artifact::manifest::{StagingEntry, Summed};
use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, RowSet, Trouble};
use crate::runner::failure::{Failure, Result};

/// Rows of a bucket, as long as there are no more than [`MOST`] of them.
const ROWS: u64 = 1000;

/// Buckets of a table of many rows; what is known of them is all that has to be held in memory.
const MOST: u64 = 1 << 16;

/// Rows of a bucket at most, so that a server has room for their text.
const WIDEST: u64 = 10_000;

/// Buckets that are asked for with one statement.
const AT_ONCE: usize = 32;

/// What a server says of the rows of one bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    text: String,
}

/// Compares both sides, whose rows have to be read only where sums differ.
pub(super) fn compare(ends: &mut Ends<'_>, entry: &StagingEntry, found: &mut Found<'_>) -> Result<()> {
    let bounds = bounds(&mut ends.source)?;
    let (source, copy) = both(ends, |side| sums(side, &bounds))?;
    let differing: Vec<usize> = (0..=bounds.len()).filter(|at| source[*at] != copy[*at]).collect();
    for (first, last) in ranges(&differing, bounds.len() + 1) {
        let range = (first.checked_sub(1).map(|at| &bounds[at]), bounds.get(last));
        let (left, right) = (part(&ends.source, range)?, part(&ends.copy, range)?);
        let mut source = Side { reader: &mut *ends.source.reader, entry: &left };
        let mut copy = Side { reader: &mut *ends.copy.reader, entry: &right };
        source.read(|left| {
            copy.read(|right| merge(entry, &mut Rows::new(left), &mut Rows::new(right), found))
        })?;
    }
    let total = |sums: &[Sum]| sums.iter().map(|sum| sum.rows).sum::<u64>();
    (found.source, found.copy) = (total(&source), total(&copy));
    Ok(())
}

/// The words of a side. A copy's own stand first in [`StagingEntry::copied`].
fn words<'a>(side: &Side<'a>) -> Result<&'a Summed> {
    side.entry.buckets.as_ref().map(|buckets| &buckets.source).ok_or_else(|| unsaid(side))
}

/// Where buckets begin: keys of the source, in their order. The first bucket has what is below, the last one all that
/// is above.
fn bounds(source: &mut Side<'_>) -> Result<Vec<String>> {
    let rows = count(source)?;
    let each = (rows / MOST).clamp(ROWS, WIDEST).to_string();
    let pieces = source.entry.buckets.as_ref().map(|buckets| filled(&buckets.bounds, &[&each]));
    let set = ask(source, &pieces.unwrap_or_default())?;
    Ok(set.rows.iter().map(|row| set.text(row, "bound")).collect())
}

/// The sums of all buckets of one side, which together have all of its rows.
fn sums(side: &mut Side<'_>, bounds: &[String]) -> Result<Vec<Sum>> {
    let words = words(side)?;
    let all: Vec<usize> = (0..=bounds.len()).collect();
    let mut sums = vec![Sum::default(); all.len()];
    for some in all.chunks(AT_ONCE) {
        crate::runner::interrupt::check().map_err(Failure::from_engine)?;
        let one = |at: &usize| {
            let range = (at.checked_sub(1).map(|before| &bounds[before]), bounds.get(*at));
            filled(&words.sum, &[&at.to_string(), &condition(words, range)])
        };
        let statement: Vec<String> = some.iter().map(one).collect();
        let set = ask(side, &statement.join("\nUNION ALL\n"))?;
        for row in &set.rows {
            let place = set.count(row, "bucket").and_then(|at| usize::try_from(at).ok());
            let place = place.and_then(|at| sums.get_mut(at)).ok_or_else(|| unsaid(side))?;
            let rows = set.count(row, "count").ok_or_else(|| unsaid(side))?;
            *place = Sum { rows, text: set.text(row, "sum") };
        }
    }
    let (seen, rows) = (sums.iter().map(|sum| sum.rows).sum::<u64>(), count(side)?);
    // Rows that are in no bucket, or a statement that was not answered.
    if seen == rows { Ok(sums) } else { Err(super::rows::uncounted(rows, seen)) }
}

fn count(side: &mut Side<'_>) -> Result<u64> {
    let set = ask(side, &side.entry.count.clone())?;
    let name = set.columns.first().cloned().unwrap_or_default();
    let rows = set.rows.first().and_then(|row| set.count(row, &name));
    rows.ok_or_else(|| unsaid(side))
}

fn ask(side: &mut Side<'_>, sql: &str) -> Result<RowSet> {
    let failed = |error| Failure::from_engine(error).doing(format!("comparing `{}`", side.entry.table));
    side.reader.ask(sql).map_err(failed)
}

fn unsaid(side: &Side<'_>) -> Box<Failure> {
    let error = EngineError::new(Trouble::Other, "the server did not say what was asked for");
    Failure::from_engine(error).doing(format!("comparing `{}`", side.entry.table))
}

/// Keys from the one and below the other; open where there is none.
fn condition(words: &Summed, (from, below): (Option<&String>, Option<&String>)) -> String {
    let key = |pieces: &[String], key: &String| super::flow::filled(pieces, [key.as_str()].into_iter());
    let from = from.map(|from| key(&words.from, from));
    let all: Vec<String> = from.into_iter().chain(below.map(|below| key(&words.below, below))).collect();
    if all.is_empty() { "1 = 1".to_owned() } else { all.join(" AND ") }
}

/// A range of a table as if it were one.
fn part(side: &Side<'_>, range: (Option<&String>, Option<&String>)) -> Result<StagingEntry> {
    let words = words(side)?;
    let condition = condition(words, range);
    let of = |pieces: &[String]| filled(pieces, &[&condition]);
    Ok(StagingEntry { count: of(&words.count), first: of(&words.rows), ..side.entry.clone() })
}

/// What differs as ranges of buckets, from the first to the last of each. Neighbours are read together, and where much
/// differs everything is.
fn ranges(differing: &[usize], all: usize) -> Vec<(usize, usize)> {
    if differing.len() > 8 && differing.len() * 4 > all {
        return vec![(0, all - 1)];
    }
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in differing {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *at => *last = *at,
            _ => ranges.push((*at, *at)),
        }
    }
    ranges
}

/// A statement with these words between its pieces.
fn filled(pieces: &[String], words: &[&str]) -> String {
    let mut pieces = pieces.iter();
    let mut text = pieces.next().cloned().unwrap_or_default();
    for (word, piece) in words.iter().zip(pieces) {
        text.push_str(word);
        text.push_str(piece);
    }
    text
}

/// Whether the failure is that a server refuses to compute a sum, or takes too long for it, so that rows can be read
/// instead; not that it is lost or stopped, or that something is wrong.
pub(super) fn can_be_read_instead(failure: &Failure) -> bool {
    matches!(failure.code, Code::StatementFailed | Code::RightsMissing | Code::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range_and_much_is_all() {
        assert_eq!(ranges(&[], 100), []);
        assert_eq!(ranges(&[0, 1, 5, 7, 8, 9], 100), [(0, 1), (5, 5), (7, 9)]);
        assert_eq!(ranges(&[0], 1), [(0, 0)]);
        let scattered: Vec<usize> = (0..30).map(|at| at * 3).collect();
        assert_eq!(ranges(&scattered, 100), [(0, 99)]);
    }

    #[test]
    fn ends_are_open() {
        let pieces = |text: &str| text.split('?').map(str::to_owned).collect::<Vec<_>>();
        let words = Summed {
            from: pieces("k >= ?"),
            below: pieces("k < ?"),
            sum: pieces("S ? F ?"),
            count: pieces("C ?"),
            rows: pieces("R ?"),
        };
        let (one, two) = ("1".to_owned(), "2".to_owned());
        assert_eq!(condition(&words, (None, None)), "1 = 1");
        assert_eq!(condition(&words, (None, Some(&one))), "k < '1'");
        assert_eq!(condition(&words, (Some(&one), Some(&two))), "k >= '1' AND k < '2'");
        assert_eq!(condition(&words, (Some(&two), None)), "k >= '2'");
        assert_eq!(filled(&words.sum, &["7", "x"]), "S 7 F x");
    }
}
