//! SQLite's declared types as people mean them.
//!
//! SQLite itself knows five affinities and lets any value into a column that is not STRICT. A
//! declared name is what the schema's author meant, so it is taken at its word here; that the
//! values keep to it is for a plan to prove or to probe. A name that is not known gets what its
//! affinity would hold, by the rules of <https://www.sqlite.org/datatype3.html>.

use super::draft::TypeName;
use crate::schema::{DecimalSize, SqlType};

/// The type of a column, which may have none.
pub(super) fn meant(ty: Option<&TypeName>) -> SqlType {
    let Some(ty) = ty else {
        return SqlType::Opaque("any".to_owned());
    };
    let number = |index: usize| ty.args.get(index).and_then(|arg| arg.parse::<u32>().ok());
    match ty.name.as_str() {
        "int" | "integer" | "tinyint" | "smallint" | "mediumint" | "bigint" | "unsigned big int" | "int2"
        | "int4" | "int8" | "serial" | "bigserial" => SqlType::BIGINT,
        "bool" | "boolean" => SqlType::Bool,
        "real" | "double" | "double precision" | "float" => SqlType::DOUBLE,
        "numeric" | "decimal" | "dec" | "number" => SqlType::Decimal(
            number(0).map(|precision| DecimalSize { precision, scale: number(1).unwrap_or(0) }),
        ),
        "varchar" | "nvarchar" | "char" | "nchar" | "character" | "native character"
        | "varying character" | "character varying" | "varchar2" | "nvarchar2" => {
            SqlType::Text { max: number(0), padded: false }
        }
        "text" | "clob" | "string" => SqlType::TEXT,
        "blob" | "bytea" | "binary" | "varbinary" => SqlType::Bytes { max: number(0) },
        "date" => SqlType::Date,
        "datetime" | "timestamp" | "timestamp without time zone" => {
            SqlType::Timestamp { zoned: false, precision: 6 }
        }
        "timestamptz" | "timestamp with time zone" => SqlType::Timestamp { zoned: true, precision: 6 },
        "time" => SqlType::Time { zoned: false, precision: 6 },
        "uuid" | "guid" => SqlType::Uuid,
        "json" => SqlType::Json { binary: false },
        "jsonb" => SqlType::Json { binary: true },
        "any" => SqlType::Opaque("any".to_owned()),
        other => by_affinity(other),
    }
}

/// SQLite's own rules, in their order.
fn by_affinity(name: &str) -> SqlType {
    let has = |part: &str| name.contains(part);
    if has("int") {
        SqlType::BIGINT
    } else if has("char") || has("clob") || has("text") {
        SqlType::TEXT
    } else if has("blob") {
        SqlType::Bytes { max: None }
    } else if has("real") || has("floa") || has("doub") {
        SqlType::DOUBLE
    } else {
        SqlType::Decimal(None)
    }
}
