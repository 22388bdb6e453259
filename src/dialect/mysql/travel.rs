//! Rows on their way to another server.

use super::super::spelling::comma;
use super::super::sql::sql;
use super::super::{Digest, IndexPart, Sql};
use super::conforms::holds;
use super::text::{short_time, type_name};
use super::{Dialect as _, Mysql};
use crate::base::Engine;
use crate::schema::{SqlType, is_geometry, wrapper_room};

/// True for values that mean the same elsewhere: no zero dates, no codes beyond a list, no times of more
/// than a day, no NUL characters, nothing that the engine `to` has no room for.
pub(super) fn travels(x: &Sql, ty: &SqlType, to: Engine) -> Option<Sql> {
    let test = match ty {
        SqlType::Text { .. } => Some(sql!("locate(char(0 USING utf8mb4), {x}) = 0")),
        SqlType::Time { .. } if to == Engine::Mysql => None,
        SqlType::Bool
        | SqlType::Date
        | SqlType::Timestamp { .. }
        | SqlType::Time { .. }
        | SqlType::Enum { .. } => holds(x, ty, ty),
        SqlType::Unsigned { bits: 64 } if to == Engine::Sqlite => Some(sql!("{x} <= 9223372036854775807")),
        SqlType::Opaque(name) if name == "bit(64)" && to == Engine::Sqlite => {
            Some(sql!("{x} + 0 <= 9223372036854775807"))
        }
        // Neither SQLite nor MariaDB keeps the sign of a zero, which MySQL does.
        SqlType::Float { .. } if to != Engine::Postgres => Some(sql!("cast({x} as char) <> '-0'")),
        // The well-known binary form does not say on which globe the shape is.
        _ if is_geometry(ty) && to != Engine::Mysql => Some(sql!("ST_SRID({x}) = 0")),
        _ => None,
    };
    test.map(|test| sql!("({x} IS NULL OR coalesce({test}, false))"))
}

/// True for values that mysql_fdw reads whole: texts of any length if their type has none, others into buffers of
/// a fixed size, in the encoding that it reads them in.
pub(super) fn crosses(x: &Sql, ty: &SqlType) -> Option<Sql> {
    let room = wrapper_room(ty)?;
    let bytes = match ty {
        SqlType::Text { max: Some(max), .. } if *max <= room / 4 => return None,
        SqlType::Bytes { max: Some(max) } if *max <= room => return None,
        SqlType::Bytes { .. } => x.clone(),
        _ => sql!("convert({x} USING utf8mb4)"),
    };
    Some(sql!("({x} IS NULL OR octet_length({bytes}) <= {room})"))
}

/// True for texts of a character set of single bytes, unless their bytes are UTF-8 of more than ASCII: who wrote
/// them meant another text than the server reads.
pub(super) fn encoded(x: &Sql, charset: Option<&str>) -> Option<Sql> {
    let single = matches!(
        charset?,
        "latin1" | "latin2" | "latin5" | "latin7" | "cp1250" | "cp1251" | "cp1252" | "cp850"
    );
    single.then(|| {
        let bytes = sql!("cast({x} as binary)");
        let read = sql!("convert({bytes} USING utf8mb4)");
        sql!(
            "({x} IS NULL OR octet_length({x}) = char_length({read}) \
             OR NOT coalesce(cast({read} as binary) = {bytes}, false))"
        )
    })
}

/// The column as it is read for a journey.
pub(super) fn travelling(x: &Sql, ty: &SqlType, to: Engine) -> Sql {
    match ty {
        SqlType::Opaque(name) if name.starts_with("bit") => sql!("{x} + 0"),
        // Only a text holds more than a day.
        SqlType::Time { .. } if to == Engine::Mysql => sql!("cast({x} as char)"),
        SqlType::Opaque(name) if name == "year" => sql!("cast({x} as unsigned)"),
        SqlType::Opaque(name) if name.starts_with("inet") => sql!("cast({x} as char)"),
        _ if is_geometry(ty) && to != Engine::Mysql => sql!("ST_AsBinary({x})"),
        _ => x.clone(),
    }
}

