//! The compiled plan and its contract with the world: the typed expressions, `plan.json`.
//!
//! Pure data: names only, no spans, nothing engine-specific. Typing makes it, a dialect lowers it.

mod expr;
mod ir;

pub use expr::{Aggregate, Expr, ExprKind, Function, Operator, Otherwise, Rounding};
pub use ir::*;
