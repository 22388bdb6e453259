//! The expressions of MySQL and MariaDB.

use super::super::spelling::{Level, Piece, Speller, case, comma, operator_word, qualified};
use super::super::sql::sql;
use super::super::{Dialect as _, Sql};
use super::cast::cast;
use super::conforms::conforms;
use super::{Mysql, exact, moment, text};
use crate::plan::{Expr, ExprKind, Function, Operator};
use crate::schema::SqlType;

pub(super) fn own(speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
    match &expr.kind {
        ExprKind::Column { relation, column } => match expr.ty {
            SqlType::Text { .. } | SqlType::Enum { .. } => {
                Some(Piece::operator(text::unified(&qualified(relation, column))))
            }
            _ => None,
        },
        ExprKind::Number(digits) => {
            let float = matches!(expr.ty, SqlType::Float { .. });
            Some(Piece::atom(if float { sql!("{digits}e0") } else { Sql::spelled(digits.as_str()) }))
        }
        ExprKind::String(text) => Some(string(text, &expr.ty)),
        ExprKind::Binary {
            op: op @ (Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide),
            left,
            right,
        } => {
            let (left, right) =
                (exact::operand(speller, left, &expr.ty), exact::operand(speller, right, &expr.ty));
            Some(Piece::operator(sql!("{left} {} {right}", operator_word(*op))))
        }
        ExprKind::Binary { op: Operator::Eq, left, right } => {
            indexed(speller, left, right).or_else(|| indexed(speller, right, left))
        }
        ExprKind::Like { expr: inner, pattern, negated } => {
            let word = if *negated { "NOT LIKE" } else { "LIKE" };
            let (text, pattern) = (text::unified(&speller.spell(inner)), speller.operand(pattern));
            Some(Piece::new(sql!("({text}) {word} {pattern} ESCAPE '\\'"), Level::Compare))
        }
        ExprKind::Call { function, args } => call(speller, expr, *function, args),
        ExprKind::Round { expr: inner, digits, mode } => {
            Some(exact::round(speller, inner, *digits, *mode, &expr.ty))
        }
        ExprKind::Uuid5 { namespace, args } => Some(uuid5(speller, namespace, args)),
        ExprKind::Cast(inner) => Some(cast(speller, expr, inner)),
        ExprKind::InZone { expr: inner, zone } => Some(moment::in_zone(speller, inner, zone)),
        ExprKind::IsOnce { expr: inner, zone } => {
            Some(Piece::atom(moment::is_once(&speller.operand(inner), zone)))
        }
        ExprKind::Conforms { expr: inner, to } => Some(Piece::atom(conforms(speller, inner, to))),
        ExprKind::IsAscii(inner) => {
            let text = sql!("convert({} USING utf8mb4)", speller.spell(inner));
            Some(Piece::new(sql!("octet_length({text}) = char_length({text})"), Level::Compare))
        }
        _ => None,
    }
}

/// A column that equals a literal: beside the exact comparison one under the column's own collation, which holds for
/// more texts and can use an index. Letters of ASCII are in every character set.
fn indexed(speller: &Speller<'_>, left: &Expr, right: &Expr) -> Option<Piece> {
    let (ExprKind::Column { relation, column }, SqlType::Text { .. }) = (&left.kind, &left.ty) else {
        return None;
    };
    let ExprKind::String(text) = &right.kind else { return None };
    if !text.is_ascii() || !matches!(right.ty, SqlType::Text { .. }) {
        return None;
    }
    let literal = Mysql.string(text);
    let both = Mysql.comparable(speller, &[left, right]);
    let exact = sql!("{} = {}", both[0].at(Level::Compare), both[1].at(Level::Compare));
    Some(Piece::new(sql!("{} = {literal} AND {exact}", qualified(relation, column)), Level::And))
}

/// A number that fails the statement which writes it, with the message in the error: strict mode takes no text for
/// a number. The random part keeps it from being calculated before a row needs it.
pub(super) fn failure(message: &str) -> Sql {
    sql!("cast(concat({}, left(rand(), 0)) as signed)", Mysql.string(message))
}

