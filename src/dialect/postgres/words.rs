//! PostgreSQL's own way with expressions.

use super::super::spelling::{Level, Piece, Speller, comma, fixed_offset, power_of_ten};
use super::super::sql::sql;
use super::super::{Dialect as _, Sql};
use super::conforms::conforms;
use super::{Postgres, type_name};
use crate::plan::{Expr, ExprKind, Function, Operator, RelatedFunction, Rounding};
use crate::schema::SqlType;

pub(super) fn own(speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
    match &expr.kind {
        ExprKind::Null => Some(cast_to(&Sql::spelled("NULL"), &expr.ty)),
        ExprKind::Number(digits) => Some(number(digits, &expr.ty)),
        ExprKind::String(text) => Some(match &expr.ty {
            SqlType::Text { .. } => Piece::atom(Postgres.string(text)),
            other => cast_to(&Postgres.string(text), other),
        }),
        ExprKind::Binary {
            op: op @ (Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide),
            left,
            right,
        } => {
            let (left, right) = (widened(speller, left, &expr.ty), widened(speller, right, &expr.ty));
            let word = super::super::spelling::operator_word(*op);
            Some(Piece::operator(sql!("{left} {word} {right}")))
        }
        ExprKind::Binary {
            op: op @ (Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq),
            left,
            right,
        } if is_text(left) => {
            let both = comparable(speller, &[left, right]);
            let (left, right) = (both[0].at(Level::Atom), both[1].at(Level::Atom));
            let word = super::super::spelling::operator_word(*op);
            Some(Piece::new(sql!("{left} {word} {right} COLLATE \"C\""), Level::Compare))
        }
        ExprKind::Between { expr: inner, low, high, negated } if is_text(inner) => {
            let all = comparable(speller, &[inner, low, high]);
            let all: Vec<_> = all.iter().map(|piece| piece.at(Level::Atom)).collect();
            let word = if *negated { "NOT BETWEEN" } else { "BETWEEN" };
            let value = sql!("{} COLLATE \"C\"", all[0]);
            Some(Piece::new(sql!("{value} {word} {} AND {}", all[1], all[2]), Level::Compare))
        }
        ExprKind::Like { expr: inner, pattern, negated } => {
            let word = if *negated { "NOT LIKE" } else { "LIKE" };
            let (text, pattern) = (unpadded(speller, inner), unpadded(speller, pattern));
            Some(Piece::new(
                sql!("{} {word} {} ESCAPE '\\'", text.at(Level::Atom), pattern.at(Level::Atom)),
                Level::Compare,
            ))
        }
        // The sum of integers is a numeric here.
        ExprKind::Related { function: RelatedFunction::Sum, .. } => {
            Some(cast_to(&super::super::spelling::related(speller, expr), &expr.ty))
        }
        ExprKind::Call { function: Function::Substr, args } => Some(substr(speller, args)),
        ExprKind::Call { function: Function::AddMonths, args } => add_months(speller, expr, args),
        ExprKind::Call { function: Function::Floor | Function::Ceil, args } => {
            let word = if let ExprKind::Call { function: Function::Floor, .. } = expr.kind {
                "floor"
            } else {
                "ceil"
            };
            let arg = args.first().map(|arg| speller.spell(arg)).unwrap_or_default();
            Some(cast_to(&sql!("{word}({arg})"), &expr.ty))
        }
        ExprKind::Call { function, args } => super::calls::call(speller, *function, args),
        ExprKind::Round { expr: inner, digits, mode } => {
            let rounded = round(speller, inner, *digits, *mode);
            Some(match expr.ty {
                SqlType::Decimal(_) => Piece::atom(rounded),
                _ => cast_to(&rounded, &expr.ty),
            })
        }
        ExprKind::Uuid5 { namespace, args } => Some(uuid5(speller, namespace, args)),
        ExprKind::Cast(inner) => Some(cast(speller, expr, inner)),
        ExprKind::InZone { expr: inner, zone } => {
            let value = speller.operand(inner);
            Some(Piece::operator(sql!("{value} AT TIME ZONE {}", zone_words(zone))))
        }
        ExprKind::IsOnce { expr: inner, zone } => Some(Piece::atom(is_once(&speller.operand(inner), zone))),
        ExprKind::Conforms { expr: inner, to } => {
            Some(Piece::atom(sql!("({})", conforms(&speller.operand(inner), &inner.ty, to))))
        }
        ExprKind::IsAscii(inner) => {
            let text = sql!("cast({} as text)", speller.spell(inner));
            Some(Piece::new(sql!("octet_length({text}) = length({text})"), Level::Compare))
        }
        _ => None,
    }
}

