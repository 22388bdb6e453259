//! Whether a value can be one of another type, or, with a zero date or a code beyond its list, of its own.

use super::super::Sql;
use super::super::spelling::{Speller, comma, decimal_pattern, power_of_ten};
use super::super::sql::sql;
use super::cast::range;
use super::{Dialect as _, Mysql, text};
use crate::plan::Expr;
use crate::schema::SqlType;

/// True or false for every value, never an error; NULL conforms to every type.
pub(super) fn conforms(speller: &Speller<'_>, inner: &Expr, to: &SqlType) -> Sql {
    let x = speller.operand(inner);
    let test = match &inner.ty {
        SqlType::Text { .. } => spells(&x, to),
        from => holds(&x, from, to),
    };
    test.map_or_else(|| Sql::spelled("true"), |test| sql!("({x} IS NULL OR coalesce({test}, false))"))
}

/// A text spells a value of the type. Numbers have at most 18 digits, so that reading them cannot overflow.
fn spells(x: &Sql, to: &SqlType) -> Option<Sql> {
    Some(match to {
        SqlType::Text { max: None, .. } => return None,
        SqlType::Text { max: Some(max), .. } => sql!("char_length({x}) <= {max}"),
        SqlType::Bool => sql!("{} IN ('0', '1')", text::bytes(x)),
        SqlType::Int { .. } | SqlType::Unsigned { .. } => {
            let (low, high) = range(to)?;
            sql!(
                "CASE WHEN {x} REGEXP '^[+-]?[0-9]{{1,18}}\\z' THEN cast({x} as signed) BETWEEN {low} AND {high} ELSE false END"
            )
        }
        SqlType::Decimal(Some(size)) => {
            sql!("{x} REGEXP '{}\\z' AND {x} REGEXP '[0-9]'", decimal_pattern(*size))
        }
        SqlType::Date => sql!("{x} REGEXP '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\\z' AND {}", day(x)),
        SqlType::Timestamp { zoned: false, .. } => sql!(
            "{x} REGEXP '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,6}})?\\z' AND {}",
            day(x)
        ),
        SqlType::Uuid => sql!("{x} REGEXP '^[0-9a-fA-F]{{8}}-([0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}\\z'"),
        SqlType::Json { .. } => sql!("json_valid({x})"),
        SqlType::Enum { labels, .. } => among(x, labels),
        // Nothing else is cast from text: no text is known to conform.
        _ => Sql::spelled("false"),
    })
}

/// The text begins with a day of the calendar: in each month the days up to its last.
fn day(x: &Sql) -> Sql {
    sql!(
        "CASE WHEN {x} REGEXP '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-9]{{2}}' AND left({x}, 4) <> '0000' \
         THEN cast(substr({x}, 9, 2) as signed) BETWEEN 1 AND dayofmonth(last_day(left({x}, 7) || '-01')) ELSE false END"
    )
}

fn among(x: &Sql, labels: &[String]) -> Sql {
    let labels: Vec<_> = labels.iter().map(|label| text::bytes(&Mysql.string(label))).collect();
    if labels.is_empty() { Sql::spelled("false") } else { sql!("{} IN ({})", text::bytes(x), comma(&labels)) }
}

/// A stored value of another type, or of a type that here holds more than its name says.
pub(super) fn holds(x: &Sql, from: &SqlType, to: &SqlType) -> Option<Sql> {
    Some(match to {
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } => {
            let (low, high) = range(to)?;
            sql!("{x} BETWEEN {low} AND {high}")
        }
        SqlType::Decimal(Some(size)) => {
            let whole = power_of_ten(size.precision.saturating_sub(size.scale));
            sql!("abs({x}) < {whole} AND round({x}, {}) = {x}", size.scale)
        }
        // Zero dates, dates with zero parts, and days that their month does not have.
        SqlType::Date | SqlType::Timestamp { zoned: false, .. } => real_day(x),
        SqlType::Timestamp { zoned: true, .. } => {
            sql!("{} AND {x} BETWEEN '1970-01-01 00:00:01' AND '2038-01-19 03:14:07.999999'", real_day(x))
        }
        SqlType::Time { .. } if matches!(from, SqlType::Time { .. }) => {
            sql!("{x} BETWEEN '00:00:00' AND '23:59:59.999999'")
        }
        SqlType::Enum { labels, .. } => among(x, labels),
        SqlType::Json { .. } => sql!("json_valid({x})"),
        SqlType::Uuid if matches!(from, SqlType::Bytes { .. }) => sql!("octet_length({x}) = 16"),
        SqlType::Bytes { max: Some(max) } => sql!("octet_length({x}) <= {max}"),
        _ => return None,
    })
}

fn real_day(x: &Sql) -> Sql {
    sql!("year({x}) > 0 AND dayofmonth({x}) BETWEEN 1 AND dayofmonth(last_day({x}))")
}
