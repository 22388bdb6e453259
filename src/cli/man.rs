use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::{Cli, output};
use crate::base::Exit;

/// Write the manual page to stdout, or every command's page into a folder.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder: `datamove.1`, `datamove-apply.1`, … are written into it.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Exit {
    if let Some(folder) = &args.output {
        return match pages(folder) {
            Ok(()) => Exit::Done,
            Err(error) => {
                let folder = folder.display();
                output::message(&format!("error: the pages cannot be written to {folder}: {error}\n"));
                Exit::Internal
            }
        };
    }
    let mut page = Vec::new();
    match Man::new(Cli::command()).render(&mut page) {
        Ok(()) => output::data(&String::from_utf8_lossy(&page)).unwrap_or(Exit::Done),
        Err(error) => {
            output::message(&format!("error: the page cannot be made: {error}\n"));
            Exit::Internal
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line writes files")]
fn pages(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
