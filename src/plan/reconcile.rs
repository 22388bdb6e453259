//! What is compared again after the load, and how it is known which rows were written since.

use serde::{Deserialize, Serialize};

use crate::base::Origin;
use crate::schema::SqlType;

/// `reconcile every … for …`: the comparison that comes again. Part of the fingerprint: who takes it out, or looks at
/// less, has another plan to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reconcile {
    /// Seconds from one run to the next: such as cron can say, see [`Rhythm`].
    pub every: u64,
    /// Seconds from the first good comparison to the last run.
    pub during: u64,
    pub checks: Reconciled,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Which rows the checks look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reconciled {
    /// All, every time.
    All,
    /// Of moves with a watermark, those that were written since the last good comparison.
    Changed,
}

impl Reconciled {
    /// Every choice with its word in a plan.
    pub const ALL: [(&str, Self); 2] = [("all", Self::All), ("changed", Self::Changed)];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Changed => "changed",
        }
    }
}

/// Rows that are drawn by the hash of their key and a seed, and compared as whole documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sample {
    /// Of each move with a key.
    pub rows: u64,
    /// Another number draws other rows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seed: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// `watermark c.updated_at overlap 5 min`: the column of a move's source that says when its row was last written.
///
/// It is NOT NULL and a timestamp. What was written since a moment are the rows whose value is at that moment or
/// later, less the overlap: a transaction may commit after a later one did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Watermark {
    /// Of the source's table.
    pub column: String,
    pub ty: SqlType,
    /// Seconds.
    pub overlap: u64,
}

/// How often something runs, as schedulers of every kind can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Every so many minutes, which the hour is a multiple of.
    Minutes(u64),
    /// Every so many hours, which the day is a multiple of.
    Hours(u64),
}

impl Rhythm {
    /// `None` if these seconds are none.
    #[must_use]
    pub const fn of(seconds: u64) -> Option<Self> {
        match seconds {
            60..3_600 if seconds.is_multiple_of(60) && 3_600u64.is_multiple_of(seconds) => {
                Some(Self::Minutes(seconds / 60))
            }
            3_600..=86_400 if seconds.is_multiple_of(3_600) && 86_400u64.is_multiple_of(seconds) => {
                Some(Self::Hours(seconds / 3_600))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rhythm;

    #[test]
    fn a_rhythm_comes_round_with_the_clock() {
        assert_eq!(Rhythm::of(60), Some(Rhythm::Minutes(1)));
        assert_eq!(Rhythm::of(30 * 60), Some(Rhythm::Minutes(30)));
        assert_eq!(Rhythm::of(3_600), Some(Rhythm::Hours(1)));
        assert_eq!(Rhythm::of(24 * 3_600), Some(Rhythm::Hours(24)));
        for wrong in [0, 1, 59, 61, 7 * 60, 90 * 60, 5 * 3_600, 48 * 3_600] {
            assert_eq!(Rhythm::of(wrong), None, "{wrong}");
        }
    }
}
