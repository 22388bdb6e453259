//! Functions that are more than one word here.

use super::super::spelling::{
    Level, Mode, Piece, Speller, WINDOWS_1252, is_windows, member_path, other_letters, strangers, unit,
    utf8_pattern,
};
use super::super::sql::sql;
use super::super::{Dialect as _, Doubt, Sql};
use super::{Mysql, text, words};
use crate::diagnostic::Code;
use crate::plan::{Expr, ExprKind, Function, Unit};
use crate::schema::SqlType;

/// A call; `None` leaves it to others.
pub(super) fn call(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Option<Piece> {
    let first = args.first()?;
    let value = || speller.spell(first);
    Some(Piece::atom(match function {
        Function::SplitPart => split_part(speller, args)?,
        Function::Md5 => sql!("md5({})", bytes(speller, first)),
        Function::Sha256 => sql!("sha2({}, 256)", bytes(speller, first)),
        Function::Epoch => epoch(&value(), unit(args)?),
        Function::FromEpoch => return Some(from_epoch(&value(), unit(args)?)),
        Function::JsonText | Function::JsonInteger | Function::IsJsonText | Function::IsJsonInteger => {
            member(speller, function, args)
        }
        Function::Recode => recode(speller, &value(), is_windows(args)),
        Function::IsRecodable => sql!("({})", recodable(&value(), is_windows(args))),
        _ => return None,
    }))
}

/// Rows with letters that servers change in different ways, or not at all.
pub(super) fn doubt(speller: &Speller<'_>, expr: &Expr) -> Option<Doubt> {
    let ExprKind::Call { function: function @ (Function::Lower | Function::Upper), args } = &expr.kind else {
        return None;
    };
    let word = if *function == Function::Upper { "upper" } else { "lower" };
    Some(Doubt {
        kind: "letters",
        says: format!("`{word}` changes these letters as every engine does"),
        bad: sql!("(({}) REGEXP '{}')", text::unified(&speller.spell(args.first()?)), other_letters()),
    })
}

fn bytes(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.spell(expr);
    if matches!(expr.ty, SqlType::Bytes { .. }) { value } else { text::bytes(&value) }
}

/// What stands before the nth separator and behind the one before it.
fn split_part(speller: &Speller<'_>, args: &[Expr]) -> Option<Sql> {
    let [text, separator, part] = args else { return None };
    let x = sql!("({})", text::unified(&speller.spell(text)));
    let (separator, part) = (speller.spell(separator), speller.spell(part));
    let separators = sql!("char_length({x}) - char_length(replace({x}, {separator}, ''))");
    let found = sql!("substring_index(substring_index({x}, {separator}, {part}), {separator}, -1)");
    Some(sql!("CASE WHEN {separators} < {part} - 1 THEN '' ELSE {found} END"))
}

/// Rounded down also before 1970, where a division would round up.
fn epoch(instant: &Sql, unit: Unit) -> Sql {
    let micros = sql!("timestampdiff(MICROSECOND, '1970-01-01', {instant})");
    match Unit::Microsecond.per_second() / unit.per_second() {
        1 => micros,
        each => sql!("(({micros} - mod(mod({micros}, {each}) + {each}, {each})) DIV {each})"),
    }
}

fn from_epoch(number: &Sql, unit: Unit) -> Piece {
    let start = |digits: u8| format!("cast('1970-01-01' as datetime({digits}))");
    match unit {
        Unit::Second => Piece::operator(sql!("{} + INTERVAL ({number}) SECOND", start(0))),
        Unit::Millisecond => {
            let moved = sql!("{} + INTERVAL (({number}) * 1000) MICROSECOND", start(6));
            Piece::atom(sql!("cast({moved} as datetime(3))"))
        }
        Unit::Microsecond => Piece::operator(sql!("{} + INTERVAL ({number}) MICROSECOND", start(6))),
    }
}

/// A member by the path of its names, which have neither quotes nor backslashes.
fn member(speller: &Speller<'_>, function: Function, args: &[Expr]) -> Sql {
    let path = member_path(&args[1..]);
    let found = sql!("json_extract({}, {})", speller.spell(&args[0]), Mysql.string(&path));
    let kind = sql!("json_type({found})");
    let whole = sql!("cast({found} as char) REGEXP '^-?[0-9]{{1,18}}$'");
    match function {
        Function::JsonText => sql!("CASE WHEN {kind} = 'STRING' THEN json_unquote({found}) END"),
        Function::JsonInteger => {
            sql!("CASE WHEN {kind} = 'INTEGER' AND {whole} THEN cast({found} as signed) END")
        }
        Function::IsJsonText => sql!("(coalesce({kind}, 'NULL') IN ('STRING', 'NULL'))"),
        _ => sql!(
            "CASE coalesce({kind}, 'NULL') WHEN 'INTEGER' THEN {whole} WHEN 'NULL' THEN true ELSE false END"
        ),
    }
}

/// A character of the first 256, whose two bytes say which; no editor would show it.
fn control(byte: u8) -> String {
    format!("_utf8mb4 x'{:02x}{:02x}'", 0xC0 | (byte >> 6), 0x80 | (byte & 0x3F))
}

/// The server's `latin1` is windows-1252, in which the other 27 bytes are other characters.
fn recode(speller: &Speller<'_>, text: &Sql, windows: bool) -> Sql {
    let mut stored = text::unified(text);
    if !windows {
        for (character, byte) in WINDOWS_1252 {
            stored = sql!("replace({stored}, {}, {})", control(byte), Mysql.string(&character.to_string()));
        }
    }
    let mended = sql!("convert(cast(convert({stored} USING latin1) as binary) USING utf8mb4)");
    let other = match speller.mode {
        Mode::Look => Sql::spelled("NULL"),
        Mode::Write => {
            words::failure(&format!("datamove {}: a text cannot be recoded", Code::LookupFailed.id()))
        }
    };
    sql!("CASE WHEN {} THEN {mended} WHEN ({text}) IS NOT NULL THEN {other} END", recodable(text, windows))
}

fn recodable(text: &Sql, windows: bool) -> Sql {
    let character = |byte: u8| format!("\\x{{{byte:02x}}}");
    let pattern = utf8_pattern(character);
    let unified = sql!("({})", text::unified(text));
    let mut bytes = unified.clone();
    if windows {
        for (character, byte) in WINDOWS_1252 {
            bytes = sql!("replace({bytes}, {}, {})", Mysql.string(&character.to_string()), control(byte));
        }
    }
    let reads = sql!("{bytes} REGEXP '^(?>{pattern})*+\\z'");
    if windows {
        let strange = sql!("{unified} NOT REGEXP '{}'", strangers(character));
        return sql!("{reads} AND {}", Piece::new(strange, Level::Compare).at(Level::Not));
    }
    reads
}
