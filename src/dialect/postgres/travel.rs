//! Rows on their way to another server. COPY prints every type as PostgreSQL itself reads it again.

use super::super::Sql;
use super::super::sql::sql;
use crate::base::Engine;
use crate::schema::SqlType;

/// True for values that other engines have as well.
pub(super) fn travels(x: &Sql, ty: &SqlType, to: Engine) -> Option<Sql> {
    if to == Engine::Postgres {
        return None;
    }
    let test = match ty {
        SqlType::Date | SqlType::Timestamp { .. } => {
            sql!("isfinite({x}) AND {x} >= '0001-01-01' AND {x} < '10000-01-01'")
        }
        SqlType::Float { .. } => sql!("{x} NOT IN ('Infinity', '-Infinity', 'NaN')"),
        SqlType::Decimal(_) => sql!("{x} <> 'NaN'"),
        SqlType::Time { .. } => sql!("{x} < '24:00:00'"),
        _ => return None,
    };
    Some(sql!("({x} IS NULL OR {test})"))
}

/// The form that all engines share.
pub(super) fn travelling(x: &Sql, ty: &SqlType, to: Engine) -> Sql {
    if to == Engine::Postgres {
        return x.clone();
    }
    match ty {
        SqlType::Bool => sql!("cast({x} as integer)"),
        SqlType::Text { padded: true, .. } => sql!("cast({x} as text)"),
        SqlType::Timestamp { zoned: true, .. } => sql!("cast({x} AT TIME ZONE 'UTC' as text)"),
        _ => x.clone(),
    }
}
