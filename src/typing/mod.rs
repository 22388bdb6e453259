//! Types every expression; every claim that a move makes becomes proven, a probe, or accepted.

pub mod expr;

pub use expr::{Aggregate, Expr, ExprKind, Function, Operator, Otherwise, Rounding};
