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
    "DM0102" UnknownItem "no item begins with this word";
    "DM0103" UnknownClause "no clause begins with this word";
    "DM0104" ClauseForm "a clause is not complete";
    "DM0105" ItemForm "an item is not complete";
    "DM0106" WrongArrow "the wrong arrow";
    "DM0107" ReasonMissing "a reason is missing";
    "DM0108" JoinCount "a join does not say how many rows it may match";
    "DM0109" ExpressionMissing "an expression is missing";
    "DM0110" Unclosed "something opened is not closed, or closed and not open";
    "DM0111" UnclosedString "a string is not closed";
    "DM0112" WrongQuotes "the wrong kind of quotes";
    "DM0113" UnknownEscape "an escape that the language does not have";
    "DM0114" ForeignMark "a mark from another language";
    "DM0115" ControlCharacter "an invisible character";
    "DM0116" BidiCharacter "a character that changes the direction of the text";
    "DM0117" TooBig "the text is longer or deeper than the limits";
    "DM0118" UnknownConflict "no answer to a conflict has this name";
    "DM0119" NoSuchDay "a date that is not a day";
    "DM0120" NumberForm "a number that the language cannot write";
    "DM0121" EditionForm "an edition that is not a year";
    "DM0122" DocMisplaced "a doc comment that documents nothing";

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
