use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A column's type, in words that all engines share.
///
/// Two engines' types are the same `SqlType` exactly when every value of one is a value of the
/// other with the same meaning.
///
/// In JSON it is a string in the plan language's words (`"decimal(12, 2)"`), or an object where
/// those do not say all of it: enumerations, arrays, opaque types, and a few rare ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SqlType {
    Bool,
    /// Two's complement integers of 16, 32 or 64 bits.
    Int {
        bits: u8,
    },
    /// Integers of 8 to 64 bits that are never negative (MySQL's UNSIGNED). Calculations use the
    /// signed type or the decimal that holds all of them: [`SqlType::widened`].
    Unsigned {
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
        matches!(self, Self::Int { .. } | Self::Unsigned { .. } | Self::Decimal(_) | Self::Float { .. })
    }

    /// The type in which the language calculates with values of this one: the same, but for
    /// unsigned integers the smallest signed integer that holds all of them, or for 64 bits the
    /// decimal that does.
    #[must_use]
    pub fn widened(&self) -> Self {
        match self {
            Self::Unsigned { bits: 64 } => Self::Decimal(Some(DecimalSize { precision: 20, scale: 0 })),
            Self::Unsigned { bits: 8 } => Self::Int { bits: 16 },
            Self::Unsigned { bits: 16 } => Self::Int { bits: 32 },
            Self::Unsigned { .. } => Self::BIGINT,
            other => other.clone(),
        }
    }
}

impl SqlType {
    /// Whether [`type_from_words`] reads the very same type out of what `Display` writes.
    fn words_say_all(&self) -> bool {
        match self {
            Self::Bool
            | Self::Date
            | Self::Interval
            | Self::Uuid
            | Self::Json { .. }
            | Self::Decimal(None)
            | Self::Bytes { max: None } => true,
            Self::Int { bits } | Self::Unsigned { bits } => matches!(bits, 8 | 16 | 24 | 32 | 64),
            Self::Float { bits } => matches!(bits, 32 | 64),
            Self::Decimal(Some(size)) => size.scale <= size.precision,
            Self::Text { max, padded } => max.is_some() || !padded,
            Self::Time { zoned, precision } => !zoned && *precision <= 6,
            Self::Timestamp { precision, .. } => *precision <= 6,
            // The few that the language can cast to by name.
            Self::Opaque(name) => type_from_words(name).as_ref() == Some(self),
            Self::Bytes { max: Some(_) } | Self::Enum { .. } | Self::Array(_) => false,
        }
    }
}

impl Serialize for SqlType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.words_say_all() { serializer.collect_str(self) } else { Parts::serialize(self, serializer) }
    }
}

impl<'de> Deserialize<'de> for SqlType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsOrParts)
    }
}

struct WordsOrParts;

impl<'de> Visitor<'de> for WordsOrParts {
    type Value = SqlType;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type in words, or an object with its parts")
    }

    fn visit_str<E: de::Error>(self, words: &str) -> Result<SqlType, E> {
        type_from_words(words).ok_or_else(|| E::custom(format!("unknown type `{words}`")))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SqlType, A::Error> {
        Parts::deserialize(de::value::MapAccessDeserializer::new(map))
    }
}

/// The members of [`SqlType`] as an object.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(remote = "SqlType", rename_all = "snake_case")]
enum Parts {
    Bool,
    Int { bits: u8 },
    Unsigned { bits: u8 },
    Decimal(Option<DecimalSize>),
    Float { bits: u8 },
    Text { max: Option<u32>, padded: bool },
    Bytes { max: Option<u32> },
    Date,
    Time { zoned: bool, precision: u8 },
    Timestamp { zoned: bool, precision: u8 },
    Interval,
    Uuid,
    Json { binary: bool },
    Enum { schema: Option<String>, name: String, labels: Vec<String> },
    Array(Box<SqlType>),
    Opaque(String),
}