/// The column's text in sums: that of PostgreSQL, or between two servers of MySQL what either prints. Types that are
/// known by name only have none.
pub(super) fn digest(x: &Sql, ty: &SqlType, other: Engine) -> Option<Digest> {
    let alike = other == Engine::Mysql;
    Some(match ty {
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(Some(_)) => {
            Digest::Short(x.clone())
        }
        SqlType::Float { .. } if alike => Digest::Short(number_or_moment(x, ty)),
        SqlType::Date => Digest::Short(sql!("cast({x} as char)")),
        SqlType::Time { .. } | SqlType::Timestamp { .. } if alike => Digest::Short(sql!("cast({x} as char)")),
        SqlType::Time { precision, .. } | SqlType::Timestamp { precision, .. } => {
            Digest::Short(short_time(x, *precision))
        }
        SqlType::Uuid => Digest::Short(sql!("lower(cast({x} as char))")),
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } => {
            Digest::Text(sql!("convert({x} USING utf8mb4)"))
        }
        SqlType::Bytes { .. } => Digest::Text(sql!("lower(hex({x}))")),
        SqlType::Decimal(None)
        | SqlType::Float { .. }
        | SqlType::Interval
        | SqlType::Array(_)
        | SqlType::Opaque(_) => return None,
    })
}

/// A stated key in a form that is compared as the column's values are.
pub(super) fn stated(literal: &Sql, ty: &SqlType) -> Sql {
    match ty {
        SqlType::Int { .. } => sql!("CAST({literal} AS SIGNED)"),
        SqlType::Unsigned { .. } => sql!("CAST({literal} AS UNSIGNED)"),
        SqlType::Decimal(Some(size)) => {
            sql!("CAST({literal} AS DECIMAL({}, {}))", size.precision, size.scale)
        }
        // As it stands, the column's own collation decides.
        _ => literal.clone(),
    }
}

/// A value in the text form of PostgreSQL's COPY.
pub(super) fn written_out(x: &Sql, ty: &SqlType, to: Engine) -> Sql {
    let shown = travelling(x, ty, to);
    let text = match ty {
        _ if has_bytes(ty) => sql!("concat('\\\\x', lower(hex({shown})))"),
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } | SqlType::Opaque(_) => {
            escaped(&sql!("cast({shown} as char)"))
        }
        _ => number_or_moment(&shown, ty),
    };
    sql!("CASE WHEN {x} IS NULL THEN '\\N' ELSE {text} END")
}

/// Six digits are what the server prints of a short float by itself; twelve of the double that it is held in
/// are those of no other one.
fn number_or_moment(x: &Sql, ty: &SqlType) -> Sql {
    match ty {
        SqlType::Float { bits: 32 } => sql!("cast({x} + 0e0 as char)"),
        _ => sql!("cast({x} as char)"),
    }
}

fn has_bytes(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Bytes { .. }) || is_geometry(ty)
}

/// A value as SQLite's own literal, for a stock client that reads statements.
pub(super) fn literal(x: &Sql, ty: &SqlType) -> Sql {
    let shown = travelling(x, ty, Engine::Sqlite);
    let text = match ty {
        _ if has_bytes(ty) => sql!("concat('x''', hex({shown}), '''')"),
        SqlType::Float { .. } => {
            sql!("concat('cast(''', {}, ''' as real)')", number_or_moment(&shown, ty))
        }
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_) => {
            sql!("cast({shown} as char)")
        }
        SqlType::Time { precision, .. } | SqlType::Timestamp { precision, .. } => {
            sql!("concat('''', {}, '''')", short_time(&shown, *precision))
        }
        _ => {
            let text = sql!("cast({shown} as char)");
            // The client that reads it drops a carriage return before a line's end.
            sql!(
                "CASE WHEN locate(char(13 USING utf8mb4), {text}) > 0 \
                 THEN concat('cast(x''', hex(convert({text} USING utf8mb4)), ''' as text)') \
                 ELSE concat('''', replace({text}, '''', ''''''), '''') END"
            )
        }
    };
    sql!("coalesce({text}, 'NULL')")
}

