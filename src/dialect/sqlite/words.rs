//! SQLite's own way with expressions.

use super::super::Sql;
use super::super::spelling::{Level, Piece, Speller, power_of_ten};
use super::super::sql::sql;
use super::exact::exact;
use super::{conforms, failure, moment, uuid5};
use crate::diagnostic::Code;
use crate::plan::{Expr, ExprKind, Function, Operator, Rounding};
use crate::schema::{DecimalSize, SqlType};

pub(super) fn own(speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
    match &expr.kind {
        ExprKind::Binary { op: Operator::Add | Operator::Subtract | Operator::Multiply, .. }
        | ExprKind::Negate(_)
        | ExprKind::Aggregate { .. }
        | ExprKind::Related { .. }
        | ExprKind::Case { .. } => exact_value(speller, expr),
        ExprKind::Call { function, args } => match function {
            Function::Substr => Some(substr(speller, args)),
            Function::AddMonths => add_months(speller, args),
            Function::Length | Function::Position => None,
            Function::Epoch | Function::JsonInteger => super::calls::call(speller, *function, args),
            _ => exact_value(speller, expr)
                .or_else(|| super::calls::call(speller, *function, args))
                .or_else(|| float_call(speller, *function, args)),
        },
        ExprKind::Round { expr: inner, digits, mode } => {
            let float = matches!(inner.ty, SqlType::Float { .. });
            let exactly = if float { None } else { exact_value(speller, expr) };
            exactly.or_else(|| Some(float_round(speller, inner, *digits, *mode)))
        }
        ExprKind::Binary { op: Operator::Divide, left, right } => {
            let (left, right) = (speller.operand(left), speller.operand(right));
            let message = format!("datamove {}: division by zero", Code::NumberLost);
            Some(Piece::atom(sql!(
                "CASE WHEN {right} = 0 THEN {} ELSE cast({left} as real) / {right} END",
                failure(&message).sql
            )))
        }
        ExprKind::Cast(inner) => cast(speller, expr, inner),
        ExprKind::InZone { expr: inner, zone } => moment::in_zone(&speller.operand(inner), &inner.ty, zone),
        ExprKind::Conforms { expr: inner, to } => {
            let test = match (&inner.ty, to) {
                (SqlType::Text { .. }, SqlType::Int { bits }) => {
                    Some(conforms::spells_integer(&speller.operand(inner), *bits))
                }
                (SqlType::Text { .. }, SqlType::Decimal(Some(size))) => {
                    Some(conforms::spells_decimal(&speller.operand(inner), *size))
                }
                (SqlType::Bytes { .. }, SqlType::Uuid) => {
                    let x = speller.operand(inner);
                    Some(sql!("({x} IS NULL OR typeof({x}) = 'blob' AND length({x}) = 16)"))
                }
                _ => conforms::conforms(&speller.operand(inner), to),
            };
            Some(Piece::atom(test.unwrap_or_else(|| Sql::spelled("1"))))
        }
        ExprKind::IsAscii(inner) => {
            let text = speller.spell(inner);
            let test = sql!("length(cast({text} as blob)) = length({text})");
            Some(Piece::new(test, Level::Compare))
        }
        ExprKind::Uuid5 { namespace, args } => Some(uuid5::uuid5(speller, namespace, args)),
        _ => None,
    }
}

/// A computed exact number as it is stored: an integer, or the double nearest to the decimal.
fn exact_value(speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
    if matches!(expr.ty, SqlType::Float { .. }) || !expr.ty.is_numeric() {
        return None;
    }
    let value = exact(speller, expr)?;
    let result = match value.scale {
        0 => value.piece.sql.clone(),
        scale => sql!("{} / {}.0", value.piece.at(Level::Atom), power_of_ten(scale)),
    };
    if value.scale == 0 && !value.risky {
        return Some(value.piece);
    }
    Some(value.guarded(&result))
}

