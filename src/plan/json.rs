//! `plan.json`: the plan as it is, for tools and for the diff of two bundles.

use std::fmt;

use serde::Deserialize;

use super::{FORMAT_VERSION, Plan};

/// Why a `plan.json` cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It is not JSON, or not the JSON of a plan.
    Json(serde_json::Error),
    /// A newer datamove wrote it, in a structure that this one does not know.
    Newer { found: u32 },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a compiled plan: {error}"),
            Self::Newer { found } => {
                write!(f, "format version {found} is newer than {FORMAT_VERSION}, the newest that is known")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// The plan as indented JSON with a newline at the end. The same plan gives the same bytes.
#[must_use]
pub fn to_json(plan: &Plan) -> String {
    pretty(plan)
}

/// Reads what [`to_json`] wrote.
pub fn from_json(text: &str) -> Result<Plan, ReadError> {
    // The version is looked at first: a newer structure should not be reported as a broken one.
    let version: Version = serde_json::from_str(text).map_err(ReadError::Json)?;
    if version.format_version > FORMAT_VERSION {
        return Err(ReadError::Newer { found: version.format_version });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    // One level of an expression is several levels of JSON, so that the usual limit of 128 is
    // reached by a concatenation of some thirty columns.
    reader.disable_recursion_limit();
    let plan = Plan::deserialize(&mut reader).map_err(ReadError::Json)?;
    reader.end().map_err(ReadError::Json)?;
    Ok(plan)
}

#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

fn pretty(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).expect("a plan has no maps but those keyed by text");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{ReadError, from_json, to_json};
    use crate::plan::fixture::shop;
    use crate::plan::{Expr, ExprKind};
    use crate::schema::SqlType;

    #[test]
    fn comes_back_as_it_was() {
        let plan = shop();
        let text = to_json(&plan);
        assert!(text.ends_with("}\n"));
        assert_eq!(from_json(&text).unwrap(), plan);
        assert_eq!(to_json(&from_json(&text).unwrap()), text);
    }

    #[test]
    fn deep_expressions_come_back() {
        let mut plan = shop();
        let mut value = Expr::new(SqlType::Bool, false, ExprKind::Bool(true));
        for _ in 0..300 {
            value = Expr::new(SqlType::Bool, false, ExprKind::Not(Box::new(value)));
        }
        plan.moves[0].filter = Some(value);
        assert_eq!(from_json(&to_json(&plan)).unwrap(), plan);
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let text = "{\"format_version\": 99, \"plan\": []}";
        assert!(matches!(from_json(text), Err(ReadError::Newer { found: 99 })));
        assert!(matches!(from_json("[]"), Err(ReadError::Json(_))));
    }
}
