use std::fmt::Debug;

use serde::Serialize;

use super::failure::Result;
use super::stage::flow::Piece;
use super::state::{Ledger, Undone};
use crate::artifact::manifest::StagingEntry;
use crate::base::Engine;

/// A value that a script returns; runners need no other types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
}

/// The rows that one statement returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

impl RowSet {
    /// The place of a column, by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The text of a value; `""` for NULL and for a column that is not there.
    #[must_use]
    pub fn text(&self, row: &[Value], name: &str) -> String {
        match self.column(name).and_then(|column| row.get(column)) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Null) | None => String::new(),
        }
    }

    /// A count; `None` for NULL, for what is no count, and for a column that is not there. Servers
    /// send their numbers as text.
    #[must_use]
    pub fn count(&self, row: &[Value], name: &str) -> Option<u64> {
        match self.column(name).and_then(|column| row.get(column)) {
            Some(Value::Int(number)) => u64::try_from(*number).ok(),
            Some(Value::Text(digits)) => digits.parse().ok(),
            Some(Value::Null) | None => None,
        }
    }
}

/// A script as it is run.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// Relative to the bundle.
    pub path: &'a str,
    pub text: &'a str,
}

/// What kind of trouble an engine reports; the same words for every engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A script refused by an error that holds `datamove DMnnnn: …`.
    Raised {
        code: String,
        text: String,
    },
    Locked,
    /// A lock was not free in time, a deadlock was broken, or a transaction came in another's way:
    /// the same statement may succeed when it is run again.
    Contended,
    /// The server's own limit of time for a statement.
    TimedOut,
    /// The connection is gone.
    Lost,
    /// The role lacks a right.
    Denied,
    /// A table that a script names is not there.
    Missing,
    ReadOnly,
    Full,
    Corrupt,
    CannotOpen,
    Io,
    Constraint,
    /// Stopped from this side.
    Interrupted,
    Other,
}

/// An engine's error in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineError {
    pub trouble: Trouble,
    pub message: String,
    /// The line of the statement in the script, from 1.
    pub line: Option<u32>,
    /// What a row breaks, if it is a row that was refused.
    pub rule: Option<Box<Rule>>,
}

/// What the target holds its rows to, as far as the engine names it. Never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rule {
    /// The engine's code for what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The constraint, or the index that enforces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// Columns as the engine names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Rule {
    /// In the order of [`WHY`].
    #[must_use]
    pub fn texts(&self) -> [Option<&str>; 3] {
        [&self.code, &self.constraint, &self.column].map(Option::as_deref)
    }
}

impl EngineError {
    pub fn new(trouble: Trouble, message: impl Into<String>) -> Self {
        Self { trouble, message: message.into(), line: None, rule: None }
    }

    /// An error about a row, which breaks `rule`.
    #[must_use]
    pub fn of_row(self, rule: Option<Rule>) -> Self {
        Self { rule: rule.map(Box::new), ..self }
    }
}

/// One run of a script: every row that came before it ended or failed.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub sets: Vec<RowSet>,
    pub error: Option<EngineError>,
}

/// Is told of every statement and may stop the run there.
pub trait Watch {
    /// Before the statement that begins on `line`. An error keeps it from being run.
    fn before(&mut self, line: u32) -> std::result::Result<(), EngineError>;
    /// After it succeeded. An error stops the script as a lost connection would.
    fn after(&mut self, line: u32) -> std::result::Result<(), EngineError>;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWatch;

impl Watch for NoWatch {
    fn before(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        Ok(())
    }

    fn after(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        Ok(())
    }
}

/// What a runner says to the scripts through the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Rows of a batch.
    BatchRows,
    /// Batches of one run of a script; engines without loops always do one.
    Batches,
    /// Seconds that a statement may take, where the server can end one.
    Patience,
    /// So many ranges a step is cut into, where it was not cut yet and can be.
    Parts,
    /// The number of the evidence since which changed rows are looked at; all rows without it.
    Since,
    /// What a sample is drawn by.
    Seed,
    /// The number of a step's batch whose rows are set aside; where rows are tried again, any number says that they were
    /// refused once more.
    Aside,
    /// The first and the last of the rows that are tried again, by their numbers in the ledger.
    RedriveFrom,
    RedriveTo,
}

