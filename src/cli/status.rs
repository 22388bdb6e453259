use super::output::{self, RunFormat};
use super::places::Places;
use crate::base::Exit;
use crate::runner::{interrupt, status};

/// Show how far a bundle is in a target, and the command that goes on from there. Writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = args.places.request();
    output::finish(&status::status(&request), args.format)
}
