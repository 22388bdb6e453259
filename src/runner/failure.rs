use std::fmt;

use serde::{Serialize, Serializer};

use super::driver::{EngineError, Rule, Trouble};
use crate::base::Exit;
use crate::diagnostic::Code;
use crate::schema::Difference;

/// What a run ends with when it cannot go on.
pub type Result<T> = std::result::Result<T, Box<Failure>>;

/// Why a run stopped: what was being done, what the engine said, what that means for the data in
/// the target, and what to do. One line each, without a full stop, so that text and JSON agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    #[serde(serialize_with = "code_id")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub code: Code,
    pub message: String,
    /// The script, and the line of the statement in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// What was being done.
    #[serde(rename = "while", skip_serializing_if = "Option::is_none")]
    pub doing: Option<String>,
    /// The engine's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// What it means for the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The row that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Box<Refused>>,
    /// What is not as it was compiled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<Difference>,
    /// What failed besides, in other sessions of the same run; this one was the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Failure>,
    #[serde(skip)]
    pub exit: Exit,
}

/// A row that was refused, by its key and by what it breaks; never by its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refused {
    /// The source's key columns with their values; empty until the row is found.
    pub key: Vec<(String, String)>,
    #[serde(flatten)]
    pub rule: Rule,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |(name, value): &(String, String)| format!("`{name}` = {value}");
        let key: Vec<String> = self.key.iter().map(named).collect();
        let rule = [("constraint", &self.rule.constraint), ("column", &self.rule.column)];
        let rule = rule.iter().filter_map(|(word, name)| Some(format!("{word} `{}`", name.as_ref()?)));
        f.write_str(&key.into_iter().chain(rule).collect::<Vec<_>>().join(", "))
    }
}

/// A line of a file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    pub file: String,
    /// From 1; absent where the engine does not say which statement it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

// serde hands fields over by reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn code_id<S: Serializer>(code: &Code, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(code.id())
}

impl Failure {
    /// A failure with the exit code that its code usually has.
    pub fn new(code: Code, message: impl Into<String>) -> Box<Self> {
        let exit = exit_of(code);
        let message = message.into();
        Box::new(Self {
            code,
            message,
            at: None,
            doing: None,
            engine: None,
            state: None,
            help: None,
            row: None,
            drift: Vec::new(),
            also: Vec::new(),
            exit,
        })
    }

    #[must_use]
    pub fn at(mut self: Box<Self>, file: impl Into<String>, line: Option<u32>) -> Box<Self> {
        self.at = Some(Place { file: file.into(), line });
        self
    }

    #[must_use]
    pub fn doing(mut self: Box<Self>, text: impl Into<String>) -> Box<Self> {
        self.doing = Some(text.into());
        self
    }

    #[must_use]
    pub fn engine(mut self: Box<Self>, text: impl Into<String>) -> Box<Self> {
        self.engine = Some(text.into());
        self
    }

    #[must_use]
    pub fn state(mut self: Box<Self>, text: impl Into<String>) -> Box<Self> {
        self.state = Some(text.into());
        self
    }

    #[must_use]
    pub fn help(mut self: Box<Self>, text: impl Into<String>) -> Box<Self> {
        self.help = Some(text.into());
        self
    }

    /// What it means for the target, unless that is said already.
    #[must_use]
    pub fn or_state(mut self: Box<Self>, state: &str) -> Box<Self> {
        self.state.get_or_insert_with(|| state.to_owned());
        self
    }

    #[must_use]
    pub fn exit(mut self: Box<Self>, exit: Exit) -> Box<Self> {
        self.exit = exit;
        self
    }

    #[must_use]
    pub fn drift(mut self: Box<Self>, drift: Vec<Difference>) -> Box<Self> {
        self.drift = drift;
        self
    }

    /// The script that failed.
    pub(super) fn file(&self) -> Option<&str> {
        self.at.as_ref().map(|at| at.file.as_str())
    }

    /// Fails with the first of several failures, and the others beside it; succeeds if there are none.
    pub(super) fn all(failures: impl IntoIterator<Item = Self>) -> Result<()> {
        let mut failures = failures.into_iter();
        failures.next().map_or(Ok(()), |mut first| {
            first.also.extend(failures);
            Err(Box::new(first))
        })
    }

