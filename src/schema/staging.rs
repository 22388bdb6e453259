//! What a source's tables look like once their rows are staged in the target's database.

use super::{Catalog, Column, DecimalSize, SqlType, Table, UniqueKey};
use crate::base::Engine;

/// The type in which the engine `to` holds every value that a column of `ty` on the engine `from` can
/// have, exactly; or the reason why it has none. What only some of the values are too much for is
/// counted at the source before anything travels.
pub fn staging_type(ty: &SqlType, from: Engine, to: Engine) -> Result<SqlType, String> {
    if from == to {
        return same_engine(ty, to);
    }
    let held = match ty {
        SqlType::Unsigned { bits: 64 } if to == Engine::Sqlite => SqlType::BIGINT,
        SqlType::Bool
        | SqlType::Int { .. }
        | SqlType::Float { .. }
        | SqlType::Date
        | SqlType::Timestamp { .. }
        | SqlType::Time { zoned: false, .. }
        | SqlType::Uuid
        | SqlType::Json { .. }
        | SqlType::Bytes { .. }
        | SqlType::Unsigned { .. } => ty.clone(),
        SqlType::Decimal(size) => return decimal(ty, size.map(|size| (size.precision, size.scale)), to),
        // Only PostgreSQL pads, and it does not count the padding as part of the value.
        SqlType::Text { max, .. } => SqlType::Text { max: *max, padded: false },
        // The labels are the source's own; they are judged where the target column has labels. Of the others only
        // PostgreSQL has some, whose text it reads again as the same value.
        SqlType::Enum { .. } | SqlType::Time { zoned: true, .. } | SqlType::Interval | SqlType::Array(_) => {
            SqlType::TEXT
        }
        SqlType::Opaque(name) => return by_name(name, from, to),
    };
    Ok(held)
}

/// The extension that shows tables of `from` to PostgreSQL.
#[must_use]
pub const fn wrapper(from: Engine) -> &'static str {
    match from {
        Engine::Postgres => "postgres_fdw",
        Engine::Mysql => "mysql_fdw",
        Engine::Sqlite => "sqlite_fdw",
    }
}

/// Whether every value of a type comes through the wrapper as it is, or why not.
pub fn crosses_wrapper(ty: &SqlType, from: Engine) -> Result<(), String> {
    match (from, ty) {
        (Engine::Mysql, SqlType::Float { bits: 32 }) => {
            Err("mysql_fdw rounds a float to six digits".to_owned())
        }
        // Read by its own way, or as bytes that mean something else.
        (Engine::Mysql, SqlType::Opaque(_)) => Err(format!("mysql_fdw has no type for {ty}")),
        (Engine::Postgres, SqlType::Opaque(name)) if name == "money" => {
            Err("amounts are read as the target's own currency writes them".to_owned())
        }
        (Engine::Postgres, SqlType::Array(item)) => crosses_wrapper(item, from),
        _ => Ok(()),
    }
}

/// So many bytes of a value mysql_fdw reads: with a longer one that row and all behind it are lost without a
/// word, or the value is cut. `None`: as many as there are.
#[must_use]
pub const fn wrapper_room(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Bytes { .. } => Some(8192),
        SqlType::Text { max: Some(_), .. } | SqlType::Json { .. } => Some(65_535),
        _ => None,
    }
}

fn same_engine(ty: &SqlType, engine: Engine) -> Result<SqlType, String> {
    match (ty, engine) {
        // The type itself is in the source's database only.
        (SqlType::Enum { .. }, Engine::Postgres) => Ok(SqlType::TEXT),
        (SqlType::Array(item), Engine::Postgres) if matches!(**item, SqlType::Enum { .. }) => {
            Err("the enumeration of the items is not in the target's database".to_owned())
        }
        (SqlType::Opaque(name), Engine::Mysql) if name.starts_with("vector") => Err(no_text(name)),
        _ => Ok(ty.clone()),
    }
}

/// A type that has only a name here: what its engine calls it says how its values are carried.
fn by_name(name: &str, from: Engine, to: Engine) -> Result<SqlType, String> {
    let word = name.split('(').next().unwrap_or(name);
    match (from, word) {
        (Engine::Sqlite, _) => Err("a column without a type holds values of every type".to_owned()),
        (Engine::Postgres, "money") => {
            Err("the text of money depends on a setting of the server: cast it to numeric in a view"
                .to_owned())
        }
        // The server's own text of such a value is read again as the same one.
        (Engine::Postgres, _) | (Engine::Mysql, "set" | "inet4" | "inet6") => Ok(SqlType::TEXT),
        (Engine::Mysql, "year") => Ok(SqlType::Int { bits: 16 }),
        (Engine::Mysql, "bit") if name == "bit(1)" => Ok(SqlType::Bool),
        (Engine::Mysql, "bit") if name == "bit(64)" => {
            staging_type(&SqlType::Unsigned { bits: 64 }, from, to)
        }
        (Engine::Mysql, "bit") => Ok(SqlType::BIGINT),
        (Engine::Mysql, "vector") => Err(no_text(name)),
        // What is left are geometries, which travel in the well-known binary form.
        (Engine::Mysql, _) => Ok(SqlType::Bytes { max: None }),
    }
}

fn no_text(name: &str) -> String {
    format!("no other server reads what {name} is made of")
}

/// True for MySQL's types of shapes, whose values are bytes in a form of the server's own.
#[must_use]
pub fn is_geometry(ty: &SqlType) -> bool {
    let SqlType::Opaque(name) = ty else { return false };
    matches!(
        name.as_str(),
        "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geometrycollection"
            | "geomcollection"
    )
}

