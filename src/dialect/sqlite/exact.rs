//! Exact numbers: decimals are computed as integers that count their last digit's unit, because
//! SQLite has binary floating point only.

use super::super::Sql;
use super::super::spelling::{
    Level, Piece, Speller, aggregate_word, case, digits_of, power_of_ten, related_rows, split_number,
};
use super::super::sql::sql;
use super::{failure, moment};
use crate::diagnostic::Code;
use crate::plan::{Aggregate, Expr, ExprKind, Function, Operator, Rounding};
use crate::schema::{DecimalSize, SqlType};

/// An integer expression; the number is it divided by 10 to the power of `scale`.
#[derive(Clone, Debug)]
pub(super) struct Exact {
    pub(super) piece: Piece,
    pub(super) scale: u32,
    /// Arithmetic that may leave 64 bits; SQLite then goes on with floating point in silence.
    pub(super) risky: bool,
    /// The value's digits where it is a literal.
    literal: Option<String>,
}

impl Exact {
    fn new(piece: Piece, scale: u32, risky: bool) -> Self {
        Self { piece, scale, risky, literal: None }
    }

    fn literal(digits: String, scale: u32) -> Self {
        let piece = Piece::atom(Sql::spelled(digits.as_str()));
        Self { piece, scale, risky: false, literal: Some(digits) }
    }

    fn atom(&self) -> Sql {
        self.piece.at(Level::Atom)
    }

    /// The same number counted in a finer unit.
    fn up_to(&self, scale: u32) -> Self {
        let Some(more @ 1..) = scale.checked_sub(self.scale) else { return self.clone() };
        if let Some(digits) = &self.literal {
            return Self::literal(times_ten(digits, more), scale);
        }
        let product = sql!("{} * {}", self.atom(), power_of_ten(more));
        Self::new(Piece::operator(product), scale, true)
    }

    /// At exactly `scale`; ties away from zero where digits are lost.
    fn at_scale(&self, scale: u32) -> Self {
        if self.scale <= scale {
            return self.up_to(scale);
        }
        let unit = Self::literal(power_of_ten(self.scale - scale), 0);
        Self::new(divide_rounded(self, &unit, Rounding::HalfUp), scale, self.risky)
    }

    /// Fails where the arithmetic has left the integers.
    pub(super) fn guarded(&self, result: &Sql) -> Piece {
        if !self.risky {
            return Piece::operator(result.clone());
        }
        let message = format!("datamove {}: a number is too large to be exact", Code::NumberLost);
        let arms = vec![(Sql::spelled("'real'"), failure(&message).sql)];
        Piece::atom(case(Some(sql!("typeof({})", self.piece.sql)), arms, Some(result.clone())))
    }
}

fn times_ten(digits: &str, more: u32) -> String {
    if digits == "0" { digits.to_owned() } else { format!("{digits}{}", "0".repeat(more as usize)) }
}

/// The scale that the type of an exact number says.
fn scale_of(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Int { .. } => Some(0),
        SqlType::Decimal(Some(DecimalSize { scale, .. })) => Some(*scale),
        _ => None,
    }
}

/// A stored number as a scaled integer.
fn leaf(value: &Sql, ty: &SqlType) -> Option<Exact> {
    let scale = scale_of(ty)?;
    let piece = match ty {
        SqlType::Int { .. } => Piece::atom(value.clone()),
        _ if scale == 0 => Piece::atom(sql!("cast({value} as integer)")),
        _ => Piece::atom(sql!("cast(round({value} * {}) as integer)", power_of_ten(scale))),
    };
    Some(Exact::new(piece, scale, false))
}

