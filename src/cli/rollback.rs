use super::output::{self, RunFormat};
use super::places::Places;
use crate::base::Exit;
use crate::runner::{Request, interrupt, rollback};

/// Take back everything that a bundle did to its target, in one transaction, ledger included.
///
/// Asks nothing, so that it is the same in a terminal and in a pipeline. Without `--yes` it shows what
/// would go, changes nothing and exits with 4. On a target that has no ledger it does nothing and exits
/// with 0.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// Do it.
    #[arg(long, short)]
    yes: bool,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request { confirmed: args.yes, ..args.places.request() };
    let report = rollback::rollback(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
