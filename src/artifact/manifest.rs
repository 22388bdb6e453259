//! `manifest.json`: what the runner reads of a bundle, and the hash of every other file in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Context;
use crate::base::Engine;
pub use crate::dialect::Beside;
pub use crate::dialect::needs::{Need, On, Right};
pub use crate::dialect::{Buckets, NextRow, RejectedRows, Summed};
use crate::dialect::{Script, Transfer};
pub use crate::plan::ScriptKind;
use crate::plan::{Cutover, Link, Reconcile, sha256, step_hashes};
use crate::schema::SqlType;

/// The manifest's path in the bundle.
pub const MANIFEST: &str = "manifest.json";

/// The path of the tables' shapes in the bundle.
pub const SCHEMA: &str = "schema.json";

/// The path of what repairs are made of.
pub const REPAIR: &str = "repair.json";

/// The version of this structure.
pub const FORMAT_VERSION: u32 = 1;

/// A bundle's table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// With [`Link::Staged`] and [`Link::Fdw`]: the source's engine; with the first, how its rows travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staging: Option<Staging>,
    /// What is compared again after the load, and how often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconcile: Option<Reconcile>,
    /// In the order in which they run.
    pub scripts: Vec<ScriptEntry>,
    /// The steps of the cutover, and how long the way back is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutover: Option<Cutover>,
    /// The hash of each step: what its rows and its checkpoints depend on. Another bundle with the same ones goes on
    /// with a run of this one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub steps: BTreeMap<String, String>,
    /// What the role that runs them must be allowed to do, on engines that have roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// SHA-256 in hex of every file but this one, by path.
    pub files: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Staging {
    pub engine: Engine,
    /// In the order in which they are copied.
    pub tables: Vec<StagingEntry>,
}

/// How the rows of one source table get into the ledger, batch by batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StagingEntry {
    /// The ledger's step.
    pub step: String,
    /// The source's table, for messages.
    pub table: String,
    pub columns: Vec<StagingColumn>,
    /// Places of the columns, from 0, in whose order rows are read and go on after a stop. Empty: all rows
    /// in one transaction.
    pub key: Vec<usize>,
    /// Rows of a batch.
    pub rows: u64,
    /// At the source: the table, as SQL names it.
    #[serde(default)]
    pub from: String,
    /// At the source: the number of rows.
    pub count: String,
    /// At the source: all rows.
    pub first: String,
    /// At the source: the rows behind a key; a string literal for each of its columns stands between
    /// two pieces.
    pub after: Vec<String>,
    /// At the target: the key of the last row that arrived.
    pub checkpoint: String,
    /// At the target: says that no rows were left.
    pub finish: String,
    /// At the target: what a batch's rows are written with.
    pub load: String,
    /// At the target, in the transaction of each batch. Between the pieces stand string literals: the last
    /// row's key, the step's new state, the batch's rows, its rows, and how many batches there were before.
    pub mark: Vec<String>,
    /// At the target: how the copy is read again, to be compared with the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyEntry>,
    /// Sums over ranges of the key: where they are the same on both sides, rows need not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buckets: Option<Buckets>,
}

/// How a copy is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CopyEntry {
    /// The number of rows.
    pub count: String,
    /// All rows, in the order in which they travelled.
    pub first: String,
}

impl StagingEntry {
    /// The copy as a table whose rows could travel as the source's do.
    #[must_use]
    pub fn copied(&self) -> Option<Self> {
        let copy = self.copy.clone()?;
        let mut copied = Self { count: copy.count, first: copy.first, ..self.clone() };
        for column in &mut copied.columns {
            column.from = column.to.clone();
        }
        // Its own sums are the first ones as well.
        if let Some(buckets) = &mut copied.buckets {
            buckets.source = buckets.copy.clone();
        }
        Some(copied)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StagingColumn {
    pub name: String,
    /// In the source.
    pub from: SqlType,
    /// In the copy.
    pub to: SqlType,
    /// Reports do not show its values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

impl From<Transfer> for StagingEntry {
    fn from(transfer: Transfer) -> Self {
        let Transfer {
            step,
            table,
            columns,
            key,
            rows,
            from,
            count,
            first,
            after,
            checkpoint,
            finish,
            load,
            mark,
            copy,
            buckets,
        } = transfer;
        let columns = columns
            .into_iter()
            .map(|(name, from, to, masked)| StagingColumn { name, from, to, masked })
            .collect();
        Self {
            step,
            table,
            columns,
            key,
            rows,
            from,
            count,
            first,
            after,
            checkpoint,
            finish,
            load,
            mark,
            copy: Some(CopyEntry { count: copy.0, first: copy.1 }),
            buckets,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The same, where there are batches: finds the row that the next one begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_row: Option<NextRow>,
    /// Rows that the target refuses may be set aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sets_aside: bool,
    /// Where rows that were set aside are tried again: which they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<RejectedRows>,
    /// What may be under way at the same time.
    #[serde(default, skip_serializing_if = "Beside::is_alone")]
    pub beside: Beside,
}

impl From<&Script> for ScriptEntry {
    fn from(script: &Script) -> Self {
        Self {
            path: script.path.clone(),
            kind: script.kind,
            steps: script.steps.clone(),
            wave: script.wave,
            batch_rows: script.batch_rows,
            next_row: script.next_row.clone(),
            sets_aside: script.sets_aside,
            rejected: script.rejected.clone(),
            beside: script.beside,
        }
    }
}

impl Manifest {
    /// Indented JSON with a newline at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = pretty(self);
        text.push('\n');
        text
    }

    /// Reads what [`Manifest::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

fn pretty(manifest: &Manifest) -> String {
    serde_json::to_string_pretty(manifest).expect("a manifest has no maps but those keyed by text")
}

pub(super) fn render(context: &Context) -> String {
    let plan = context.plan;
    let ledger = crate::dialect::ledger(plan);
    let manifest = Manifest {
        format_version: FORMAT_VERSION,
        plan: plan.name.clone(),
        fingerprint: context.fingerprint.to_owned(),
        engine: plan.target.engine,
        link: plan.link,
        source: plan.source.name.clone(),
        target: plan.target.name.clone(),
        staging: plan.link.copies().then(|| Staging {
            engine: plan.source.engine,
            tables: crate::dialect::transfers(plan, context.fingerprint)
                .into_iter()
                .map(StagingEntry::from)
                .collect(),
        }),
        cutover: plan.cutover.as_ref().map(Cutover::meant),
        steps: step_hashes(plan),
        needs: crate::dialect::needs::needs(plan, &ledger),
        ledger,
        reconcile: plan.reconcile.as_ref().map(|asked| Reconcile { origin: None, ..asked.clone() }),
        scripts: context.scripts.iter().map(ScriptEntry::from).collect(),
        files: context
            .files
            .iter()
            .filter(|(path, _)| *path != MANIFEST)
            .map(|(path, text)| (path.clone(), sha256(text.as_bytes())))
            .collect(),
    };
    manifest.to_json()
}