const fn is_text(expr: &Expr) -> bool {
    matches!(expr.ty, SqlType::Text { .. })
}

/// A text without the blanks that fill a `char(n)`, which are no part of the value.
fn unpadded(speller: &Speller<'_>, expr: &Expr) -> Piece {
    match (&expr.ty, &expr.kind) {
        (SqlType::Text { padded: true, .. }, ExprKind::Column { .. } | ExprKind::Cast(_)) => {
            Piece::atom(sql!("cast({} as text)", speller.spell(expr)))
        }
        _ => speller.piece(expr),
    }
}

/// Values that are compared. The server would compare a `char(n)` with a literal without the blanks at the end of
/// both; those of the literal count.
pub(super) fn comparable(speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
    let alike = |expr: &&Expr| match (&expr.ty, &expr.kind) {
        (SqlType::Text { padded: true, .. }, _) | (_, ExprKind::Null) => true,
        (_, ExprKind::String(text)) => !text.ends_with(' '),
        _ => false,
    };
    if exprs.iter().all(alike) {
        return exprs.iter().map(|expr| speller.piece(expr)).collect();
    }
    exprs.iter().map(|expr| unpadded(speller, expr)).collect()
}

/// The server itself takes the last day of a month that is too short.
fn add_months(speller: &Speller<'_>, expr: &Expr, args: &[Expr]) -> Option<Piece> {
    let [value, months] = args else { return None };
    let months = speller.spell(months);
    let moved = sql!("{} + interval '1 month' * ({months})", speller.operand(value));
    Some(cast_to(&moved, &expr.ty))
}

fn cast_to(value: &Sql, ty: &SqlType) -> Piece {
    Piece::atom(sql!("cast({value} as {})", type_name(ty)))
}

fn number(digits: &str, ty: &SqlType) -> Piece {
    match ty {
        SqlType::Float { .. } => cast_to(&Sql::spelled(digits), ty),
        _ => Piece::atom(Sql::spelled(digits)),
    }
}

/// An operand of arithmetic in a type that is as wide as the result: sums of small integers must
/// not overflow where another engine counts in 64 bits.
fn widened(speller: &Speller<'_>, expr: &Expr, to: &SqlType) -> Sql {
    match (&expr.ty, to) {
        (SqlType::Int { bits }, SqlType::Int { bits: wide }) if bits >= wide => speller.operand(expr),
        (SqlType::Int { .. } | SqlType::Float { .. }, SqlType::Int { .. } | SqlType::Float { .. })
            if expr.ty != *to =>
        {
            sql!("cast({} as {})", speller.spell(expr), type_name(to))
        }
        (SqlType::Int { .. }, SqlType::Decimal(_)) => numeric(speller, expr),
        _ => speller.operand(expr),
    }
}

fn numeric(speller: &Speller<'_>, expr: &Expr) -> Sql {
    match (&expr.ty, &expr.kind) {
        (SqlType::Decimal(_), _) => speller.operand(expr),
        // A cast by itself would keep fifteen digits; the text has the shortest that say the number.
        (SqlType::Float { .. }, _) => {
            sql!("cast(cast(cast({} as double precision) as text) as numeric)", speller.spell(expr))
        }
        _ => sql!("cast({} as numeric)", speller.spell(expr)),
    }
}

