//! PostgreSQL's built-in types as [`SqlType`].

use super::draft::TypeName;
use crate::schema::{DecimalSize, SqlType};

/// The built-in type of that name; `None` for a name that a schema must define.
pub(super) fn builtin(ty: &TypeName) -> Option<SqlType> {
    let number = |index: usize| ty.args.get(index).and_then(|arg| arg.parse::<u32>().ok());
    let precision = || number(0).and_then(|digits| u8::try_from(digits.min(6)).ok()).unwrap_or(6);
    Some(match ty.name.as_str() {
        "bool" | "boolean" => SqlType::Bool,
        "smallint" | "int2" | "smallserial" | "serial2" => SqlType::Int { bits: 16 },
        "int" | "integer" | "int4" | "serial" | "serial4" => SqlType::Int { bits: 32 },
        "bigint" | "int8" | "bigserial" | "serial8" => SqlType::BIGINT,
        "numeric" | "decimal" | "dec" => decimal(ty),
        "real" | "float4" => SqlType::Float { bits: 32 },
        "float" if number(0).is_some_and(|digits| digits <= 24) => SqlType::Float { bits: 32 },
        "double precision" | "float" | "float8" => SqlType::DOUBLE,
        "text" => SqlType::TEXT,
        "character varying"
        | "char varying"
        | "varchar"
        | "national character varying"
        | "national char varying" => SqlType::Text { max: number(0), padded: false },
        "character" | "char" | "national character" | "national char" | "nchar" => {
            SqlType::Text { max: Some(number(0).unwrap_or(1)), padded: true }
        }
        "bpchar" => SqlType::Text { max: number(0), padded: true },
        "bytea" => SqlType::Bytes { max: None },
        "date" => SqlType::Date,
        "time" => SqlType::Time { zoned: false, precision: precision() },
        "timetz" => SqlType::Time { zoned: true, precision: precision() },
        "timestamp" => SqlType::Timestamp { zoned: false, precision: precision() },
        "timestamptz" => SqlType::Timestamp { zoned: true, precision: precision() },
        "interval" => SqlType::Interval,
        "uuid" => SqlType::Uuid,
        "json" => SqlType::Json { binary: false },
        "jsonb" => SqlType::Json { binary: true },
        "bit" => SqlType::Opaque(format!("bit({})", number(0).unwrap_or(1))),
        "bit varying" | "varbit" => {
            SqlType::Opaque(number(0).map_or_else(|| "varbit".to_owned(), |n| format!("varbit({n})")))
        }
        _ => return None,
    })
}

/// `numeric(5)` has no digits after the point; a negative scale rounds before it, which no other
/// type does.
fn decimal(ty: &TypeName) -> SqlType {
    let Some(precision) = ty.args.first().and_then(|arg| arg.parse().ok()) else {
        return SqlType::Decimal(None);
    };
    match ty.args.get(1).map_or(Ok(0), |arg| arg.parse::<u32>()) {
        Ok(scale) => SqlType::Decimal(Some(DecimalSize { precision, scale })),
        Err(_) => SqlType::Opaque(format!("numeric({})", ty.args.join(","))),
    }
}

/// The normalised name of a type that is carried but not looked into. `home` is the file's own
/// schema, which is left out like `public`.
pub(super) fn opaque(ty: &TypeName, home: &str) -> SqlType {
    let mut name = match ty.schema.as_deref() {
        Some(schema) if schema != home && schema != "public" && schema != "pg_catalog" => {
            format!("{schema}.{}", ty.name)
        }
        Some(_) | None => ty.name.clone(),
    };
    if ty.quoted && ty.schema.is_none() && ty.name == "char" {
        "\"char\"".clone_into(&mut name);
    }
    if !ty.args.is_empty() {
        name = format!("{name}({})", ty.args.join(","));
    }
    SqlType::Opaque(name)
}
