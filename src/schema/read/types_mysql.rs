//! MySQL's and MariaDB's types: how DDL writes them, and what they are.

use sqlparser::tokenizer::{Token, Word};

use super::draft::TypeName;
use super::mysql_text::literal;
use super::tokens::{Cursor, Range, Read};
use crate::schema::{DecimalSize, SqlType};

/// Type names of several words, longest first, and the one word that they mean.
const LONG: &[(&[&str], &str)] = &[
    (&["national", "character", "varying"], "nvarchar"),
    (&["national", "char", "varying"], "nvarchar"),
    (&["nchar", "varying"], "nvarchar"),
    (&["nchar", "varchar"], "nvarchar"),
    (&["national", "varchar"], "nvarchar"),
    (&["national", "varcharacter"], "nvarchar"),
    (&["national", "character"], "nchar"),
    (&["national", "char"], "nchar"),
    (&["double", "precision"], "double"),
    (&["character", "varying"], "varchar"),
    (&["char", "varying"], "varchar"),
    (&["char", "byte"], "binary"),
    (&["long", "varbinary"], "mediumblob"),
    (&["long", "char", "varying"], "mediumtext"),
    (&["long", "character", "varying"], "mediumtext"),
    (&["long", "varchar"], "mediumtext"),
];

/// The type that stands here, with UNSIGNED and ZEROFILL.
pub(super) fn type_name(cursor: &mut Cursor<'_>) -> Read<TypeName> {
    let from = cursor.position();
    let mut name = match LONG.iter().find(|(words, _)| cursor.eat_words(words)) {
        Some((_, meaning)) => (*meaning).to_owned(),
        None => match cursor.peek() {
            Some(Token::Word(Word { value, quote_style: None, .. })) => {
                let name = value.to_ascii_lowercase();
                cursor.bump();
                name
            }
            _ => return Err(cursor.unexpected("expected a type")),
        },
    };
    let args = if cursor.is(&Token::LParen) { arguments(cursor)? } else { Vec::new() };
    let mut unsigned = false;
    loop {
        if cursor.eat_word("UNSIGNED") || cursor.eat_word("ZEROFILL") {
            unsigned = true;
        } else if !cursor.eat_word("SIGNED") {
            break;
        }
    }
    if unsigned {
        name.push_str(" unsigned");
    }
    let declared = cursor.source(Range { from, to: cursor.position() });
    let declared = declared.split_whitespace().collect::<Vec<_>>().join(" ");
    let ty = TypeName { schema: None, home: None, name, quoted: false, args, array: false, declared };
    if meant(&ty).is_none() {
        cursor.rewind(from);
        return Err(cursor.unexpected("not a type of MySQL or MariaDB"));
    }
    Ok(ty)
}

/// Numbers as they are written; the labels of ENUM and SET as they are meant.
fn arguments(cursor: &mut Cursor<'_>) -> Read<Vec<String>> {
    let group = cursor.group()?;
    let mut args = Vec::new();
    for at in group.from..group.to {
        let range = Range { from: at, to: at + 1 };
        let written = cursor.source(range);
        match cursor.tokens(range).first().map(|tok| &tok.token) {
            Some(Token::Comma) | None => {}
            Some(Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)) => args.push(literal(written)),
            Some(_) => args.push(written.to_owned()),
        }
    }
    Ok(args)
}

