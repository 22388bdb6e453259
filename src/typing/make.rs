//! Small expressions that the rules put together.

use super::unify::size_of_digits;
use crate::plan::{Expr, ExprKind, Function, Operator};
use crate::schema::SqlType;

pub(super) fn binary(op: Operator, left: Expr, right: Expr) -> ExprKind {
    ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }
}

pub(super) const fn truth(nullable: bool, kind: ExprKind) -> Expr {
    Expr::new(SqlType::Bool, nullable, kind)
}

pub(super) const fn is_number(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_))
}

/// A literal number, of the smallest type that holds it exactly.
pub(super) fn number(digits: &str) -> Expr {
    let ty = match digits.parse::<i64>() {
        Ok(n) if i32::try_from(n).is_ok() => SqlType::Int { bits: 32 },
        Ok(_) => SqlType::BIGINT,
        Err(_) => SqlType::Decimal(Some(size_of_digits(digits))),
    };
    Expr::new(ty, false, ExprKind::Number(digits.to_owned()))
}

pub(super) fn string(text: &str) -> Expr {
    let max = u32::try_from(text.chars().count()).ok();
    Expr::new(SqlType::Text { max, padded: false }, false, ExprKind::String(text.to_owned()))
}

/// The text of a literal.
pub(super) fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) => Some(text),
        _ => None,
    }
}

/// `cast(expr as ty)`, unless it is of that type.
pub(super) fn cast_to(expr: Expr, ty: SqlType) -> Expr {
    if expr.ty == ty {
        return expr;
    }
    let nullable = expr.nullable;
    match expr.kind {
        ExprKind::Null => Expr::new(ty, true, ExprKind::Null),
        _ => Expr::new(ty, nullable, ExprKind::Cast(Box::new(expr))),
    }
}

/// A branch of a `case` or `coalesce`, read as the common type. Texts and integers need no cast.
pub(super) fn settle(expr: Expr, ty: &SqlType) -> Expr {
    match (&expr.ty, ty) {
        (SqlType::Text { .. }, SqlType::Text { .. }) | (SqlType::Int { .. }, SqlType::Int { .. })
            if !matches!(expr.kind, ExprKind::Null) =>
        {
            expr
        }
        _ => cast_to(expr, ty.clone()),
    }
}

/// `coalesce` of typed arguments.
pub(super) fn coalesce(args: Vec<Expr>, ty: SqlType) -> Expr {
    let nullable = args.iter().all(|arg| arg.nullable);
    let args = args.into_iter().map(|arg| settle(arg, &ty)).collect();
    Expr::new(ty, nullable, ExprKind::Call { function: Function::Coalesce, args })
}

/// A literal that may be negative.
pub(super) fn signed(digits: &str) -> Expr {
    match digits.strip_prefix('-') {
        Some(rest) => {
            let inner = number(rest);
            Expr::new(inner.ty.clone(), false, ExprKind::Negate(Box::new(inner)))
        }
        None => number(digits),
    }
}

pub(super) fn compare(op: Operator, left: Expr, right: Expr) -> Expr {
    let nullable = left.nullable || right.nullable;
    Expr::new(SqlType::Bool, nullable, ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) })
}

pub(super) fn outside(expr: &Expr, low: &str, high: &str) -> Expr {
    let (low, high) = (Box::new(signed(low)), Box::new(signed(high)));
    Expr::new(
        SqlType::Bool,
        expr.nullable,
        ExprKind::Between { expr: Box::new(expr.clone()), low, high, negated: true },
    )
}

pub(super) fn not_in(expr: &Expr, list: Vec<Expr>) -> Expr {
    Expr::new(
        SqlType::Bool,
        expr.nullable,
        ExprKind::In { expr: Box::new(expr.clone()), list, negated: true },
    )
}

pub(super) fn text_literal(text: &str) -> Expr {
    let max = u32::try_from(text.chars().count()).ok();
    Expr::new(SqlType::Text { max, padded: false }, false, ExprKind::String(text.to_owned()))
}
