use std::path::PathBuf;

use super::output::{self, Format};
use super::write::{Written, write_bundle};
use super::{check, files};
use crate::base::{Exit, Sources};
use crate::diagnostic;

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
    /// How findings are written: for people to stderr, as JSON to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Exit {
    let checked = files::check(&args.plan);
    let exit = check::report(&checked, args.format, false);
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
