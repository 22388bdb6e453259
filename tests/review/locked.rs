//! `compile --locked`, unfinished merges, and the fingerprint that an approval names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{MOVES, NEW, OLD, Said, datamove, folder, staff, write};

/// Every file below a folder, to see that nothing was written.
fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn compile(at: &Path, words: &[&str]) -> Said {
    datamove(at, &[&["compile", "plans/staff.plan", "-o", "bundle"], words].concat())
}

/// The same command as a pipeline runs it: it must write nothing.
fn locked(at: &Path) -> Said {
    let before = snapshot(at);
    let said = compile(at, &["--locked"]);
    assert_eq!(snapshot(at), before);
    said
}

#[test]
fn a_bundle_that_is_the_plans_passes_and_the_others_are_told_apart() {
    let at = folder();
    let at = at.path();
    staff(at);
    locked(at).refuses(5, "DM0807", "missing: `REVIEW.md`, ");
    assert!(!at.join("bundle").exists());
    compile(at, &[]).is(0);
    assert_eq!(locked(at).is(0).out, "staff: bundle is what the plan compiles to\n");

    // Formatting leaves line numbers in documents; only meaning voids an approval, but the files are compared.
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    let said = locked(at);
    said.refuses(5, "DM0807", "compiled from another version: ");
    assert!(said.err.contains("`sql/00_preflight.sql`") && !said.err.contains("by hand"), "{}", said.err);
    write(at, "plans/moves.plan", MOVES);

    let path = at.join("bundle/sql/00_preflight.sql");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.clone() + "SELECT 1;\n").unwrap();
    locked(at).refuses(5, "DM0807", "1 file differs: edited by hand: `sql/00_preflight.sql`");
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    locked(at).refuses(5, "DM0807", "with other line ends: `sql/00_preflight.sql`");
    fs::remove_file(&path).unwrap();
    write(at, "bundle/sql/more.sql", "SELECT 1;");
    locked(at).refuses(
        5,
        "DM0807",
        "2 files differ: missing: `sql/00_preflight.sql`; not of the bundle: `sql/more.sql`",
    );
    fs::remove_file(at.join("bundle/sql/more.sql")).unwrap();
    fs::write(&path, &text).unwrap();
    locked(at).is(0);

    let said =
        datamove(at, &["compile", "plans/staff.plan", "-o", "elsewhere", "--locked", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.is(5).out).unwrap();
    assert_eq!(json["diagnostics"][0]["code"], "DM0807");
    compile(at, &["--locked", "--force"]).is(64);
    write(at, "plans/moves.plan", "move");
    locked(at).is(3);
}

fn conflict(one: &str, other: &str) -> String {
    format!("<<<<<<< HEAD\n{one}\n=======\n{other}\n>>>>>>> topic\n")
}

#[test]
fn an_unfinished_merge_is_called_one() {
    let at = folder();
    let at = at.path();
    staff(at);
    compile(at, &[]).is(0);
    let check = || datamove(at, &["check", "plans/staff.plan"]);
    let merged = MOVES.replace("  where p.id > 10\n", &conflict("  where p.id > 10", "  where p.id > 20"));
    write(at, "plans/moves.plan", &merged);
    let said = check();
    said.refuses(3, "DM0808", "--> plans/moves.plan:2:1");
    assert_eq!(said.err.matches("error[").count(), 1, "only the merge: {}", said.err);
    datamove(at, &["fmt", "plans/moves.plan"]).refuses(3, "DM0808", "two versions begin here");
    assert_eq!(fs::read_to_string(at.join("plans/moves.plan")).unwrap(), merged);
    write(at, "plans/moves.plan", MOVES);
    write(at, "plans/schemas/new.sql", &conflict(NEW, OLD));
    let said = check();
    said.refuses(3, "DM0808", "--> plans/schemas/new.sql:1:1");
    assert_eq!(said.err.matches("error[").count(), 1, "only the merge: {}", said.err);
    write(at, "plans/schemas/new.sql", NEW);

    let manifest = fs::read_to_string(at.join("bundle/manifest.json")).unwrap();
    let line = manifest.lines().find(|line| line.contains("\"fingerprint\"")).unwrap();
    write(at, "bundle/manifest.json", &manifest.replace(&format!("{line}\n"), &conflict(line, line)));
    locked(at).refuses(5, "DM0808", "with the marks of an unfinished merge: `manifest.json`");
    compile(at, &[]).refuses(1, "DM0808", "is from a merge that is not finished");
    let said = datamove(at, &["diff", "plans/staff.plan", "bundle"]);
    assert!(said.err.contains("error[DM0808]"), "{}", said.err);
}

#[test]
fn only_the_bundle_that_was_approved_is_applied() {
    let at = folder();
    let at = at.path();
    staff(at);
    let said = compile(at, &[]);
    let fingerprint = said.is(0).out.lines().last().unwrap();
    for (name, ddl) in [("old.db", OLD), ("new.db", NEW)] {
        rusqlite::Connection::open(at.join(name)).unwrap().execute_batch(ddl).unwrap();
    }
    let old = rusqlite::Connection::open(at.join("old.db")).unwrap();
    old.execute_batch("INSERT INTO person VALUES (11, 'Ann', NULL)").unwrap();
    let apply = |expect: &str| {
        datamove(
            at,
            &["apply", "bundle", "--source", "old.db", "--target", "new.db", "--quiet", "--expect", expect],
        )
    };
    let before = fs::read(at.join("new.db")).unwrap();
    apply(&fingerprint.replace("dm1:", "dm1:0")).refuses(5, "DM0809", fingerprint);
    apply("").refuses(5, "DM0809", "nothing was opened");
    assert_eq!(fs::read(at.join("new.db")).unwrap(), before);
    apply(fingerprint).is(0);
}
