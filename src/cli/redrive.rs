use super::output::{self, RunFormat};
use super::places::Places;
use crate::base::Exit;
use crate::runner::{interrupt, redrive};

/// Try rows again that were set aside, after the source, the target or a rule was mended.
///
/// Each row that the target takes now goes in by the same mapping, and is set aside no longer. Evidence that was taken
/// before is void then. Exit code 4 if rows are still refused.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let report = redrive::redrive(&args.places.request(), output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
