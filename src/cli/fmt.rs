use std::io::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::files;
use super::output;
use crate::base::{Exit, Sources};
use crate::diagnostic::{self, Problems};
use crate::syntax;

/// Write plans in the one canonical format. Keeps every comment; touches only files that change.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Plan files.
    #[arg(value_name = "PLAN", required = true)]
    plans: Vec<PathBuf>,
    /// Write nothing; show what would change, and exit with 2 if anything would.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    let mut worst = Exit::Done;
    for plan in &args.plans {
        worst = worst.max(one(plan, args.check));
    }
    worst
}

fn one(plan: &Path, check: bool) -> Exit {
    let shown = plan.to_string_lossy().into_owned();
    let mut sources = Sources::default();
    let text = match files::read(plan) {
        Ok(text) => text,
        Err(error) => {
            let found = [error.diagnostic(&shown, None)];
            output::message(&diagnostic::to_text(&sources, &found, true));
            return Exit::Internal;
        }
    };
    let id = sources.add(shown.clone(), text);
    let mut problems = Problems::default();
    if syntax::has_conflicts(&sources, id, &mut problems) {
        output::message(&diagnostic::to_text(&sources, &problems.sorted(), true));
        return Exit::PlanErrors;
    }
    let file = syntax::parse(&sources, id, &mut problems);
    output::message(&diagnostic::to_text(&sources, &problems.sorted(), true));
    if problems.errors() > 0 {
        return Exit::PlanErrors;
    }
    let before = &sources.file(id).text;
    let after = syntax::print(&sources, &file);
    if *before == after {
        return Exit::Done;
    }
    if check {
        let diff = TextDiff::from_lines(before.as_str(), after.as_str());
        let name = format!("{shown} (formatted)");
        let text = diff.unified_diff().header(&shown, &name).to_string();
        return output::data(&text).unwrap_or(Exit::Differences);
    }
    match replace(plan, &after) {
        Ok(()) => Exit::Done,
        Err(error) => {
            output::message(&format!("error: `{shown}` cannot be written: {error}; it is as it was\n"));
            Exit::Internal
        }
    }
}

/// Writes beside the file and renames, so that a full disk loses nothing.
pub(super) fn replace(plan: &Path, text: &str) -> std::io::Result<()> {
    let folder = plan.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(plan)?.permissions();
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(plan).map_err(|error| error.error)?;
    Ok(())
}
