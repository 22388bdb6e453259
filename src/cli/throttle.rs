use super::output::{self, RunFormat};
use super::places::Places;
use crate::base::Exit;
use crate::runner::interrupt;
use crate::runner::throttle::Rate;
use crate::runner::throttle::verb::{Order, throttle};

/// Slow a run down, speed it up, pause it or let it go on, while it is under way. Anybody with the right to write the ledger can.
///
/// The run obeys before its next batch. What is said here is in the ledger's table `control` and stays until it is said
/// otherwise; plain SQL does the same.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    /// The most rows in a second; `none` for what the run was told when it began.
    #[arg(long, value_name = "N|none", value_parser = rate)]
    rows_per_second: Option<Rate>,
    /// Begin no more batches.
    #[arg(long, conflicts_with = "go_on")]
    pause: bool,
    /// Begin batches again.
    #[arg(long = "continue")]
    go_on: bool,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
}

fn rate(text: &str) -> Result<Rate, String> {
    match (text, text.parse()) {
        ("none", _) => Ok(Rate(None)),
        (_, Ok(rate)) if rate > 0 => Ok(Rate(Some(rate))),
        _ => Err("write a number from 1, or `none`".to_owned()),
    }
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let paused = args.pause.then_some(true).or(args.go_on.then_some(false));
    let order = Order { paused, rows_per_second: args.rows_per_second };
    output::finish(&throttle(&args.places.request(), order), args.format)
}
