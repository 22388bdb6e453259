use serde::Serialize;

use crate::base::Origin;

/// What a change does to rows, values and proofs; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Something that was kept is kept no longer.
    Loses,
    /// A mistake that would have been found may now get through, or cannot be undone as well.
    Weakens,
    /// Rows that moved stay behind.
    Narrows,
    /// Rows that stayed behind move.
    Widens,
    /// Other rows than before; neither set holds the other.
    Rows,
    /// The same rows with other values or keys.
    Values,
    /// The same rows and values in another order, in other batches, in another ledger.
    Order,
    /// A mistake is found that would have got through, or something is kept that was lost.
    Strengthens,
    /// Words for people: no row and no proof depends on them.
    Cosmetic,
}

impl Class {
    pub const ALL: [Self; 9] = [
        Self::Loses,
        Self::Weakens,
        Self::Narrows,
        Self::Widens,
        Self::Rows,
        Self::Values,
        Self::Order,
        Self::Strengthens,
        Self::Cosmetic,
    ];

    /// What it is called over a list of changes.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Loses => "loses what was kept",
            Self::Weakens => "weakens a proof or the way back",
            Self::Narrows => "narrows the rows in scope",
            Self::Widens => "widens the rows in scope",
            Self::Rows => "changes which rows move",
            Self::Values => "changes values",
            Self::Order => "changes order or batches",
            Self::Strengthens => "strengthens a proof",
            Self::Cosmetic => "cosmetic",
        }
    }

    /// A reviewer must look at it.
    #[must_use]
    pub const fn is_grave(self) -> bool {
        matches!(self, Self::Loses | Self::Weakens)
    }
}

/// The part of the plan that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Plan,
    Move,
    Source,
    Join,
    Filter,
    Group,
    Key,
    Mapping,
    Drop,
    Values,
    Conflict,
    Batch,
    Order,
    Schema,
    Rollback,
    Accept,
    Claim,
    Invariant,
    Doc,
}

/// One side of a change, as the plan has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub class: Class,
    pub topic: Topic,
    /// What it is about: `customer.note`, the name of an invariant.
    pub subject: String,
    /// What it does, in one line; backticks mark code.
    pub says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Version>,
    /// Ids of the steps that it is a part of.
    pub steps: Vec<String>,
}

impl Change {
    pub(super) fn new(
        class: Class,
        topic: Topic,
        subject: impl Into<String>,
        says: impl Into<String>,
    ) -> Self {
        let (subject, says) = (subject.into(), says.into());
        Self { class, topic, subject, says, before: None, after: None, steps: Vec::new() }
    }

    pub(super) fn of(mut self, step: &str) -> Self {
        self.steps.push(step.to_owned());
        self
    }

    pub(super) fn was(mut self, text: impl Into<String>, origin: Option<&Origin>) -> Self {
        self.before = Some(Version { text: text.into(), origin: origin.cloned() });
        self
    }

    pub(super) fn is(mut self, text: impl Into<String>, origin: Option<&Origin>) -> Self {
        self.after = Some(Version { text: text.into(), origin: origin.cloned() });
        self
    }
}

/// The changes found so far, in the order of the plan.
#[derive(Debug, Default)]
pub(super) struct Found {
    changes: Vec<Change>,
}

impl Found {
    pub(super) fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether a change about `subject` was found under one of `topics`.
    pub(super) fn has(&self, topics: &[Topic], subject: &str) -> bool {
        self.changes.iter().any(|change| topics.contains(&change.topic) && change.subject == subject)
    }

    /// Whether anything but words was found about a step.
    pub(super) fn touches(&self, step: &str) -> bool {
        self.changes
            .iter()
            .any(|change| change.class != Class::Cosmetic && change.steps.iter().any(|id| id == step))
    }

    /// Whether a change under `topic` is a part of a step.
    pub(super) fn touches_by(&self, topic: Topic, step: &str) -> bool {
        self.changes.iter().any(|change| change.topic == topic && change.steps.iter().any(|id| id == step))
    }

    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.changes.sort_by_key(|change| change.class);
        self.changes
    }
}

/// Items of two lists by a key: those of both, those that are gone, those that are new.
pub(super) fn paired<'a, T, K: Ord>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let mut waiting: std::collections::BTreeMap<K, std::collections::VecDeque<&T>> =
        std::collections::BTreeMap::new();
    for item in after {
        waiting.entry(key(item)).or_default().push_back(item);
    }
    let mut pairs: Vec<(Option<&T>, Option<&T>)> = Vec::new();
    for item in before {
        pairs.push((Some(item), waiting.get_mut(&key(item)).and_then(std::collections::VecDeque::pop_front)));
    }
    let left: Vec<&T> = waiting.into_values().flatten().collect();
    pairs.extend(
        after
            .iter()
            .filter(|item| left.iter().any(|one| std::ptr::eq(*one, *item)))
            .map(|item| (None, Some(item))),
    );
    pairs
}
