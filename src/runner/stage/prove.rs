//! Proves that the copies are what the source holds: every row of both, read at the same time.

use super::flow::Reader;
use super::found::Found;
use super::reading::Side;
use super::rows::Rows;
use super::{Ends, buckets, heaps, merge};
use crate::artifact::manifest::{Staging, StagingEntry};
use crate::diagnostic::Code;
use crate::runner::checks::{Check, Verdict};
use crate::runner::drivers;
use crate::runner::evidence::Found as All;
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Location;
use crate::runner::progress::{Event, Progress};

/// Fails if a copy is not what the source holds.
fn judged(checks: &[Check]) -> Result<()> {
    let failed: Vec<&Check> = checks.iter().filter(|one| one.verdict == Verdict::Fail).collect();
    let Some(first) = failed.first() else { return Ok(()) };
    let bad: u64 = failed.iter().filter_map(|check| check.bad).sum();
    let rows = if bad == 1 { "1 row differs".to_owned() } else { format!("{bad} rows differ") };
    Err(Failure::new(
        Code::CopyDiffers,
        format!("the copied rows are not those of the source: {rows}, first `{}`", first.check_id),
    )
    .help("if the source was written meanwhile, stop the writes; then roll back and apply again"))
}

/// Compares every table with its copy. Each side is read as it was at one moment.
pub(in crate::runner) fn prove(
    staging: &Staging,
    source_at: &Location,
    target: &Location,
    progress: &mut dyn Progress,
) -> (All, Result<()>) {
    let mut proven = All::default();
    let mut all = || -> Result<()> {
        let (mut source, mut copy) = (drivers::reader(source_at)?, drivers::reader(target)?);
        for entry in &staging.tables {
            let Some(copied) = entry.copied() else { continue };
            progress.event(&Event::Comparing { step: &entry.step });
            let mut found = Found::new(entry, entry.buckets.is_some());
            let mut compared = one(&mut ends(&mut source, &mut copy, entry, &copied), entry, &mut found);
            if let Err(failure) = compared.as_ref()
                && found.by_sums
                && buckets::can_be_read_instead(failure)
            {
                let why = failure.engine.as_ref().unwrap_or(&failure.message);
                let text =
                    format!("`{}` is compared row by row, for a sum cannot be had: {why}", entry.table);
                progress.event(&Event::Note { text: &text });
                // A statement that failed has ended its transaction.
                (source, copy) = (drivers::reader(source_at)?, drivers::reader(target)?);
                found = Found::new(entry, false);
                compared = one(&mut ends(&mut source, &mut copy, entry, &copied), entry, &mut found);
            }
            compared?;
            progress.event(&Event::Compared { step: &entry.step, rows: found.copy });
            proven.checks.push(found.check());
            proven.differences.append(&mut found.differences);
        }
        Ok(())
    };
    let ended = all();
    proven.checks.sort_by_key(|check| check.verdict);
    proven.ended = ended.is_ok();
    let judged = ended.and_then(|()| judged(&proven.checks));
    (proven, judged)
}

fn ends<'a>(
    source: &'a mut Box<dyn Reader>,
    copy: &'a mut Box<dyn Reader>,
    entry: &'a StagingEntry,
    copied: &'a StagingEntry,
) -> Ends<'a> {
    Ends {
        source: Side { reader: source.as_mut(), entry },
        copy: Side { reader: copy.as_mut(), entry: copied },
    }
}

fn one(ends: &mut Ends<'_>, entry: &StagingEntry, found: &mut Found<'_>) -> Result<()> {
    if found.by_sums {
        return buckets::compare(ends, entry, found);
    }
    if !merge::is_ordered(entry) {
        return heaps::compare(ends, entry, found);
    }
    let copy = &mut ends.copy;
    ends.source.read(|left| {
        copy.read(|right| merge::merge(entry, &mut Rows::new(left), &mut Rows::new(right), found))
    })
}
