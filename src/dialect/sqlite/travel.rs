//! Rows on their way to another engine.

use super::super::Sql;
use super::super::sql::sql;
use super::Sqlite;
use super::conforms::conforms;
use crate::base::Engine;
use crate::dialect::Dialect as _;
use crate::schema::SqlType;

/// Digits that every double has.
const SAFE_DIGITS: u32 = 15;

/// True for values that are of their declared type and mean the same elsewhere.
pub(super) fn travels(x: &Sql, ty: &SqlType, enforced: bool, to: Engine) -> Option<Sql> {
    let declared = if enforced { None } else { conforms(x, ty) };
    let elsewhere = elsewhere(x, ty, enforced, to);
    match (declared, elsewhere) {
        (Some(declared), Some(more)) => Some(sql!("{declared} AND ({x} IS NULL OR {more})")),
        (None, Some(more)) => Some(sql!("({x} IS NULL OR {more})")),
        (declared, None) => declared,
    }
}

/// What holds beyond the declared type.
fn elsewhere(x: &Sql, ty: &SqlType, enforced: bool, to: Engine) -> Option<Sql> {
    Some(match ty {
        // length() stops at a NUL character, and no other engine takes one.
        SqlType::Text { .. } if enforced => sql!("instr({x}, char(0)) = 0"),
        // The engine has no decimals: what is held as a double says one only up to so many digits.
        SqlType::Decimal(Some(size)) if size.precision > SAFE_DIGITS => {
            let whole = "9".repeat(SAFE_DIGITS.saturating_sub(size.scale).max(1) as usize);
            sql!("(typeof({x}) = 'integer' OR abs({x}) <= {whole})")
        }
        // The shortest digits of a double are at most 17.
        SqlType::Decimal(None) if to == Engine::Mysql => {
            sql!("({x} = 0 OR abs({x}) >= 1e-13 AND abs({x}) < 1e35)")
        }
        SqlType::Decimal(None) => sql!("abs({x}) < 9e999"),
        SqlType::Float { .. } if to == Engine::Mysql => sql!("abs({x}) < 9e999"),
        _ => return None,
    })
}

/// True for a text without bytes that no UTF-8 has: one that begins a character and is not followed by the
/// rest, which is read as U+FFFD; and one that goes on with a character that none has begun, which is read
/// as U+0080 to U+00BF, where those that are right are moved out of the way first. Between two of them some
/// are missed; the runner finds these when it reads them.
pub(super) fn encoded(x: &Sql, ty: &SqlType) -> Option<Sql> {
    matches!(ty, SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. }).then(|| {
        sql!(
            "({x} IS NULL OR typeof({x}) <> 'text' \
             OR replace({x}, char(65533), '') NOT GLOB '*[' || char(65533) || ']*' \
             AND replace({x}, cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')"
        )
    })
}

/// A value in the text form of PostgreSQL's COPY.
pub(super) fn written_out(x: &Sql, ty: &SqlType) -> Sql {
    let text = match ty {
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } => sql!("{x}"),
        SqlType::Decimal(Some(size)) => sql!("printf('%.{}f', {x})", size.scale),
        SqlType::Decimal(None) | SqlType::Float { .. } => {
            sql!("CASE typeof({x}) WHEN 'integer' THEN {x} ELSE printf('%!.17g', {x}) END")
        }
        SqlType::Bytes { .. } => sql!("'\\\\x' || hex({x})"),
        _ => escaped(x),
    };
    sql!("CASE WHEN {x} IS NULL THEN '\\N' ELSE {text} END")
}

fn escaped(x: &Sql) -> Sql {
    [("char(92)", r"\\"), ("char(9)", r"\t"), ("char(10)", r"\n"), ("char(13)", r"\r")]
        .iter()
        .fold(x.clone(), |text, (from, to)| sql!("replace({text}, {from}, {})", Sqlite.string(to)))
}

/// The shell's own command: what the other client printed are statements.
pub(super) fn receive(file: &Sql) -> Sql {
    sql!(".read {file}")
}
