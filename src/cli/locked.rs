#![expect(clippy::disallowed_methods, reason = "bundles are read from disk here")]
//! Whether a folder holds the very bundle that a plan compiles to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::write::{files_of, unwritable};
use crate::artifact::Bundle;
use crate::artifact::manifest::{MANIFEST, Manifest};
use crate::base::merge_conflicts;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::sha256;

/// What is the matter with a file; the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It has the marks of a merge.
    Merge,
    /// It is not what the folder's own manifest says either.
    Edited,
    /// Another version of the plan or of a schema was compiled.
    Outdated,
    /// Only its line ends are others.
    LineEnds,
    Missing,
    Added,
}

impl Kind {
    const fn says(self) -> &'static str {
        match self {
            Self::Merge => "with the marks of an unfinished merge",
            Self::Edited => "edited by hand",
            Self::Outdated => "compiled from another version",
            Self::LineEnds => "with other line ends",
            Self::Missing => "missing",
            Self::Added => "not of the bundle",
        }
    }
}

/// `None` if every file of `dir` is the bundle's, to the byte, and there is no other. Writes nothing.
pub(super) fn stale(bundle: &Bundle, dir: &Path) -> Option<Diagnostic> {
    let kinds = match kinds(bundle, dir) {
        Ok(kinds) => kinds,
        Err(found) => return Some(found),
    };
    let worst = *kinds.keys().next()?;
    let count: usize = kinds.values().map(Vec::len).sum();
    let lists: Vec<String> =
        kinds.iter().map(|(kind, paths)| format!("{}: `{}`", kind.says(), paths.join("`, `"))).collect();
    let files = if count == 1 { "file differs" } else { "files differ" };
    let message =
        format!("{} is not what the plan compiles to; {count} {files}: {}", dir.display(), lists.join("; "));
    let (code, help) = match worst {
        Kind::Merge => (
            Code::MergeConflict,
            "merge the plan, take either side of the bundle, compile it again, and commit both",
        ),
        Kind::Edited => (
            Code::BundleStale,
            "carry the edits over into the plan, then compile without --locked, with --force, and commit the bundle",
        ),
        Kind::LineEnds => (
            Code::BundleStale,
            "keep git from changing line ends: `*.sql -text` and the like in .gitattributes of the bundle",
        ),
        Kind::Outdated | Kind::Missing | Kind::Added => (
            Code::BundleStale,
            "compile without --locked, look at the difference, and commit the bundle together with the plan",
        ),
    };
    Some(Diagnostic::nowhere(code, message).help(help))
}

fn kinds(bundle: &Bundle, dir: &Path) -> Result<BTreeMap<Kind, Vec<String>>, Diagnostic> {
    let unreadable = |error: &std::io::Error| unwritable(dir, error);
    let there = if dir.exists() {
        files_of(dir).map_err(|error| unreadable(&error))?
    } else {
        std::collections::BTreeSet::new()
    };
    let manifest = fs::read_to_string(dir.join(MANIFEST)).ok();
    let manifest = manifest.and_then(|text| Manifest::from_json(&text).ok());
    let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for path in there.iter().filter(|path| !bundle.files.contains_key(*path)) {
        kinds.entry(Kind::Added).or_default().push(path.clone());
    }
    for (path, text) in &bundle.files {
        let kind = if there.contains(path) {
            let found = fs::read(dir.join(path)).map_err(|error| unreadable(&error))?;
            changed(path, &found, text, manifest.as_ref())
        } else {
            Some(Kind::Missing)
        };
        if let Some(kind) = kind {
            kinds.entry(kind).or_default().push(path.clone());
        }
    }
    Ok(kinds)
}

fn changed(path: &str, found: &[u8], wanted: &str, manifest: Option<&Manifest>) -> Option<Kind> {
    if found == wanted.as_bytes() {
        return None;
    }
    let text = String::from_utf8_lossy(found);
    if !merge_conflicts(&text).is_empty() {
        return Some(Kind::Merge);
    }
    if text.replace("\r\n", "\n") == *wanted {
        return Some(Kind::LineEnds);
    }
    // The manifest has no hash of itself: it changes with every version.
    let as_compiled = path == MANIFEST && manifest.is_some()
        || manifest.is_some_and(|manifest| manifest.files.get(path) == Some(&sha256(found)));
    Some(if as_compiled { Kind::Outdated } else { Kind::Edited })
}
