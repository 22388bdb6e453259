use serde::{Deserialize, Serialize};

use super::TargetTable;
use crate::base::Origin;

/// What the plan's `strategy` says; `None` where it says nothing. What comes of it for each table
/// stands in the table, and only that counts for the fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Strategy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Constraints>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggers: Option<Triggers>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Strategy {
    /// True if the plan leaves everything to the compiler.
    #[must_use]
    pub fn is_unsaid(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of foreign keys and of indexes that are not unique, while rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Constraints {
    /// Taken away before the load, and built and checked over all rows at once after it.
    Postpone,
    /// Kept up row by row.
    Keep,
}

impl Constraints {
    /// Every choice with its word in a plan.
    pub const ALL: [(&str, Self); 2] = [("postpone", Self::Postpone), ("keep", Self::Keep)];
}

/// What becomes of triggers of the target's tables, while rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Triggers {
    /// Switched off before the load, and on again after it.
    Off,
    /// They fire; each needs an `accept trigger`.
    Fire,
}

impl Triggers {
    /// Every choice with its word in a plan.
    pub const ALL: [(&str, Self); 2] = [("off", Self::Off), ("fire", Self::Fire)];
}

impl TargetTable {
    /// The load changes the table's structure for a while, which only its owner may do.
    #[must_use]
    pub const fn alters_structure(&self) -> bool {
        self.postpones || self.triggers_off
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}
