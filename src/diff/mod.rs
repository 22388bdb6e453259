//! What changed between two compiled plans, in terms of rows, values and proofs: not of text.
//!
//! Formatting, the order of files and the spelling of a filter are no change. Everything that the
//! plan's fingerprint is of is one, and every change has a [`Class`]: what it does to the rows and to
//! what keeps them safe. The worst class comes first.

mod align;
mod change;
mod claims;
mod header;
mod implies;
mod invariants;
mod json;
mod mapping;
mod markdown;
mod moves;
mod promises;
mod shape;
mod cutover;
mod reconcile;
mod signoff;
mod steps;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod values;

use serde::Serialize;

pub use change::{Change, Class, Topic, Version};
#[cfg(test)]
pub(crate) use json::Document;
pub use json::to_json;
pub use markdown::to_markdown;
pub use steps::{Evidence, StepVerdict, Verdict};
pub use text::{because, to_text};

use crate::plan::{Plan, fingerprint};
use change::Found;

/// Two plans, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    pub before: Identity,
    pub after: Identity,
    /// The worst class first, and within a class in the order of the plan.
    pub changes: Vec<Change>,
    /// For a move that is under way: every step of either plan.
    pub steps: Vec<StepVerdict>,
    /// What was established for the plan before and does not hold for the plan after.
    pub void_evidence: Vec<Evidence>,
}

/// Which plan it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    pub plan: String,
    pub fingerprint: String,
}

impl Diff {
    /// The fingerprints are the same: approvals and checkpoints of the one plan are the other's.
    #[must_use]
    pub fn means_the_same(&self) -> bool {
        self.before.fingerprint == self.after.fingerprint
    }

    /// How many changes there are of each class, the worst first; classes without any are left out.
    #[must_use]
    pub fn counts(&self) -> Vec<(Class, usize)> {
        let count = |class: Class| self.changes.iter().filter(|change| change.class == class).count();
        Class::ALL.into_iter().map(|class| (class, count(class))).filter(|(_, n)| *n > 0).collect()
    }
}

/// Compares `before` with `after`.
#[must_use]
pub fn diff(before: &Plan, after: &Plan) -> Diff {
    let aligned = align::align(before, after);
    let mut found = Found::default();
    header::compare(before, &aligned.after, &mut found);
    values::compare(before, &aligned.after, &mut found);
    moves::compare(before, &aligned, &mut found);
    tables::compare(before, &aligned.after, &mut found);
    moves::rest(before, &aligned.after, &mut found);
    promises::compare(before, &aligned.after, &mut found);
    claims::compare(before, &aligned.after, &mut found);
    invariants::compare(before, after, &mut found);
    let mut changes = found.sorted();
    for change in &mut changes {
        let later = change.steps.iter().filter_map(|id| aligned.ids.get(id)).cloned().collect::<Vec<_>>();
        change.steps.extend(later);
    }
    let hashes = steps::Hashes::of(before, after);
    let identity = |plan: &Plan| Identity { plan: plan.name.clone(), fingerprint: fingerprint(plan) };
    Diff {
        before: identity(before),
        after: identity(after),
        steps: steps::verdicts(before, after, &hashes, &changes),
        void_evidence: steps::void(before, after, &hashes),
        changes,
    }
}
