//! Who has to approve.

use super::{Setting, Text};
use crate::base::Span;

/// `signoff { role "data owner"  author differs  signed ssh }`
#[derive(Clone, Debug)]
pub struct Signoff {
    /// The word `signoff` itself.
    pub word: Span,
    pub demands: Vec<Demand>,
}

impl Signoff {
    /// What a sign-off can ask for.
    pub const DEMANDS: [&str; 3] = ["role", "author", "signed"];
}

#[derive(Clone, Debug)]
pub struct Demand {
    pub span: Span,
    pub kind: DemandKind,
}

#[derive(Clone, Debug)]
pub enum DemandKind {
    /// `role "data owner"`
    Role(Text),
    /// `author differs`, `signed ssh`: both words unchecked.
    Setting(Setting),
}
