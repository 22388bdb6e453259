//! Files as a git revision has them, through the `git` program. Nothing is checked out.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

use super::files;
use crate::base::nearest;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Files, ReadError, beside};

/// One commit of one repository.
#[derive(Debug)]
pub(super) struct Revision {
    /// Where git is run: a folder of the work tree.
    folder: String,
    /// As the user calls it.
    name: String,
    commit: String,
    /// `folder` from the top of the repository: empty, or with a `/` at its end.
    prefix: String,
}

/// What a path is in a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

impl Revision {
    /// Finds the commit that `name` means for the repository around `folder`.
    pub(super) fn find(folder: &Path, name: &str) -> Result<Self, Diagnostic> {
        let folder = if folder.as_os_str().is_empty() {
            ".".to_owned()
        } else {
            folder.to_string_lossy().into_owned()
        };
        let prefix = git(&folder, &["rev-parse", "--show-prefix"])?;
        if !prefix.status.success() {
            let why = said(&prefix);
            return Err(Diagnostic::nowhere(
                Code::NoGit,
                format!("`{name}` cannot be read, because there is no repository around `{folder}`: {why}"),
            )
            .help("run the command inside of the clone, or name two files or bundles on the disk"));
        }
        let wanted = format!("{name}^{{commit}}");
        // What begins with a dash would be an option.
        let known = !name.starts_with('-') && !name.is_empty();
        let commit = git(&folder, &["rev-parse", "--verify", "--quiet", &wanted])?;
        if !(known && commit.status.success()) {
            return Err(unknown(&folder, name)?);
        }
        let line = |output: &Output| {
            String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned()
        };
        let (prefix, commit) = (line(&prefix), line(&commit));
        let revision = Self { folder, name: name.to_owned(), commit, prefix };
        if revision.object("").is_err() {
            return Err(shallow(name));
        }
        Ok(revision)
    }

    /// `path` from the top of the repository, or with `./` or `../` from the folder; `None` if it
    /// leads out of the repository.
    pub(super) fn path(&self, path: &str) -> Option<String> {
        let relative = path.starts_with("./") || path.starts_with("../") || matches!(path, "." | "..");
        let full = if relative { beside(&self.prefix, path) } else { beside("", path) };
        let outside = full == ".." || full.starts_with("../") || full.starts_with('/');
        (!outside).then(|| if full == "." { String::new() } else { full })
    }

    /// What is at `path`, counted from the top.
    pub(super) fn kind(&self, path: &str) -> Result<Kind, Diagnostic> {
        match self.object(path) {
            Ok(Some(kind)) => Ok(kind),
            Ok(None) | Err(()) => Err(self.absent(path)),
        }
    }

    /// `Err` if the commit itself is not there.
    fn object(&self, path: &str) -> Result<Option<Kind>, ()> {
        let name = format!("{}:{path}", self.commit);
        let output = git(&self.folder, &["cat-file", "-t", &name]).map_err(|_| ())?;
        match output.stdout.trim_ascii() {
            b"blob" => Ok(Some(Kind::File)),
            b"tree" => Ok(Some(Kind::Folder)),
            _ if path.is_empty() => Err(()),
            _ => Ok(None),
        }
    }

    pub(super) fn absent(&self, path: &str) -> Diagnostic {
        let message = format!("`{}` has no `{path}`", self.name);
        let listed = git(&self.folder, &["ls-tree", "-r", "--name-only", "--full-tree", "-z", &self.commit]);
        let names =
            listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        // The same file name in another folder is the likeliest; else a name that is nearly the same.
        let last = path.rsplit('/').next().unwrap_or(path);
        let moved = names.split('\0').filter(|name| name.rsplit('/').next() == Some(last)).take(3);
        let mut near: Vec<&str> = moved.collect();
        if near.is_empty() {
            near = nearest(path, names.split('\0').filter(|name| is_plan(name)));
        }
        let diagnostic = Diagnostic::nowhere(Code::NotInRevision, message);
        match near.as_slice() {
            [] => diagnostic
                .help("paths begin at the top of the repository, or with `./` at the current folder"),
            near => diagnostic.help(format!("did you mean `{}:{}`?", self.name, near.join("` or `"))),
        }
    }

    /// The text of the file at `path`, counted from the top.
    pub(super) fn read(&self, path: &str) -> Result<String, ReadError> {
        match self.object(path) {
            Ok(Some(Kind::File)) => {}
            Ok(Some(Kind::Folder)) => return Err(ReadError::Directory),
            Ok(None) | Err(()) => return Err(ReadError::Missing),
        }
        let name = format!("{}:{path}", self.commit);
        let output = git(&self.folder, &["cat-file", "blob", &name])
            .map_err(|found| ReadError::Other(found.message))?;
        if !output.status.success() {
            return Err(ReadError::Other(said(&output)));
        }
        files::text(output.stdout)
    }

    /// As messages call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The files around a plan in a revision.
#[derive(Debug)]
pub(super) struct Around<'r> {
    pub(super) revision: &'r Revision,
    /// The plan's path from the top.
    pub(super) plan: &'r str,
}

impl Files for Around<'_> {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        let full = beside(self.plan, name);
        if full.starts_with('/') || full == ".." || full.starts_with("../") {
            return Err(ReadError::Outside { revision: self.revision.name.clone() });
        }
        self.revision.read(&full)
    }
}

fn is_plan(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "plan")
}

/// Runs git without questions and without a lock, in words that do not depend on the language.
fn git(folder: &str, words: &[&str]) -> Result<Output, Diagnostic> {
    let output = Command::new("git")
        .args(["--no-pager", "-C", folder])
        .args(words)
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output();
    output.map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => "the program `git` is not installed, or not on the PATH".to_owned(),
            _ => format!("the program `git` cannot be started: {error}"),
        };
        Diagnostic::nowhere(Code::NoGit, message)
            .help("install git; two files or bundles on the disk are compared without it")
    })
}

/// What git said, on one line.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned()
}

fn unknown(folder: &str, name: &str) -> Result<Diagnostic, Diagnostic> {
    let is_shallow = git(folder, &["rev-parse", "--is-shallow-repository"])?;
    if is_shallow.stdout.trim_ascii() == b"true" {
        return Ok(shallow(name));
    }
    let names = git(folder, &["for-each-ref", "--format=%(refname:short)"])?;
    let names = String::from_utf8_lossy(&names.stdout).into_owned();
    let message = format!("the repository knows no revision `{name}`");
    Ok(Diagnostic::nowhere(Code::UnknownRevision, message)
        .did_you_mean(name, names.lines())
        .or_help("`git branch --all` and `git tag` list the names; `git fetch` brings new ones"))
}

fn shallow(name: &str) -> Diagnostic {
    Diagnostic::nowhere(Code::ShallowClone, format!("the clone is shallow and does not have `{name}`"))
        .help("`git fetch --unshallow`, or in a pipeline a checkout with its history (`fetch-depth: 0`)")
}
