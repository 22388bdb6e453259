//! A bundle's folder, opened only if it is byte for byte what was compiled.

#![expect(clippy::disallowed_methods, reason = "a bundle is files, and the runner reads them")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::driver::Script;
use super::failure::{Failure, Result};
use crate::artifact::manifest::{FORMAT_VERSION, Manifest, REPAIR, SCHEMA, ScriptEntry, ScriptKind};
use crate::base::{hex, merge_conflicts};
use crate::diagnostic::Code;
use crate::dialect::Repair;
use crate::schema::Shapes;

const MANIFEST: &str = "manifest.json";

/// A bundle whose files are the manifest's. The scripts were read once, when they were compared,
/// so that what runs is what was compared even if the folder changes meanwhile.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub manifest: Manifest,
    texts: BTreeMap<String, String>,
}

impl Bundle {
    /// Reads and compares a bundle's folder. Fails with DM0010 or DM0011 where it cannot be read,
    /// and with DM0701 naming every file that differs, is missing, or is too many.
    pub fn open(folder: &Path) -> Result<Self> {
        let manifest = read_manifest(folder)?;
        let mut changed = Vec::new();
        let mut texts = BTreeMap::new();
        for (path, hash) in &manifest.files {
            match read_file(folder, path) {
                Ok(bytes) if hex(&Sha256::digest(&bytes)) != hash.to_ascii_lowercase() => {
                    changed.push(format!("{path}: its text was changed"));
                }
                Ok(bytes) => {
                    if let Ok(text) = String::from_utf8(bytes) {
                        texts.insert(path.clone(), text);
                    }
                }
                Err(why) => changed.push(format!("{path}: {why}")),
            }
        }
        changed.extend(extra_files(folder, &manifest)?);
        for script in &manifest.scripts {
            if !manifest.files.contains_key(&script.path) {
                changed.push(format!("{}: the manifest runs it, but has no hash for it", script.path));
            }
        }
        if !changed.is_empty() {
            return Err(differs(&changed));
        }
        let bundle = Self { manifest, texts };
        bundle.check_scripts()?;
        Ok(bundle)
    }

    /// A script of the manifest with its text.
    #[must_use]
    pub fn script<'a>(&'a self, entry: &'a ScriptEntry) -> Script<'a> {
        Script { path: &entry.path, text: self.texts.get(&entry.path).map_or("", String::as_str) }
    }

    /// The text of a file that the manifest knows.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The one script of a kind; fails where a bundle has none.
    pub fn only(&self, kind: ScriptKind) -> Result<&ScriptEntry> {
        self.manifest.scripts.iter().find(|script| script.kind == kind).ok_or_else(|| {
            Failure::new(Code::ManifestUnreadable, format!("the manifest lists no {kind:?} script"))
                .help("compile the plan again")
        })
    }

    /// The script that works on a step.
    pub fn script_of(&self, step: &str) -> Result<&ScriptEntry> {
        self.manifest.scripts.iter().find(|script| script.steps.iter().any(|one| one == step)).ok_or_else(
            || {
                Failure::new(Code::ManifestUnreadable, format!("no script of the manifest works on `{step}`"))
                    .help("compile the plan again")
            },
        )
    }

    /// What the databases were compiled as; `None` for a bundle of before there was such a file.
    pub fn shapes(&self) -> Result<Option<Shapes>> {
        let Some(text) = self.texts.get(SCHEMA) else { return Ok(None) };
        let unreadable = |why: String| {
            Failure::new(Code::ManifestUnreadable, format!("the tables' shapes cannot be read: {why}"))
                .at(SCHEMA, None)
                .help("run the bundle with the datamove that compiled it, or compile it again")
        };
        Shapes::from_json(text).map(Some).map_err(unreadable)
    }

