//! Dates and times are ISO texts: `YYYY-MM-DD HH:MM:SS[.ffffff]`, instants in UTC.

use super::super::Sql;
use super::super::spelling::{Piece, fixed_offset};
use super::super::sql::sql;
use crate::schema::SqlType;

/// A naive time in a zone of fixed offset becomes UTC, or the other way round. A stored instant may say `Z` or
/// `+00:00` at its end, which a naive time must not.
pub(super) fn in_zone(value: &Sql, from: &SqlType, zone: &str) -> Option<Piece> {
    let offset = fixed_offset(zone)?;
    let is_instant = matches!(from, SqlType::Timestamp { zoned: true, .. });
    let minutes = if is_instant { offset } else { -offset };
    let moved = match (is_instant, minutes) {
        (false, 0) => return None,
        (true, 0) => sql!("substr({value}, 1, 19)"),
        _ => sql!("datetime({value}, '{minutes:+} minutes')"),
    };
    // Whole minutes leave the fraction alone, and SQLite's own functions would cut it.
    let rest = sql!("substr({value}, 20)");
    let rest = if is_instant { sql!("replace(replace({rest}, 'Z', ''), '+00:00', '')") } else { rest };
    Some(Piece::operator(sql!("{moved} || {rest}")))
}

/// Microseconds since 1970 as decimal text.
pub(super) fn micros(value: &Sql) -> Sql {
    sql!("cast({} as text)", micros_number(value))
}

/// The same as an integer.
pub(super) fn micros_number(value: &Sql) -> Sql {
    sql!(
        "strftime('%s', {value}) * 1000000 + cast(substr(replace(substr({value}, 21), 'Z', '') || '000000', 1, 6) as integer)"
    )
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`, in UTC for an instant.
pub(super) fn full_text(value: &Sql) -> Sql {
    let fraction = sql!("replace(replace(substr({value}, 21), 'Z', ''), '+00:00', '')");
    sql!("datetime({value}) || '.' || substr({fraction} || '000000', 1, 6)")
}

/// `HH:MM:SS.ffffff`
pub(super) fn full_clock(value: &Sql) -> Sql {
    sql!("substr({value}, 1, 8) || '.' || substr(substr({value}, 10) || '000000', 1, 6)")
}