    /// For people, in the shape of the compiler's diagnostics; ends in a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, self.message);
        if let Some(place) = &self.at {
            let line = place.line.map_or(String::new(), |line| format!(":{line}"));
            text.extend(["  --> ", &place.file, &line, "\n"]);
        }
        for one in &self.drift {
            text.extend(["   = drift:  ", &one.to_string(), "\n"]);
        }
        let row = self.row.as_ref().map(ToString::to_string).filter(|row| !row.is_empty());
        let notes = [
            ("row", &row),
            ("while", &self.doing),
            ("engine", &self.engine),
            ("state", &self.state),
            ("help", &self.help),
        ];
        for (name, note) in notes {
            if let Some(note) = note {
                // A note of several lines stays under its name.
                let note = note.trim_end().replace('\n', &format!("\n{:12}", ""));
                text.extend(["   = ", &format!("{:<8}", format!("{name}:")), &note, "\n"]);
            }
        }
        for other in &self.also {
            text.extend(["\n", &other.to_text()]);
        }
        text
    }

    /// The failure that an engine's error amounts to, whatever was being done.
    #[must_use]
    pub fn from_engine(error: EngineError) -> Box<Self> {
        let row = error.rule.map(|rule| Box::new(Refused { key: Vec::new(), rule: *rule }));
        let mut failure = match error.trouble {
            Trouble::Raised { code, text } => raised(&code, &text),
            trouble => {
                let (code, message, help) = meaning(&trouble);
                Self::new(code, message).engine(error.message).help(help)
            }
        };
        failure.row = row;
        failure
    }
}

/// A script's own refusal. A code that this version does not know keeps its text.
fn raised(id: &str, text: &str) -> Box<Failure> {
    if let Some(code) = Code::from_id(id) {
        return Failure::new(code, text).help(format!("`datamove explain {code}` tells more"));
    }
    Failure::new(Code::ScriptRefused, format!("{id}: {text}"))
        .help("this version of datamove has no page for that code: the script's comments say what it checks")
}

/// Code, message and help for each kind of trouble that an engine can have.
fn meaning(trouble: &Trouble) -> (Code, &'static str, &'static str) {
    match trouble {
        Trouble::Locked => (
            Code::DatabaseLocked,
            "another program holds the database",
            "let the other program finish or stop it, then run the same command again",
        ),
        Trouble::Contended => (
            Code::Contended,
            "other sessions were in the way again and again",
            "find who holds locks on these tables and let them finish, then run the same command again",
        ),
        Trouble::TimedOut => (
            Code::TimedOut,
            "the server ended a statement",
            "if an administrator did not cancel it, it took too long: give this role a longer statement_timeout (MySQL: max_execution_time), or use a smaller \
             --batch-rows, then run the same command again",
        ),
        Trouble::Lost => (
            Code::ConnectionLost,
            "the connection to the server is gone",
            "make sure that the server is up and can be reached, then run the same command again",
        ),
        Trouble::Denied => (
            Code::RightsMissing,
            "the server does not let this role do what the bundle needs",
            "grant the right, or use a role that has it, then run the same command again",
        ),
        Trouble::Missing => (
            Code::TableMissing,
            "a table that the bundle works with is not there",
            "make sure that --target names the database of the plan; if its schema has changed, compile the \
             plan again",
        ),
        Trouble::Interrupted => {
            (Code::Interrupted, "stopped by a signal", "run the same command again to go on")
        }
        Trouble::ReadOnly => (
            Code::TargetReadOnly,
            "the target cannot be written",
            "SQLite: give this user the right to write the file and its folder; a server: name the primary, \
             and let it accept writes",
        ),
        Trouble::Full => (
            Code::DiskFull,
            "the disk is full",
            "make room where the database and its journal are, then run the same command again",
        ),
        Trouble::Corrupt => (
            Code::DatabaseUnusable,
            "the database is damaged or is not a database",
            "check it with the engine's own tool (`PRAGMA integrity_check`), and restore it if it is damaged",
        ),
        Trouble::CannotOpen => (
            Code::DatabaseUnusable,
            "the database cannot be opened",
            "check that the file and its folder can be read and written by this user",
        ),
        Trouble::Io => (
            Code::StatementFailed,
            "the engine could not read or write its files",
            "look at the disk and the system's log, then run the same command again",
        ),
        Trouble::Constraint => (
            Code::StatementFailed,
            "the target refused a row",
            "find the row that breaks the constraint: somebody changed the source or the target since the \
             preflight, or a trigger changes what is written",
        ),
        Trouble::Raised { .. } | Trouble::Other => (
            Code::StatementFailed,
            "the engine refused a statement",
            "if the schema of a side has changed since the plan was compiled, compile it again",
        ),
    }
}

