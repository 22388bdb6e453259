//! Rows on their way to another engine.

use super::super::Sql;
use super::super::sql::sql;
use super::Sqlite;
use super::conforms::conforms;
use crate::dialect::Dialect as _;
use crate::schema::SqlType;

/// Digits that every double has.
const SAFE_DIGITS: u32 = 15;

/// True for values that are of their declared type and mean the same elsewhere.
pub(super) fn travels(x: &Sql, ty: &SqlType, enforced: bool) -> Option<Sql> {
    if enforced {
        return None;
    }
    let declared = conforms(x, ty)?;
    Some(match ty {
        // The engine has no decimals: what is held as a double says one only up to so many digits.
        SqlType::Decimal(Some(size)) if size.precision > SAFE_DIGITS => {
            let whole = "9".repeat(SAFE_DIGITS.saturating_sub(size.scale).max(1) as usize);
            sql!("{declared} AND ({x} IS NULL OR typeof({x}) = 'integer' OR abs({x}) <= {whole})")
        }
        SqlType::Decimal(None) => sql!("{declared} AND ({x} IS NULL OR abs({x}) < 9e999)"),
        _ => declared,
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
