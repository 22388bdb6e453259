use super::output::{self, RunFormat};
use super::places::{self, Places};
use crate::base::Exit;
use crate::runner::{Request, interrupt, validate};

/// Compare source and target with the bundle's own checks, and keep the evidence in the ledger.
///
/// The checks write nothing, and a role that may only read can run them: then no evidence is kept, and
/// the report says so.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// For how long a gate may believe the evidence, such as `30min` or `24h`; a day without it.
    #[arg(long, value_name = "TIME", value_parser = places::seconds)]
    good_for: Option<u64>,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request { good_for: args.good_for, ..args.places.request() };
    let report = validate::validate(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
