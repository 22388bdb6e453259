#![expect(clippy::disallowed_methods, reason = "policies and baselines are files")]
//! The team's rules and the findings that it knows already.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files;
use crate::Checked;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic, Problems, Severity, identified};
use crate::lint::{self, Config, Level, RULES};

const CONFIG: &str = "datamove.toml";

/// Adds what the rules of the nearest `datamove.toml` find; gives the number of errors among it.
pub(super) fn lint(checked: &mut Checked, plan: &Path) -> usize {
    let Some(path) = nearest(plan) else { return 0 };
    let before = checked.problems.errors();
    let shown = path.display().to_string();
    let config = match files::read(&path) {
        Ok(text) => Config::parse(&text).map_err(|why| unusable(&shown, &why)),
        Err(error) => Err(error.diagnostic(&shown, None)),
    };
    match config {
        Ok(config) => add(checked, &config, &shown),
        Err(found) => checked.problems.push(found),
    }
    checked.problems.errors() - before
}

fn unusable(shown: &str, why: &str) -> Diagnostic {
    Diagnostic::nowhere(Code::ConfigUnusable, format!("`{shown}` cannot be understood: {why}"))
        .help("`datamove explain DM0036` shows what it can say")
}

/// The file in the plan's folder or the nearest folder above it.
fn nearest(plan: &Path) -> Option<PathBuf> {
    let whole = fs::canonicalize(plan).ok()?;
    whole.ancestors().skip(1).map(|folder| folder.join(CONFIG)).find(|path| path.is_file())
}

fn add(checked: &mut Checked, config: &Config, shown: &str) {
    let Checked { sources, problems, plan: Some(plan), .. } = checked else { return };
    let (findings, unused) = lint::lint(plan, config);
    let main = sources.files().next().map(|(id, _)| Span::start_of(id));
    for finding in findings {
        let span = finding.found.origin.as_ref().and_then(|origin| sources.span_of(origin)).or(main);
        let mut found = match span {
            Some(span) => {
                Diagnostic::error(finding.code, finding.found.message, span, "by the rules of the team")
            }
            None => Diagnostic::nowhere(finding.code, finding.found.message),
        };
        found.severity = if finding.level == Level::Error { Severity::Error } else { Severity::Warning };
        problems.push(found.help(finding.found.help));
    }
    for one in unused {
        let message =
            format!("`{shown}` suppresses `{}` for `{}`, and nothing of it is found", one.rule, one.subject);
        let mut found = Diagnostic::nowhere(Code::SuppressionUnused, message).help("take the entry out");
        found.severity = Severity::Warning;
        problems.push(found);
    }
}

/// Findings that are known; written by `check --write-baseline`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    format_version: u32,
    findings: Vec<Known>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    code: String,
    message: String,
    /// Stays the same while lines move.
    fingerprint: String,
}

/// A plan with an error of its own has no bundle, so only warnings and the team's rules can be lived with.
fn can_be_known(found: &Diagnostic) -> bool {
    found.severity == Severity::Warning || RULES.iter().any(|rule| rule.code == found.code)
}

/// Takes out of the findings what the file knows; gives how many that were.
pub(super) fn without_known(checked: &mut Checked, path: &Path) -> Result<usize, Diagnostic> {
    let shown = path.display().to_string();
    let text = files::read(path).map_err(|error| error.diagnostic(&shown, None))?;
    let unusable = |why: String| {
        Diagnostic::nowhere(Code::BaselineUnusable, format!("`{shown}` is no baseline: {why}"))
            .help("write it with `datamove check PLAN --write-baseline FILE`")
    };
    let baseline: Baseline = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    if baseline.format_version != 1 {
        return Err(unusable(format!("its format_version is {}", baseline.format_version)));
    }
    let known: BTreeSet<String> = baseline.findings.into_iter().map(|one| one.fingerprint).collect();
    let all = identified(&checked.sources, &checked.problems.sorted());
    let before = all.len();
    let is_new = |(found, print): &(Diagnostic, String)| !(can_be_known(found) && known.contains(print));
    let kept: Problems = all.into_iter().filter(is_new).map(|(found, _)| found).collect();
    let taken = before - kept.errors() - kept.warnings();
    checked.problems = kept;
    Ok(taken)
}

/// Writes what can be lived with.
pub(super) fn write_baseline(checked: &Checked, path: &Path) -> Result<usize, Diagnostic> {
    let all = identified(&checked.sources, &checked.problems.sorted());
    let mut findings: Vec<Known> = all
        .into_iter()
        .filter(|(found, _)| can_be_known(found))
        .map(|(found, fingerprint)| Known {
            code: found.code.id().to_owned(),
            message: found.message,
            fingerprint,
        })
        .collect();
    findings.sort();
    let many = findings.len();
    let mut text =
        serde_json::to_string_pretty(&Baseline { format_version: 1, findings }).unwrap_or_default();
    text.push('\n');
    match fs::write(path, text) {
        Ok(()) => Ok(many),
        Err(error) => {
            let message = format!("`{}` cannot be written: {error}", path.display());
            Err(Diagnostic::nowhere(Code::BaselineUnusable, message)
                .help("name a file in a folder that is there"))
        }
    }
}
