//! `cutover { … }` and `rollback { … }`.

use super::{Duration, Text};
use crate::base::Span;

/// `cutover { downtime 15 min  step "freeze" owner "sre" takes 1 min manual "…" undo "…" }`
#[derive(Clone, Debug)]
pub struct Cutover {
    /// The word `cutover` itself.
    pub word: Span,
    pub entries: Vec<CutEntry>,
}

#[derive(Clone, Debug)]
pub struct CutEntry {
    pub span: Span,
    pub kind: CutKind,
}

#[derive(Clone, Debug)]
pub enum CutKind {
    /// `downtime 15 min`
    Downtime(Duration),
    Step(CutStep),
}

/// `step "flip reads" owner "sre" takes 1 min manual "set READ_STORE=shop" undo "set READ_STORE=legacy"`
#[derive(Clone, Debug)]
pub struct CutStep {
    pub name: Text,
    pub owner: Option<Text>,
    pub takes: Option<Duration>,
    pub manual: Option<Text>,
    /// The word `validate`.
    pub validate: Option<Span>,
    pub undo: Option<Text>,
}

/// `rollback { until "flip reads" + 72 h  trigger "error rate above 0.5 %" }`
#[derive(Clone, Debug)]
pub struct WayBack {
    /// The word `rollback` itself.
    pub word: Span,
    pub entries: Vec<BackEntry>,
}

#[derive(Clone, Debug)]
pub struct BackEntry {
    pub span: Span,
    pub kind: BackKind,
}

#[derive(Clone, Debug)]
pub enum BackKind {
    /// A step of the cutover, and how long after it.
    Until(Text, Option<Duration>),
    Trigger(Text),
}
