use std::path::PathBuf;

use super::output::{self, Format};
use super::write::{Written, write_bundle};
use super::{check, files, locked};
use crate::Checked;
use crate::base::{Exit, Sources};
use crate::diagnostic;
use crate::plan::Plan;

/// Compile a plan into a bundle of SQL scripts and documents.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plan file; what it imports and the DDL files are named in it.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// The bundle's folder: written whole or not at all. An earlier bundle in it is replaced.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace an earlier bundle even if its files were edited by hand.
    #[arg(long)]
    force: bool,
    /// Write nothing; exit with 5 if the folder is not what the plan compiles to, naming each file.
    #[arg(long, conflicts_with = "force")]
    locked: bool,
    /// How findings are written: for people to stderr, as JSON to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Exit {
    let checked = files::check(&args.plan);
    if let (true, Some(plan)) = (args.locked, &checked.plan) {
        return locked(args, &checked, plan);
    }
    let exit = check::report(&checked, args.format.into(), false);
    let Some(plan) = &checked.plan else { return exit.max(Exit::PlanErrors) };
    let bundle = crate::bundle(plan, &checked.sides);
    match write_bundle(&bundle, &args.output, args.force) {
        Ok(written) => {
            let what = match written {
                Written::Unchanged => "unchanged",
                Written::Created => "written",
                Written::Replaced => "replaced",
            };
            let line = format!(
                "{}: {} files {what} in {}; read REVIEW.md first\n{}\n",
                plan.name,
                bundle.files.len(),
                args.output.display(),
                bundle.fingerprint,
            );
            match args.format {
                Format::Human => output::data(&line).unwrap_or(exit),
                Format::Json => exit,
            }
        }
        Err(found) => {
            output::message(&diagnostic::to_text(&Sources::default(), &[found], true));
            Exit::Internal
        }
    }
}

/// Compares, and reports a stale bundle among the plan's other findings.
fn locked(args: &Args, checked: &Checked, plan: &Plan) -> Exit {
    let bundle = crate::bundle(plan, &checked.sides);
    let mut found = checked.problems.sorted();
    let stale = locked::stale(&bundle, &args.output);
    let exit = if stale.is_some() { Exit::Stale } else { Exit::Done };
    found.extend(stale);
    let lost = match args.format {
        Format::Json => output::data(&diagnostic::to_json(&checked.sources, &found)),
        Format::Human => {
            output::message(&diagnostic::to_text(&checked.sources, &found, true));
            let says = format!("{}: {} is what the plan compiles to\n", plan.name, args.output.display());
            if exit == Exit::Done { output::data(&says) } else { None }
        }
    };
    lost.unwrap_or(exit)
}
