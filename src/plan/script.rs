use serde::{Deserialize, Serialize};

/// What a script of a bundle is for; in the order in which they run, the way back last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    Preflight,
    Prepare,
    Backfill,
    SecondPass,
    /// Puts back what was postponed.
    Constraints,
    Finish,
    Validate,
    Rollback,
}
