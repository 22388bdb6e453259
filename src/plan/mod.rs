//! The compiled plan and its contract with the world: `plan.json`, the fingerprint.

mod fingerprint;
#[cfg(test)]
pub(crate) mod fixture;
mod ir;
mod json;

pub use fingerprint::{fingerprint, sha256};
pub use ir::*;
pub use json::{ReadError, from_json, to_json};
