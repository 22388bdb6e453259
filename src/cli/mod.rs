//! The command line: one file for each verb. With the runner the only place that has files, an
//! environment, a clock and streams.

mod apply;
mod approved;
mod catch_up;
mod check;
mod compile;
mod completions;
mod cutover;
mod diff;
mod explain;
mod files;
mod fmt;
mod gate;
mod graph;
mod init;
mod lints;
mod live;
mod locked;
mod man;
mod metrics;
mod output;
mod places;
mod pull;
mod reconcile;
mod redrive;
mod revision;
mod rollback;
mod show;
mod side;
pub(crate) mod signoff;
mod status;
mod throttle;
mod validate;
mod write;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::base::Exit;

/// A compiler and planner for data migrations.
#[derive(Debug, Parser)]
#[command(name = "datamove", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 internal or I/O error · 2 differences, where asked for · 3 the plan has errors
4 a policy or gate refused · 5 stale bundle, lock or approval · 6 drift · 7 validation failed · 64 usage";

/// One line for each verb; its file has `run`.
#[derive(Debug, Subcommand)]
enum Verb {
    Pull(pull::Args),
    Init(init::Args),
    Check(check::Args),
    Compile(compile::Args),
    Graph(graph::Args),
    Show(show::Args),
    Diff(diff::Args),
    Fmt(fmt::Args),
    Explain(explain::Args),
    Signoff(signoff::Args),
    Apply(apply::Args),
    CatchUp(catch_up::Args),
    Status(status::Args),
    Throttle(throttle::Args),
    Validate(validate::Args),
    Gate(gate::Args),
    Reconcile(reconcile::Args),
    Redrive(redrive::Args),
    Cutover(cutover::Args),
    Rollback(rollback::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses a command line, the program's name first, and does what it says.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Where help goes nowhere there is nobody to tell.
            let _ = error.print();
            return if asked { Exit::Done } else { Exit::Usage };
        }
    };
    match cli.verb {
        Verb::Pull(args) => pull::run(&args),
        Verb::Init(args) => init::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Compile(args) => compile::run(&args),
        Verb::Graph(args) => graph::run(&args),
        Verb::Show(args) => show::run(&args),
        Verb::Diff(args) => diff::run(&args),
        Verb::Fmt(args) => fmt::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Signoff(args) => signoff::run(&args),
        Verb::Apply(args) => apply::run(&args),
        Verb::CatchUp(args) => catch_up::run(&args),
        Verb::Status(args) => status::run(&args),
        Verb::Throttle(args) => throttle::run(&args),
        Verb::Validate(args) => validate::run(&args),
        Verb::Gate(args) => gate::run(&args),
        Verb::Reconcile(args) => reconcile::run(&args),
        Verb::Redrive(args) => redrive::run(&args),
        Verb::Cutover(args) => cutover::run(&args),
        Verb::Rollback(args) => rollback::run(&args),
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
    }
}