impl Setting {
    /// All that scripts look for; [`Self::Patience`] is the server's own.
    pub const ALL: [Self; 8] = [
        Self::BatchRows,
        Self::Batches,
        Self::Parts,
        Self::Since,
        Self::Seed,
        Self::Aside,
        Self::RedriveFrom,
        Self::RedriveTo,
    ];

    /// What scripts look for; servers put `datamove` before it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BatchRows => "batch_rows",
            Self::Batches => "batches",
            Self::Parts => "parts",
            Self::Patience => "patience",
            Self::Since => "since",
            Self::Seed => "seed",
            Self::Aside => "aside",
            Self::RedriveFrom => "redrive_from",
            Self::RedriveTo => "redrive_to",
        }
    }
}

/// What a session of a server says to scripts, in an order that is always the same.
#[derive(Clone, Debug, Default)]
pub struct Said {
    numbers: [Option<u64>; Setting::ALL.len()],
    rule: Rule,
}

/// Why rows are set aside, as scripts look for it.
pub const WHY: [&str; 3] = ["aside_code", "aside_constraint", "aside_column"];

impl Said {
    pub fn set(&mut self, setting: Setting, value: Option<u64>) {
        for (known, slot) in Setting::ALL.iter().zip(&mut self.numbers) {
            if *known == setting {
                *slot = value;
            }
        }
    }

    pub fn why(&mut self, rule: &Rule) {
        self.rule = rule.clone();
    }

    /// Each setting's word with its value.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Option<String>)> {
        let numbers = Setting::ALL.iter().zip(self.numbers);
        let why = WHY.into_iter().zip(self.rule.texts().map(|text| text.map(str::to_owned)));
        numbers.map(|(setting, value)| (setting.word(), value.map(|number| number.to_string()))).chain(why)
    }
}

/// A connection that can be asked.
pub trait Session: Debug + Send {
    fn engine(&self) -> Engine;

    /// The rows of one statement.
    fn query(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError>;
}

/// What a batch of copied rows is made of.
pub trait Loading {
    /// The next rows; `None` once the batch is complete.
    fn piece(&mut self) -> Option<Piece>;

    /// After all rows: the statement that marks them in the ledger.
    fn mark(&mut self) -> Loaded;
}

/// How a batch ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// With this statement, which changes one row if the ledger is as it should be.
    Mark(String),
    /// Not at all: nothing of it may stay.
    Failed,
}

/// A connection to the target, with the source visible in it as the bundle's link says.
pub trait Driver: Debug + Send {
    /// The same connection, for questions.
    fn session(&mut self) -> &mut dyn Session;

    /// Keeps every other runner of `plan` away from this target until the driver is gone.
    fn lock(&mut self, plan: &str) -> Result<()>;

    /// Says that other sessions of the same runner work beside this one, and which of them this is: what
    /// scripts make under a fixed name gets its number. The first of them, which holds the lock, has none.
    fn beside(&mut self, plan: &str, number: u64) {
        let _ = (plan, number);
    }

    /// Connects again after [`Trouble::Lost`], and takes the lock again if it was held.
    fn reconnect(&mut self) -> Result<()>;

    /// Says `value` to the scripts; `None` takes it back.
    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError>;

    /// Says to the scripts why rows are set aside.
    fn why(&mut self, rule: &Rule) -> std::result::Result<(), EngineError>;

    /// Runs a script statement by statement, in a session as a stock client would have it. After
    /// an error no transaction is open.
    fn run(&mut self, script: Script<'_>, watch: &mut dyn Watch) -> Run;

    /// Writes one batch of copied rows in one transaction with its mark, and commits if the mark changed
    /// one row of the ledger; gives how many it would have changed.
    fn load(
        &mut self,
        entry: &StagingEntry,
        batch: &mut dyn Loading,
    ) -> std::result::Result<u64, EngineError> {
        let _ = (entry, batch);
        Err(EngineError::new(
            Trouble::Other,
            format!("rows cannot be copied into {} yet", self.session().engine()),
        ))
    }

    /// What the ledger of that name says now; `None` if there is none.
    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError>;

    /// What the undo tables of that ledger hold, by table.
    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError>;

    /// Ends the session. Dropping a driver does the same, but does not say what went wrong.
    fn close(self: Box<Self>) -> std::result::Result<(), EngineError>;
}
