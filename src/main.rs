//! The command line: everything is in the library.

use std::process::ExitCode;

/// A large plan is millions of small pieces of text: with this allocator they cost half as much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(datamove::cli::run(std::env::args_os()).code())
}