fn cast(speller: &Speller<'_>, expr: &Expr, inner: &Expr) -> Option<Piece> {
    let inside = || speller.spell(inner);
    match (&inner.ty, &expr.ty) {
        // What is stored stays as it is where the wider type holds the same number.
        (SqlType::Int { .. }, SqlType::Int { .. } | SqlType::Decimal(_))
        | (SqlType::Decimal(_), SqlType::Decimal(None))
        | (SqlType::Text { .. }, SqlType::Text { .. }) => None,
        (SqlType::Decimal(Some(from)), SqlType::Decimal(Some(to))) if to.scale >= from.scale => None,
        (_, SqlType::Decimal(Some(_)) | SqlType::Int { .. }) => exact_value(speller, expr),
        (_, SqlType::Float { .. } | SqlType::Decimal(None)) => {
            Some(Piece::atom(sql!("cast({} as real)", inside())))
        }
        (SqlType::Timestamp { .. }, SqlType::Date) => Some(Piece::atom(sql!("substr({}, 1, 10)", inside()))),
        (SqlType::Date, SqlType::Timestamp { .. }) => {
            Some(Piece::operator(sql!("{} || ' 00:00:00'", speller.operand(inner))))
        }
        (SqlType::Decimal(Some(_)), SqlType::Text { .. }) => Some(Piece::atom(decimal_text(speller, inner))),
        (SqlType::Int { .. } | SqlType::Float { .. } | SqlType::Bytes { .. }, SqlType::Text { .. }) => {
            Some(Piece::atom(sql!("cast({} as text)", inside())))
        }
        (SqlType::Bool, SqlType::Text { .. }) => {
            let value = speller.operand(inner);
            Some(Piece::atom(sql!("CASE {value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END")))
        }
        (SqlType::Int { .. }, SqlType::Bool) => {
            Some(Piece::new(sql!("{} <> 0", speller.operand(inner)), Level::Compare))
        }
        (SqlType::Timestamp { .. }, SqlType::Time { .. }) => {
            Some(Piece::atom(sql!("substr({}, 12)", inside())))
        }
        (SqlType::Bytes { .. }, SqlType::Uuid) => {
            let x = inside();
            let part = |from: u32, count: u32| format!("substr(lower(hex({x})), {from}, {count})");
            let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
            Some(Piece::operator(sql!("{}", parts.join(" || '-' || "))))
        }
        (SqlType::Text { .. }, SqlType::Uuid) => Some(Piece::atom(sql!("lower({})", inside()))),
        _ => None,
    }
}

/// A decimal as text at its declared scale.
fn decimal_text(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let Some(value) = exact(speller, expr) else { return sql!("cast({} as text)", speller.spell(expr)) };
    let n = value.piece.at(Level::Atom);
    let SqlType::Decimal(Some(DecimalSize { scale: 1.., .. })) = expr.ty else {
        return sql!("cast({n} as text)");
    };
    let unit = power_of_ten(value.scale);
    let width = value.scale;
    // printf() makes an empty number out of NULL, and NULL must stay NULL.
    sql!(
        "CASE WHEN {n} IS NOT NULL THEN CASE WHEN {n} < 0 THEN '-' ELSE '' END || \
         printf('%d.%0{width}d', abs({n}) / {unit}, abs({n}) % {unit}) END"
    )
}

pub(super) fn canonical_text(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.operand(expr);
    match &expr.ty {
        SqlType::Decimal(Some(_)) => decimal_text(speller, expr),
        SqlType::Timestamp { zoned: true, .. } => moment::micros(&value),
        SqlType::Timestamp { .. } => moment::full_text(&value),
        SqlType::Uuid => sql!("lower({value})"),
        SqlType::Bytes { .. } => sql!("lower(hex({value}))"),
        _ => sql!("cast({value} as text)"),
    }
}

