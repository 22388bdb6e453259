use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::output::{self, Format};
use super::{files, lints, live};
use crate::Checked;
use crate::base::Exit;
use crate::diagnostic;

/// Check a plan against both schemas. Reads files only, and reports everything at once.
///
/// With --live-source or --live-target it also compares that side's schema files with the database: each
/// difference is a finding, and the exit code is 6.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plan file; what it imports and the DDL files are named in it.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// A database that must have the source's schema: a path or a URL. It is only read.
    #[arg(long, value_name = "LOCATION")]
    live_source: Option<String>,
    /// A database that must have the target's schema.
    #[arg(long, value_name = "LOCATION")]
    live_target: Option<String>,
    /// Leave out findings that this file knows: warnings, and those of the team's rules.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write such a file of what is found now, and exit with 0 if the plan has no errors of its own.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// How the findings are written to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: Findings,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Findings {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands: annotations on a pull request.
    Github,
    /// A code quality report: the widget of a merge request.
    Gitlab,
    /// A JUnit report, which every build server reads.
    Junit,
}

impl From<Format> for Findings {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Json => Self::Json,
        }
    }
}

pub(super) fn run(args: &Args) -> Exit {
    let mut checked = files::check(&args.plan);
    let before = checked.problems.errors();
    if let Some(path) = &args.write_baseline {
        lints::lint(&mut checked, &args.plan);
        return if before == 0 { known(&checked, path) } else { report(&checked, args.format, true) };
    }
    let mut ruled = lints::lint(&mut checked, &args.plan);
    if let Some(path) = &args.baseline {
        match lints::without_known(&mut checked, path) {
            Ok(_) => ruled = checked.problems.errors().saturating_sub(before),
            Err(found) => checked.problems.push(found),
        }
    }
    let before = if ruled > 0 && before == 0 { return refused(&checked, args.format) } else { before };
    match live::compare(&mut checked, args.live_source.as_deref(), args.live_target.as_deref()) {
        Ok(drift) => {
            let exit = report(&checked, args.format, true);
            // Differences are errors too, but the plan is not to blame.
            if drift > 0 && before == 0 && exit == Exit::PlanErrors { Exit::Drift } else { exit }
        }
        Err(failure) => {
            report(&checked, args.format, true);
            output::message(&failure.to_text());
            failure.exit
        }
    }
}

/// The plan is good, and the team's rules are not kept.
fn refused(checked: &Checked, format: Findings) -> Exit {
    match report(checked, format, true) {
        Exit::PlanErrors => Exit::Refused,
        other => other,
    }
}

fn known(checked: &Checked, path: &Path) -> Exit {
    match lints::write_baseline(checked, path) {
        Ok(many) => {
            let findings = if many == 1 { "finding is" } else { "findings are" };
            output::data(&format!("{many} {findings} known now: {}\n", path.display())).unwrap_or(Exit::Done)
        }
        Err(found) => {
            output::message(&diagnostic::to_text(&checked.sources, &[found], true));
            Exit::Internal
        }
    }
}

/// Writes the findings and says what they mean for the exit code. JSON is data and goes to
/// stdout; people's text goes there only for the verb whose whole result it is.
pub(super) fn report(checked: &Checked, format: Findings, summary: bool) -> Exit {
    let problems = &checked.problems;
    let sorted = problems.sorted();
    // Where not even the plan's own file could be read, nothing is said about the plan.
    let unread = checked.sources.files().next().is_none();
    let exit = match problems.errors() {
        0 => Exit::Done,
        _ if unread => Exit::Internal,
        _ => Exit::PlanErrors,
    };
    let write = match format {
        Findings::Human => {
            output::message(&diagnostic::to_text(&checked.sources, &sorted, true));
            let lost = if summary { output::data(&format!("{}\n", outcome(checked))) } else { None };
            return lost.unwrap_or(exit);
        }
        Findings::Json => diagnostic::to_json,
        Findings::Sarif => diagnostic::to_sarif,
        Findings::Github => diagnostic::to_github,
        Findings::Gitlab => diagnostic::to_gitlab,
        Findings::Junit => diagnostic::to_junit,
    };
    output::data(&write(&checked.sources, &sorted)).unwrap_or(exit)
}

/// One line: the counts, and for a good plan what it proves.
fn outcome(checked: &Checked) -> String {
    let problems = &checked.problems;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let found = match (problems.errors(), problems.warnings()) {
        (0, 0) => "no findings".to_owned(),
        (0, warnings) => count(warnings, "warning"),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    match &checked.plan {
        None => found,
        Some(plan) => {
            let (mut proven, mut probed, mut accepted) = (0, 0, 0);
            for claim in &plan.claims {
                match claim.established {
                    crate::plan::Established::Proven { .. } => proven += 1,
                    crate::plan::Established::Probed(_) => probed += 1,
                    crate::plan::Established::Accepted { .. } => accepted += 1,
                }
            }
            format!(
                "{}: {}, {}: {proven} proven, {probed} to be probed, {accepted} accepted; {found}",
                plan.name,
                count(plan.moves.len(), "move"),
                count(plan.claims.len(), "claim"),
            )
        }
    }
}
