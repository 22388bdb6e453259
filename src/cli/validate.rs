use super::output::{self, Format};
use super::places::Places;
use crate::base::Exit;
use crate::runner::{interrupt, validate};

/// Compare source and target with the bundle's own checks. Writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = args.places.request();
    let report = validate::validate(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
