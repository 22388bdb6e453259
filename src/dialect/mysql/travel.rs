//! Rows on their way to another server.

use super::super::Sql;
use super::super::sql::sql;
use super::conforms::holds;
use super::{Dialect as _, Mysql};
use crate::schema::{SqlType, WRAPPER_BYTES};

/// True for values that mean the same elsewhere: no zero dates, no codes beyond a list, no times of more
/// than a day, no NUL characters.
pub(super) fn travels(x: &Sql, ty: &SqlType) -> Option<Sql> {
    let test = match ty {
        SqlType::Text { .. } => Some(sql!("locate(char(0 USING utf8mb4), {x}) = 0")),
        SqlType::Bool
        | SqlType::Date
        | SqlType::Timestamp { .. }
        | SqlType::Time { .. }
        | SqlType::Enum { .. } => holds(x, ty, ty),
        _ => None,
    };
    test.map(|test| sql!("({x} IS NULL OR coalesce({test}, false))"))
}

/// True for values that mysql_fdw reads whole, in the encoding that it reads them in.
pub(super) fn crosses(x: &Sql, ty: &SqlType) -> Option<Sql> {
    let bytes = match ty {
        SqlType::Text { max: Some(max), .. } if *max <= WRAPPER_BYTES / 4 => return None,
        SqlType::Bytes { max: Some(max) } if *max <= WRAPPER_BYTES => return None,
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } => {
            sql!("convert({x} USING utf8mb4)")
        }
        SqlType::Bytes { .. } => x.clone(),
        _ => return None,
    };
    Some(sql!("({x} IS NULL OR octet_length({bytes}) <= {WRAPPER_BYTES})"))
}

/// A stated key in a form that is compared as the column's values are.
pub(super) fn stated(literal: &Sql, ty: &SqlType) -> Sql {
    match ty {
        SqlType::Int { .. } => sql!("CAST({literal} AS SIGNED)"),
        SqlType::Unsigned { .. } => sql!("CAST({literal} AS UNSIGNED)"),
        SqlType::Decimal(Some(size)) => {
            sql!("CAST({literal} AS DECIMAL({}, {}))", size.precision, size.scale)
        }
        // As it stands, the column's own collation decides.
        _ => literal.clone(),
    }
}

/// A value in the text form of PostgreSQL's COPY.
pub(super) fn written_out(x: &Sql, ty: &SqlType) -> Sql {
    let text = match ty {
        SqlType::Bytes { .. } => sql!("concat('\\\\x', lower(hex({x})))"),
        SqlType::Float { bits: 32 } => sql!("({x} + 0e0)"),
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } => {
            escaped(&sql!("cast({x} as char)"))
        }
        _ => sql!("cast({x} as char)"),
    };
    sql!("CASE WHEN {x} IS NULL THEN '\\N' ELSE {text} END")
}

fn escaped(x: &Sql) -> Sql {
    [(92, r"\\"), (9, r"\t"), (10, r"\n"), (13, r"\r")].iter().fold(x.clone(), |text, (from, to)| {
        sql!("replace({text}, char({from} USING utf8mb4), {})", Mysql.string(to))
    })
}
