//! What is wrong, where, what contradicts it, and what to do: as data first, as text last.
//!
//! Every phase adds to one [`Problems`]; nothing prints. The human text and the JSON are rendered
//! from the same [`Diagnostic`], so that they cannot disagree.

mod code;
mod github;
mod gitlab;
mod identity;
mod json;
mod junit;
mod problems;
mod sarif;
mod text;

pub use code::{Code, Family};
pub use github::to_github;
pub use gitlab::to_gitlab;
#[cfg(test)]
pub(crate) use json::Report;
pub use json::to_json;
pub use junit::to_junit;
pub use problems::Problems;
pub use sarif::to_sarif;
pub use text::to_text;

use crate::base::Span;

/// How bad it is. An error keeps a plan from being compiled; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// A span with what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// One line that stands alone, without a full stop.
    pub message: String,
    /// Where it is; absent only for findings about files that could not be read at all.
    pub primary: Option<Label>,
    /// What it contradicts: a DDL column, an earlier definition.
    pub secondary: Vec<Label>,
    /// The edit that mends it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`; `label` says in a few words what is the matter right there.
    pub fn error(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Some(Label { span, text: label.into() }),
            secondary: Vec::new(),
            help: None,
        }
    }

    /// A warning at `span`.
    pub fn warning(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span, label) }
    }

    /// An error that has no place in any text that was read.
    pub fn nowhere(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            help: None,
        }
    }

    /// Adds a second place: what this contradicts.
    #[must_use]
    pub fn see(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds the edit that mends it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds the edit that mends it, unless a better one is known.
    #[must_use]
    pub fn or_help(self, text: impl Into<String>) -> Self {
        if self.help.is_some() { self } else { self.help(text) }
    }

    /// Adds the names that were probably meant, if there are any and no other help was given.
    #[must_use]
    pub fn did_you_mean<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        if self.help.is_some() {
            return self;
        }
        match crate::base::nearest(name, candidates).as_slice() {
            [] => self,
            [one] => self.help(format!("did you mean `{one}`?")),
            [first @ .., last] => {
                let first = first.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                self.help(format!("did you mean {first} or `{last}`?"))
            }
        }
    }
}
