//! Functions that are more than one word here.

use super::super::spelling::{
    Level, Mode, Piece, Speller, WINDOWS_1252, is_windows, pairs, strangers, unit, utf8_pattern,
};
use super::super::sql::sql;
use super::super::{Dialect as _, Doubt, Sql};
use super::Postgres;
use crate::plan::{Expr, ExprKind, Function, Unit};
use crate::schema::SqlType;

/// A call; `None` leaves it to the neutral spelling.
pub(super) fn call(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Option<Piece> {
    let value = |index: usize| args.get(index).map(|arg| speller.spell(arg)).unwrap_or_default();
    let first = args.first()?;
    Some(Piece::atom(match function {
        Function::Normalize => sql!("normalize({}, NFC)", value(0)),
        Function::Md5 => sql!("md5({})", bytes(speller, first)),
        Function::Sha256 => sql!("encode(sha256({}), 'hex')", bytes(speller, first)),
        Function::Epoch => epoch(&value(0), unit(args)?),
        Function::FromEpoch => return Some(from_epoch(&speller.operand(first), unit(args)?)),
        Function::JsonText | Function::JsonInteger | Function::IsJsonText | Function::IsJsonInteger => {
            member(speller, function, args)
        }
        Function::Recode => {
            let text = as_bytes(&value(0), args);
            let mended = sql!("convert_from(convert_to({text}, 'LATIN1'), 'UTF8')");
            match speller.mode {
                Mode::Write => mended,
                Mode::Look => sql!("CASE WHEN {} THEN {mended} END", recodable(&value(0), args)),
            }
        }
        Function::IsRecodable => sql!("({})", recodable(&value(0), args)),
        _ => return None,
    }))
}

/// Rows whose letters the server at hand would change in another way: by the rules of its locale, or not at all.
pub(super) fn doubt(speller: &Speller<'_>, expr: &Expr) -> Option<Doubt> {
    let ExprKind::Call { function: function @ (Function::Lower | Function::Upper), args } = &expr.kind else {
        return None;
    };
    let to_upper = *function == Function::Upper;
    let word = if to_upper { "upper" } else { "lower" };
    let (from, to) = pairs(to_upper);
    let (from, to) = (Postgres.string(&from), Postgres.string(&to));
    let x = sql!("cast({} as text)", speller.spell(args.first()?));
    let changed = sql!("{word}({x}) COLLATE \"C\"");
    Some(Doubt {
        kind: "letters",
        says: format!("the server's `{word}` changes these letters as every engine does"),
        bad: sql!(
            "CASE WHEN octet_length({x}) = length({x}) THEN {changed} <> {word}({x} COLLATE \"C\") \
             ELSE {changed} <> translate({x}, {from}, {to}) END"
        ),
    })
}

fn bytes(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.spell(expr);
    if matches!(expr.ty, SqlType::Bytes { .. }) { value } else { sql!("convert_to({value}, 'UTF8')") }
}

/// Before version 14 the seconds are a double, whose nearest microsecond is the right one.
fn epoch(instant: &Sql, unit: Unit) -> Sql {
    let micros = sql!("cast(extract(epoch from {instant}) * 1000000 as bigint)");
    match unit {
        Unit::Microsecond => micros,
        Unit::Millisecond => sql!("cast(floor(cast({micros} as numeric) * 0.001) as bigint)"),
        Unit::Second => sql!("cast(floor(cast({micros} as numeric) * 0.000001) as bigint)"),
    }
}

/// An interval is multiplied by a double, which holds so many whole seconds exactly, but not so many microseconds.
fn from_epoch(number: &Sql, unit: Unit) -> Piece {
    let start = "timestamptz '1970-01-01 00:00:00+00'";
    let each = unit.per_second();
    Piece::operator(match unit {
        Unit::Second => sql!("{start} + {number} * interval '1 second'"),
        _ => sql!(
            "{start} + {number} / {each} * interval '1 second' + {number} % {each} * interval '1 {}'",
            unit.word()
        ),
    })
}

/// A member by its name, never by its place in an array: the name is a text.
fn member(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Sql {
    let document = speller.operand(&args[0]);
    let kind = if args[0].ty == (SqlType::Json { binary: true }) { "jsonb_typeof" } else { "json_typeof" };
    let names: Vec<_> = args[1..].iter().map(|name| sql!("cast({} as text)", speller.spell(name))).collect();
    let Some((last, before)) = names.split_last() else { return document };
    let parent = before.iter().fold(document, |at, name| sql!("{at} -> {name}"));
    let kind = sql!("{kind}({parent} -> {last})");
    let text = sql!("{parent} ->> {last}");
    let whole = sql!("{text} ~ '^-?[0-9]{{1,18}}$'");
    match function {
        Function::JsonText => sql!("CASE WHEN {kind} = 'string' THEN {text} END"),
        Function::JsonInteger => {
            sql!("CASE WHEN {kind} = 'number' THEN CASE WHEN {whole} THEN cast({text} as bigint) END END")
        }
        Function::IsJsonText => sql!("coalesce({kind}, 'null') IN ('string', 'null')"),
        _ => sql!(
            "CASE coalesce({kind}, 'null') WHEN 'number' THEN {whole} WHEN 'null' THEN true ELSE false END"
        ),
    }
}

/// The text whose characters are the bytes.
fn as_bytes(text: &Sql, args: &[Expr]) -> Sql {
    if !is_windows(args) {
        return text.clone();
    }
    let from: String = WINDOWS_1252.iter().map(|(character, _)| *character).collect();
    let to: Vec<String> = WINDOWS_1252.iter().map(|(_, byte)| format!("\\{byte:04x}")).collect();
    sql!("translate({text}, {}, U&'{}')", Postgres.string(&from), to.concat())
}

fn recodable(text: &Sql, args: &[Expr]) -> Sql {
    let character = |byte: u8| format!("\\u{byte:04x}");
    let pattern = utf8_pattern(character);
    let reads = sql!("{} ~ '^({pattern})*$'", as_bytes(text, args));
    if !is_windows(args) {
        return reads;
    }
    sql!(
        "{reads} AND {} !~ '{}'",
        Piece::new(text.clone(), Level::Compare).at(Level::Atom),
        strangers(character)
    )
}
