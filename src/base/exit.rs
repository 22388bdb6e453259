use serde::{Serialize, Serializer};

/// What a command's exit code says. The numbers are a contract with every pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, nothing to report.
    Done = 0,
    /// An internal or I/O error.
    Internal = 1,
    /// Differences, only where they were asked for.
    Differences = 2,
    /// The plan has errors.
    PlanErrors = 3,
    /// A policy or a gate refused.
    Refused = 4,
    /// A stale bundle, lock or approval.
    Stale = 5,
    /// Drift was found.
    Drift = 6,
    /// The validation failed.
    Invalid = 7,
    /// The command line is wrong.
    Usage = 64,
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl Serialize for Exit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}
