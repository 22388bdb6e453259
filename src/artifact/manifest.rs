//! `manifest.json`: what the runner reads of a bundle, and the hash of every other file in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::Engine;
use crate::plan::Link;
pub use crate::plan::ScriptKind;

/// The version of this structure.
pub const FORMAT_VERSION: u32 = 1;

/// A bundle's table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format_version: u32,
    pub plan: String,
    /// The plan's fingerprint with its algorithm's name: `dm1:` and 64 hex digits.
    pub fingerprint: String,
    pub engine: Engine,
    pub link: Link,
    /// The plan's names of the two sides; with [`Link::Attach`] the source's is what the file is
    /// attached under.
    pub source: String,
    pub target: String,
    /// PostgreSQL: the ledger's schema. SQLite: the prefix of the ledger's tables.
    pub ledger: String,
    /// In the order in which they run.
    pub scripts: Vec<ScriptEntry>,
    /// SHA-256 in hex of every file but this one, by path.
    pub files: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptEntry {
    /// Relative to the bundle, with `/`.
    pub path: String,
    pub kind: ScriptKind,
    /// Ids of the ledger's steps that the script works on; empty for scripts of the whole plan.
    pub steps: Vec<String>,
    /// Backfill only: the wave.
    pub wave: Option<u32>,
    /// Backfill and second pass: rows of a batch, as the plan says. `None`: one batch for all.
    pub batch_rows: Option<u64>,
}
