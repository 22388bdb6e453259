use super::output::{self, RunFormat};
use super::places::{self, Places};
use crate::base::Exit;
use crate::runner::{Request, gate, interrupt};

/// Refuse, with exit code 4, unless source and target were compared and the evidence is good. Writes nothing.
///
/// The newest comparison in the target's ledger counts: it must have passed, have looked at everything,
/// be of this bundle and this server, be young enough, and not be voided by a repair since.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// Refuse evidence that is older, such as `30min` or `2h`, even if it says that it is good for longer.
    #[arg(long, value_name = "TIME", value_parser = places::seconds)]
    max_age: Option<u64>,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request { max_age: args.max_age, ..args.places.request() };
    output::finish(&gate::gate(&request), args.format)
}
