use std::fmt::Write as _;

use super::json::{Finding, report};
use super::{Diagnostic, Severity};
use crate::base::Sources;

/// All findings as a JUnit report: one failed test for each error, one passed test with a text for
/// each warning, and one passed test where there is none.
#[must_use]
pub fn to_junit(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let report = report(sources, diagnostics);
    let cases = report.diagnostics.len().max(1);
    let counts = format!("tests=\"{cases}\" failures=\"{}\" errors=\"0\"", report.errors);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"datamove check\" {counts}>\n"
    );
    if report.diagnostics.is_empty() {
        text.push_str("    <testcase classname=\"datamove\" name=\"no findings\"/>\n");
    }
    for finding in &report.diagnostics {
        case(finding, &mut text);
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(finding: &Finding, text: &mut String) {
    let place = finding.primary.as_ref().map_or_else(String::new, |place| {
        format!(" {}:{}:{}", place.file, place.start.line, place.start.column)
    });
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    let name = xml(&format!("{}{place}", finding.code));
    let _ = writeln!(text, "    <testcase classname=\"datamove\" name=\"{name}\">");
    let body = xml(&format!("{}{help}", finding.message));
    let _ = match finding.severity {
        Severity::Error => {
            writeln!(text, "      <failure message=\"{}\">{body}</failure>", xml(&finding.message))
        }
        Severity::Warning => writeln!(text, "      <system-out>{body}</system-out>"),
    };
    text.push_str("    </testcase>\n");
}

/// Text of an element or an attribute; characters that XML 1.0 cannot hold are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}
