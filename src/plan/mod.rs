//! The compiled plan and its contract with the world: `plan.json`, the fingerprint.

mod ir;

pub use ir::*;
