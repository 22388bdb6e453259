use std::path::PathBuf;

use super::output::{self, Format};
use crate::base::Exit;
use crate::runner::{Request, validate};

/// Compare source and target with the bundle's own checks. Writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bundle's folder, as `datamove compile` wrote it.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// The database that the rows came from: a path or `sqlite:PATH`.
    #[arg(long, value_name = "LOCATION")]
    source: Option<String>,
    /// The database that the rows went to: a path or `sqlite:PATH`.
    #[arg(long, value_name = "LOCATION")]
    target: String,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let request = Request::new(&args.bundle, args.source.as_deref(), &args.target);
    let report = validate::validate(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
