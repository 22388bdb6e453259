use std::collections::BTreeMap;
use std::path::Path;

use super::{Written, fs, write_bundle};
use crate::artifact::Bundle;
use crate::artifact::manifest::Manifest;
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::plan::{Link, sha256};

/// A bundle of a manifest and a few files; `salt` makes it another one.
fn bundle(salt: &str) -> Bundle {
    let mut files: BTreeMap<String, String> =
        ["REVIEW.md", "sql/00_preflight.sql", "sql/20_backfill/010_a.sql"]
            .into_iter()
            .map(|path| (path.to_owned(), format!("{path} {salt}\n")))
            .collect();
    let manifest = Manifest {
        format_version: 1,
        plan: "p".into(),
        fingerprint: format!("dm1:{salt}"),
        engine: Engine::Sqlite,
        link: Link::Attach,
        source: "s".into(),
        target: "t".into(),
        ledger: "datamove_p_".into(),
        staging: None,
        scripts: vec![],
        cutover: None,
        needs: Vec::new(),
        files: files.iter().map(|(path, text)| (path.clone(), sha256(text.as_bytes()))).collect(),
    };
    files.insert("manifest.json".into(), manifest.to_json());
    Bundle { files, ..Bundle::default() }
}

fn read(dir: &Path) -> Bundle {
    fn walk(dir: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), files);
            } else {
                files.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(dir, "", &mut files);
    Bundle { files, ..Bundle::default() }
}

/// Names in a folder, to see that nothing is left behind.
fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refused(bundle: &Bundle, dir: &Path, force: bool) -> Code {
    write_bundle(bundle, dir, force).unwrap_err().code
}

#[test]
fn an_absent_and_an_empty_folder_are_filled_and_a_bundle_is_replaced() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("build/shop");
    assert_eq!(write_bundle(&bundle("1"), &dir, false).unwrap(), Written::Created);
    assert_eq!(read(&dir), bundle("1"));
    assert_eq!(write_bundle(&bundle("1"), &dir, false).unwrap(), Written::Unchanged);
    assert_eq!(write_bundle(&bundle("2"), &dir, false).unwrap(), Written::Replaced);
    assert_eq!(read(&dir), bundle("2"));
    assert_eq!(entries(&place.path().join("build")), ["shop"]);
    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(write_bundle(&bundle("1"), &empty, false).unwrap(), Written::Created);
    assert_eq!(read(&empty), bundle("1"));
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert_eq!(refused(&bundle("1"), &file, true), Code::OutputInTheWay);
    assert_eq!(refused(&bundle("1"), &file.join("below"), true), Code::OutputInTheWay);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let full = place.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("notes.txt"), "mine").unwrap();
    assert_eq!(refused(&bundle("1"), &full, true), Code::OutputNotABundle);
    fs::write(full.join("manifest.json"), "{}").unwrap();
    assert_eq!(refused(&bundle("1"), &full, true), Code::OutputNotABundle);
    assert_eq!(entries(place.path()), ["file", "full"]);
}

#[test]
fn strangers_and_edits_in_a_bundle_are_not_lost() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("shop");
    write_bundle(&bundle("1"), &dir, false).unwrap();
    fs::write(dir.join("sql/notes.sql"), "mine").unwrap();
    assert_eq!(refused(&bundle("2"), &dir, true), Code::OutputHasStrangers);
    fs::remove_file(dir.join("sql/notes.sql")).unwrap();
    fs::write(dir.join("sql/00_preflight.sql"), "edited").unwrap();
    let refusal = write_bundle(&bundle("2"), &dir, false).unwrap_err();
    assert_eq!(refusal.code, Code::OutputEdited);
    assert!(refusal.message.contains("`sql/00_preflight.sql`"), "{}", refusal.message);
    assert_eq!(fs::read_to_string(dir.join("sql/00_preflight.sql")).unwrap(), "edited");
    assert_eq!(write_bundle(&bundle("2"), &dir, true).unwrap(), Written::Replaced);
    // A file that is gone loses nothing.
    fs::remove_file(dir.join("REVIEW.md")).unwrap();
    assert_eq!(write_bundle(&bundle("2"), &dir, false).unwrap(), Written::Replaced);
    assert_eq!(read(&dir), bundle("2"));
    assert_eq!(entries(place.path()), ["shop"]);
}

#[test]
fn names_stay_inside_of_the_folder() {
    let place = tempfile::tempdir().unwrap();
    for path in ["../out", "/out", "a/../../out", "", "a\\b", "./a"] {
        let mut hostile = bundle("1");
        hostile.files.insert(path.into(), "x".into());
        assert_eq!(refused(&hostile, &place.path().join("dir"), true), Code::OutputPath, "{path:?}");
    }
    assert!(entries(place.path()).is_empty());
}

#[test]
fn a_failure_on_the_way_leaves_the_earlier_bundle() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("shop");
    write_bundle(&bundle("1"), &dir, false).unwrap();
    // A name that no file system takes fails in the middle of writing, as a full disk would.
    let mut broken = bundle("2");
    broken.files.insert(format!("sql/{}", "n".repeat(300)), "x".into());
    assert_eq!(refused(&broken, &dir, false), Code::OutputUnwritable);
    assert_eq!(read(&dir), bundle("1"));
    assert_eq!(entries(place.path()), ["shop"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_others_may_read() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = tempfile::tempdir().unwrap();
    let (real, link) = (place.path().join("real"), place.path().join("link"));
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    write_bundle(&bundle("1"), &link, false).unwrap();
    write_bundle(&bundle("2"), &link, false).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(read(&real), bundle("2"));
    let plain = place.path().join("plain");
    fs::create_dir(&plain).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&real), mode(&plain));
    let nowhere = place.path().join("nowhere");
    symlink(place.path().join("absent"), &nowhere).unwrap();
    assert_eq!(refused(&bundle("1"), &nowhere, true), Code::OutputInTheWay);
}
