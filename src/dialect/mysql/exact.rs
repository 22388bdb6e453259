//! Exact numbers: decimals of up to 65 digits.

use super::super::Sql;
use super::super::spelling::{Piece, Speller, power_of_ten};
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
        (SqlType::Float { .. }, _) => sql!("cast({} as decimal(65, 30))", speller.spell(expr)),
        _ => sql!("cast({} as decimal(20, 0))", speller.spell(expr)),
    }
}

/// Rounds from the exact value. The server's own division stops at some digit, which is wrong for ties, so quotients
/// are taken in whole numbers: what is left of a number without its remainder divides without a rest.
pub(super) fn round(speller: &Speller<'_>, inner: &Expr, digits: u32, mode: Rounding, ty: &SqlType) -> Piece {
    let rounded = match &inner.kind {
        ExprKind::Binary { op: Operator::Divide, left, right } => {
            quotient(&decimal(speller, left), Some(&decimal(speller, right)), digits, mode)
        }
        _ => {
            let number = decimal(speller, inner);
            match mode {
                Rounding::HalfUp => sql!("round({number}, {digits})"),
                Rounding::Down => sql!("truncate({number}, {digits})"),
                Rounding::HalfEven => quotient(&number, None, digits, mode),
            }
        }
    };
    Piece::atom(match ty {
        SqlType::Int { .. } => sql!("cast({rounded} as signed)"),
        SqlType::Float { .. } => sql!("({rounded} + 0e0)"),
        _ => rounded,
    })
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
    let last = if digits == 0 { "1".to_owned() } else { format!("0.{}1", "0".repeat(digits as usize - 1)) };
    sql!("round({sign} * {result} * {last}, {digits})")
}