impl fmt::Display for SqlType {
    /// In the plan language's own words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("boolean"),
            Self::Int { bits: 16 } => f.write_str("smallint"),
            Self::Int { bits: 32 } => f.write_str("integer"),
            Self::Int { bits: 8 } => f.write_str("tinyint"),
            Self::Int { bits: 24 } => f.write_str("mediumint"),
            Self::Int { .. } => f.write_str("bigint"),
            Self::Unsigned { bits } => write!(f, "{} unsigned", Self::Int { bits: *bits }),
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
        ("tinyint", []) => SqlType::Int { bits: 8 },
        ("mediumint", []) => SqlType::Int { bits: 24 },
        ("tinyint unsigned", []) => SqlType::Unsigned { bits: 8 },
        ("smallint unsigned", []) => SqlType::Unsigned { bits: 16 },
        ("mediumint unsigned", []) => SqlType::Unsigned { bits: 24 },
        ("integer unsigned", []) => SqlType::Unsigned { bits: 32 },
        ("bigint unsigned", []) => SqlType::Unsigned { bits: 64 },
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
        ("inet", []) => SqlType::Opaque(word),
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

#[cfg(test)]
impl schemars::JsonSchema for SqlType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SqlType".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let parts = generator.subschema_for::<Parts>();
        schemars::json_schema!({
            "description": "A type in the plan language's words, or an object with its parts.",
            "anyOf": [{ "type": "string" }, parts],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DecimalSize, SqlType, type_from_words};

    /// Every variant, with every odd member that it could have.
    fn all() -> Vec<SqlType> {
        let mut list =
            vec![SqlType::Bool, SqlType::Date, SqlType::Interval, SqlType::Uuid, SqlType::Decimal(None)];
        list.extend([8, 16, 24, 32, 64].map(|bits| SqlType::Int { bits }));
        list.extend([8, 16, 24, 32, 64].map(|bits| SqlType::Unsigned { bits }));
        list.extend([16, 32, 64].map(|bits| SqlType::Float { bits }));
        for (precision, scale) in [(12, 2), (5, 0), (2, 5), (0, 0)] {
            list.push(SqlType::Decimal(Some(DecimalSize { precision, scale })));
        }
        for max in [None, Some(0), Some(20)] {
            list.extend([true, false].map(|padded| SqlType::Text { max, padded }));
            list.push(SqlType::Bytes { max });
        }
        for precision in [0, 3, 6, 9] {
            for zoned in [true, false] {
                list.push(SqlType::Time { zoned, precision });
                list.push(SqlType::Timestamp { zoned, precision });
            }
        }
        list.extend([true, false].map(|binary| SqlType::Json { binary }));
        for schema in [None, Some("app".to_owned())] {
            let labels = vec!["new".to_owned(), "it's \"old\"".to_owned()];
            list.push(SqlType::Enum { schema, name: "state".into(), labels });
        }
        list.extend(["inet", "tsvector"].map(|name| SqlType::Opaque(name.into())));
        list.push(SqlType::Opaque("text".into()));
        list.extend(list.clone().into_iter().map(|item| SqlType::Array(Box::new(item))));
        list
    }

    #[test]
    fn every_type_comes_back_from_json() {
        for ty in all() {
            let text = serde_json::to_string(&ty).unwrap();
            assert_eq!(serde_json::from_str::<SqlType>(&text).unwrap(), ty, "{text}");
            let value = serde_json::to_value(&ty).unwrap();
            assert_eq!(serde_json::from_value::<SqlType>(value).unwrap(), ty, "{text}");
        }
    }

    #[test]
    fn words_are_used_exactly_where_they_say_all() {
        for ty in all() {
            let lossless = type_from_words(&ty.to_string()).as_ref() == Some(&ty);
            assert_eq!(ty.words_say_all(), lossless, "{ty:?}");
        }
        let json = |ty: &SqlType| serde_json::to_string(ty).unwrap();
        assert_eq!(json(&SqlType::Timestamp { zoned: true, precision: 6 }), "\"timestamp with time zone\"");
        assert_eq!(json(&SqlType::Opaque("inet".into())), "\"inet\"");
        assert_eq!(json(&SqlType::Opaque("tsvector".into())), "{\"opaque\":\"tsvector\"}");
    }
}
