use std::time::Duration;

use super::approved::Approved;
use super::output::{self, RunFormat};
use super::places::{self, Places};
use crate::base::Exit;
use crate::runner::{Request, catch_up, interrupt};

/// Take over what changed in the source since the load: new rows, changed ones, and those that are gone, by the plan's rule.
///
/// Runs rounds until one of them writes nothing. What was committed at the source before a round began is in the
/// target when it ends. A round that was stopped is continued by the same command. The rollback takes all of it back.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    approved: Approved,
    /// Be content when a round writes no more than so many rows.
    #[arg(long, value_name = "N", default_value_t = 0)]
    until_rows: u64,
    /// Be content when a whole round takes no longer than this, such as `5s`: the target is never farther behind.
    #[arg(long, value_name = "TIME", value_parser = places::seconds)]
    until_lag: Option<u64>,
    /// Give up, with exit code 4, after so many rounds.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Rows of a batch, instead of what the plan says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    batch_rows: Option<u64>,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request {
        rounds: usize::try_from(args.rounds).unwrap_or(usize::MAX),
        until_rows: args.until_rows,
        until_lag: args.until_lag.map(Duration::from_secs),
        batch_rows: args.batch_rows,
        ..args.approved.only(args.places.request())
    };
    let report = catch_up::catch_up(&request, output::progress(args.quiet).as_mut());
    output::finish(&report, args.format)
}
