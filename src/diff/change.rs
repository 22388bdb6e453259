use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::Origin;

/// What a change does to rows, values and proofs; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Plan,
    Signoff,
    Cutover,
    Reconcile,
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Version {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// The changes found so far, in the order of the plan, and what they are about.
#[derive(Debug, Default)]
pub(super) struct Found {
    changes: Vec<Change>,
    subjects: BTreeSet<(Topic, String)>,
    /// Steps with a change under the topic that is more than words.
    touched: BTreeSet<(String, Topic)>,
}

impl Found {
    pub(super) fn push(&mut self, change: Change) {
        self.subjects.insert((change.topic, change.subject.clone()));
        if change.class != Class::Cosmetic {
            self.touched.extend(change.steps.iter().map(|step| (step.clone(), change.topic)));
        }
        self.changes.push(change);
    }

    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether a change about `subject` was found under one of `topics`.
    pub(super) fn has(&self, topics: &[Topic], subject: &str) -> bool {
        topics.iter().any(|topic| self.subjects.contains(&(*topic, subject.to_owned())))
    }

    /// Whether anything but words was found about a step.
    pub(super) fn touches(&self, step: &str) -> bool {
        let from = (step.to_owned(), Topic::Plan);
        self.touched.range(from..).next().is_some_and(|(id, _)| id == step)
    }

    /// Whether a change under `topic` that is more than words is a part of a step.
    pub(super) fn touches_by(&self, topic: Topic, step: &str) -> bool {
        self.touched.contains(&(step.to_owned(), topic))
    }

    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.changes.sort_by_key(|change| change.class);
        self.changes
    }
}

/// Items of two lists by a key: those of both and those that are gone in the order of the first list,
/// then those that are new in the order of the second.
pub(super) fn paired<'a, T, K: Ord>(
    before: &'a [T],
    after: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    // Indices from the back, so that the first of several with one key is taken first.
    let mut waiting: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (index, item) in after.iter().enumerate().rev() {
        waiting.entry(key(item)).or_default().push(index);
    }
    let mut take = |item| waiting.get_mut(&key(item)).and_then(Vec::pop);
    let mut pairs: Vec<(Option<&T>, Option<&T>)> =
        before.iter().map(|item| (Some(item), take(item).map(|index| &after[index]))).collect();
    let mut fresh: Vec<usize> = waiting.into_values().flatten().collect();
    fresh.sort_unstable();
    pairs.extend(fresh.into_iter().map(|index| (None, Some(&after[index]))));
    pairs
}
