use std::fmt;

use serde::{Deserialize, Serialize};

use super::percent;

/// How many rows of a move may be set aside; of two bounds both hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Quarantine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Rows out of a million of the move's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_million: Option<u64>,
}

impl fmt::Display for Quarantine {
    /// `at most 100 rows and 0.1 %`, as the plan has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.map(|rows| format!("{rows} rows"));
        let share = self.per_million.map(|share| format!("{} %", percent(share)));
        let bounds: Vec<String> = rows.into_iter().chain(share).collect();
        write!(f, "at most {}", bounds.join(" and "))
    }
}
