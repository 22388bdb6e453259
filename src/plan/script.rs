use serde::{Deserialize, Serialize};

/// What a script of a bundle is for; in the order in which they run, the way back last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    /// With the link `staged`, run at the source: values that cannot travel.
    Source,
    Preflight,
    Prepare,
    /// With the link `fdw`: shows the source's tables to the target's server.
    Link,
    /// For stock clients: prints the rows of one table at the source.
    Send,
    /// Copies them into the ledger; with the link `staged` for stock clients.
    Stage,
    /// What must be so once all rows are in the ledger; then the preflight follows.
    Staged,
    Backfill,
    SecondPass,
    /// Puts back what was postponed.
    Constraints,
    Finish,
    /// Moves in the rows of one move that were set aside.
    Redrive,
    Validate,
    /// Begins a round of the catch-up.
    CatchUpBegin,
    /// Takes over what changed in the source since the load.
    CatchUp,
    /// Ends a round of the catch-up.
    CatchUpEnd,
    /// The same again, some time after the load.
    Reconcile,
    Rollback,
}
