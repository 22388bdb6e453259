use serde::{Deserialize, Serialize};

/// How one cycle of references is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CycleBreak {
    /// The moves on the cycle, sorted.
    pub moves: Vec<String>,
    pub by: BreakBy,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BreakBy {
    /// `columns` of `id` are NULL at first and filled by a second pass.
    SecondPass { id: String, columns: Vec<String> },
    /// The constraints are checked at the end of one transaction that loads all the moves.
    Deferred { constraints: Vec<String> },
}
