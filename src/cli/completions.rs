use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, output};
use crate::base::Exit;

/// Write the completions of a shell to stdout.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Whose: `datamove completions bash > /etc/bash_completion.d/datamove`, and the like.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "datamove", &mut script);
    output::data(&String::from_utf8_lossy(&script)).unwrap_or(Exit::Done)
}