/// The server chooses the cast by name. A fixed offset must be an interval: as a text the sign
/// would be read the POSIX way, west positive.
fn zone_words(zone: &str) -> Sql {
    match fixed_offset(zone) {
        Some(0) => Sql::spelled("'UTC'"),
        Some(minutes) => sql!("INTERVAL '{minutes} minutes'"),
        None => Postgres.string(zone),
    }
}

/// The instant that the server takes shows the local time again, and the offset of the day before does not give
/// another one that shows it too: of two the server takes the later, so the other one lies before the clocks
/// were put back, by a day at most. In the far future and past no sum may leave the type's range.
fn is_once(local: &Sql, zone: &str) -> Sql {
    let zone = zone_words(zone);
    let instant = sql!("({local} AT TIME ZONE {zone})");
    let before = sql!("({instant} - interval '24 hours')");
    let other = sql!("({before} + ({local} - ({before} AT TIME ZONE {zone})))");
    sql!(
        "CASE WHEN {local} IS NULL OR {local} NOT BETWEEN timestamp '0001-01-03 BC' AND timestamp '200000-01-01' THEN true \
         ELSE {instant} AT TIME ZONE {zone} = {local} AND ({other} = {instant} OR {other} AT TIME ZONE {zone} <> {local}) END"
    )
}

/// Rounds from the exact value. The server's own division stops at some digit, which is wrong
/// for ties, so quotients are taken in whole numbers by `div`.
fn round(speller: &Speller<'_>, inner: &Expr, digits: u32, mode: Rounding) -> Sql {
    let (number, divisor, scale) = match &inner.kind {
        ExprKind::Binary { op: Operator::Divide, left, right }
            if !matches!(inner.ty, SqlType::Float { .. }) =>
        {
            match power(right) {
                Some(places) => {
                    let scale = scale_of(left).map(|scale| scale + places);
                    (sql!("({} * {})", numeric(speller, left), one_at(places)), None, scale)
                }
                None => (numeric(speller, left), Some(numeric(speller, right)), None),
            }
        }
        _ => (numeric(speller, inner), None, scale_of(inner)),
    };
    if divisor.is_none() {
        match mode {
            // There is nothing to round, only zeros to add.
            _ if scale.is_some_and(|scale| scale <= digits) => return sql!("round({number}, {digits})"),
            Rounding::HalfUp => return sql!("round({number}, {digits})"),
            Rounding::Down => return sql!("trunc({number}, {digits})"),
            Rounding::HalfEven => {}
        }
    }
    let unit = power_of_ten(digits);
    let n = sql!("(abs({number}) * {unit})");
    let d = divisor.as_ref().map_or_else(|| Sql::spelled("1"), |divisor| sql!("abs({divisor})"));
    let whole = sql!("div({n}, {d})");
    let rest = sql!("mod({n}, {d})");
    let quotient = match mode {
        Rounding::Down => whole,
        Rounding::HalfUp => sql!("div({n} * 2 + {d}, {d} * 2)"),
        Rounding::HalfEven => sql!(
            "({whole} + CASE WHEN {rest} * 2 + mod({whole}, 2) > {d} AND {rest} * 2 >= {d} THEN 1 ELSE 0 END)"
        ),
    };
    let sign =
        divisor.map_or_else(|| sql!("sign({number})"), |divisor| sql!("sign({number}) * sign({divisor})"));
    // Multiplying by a power of ten is exact, dividing by it need not be.
    sql!("round({sign} * {quotient} * {}, {digits})", one_at(digits))
}

/// One at so many places behind the point.
fn one_at(places: u32) -> String {
    if places == 0 { "1".to_owned() } else { format!("0.{}1", "0".repeat(places as usize - 1)) }
}

/// How many zeros a literal one with zeros has: dividing by it only moves the point.
fn power(expr: &Expr) -> Option<u32> {
    let digits = match &expr.kind {
        ExprKind::Number(digits) => digits,
        ExprKind::Cast(inner) => return power(inner),
        _ => return None,
    };
    let zeros = digits.strip_prefix('1').filter(|rest| rest.bytes().all(|b| b == b'0'))?;
    u32::try_from(zeros.len()).ok()
}

