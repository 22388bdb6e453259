use std::fmt;

use serde::{Deserialize, Serialize};

/// A column's type, in words that all engines share.
///
/// Two engines' types are the same `SqlType` exactly when every value of one is a value of the
/// other with the same meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SqlType {
    Bool,
    /// Two's complement integers of 16, 32 or 64 bits.
    Int {
        bits: u8,
    },
    /// Exact decimal. `None`: any precision (PostgreSQL's bare `numeric`).
    Decimal(Option<DecimalSize>),
    /// IEEE 754, 32 or 64 bits.
    Float {
        bits: u8,
    },
    /// Unicode text. `max` in characters; `padded` for `char(n)`.
    Text {
        max: Option<u32>,
        padded: bool,
    },
    /// Bytes. `max` in bytes.
    Bytes {
        max: Option<u32>,
    },
    Date,
    /// Time of day. `precision`: digits of a second's fraction, 0 to 6.
    Time {
        zoned: bool,
        precision: u8,
    },
    /// `zoned`: an instant; else a naive local time.
    Timestamp {
        zoned: bool,
        precision: u8,
    },
    Interval,
    Uuid,
    /// `binary`: `jsonb`, which keeps neither spacing, order nor duplicate keys.
    Json {
        binary: bool,
    },
    /// A named enumeration with its labels in order.
    Enum {
        schema: Option<String>,
        name: String,
        labels: Vec<String>,
    },
    Array(Box<SqlType>),
    /// A type that datamove carries but does not look into: `inet`, `tsvector`, a composite.
    /// Equal to itself only, by this normalised name.
    Opaque(String),
}

/// Precision and scale of a decimal: digits in all, digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DecimalSize {
    pub precision: u32,
    pub scale: u32,
}

impl SqlType {
    pub const TEXT: Self = Self::Text { max: None, padded: false };
    pub const BIGINT: Self = Self::Int { bits: 64 };
    pub const DOUBLE: Self = Self::Float { bits: 64 };

    #[must_use]
    pub const fn is_numeric(&self) -> bool {
        matches!(self, Self::Int { .. } | Self::Decimal(_) | Self::Float { .. })
    }
}

impl fmt::Display for SqlType {
    /// In the plan language's own words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("boolean"),
            Self::Int { bits: 16 } => f.write_str("smallint"),
            Self::Int { bits: 32 } => f.write_str("integer"),
            Self::Int { .. } => f.write_str("bigint"),
            Self::Decimal(None) => f.write_str("decimal"),
            Self::Decimal(Some(size)) => write!(f, "decimal({}, {})", size.precision, size.scale),
            Self::Float { bits: 32 } => f.write_str("real"),
            Self::Float { .. } => f.write_str("double"),
            Self::Text { max: None, .. } => f.write_str("text"),
            Self::Text { max: Some(n), padded: true } => write!(f, "char({n})"),
            Self::Text { max: Some(n), padded: false } => write!(f, "varchar({n})"),
            Self::Bytes { max: None } => f.write_str("bytes"),
            Self::Bytes { max: Some(n) } => write!(f, "bytes({n})"),
            Self::Date => f.write_str("date"),
            Self::Time { zoned, precision } => moment(f, "time", *zoned, *precision),
            Self::Timestamp { zoned, precision } => moment(f, "timestamp", *zoned, *precision),
            Self::Interval => f.write_str("interval"),
            Self::Uuid => f.write_str("uuid"),
            Self::Json { binary: true } => f.write_str("jsonb"),
            Self::Json { binary: false } => f.write_str("json"),
            Self::Enum { name, .. } => write!(f, "enum {name}"),
            Self::Array(item) => write!(f, "{item}[]"),
            Self::Opaque(name) => f.write_str(name),
        }
    }
}

fn moment(f: &mut fmt::Formatter<'_>, word: &str, zoned: bool, precision: u8) -> fmt::Result {
    f.write_str(word)?;
    if precision != 6 {
        write!(f, "({precision})")?;
    }
    if zoned { f.write_str(" with time zone") } else { Ok(()) }
}

/// Reads a type as the plan language writes it in `cast(x as …)`: the words of
/// [`SqlType`]'s `Display` and their usual synonyms.
#[must_use]
pub fn type_from_words(text: &str) -> Option<SqlType> {
    let lower = text.to_lowercase();
    let (words, sizes) = split_sizes(&lower)?;
    let word = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let precision =
        |sizes: &[u32]| sizes.first().map_or(Some(6), |n| u8::try_from(*n).ok().filter(|n| *n <= 6));
    Some(match (word.as_str(), sizes.as_slice()) {
        ("boolean" | "bool", []) => SqlType::Bool,
        ("smallint", []) => SqlType::Int { bits: 16 },
        ("int" | "integer", []) => SqlType::Int { bits: 32 },
        ("bigint", []) => SqlType::BIGINT,
        ("decimal" | "numeric", []) => SqlType::Decimal(None),
        ("decimal" | "numeric", [precision]) => {
            SqlType::Decimal(Some(DecimalSize { precision: *precision, scale: 0 }))
        }
        ("decimal" | "numeric", [precision, scale]) if scale <= precision => {
            SqlType::Decimal(Some(DecimalSize { precision: *precision, scale: *scale }))
        }
        ("real", []) => SqlType::Float { bits: 32 },
        ("double" | "double precision" | "float", []) => SqlType::DOUBLE,
        ("text", []) => SqlType::TEXT,
        ("varchar" | "character varying", [max]) => SqlType::Text { max: Some(*max), padded: false },
        ("char" | "character", [max]) => SqlType::Text { max: Some(*max), padded: true },
        ("bytes" | "bytea" | "blob", []) => SqlType::Bytes { max: None },
        ("date", []) => SqlType::Date,
        ("time", sizes) => SqlType::Time { zoned: false, precision: precision(sizes)? },
        ("timestamp", sizes) => SqlType::Timestamp { zoned: false, precision: precision(sizes)? },
        ("timestamp with time zone" | "timestamptz", sizes) => {
            SqlType::Timestamp { zoned: true, precision: precision(sizes)? }
        }
        ("interval", []) => SqlType::Interval,
        ("uuid", []) => SqlType::Uuid,
        ("json", []) => SqlType::Json { binary: false },
        ("jsonb", []) => SqlType::Json { binary: true },
        _ => return None,
    })
}

/// `decimal (12, 2)` to its words and its numbers; the words may go on after the parenthesis.
fn split_sizes(text: &str) -> Option<(String, Vec<u32>)> {
    let Some((before, rest)) = text.split_once('(') else {
        return Some((text.to_owned(), Vec::new()));
    };
    let (inside, after) = rest.split_once(')')?;
    let sizes = inside.split(',').map(|n| n.trim().parse().ok()).collect::<Option<Vec<u32>>>()?;
    Some((format!("{before} {after}"), sizes))
}