/// Where `from` may lie before the text or `count` be negative, both are brought to what
/// PostgreSQL does: the characters of the range that exist.
fn substr(speller: &Speller<'_>, args: &[Expr]) -> Piece {
    let literal = |index: usize| match args.get(index).map(|arg| &arg.kind) {
        Some(ExprKind::Number(digits)) => digits.parse::<u64>().ok(),
        _ => None,
    };
    let spelled: Vec<_> = args.iter().map(|arg| speller.spell(arg)).collect();
    let operand = |index: usize| args.get(index).map(|arg| speller.operand(arg)).unwrap_or_default();
    let safe_from = literal(1).is_some_and(|from| from >= 1);
    let safe_count = args.len() < 3 || literal(2).is_some();
    Piece::atom(if safe_from && safe_count {
        sql!("substr({})", super::super::spelling::comma(&spelled))
    } else if args.len() < 3 {
        sql!("substr({}, max({}, 1))", spelled[0], spelled[1])
    } else {
        let (from, count) = (operand(1), operand(2));
        sql!("substr({}, max({from}, 1), max({count} + min({from}, 1) - 1, 0))", spelled[0])
    })
}

/// The month is moved on its first day, which every month has, and the day put back: SQLite itself
/// would go on into the next month where a month is too short. What follows the day stays.
fn add_months(speller: &Speller<'_>, args: &[Expr]) -> Option<Piece> {
    let [value, months] = args else { return None };
    let months = match &months.kind {
        ExprKind::Number(digits) => digits.parse::<i64>().ok()?,
        ExprKind::Negate(inner) => match &inner.kind {
            ExprKind::Number(digits) => -digits.parse::<i64>().ok()?,
            _ => return None,
        },
        _ => return None,
    };
    let x = speller.operand(value);
    let first = sql!("substr({x}, 1, 8) || '01'");
    let month = sql!("substr(date({first}, '{months:+} months'), 1, 8)");
    let last = sql!("strftime('%d', {first}, '{:+} months', '-1 day')", months + 1);
    Some(Piece::operator(sql!("{month} || min(substr({x}, 9, 2), {last}) || substr({x}, 11)")))
}

/// `floor` and `ceil` of a double, without the math functions that a build may lack.
fn float_call(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Option<Piece> {
    let [arg] = args else { return None };
    let x = speller.operand(arg);
    let (beyond, step) = match function {
        Function::Floor => (">", "-"),
        Function::Ceil => ("<", "+"),
        _ => return None,
    };
    // From 2^52 on every double is a whole number.
    Some(Piece::atom(sql!(
        "CASE WHEN abs({x}) >= 4503599627370496.0 THEN {x} \
         ELSE cast({x} as integer) {step} (cast({x} as integer) {beyond} {x}) + 0.0 END"
    )))
}

/// A double is the number that its shortest digits say: the fewest behind the point that give the same double again.
/// Without the point they are an integer, which is rounded exactly. From 2^52 on every double is a whole number.
pub(super) fn float_round(speller: &Speller<'_>, inner: &Expr, digits: u32, mode: Rounding) -> Piece {
    let x = speller.operand(inner);
    let unit = power_of_ten(digits);
    let zeros = "0".repeat(25);
    let (q, r) = ("(abs(n) / u)", "(abs(n) % u)");
    let rounded = match mode {
        Rounding::Down => q.to_owned(),
        Rounding::HalfUp => format!("({q} + ({r} >= u - {r}))"),
        Rounding::HalfEven => format!("({q} + ({r} + {q} % 2 > u - {r}))"),
    };
    let most = if digits <= 2 { "4503599627370496.0".to_owned() } else { format!("9e18 / {unit}.0") };
    Piece::atom(sql!(
        "CASE WHEN {x} IS NULL OR abs({x}) >= {most} THEN {x} ELSE (\
         WITH RECURSIVE d(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM d \
         WHERE k < 25 AND cast(printf('%!.*f', k, {x}) AS real) <> {x}), \
         t(t, f) AS (SELECT t, length(t) - instr(t, '.') FROM (SELECT printf('%!.*f', max(k), {x}) AS t FROM d)), \
         e(n, u) AS (SELECT cast(replace(t, '.', '') || substr('{zeros}', 1, max({digits} - f, 0)) AS integer), \
         cast('1' || substr('{zeros}', 1, max(f - {digits}, 0)) AS integer) FROM t) \
         SELECT CASE WHEN n < 0 THEN -{rounded} ELSE {rounded} END / {unit}.0 FROM e) END"
    ))
}
