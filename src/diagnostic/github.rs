use std::fmt::Write as _;

use super::json::{Finding, report};
use super::{Diagnostic, Severity};
use crate::base::Sources;

/// All findings as workflow commands, one a line, which GitHub shows at the lines of a pull request.
#[must_use]
pub fn to_github(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    report(sources, diagnostics).diagnostics.iter().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("::{word} title={}", property(finding.code.id()));
    if let Some(place) = &finding.primary {
        let _ = write!(
            text,
            ",file={},line={},endLine={}",
            property(&place.file),
            place.start.line,
            place.end.line
        );
        // GitHub takes columns only of places within one line.
        if place.start.line == place.end.line {
            let _ = write!(text, ",col={},endColumn={}", place.start.column, place.end.column);
        }
    }
    text.push_str("::");
    text.push_str(&data(&finding.message));
    if let Some(help) = &finding.help {
        text.push_str("%0Ahelp: ");
        text.push_str(&data(help));
    }
    text.push('\n');
    text
}

/// A message, which ends where the line does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