/// The expression as a scaled integer; `None` where it is not an exact number.
pub(super) fn exact(speller: &Speller<'_>, expr: &Expr) -> Option<Exact> {
    match &expr.kind {
        ExprKind::Null => Some(Exact::new(Piece::atom(Sql::spelled("NULL")), 0, false)),
        ExprKind::Number(number) if !matches!(expr.ty, SqlType::Float { .. }) => {
            let (digits, scale) = split_number(number);
            (digits_of(&digits) <= 18).then(|| Exact::literal(digits, scale))
        }
        ExprKind::Negate(inner) => {
            let inner = exact(speller, inner)?;
            let piece = Piece::operator(sql!("-{}", inner.atom()));
            Some(Exact { literal: None, piece, ..inner })
        }
        ExprKind::Binary { op, left, right } => arithmetic(speller, *op, left, right),
        ExprKind::Round { expr: inner, digits, mode } if matches!(inner.ty, SqlType::Float { .. }) => {
            leaf(&super::words::float_round(speller, inner, *digits, *mode).sql, &expr.ty)
        }
        ExprKind::Round { expr: inner, digits, mode } => round(speller, inner, *digits, *mode),
        ExprKind::Cast(inner) if inner.ty.is_numeric() => {
            let scale = scale_of(&expr.ty)?;
            match exact(speller, inner) {
                Some(inner) => Some(inner.at_scale(scale)),
                None => leaf(
                    &speller.operand(inner),
                    &SqlType::Decimal(Some(DecimalSize { precision: 18, scale })),
                ),
            }
        }
        ExprKind::Cast(inner) => {
            let scale = scale_of(&expr.ty)?;
            let number =
                sql!("cast({} as {})", speller.spell(inner), if scale == 0 { "integer" } else { "real" });
            leaf(&number, &expr.ty)
        }
        ExprKind::Case { whens, otherwise } => {
            let values: Vec<_> = whens.iter().map(|(_, then)| then).chain(otherwise.as_deref()).collect();
            let (values, scale, risky) = same_scale(speller, &values)?;
            let arms = whens.iter().zip(&values).map(|((when, _), then)| (speller.spell(when), then.clone()));
            let last = otherwise.as_ref().and(values.last().cloned());
            Some(Exact::new(Piece::atom(case(None, arms.collect(), last)), scale, risky))
        }
        ExprKind::Call { function, args } => call(speller, expr, *function, args),
        ExprKind::Aggregate { function, arg } => match (function, arg) {
            (Aggregate::Count, _) | (_, None) => {
                let arg = arg.as_ref().map_or_else(|| Sql::spelled("*"), |arg| speller.spell(arg));
                Some(Exact::new(Piece::atom(sql!("count({arg})")), 0, false))
            }
            (_, Some(arg)) => {
                let arg = exact(speller, arg)?;
                let piece = Piece::atom(sql!("{}({})", aggregate_word(*function), arg.piece.sql));
                Some(Exact { literal: None, piece, ..arg })
            }
        },
        ExprKind::Related { value: None, .. } => {
            Some(Exact::new(Piece::atom(related_rows(speller, expr, None)), 0, false))
        }
        ExprKind::Related { value: Some(value), .. } => {
            let value = exact(speller, value)?;
            let piece = Piece::atom(related_rows(speller, expr, Some(value.piece.sql.clone())));
            Some(Exact { literal: None, piece, ..value })
        }
        ExprKind::Column { .. } | ExprKind::Lookup { .. } | ExprKind::Map { .. } => {
            scale_of(&expr.ty)?;
            leaf(&neutral_leaf(speller, expr), &expr.ty)
        }
        _ => None,
    }
}

/// Columns, lookups and maps are spelled without coming back here: they hold stored values.
fn neutral_leaf(speller: &Speller<'_>, expr: &Expr) -> Sql {
    speller.operand(expr)
}

/// Several values counted in the same unit: the finest of theirs.
fn same_scale(speller: &Speller<'_>, exprs: &[&Expr]) -> Option<(Vec<Sql>, u32, bool)> {
    let all: Vec<_> = exprs.iter().map(|expr| exact(speller, expr)).collect::<Option<_>>()?;
    let scale = all.iter().map(|value| value.scale).max()?;
    let all: Vec<_> = all.iter().map(|value| value.up_to(scale)).collect();
    let risky = all.iter().any(|value| value.risky);
    Some((all.into_iter().map(|value| value.piece.sql).collect(), scale, risky))
}

fn arithmetic(speller: &Speller<'_>, op: Operator, left: &Expr, right: &Expr) -> Option<Exact> {
    let (left, right) = match op {
        Operator::Add | Operator::Subtract | Operator::Multiply => {
            (exact(speller, left)?, exact(speller, right)?)
        }
        _ => return None,
    };
    let (word, left, right, scale) = if op == Operator::Multiply {
        let scale = left.scale + right.scale;
        ("*", left, right, scale)
    } else {
        let scale = left.scale.max(right.scale);
        (if op == Operator::Add { "+" } else { "-" }, left.up_to(scale), right.up_to(scale), scale)
    };
    let sql = sql!("{} {word} {}", left.atom(), right.atom());
    Some(Exact::new(Piece::operator(sql), scale, true))
}

fn call(speller: &Speller<'_>, expr: &Expr, function: Function, args: &[Expr]) -> Option<Exact> {
    match (function, args) {
        (Function::Coalesce | Function::Nullif, _) => {
            let (values, scale, risky) = same_scale(speller, &args.iter().collect::<Vec<_>>())?;
            let word = if function == Function::Coalesce { "coalesce" } else { "nullif" };
            let list = super::super::spelling::comma(&values);
            Some(Exact::new(Piece::atom(sql!("{word}({list})")), scale, risky))
        }
        (Function::Abs, [arg]) => {
            let arg = exact(speller, arg)?;
            let piece = Piece::atom(sql!("abs({})", arg.piece.sql));
            Some(Exact { literal: None, piece, ..arg })
        }
        (Function::Floor | Function::Ceil, [arg]) => {
            let arg = exact(speller, arg)?;
            if arg.scale == 0 {
                return Some(arg);
            }
            let (n, unit) = (arg.atom(), power_of_ten(arg.scale));
            let sql = if function == Function::Floor {
                sql!("{n} / {unit} - ({n} % {unit} < 0)")
            } else {
                sql!("{n} / {unit} + ({n} % {unit} > 0)")
            };
            Some(Exact::new(Piece::operator(sql), 0, arg.risky))
        }
        (Function::Length | Function::Position | Function::Epoch | Function::JsonInteger, _) => {
            leaf(&speller.operand(expr), &SqlType::BIGINT)
        }
        _ => None,
    }
}

