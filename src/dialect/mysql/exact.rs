//! Exact numbers: decimals of up to 65 digits.

use super::super::Sql;
use super::super::spelling::{Piece, Speller, digits_of, power_of_ten};
use super::super::sql::sql;
use crate::plan::{Expr, ExprKind, Operator, Rounding};
use crate::schema::SqlType;

/// An operand of arithmetic whose result is of type `to`.
pub(super) fn operand(speller: &Speller<'_>, expr: &Expr, to: &SqlType) -> Sql {
    match (&expr.ty, to) {
        (SqlType::Float { .. }, _) => speller.operand(expr),
        // The quotient of two integers would be a decimal of four digits.
        (_, SqlType::Float { .. }) => sql!("({} + 0e0)", speller.operand(expr)),
        (SqlType::Int { .. } | SqlType::Unsigned { .. }, SqlType::Decimal(_)) => decimal(speller, expr),
        (SqlType::Unsigned { .. }, SqlType::Int { .. }) => sql!("cast({} as signed)", speller.spell(expr)),
        _ => speller.operand(expr),
    }
}

/// A number as a decimal, so that nothing overflows 64 bits on the way.
pub(super) fn decimal(speller: &Speller<'_>, expr: &Expr) -> Sql {
    match (&expr.ty, &expr.kind) {
        (SqlType::Decimal(_), _) => speller.operand(expr),
        (SqlType::Float { .. }, _) => sql!("cast({} + 0e0 as decimal(65, 30))", speller.operand(expr)),
        _ => sql!("cast({} as decimal(20, 0))", speller.spell(expr)),
    }
}

/// Rounds from the exact value. The server's own division stops at some digit, which is wrong for ties, so quotients
/// are taken in whole numbers: what is left of a number without its remainder divides without a rest.
pub(super) fn round(speller: &Speller<'_>, inner: &Expr, digits: u32, mode: Rounding, ty: &SqlType) -> Piece {
    let rounded = match &inner.kind {
        // The quotient of two doubles is a double.
        _ if matches!(inner.ty, SqlType::Float { .. }) => {
            plainly(&decimal(speller, inner), None, digits, mode)
        }
        ExprKind::Binary { op: Operator::Divide, left, right } if power_of(right).is_some() => {
            // Dividing by a power of ten only moves the point, which a product does exactly.
            let places = power_of(right).unwrap_or_default();
            let number = sql!("({} * {})", decimal(speller, left), unit(places));
            let scale = scale_of(&left.ty).map(|scale| scale + places);
            plainly(&number, scale, digits, mode)
        }
        ExprKind::Binary { op: Operator::Divide, left, right } => {
            quotient(&decimal(speller, left), Some(&decimal(speller, right)), digits, mode)
        }
        _ => plainly(&decimal(speller, inner), scale_of(&inner.ty), digits, mode),
    };
    Piece::atom(match ty {
        SqlType::Int { .. } => sql!("cast({rounded} as signed)"),
        SqlType::Float { .. } => sql!("({rounded} + 0e0)"),
        _ => rounded,
    })
}

/// A number that is exact already.
fn plainly(number: &Sql, scale: Option<u32>, digits: u32, mode: Rounding) -> Sql {
    match mode {
        _ if scale.is_some_and(|scale| scale <= digits) => sql!("round({number}, {digits})"),
        Rounding::HalfUp => sql!("round({number}, {digits})"),
        Rounding::Down => sql!("truncate({number}, {digits})"),
        Rounding::HalfEven => quotient(number, None, digits, mode),
    }
}

/// Digits after the point of an exact type.
const fn scale_of(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Int { .. } | SqlType::Unsigned { .. } => Some(0),
        SqlType::Decimal(Some(size)) => Some(size.scale),
        _ => None,
    }
}

/// The exponent of a literal power of ten.
fn power_of(divisor: &Expr) -> Option<u32> {
    let ExprKind::Number(digits) = &divisor.kind else { return None };
    let zeros = digits.strip_prefix('1')?;
    zeros.bytes().all(|byte| byte == b'0').then(|| digits_of(zeros))
}

/// 10 to the power of minus `places`.
fn unit(places: u32) -> Sql {
    if places == 0 { Sql::spelled("1") } else { sql!("0.{}1", "0".repeat(places as usize - 1)) }
}

fn quotient(number: &Sql, divisor: Option<&Sql>, digits: u32, mode: Rounding) -> Sql {
    let n = sql!("(abs({number}) * {})", power_of_ten(digits));
    let d = divisor.map_or_else(|| Sql::spelled("1"), |divisor| sql!("abs({divisor})"));
    let whole = |n: &Sql, d: &Sql| sql!("(({n} - mod({n}, {d})) / {d})");
    let result = match mode {
        Rounding::Down => whole(&n, &d),
        Rounding::HalfUp => whole(&sql!("({n} * 2 + {d})"), &sql!("({d} * 2)")),
        Rounding::HalfEven => {
            let (floor, rest) = (whole(&n, &d), sql!("mod({n}, {d})"));
            sql!(
                "({floor} + CASE WHEN {rest} * 2 + mod({floor}, 2) > {d} AND {rest} * 2 >= {d} THEN 1 ELSE 0 END)"
            )
        }
    };
    let sign = divisor.map_or_else(|| sql!("sign({number})"), |d| sql!("sign({number}) * sign({d})"));
    // Multiplying by a power of ten is exact, dividing by it need not be.
    sql!("round({sign} * {result} * {}, {digits})", unit(digits))
}
