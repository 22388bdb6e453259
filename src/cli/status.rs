use std::path::PathBuf;

use super::output::{self, Format};
use crate::base::Exit;
use crate::runner::{Request, status};

/// Show how far a bundle is in a target, and the command that goes on from there. Writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bundle's folder, as `datamove compile` wrote it.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// The database to read; only for the command that is shown.
    #[arg(long, value_name = "LOCATION")]
    source: Option<String>,
    /// The database that has the ledger: a path or `sqlite:PATH`.
    #[arg(long, value_name = "LOCATION")]
    target: String,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Exit {
    let request = Request::new(&args.bundle, args.source.as_deref(), &args.target);
    output::finish(&status::status(&request), args.format)
}
