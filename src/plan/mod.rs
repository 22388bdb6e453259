//! The compiled plan and its contract with the world: the typed expressions, `plan.json`.
//!
//! Pure data: names only, no spans, nothing engine-specific. Typing makes it, a dialect lowers it.

mod breaks;
mod canonical;
mod claim_kind;
mod expr;
mod fingerprint;
#[cfg(test)]
pub(crate) mod fixture;
mod ir;
mod json;
mod script;
mod strategy;
mod tables;
mod zone;

pub use breaks::{BreakBy, CycleBreak};
pub use claim_kind::ClaimKind;
pub use expr::{
    Aggregate, Expr, ExprKind, Function, Operator, OrderKey, Otherwise, RelatedFunction, Rounding,
};
pub use fingerprint::{fingerprint, sha256};
pub use ir::*;
pub use json::{ReadError, from_json, to_json};
pub use script::ScriptKind;
pub use strategy::{Constraints, Strategy, Triggers};
pub use tables::{source_tables, target_tables};
pub use zone::fixed_offset;
