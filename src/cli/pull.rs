use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{files, fmt, output};
use crate::base::Exit;
use crate::diagnostic::Code;
use crate::runner::location::Location;
use crate::runner::{Failure, Result, drivers, pull};
use crate::schema::Stats;
use crate::syntax::ReadError;

/// Write a live database's schema as the DDL file that a plan names, and how much there is of each table.
///
/// The same database gives the same bytes, so that version control shows what changed. It is what a
/// data move has to know and no more: views and triggers by name, no functions, no rows.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The database: a path, `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `mysql://USER@HOST/DATABASE`.
    #[arg(long, value_name = "LOCATION")]
    url: String,
    /// A schema (MySQL: a database) to write; may be given several times. Without it: all that the user may see.
    #[arg(long, value_name = "NAME")]
    schema: Vec<String>,
    /// The DDL file. Without it the DDL goes to stdout.
    #[arg(long, short, value_name = "SQL")]
    output: Option<PathBuf>,
    /// A file for rows, bytes and key ranges of each table, which a plan names with `stats`.
    #[arg(long, value_name = "JSON")]
    stats: Option<PathBuf>,
    /// Count every row for the statistics, instead of taking the engine's estimate for large tables.
    #[arg(long, requires = "stats")]
    exact: bool,
    /// Replace files that `datamove pull` did not write.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    match write(args) {
        Ok(exit) => exit,
        Err(failure) => {
            output::message(&failure.to_text());
            failure.exit
        }
    }
}

fn write(args: &Args) -> Result<Exit> {
    let location = Location::parse(&args.url)?;
    let mut session = drivers::session(&location)?;
    let (ddl, catalog) = pull::ddl(session.as_mut(), &args.schema)?;
    let stats =
        args.stats.as_ref().map(|_| pull::stats(session.as_mut(), &catalog, args.exact)).transpose()?;
    let ours = |text: &str| text.starts_with(pull::MARK);
    let exit = match &args.output {
        None => output::data(&ddl).unwrap_or(Exit::Done),
        Some(path) => save(path, &ddl, args.force || is(path, ours)?)?,
    };
    if let (Some(path), Some(stats)) = (&args.stats, &stats) {
        let ours = |text: &str| Stats::from_json(text).is_ok();
        save(path, &stats.to_json(), args.force || is(path, ours)?)?;
    }
    Ok(exit)
}

/// True if the file is absent or `ours`.
fn is(path: &Path, ours: impl Fn(&str) -> bool) -> Result<bool> {
    match files::read(path) {
        Ok(text) => Ok(text.is_empty() || ours(&text)),
        Err(ReadError::Missing) => Ok(true),
        Err(ReadError::Directory) => Err(unwritable(path, "it is a folder")),
        Err(_) => Ok(false),
    }
}

/// Writes a new file, or in the place of one that may be replaced; a failure leaves what was there.
fn save(path: &Path, text: &str, may_replace: bool) -> Result<Exit> {
    if !may_replace {
        let message = format!("`{}` was not written by `datamove pull`", path.display());
        return Err(Failure::new(Code::FileNotOurs, message)
            .state("nothing was written")
            .help("choose another file, or replace this one with --force"));
    }
    let written = if path.exists() { fmt::replace(path, text) } else { create(path, text) };
    match written {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(unwritable(path, &error.to_string())),
    }
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a schema would look like a whole one.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn unwritable(path: &Path, why: &str) -> Box<Failure> {
    Failure::new(Code::FileUnwritable, format!("`{}` cannot be written: {why}", path.display()))
        .help("name a file in a folder that exists and may be written to")
}
