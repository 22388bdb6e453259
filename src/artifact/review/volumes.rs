//! How much a move writes and how long it takes, as far as statistics tell.

use serde::Serialize;

use crate::artifact::words::{count, thousands};
use crate::estimate::{Estimate, MoveEstimate, Span, rate};
use crate::plan::Plan;

#[derive(Serialize)]
pub(super) struct Volumes {
    moves: Vec<Row>,
    total: Row,
    folded: bool,
    /// Source tables without statistics, or a count of many.
    unknown: Vec<String>,
    rate: String,
    measured: &'static str,
    engine: String,
}

#[derive(Serialize)]
struct Row {
    id: String,
    rows: String,
    batches: String,
    table: String,
    ledger: String,
    time: String,
}

pub(super) fn volumes(plan: &Plan, estimate: &Estimate, fold: usize) -> Volumes {
    let rate = rate(plan.target.engine);
    let unknown = estimate.unknown();
    Volumes {
        moves: estimate.moves.iter().map(row).collect(),
        total: row(&estimate.total()),
        folded: estimate.moves.len() > fold,
        unknown: if unknown.len() > fold {
            vec![count(unknown.len(), "move")]
        } else {
            unknown.iter().map(|id| (*id).to_owned()).collect()
        },
        rate: format!("{} to {}", number(rate.slowest), number(rate.fastest)),
        measured: rate.measured,
        engine: plan.target.engine.to_string(),
    }
}

fn row(of: &MoveEstimate) -> Row {
    let bound = if of.exact { "" } else { "≤\u{a0}" };
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
    Row {
        id: of.id.clone(),
        rows: or_unknown(of.rows.map(|rows| format!("{bound}{}", number(rows)))),
        batches: or_unknown(of.batches.map(number)),
        table: or_unknown(of.table_bytes.map(bytes)),
        ledger: or_unknown(of.ledger_bytes.map(bytes)),
        time: or_unknown(of.time.map(time)),
    }
}

fn number(number: u64) -> String {
    thousands(usize::try_from(number).unwrap_or(usize::MAX))
}

/// Two digits of the largest unit that fits.
fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KB", "MB", "GB", "TB", "PB"];
    let (mut unit, mut whole, mut tenths) = (0, bytes, 0);
    while whole >= 1000 && unit + 1 < UNITS.len() {
        (whole, tenths) = (whole / 1000, whole % 1000 / 100);
        unit += 1;
    }
    let name = UNITS[unit];
    if whole < 10 && unit > 0 {
        format!("{whole}.{tenths}\u{a0}{name}")
    } else {
        format!("{whole}\u{a0}{name}")
    }
}

fn time(span: Span) -> String {
    let (least, most) = (duration(span.least), duration(span.most));
    if least == most { most } else { format!("{least} to {most}") }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=1 => "1\u{a0}s".to_owned(),
        2..=119 => format!("{seconds}\u{a0}s"),
        120..=7199 => format!("{}\u{a0}min", seconds.div_ceil(60)),
        _ => format!("{}\u{a0}h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [0, 999, 1_500, 12_345, 9_999_999].map(bytes),
            ["0\u{a0}B", "999\u{a0}B", "1.5\u{a0}KB", "12\u{a0}KB", "9.9\u{a0}MB"]
        );
        assert_eq!(time(Span { least: 26, most: 34 }), "26\u{a0}s to 34\u{a0}s");
        assert_eq!(time(Span { least: 0, most: 1 }), "1\u{a0}s");
        assert_eq!(time(Span { least: 3_000, most: 9_000 }), "50\u{a0}min to 3\u{a0}h");
    }
}
