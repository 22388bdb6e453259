use serde::Serialize;

use super::identity::identities;
use super::json::{pretty, report};
use super::{Diagnostic, Severity};
use crate::base::Sources;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// All findings as GitLab's code quality report: the widget of a merge request shows which are new.
#[must_use]
pub fn to_gitlab(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let report = report(sources, diagnostics);
    let identities = identities(&report);
    // A path is demanded; a finding without a place is shown at the plan.
    let main = sources.files().next().map_or_else(|| "plan".to_owned(), |(id, _)| sources.shown(id));
    let issues: Vec<Issue> = report
        .diagnostics
        .into_iter()
        .zip(identities)
        .map(|(finding, fingerprint)| {
            let (path, begin) =
                finding.primary.map_or_else(|| (main.clone(), 1), |place| (place.file, place.start.line));
            Issue {
                description: match finding.help {
                    Some(help) => format!("{}; {help}", finding.message),
                    None => finding.message,
                },
                check_name: finding.code.id(),
                fingerprint,
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                },
                location: Location { path, lines: Lines { begin } },
            }
        })
        .collect();
    pretty(&issues)
}