fn string(text: &str, ty: &SqlType) -> Piece {
    let literal = Mysql.string(text);
    Piece::atom(match ty {
        SqlType::Date => sql!("cast({literal} as date)"),
        SqlType::Time { precision, .. } => sql!("cast({literal} as time({precision}))"),
        SqlType::Timestamp { precision, .. } => sql!("cast({literal} as datetime({precision}))"),
        _ => literal,
    })
}

fn call(speller: &Speller<'_>, expr: &Expr, function: Function, args: &[Expr]) -> Option<Piece> {
    match (function, args) {
        // The server itself takes the last day of a month that is too short.
        (Function::AddMonths, [value, months]) => {
            let (value, months) = (speller.operand(value), speller.spell(months));
            Some(Piece::atom(sql!("({value} + INTERVAL ({months}) MONTH)")))
        }
        (Function::Position, [needle, text]) => {
            let text = text::unified(&speller.spell(text));
            Some(Piece::atom(sql!("locate({}, {text})", speller.spell(needle))))
        }
        (Function::Nullif, [left, right]) => {
            let both = Mysql.comparable(speller, &[left, right]);
            let same = sql!("{} = {}", both[0].at(Level::Atom), both[1].at(Level::Atom));
            Some(Piece::atom(case(None, vec![(same, Sql::spelled("NULL"))], Some(speller.spell(left)))))
        }
        (Function::Floor | Function::Ceil, [arg]) => {
            let word = if function == Function::Floor { "floor" } else { "ceiling" };
            let value = sql!("{word}({})", speller.spell(arg));
            Some(Piece::atom(match expr.ty {
                SqlType::Int { .. } => sql!("cast({value} as signed)"),
                _ => value,
            }))
        }
        // A collation may have rules of a language.
        (Function::Lower | Function::Upper, [arg]) => {
            let word = if function == Function::Lower { "lower" } else { "upper" };
            Some(Piece::atom(sql!("{word}({})", text::unified(&speller.spell(arg)))))
        }
        (Function::Substr, _) => Some(substr(speller, args)),
        _ => super::calls::call(speller, function, args),
    }
}

/// The characters of the range that exist: a place before the text would be counted from its end.
fn substr(speller: &Speller<'_>, args: &[Expr]) -> Piece {
    let literal = |index: usize| match args.get(index).map(|arg| &arg.kind) {
        Some(ExprKind::Number(digits)) => digits.parse::<u64>().ok(),
        _ => None,
    };
    let spelled: Vec<_> = args.iter().map(|arg| speller.spell(arg)).collect();
    let safe = literal(1).is_some_and(|from| from >= 1) && (args.len() < 3 || literal(2).is_some());
    let operand = |index: usize| args.get(index).map(|arg| speller.operand(arg)).unwrap_or_default();
    let (text, from, count) = (operand(0), operand(1), operand(2));
    Piece::atom(if safe {
        sql!("substr({})", comma(&spelled))
    } else if args.len() < 3 {
        sql!("substr({text}, greatest({from}, 1))")
    } else {
        sql!("substr({text}, greatest({from}, 1), greatest({count} + least({from}, 1) - 1, 0))")
    })
}

/// The server's own SHA-1, whose first 32 digits are brought into a UUID's form from behind.
fn uuid5(speller: &Speller<'_>, namespace: &str, args: &[Expr]) -> Piece {
    let texts: Vec<_> = args.iter().map(|arg| text::canonical(speller, arg)).collect();
    let name = if let [one] = texts.as_slice() {
        one.clone()
    } else {
        let part = |text: &Sql| format!("char_length({text}) || ':' || {text} || ','");
        sql!("{}", texts.iter().map(part).collect::<Vec<_>>().join(" || "))
    };
    let namespace: String = namespace.chars().filter(char::is_ascii_hexdigit).collect();
    let hash = sql!("sha1(concat(unhex('{namespace}'), {}))", text::bytes(&name));
    let variant = sql!("lower(hex(conv(substr({hash}, 17, 1), 16, 10) & 3 | 8))");
    let mut text = sql!("insert(insert(left({hash}, 32), 13, 1, '5'), 17, 1, {variant})");
    for place in [21, 17, 13, 9] {
        text = sql!("insert({text}, {place}, 0, '-')");
    }
    Piece::atom(text)
}
