use serde::Serialize;

use super::{Code, Diagnostic, Label, Severity};
use crate::base::{LineCol, Sources};

/// All findings with their places as people count them: what every format is written from.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Report {
    format_version: u32,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) diagnostics: Vec<Finding>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Finding {
    #[serde(serialize_with = "code_id")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) primary: Option<Place>,
    pub(super) secondary: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Place {
    pub(super) file: String,
    pub(super) start: LineCol,
    /// Of the character behind the last one.
    pub(super) end: LineCol,
    /// Byte offsets into the file.
    bytes: [u32; 2],
    pub(super) text: String,
    /// The file's first line of the place, without spaces around it.
    #[serde(skip)]
    pub(super) line: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn code_id<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.id())
}

fn place(sources: &Sources, label: &Label) -> Place {
    let file = sources.file(label.span.file);
    let start = file.line_col(label.span.start);
    let line = file.text.lines().nth(start.line as usize - 1).unwrap_or_default();
    Place {
        file: sources.shown(label.span.file),
        start,
        end: file.line_col(label.span.end),
        bytes: [label.span.start, label.span.end],
        text: label.text.clone(),
        line: line.trim().to_owned(),
    }
}

pub(super) fn report(sources: &Sources, diagnostics: &[Diagnostic]) -> Report {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    Report {
        format_version: 1,
        errors,
        warnings: diagnostics.len() - errors,
        diagnostics: diagnostics
            .iter()
            .map(|d| Finding {
                code: d.code,
                severity: d.severity,
                message: d.message.clone(),
                primary: d.primary.as_ref().map(|l| place(sources, l)),
                secondary: d.secondary.iter().map(|l| place(sources, l)).collect(),
                help: d.help.clone(),
            })
            .collect(),
    }
}

/// All findings as one JSON document, ending in a newline.
#[must_use]
pub fn to_json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    pretty(&report(sources, diagnostics))
}

/// Indented JSON with a newline at the end.
pub(super) fn pretty<T: Serialize>(document: &T) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
