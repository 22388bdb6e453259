//! What a claim of a move can be about.

use serde::{Deserialize, Serialize};

/// The kinds, each with the word that plans and ids have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// Stored values are of the declared type (engines that do not see to it).
    Type,
    /// The text is no longer than the target's length.
    Length,
    /// The number is in the target's range.
    Range,
    /// No digits, fraction or characters are lost.
    Lossy,
    /// No NULL reaches a NOT NULL column.
    Null,
    /// Every value is in the values map or among the target's labels.
    Values,
    /// Every local time is there exactly once in its zone.
    Zone,
    /// Text that is lower- or upper-cased is ASCII (engines that know no more).
    Ascii,
    /// The join matches at most (and without `left` at least) one row.
    Join,
    /// Every reference finds its parent.
    Orphan,
    /// The target's unique key stays unique after the transform.
    Unique,
    /// The target's CHECK holds.
    Check,
    /// The scope has rows.
    Scope,
    /// Triggers on the target do not change what is written.
    Trigger,
}

impl ClaimKind {
    pub const ALL: [Self; 14] = [
        Self::Type,
        Self::Length,
        Self::Range,
        Self::Lossy,
        Self::Null,
        Self::Values,
        Self::Zone,
        Self::Ascii,
        Self::Join,
        Self::Orphan,
        Self::Unique,
        Self::Check,
        Self::Scope,
        Self::Trigger,
    ];

    /// The word that `accept` takes and ids carry.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Length => "length",
            Self::Range => "range",
            Self::Lossy => "lossy",
            Self::Null => "null",
            Self::Values => "values",
            Self::Zone => "zone",
            Self::Ascii => "ascii",
            Self::Join => "join",
            Self::Orphan => "orphan",
            Self::Unique => "unique",
            Self::Check => "check",
            Self::Scope => "scope",
            Self::Trigger => "trigger",
        }
    }
}
