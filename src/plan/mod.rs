//! The compiled plan and its contract with the world: `plan.json`, the fingerprint.

mod ir;
mod script;

pub use ir::*;
pub use script::ScriptKind;
