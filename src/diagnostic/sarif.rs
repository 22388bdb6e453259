use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::identity::identities;
use super::json::{Finding, Place, pretty, report};
use super::{Code, Diagnostic, Severity};
use crate::base::Sources;

/// All findings in the Static Analysis Results Interchange Format 2.1.0 (OASIS), as GitHub's code
/// scanning takes it: rules with their pages, and fingerprints that survive moved lines.
#[must_use]
pub fn to_sarif(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let report = report(sources, diagnostics);
    let codes: BTreeSet<Code> = report.diagnostics.iter().map(|finding| finding.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let results: Vec<Value> = report
        .diagnostics
        .iter()
        .zip(identities(&report))
        .map(|(finding, identity)| result(finding, &identity, &codes))
        .collect();
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "datamove",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().copied().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "shortDescription": { "text": code.title() },
        "help": { "text": format!("datamove explain {code}"), "markdown": code.page() },
    })
}

fn result(finding: &Finding, identity: &str, codes: &[Code]) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.code.id(),
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": level,
        "message": { "text": text },
        "locations": finding.primary.iter().map(location).collect::<Vec<_>>(),
        "partialFingerprints": { "datamove/v1": identity },
    });
    if !finding.secondary.is_empty() {
        result["relatedLocations"] = finding.secondary.iter().map(location).collect();
    }
    result
}

fn location(place: &Place) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file) },
            "region": {
                "startLine": place.start.line,
                "startColumn": place.start.column,
                "endLine": place.end.line,
                "endColumn": place.end.column,
            },
        },
        "message": { "text": place.text },
    })
}

/// A path as a URI reference, relative where the path is.
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
