//! Rows on their way to another server. COPY prints every type as PostgreSQL itself reads it again.

use super::super::spelling::comma;
use super::super::sql::sql;
use super::super::{Digest, Sql};
use crate::base::Engine;
use crate::schema::SqlType;

/// True for values that other engines have as well.
pub(super) fn travels(x: &Sql, ty: &SqlType, to: Engine) -> Option<Sql> {
    if to == Engine::Postgres {
        return None;
    }
    let test = match ty {
        SqlType::Decimal(None) => unbounded(x, to),
        SqlType::Date | SqlType::Timestamp { .. } => {
            sql!("isfinite({x}) AND {x} >= '0001-01-01' AND {x} < '10000-01-01'")
        }
        SqlType::Float { .. } => {
            // The others keep no sign of a zero.
            sql!("{x} NOT IN ('Infinity', '-Infinity', 'NaN') AND cast({x} as text) <> '-0'")
        }
        SqlType::Decimal(_) => sql!("{x} <> 'NaN'"),
        SqlType::Time { .. } => sql!("{x} < '24:00:00'"),
        _ => return None,
    };
    Some(sql!("({x} IS NULL OR {test})"))
}

/// A decimal without a bound is one that the other engine holds to the last digit.
fn unbounded(x: &Sql, to: Engine) -> Sql {
    if to == Engine::Sqlite {
        // A double has 15 digits, which is what the server itself makes of one.
        return sql!(
            "CASE WHEN {x} = 0 OR abs({x}) BETWEEN 1e-300 AND 1e300 \
             THEN cast(cast({x} as double precision) as numeric) = {x} ELSE false END"
        );
    }
    sql!("abs({x}) < 1e35 AND round({x}, 30) = {x}")
}

/// Bytes of UTF-8, as hex, from the first to the last.
const UTF_8: &str = "^([0-7].|(c[2-9a-f]|d.)[89ab].|e0[ab].[89ab].|(e[1-9abcef])([89ab].){2}|ed[89].[89ab].\
|f0[9ab].([89ab].){2}|f[123]([89ab].){3}|f48.([89ab].){2})*$";

/// A database that is said to have no encoding takes any bytes for a text; every other one looks.
pub(super) fn encoded(x: &Sql, ty: &SqlType) -> Option<Sql> {
    matches!(ty, SqlType::Text { .. } | SqlType::Json { binary: false } | SqlType::Opaque(_)).then(|| {
        sql!(
            "({x} IS NULL OR current_setting('server_encoding') <> 'SQL_ASCII' \
             OR encode(convert_to(cast({x} as text), 'SQL_ASCII'), 'hex') ~ '{UTF_8}')"
        )
    })
}

/// The form that all engines share.
pub(super) fn travelling(x: &Sql, ty: &SqlType, to: Engine) -> Sql {
    if to == Engine::Postgres {
        return x.clone();
    }
    match ty {
        SqlType::Bool => sql!("cast({x} as integer)"),
        // Read as a double first: its own digits are those of the very same number.
        SqlType::Float { bits: 32 } if to == Engine::Mysql => sql!("cast({x} as double precision)"),
        SqlType::Text { padded: true, .. } => sql!("cast({x} as text)"),
        SqlType::Timestamp { zoned: true, .. } => sql!("cast({x} AT TIME ZONE 'UTC' as text)"),
        SqlType::Time { zoned: true, .. } | SqlType::Interval | SqlType::Array(_) | SqlType::Opaque(_) => {
            sql!("cast({x} as text)")
        }
        _ => x.clone(),
    }
}

/// The column's text in sums. Between two servers of PostgreSQL it is what either prints; for others it is the form
/// that all engines share, and what has none there (a float's digits, decimals without a bound) has no text.
pub(super) fn digest(x: &Sql, ty: &SqlType, other: Engine) -> Option<Digest> {
    let shared = other != Engine::Postgres;
    let text = sql!("cast({x} as text)");
    Some(match ty {
        SqlType::Float { .. } | SqlType::Decimal(None) if shared => return None,
        SqlType::Bool if shared => Digest::Short(sql!("cast(cast({x} as integer) as text)")),
        SqlType::Timestamp { zoned: true, .. } if shared => {
            Digest::Short(sql!("cast({x} AT TIME ZONE 'UTC' as text)"))
        }
        SqlType::Bool
        | SqlType::Int { .. }
        | SqlType::Unsigned { .. }
        | SqlType::Decimal(_)
        | SqlType::Float { .. }
        | SqlType::Date
        | SqlType::Time { .. }
        | SqlType::Timestamp { .. }
        | SqlType::Interval
        | SqlType::Uuid => Digest::Short(text),
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } => Digest::Text(text),
        SqlType::Bytes { .. } => Digest::Text(sql!("encode({x}, 'hex')")),
        // What a type prints is what COPY prints; a cast may be another function.
        SqlType::Array(_) | SqlType::Opaque(_) => {
            Digest::Text(sql!("CASE WHEN {x} IS NOT NULL THEN format('%s', {x}) END"))
        }
    })
}

/// A value as SQLite's own literal, for a stock client that reads statements.
pub(super) fn literal(x: &Sql, ty: &SqlType) -> Sql {
    let shown = travelling(x, ty, Engine::Sqlite);
    let text = match ty {
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_) => {
            sql!("cast({shown} as text)")
        }
        SqlType::Float { .. } => sql!("'cast(''' || cast({shown} as text) || ''' as real)'"),
        SqlType::Bytes { .. } => sql!("'x''' || encode({x}, 'hex') || ''''"),
        _ => {
            let text = sql!("cast({shown} as text)");
            // The client that reads it drops a carriage return before a line's end.
            sql!(
                "CASE WHEN position(chr(13) in {text}) > 0 \
                 THEN 'cast(x''' || encode(convert_to({text}, 'UTF8'), 'hex') || ''' as text)' \
                 ELSE '''' || replace({text}, '''', '''''') || '''' END"
            )
        }
    };
    sql!("coalesce({text}, 'NULL')")
}

/// psql's own command, which reads a file at the client.
pub(super) fn receive(stage: &Sql, columns: &[(Sql, &SqlType)], file: &Sql) -> Sql {
    let names: Vec<Sql> = columns.iter().map(|(name, _)| name.clone()).collect();
    sql!("\\copy {stage} ({}) FROM {file}", comma(&names))
}