/// The digits behind the point that a stored or cast value has at most. What is calculated is of a
/// type that may say less than it has.
fn scale_of(expr: &Expr) -> Option<u32> {
    match (&expr.kind, &expr.ty) {
        (ExprKind::Column { .. } | ExprKind::Cast(_), SqlType::Int { .. }) => Some(0),
        (ExprKind::Column { .. } | ExprKind::Cast(_), SqlType::Decimal(Some(size))) => Some(size.scale),
        _ => None,
    }
}

fn cast(speller: &Speller<'_>, expr: &Expr, inner: &Expr) -> Piece {
    let value = speller.spell(inner);
    match (&inner.ty, &expr.ty) {
        (from, to) if from == to => speller.piece(inner),
        (SqlType::Bool, SqlType::Int { .. } | SqlType::Decimal(_)) => {
            cast_to(&sql!("cast({value} as integer)"), &expr.ty)
        }
        (SqlType::Int { .. }, SqlType::Bool) => {
            Piece::new(sql!("{} <> 0", speller.operand(inner)), Level::Compare)
        }
        (SqlType::Bytes { .. }, SqlType::Uuid) => cast_to(&sql!("encode({value}, 'hex')"), &expr.ty),
        (SqlType::Decimal(Some(_)), SqlType::Text { .. }) => {
            cast_to(&cast_to(&value, &inner.ty).sql, &expr.ty)
        }
        // Between types that have no cast of their own the text form is the way.
        (SqlType::Enum { .. }, SqlType::Enum { .. }) | (SqlType::Bool, SqlType::Text { .. }) => {
            cast_to(&sql!("cast({value} as text)"), &expr.ty)
        }
        _ => cast_to(&value, &expr.ty),
    }
}

fn uuid5(speller: &Speller<'_>, namespace: &str, args: &[Expr]) -> Piece {
    let texts: Vec<_> = args.iter().map(|arg| canonical_text(speller, arg)).collect();
    let name = if let [one] = texts.as_slice() {
        one.clone()
    } else {
        let parts: Vec<_> = texts.iter().map(|t| format!("length({t}) || ':' || {t} || ','")).collect();
        sql!("{}", parts.join(" || "))
    };
    let function = speller.names.of_ledger("uuid5");
    Piece::atom(sql!("{function}(cast({} as uuid), {name})", Postgres.string(namespace)))
}

pub(super) fn canonical_text(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.spell(expr);
    match &expr.ty {
        SqlType::Bool => sql!("cast(cast({value} as integer) as text)"),
        SqlType::Decimal(Some(_)) => sql!("cast({} as text)", cast_to(&value, &expr.ty).sql),
        SqlType::Decimal(None) => sql!("cast(trim_scale({value}) as text)"),
        SqlType::Timestamp { zoned: true, .. } => {
            sql!("cast(cast(extract(epoch from {value}) * 1000000 as bigint) as text)")
        }
        SqlType::Timestamp { .. } => sql!("to_char({value}, 'YYYY-MM-DD HH24:MI:SS.US')"),
        SqlType::Bytes { .. } => sql!("encode({value}, 'hex')"),
        _ => sql!("cast({value} as text)"),
    }
}

fn substr(speller: &Speller<'_>, args: &[Expr]) -> Piece {
    let literal = |expr: &Expr| matches!(expr.kind, ExprKind::Number(_));
    let mut list = Vec::new();
    for (i, arg) in args.iter().enumerate() {
        let value = speller.operand(arg);
        list.push(match i {
            0 => speller.spell(arg),
            _ if literal(arg) => value,
            1 => sql!("cast({value} as integer)"),
            // A negative count is an error here and nothing elsewhere.
            _ => sql!("cast(CASE WHEN {value} < 0 THEN 0 ELSE {value} END as integer)"),
        });
    }
    Piece::atom(sql!("substr({})", comma(&list)))
}
