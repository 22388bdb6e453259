#![expect(clippy::disallowed_methods, reason = "bundles go to disk here")]
//! A bundle to disk, whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Component, Path};

use tempfile::TempDir;

use crate::artifact::Bundle;
use crate::artifact::manifest::{MANIFEST, Manifest};
use crate::base::merge_conflicts;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::sha256;

/// How many names a message lists.
const LISTED: usize = 5;

/// What [`write_bundle`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// The folder held these very files already; nothing was touched.
    Unchanged,
    /// The folder was absent or empty.
    Created,
    /// The folder held an earlier bundle.
    Replaced,
}

/// Writes `bundle` as the folder `dir`.
///
/// The files are written in a fresh folder beside `dir`, which is then renamed. `dir` may be absent,
/// empty, or hold an earlier bundle; with `force` the earlier bundle's files may have been edited.
/// Whatever goes wrong, `dir` holds what it held before. (Between the two renames that replace a
/// bundle there is a moment in which `dir` is absent; a crash in it leaves the earlier bundle whole
/// in the hidden folder `.datamove-…` beside it.)
///
/// Files are not synced one by one, which would take minutes for a large plan: a bundle can be
/// made again, and if the power fails before the disk has all of it, the manifest's hashes tell.
pub(super) fn write_bundle(bundle: &Bundle, dir: &Path, force: bool) -> Result<Written, Diagnostic> {
    let unwritable = |error: &io::Error| unwritable(dir, error);
    check_names(bundle)?;
    // A link to a folder stays a link: the folder behind it is the one that is replaced.
    let dir = &fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let state = state(dir)?;
    if let State::Bundle { manifest, files } = &state {
        if same(bundle, dir, files).map_err(|error| unwritable(&error))? {
            return Ok(Written::Unchanged);
        }
        replaceable(dir, manifest, files, force)?;
    }
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    create_parent(parent, dir)?;
    let aside = tempfile::Builder::new().prefix(".datamove-").tempdir_in(parent);
    let aside = aside.map_err(|error| unwritable(&error))?;
    // A folder of its own inside, because the temporary one is closed to others.
    let fresh = aside.path().join("new");
    fill(bundle, &fresh).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => bad_name("two of its paths are the same file on this file system"),
        _ => unwritable(&error),
    })?;
    put_in_place(&fresh, dir, aside, matches!(state, State::Bundle { .. }))
        .map_err(|error| unwritable(&error))?;
    // The rename has happened; a folder that cannot be synced does not make it undone.
    let _ = sync_folder(parent);
    Ok(match state {
        State::Absent | State::Empty => Written::Created,
        State::Bundle { .. } => Written::Replaced,
    })
}

/// What stands where the bundle should go.
enum State {
    Absent,
    Empty,
    /// A folder with a manifest, and every file in it by its path in the bundle.
    Bundle {
        manifest: Manifest,
        files: BTreeSet<String>,
    },
}

fn state(dir: &Path) -> Result<State, Diagnostic> {
    match fs::metadata(dir) {
        // A link that leads nowhere is in the way as well.
        Err(error) if error.kind() == ErrorKind::NotFound && dir.symlink_metadata().is_err() => {
            return Ok(State::Absent);
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotADirectory | ErrorKind::NotFound) => {
            return Err(in_the_way(dir));
        }
        Err(error) => return Err(unwritable(dir, &error)),
        Ok(found) if !found.is_dir() => return Err(in_the_way(dir)),
        Ok(_) => {}
    }
    let files = files_of(dir).map_err(|error| unwritable(dir, &error))?;
    if files.is_empty() {
        return Ok(State::Empty);
    }
    let manifest = fs::read_to_string(dir.join(MANIFEST)).ok();
    if manifest.as_ref().is_some_and(|text| !merge_conflicts(text).is_empty()) {
        let message = format!("the bundle in {} is from a merge that is not finished", dir.display());
        return Err(Diagnostic::nowhere(Code::MergeConflict, message).help(
            "take either side of the bundle (`git checkout --ours`), and compile the merged plan again",
        ));
    }
    match manifest.and_then(|text| Manifest::from_json(&text).ok()) {
        Some(manifest) => Ok(State::Bundle { manifest, files }),
        None => Err(Diagnostic::nowhere(
            Code::OutputNotABundle,
            format!("{} is not empty, and what it holds is not a bundle", dir.display()),
        )
        .help("name a folder that is absent, empty, or holds an earlier bundle")),
    }
}

/// Every file below `dir`, by its path in it; a folder with nothing in it counts as a file.
pub(super) fn files_of(dir: &Path) -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    list(dir, "", &mut files)?;
    Ok(files)
}

