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
    "DM0702" OtherPlanPrepared "the target was prepared by another version of the plan";
    "DM0703" PreflightFailed "the source holds rows that the plan cannot move";
    "DM0704" ValidationFailed "the moved rows are not what the plan says";
    "DM0705" TargetWrittenByOthers "the target was written by somebody else during the load";
    "DM0706" TargetNotEmpty "a table that must be empty has rows";
    "DM0707" KeysExist "keys that are to be inserted exist in the target";
    "DM0708" StepsNotDone "steps of the load are not done";
    "DM0709" LookupFailed "a value has no entry in its map or reference";
    "DM0710" NumberLost "a number cannot be computed exactly";
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
