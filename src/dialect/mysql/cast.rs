//! Conversions from type to type.

use super::super::Sql;
use super::super::spelling::{Level, Mode, Piece, Speller};
use super::super::sql::sql;
use super::{Mysql, text, words};
use crate::diagnostic::Code;
use crate::dialect::Dialect as _;
use crate::plan::{Expr, ExprKind};
use crate::schema::SqlType;

pub(super) fn cast(speller: &Speller<'_>, expr: &Expr, inner: &Expr) -> Piece {
    let value = speller.operand(inner);
    match (&inner.ty, &expr.ty) {
        (from, to) if from == to => speller.piece(inner),
        (SqlType::Int { .. } | SqlType::Unsigned { .. }, SqlType::Bool) => {
            Piece::new(sql!("{value} <> 0"), Level::Compare)
        }
        (SqlType::Opaque(bit), SqlType::Bool) if bit == "bit(1)" => {
            Piece::new(sql!("{value} <> 0"), Level::Compare)
        }
        (_, SqlType::Opaque(year)) if year == "year" => Piece::atom(to_year(speller, &value)),
        (_, SqlType::Int { .. } | SqlType::Unsigned { .. }) => {
            Piece::atom(integer(speller, &value, &inner.ty, &expr.ty))
        }
        (SqlType::Decimal(_), SqlType::Decimal(None)) => speller.piece(inner),
        (from, SqlType::Decimal(None)) if integer_digits(from).is_some() => {
            Piece::atom(sql!("cast({value} as decimal(20, 0))"))
        }
        (_, SqlType::Decimal(_)) => Piece::atom(sql!("cast({value} as {})", text::type_name(&expr.ty))),
        (_, SqlType::Float { .. }) => Piece::operator(sql!("{value} + 0e0")),
        (_, SqlType::Text { .. }) => to_text(speller, inner, &value),
        (SqlType::Bytes { .. }, SqlType::Uuid) => {
            let dashed = [9, 14, 19, 24]
                .iter()
                .fold(sql!("lower(hex({value}))"), |text, place| sql!("insert({text}, {place}, 0, '-')"));
            Piece::atom(dashed)
        }
        (SqlType::Text { .. }, SqlType::Uuid) => Piece::atom(sql!("lower({value})")),
        (SqlType::Text { .. }, SqlType::Bytes { .. }) => Piece::atom(text::bytes(&value)),
        (_, SqlType::Date) => Piece::atom(sql!("cast({value} as date)")),
        (SqlType::Timestamp { precision: from, .. }, SqlType::Timestamp { precision: to, .. })
            if from <= to =>
        {
            speller.piece(inner)
        }
        // The server would take no `Z`, and instants are in UTC.
        (SqlType::Text { .. }, SqlType::Timestamp { zoned: true, precision }) => {
            let text = match &inner.kind {
                ExprKind::String(text) => Mysql.string(without_zone(text)),
                _ => value,
            };
            Piece::atom(sql!("cast({text} as datetime({precision}))"))
        }
        (_, SqlType::Timestamp { precision, .. }) => {
            Piece::atom(sql!("cast({value} as datetime({precision}))"))
        }
        (_, SqlType::Time { precision, .. }) => Piece::atom(sql!("cast({value} as time({precision}))")),
        _ => speller.piece(inner),
    }
}

/// A literal instant without the end that says that it is in UTC.
fn without_zone(text: &str) -> &str {
    ["Z", "+00:00", "+00"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text)
}

/// Decimal digits of an integer type.
const fn integer_digits(ty: &SqlType) -> Option<u8> {
    match ty {
        SqlType::Bool => Some(1),
        SqlType::Int { .. } => Some(19),
        SqlType::Unsigned { .. } => Some(20),
        _ => None,
    }
}

/// The least and the largest value of an integer type.
pub(super) fn range(ty: &SqlType) -> Option<(String, String)> {
    Some(match ty {
        SqlType::Int { bits } => {
            let half = 1i128 << (bits - 1);
            ((-half).to_string(), (half - 1).to_string())
        }
        SqlType::Unsigned { bits } => ("0".to_owned(), ((1i128 << bits) - 1).to_string()),
        SqlType::Bool => ("0".to_owned(), "1".to_owned()),
        _ => return None,
    })
}

/// A cast by itself would take a negative number for a large one, and know no integers but the longest.
fn integer(speller: &Speller<'_>, value: &Sql, from: &SqlType, to: &SqlType) -> Sql {
    let word = if matches!(to, SqlType::Unsigned { bits: 64 }) { "unsigned" } else { "signed" };
    let plain = sql!("cast({value} as {word})");
    let (Some((low, high)), Mode::Write) = (range(to), speller.mode) else { return plain };
    let fits = range(from).is_some_and(|(least, most)| {
        let number = |digits: &String| digits.parse::<i128>().unwrap_or_default();
        number(&low) <= number(&least) && number(&most) <= number(&high)
    });
    if fits {
        return plain;
    }
    let number = match from {
        SqlType::Text { .. } => sql!("cast({value} as decimal(65, 0))"),
        _ => value.clone(),
    };
    let failure = words::failure(&format!("datamove {}: a number is out of range", Code::NumberLost.id()));
    sql!("CASE WHEN {number} NOT BETWEEN {low} AND {high} THEN {failure} ELSE {plain} END")
}

/// Four digits, as the server prints them: of fewer it would make another year.
fn to_year(speller: &Speller<'_>, value: &Sql) -> Sql {
    let digits = sql!("lpad({value}, 4, '0')");
    if speller.mode != Mode::Write {
        return digits;
    }
    let failure = words::failure(&format!("datamove {}: a year is out of range", Code::NumberLost.id()));
    sql!("CASE WHEN {value} NOT BETWEEN 1901 AND 2155 AND {value} <> 0 THEN {failure} ELSE {digits} END")
}

fn to_text(speller: &Speller<'_>, inner: &Expr, value: &Sql) -> Piece {
    Piece::atom(match &inner.ty {
        SqlType::Text { .. } | SqlType::Enum { .. } | SqlType::Json { .. } => return speller.piece(inner),
        SqlType::Bool => sql!("CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END"),
        SqlType::Timestamp { precision, .. } | SqlType::Time { precision, .. } => {
            text::short_time(value, *precision)
        }
        SqlType::Uuid => sql!("lower(cast({value} as char))"),
        SqlType::Decimal(Some(_)) => text::canonical(speller, inner),
        SqlType::Bytes { .. } => sql!("convert({value} USING utf8mb4)"),
        _ => sql!("cast({value} as char)"),
    })
}
