use clap::ValueEnum;

use super::output;
use super::side::Place;
use crate::base::{Exit, Sources};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::diff;
use crate::plan::Plan;

/// Compare two plans by what they mean: rows, values, proofs. The worst comes first.
///
/// A side is a plan file, a bundle's folder, a plan.json, or one of these in a git revision, written
/// `REV:PATH`. Formatting, comments and the order of files are no change.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The earlier side; with --against the only one, and the later.
    #[arg(value_name = "BEFORE")]
    one: String,
    /// The later side.
    #[arg(value_name = "AFTER", required_unless_present = "against", conflicts_with = "against")]
    other: Option<String>,
    /// Compare the same path as this git revision has it, such as `origin/main`, with the one named.
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// Say which lines of the plan changed this step, and nothing else.
    #[arg(long, value_name = "STEP", conflicts_with = "format")]
    why: Option<String>,
    /// How the differences are written to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,
    /// Exit with 2 if there are differences.
    #[arg(long)]
    exit_code: bool,
}

/// How differences are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// A comment for a pull request: folds, escapes, and fits.
    Markdown,
}

pub(super) fn run(args: &Args) -> Exit {
    let (before, after) = match (&args.against, &args.other) {
        (Some(revision), _) => (Place::of(&args.one).at(revision), Place::of(&args.one)),
        (None, Some(other)) => (Place::of(&args.one), Place::of(other)),
        // The command line's own rules see to it.
        (None, None) => return Exit::Usage,
    };
    // Both are loaded before either is complained of: two broken sides are two findings.
    let (before, after) = match (before.load(), after.load()) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            let refusals = [("before", before.err()), ("after", after.err())];
            let mut exit = Exit::Done;
            for (side, refusal) in refusals {
                if let Some(refusal) = refusal {
                    output::message(&format!("the side {side} cannot be compared:\n{}", refusal.text));
                    exit = exit.max(refusal.exit);
                }
            }
            return exit;
        }
    };
    show(args, &before, &after)
}

fn show(args: &Args, before: &Plan, after: &Plan) -> Exit {
    let diff = diff::diff(before, after);
    let text = match (&args.why, args.format) {
        (Some(step), _) => match diff::because(&diff, before, after, step) {
            Some(text) => text,
            None => return no_step(&diff, step),
        },
        (None, DiffFormat::Human) => diff::to_text(&diff),
        (None, DiffFormat::Json) => diff::to_json(&diff),
        (None, DiffFormat::Markdown) => diff::to_markdown(&diff),
    };
    let exit = if args.exit_code && !diff.changes.is_empty() { Exit::Differences } else { Exit::Done };
    output::data(&text).unwrap_or(exit)
}

fn no_step(diff: &diff::Diff, step: &str) -> Exit {
    let found = Diagnostic::nowhere(Code::UnknownStep, format!("neither plan has a step `{step}`"))
        .did_you_mean(step, diff.steps.iter().map(|verdict| verdict.step.as_str()))
        .or_help("`datamove diff` without --why lists the steps");
    output::message(&diagnostic::to_text(&Sources::default(), &[found], true));
    Exit::Usage
}
