use std::path::PathBuf;

use super::output::{self, Format};
use crate::base::Exit;
use crate::runner::{Request, rollback};

/// Take back everything that a bundle did to its target, in one transaction, ledger included.
///
/// Asks nothing, so that it is the same in a terminal and in a pipeline. Without `--yes` it shows what
/// would go, changes nothing and exits with 4. On a target that has no ledger it does nothing and exits
/// with 0.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the bundle that prepared the target.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// The database that the rows came from; needed only if the bundle's rollback reads it.
    #[arg(long, value_name = "LOCATION")]
    source: Option<String>,
    /// The database to bring back to what it was: a path or `sqlite:PATH`.
    #[arg(long, value_name = "LOCATION")]
    target: String,
    /// Do it.
    #[arg(long, short)]
    yes: bool,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let request =
        Request { confirmed: args.yes, ..Request::new(&args.bundle, args.source.as_deref(), &args.target) };
    let report = rollback::rollback(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