/// What the type is; `None` for a name that neither server knows, or for sizes that no type has.
pub(super) fn meant(ty: &TypeName) -> Option<SqlType> {
    let (word, unsigned) = match ty.name.strip_suffix(" unsigned") {
        Some(word) => (word, true),
        None => (ty.name.as_str(), false),
    };
    let number = |index: usize| ty.args.get(index).and_then(|arg| arg.parse::<u32>().ok());
    let precision = || number(0).map_or(Some(0), |n| u8::try_from(n).ok().filter(|n| *n <= 6));
    let int = |bits| if unsigned { SqlType::Unsigned { bits } } else { SqlType::Int { bits } };
    let sized = ty.args.is_empty();
    Some(match word {
        "tinyint" if !unsigned && number(0) == Some(1) => SqlType::Bool,
        "bool" | "boolean" => SqlType::Bool,
        "tinyint" | "int1" => int(8),
        "smallint" | "int2" => int(16),
        "mediumint" | "middleint" | "int3" => int(24),
        "int" | "integer" | "int4" => int(32),
        "bigint" | "int8" => int(64),
        "serial" => SqlType::Unsigned { bits: 64 },
        // An unsigned decimal has no type of its own here: that it is never negative is a limit that its
        // server tests, like a CHECK.
        "decimal" | "numeric" | "dec" | "fixed" => SqlType::Decimal(Some(DecimalSize {
            precision: number(0).filter(|n| *n > 0).unwrap_or(10),
            scale: number(1).unwrap_or(0),
        })),
        "float" if ty.args.len() < 2 && number(0).is_some_and(|digits| digits > 24) => SqlType::DOUBLE,
        "float" | "float4" => SqlType::Float { bits: 32 },
        "double" | "float8" | "real" => SqlType::DOUBLE,
        "bit" => SqlType::Opaque(format!("bit({})", number(0).unwrap_or(1))),
        "year" => SqlType::Opaque("year".to_owned()),
        "date" => SqlType::Date,
        "time" => SqlType::Time { zoned: false, precision: precision()? },
        "datetime" => SqlType::Timestamp { zoned: false, precision: precision()? },
        "timestamp" => SqlType::Timestamp { zoned: true, precision: precision()? },
        "char" | "character" | "nchar" => SqlType::Text { max: Some(number(0).unwrap_or(1)), padded: true },
        "varchar" | "varcharacter" | "nvarchar" => SqlType::Text { max: Some(number(0)?), padded: false },
        "tinytext" | "mediumtext" | "longtext" | "long" => SqlType::TEXT,
        // `text(500)` takes the smallest type that holds it, by the server's character set.
        "text" if sized => SqlType::TEXT,
        "binary" => SqlType::Bytes { max: Some(number(0).unwrap_or(1)) },
        "varbinary" => SqlType::Bytes { max: Some(number(0)?) },
        "tinyblob" | "mediumblob" | "longblob" => SqlType::Bytes { max: None },
        "blob" if sized => SqlType::Bytes { max: None },
        "enum" => SqlType::Enum { schema: None, name: labels(&ty.args), labels: ty.args.clone() },
        "set" => SqlType::Opaque(format!("set{}", labels(&ty.args))),
        "json" => SqlType::Json { binary: false },
        "uuid" => SqlType::Uuid,
        "inet4" | "inet6" | "geometry" | "point" | "linestring" | "polygon" | "multipoint"
        | "multilinestring" | "multipolygon" | "geometrycollection" | "geomcollection" => {
            SqlType::Opaque(word.to_owned())
        }
        "vector" => SqlType::Opaque(format!("vector({})", number(0).unwrap_or(2048))),
        _ => return None,
    })
}

/// `('a','b')`: the name of an enumeration that has none, so that equal labels make equal types.
fn labels(labels: &[String]) -> String {
    let quoted: Vec<String> = labels.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
    format!("({})", quoted.join(","))
}

/// The bytes that a value of the TEXT and BLOB types may have. The longest ones, of four
/// gigabytes, are limited by the server's packets first.
pub(super) fn max_bytes(ty: &TypeName) -> Option<u64> {
    match ty.name.as_str() {
        "tinytext" | "tinyblob" => Some(255),
        "text" | "blob" => Some(65_535),
        "mediumtext" | "mediumblob" | "long" => Some(16_777_215),
        _ => None,
    }
}

/// True for types whose values have a character set.
pub(super) fn has_charset(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Text { .. } | SqlType::Enum { .. })
        || matches!(ty, SqlType::Opaque(name) if name.starts_with("set("))
}

/// `NATIONAL CHAR`: always in MySQL's first Unicode.
pub(super) fn is_national(ty: &TypeName) -> bool {
    matches!(ty.name.as_str(), "nchar" | "nvarchar")
}
