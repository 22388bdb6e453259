//! The common type of two expressions, and what digits and characters an expression can have.

use crate::plan::{Expr, ExprKind};
use crate::schema::{DecimalSize, SqlType};

/// Decimal digits that hold every value of an integer type.
pub(super) const fn integer_digits(bits: u8) -> u32 {
    match bits {
        8 => 3,
        16 => 5,
        24 => 7,
        32 => 10,
        _ => 19,
    }
}

/// The same for integers that are never negative.
const fn unsigned_digits(bits: u8) -> u32 {
    match bits {
        24 => 8,
        64 => 20,
        bits => integer_digits(bits),
    }
}

/// A numeric type as a decimal; `None` for floats and for decimals of any precision.
pub(super) fn as_decimal(ty: &SqlType) -> Option<DecimalSize> {
    match ty {
        SqlType::Int { bits } => Some(DecimalSize { precision: integer_digits(*bits), scale: 0 }),
        SqlType::Unsigned { bits } => Some(DecimalSize { precision: unsigned_digits(*bits), scale: 0 }),
        SqlType::Decimal(size) => *size,
        _ => None,
    }
}

/// The size of an exact expression. A literal has just its digits.
pub(super) fn decimal_size(expr: &Expr) -> Option<DecimalSize> {
    match &expr.kind {
        ExprKind::Number(digits) => Some(size_of_digits(digits)),
        ExprKind::Negate(inner) => decimal_size(inner),
        _ => as_decimal(&expr.ty),
    }
}

/// The size that a literal needs: `0.50` has precision 2 and scale 2.
pub(super) fn size_of_digits(digits: &str) -> DecimalSize {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let scale = count(fraction.len());
    DecimalSize { precision: (count(whole) + scale).max(1), scale }
}

/// Digits before the point.
pub(super) const fn whole_digits(size: DecimalSize) -> u32 {
    size.precision.saturating_sub(size.scale)
}

/// The type that both can be read as without losing anything; `None` if there is none that
/// nobody has to state.
pub(super) fn unify(a: &Expr, b: &Expr) -> Option<SqlType> {
    if matches!(a.kind, ExprKind::Null) {
        return Some(b.ty.clone());
    }
    if matches!(b.kind, ExprKind::Null) {
        return Some(a.ty.clone());
    }
    if a.ty == b.ty {
        return Some(a.ty.clone());
    }
    match (&a.ty.widened(), &b.ty.widened()) {
        (SqlType::Text { max: x, .. }, SqlType::Text { max: y, .. }) => {
            let max = x.zip(*y).map(|(x, y)| x.max(y));
            Some(SqlType::Text { max, padded: false })
        }
        (SqlType::Int { bits: x }, SqlType::Int { bits: y }) => Some(SqlType::Int { bits: *x.max(y) }),
        (SqlType::Float { .. }, SqlType::Float { .. } | SqlType::Int { .. })
        | (SqlType::Int { .. }, SqlType::Float { .. }) => Some(SqlType::DOUBLE),
        // A number that stands in the plan is read as what it meets.
        (SqlType::Float { .. }, _) if matches!(b.kind, ExprKind::Number(_)) => Some(SqlType::DOUBLE),
        (_, SqlType::Float { .. }) if matches!(a.kind, ExprKind::Number(_)) => Some(SqlType::DOUBLE),
        (SqlType::Decimal(None), other) | (other, SqlType::Decimal(None)) if exact(other) => {
            Some(SqlType::Decimal(None))
        }
        (x, y) if exact(x) && exact(y) => {
            let (x, y) = (decimal_size(a)?, decimal_size(b)?);
            let scale = x.scale.max(y.scale);
            let precision = whole_digits(x).max(whole_digits(y)).saturating_add(scale);
            Some(SqlType::Decimal(Some(DecimalSize { precision, scale })))
        }
        (
            SqlType::Timestamp { zoned, precision },
            SqlType::Timestamp { zoned: other_zoned, precision: other },
        ) if zoned == other_zoned => {
            Some(SqlType::Timestamp { zoned: *zoned, precision: *precision.max(other) })
        }
        (SqlType::Time { zoned, precision }, SqlType::Time { zoned: other_zoned, precision: other })
            if zoned == other_zoned =>
        {
            Some(SqlType::Time { zoned: *zoned, precision: *precision.max(other) })
        }
        (SqlType::Bytes { .. }, SqlType::Bytes { .. }) => Some(SqlType::Bytes { max: None }),
        _ => None,
    }
}

