//! Numbers into columns of other numeric types: what fits, what a query must count, what must be stated.

use super::Typer;
use super::claims::{How, not_conforming};
use super::convert::{Into, rows};
use super::make::{cast_to, not_in, number, outside};
use super::unify::{
    as_decimal, constant, decimal_range, decimal_size, integer_holds, integer_range, whole_digits,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, Operator};
use crate::schema::SqlType;

impl Typer<'_, '_> {
    pub(super) fn integer(&mut self, expr: Expr, into: Into<'_>) -> Expr {
        let everything = (i128::MIN, i128::MAX);
        let from = integer_range(&expr.ty).unwrap_or(everything);
        let (low, high) = integer_range(into.ty).unwrap_or(everything);
        if from.0 < low || from.1 > high {
            let says = format!("the number is between {low} and {high}");
            if let Some(digits) = constant(&expr) {
                self.claim(ClaimKind::Range, says, How::Proven(format!("it is {digits}")), into.span);
                return stored(expr, into);
            }
            let bad = outside(&expr, &low.to_string(), &high.to_string());
            self.claim(ClaimKind::Range, says, How::Probe(rows(bad)), into.span);
            return stored(expr, into);
        }
        if self.plan.target.catalog.engine.is_dynamically_typed() && calculates(&expr) {
            // There an overflow silently becomes a floating-point number.
            let bad = not_conforming(expr.clone(), SqlType::BIGINT);
            let says = "the calculation stays within 64 bits".to_owned();
            self.claim(ClaimKind::Range, says, How::Probe(rows(bad)), into.span);
        }
        expr
    }

    /// Integers and decimals into each other.
    pub(super) fn exact(&mut self, expr: Expr, into: Into<'_>) -> Option<Expr> {
        let from = decimal_size(&expr);
        let wanted = match into.ty {
            SqlType::Decimal(None) => return Some(cast_to(expr, into.ty.clone())),
            other => as_decimal(other)?,
        };
        if from.is_none_or(|from| from.scale > wanted.scale) {
            let scale = wanted.scale;
            let digits = from
                .map_or_else(|| "any number of digits".to_owned(), |from| format!("{} digits", from.scale));
            let mut diagnostic = Diagnostic::error(
                Code::ScaleLost,
                format!("{digits} after the point do not fit {}, which has {scale}", into.ty),
                into.span,
                self.of_type(&expr, into),
            );
            if let Some(column) = into.column {
                diagnostic = diagnostic.see(column.span, format!("`{}` is {}", column.name, column.declared));
            }
            let how = How::Refused(Box::new(diagnostic.help(format!(
                "state the rounding: `{}`, or half_up, or down",
                self.edit(&expr, into, &format!("round(…, {scale}, half_even)"))
            ))));
            self.claim(ClaimKind::Lossy, "no digit after the point is lost", how, into.span);
            return Some(cast_to(expr, into.ty.clone()));
        }
        let from = from?;
        let limit = whole_digits(wanted);
        let never_negative = matches!(expr.ty, SqlType::Unsigned { .. }) || constant(&expr).is_some();
        let fits = match integer_range(into.ty) {
            Some(_) if never_negative => whole_digits(from) < limit,
            Some(_) => integer_holds(into.ty, whole_digits(from)),
            None => whole_digits(from) <= limit,
        };
        if !fits {
            let (low, high) = match integer_range(into.ty) {
                Some((low, high)) => (low.to_string(), high.to_string()),
                None => decimal_range(wanted),
            };
            let says = format!("the number is between {low} and {high}");
            let bad = outside(&expr, &low, &high);
            self.claim(ClaimKind::Range, says, How::Probe(rows(bad)), into.span);
            return Some(stored(expr, into));
        } else if calculates(&expr) {
            let why = format!("at most {} digits before the point, and {limit} fit", whole_digits(from));
            self.claim(ClaimKind::Range, "the number is in range", How::Proven(why), into.span);
        }
        Some(cast_to(expr, into.ty.clone()))
    }

    pub(super) fn float(&mut self, expr: Expr, into: Into<'_>) -> Option<Expr> {
        let SqlType::Float { bits } = into.ty else { return None };
        match &expr.ty {
            SqlType::Float { bits: from } if from <= bits => Some(cast_to(expr, into.ty.clone())),
            // 24 and 53 bits of a float hold every shorter integer.
            SqlType::Int { bits: 8 | 16 | 24 } | SqlType::Unsigned { bits: 8 | 16 | 24 } => {
                Some(cast_to(expr, into.ty.clone()))
            }
            SqlType::Int { bits: 32 } | SqlType::Unsigned { bits: 32 } if *bits == 64 => {
                Some(cast_to(expr, into.ty.clone()))
            }
            SqlType::Int { .. } | SqlType::Unsigned { .. } if *bits == 64 => {
                let bad = outside(&expr, "-9007199254740992", "9007199254740992");
                let says = "the number is one that a double holds exactly";
                self.claim(ClaimKind::Lossy, says, How::Probe(rows(bad)), into.span);
                Some(cast_to(expr, into.ty.clone()))
            }
            _ => Some(self.lossy(expr, into, "a floating-point number holds about 15 digits (7 in 32 bits)")),
        }
    }

    pub(super) fn integer_to_bool(&mut self, expr: Expr, into: Into<'_>) -> Expr {
        let says = "the number is 0 or 1";
        let bad = not_in(&expr, vec![number("0"), number("1")]);
        self.claim(ClaimKind::Values, says, How::Probe(rows(bad)), into.span);
        cast_to(expr, SqlType::Bool)
    }
}

/// The value of a narrower integer. A column that is never negative refuses by itself what does not fit; a cast
/// would turn it into another number.
fn stored(expr: Expr, into: Into<'_>) -> Expr {
    match into.ty {
        SqlType::Unsigned { .. } if into.column.is_some() => expr,
        ty => cast_to(expr, ty.clone()),
    }
}

/// True if the value is calculated, not just taken.
fn calculates(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| {
        found |= matches!(
            node.kind,
            ExprKind::Binary {
                op: Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide,
                ..
            } | ExprKind::Negate(_)
                | ExprKind::Round { .. }
        );
    });
    found
}