    /// What repairs are made of; `None` for a bundle of before there was such a file.
    pub fn repair(&self) -> Result<Option<Repair>> {
        let Some(text) = self.texts.get(REPAIR) else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|error| {
            Failure::new(
                Code::ManifestUnreadable,
                format!("what repairs are made of cannot be read: {error}"),
            )
            .at(REPAIR, None)
            .help("run the bundle with the datamove that compiled it, or compile it again")
        })
    }

    /// SQLite stops reading at a NUL without a word, so a script that has one never runs.
    fn check_scripts(&self) -> Result<()> {
        for script in &self.manifest.scripts {
            if self.texts.get(&script.path).is_none_or(|text| text.contains('\0')) {
                return Err(Failure::new(
                    Code::ManifestUnreadable,
                    format!("`{}` is not text that an engine can run", script.path),
                )
                .help("compile the plan again"));
            }
            // Without a step it would count as done before it ever ran.
            let moves =
                matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass | ScriptKind::CatchUp);
            if moves && script.steps.is_empty() {
                return Err(Failure::new(
                    Code::ManifestUnreadable,
                    format!("`{}` moves rows and names no step of the ledger", script.path),
                )
                .help("compile the plan again"));
            }
        }
        Ok(())
    }
}

fn differs(changed: &[String]) -> Box<Failure> {
    let files = if changed.len() == 1 { "file is" } else { "files are" };
    Failure::new(
        Code::BundleChanged,
        format!("{} {files} not what was compiled: {}", changed.len(), changed.join("; ")),
    )
    .state("nothing was run")
    .help("take the bundle again from where it was reviewed, or compile the plan and have it reviewed")
}

fn read_manifest(folder: &Path) -> Result<Manifest> {
    let unreadable = |why: String| {
        Failure::new(Code::BundleUnreadable, format!("`{}` {why}", folder.display()))
            .help("name the folder that `datamove compile` wrote; it holds manifest.json and sql/")
    };
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(unreadable("is not a folder".to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(unreadable("is not there".to_owned()));
        }
        Err(error) => return Err(unreadable(format!("cannot be read: {error}"))),
    }
    let bytes = read_file(folder, MANIFEST).map_err(|why| unreadable(format!("has no {MANIFEST}: {why}")))?;
    let not_understood = |why: String| Failure::new(Code::ManifestUnreadable, why).at(MANIFEST, None);
    // The version comes first: a later format may have fields that this one cannot parse.
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
        if !merge_conflicts(&String::from_utf8_lossy(&bytes)).is_empty() {
            return Failure::new(Code::MergeConflict, "the bundle is from a merge that is not finished")
                .at(MANIFEST, None)
                .help("merge the plan and compile it again; a bundle cannot be merged");
        }
        not_understood(format!("the manifest is not JSON: {error}"))
            .help("take the bundle again from where it was reviewed")
    })?;
    let version = value.get("format_version").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(FORMAT_VERSION)) {
        let found = version.map_or("none".to_owned(), |version| version.to_string());
        return Err(not_understood(format!(
            "the manifest's format_version is {found}, and this datamove reads {FORMAT_VERSION}"
        ))
        .help("run the bundle with the datamove that compiled it, or compile it again"));
    }
    serde_json::from_value(value).map_err(|error| {
        not_understood(format!("the manifest is not one that datamove writes: {error}"))
            .help("compile the plan again")
    })
}

/// Reads a file that must lie inside the folder, whatever its path and the links on the way say.
fn read_file(folder: &Path, path: &str) -> std::result::Result<Vec<u8>, String> {
    let inside = !path.is_empty()
        && !path.contains('\\')
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return Err("its path leads out of the bundle".to_owned());
    }
    let mut full = PathBuf::from(folder);
    for part in Path::new(path).components() {
        full.push(part);
        match fs::symlink_metadata(&full) {
            Ok(found) if found.file_type().is_symlink() => return Err("it is a symbolic link".to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err("it is missing".to_owned()),
            Err(error) => return Err(error.to_string()),
        }
    }
    fs::read(&full).map_err(|error| error.to_string())
}

/// Files under `sql/` that the manifest does not know: somebody could take them for part of the move.
fn extra_files(folder: &Path, manifest: &Manifest) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec!["sql".to_owned()];
    while let Some(inner) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&inner)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(Failure::new(
                    Code::BundleUnreadable,
                    format!("`{inner}` cannot be read: {error}"),
                ));
            }
        };
        for entry in entries.flatten() {
            let path = format!("{inner}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if !manifest.files.contains_key(&path) {
                found.insert(path);
            }
        }
    }
    Ok(found.into_iter().map(|path| format!("{path}: the manifest does not know it")).collect())
}
