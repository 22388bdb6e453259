//! The words that several documents share, so that they call the same thing the same.

use crate::plan::{
    Batch, ClaimKind, Conflict, Cover, Deletes, Established, KeyMaker, Move, NewKey, Plan, Reconcile, Sample,
    TableRef, Watermark,
};

/// `schema.name`, or the bare name where there is no schema.
pub(crate) fn table(table: &TableRef) -> String {
    match &table.schema {
        Some(schema) => format!("{schema}.{}", table.name),
        None => table.name.clone(),
    }
}

/// `3 moves`, `1 move`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", thousands(n)) }
}

/// Digits in groups of three, with a space that a line does not break at.
pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

pub(crate) fn waves(plan: &Plan) -> u32 {
    plan.moves.iter().map(|of| of.wave).max().unwrap_or(0)
}

/// Where the keys of a move's rows come from, in a word or two.
pub(crate) fn key_kind(of: &Move) -> &'static str {
    match &of.new_key {
        NewKey::Keep if of.key.is_empty() => "no key",
        NewKey::Keep => "key kept",
        NewKey::Mapped { made_by: KeyMaker::Uuid5(_), .. } => "new key: uuid5",
        NewKey::Mapped { made_by: KeyMaker::Sequence, .. } => "new key: sequence",
    }
}

/// A length of time in the largest unit that it is a whole number of.
pub(crate) fn time(seconds: u64) -> String {
    let units = [(86_400, "days"), (3_600, "h"), (60, "min")];
    let fits =
        units.iter().find(|(each, _)| seconds > *each && seconds.is_multiple_of(*each) || seconds == *each);
    match fits {
        Some((86_400, _)) if seconds == 86_400 => "1 day".to_owned(),
        Some((each, unit)) => format!("{} {unit}", seconds / each),
        None => format!("{seconds} s"),
    }
}

/// The comparison that comes again, in the plan's words.
pub(crate) fn reconcile(of: &Reconcile) -> String {
    let sample = of.sample.map_or_else(String::new, |one| format!(", {}", sample(one)));
    format!("every {} for {}: checks {}{sample}", time(of.every), time(of.during), of.checks.word())
}

pub(crate) fn sample(sample: Sample) -> String {
    let seed = if sample.seed == 0 { String::new() } else { format!(" seed {}", sample.seed) };
    format!("sample {} rows{seed}", sample.rows)
}

pub(crate) fn watermark(of: &Move, watermark: &Watermark) -> String {
    format!("{}.{} overlap {}", of.source.alias, watermark.column, time(watermark.overlap))
}

pub(crate) fn batch(of: &Move) -> String {
    match &of.batch {
        Batch::Whole => "all rows in one transaction".to_owned(),
        Batch::Keyset { rows, by, .. } => {
            let by: Vec<&str> = by.iter().map(|part| part.column.as_str()).collect();
            let rows = usize::try_from(*rows).unwrap_or(usize::MAX);
            format!("{} by {}", count(rows, "row"), by.join(", "))
        }
    }
}

pub(crate) const fn conflict(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::MustBeEmpty => "the table must be empty before the first write",
        Conflict::Fail => "a key that the target has already is refused by the preflight",
        Conflict::Skip => "a row that the target has already stays as it is",
        Conflict::Update => "a row that the target has already is overwritten if it differs",
    }
}

/// What a catch-up does with rows whose source is gone.
pub(crate) fn deletes(rule: &Deletes) -> String {
    match rule {
        Deletes::None => "rows whose source is gone stay".to_owned(),
        Deletes::Soft { column } => format!("rows whose source is gone are marked in {column}"),
        Deletes::Hard => "rows whose source is gone are deleted".to_owned(),
    }
}

pub(crate) const fn cover(cover: Cover) -> &'static str {
    match cover {
        Cover::WasEmpty => "was empty",
        Cover::InsertedKeys => "inserted keys",
        Cover::BeforeImages => "before-images",
    }
}

pub(crate) const fn cover_means(cover: Cover) -> &'static str {
    match cover {
        Cover::WasEmpty => "the table was empty before the move, so the rollback empties it again",
        Cover::InsertedKeys => "the keys that were inserted are kept; the rollback deletes those rows only",
        Cover::BeforeImages => {
            "inserted keys and the overwritten rows are kept; the rollback deletes the former and restores the latter"
        }
    }
}

pub(crate) const fn cover_refuses(cover: Cover) -> &'static str {
    match cover {
        Cover::WasEmpty => "the row count is not what was written: somebody else inserted or deleted rows",
        Cover::InsertedKeys => "other rows refer to an inserted row, or an inserted row is gone",
        Cover::BeforeImages => "a row was changed or deleted after the move: its newer values would be lost",
    }
}

/// What a kind of claim says, for people.
pub(crate) const fn claim_kind(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Type => "stored values are of the declared type",
        ClaimKind::Length => "text is no longer than the column",
        ClaimKind::Range => "numbers are in the column's range",
        ClaimKind::Lossy => "no digits, fraction or characters are lost",
        ClaimKind::Null => "no NULL reaches a NOT NULL column",
        ClaimKind::Values => "every value is in its map or among the labels",
        ClaimKind::Zone => "local times are there exactly once in their zone",
        ClaimKind::Ascii => "text that changes its case is ASCII",
        ClaimKind::Join => "joins neither multiply rows nor lose them",
        ClaimKind::Orphan => "every reference finds its parent",
        ClaimKind::Unique => "unique keys stay unique after the transform",
        ClaimKind::Check => "the target's CHECK holds",
        ClaimKind::Scope => "the scope has rows",
        ClaimKind::Trigger => "triggers do not change what is written",
    }
}

/// How many claims are proven, probed and accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Tally {
    pub(crate) proven: usize,
    pub(crate) probed: usize,
    pub(crate) accepted: usize,
}

impl Tally {
    pub(crate) fn of<'a>(claims: impl IntoIterator<Item = &'a Established>) -> Self {
        let mut tally = Self::default();
        for established in claims {
            match established {
                Established::Proven { .. } => tally.proven += 1,
                Established::Probed(_) => tally.probed += 1,
                Established::Accepted { .. } => tally.accepted += 1,
            }
        }
        tally
    }
}

/// The reason of an `accept` with its ticket and its end, as one text.
pub(crate) fn accepted(because: &str, ticket: Option<&str>, until: Option<&str>) -> String {
    let mut text = because.to_owned();
    if let Some(ticket) = ticket {
        text.push_str(", ticket ");
        text.push_str(ticket);
    }
    if let Some(until) = until {
        text.push_str(", until ");
        text.push_str(until);
    }
    text
}

/// The same in the few characters that a box of the graph has.
pub(crate) fn batch_short(of: &Move) -> String {
    match &of.batch {
        Batch::Whole => "one batch".to_owned(),
        Batch::Keyset { rows, .. } => {
            format!("{} rows a batch", thousands(usize::try_from(*rows).unwrap_or(usize::MAX)))
        }
    }
}

/// How many rows a move may set aside.
pub(crate) fn quarantine(of: &Move) -> String {
    of.quarantine.map_or_else(|| "no row is set aside".to_owned(), |said| said.to_string())
}
