//! One side of a comparison: a plan file, a bundle, or either of them in a git revision.

use std::path::{Path, PathBuf};

use super::revision::{Around, Kind, Revision};
use super::{files, output};
use crate::base::{Exit, Sources};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::plan::{self, Plan};
use crate::runner::bundle::Bundle;
use crate::typing::Options;
use crate::{Checked, artifact::manifest::MANIFEST};

const PLAN: &str = "plan.json";

/// Why a side cannot be compared, for people.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) text: String,
    pub(super) exit: Exit,
}

impl Refusal {
    /// Says it on stderr; what the process ends with.
    pub(super) fn tell(&self) -> Exit {
        output::message(&self.text);
        self.exit
    }
}

impl From<Diagnostic> for Refusal {
    fn from(found: Diagnostic) -> Self {
        let exit = match found.code {
            Code::BundleChanged => Exit::Stale,
            _ => Exit::Internal,
        };
        Self { text: diagnostic::to_text(&Sources::default(), &[found], true), exit }
    }
}

/// Where a side is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Disk(PathBuf),
    /// A revision and a path as git writes it, seen from a folder.
    Git {
        folder: PathBuf,
        revision: String,
        path: String,
    },
}

impl Place {
    /// A path that exists is that; else `REV:PATH` is a path in a revision.
    pub(super) fn of(word: &str) -> Self {
        match word.split_once(':') {
            Some((revision, path)) if !Path::new(word).exists() => {
                Self::Git { folder: PathBuf::new(), revision: revision.to_owned(), path: path.to_owned() }
            }
            _ => Self::Disk(word.into()),
        }
    }

    /// The same path in a revision.
    pub(super) fn at(&self, revision: &str) -> Self {
        match self {
            Self::Disk(path) => {
                let (folder, name) = folder_and_name(path);
                Self::Git { folder, revision: revision.to_owned(), path: format!("./{name}") }
            }
            Self::Git { folder, path, .. } => {
                Self::Git { folder: folder.clone(), revision: revision.to_owned(), path: path.clone() }
            }
        }
    }

    pub(super) fn load(&self) -> Result<Plan, Refusal> {
        match self {
            Self::Disk(path) if path.is_dir() => bundle(path),
            Self::Disk(path) if is_json(path) => {
                let shown = path.display().to_string();
                let text =
                    files::read(path).map_err(|error| Refusal::from(error.diagnostic(&shown, None)))?;
                compiled(&shown, &text)
            }
            Self::Disk(path) => checked(files::check_any_day(path)),
            Self::Git { folder, revision, path } => {
                in_revision(&Revision::find(folder, revision).map_err(Refusal::from)?, path)
            }
        }
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// A folder that is there has no name of its own if it is `.`.
fn folder_and_name(path: &Path) -> (PathBuf, String) {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => (folder.to_owned(), name.to_string_lossy().into_owned()),
        _ => (path.to_owned(), String::new()),
    }
}

/// A bundle as it stands: refused if a file of it is not what was compiled.
fn bundle(folder: &Path) -> Result<Plan, Refusal> {
    if !folder.join(MANIFEST).exists() {
        let message = format!("`{}` is a folder without a {MANIFEST}", folder.display());
        return Err(not_a_plan(message).into());
    }
    let open =
        Bundle::open(folder).map_err(|failure| Refusal { text: failure.to_text(), exit: failure.exit })?;
    let shown = format!("{}/{PLAN}", folder.display());
    match open.text(PLAN) {
        Some(text) => compiled(&shown, text),
        None => Err(not_a_plan(format!("`{}` has no {PLAN}", folder.display())).into()),
    }
}

fn in_revision(revision: &Revision, path: &str) -> Result<Plan, Refusal> {
    let Some(full) = revision.path(path) else {
        return Err(crate::syntax::ReadError::Outside { revision: revision.name().to_owned() }
            .diagnostic(path, None)
            .into());
    };
    if revision.kind(&full)? == Kind::Folder {
        let file = |name: &str| if full.is_empty() { name.to_owned() } else { format!("{full}/{name}") };
        let read = |name: &str| {
            let shown = format!("{}:{}", revision.name(), file(name));
            revision.read(&file(name)).map_err(|_| {
                Refusal::from(not_a_plan(format!("there is no `{shown}`, so that its folder is no bundle")))
            })
        };
        let text = read(PLAN)?;
        let shown = format!("{}:{}", revision.name(), file(PLAN));
        return unedited(&shown, &text, &read(MANIFEST)?).and_then(|()| compiled(&shown, &text));
    }
    if is_json(Path::new(&full)) {
        let shown = format!("{}:{full}", revision.name());
        let text = revision.read(&full).map_err(|error| Refusal::from(error.diagnostic(&shown, None)))?;
        return compiled(&shown, &text);
    }
    let name = full.rsplit('/').next().unwrap_or(&full);
    let folder = format!("{}:{}", revision.name(), full.strip_suffix(name).unwrap_or_default());
    let around = Around { revision, plan: &full };
    checked(crate::check(&folder, name, &around, Options { today: None }))
}

/// What a manifest says of the compiled plan beside it.
fn unedited(shown: &str, text: &str, manifest: &str) -> Result<(), Refusal> {
    let known = serde_json::from_str::<serde_json::Value>(manifest).ok();
    let hash = known.as_ref().and_then(|manifest| manifest["files"][PLAN].as_str());
    if hash == Some(&plan::sha256(text.as_bytes())) {
        return Ok(());
    }
    let message = format!("`{shown}` is not what was compiled: the manifest beside it has another hash");
    Err(Diagnostic::nowhere(Code::BundleChanged, message)
        .help("compile the plan of that revision again")
        .into())
}

fn compiled(shown: &str, text: &str) -> Result<Plan, Refusal> {
    plan::from_json(text).map_err(|error| not_a_plan(format!("`{shown}`: {error}")).into())
}

fn not_a_plan(message: String) -> Diagnostic {
    Diagnostic::nowhere(Code::NotAPlan, message)
        .help("name a plan file, or the folder that `datamove compile` wrote; a newer bundle needs a newer datamove")
}

fn checked(checked: Checked) -> Result<Plan, Refusal> {
    let Checked { sources, problems, plan, sides: _ } = checked;
    plan.ok_or_else(|| {
        let exit = if sources.files().next().is_none() { Exit::Internal } else { Exit::PlanErrors };
        Refusal { text: diagnostic::to_text(&sources, &problems.sorted(), true), exit }
    })
}
