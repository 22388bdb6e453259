//! Texts and what is written as text: columns have character sets and collations of their own, which take different
//! texts for the same, so that texts are brought to one of each before anything else is done with them.

use super::super::Sql;
use super::super::spelling::{Speller, comma, identifier};
use super::super::sql::sql;
use super::{Dialect as _, Mysql};
use crate::plan::Expr;
use crate::schema::{DecimalSize, SqlType, is_geometry};

/// A text in the one character set and collation in which the scripts work. `utf8mb4_bin` goes together with
/// every other collation without an error, and keeps upper and lower case apart.
pub(super) fn unified(value: &Sql) -> Sql {
    sql!("convert({value} USING utf8mb4) COLLATE utf8mb4_bin")
}

/// A text's bytes in UTF-8, which are equal only for equal texts: collations, even binary ones, pad with spaces.
pub(super) fn bytes(value: &Sql) -> Sql {
    sql!("cast(convert({value} USING utf8mb4) as binary)")
}

/// A value in a form that can be grouped and told apart exactly.
pub(super) fn grouped(value: &Sql, ty: &SqlType) -> Sql {
    match ty {
        SqlType::Text { .. } | SqlType::Enum { .. } | SqlType::Json { .. } | SqlType::Uuid => bytes(value),
        // Six digits are all that a text of it has, and only as a double it has more.
        SqlType::Float { bits: 32 } => sql!("cast(cast({value} as float) * 1e0 as binary)"),
        // As text, so that -0 is not 0; other types that are known by name only are told apart by their bytes.
        SqlType::Float { .. } | SqlType::Opaque(_) => sql!("cast({value} as binary)"),
        _ => value.clone(),
    }
}

pub(super) fn type_name(ty: &SqlType) -> Sql {
    match ty {
        SqlType::Bool => Sql::spelled("tinyint(1)"),
        SqlType::Int { bits } => Sql::spelled(integer(*bits)),
        SqlType::Unsigned { bits } => sql!("{} unsigned", integer(*bits)),
        SqlType::Decimal(None) => Sql::spelled("decimal(65, 30)"),
        SqlType::Decimal(Some(DecimalSize { precision, scale })) => sql!("decimal({precision}, {scale})"),
        SqlType::Float { bits: 32 } => Sql::spelled("float"),
        SqlType::Float { .. } => Sql::spelled("double"),
        SqlType::Text { max: Some(max @ ..=1000), .. } => sql!("varchar({max})"),
        SqlType::Text { .. } | SqlType::Interval | SqlType::Array(_) => Sql::spelled("longtext"),
        SqlType::Bytes { max: Some(max @ ..=3000) } => sql!("varbinary({max})"),
        SqlType::Bytes { .. } => Sql::spelled("longblob"),
        SqlType::Date => Sql::spelled("date"),
        SqlType::Time { precision, .. } => sql!("time({precision})"),
        SqlType::Timestamp { precision, .. } => sql!("datetime({precision})"),
        SqlType::Uuid => Sql::spelled("char(36) CHARACTER SET ascii COLLATE ascii_bin"),
        SqlType::Json { .. } => Sql::spelled("json"),
        SqlType::Enum { labels, .. } => {
            let labels: Vec<_> = labels.iter().map(|label| Mysql.string(label)).collect();
            sql!("enum({})", comma(&labels))
        }
        SqlType::Opaque(name) => Sql::spelled(name.as_str()),
    }
}

const fn integer(bits: u8) -> &'static str {
    match bits {
        8 => "tinyint",
        16 => "smallint",
        24 => "mediumint",
        32 => "integer",
        _ => "bigint",
    }
}

/// Bytes that an InnoDB index takes for all of its columns together.
const KEY_BYTES: usize = 3072;

/// The type of one of `parts` old keys: texts as their bytes, because the collation of a key must not take two
/// of them for one.
pub(super) fn map_key_type(ty: &SqlType, parts: usize) -> Sql {
    let room = KEY_BYTES / parts.max(1);
    match ty {
        SqlType::Text { max, .. } => {
            let wanted = max.map_or(room, |max| max as usize * 4);
            sql!("varbinary({})", wanted.min(room))
        }
        SqlType::Enum { .. } => sql!("varbinary({})", 1020.min(room)),
        SqlType::Bytes { max } => sql!("varbinary({})", max.map_or(room, |max| max as usize).min(room)),
        _ => type_name(ty),
    }
}

/// The type of a variable that holds a key: also its collation, which decides where an index begins to be read.
pub(super) fn variable_type(ty: &SqlType, collation: Option<&str>) -> Sql {
    let collated = |ty: &Sql| {
        let collation = collation.unwrap_or("utf8mb4_bin");
        let charset = collation.split('_').next().unwrap_or(collation);
        sql!("{ty} CHARACTER SET {} COLLATE {}", identifier(charset), identifier(collation))
    };
    match ty {
        SqlType::Text { max, .. } => collated(&sql!("varchar({})", max.unwrap_or(768))),
        SqlType::Enum { .. } => collated(&type_name(ty)),
        _ => type_name(ty),
    }
}

/// The text of a time without zeros at the end of its fraction.
pub(super) fn short_time(value: &Sql, precision: u8) -> Sql {
    if precision == 0 {
        return sql!("cast({value} as char)");
    }
    sql!("trim(TRAILING '.' FROM trim(TRAILING '0' FROM cast({value} as char)))")
}

pub(super) fn canonical(speller: &Speller<'_>, expr: &Expr) -> Sql {
    let value = speller.operand(expr);
    match &expr.ty {
        SqlType::Decimal(Some(size)) => {
            sql!("cast(cast({value} as decimal({}, {})) as char)", size.precision, size.scale)
        }
        SqlType::Decimal(None) => sql!(
            "CASE WHEN {value} = floor({value}) THEN cast(cast({value} as decimal(65, 0)) as char) \
             ELSE trim(TRAILING '0' FROM cast({value} as char)) END"
        ),
        SqlType::Timestamp { zoned: true, .. } => {
            sql!("cast(timestampdiff(MICROSECOND, '1970-01-01', {value}) as char)")
        }
        SqlType::Timestamp { .. } => sql!("date_format({value}, '%Y-%m-%d %H:%i:%s.%f')"),
        SqlType::Time { precision, .. } => short_time(&value, *precision),
        SqlType::Uuid => sql!("lower(cast({value} as char))"),
        SqlType::Bytes { .. } => sql!("lower(hex({value}))"),
        ty if is_geometry(ty) => sql!("lower(hex({value}))"),
        SqlType::Text { .. } | SqlType::Enum { .. } => value,
        _ => sql!("cast({value} as char)"),
    }
}