/// Everything below `dir` that is not a folder with something in it.
fn list(dir: &Path, prefix: &str, files: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            let before = files.len();
            list(&entry.path(), &format!("{path}/"), files)?;
            if files.len() == before {
                files.insert(format!("{path}/"));
            }
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

fn same(bundle: &Bundle, dir: &Path, files: &BTreeSet<String>) -> io::Result<bool> {
    if !files.iter().eq(bundle.files.keys()) {
        return Ok(false);
    }
    for (path, text) in &bundle.files {
        if fs::read(dir.join(path))? != text.as_bytes() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Nothing may be lost by replacing the folder but what datamove can make again.
fn replaceable(
    dir: &Path,
    manifest: &Manifest,
    files: &BTreeSet<String>,
    force: bool,
) -> Result<(), Diagnostic> {
    let known: BTreeMap<&str, &str> =
        manifest.files.iter().map(|(path, hash)| (path.as_str(), hash.as_str())).collect();
    let strangers: Vec<&str> = files
        .iter()
        .map(String::as_str)
        .filter(|path| *path != MANIFEST && !known.contains_key(path))
        .collect();
    if !strangers.is_empty() {
        let message =
            format!("{} holds files that are not the bundle's: {}", dir.display(), names(&strangers));
        return Err(Diagnostic::nowhere(Code::OutputHasStrangers, message)
            .help("move them out of the folder: a bundle replaces it as a whole"));
    }
    let edited = |path: &&&str| {
        known
            .get(**path)
            .is_some_and(|hash| fs::read(dir.join(**path)).map_or(true, |bytes| sha256(&bytes) != *hash))
    };
    let listed: Vec<&str> = files.iter().map(String::as_str).collect();
    let edited: Vec<&str> = listed.iter().filter(edited).copied().collect();
    if !edited.is_empty() && !force {
        let message = format!("files of the bundle in {} were edited: {}", dir.display(), names(&edited));
        return Err(Diagnostic::nowhere(Code::OutputEdited, message)
            .help("carry the edits over into the plan, then replace the files with --force"));
    }
    Ok(())
}

fn create_parent(parent: &Path, dir: &Path) -> Result<(), Diagnostic> {
    fs::create_dir_all(parent).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => in_the_way(dir),
        _ => unwritable(dir, &error),
    })
}

/// Writes every file into `fresh`.
fn fill(bundle: &Bundle, fresh: &Path) -> io::Result<()> {
    let mut folders = BTreeSet::from([fresh.to_owned()]);
    fs::create_dir(fresh)?;
    for (path, text) in &bundle.files {
        let path = fresh.join(path);
        if let Some(folder) = path.parent()
            && folders.insert(folder.to_owned())
        {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// One rename, or with an earlier bundle two, the second of which is undone if it fails.
fn put_in_place(fresh: &Path, dir: &Path, aside: TempDir, replaces: bool) -> io::Result<()> {
    let old = aside.path().join("old");
    if replaces {
        fs::rename(dir, &old)?;
    }
    let Err(error) = fs::rename(fresh, dir) else { return Ok(()) };
    if replaces && fs::rename(&old, dir).is_err() {
        // Rather a folder too many than the only copy of the earlier bundle gone.
        let kept = aside.keep().join("old");
        return Err(io::Error::new(
            error.kind(),
            format!("{error}; the earlier bundle is in {}", kept.display()),
        ));
    }
    Err(error)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "only Unix lets a folder be opened and synced")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Paths come from names of tables; none may lead out of the folder.
fn check_names(bundle: &Bundle) -> Result<(), Diagnostic> {
    let plain = |path: &str| {
        !path.is_empty()
            && !path.contains(['\\', '\0', ':'])
            && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
    };
    match bundle.files.keys().find(|path| !plain(path)) {
        None => Ok(()),
        Some(path) => Err(bad_name(&format!("its path {path:?} cannot be written"))),
    }
}

fn bad_name(what: &str) -> Diagnostic {
    Diagnostic::nowhere(Code::OutputPath, format!("a file of the bundle has an unusable name: {what}"))
}

fn in_the_way(dir: &Path) -> Diagnostic {
    let message = format!("{} cannot be a folder, because a file is in the way", dir.display());
    Diagnostic::nowhere(Code::OutputInTheWay, message)
        .help("choose another folder with -o, or move the file away")
}

pub(super) fn unwritable(dir: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("the bundle cannot be written to {}: {error}", dir.display());
    Diagnostic::nowhere(Code::OutputUnwritable, message).help("nothing was changed there")
}

fn names(paths: &[&str]) -> String {
    let shown = paths.iter().take(LISTED).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
