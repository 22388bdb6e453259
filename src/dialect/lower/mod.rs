//! The story: which scripts a plan has, which statements they hold and in which order.

mod backfill;
mod beside;
mod buckets;
mod catch_up;
mod differences;
mod frame;
mod fdw;
mod invariant;
mod ledger;
mod parts;
mod postpone;
mod preflight;
mod prepare;
mod probe;
mod quarantine;
mod render;
mod reconcile;
mod repair;
mod rollback;
mod rules;
mod sample;
mod stage;
mod validate;

use serde::{Deserialize, Serialize};

use crate::plan::{Link, Plan, ScriptKind};
pub use beside::Beside;
pub use buckets::{Buckets, Summed};
use frame::Frame;
pub use repair::Repair;
pub use stage::Transfer;

/// One script of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Relative to the bundle, with `/`.
    pub path: String,
    pub kind: ScriptKind,
    /// Ids of the ledger's steps that it works on; empty for scripts of the whole plan.
    pub steps: Vec<String>,
    /// Backfill only.
    pub wave: Option<u32>,
    /// Backfill and second pass: rows of a batch, as the plan says. `None`: one batch for all.
    pub batch_rows: Option<u64>,
    /// Where it moves batches: how the row is found that the next one begins with.
    pub next_row: Option<NextRow>,
    /// Backfill: its rows may be set aside.
    pub sets_aside: bool,
    /// Where rows that were set aside are tried again: which they are.
    pub rejected: Option<RejectedRows>,
    /// What may be under way at the same time.
    pub beside: Beside,
    pub text: String,
}

/// Finds the row that the next batch of a step begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NextRow {
    /// The source's key columns.
    pub key: Vec<String>,
    /// At the target: the key of the last row of the last batch, NULL before the first.
    pub checkpoint: String,
    /// At the source, as the target's session sees it: the first key.
    pub first: String,
    /// The first one behind a key; a string literal for each of its columns stands between two pieces.
    pub after: Vec<String>,
    /// Those of the key columns whose values reports do not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<String>,
}

/// Finds the rows of a step that were set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RejectedRows {
    /// The source's key columns.
    pub key: Vec<String>,
    /// Those of them whose values reports do not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<String>,
    /// At the target: each row's number, its key, the engine's code, the constraint, the column, and how often it was
    /// refused.
    pub list: String,
}

/// The scripts of `plan` in the order in which they run, the rollback last.
///
/// # Panics
/// If a template asks for something that its context lacks: a mistake in this module.
#[must_use]
pub fn scripts(plan: &Plan, fingerprint: &str) -> Vec<Script> {
    let frame = Frame::new(plan, fingerprint);
    let mut list = before_the_load(&frame);
    list.extend(backfill::scripts(&frame));
    list.extend(backfill::second_passes(&frame));
    list.extend(postpone::script(&frame));
    list.push(prepare::finish(&frame));
    list.extend(quarantine::scripts(&frame));
    list.push(validate::script(&frame));
    list.extend(catch_up::scripts(&frame));
    list.extend(reconcile::script(&frame));
    list.push(rollback::script(&frame));
    list
}

/// What is looked at and made ready before rows are moved. Rows of another server are here before
/// they are judged.
fn before_the_load(frame: &Frame<'_>) -> Vec<Script> {
    if frame.plan.staging.is_empty() {
        return vec![preflight::script(frame), prepare::script(frame)];
    }
    let mut list = vec![stage::source_checks(frame), prepare::script(frame)];
    if frame.plan.link == Link::Fdw {
        list.push(fdw::link(frame));
        list.extend(fdw::copies(frame));
    } else {
        list.extend(stage::scripts(frame));
    }
    list.push(stage::arrived(frame, prepare::key_guards(frame)));
    list.push(preflight::script(frame));
    list
}

/// How the rows of another server travel; empty for plans that read where they write.
#[must_use]
pub fn transfers(plan: &Plan, fingerprint: &str) -> Vec<Transfer> {
    if plan.link == Link::Staged { stage::transfers(&Frame::new(plan, fingerprint)) } else { Vec::new() }
}

/// What repairs of a plan's loaded rows are made of.
#[must_use]
pub fn repair_of(plan: &Plan, fingerprint: &str) -> Repair {
    repair::repair(&Frame::new(plan, fingerprint))
}
