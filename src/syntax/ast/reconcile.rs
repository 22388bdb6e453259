//! The comparison that comes again, and lengths of time.

use crate::base::{Ident, Span};

/// `reconcile every 1 h for 72 h { checks all  sample 500 rows seed 7 }`
#[derive(Clone, Debug)]
pub struct Reconcile {
    /// From `reconcile` to the second time.
    pub head: Span,
    pub every: Duration,
    pub during: Duration,
    pub parts: Vec<ReconcilePart>,
}

impl Reconcile {
    /// What a comparison that comes again can be told.
    pub const PARTS: [&str; 2] = ["checks", "sample"];
}

#[derive(Clone, Debug)]
pub struct ReconcilePart {
    pub span: Span,
    pub kind: ReconcileKind,
}

#[derive(Clone, Debug)]
pub enum ReconcileKind {
    /// `checks all`, `checks changed`: the word unchecked.
    Checks(Ident),
    /// `sample 500 rows [seed 7]`
    Sample { rows: u64, seed: Option<u64> },
}

/// A length of time: `5 min`.
#[derive(Clone, Debug)]
pub struct Duration {
    pub seconds: u64,
    /// As written, with one space between the number and its unit.
    pub text: String,
    pub span: Span,
}
