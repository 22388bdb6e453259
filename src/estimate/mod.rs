//! From the volumes of the source's tables to rows, batches, space and time of each move.
//!
//! An upper bound: what a filter leaves is not known, nor what a join loses. Nothing that a script
//! does hangs on it.

mod rates;
#[cfg(test)]
mod tests;

pub use rates::{RATES, Rate, rate};

use crate::plan::{Batch, Cover, Move, NewKey, Plan, TableRef};
use crate::schema::{SqlType, Stats, TableStats};

/// What a row of a narrow table costs beside its values: header, alignment, its entry in the key.
const ROW_OVERHEAD: u64 = 40;

/// Rows wider than this cost proportionally more time than the rates say.
const MEASURED_ROW: u64 = 128;

/// What a plan will take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// In the plan's order.
    pub moves: Vec<MoveEstimate>,
}

/// What one move will take; `None` is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoveEstimate {
    pub id: String,
    pub rows: Option<u64>,
    /// True if exactly so many rows are moved: they were counted, and nothing leaves any out.
    pub exact: bool,
    pub batches: Option<u64>,
    /// Of the rows in the target's tables, without indexes.
    pub table_bytes: Option<u64>,
    /// Of what the rollback needs, and of the mapping from old to new keys.
    pub ledger_bytes: Option<u64>,
    pub time: Option<Span>,
}

/// Seconds from the fastest to the slowest that was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub least: u64,
    pub most: u64,
}

/// Estimates a plan; `None` if nothing is known of its source.
#[must_use]
pub fn estimate(plan: &Plan, source: Option<&Stats>, target: Option<&Stats>) -> Option<Estimate> {
    let source = source?;
    let moves = plan.moves.iter().map(|of| of_move(plan, of, source, target)).collect();
    Some(Estimate { moves })
}

impl Estimate {
    /// The sum of what is known.
    #[must_use]
    pub fn total(&self) -> MoveEstimate {
        let sum = |part: fn(&MoveEstimate) -> Option<u64>| {
            self.moves.iter().filter_map(part).reduce(|a, b| a.saturating_add(b))
        };
        let time = self.moves.iter().filter_map(|of| of.time);
        MoveEstimate {
            id: String::new(),
            rows: sum(|of| of.rows),
            exact: self.moves.iter().all(|of| of.exact),
            batches: sum(|of| of.batches),
            table_bytes: sum(|of| of.table_bytes),
            ledger_bytes: sum(|of| of.ledger_bytes),
            time: time.reduce(|a, b| Span {
                least: a.least.saturating_add(b.least),
                most: a.most.saturating_add(b.most),
            }),
        }
    }

    /// Ids of moves whose source table has no statistics.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        self.moves.iter().filter(|of| of.rows.is_none()).map(|of| of.id.as_str()).collect()
    }
}

fn of_move(plan: &Plan, of: &Move, source: &Stats, target: Option<&Stats>) -> MoveEstimate {
    let Some(table) = find(source, &of.source.table) else {
        return MoveEstimate { id: of.id.clone(), ..MoveEstimate::default() };
    };
    let rows = table.rows;
    let leaves_out = of.filter.is_some() || !of.group_by.is_empty() || of.joins.iter().any(|join| !join.left);
    let batches = match &of.batch {
        Batch::Whole => 1,
        Batch::Keyset { rows: size, .. } => rows.div_ceil((*size).max(1)).max(1),
    };
    let table_bytes = table.row_bytes.map(|bytes| rows.saturating_mul(bytes));
    let overwritten = target.and_then(|target| find(target, &of.target)).map(|table| table.rows);
    MoveEstimate {
        id: of.id.clone(),
        rows: Some(rows),
        exact: table.exact && !leaves_out,
        batches: Some(batches),
        table_bytes,
        ledger_bytes: undo_bytes(plan, of, table, overwritten)
            .map(|undo| undo.saturating_add(map_bytes(plan, of, rows))),
        time: Some(time(plan, rows, table.row_bytes)),
    }
}

/// The statistics of a table that the plan names; engines without schemas know it by name alone.
fn find<'s>(stats: &'s Stats, table: &TableRef) -> Option<&'s TableStats> {
    stats
        .tables
        .iter()
        .find(|own| own.name == table.name && (own.schema.is_none() || own.schema == table.schema))
}

fn time(plan: &Plan, rows: u64, row_bytes: Option<u64>) -> Span {
    let rate = rate(plan.target.engine);
    let width = row_bytes.unwrap_or(MEASURED_ROW).max(MEASURED_ROW);
    let seconds = |per_second: u64| (rows.saturating_mul(width) / MEASURED_ROW).div_ceil(per_second);
    Span { least: seconds(rate.fastest), most: seconds(rate.slowest) }
}

/// What the undo table holds: a key for each inserted row, a whole row for each overwritten one.
fn undo_bytes(plan: &Plan, of: &Move, table: &TableStats, overwritten: Option<u64>) -> Option<u64> {
    let filled = plan.tables.iter().find(|filled| filled.table == of.target)?;
    if filled.undo.is_none() {
        return Some(0);
    }
    let types = filled.columns.iter().filter(|column| filled.key.contains(&column.name));
    let key: u64 = types.map(|column| width(&column.ty)).sum();
    let keys = table.rows.saturating_mul(key + ROW_OVERHEAD);
    match filled.cover {
        Cover::WasEmpty | Cover::InsertedKeys => Some(keys),
        Cover::BeforeImages => {
            let rows = overwritten.unwrap_or(table.rows).min(table.rows);
            Some(keys.saturating_add(rows.saturating_mul(table.row_bytes?)))
        }
    }
}

fn map_bytes(plan: &Plan, of: &Move, rows: u64) -> u64 {
    let NewKey::Mapped { map, .. } = &of.new_key else { return 0 };
    let Some(map) = plan.maps.iter().find(|own| own.name == *map) else { return 0 };
    let key: u64 = map.old.iter().chain([&map.new]).map(width).sum();
    rows.saturating_mul(key + ROW_OVERHEAD)
}

/// Bytes of a key's value, about.
fn width(ty: &SqlType) -> u64 {
    match ty {
        SqlType::Bool => 1,
        SqlType::Int { bits } | SqlType::Unsigned { bits } | SqlType::Float { bits } => u64::from(*bits) / 8,
        SqlType::Date => 4,
        SqlType::Time { .. } | SqlType::Timestamp { .. } | SqlType::Enum { .. } => 8,
        SqlType::Decimal(_) | SqlType::Interval | SqlType::Uuid => 16,
        SqlType::Text { max: Some(max), .. } | SqlType::Bytes { max: Some(max) } => u64::from((*max).min(32)),
        SqlType::Text { max: None, .. }
        | SqlType::Bytes { max: None }
        | SqlType::Json { .. }
        | SqlType::Array(_)
        | SqlType::Opaque(_) => 32,
    }
}