/// The exit code of a run that stops with `code`.
fn exit_of(code: Code) -> Exit {
    match code {
        Code::LocationUnusable
        | Code::UrlUnreadable
        | Code::OtherServer
        | Code::PasswordFile
        | Code::RoleUnasked => Exit::Usage,
        Code::BundleChanged
        | Code::LedgerNewer
        | Code::SideChanged
        | Code::OtherPlanPrepared
        | Code::SignoffStale
        | Code::NotAsPlanned => Exit::Stale,
        Code::RunnerAtWork
        | Code::ThrottleBlind
        | Code::NothingToControl
        | Code::LedgerIncomplete
        | Code::LedgerEdited
        | Code::PreflightFailed
        | Code::ScriptRefused
        | Code::RollbackUnconfirmed
        | Code::RollbackClosed
        | Code::CutoverOrder
        | Code::SourceUnfit
        | Code::SourceChanged
        | Code::ValueUnfit
        | Code::RowRefused
        | Code::QuarantineFull
        | Code::NotLoaded
        | Code::StillRefused
        | Code::SignoffMissing
        | Code::SignoffRefused
        | Code::EvidenceMissing
        | Code::EvidenceStale
        | Code::EvidenceFailed
        | Code::EvidencePartial
        | Code::EvidenceForeign
        | Code::EvidenceVoided
        | Code::NothingToCatchUp
        | Code::NoCatchUp
        | Code::StillBehind
        | Code::RightsMissing => Exit::Refused,
        Code::ValidationFailed | Code::NothingExamined | Code::Unreconciled | Code::CopyDiffers => {
            Exit::Invalid
        }
        Code::SchemaDrift | Code::TableMissing => Exit::Drift,
        // The scripts' own codes refuse.
        other => match other.id() {
            id if ("DM0703".."DM0720").contains(&id) => Exit::Refused,
            _ => Exit::Internal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_runner_has_a_page_that_says_what_to_do() {
        let ours = |code: &&Code| {
            matches!(&code.id()[..5], "DM001" | "DM002" | "DM072" | "DM073" | "DM074" | "DM077")
        };
        for code in Code::ALL.iter().filter(ours) {
            let page = code.page();
            assert!(page.starts_with(&format!("# {code}: {}\n\n", code.title())), "{code}");
            assert!(page.contains("\n## What to do\n\n"), "{code}");
        }
    }

    #[test]
    fn a_failure_reads_like_a_diagnostic() {
        let failure = Failure::from_engine(EngineError::new(Trouble::Full, "database or disk is full"))
            .at("sql/27_finish.sql", Some(12))
            .doing("finishing")
            .state("all rows\nare moved");
        assert_eq!(
            failure.to_text(),
            "error[DM0817]: the disk is full
  --> sql/27_finish.sql:12
   = while:  finishing
   = engine: database or disk is full
   = state:  all rows
            are moved
   = help:   make room where the database and its journal are, then run the same command again
"
        );
    }

    #[test]
    fn a_code_of_a_later_version_keeps_its_text() {
        let trouble = Trouble::Raised { code: "DM9999".to_owned(), text: "no".to_owned() };
        let failure = Failure::from_engine(EngineError::new(trouble, ""));
        assert_eq!((failure.code, failure.message.as_str()), (Code::ScriptRefused, "DM9999: no"));
    }
}
