use serde::{Deserialize, Serialize};

use crate::base::Origin;

/// How users are brought over, after the rows are: steps in order, each done by somebody. Part of the
/// fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cutover {
    /// The budget in seconds that all steps together keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downtime: Option<u64>,
    pub steps: Vec<CutStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<WayBack>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CutStep {
    pub name: String,
    /// Who does it, or has it done.
    pub owner: String,
    /// Seconds, as the plan expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<u64>,
    pub does: Does,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// datamove compares source and target; it is done only if nothing differs.
    Validate,
    /// Something that people or other programs do, and how they undo it: without that it is the point of
    /// no return.
    Manual { what: String, undo: Option<String> },
}

/// How long the rollback stays open, and what calls for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WayBack {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// For people, in the plan's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<String>,
}

/// So many seconds after a step was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Until {
    pub step: String,
    pub seconds: u64,
}

impl CutStep {
    /// True if nothing brings users back from it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self.does, Does::Manual { undo: None, .. })
    }
}

impl Cutover {
    /// The first step that cannot be undone.
    #[must_use]
    pub fn point_of_no_return(&self) -> Option<&CutStep> {
        self.steps.iter().find(|step| step.is_final())
    }

    /// What all steps take together, in seconds; `None` if one does not say.
    #[must_use]
    pub fn takes(&self) -> Option<u64> {
        self.steps.iter().map(|step| step.takes).sum()
    }

    /// Without where it stands.
    #[must_use]
    pub(crate) fn meant(&self) -> Self {
        let steps = self.steps.iter().map(|step| CutStep { origin: None, ..step.clone() });
        Self { steps: steps.collect(), origin: None, ..self.clone() }
    }
}
