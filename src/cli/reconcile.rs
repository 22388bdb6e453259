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
    /// Look at all rows, even if the plan says `checks changed`.
    #[arg(long)]
    full: bool,
    /// Draw the sample that an earlier run reported; without it each run draws another one.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u32>,
    /// Compare nothing once the period of the plan's `reconcile` is over: for the bundle's schedules.
    #[arg(long)]
    scheduled: bool,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request {
        good_for: args.good_for,
        full: args.full,
        seed: args.seed.map(u64::from),
        scheduled: args.scheduled,
        ..args.places.request()
    };
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