const fn exact(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_))
}

/// The digits of a number that stands in the plan as it is, with its sign.
pub(super) fn constant(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Number(digits) => Some(digits.clone()),
        ExprKind::Negate(inner) => match &inner.kind {
            ExprKind::Number(digits) => Some(format!("-{digits}")),
            _ => None,
        },
        _ => None,
    }
}

/// The longest text that an expression can be, in characters.
pub(super) const fn longest(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Text { max, .. } => *max,
        _ => None,
    }
}

/// A literal text as a value of another type, where its spelling is one: `'2026-01-31'` as a date.
pub(super) fn literal_fits(text: &str, ty: &SqlType) -> bool {
    match ty {
        SqlType::Date => is_date(text),
        SqlType::Timestamp { zoned: false, .. } => {
            text.split_once([' ', 'T']).is_some_and(|(date, time)| is_date(date) && is_time(time))
        }
        SqlType::Timestamp { zoned: true, .. } => text
            .strip_suffix('Z')
            .or_else(|| text.strip_suffix("+00"))
            .or_else(|| text.strip_suffix("+00:00"))
            .and_then(|text| text.split_once([' ', 'T']))
            .is_some_and(|(date, time)| is_date(date) && is_time(time)),
        SqlType::Time { zoned: false, .. } => is_time(text),
        SqlType::Uuid => uuid::Uuid::try_parse(text).is_ok() && text.len() == 36,
        SqlType::Enum { labels, .. } => labels.iter().any(|label| label == text),
        SqlType::Json { .. } => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        _ => false,
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let lengths = (year.len(), month.len(), day.len()) == (4, 2, 2);
    let numbers = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>());
    let (Ok(year), Ok(month), Ok(day)) = numbers else { return false };
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    lengths && year > 0 && (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let below = |part: &str, limit: u32| part.len() == 2 && part.parse::<u32>().is_ok_and(|n| n < limit);
    let clock_fits = match parts.as_slice() {
        [hour, minute] => below(hour, 24) && below(minute, 60),
        [hour, minute, second] => below(hour, 24) && below(minute, 60) && below(second, 60),
        _ => false,
    };
    clock_fits && !fraction.is_empty() && fraction.len() <= 6 && fraction.bytes().all(|b| b.is_ascii_digit())
}

/// The least and the greatest number of an integer type; `None` for any other type.
pub(super) fn integer_range(ty: &SqlType) -> Option<(i128, i128)> {
    match ty {
        SqlType::Int { bits } => {
            let half = 1_i128 << (u32::from(*bits).clamp(1, 64) - 1);
            Some((-half, half - 1))
        }
        SqlType::Unsigned { bits } => Some((0, (1_i128 << u32::from(*bits).min(64)) - 1)),
        _ => None,
    }
}

/// True if every number of so many digits, and either sign, fits into the integer type.
pub(super) fn integer_holds(ty: &SqlType, digits: u32) -> bool {
    let most = 10_i128.checked_pow(digits).map_or(i128::MAX, |n| n - 1);
    integer_range(ty).is_some_and(|(low, high)| -most >= low && most <= high)
}

/// The longest decimals that an engine has (PostgreSQL's documentation, "Numeric Types", of a
/// declared precision).
const MOST_DIGITS: u32 = 1000;

pub(super) fn decimal_range(size: DecimalSize) -> (String, String) {
    // No engine has more digits, whatever a DDL says.
    let whole = "9".repeat(whole_digits(size).clamp(1, MOST_DIGITS) as usize);
    let whole = if whole_digits(size) == 0 { "0".to_owned() } else { whole };
    let high = if size.scale == 0 {
        whole
    } else {
        format!("{whole}.{}", "9".repeat(size.scale.min(MOST_DIGITS) as usize))
    };
    (format!("-{high}"), high)
}
