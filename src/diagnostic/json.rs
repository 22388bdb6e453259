use serde::Serialize;

use super::{Diagnostic, Label, Severity};
use crate::base::{LineCol, Sources};

#[derive(Serialize)]
struct JsonReport {
    format_version: u32,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<JsonDiagnostic>,
}

#[derive(Serialize)]
struct JsonDiagnostic {
    code: &'static str,
    severity: Severity,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary: Option<JsonLabel>,
    secondary: Vec<JsonLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
struct JsonLabel {
    file: String,
    start: LineCol,
    end: LineCol,
    /// Byte offsets into the file.
    bytes: [u32; 2],
    text: String,
}

fn label(sources: &Sources, label: &Label) -> JsonLabel {
    let file = sources.file(label.span.file);
    JsonLabel {
        file: sources.shown(label.span.file),
        start: file.line_col(label.span.start),
        end: file.line_col(label.span.end),
        bytes: [label.span.start, label.span.end],
        text: label.text.clone(),
    }
}

/// All findings as one JSON document, ending in a newline.
#[must_use]
pub fn to_json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let report = JsonReport {
        format_version: 1,
        errors,
        warnings: diagnostics.len() - errors,
        diagnostics: diagnostics
            .iter()
            .map(|d| JsonDiagnostic {
                code: d.code.id(),
                severity: d.severity,
                message: d.message.clone(),
                primary: d.primary.as_ref().map(|l| label(sources, l)),
                secondary: d.secondary.iter().map(|l| label(sources, l)).collect(),
                help: d.help.clone(),
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}
