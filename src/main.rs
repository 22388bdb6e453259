//! The command line: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(datamove::cli::run(std::env::args_os()).code())
}
