use std::time::Duration;

use super::approved::Approved;
use super::metrics::Place;
use super::output::{self, RunFormat};
use super::places::{Places, seconds};
use crate::base::Exit;
use crate::runner::throttle::{Limit, Limits, Window};
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
    /// Rows of a batch: always N, or always what the `plan` says. Without it a batch has as many as fit into its time, from
    /// 1 000 up to what the plan says.
    #[arg(long, value_name = "N|plan", value_parser = batch_rows)]
    batch_rows: Option<BatchRows>,
    /// The time that a batch should take.
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = time)]
    batch_time: Duration,
    /// How long the server lets a batch take; then it is tried again with half its rows.
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = seconds)]
    statement_timeout: u64,
    /// The most rows in a second. `datamove throttle` changes it while the run goes on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    rows_per_second: Option<u64>,
    /// A pause between two batches.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = time)]
    pause: Duration,
    /// No batch begins above it: `target lag 5s`, `source sessions 50`, `target log 20MB`, `target history 100000`, `target
    /// query 10 SELECT …`. May be given several times; what cannot be measured is too much.
    #[arg(long, value_name = "LIMIT", value_parser = Limit::parse)]
    limit: Vec<Limit>,
    /// Batches begin only at this time of the day, in UTC.
    #[arg(long, value_name = "HH:MM-HH:MM", value_parser = Window::parse)]
    window: Option<Window>,
    /// Go on although a side is another server, or older, than when the run began: after a failover, or a restore of rows
    /// and ledger together.
    #[arg(long)]
    other_server: bool,
    /// Move rows over so many connections side by side: tables of one wave, and ranges of large tables. The rows, the
    /// ledger and the rollback are the same as with one.
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=64))]
    jobs: u64,
    /// Stop cleanly after so many batches in all.
    #[arg(long, value_name = "N")]
    max_batches: Option<u64>,
    /// Figures of the run as Prometheus reads them: into a file, or at a port of this machine, `127.0.0.1:9187`.
    #[arg(long, value_name = "FILE|ADDRESS", value_parser = Place::parse)]
    metrics: Option<Place>,
    /// Do not compare source and target after everything is moved.
    #[arg(long)]
    no_validate: bool,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

/// Rows of every batch.
#[derive(Clone, Copy, Debug)]
enum BatchRows {
    Plan,
    Rows(u64),
}

fn batch_rows(text: &str) -> Result<BatchRows, String> {
    match (text, text.parse()) {
        ("plan", _) => Ok(BatchRows::Plan),
        (_, Ok(rows)) if rows > 0 => Ok(BatchRows::Rows(rows)),
        _ => Err("write a number from 1, or `plan`".to_owned()),
    }
}

/// A time: `500ms`, or what [`seconds`] reads.
fn time(text: &str) -> Result<Duration, String> {
    let millis = text.strip_suffix("ms").and_then(|digits| digits.parse().ok());
    match (millis, text) {
        (Some(millis), _) => Ok(Duration::from_millis(millis)),
        (None, "0s") => Ok(Duration::ZERO),
        (None, _) => seconds(text).map(Duration::from_secs),
    }
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request {
        batch_rows: match args.batch_rows {
            Some(BatchRows::Rows(rows)) => Some(rows),
            Some(BatchRows::Plan) | None => None,
        },
        aim: args.batch_rows.is_none().then_some(args.batch_time),
        patience: args.statement_timeout,
        limits: Limits {
            pause: args.pause,
            rows_per_second: args.rows_per_second,
            limits: args.limit.clone(),
            window: args.window,
        },
        other_server: args.other_server,
        max_batches: args.max_batches,
        jobs: args.jobs,
        validate: !args.no_validate,
        ..args.approved.only(args.places.request())
    };
    let shown = output::progress(args.quiet);
    let mut progress = match match &args.metrics {
        Some(place) => place.beside(shown),
        None => Ok(shown),
    } {
        Ok(progress) => progress,
        Err(why) => {
            output::message(&format!("error: --metrics: {why}\n"));
            return Exit::Usage;
        }
    };
    let report = apply::apply(&request, progress.as_mut());
    // Figures that were not written yet are now.
    drop(progress);
    output::finish(&report, args.format)
}
