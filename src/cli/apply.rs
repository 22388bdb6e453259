use super::approved::Approved;
use super::output::{self, RunFormat};
use super::places::Places;
use crate::base::Exit;
use crate::runner::{Request, apply, interrupt};

/// Run a bundle: move the rows, then validate. The same command continues a run that was stopped or killed.
///
/// The bundle's scripts run byte for byte as they were reviewed; one that was edited is refused. Every
/// batch is one transaction with its checkpoint, so the process may be killed at any moment.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    #[command(flatten)]
    approved: Approved,
    /// Rows of a batch, instead of what the plan says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    batch_rows: Option<u64>,
    /// Move rows over so many connections side by side: tables of one wave, and ranges of large tables. The rows, the
    /// ledger and the rollback are the same as with one.
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=64))]
    jobs: u64,
    /// Stop cleanly after so many batches in all.
    #[arg(long, value_name = "N")]
    max_batches: Option<u64>,
    /// Do not compare source and target after everything is moved.
    #[arg(long)]
    no_validate: bool,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request {
        batch_rows: args.batch_rows,
        max_batches: args.max_batches,
        jobs: args.jobs,
        validate: !args.no_validate,
        ..args.approved.only(args.places.request())
    };
    let report = apply::apply(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
