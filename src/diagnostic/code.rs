//! The codes. One line each: the code, the name that Rust calls it by, and its one-line title.
//! A code is never reused and never changes its meaning; its page is `explain/pages/CODE.md`.

use std::fmt;

macro_rules! codes {
    ($($id:literal $name:ident $title:literal;)+) => {
        /// The stable name of a kind of finding, such as `DM0302`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// `DM` and four digits.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// What kind of finding it is, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// The page that `datamove explain` shows, in Markdown.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../explain/pages/", $id, ".md")),)+
                }
            }
        }
    };
}

codes! {
    // Files and folders
    "DM0001" FileMissing "a file that the plan names cannot be read";
    "DM0010" BundleUnreadable "the bundle's folder cannot be read";
    "DM0011" ManifestUnreadable "the bundle's manifest cannot be understood";
    "DM0012" DatabaseMissing "a database file is not there";
    "DM0013" DatabaseUnusable "a file cannot be opened as a database";
    "DM0014" LocationUnusable "a location of a database does not fit the bundle";
    "DM0015" EngineNotYet "this version does not run bundles on that engine";

    // Syntax of the plan
    "DM0101" Syntax "the text is not in the plan language";

    // Reading DDL
    "DM0201" DdlUnreadable "a statement that matters to the move cannot be read";

    // Names
    "DM0301" UnknownTable "no table of that name in the schema";

    // Types and claims
    "DM0401" ColumnLost "a source column is neither mapped nor dropped";

    // Order
    "DM0501" Cycle "a cycle of references that cannot be broken";

    // Rollback and compilation
    "DM0601" NoCover "a move that could not be rolled back";

    // Bundles, servers and runs
    "DM0701" BundleChanged "the bundle's files are not the ones that were compiled";
    "DM0720" DatabaseLocked "another program holds the database";
    "DM0721" TargetReadOnly "the target cannot be written";
    "DM0722" RunnerAtWork "another datamove is at work on the target";
    "DM0723" StatementFailed "the engine refused a statement of a script";
    "DM0724" ScriptRefused "a script of the bundle stopped the run";
    "DM0725" NoProgress "a step runs again and again and moves nothing";
    "DM0726" LedgerUnexpected "the ledger in the target is not as the scripts write it";
    "DM0727" PreflightRefused "the data breaks a claim of the plan";
    "DM0728" ValidationFailed "the validation found a difference";
    "DM0729" NothingExamined "a validation that looked at nothing";
    "DM0730" RollbackUnconfirmed "a rollback needs --yes";
    "DM0731" OtherBundle "another bundle prepared the target";
}

/// The part of the work that a code belongs to; the first two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Files,
    Syntax,
    Ddl,
    Names,
    Claims,
    Order,
    Compile,
    Run,
}

impl Code {
    /// The code that `id` names, in any letter case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }

    #[must_use]
    pub fn family(self) -> Family {
        match &self.id()[..4] {
            "DM00" => Family::Files,
            "DM01" => Family::Syntax,
            "DM02" => Family::Ddl,
            "DM03" => Family::Names,
            "DM04" => Family::Claims,
            "DM05" => Family::Order,
            "DM06" => Family::Compile,
            _ => Family::Run,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
