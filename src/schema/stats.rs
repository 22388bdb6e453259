//! `NAME.stats.json`: how much there is of each table of one side, for estimates. It says nothing
//! about what rows mean, so nothing that is decided hangs on it.

use serde::{Deserialize, Serialize};

use crate::base::Engine;

/// The version of this structure; grows with every change that a reader of it could notice.
const FORMAT_VERSION: u32 = 1;

/// What the first member of every such file says.
pub const WRITER: &str = "datamove pull";

/// The volumes of one side's tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stats {
    /// [`WRITER`]: by this a file of our own is told from others.
    pub written_by: String,
    pub format_version: u32,
    pub engine: Engine,
    /// By schema and name.
    pub tables: Vec<TableStats>,
}

/// How much there is of one table. Bytes, and rows that were not counted, are rounded to two
/// digits, so that a table that did not change has the same figures tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableStats {
    pub schema: Option<String>,
    pub name: String,
    pub rows: u64,
    /// True if the rows were counted; else they are the engine's own estimate.
    pub exact: bool,
    /// Absent where the engine does not say.
    pub table_bytes: Option<u64>,
    pub index_bytes: Option<u64>,
    /// Bytes of an average row without indexes.
    pub row_bytes: Option<u64>,
    /// The first column of the primary key, if it is a number or a date: never a text, which may
    /// be about people.
    pub key: Option<KeyRange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeyRange {
    pub column: String,
    pub min: String,
    pub max: String,
}

impl Stats {
    #[must_use]
    pub fn new(engine: Engine, mut tables: Vec<TableStats>) -> Self {
        tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
        Self { written_by: WRITER.to_owned(), format_version: FORMAT_VERSION, engine, tables }
    }

    /// Indented JSON with a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`Stats::to_json`] wrote, or says why not.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        if value.get("written_by").and_then(serde_json::Value::as_str) != Some(WRITER) {
            return Err("it is not a file that `datamove pull --stats` wrote".to_owned());
        }
        // The version comes first: a later format may have members that this one cannot read.
        let version = value.get("format_version").and_then(serde_json::Value::as_u64);
        if version != Some(u64::from(FORMAT_VERSION)) {
            let found = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
            return Err(format!("its format_version is {found}, and this datamove reads {FORMAT_VERSION}"));
        }
        serde_json::from_value(value).map_err(|error| error.to_string())
    }
}

impl TableStats {
    /// `schema.name`, or the bare name, for messages.
    #[must_use]
    pub fn display_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A number to two digits: 1 234 becomes 1 200.
#[must_use]
pub fn rounded(number: u64) -> u64 {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    (number + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_two_digits() {
        let cases = [(0, 0), (7, 7), (99, 99), (104, 100), (105, 110), (999, 1000), (1_234_567, 1_200_000)];
        for (number, kept) in cases {
            assert_eq!(rounded(number), kept, "{number}");
        }
        assert!(rounded(u64::MAX / 2) > 0);
    }

    #[test]
    fn strangers_are_told_apart() {
        let table = TableStats {
            schema: Some("public".to_owned()),
            name: "a".to_owned(),
            rows: 3,
            exact: true,
            table_bytes: Some(8192),
            index_bytes: None,
            row_bytes: None,
            key: Some(KeyRange { column: "id".to_owned(), min: "1".to_owned(), max: "3".to_owned() }),
        };
        let stats = Stats::new(Engine::Postgres, vec![table]);
        let text = stats.to_json();
        assert_eq!(Stats::from_json(&text).unwrap(), stats);
        assert!(text.starts_with("{\n  \"written_by\": \"datamove pull\",\n"));
        for (wrong, why) in [
            ("no", "not JSON"),
            ("{}", "not a file that"),
            ("{\"written_by\": \"datamove pull\", \"format_version\": 9}", "format_version is 9"),
            ("{\"written_by\": \"datamove pull\", \"format_version\": 1}", "missing field"),
        ] {
            assert!(Stats::from_json(wrong).unwrap_err().contains(why), "{wrong}");
        }
    }
}
