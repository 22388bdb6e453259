//! Functions that are more than one word here, and those that only the runner's sessions have.

use super::super::Dialect as _;
use super::super::Sql;
use super::super::spelling::{Piece, Speller, comma, member_path, unit};
use super::super::sql::sql;
use super::{Sqlite, moment};
use crate::plan::{Expr, ExprKind, Function, Unit};

/// A call; `None` leaves it to others.
pub(super) fn call(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Option<Piece> {
    let first = args.first()?;
    let x = speller.operand(first);
    Some(Piece::atom(match function {
        Function::Left => sql!("substr({x}, 1, {})", speller.spell(args.get(1)?)),
        Function::Right => match args.get(1).map(|count| &count.kind) {
            Some(ExprKind::Number(count)) if count != "0" => sql!("substr({x}, -{count})"),
            _ => sql!("substr({x}, 1, 0)"),
        },
        Function::SplitPart => split_part(speller, args)?,
        Function::Epoch => epoch(&x, unit(args)?),
        Function::FromEpoch => return Some(from_epoch(&x, unit(args)?)),
        Function::JsonText | Function::JsonInteger | Function::IsJsonText | Function::IsJsonInteger => {
            member(&x, function, args)
        }
        _ => {
            let list: Vec<_> = args.iter().map(|arg| speller.spell(arg)).collect();
            sql!("{}({})", own_name(function)?, comma(&list))
        }
    }))
}

/// The name of a function that the engine itself does not have, and the runner's sessions do.
pub(in crate::dialect) const fn own_name(function: Function) -> Option<&'static str> {
    match function {
        Function::Normalize => Some("datamove_normalize"),
        Function::Md5 => Some("datamove_md5"),
        Function::Sha256 => Some("datamove_sha256"),
        Function::Recode => Some("datamove_recode"),
        Function::IsRecodable => Some("datamove_is_recodable"),
        _ => None,
    }
}

/// One row for each part up to the wanted one.
fn split_part(speller: &Speller<'_>, args: &[Expr]) -> Option<Sql> {
    let [text, separator, part] = args else { return None };
    let (x, separator, part) = (speller.operand(text), speller.spell(separator), speller.spell(part));
    Some(sql!(
        "CASE WHEN {x} IS NOT NULL THEN (WITH RECURSIVE parts(n, part, rest) AS (SELECT 0, '', {x} || {separator} \
         UNION ALL SELECT n + 1, substr(rest, 1, instr(rest, {separator}) - 1), substr(rest, instr(rest, {separator}) + 1) \
         FROM parts WHERE rest <> '' AND n < {part}) \
         SELECT coalesce(max(CASE WHEN n = {part} THEN part END), '') FROM parts) END"
    ))
}

/// Rounded down also before 1970, where a division would round up.
fn epoch(instant: &Sql, unit: Unit) -> Sql {
    let micros = sql!("({})", moment::micros_number(instant));
    match Unit::Microsecond.per_second() / unit.per_second() {
        1 => micros,
        each => sql!("(({micros} - ({micros} % {each} + {each}) % {each}) / {each})"),
    }
}

fn from_epoch(number: &Sql, unit: Unit) -> Piece {
    let text = |seconds: &Sql| sql!("strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch')");
    let each = unit.per_second();
    if each == 1 {
        return Piece::atom(text(number));
    }
    let rest = sql!("({number} % {each} + {each}) % {each}");
    let seconds = sql!("({number} - {rest}) / {each}");
    Piece::operator(sql!("{} || printf('.%0{}d', {rest})", text(&seconds), unit.digits()))
}

/// A member by the path of its names, which have neither quotes nor backslashes.
fn member(document: &Sql, function: Function, args: &[Expr]) -> Sql {
    let path = member_path(&args[1..]);
    let path = Sqlite.string(&path);
    let (kind, found) = (sql!("json_type({document}, {path})"), sql!("json_extract({document}, {path})"));
    let whole =
        sql!("typeof({found}) = 'integer' AND {found} BETWEEN -999999999999999999 AND 999999999999999999");
    match function {
        Function::JsonText => sql!("CASE WHEN {kind} = 'text' THEN {found} END"),
        Function::JsonInteger => sql!("CASE WHEN {kind} = 'integer' AND {whole} THEN {found} END"),
        Function::IsJsonText => sql!("(coalesce({kind}, 'null') IN ('text', 'null'))"),
        _ => sql!("CASE coalesce({kind}, 'null') WHEN 'integer' THEN {whole} WHEN 'null' THEN 1 ELSE 0 END"),
    }
}
