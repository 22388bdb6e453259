//! Dates and times are ISO texts: `YYYY-MM-DD HH:MM:SS[.ffffff]`, instants in UTC.

use super::super::Sql;
use super::super::spelling::{Piece, fixed_offset};
use super::super::sql::sql;
use crate::schema::SqlType;

/// A naive time in a zone of fixed offset becomes UTC, or the other way round.
pub(super) fn in_zone(value: &Sql, from: &SqlType, zone: &str) -> Option<Piece> {
    let offset = fixed_offset(zone)?;
    let to_instant = !matches!(from, SqlType::Timestamp { zoned: true, .. });
    let minutes = if to_instant { -offset } else { offset };
    if minutes == 0 {
        return None;
    }
    // Whole minutes leave the fraction alone, and SQLite's own functions would cut it.
    Some(Piece::operator(sql!("datetime({value}, '{minutes:+} minutes') || substr({value}, 20)")))
}

/// Microseconds since 1970 as decimal text.
pub(super) fn micros(value: &Sql) -> Sql {
    sql!(
        "cast(strftime('%s', {value}) * 1000000 + cast(substr(replace(substr({value}, 21), 'Z', '') || '000000', 1, 6) \
         as integer) as text)"
    )
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`
pub(super) fn full_text(value: &Sql) -> Sql {
    sql!("datetime({value}) || '.' || substr(substr({value}, 21) || '000000', 1, 6)")
}
