//! The compiled plan and its contract with the world: the typed expressions, `plan.json`.
//!
//! Pure data: names only, no spans, nothing engine-specific. Typing makes it, a dialect lowers it.

mod breaks;
mod canonical;
mod claim_kind;
mod coverage;
mod cutover;
mod expr;
mod fingerprint;
#[cfg(test)]
pub(crate) mod fixture;
mod ir;
mod json;
mod reconcile;
mod script;
mod signoff;
mod staging;
mod steps;
mod strategy;
mod tables;
mod zone;

pub use breaks::{BreakBy, CycleBreak};
pub use claim_kind::ClaimKind;
pub use coverage::{Caught, Corruption, caught};
pub use cutover::{CutStep, Cutover, Does, Until, WayBack};
pub use expr::{
    Aggregate, Expr, ExprKind, Function, Operator, OrderKey, Otherwise, RelatedFunction, Rounding, Unit,
};
pub(crate) use fingerprint::of_move as strip_words;
pub use fingerprint::{fingerprint, sha256};
pub use ir::*;
pub use json::{ReadError, from_json, to_json};
pub use reconcile::{Reconcile, Reconciled, Rhythm, Sample, Watermark};
pub use script::ScriptKind;
pub use signoff::{Signed, Signoff, file_name};
pub use staging::{Link, StagedColumn, StagedTable, stage_step};
pub use steps::{step_hashes, step_needs};
pub use strategy::{Constraints, Strategy, Triggers};
pub use tables::{source_tables, target_tables};
pub use zone::fixed_offset;