/// True for keys whose order is that of their values alone, and that every index takes whole: neither texts,
/// which collations order, nor bytes.
#[must_use]
pub const fn has_plain_order(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::Int { .. }
            | SqlType::Unsigned { .. }
            | SqlType::Decimal(_)
            | SqlType::Date
            | SqlType::Time { .. }
            | SqlType::Timestamp { .. }
            | SqlType::Uuid
    )
}

/// Digits of a decimal without a bound where every decimal has one: in all, and after the point.
const WIDEST_DECIMAL: DecimalSize = DecimalSize { precision: 65, scale: 30 };

fn decimal(ty: &SqlType, size: Option<(u32, u32)>, to: Engine) -> Result<SqlType, String> {
    let (digits, scale) = match to {
        Engine::Postgres => return Ok(ty.clone()),
        Engine::Sqlite => (15, 15),
        Engine::Mysql => (WIDEST_DECIMAL.precision, WIDEST_DECIMAL.scale),
    };
    match size {
        Some((precision, after)) if precision <= digits && after <= scale => Ok(ty.clone()),
        Some(_) => {
            Err(format!("{to} holds {digits} decimal digits exactly, {scale} of them after the point"))
        }
        None if to == Engine::Mysql => Ok(SqlType::Decimal(Some(WIDEST_DECIMAL))),
        None => Ok(ty.clone()),
    }
}

/// The source as a session of `target`'s engine sees its staged copy: every column is of its staging
/// type where it has one, and nothing holds but what the copy itself enforces, which is NOT NULL and
/// the keys of plain columns.
#[must_use]
pub fn staged(source: &Catalog, target: Engine) -> Catalog {
    let tables = source.tables.iter().map(|table| staged_table(table, source.engine, target)).collect();
    Catalog { engine: target, tables, ..source.clone() }
}

fn staged_table(table: &Table, from: Engine, to: Engine) -> Table {
    let mut copy = table.clone();
    copy.columns = table.columns.iter().map(|column| staged_column(column, from, to)).collect();
    copy.uniques.retain(is_plain);
    copy.primary_key = copy.primary_key.filter(is_plain);
    for key in copy.uniques.iter_mut().chain(&mut copy.primary_key) {
        key.nulls_equal = false;
        key.deferrable = false;
    }
    // A run that was stopped goes on with another snapshot of the source.
    copy.foreign_keys.clear();
    copy.checks.clear();
    copy.triggers.clear();
    copy.strict = true;
    copy
}

/// A key of all rows, over plain columns: an index of the copy can have it.
fn is_plain(key: &UniqueKey) -> bool {
    key.partial.is_none() && key.columns.iter().all(Option::is_some)
}

fn staged_column(column: &Column, from: Engine, to: Engine) -> Column {
    let ty = staging_type(&column.ty, from, to).unwrap_or_else(|_| column.ty.clone());
    // The ledger's database has this one, so every text of a copy has it as well.
    let is_text = to.has_charsets() && matches!(ty, SqlType::Text { .. });
    Column {
        charset: is_text.then(|| "utf8mb4".to_owned()),
        collation: is_text.then(|| "utf8mb4_bin".to_owned()),
        ty,
        not_null: column.not_null || column.rowid_alias,
        rowid_alias: false,
        case_insensitive: false,
        max_bytes: None,
        default: None,
        generated: None,
        identity: None,
        ..column.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, SqlType, staging_type};

    fn held(ty: &SqlType, from: Engine, to: Engine) -> Option<String> {
        staging_type(ty, from, to).ok().map(|ty| ty.to_string())
    }

    #[test]
    fn what_another_engine_holds() {
        use Engine::{Mysql, Postgres, Sqlite};
        let enumeration = SqlType::Enum { schema: None, name: "state".into(), labels: vec!["new".into()] };
        let wide = SqlType::Unsigned { bits: 64 };
        let padded = SqlType::Text { max: Some(3), padded: true };
        assert_eq!(held(&wide, Mysql, Postgres).as_deref(), Some("bigint unsigned"));
        assert_eq!(held(&wide, Mysql, Sqlite).as_deref(), Some("bigint"));
        assert_eq!(held(&padded, Postgres, Sqlite).as_deref(), Some("varchar(3)"));
        assert_eq!(held(&padded, Postgres, Postgres).as_deref(), Some("char(3)"));
        assert_eq!(held(&enumeration, Mysql, Postgres).as_deref(), Some("text"));
        assert_eq!(held(&SqlType::Decimal(None), Sqlite, Postgres).as_deref(), Some("decimal"));
        assert_eq!(held(&SqlType::Decimal(None), Postgres, Mysql).as_deref(), Some("decimal(65, 30)"));
        let array = SqlType::Array(Box::new(SqlType::BIGINT));
        assert_eq!(held(&array, Postgres, Postgres).as_deref(), Some("bigint[]"));
        assert_eq!(held(&array, Postgres, Mysql).as_deref(), Some("text"));
        let named = |name: &str, from, to| held(&SqlType::Opaque(name.into()), from, to);
        assert_eq!(named("tsvector", Postgres, Mysql).as_deref(), Some("text"));
        assert_eq!(named("money", Postgres, Sqlite), None);
        assert_eq!(named("any", Sqlite, Postgres), None);
        assert_eq!(named("year", Mysql, Postgres).as_deref(), Some("smallint"));
        assert_eq!(named("bit(1)", Mysql, Postgres).as_deref(), Some("boolean"));
        assert_eq!(named("bit(64)", Mysql, Postgres).as_deref(), Some("bigint unsigned"));
        assert_eq!(named("set('a','b')", Mysql, Postgres).as_deref(), Some("text"));
        assert_eq!(named("point", Mysql, Sqlite).as_deref(), Some("bytes"));
        assert_eq!(named("point", Mysql, Mysql).as_deref(), Some("point"));
    }
}
