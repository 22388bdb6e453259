use super::approved::Approved;
use super::output::{self, RunFormat};
use super::places::{self, Places};
use crate::base::Exit;
use crate::runner::cutover::{self, Record};
use crate::runner::{Request, interrupt};

/// Bring users over, step by step as the plan's `cutover` says: show the steps, or record one in its turn.
///
/// A step that validates is done by datamove itself, and the step behind it asks for good evidence. Once a step
/// was recorded that the plan cannot take back, `rollback` refuses.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    approved: Approved,
    /// Record that this step was done; validate first, if that is what it does.
    #[arg(long, value_name = "STEP", conflicts_with = "undone")]
    done: Option<String>,
    /// Record that this step, the newest, was taken back.
    #[arg(long, value_name = "STEP")]
    undone: Option<String>,
    /// Who says so, for the ledger.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Refuse evidence that is older, such as `30min` or `2h`, even if it says that it is good for longer.
    #[arg(long, value_name = "TIME", value_parser = places::seconds)]
    max_age: Option<u64>,
    /// How the report on stdout is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,
    /// No progress on stderr; errors are still shown.
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    interrupt::listen();
    let request = Request { max_age: args.max_age, ..args.approved.only(args.places.request()) };
    let done = args.done.clone().map(Record::Done);
    let record = done.or_else(|| args.undone.clone().map(Record::Undone));
    let progress = &mut output::progress(args.quiet);
    let report = cutover::cutover(&request, record.as_ref(), args.by.as_deref(), progress.as_mut());
    output::finish(&report, args.format)
}