/// Texts are longer than a row may be where they stand in no index.
const SHORT: u32 = 63;

/// The type of a copy's column: json as it was written, which some servers would write otherwise.
pub(super) fn copy_type(ty: &SqlType, bytes: Option<usize>) -> Sql {
    let fits = |bytes_each: usize, max: u32| bytes.is_some_and(|room| max as usize * bytes_each <= room);
    match ty {
        SqlType::Json { .. } => Sql::spelled("longtext"),
        SqlType::Text { max: Some(max), .. } if *max > SHORT && !fits(4, *max) => Sql::spelled("longtext"),
        SqlType::Bytes { max: Some(max) } if *max > 4 * SHORT && !fits(1, *max) => Sql::spelled("longblob"),
        _ => type_name(ty),
    }
}

/// A column of an index that has `bytes` for it.
pub(super) fn index_part(name: &Sql, ty: &SqlType, bytes: usize) -> IndexPart {
    match ty {
        SqlType::Text { max, .. } if max.is_none_or(|max| max as usize * 4 > bytes) => {
            IndexPart::Beginning(sql!("{name}({})", bytes / 4))
        }
        SqlType::Bytes { max } if max.is_none_or(|max| max as usize > bytes) => {
            IndexPart::Beginning(sql!("{name}({bytes})"))
        }
        _ => IndexPart::Whole(name.clone()),
    }
}

/// Reads a file at the client, field by field as it stands there; what is escaped is read by the statement
/// itself, because the server's own way knows fewer escapes.
pub(super) fn receive(stage: &Sql, columns: &[(Sql, &SqlType)], file: &Sql) -> Sql {
    let variables: Vec<Sql> = (1..=columns.len()).map(|n| sql!("@datamove_{n}")).collect();
    let names: Vec<Sql> = columns
        .iter()
        .zip(&variables)
        .map(|((name, ty), x)| {
            sql!("{name} = CASE WHEN cast({x} as binary) <> cast('\\N' as binary) THEN {} END", read(x, ty))
        })
        .collect();
    sql!(
        "LOAD DATA LOCAL INFILE {file} INTO TABLE {stage} CHARACTER SET utf8mb4 \
         FIELDS TERMINATED BY '\t' ESCAPED BY '' LINES TERMINATED BY '\n' ({}) SET {}",
        comma(&variables),
        comma(&names)
    )
}

/// A field as a value of the copy's column.
fn read(x: &Sql, ty: &SqlType) -> Sql {
    match ty {
        _ if has_bytes(ty) => sql!("unhex(substr({x}, 4))"),
        SqlType::Opaque(name) if name.starts_with("bit") || name == "year" => sql!("cast({x} as unsigned)"),
        SqlType::Text { .. } | SqlType::Json { .. } | SqlType::Enum { .. } | SqlType::Opaque(_) => {
            let parts = [
                (r"\\", r"\-"),
                (r"\t", "\t"),
                (r"\n", "\n"),
                (r"\r", "\r"),
                (r"\b", "\u{8}"),
                (r"\f", "\u{c}"),
                (r"\v", "\u{b}"),
                (r"\-", r"\"),
            ];
            parts.iter().fold(x.clone(), |text, (from, to)| {
                sql!("replace({text}, {}, {})", Mysql.string(from), Mysql.string(to))
            })
        }
        _ => x.clone(),
    }
}

fn escaped(x: &Sql) -> Sql {
    [(92, r"\\"), (9, r"\t"), (10, r"\n"), (13, r"\r")].iter().fold(x.clone(), |text, (from, to)| {
        sql!("replace({text}, char({from} USING utf8mb4), {})", Mysql.string(to))
    })
}