fn round(speller: &Speller<'_>, inner: &Expr, digits: u32, mode: Rounding) -> Option<Exact> {
    let (number, divisor) = match &inner.kind {
        ExprKind::Binary { op: Operator::Divide, left, right } => {
            (exact(speller, left)?, exact(speller, right)?)
        }
        _ => (exact(speller, inner)?, Exact::literal("1".to_owned(), 0)),
    };
    // number/10^sn : divisor/10^sd, counted in units of 10^-digits.
    let (up, down) = (digits + divisor.scale, number.scale);
    let (number, divisor) = reduce(&number, &divisor, up, down);
    let risky = number.risky || divisor.risky;
    let piece = if divisor.literal.as_deref() == Some("1") {
        number.piece.clone()
    } else {
        divide_rounded(&number, &divisor, mode)
    };
    Some(Exact::new(piece, digits, risky))
}

/// Multiplies the number by 10^up and the divisor by 10^down, without the factors of ten that
/// they share, so that `cents / 100` at two digits is just the cents.
fn reduce(number: &Exact, divisor: &Exact, up: u32, down: u32) -> (Exact, Exact) {
    let shared = up.min(down);
    let (mut up, down) = (up - shared, down - shared);
    let mut divisor = divisor.clone();
    if let Some(digits) = divisor.literal.clone().filter(|digits| digits != "0") {
        let zeros = digits_of(&digits) - digits_of(digits.trim_end_matches('0'));
        let cut = zeros.min(up);
        up -= cut;
        divisor = Exact::literal(digits[..digits.len() - cut as usize].to_owned(), 0);
    }
    let scaled = |value: &Exact, by: u32| Exact { scale: 0, ..value.clone() }.up_to(by);
    (scaled(number, up), scaled(&divisor, down))
}

/// The exact quotient of two integers, rounded once.
fn divide_rounded(number: &Exact, divisor: &Exact, mode: Rounding) -> Piece {
    let (number, signed_divisor) = (number.atom(), divisor.atom());
    let n = sql!("abs({number})");
    let d = if divisor.literal.is_some() { signed_divisor.clone() } else { sql!("abs({signed_divisor})") };
    // The remainder is compared with what is missing to the divisor: nothing is doubled, so
    // nothing overflows.
    let quotient = match mode {
        Rounding::Down => sql!("{n} / {d}"),
        Rounding::HalfUp => sql!("{n} / {d} + ({n} % {d} >= {d} - {n} % {d})"),
        Rounding::HalfEven => {
            sql!("{n} / {d} + ({n} % {d} + {n} / {d} % 2 > {d} - {n} % {d})")
        }
    };
    let negative = if divisor.literal.is_some() {
        sql!("{number} < 0")
    } else {
        sql!("({number} < 0) <> ({signed_divisor} < 0)")
    };
    let signed = sql!("CASE WHEN {negative} THEN -({quotient}) ELSE {quotient} END");
    if divisor.literal.as_deref().is_some_and(|digits| digits != "0") {
        return Piece::atom(signed);
    }
    let message = format!("datamove {}: division by zero", Code::NumberLost);
    let arms = vec![(sql!("{signed_divisor} = 0"), failure(&message).sql)];
    Piece::atom(case(None, arms, Some(signed)))
}

/// Numbers that are compared are counted in one unit; everything else is compared as it is.
pub(super) fn comparable(speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
    let decimal = exprs.iter().any(|expr| matches!(expr.ty, SqlType::Decimal(_)));
    let numbers = exprs.iter().all(|expr| expr.ty.is_numeric() || expr.kind == ExprKind::Null);
    if decimal && numbers {
        let all: Option<Vec<_>> = exprs.iter().map(|expr| exact(speller, expr)).collect();
        if let Some(all) = all {
            let scale = all.iter().map(|value| value.scale).max().unwrap_or(0);
            // Beyond 64 bits a double is far enough from every literal, but not from another value.
            let guards = all.iter().filter(|value| value.literal.is_none()).count() > 1;
            let compared = all.iter().map(|value| value.up_to(scale));
            return compared
                .map(|value| if guards { value.guarded(&value.piece.sql) } else { value.piece })
                .collect();
        }
    }
    exprs.iter().enumerate().map(|(index, expr)| plainly(speller, expr, index == 0)).collect()
}

/// A value in a form that is equal only for equal values. Of texts the first one says that no collation of a column
/// takes part; moments are texts that can be spelled in several ways.
fn plainly(speller: &Speller<'_>, expr: &Expr, first: bool) -> Piece {
    match (&expr.ty, &expr.kind) {
        (_, ExprKind::Null) => speller.piece(expr),
        (SqlType::Text { .. } | SqlType::Enum { .. }, _) if first => {
            Piece::operator(sql!("{} COLLATE BINARY", speller.operand(expr)))
        }
        (SqlType::Timestamp { .. }, _) => Piece::operator(moment::full_text(&speller.operand(expr))),
        (SqlType::Time { .. }, _) => Piece::operator(moment::full_clock(&speller.operand(expr))),
        _ => speller.piece(expr),
    }
}
