//! Evidence: what a run of checks looked at, where and when, and what it found.
//!
//! It is kept in the target's ledger, in a transaction of its own after the checks, so that the scripts
//! of the checks write nothing. A gate asks it later: [`gate::judge`].

pub mod gate;
pub(super) mod observe;
pub(super) mod table;

use serde::Serialize;

use super::checks::{Check, Differing, Verdict};
use crate::artifact::manifest::ScriptKind;
pub(super) use observe::Observed;

/// For so long a comparison is believed if nobody says otherwise: a day.
pub const GOOD_FOR: u64 = 24 * 60 * 60;

/// One run of checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Its number in the ledger; absent where it was not kept.
    pub number: Option<u64>,
    pub kind: Kind,
    /// The script whose checks ran, relative to the bundle.
    pub script: String,
    /// Of the plan.
    pub fingerprint: String,
    /// When the checks began, by the target's clock, in UTC.
    #[serde(flatten)]
    pub moment: Moment,
    /// Seconds for which a gate believes it.
    pub good_for: u64,
    pub source: Side,
    pub target: Side,
    pub relied_on: RelyOn,
    pub coverage: Coverage,
    pub checks: u64,
    pub failed: u64,
    /// Rows that all checks looked at, and that they had to look at.
    pub examined: u64,
    pub expected: u64,
    /// Rows, keys or groups that offend.
    pub bad: u64,
    pub verdict: Verdict,
    /// Why it counts no more: what was written since.
    pub voided: Option<String>,
}

/// A server's or a file's identity, and where it stood when the checks began. No host, path or user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Side {
    pub server: String,
    pub position: String,
}

/// A moment of the target's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Moment {
    /// `2026-11-22T12:00:00Z`.
    pub at: String,
    /// Seconds since 1970.
    pub second: u64,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// The word in the ledger and in reports.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// Which checks they were.
    Kind {
        /// Before the load: what would break it.
        Preflight "preflight",
        /// After it: source against target.
        Validate "validate",
        /// Again, later.
        Reconcile "reconcile",
    }
}

words! {
    /// Why writes that go on are not taken for differences.
    RelyOn {
        /// All checks read one moment of both sides.
        Snapshot "snapshot",
        /// The same, and what differed was looked at again after a pause.
        Rechecked "snapshot_and_recheck",
    }
}

words! {
    /// How much of what is to be proven was looked at.
    Coverage {
        Whole "whole",
        /// Rows that were written since an earlier comparison; not what went, and not what is older.
        Changed "changed",
        /// Copies of the source's rows against the target; not the source itself.
        Copies "copies",
        /// The checks came to no end, or left rows out.
        Part "part",
    }
}

impl Kind {
    /// The kind that the checks of a script are.
    #[must_use]
    pub const fn of(script: ScriptKind) -> Self {
        match script {
            ScriptKind::Validate => Self::Validate,
            ScriptKind::Reconcile => Self::Reconcile,
            _ => Self::Preflight,
        }
    }
}

impl Evidence {
    /// What was found proves this of the servers that were observed.
    pub(super) fn of(
        kind: Kind,
        (script, fingerprint): (&str, &str),
        observed: Observed,
        found: &Found,
    ) -> Self {
        let Found { checks, ended, rechecked, meant, .. } = found;
        let sum = |of: fn(&Check) -> Option<u64>| checks.iter().filter_map(of).fold(0, u64::saturating_add);
        let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
        let left_out = checks.iter().any(|check| check.examined.is_none() || check.examined < check.expected);
        let whole = *ended && !checks.is_empty() && !left_out;
        let (examined, bad) = (sum(|check| check.examined), sum(|check| check.bad));
        let passed = whole && failed == 0 && examined > 0;
        Self {
            number: None,
            kind,
            script: script.to_owned(),
            fingerprint: fingerprint.to_owned(),
            moment: observed.moment,
            good_for: GOOD_FOR,
            source: observed.source,
            target: observed.target,
            relied_on: if *rechecked { RelyOn::Rechecked } else { RelyOn::Snapshot },
            coverage: if whole { meant.unwrap_or(Coverage::Whole) } else { Coverage::Part },
            checks: u64::try_from(checks.len()).unwrap_or(u64::MAX),
            failed: u64::try_from(failed).unwrap_or(u64::MAX),
            examined,
            expected: sum(|check| check.expected),
            bad,
            verdict: if passed { Verdict::Pass } else { Verdict::Fail },
            voided: None,
        }
    }
}

/// What a run of checks found, before it is judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub checks: Vec<Check>,
    pub differences: Vec<Differing>,
    /// All of the script was run, up to the verdict.
    pub ended: bool,
    /// What differed was looked at again.
    pub rechecked: bool,
    /// What was meant to be looked at, if it was not everything.
    pub meant: Option<Coverage>,
    /// How far the source has come, by step: what a later run begins with.
    pub marks: Vec<(String, String)>,
}

impl Found {
    /// What other checks found, behind what these did.
    pub(super) fn add(&mut self, other: Self) {
        self.checks.extend(other.checks);
        self.checks.sort_by_key(|check| check.verdict);
        self.differences.extend(other.differences);
        self.ended &= other.ended;
        self.meant = self.meant.max(other.meant);
        self.marks.extend(other.marks);
    }
}

/// Evidence beside what a gate says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Judged {
    #[serde(flatten)]
    pub evidence: Evidence,
    /// Seconds since it was taken, by the target's clock.
    pub age: u64,
    /// A gate would let it pass.
    pub accepted: bool,
    /// Why it would not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
