#![expect(clippy::disallowed_methods, reason = "the repair script is written where it was asked for")]

use std::fs;
use std::path::PathBuf;

use super::output::{self, RunFormat};
use super::places::{self, Places};
use crate::base::Exit;
use crate::runner::{Request, interrupt, reconcile};

/// Compare source and target again, say how differences came about, and write a script that would mend them.
///
/// Nothing of the target is written but the evidence in its ledger. The repair is plain SQL for review: it
/// brings exactly the keys that differ in line with the plan, and is never run from here.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// Write the repair script into this file, if anything can be mended.
    #[arg(long, value_name = "FILE")]
    repair: Option<PathBuf>,
    /// For how long a gate may believe the evidence, such as `30min` or `24h`; a day without it.
    #[arg(long, value_name = "TIME", value_parser = places::seconds)]
    good_for: Option<u64>,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request { good_for: args.good_for, ..args.places.request() };
    let report = reconcile::reconcile(&request, output::progress(args.quiet).as_mut());
    let exit = output::finish(&report, args.format);
    match (&args.repair, &report.repair) {
        (Some(path), Some(script)) => match fs::write(path, script) {
            Ok(()) => exit,
            Err(error) => {
                let says = format!("error: `{}` cannot be written: {error}\n", path.display());
                output::message(&says);
                exit.max(Exit::Internal)
            }
        },
        _ => exit,
    }
}
