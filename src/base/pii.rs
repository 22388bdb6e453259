use serde::{Deserialize, Serialize};

/// What a plan says about the values of a column and people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pii {
    /// `not pii`: they are about nobody, whatever the column is called.
    Not,
    /// `pii hash`: reports show a short salted hash, so that equal values are seen to be equal.
    Hash,
    /// `pii`: no report shows them.
    Mask,
}

impl Pii {
    /// As a plan says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Not => "not pii",
            Self::Hash => "pii hash",
            Self::Mask => "pii",
        }
    }
}
