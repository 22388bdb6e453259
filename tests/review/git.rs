//! Sides of a comparison that are in a git revision.

use std::path::Path;
use std::process::Command;

use super::{MOVES, datamove, folder, staff, write};

/// Runs git as somebody, whatever the machine's settings.
fn git(folder: &Path, words: &[&str]) {
    let done = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", message]);
}

/// A repository with one commit of the plan, and another filter in the work tree.
fn repository(folder: &Path) {
    git(folder, &["init", "-q"]);
    staff(folder);
    commit(folder, "first");
    write(folder, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 5"));
}

#[test]
fn imports_and_schemas_come_from_the_same_revision() {
    let at = folder();
    repository(at.path());
    let said = datamove(at.path(), &["diff", "plans/staff.plan", "--against", "HEAD", "--exit-code"]);
    said.is(2);
    assert!(said.out.starts_with("staff: 1 change: 1 widening\n"), "{}", said.out);
    assert!(said.out.contains("- where p.id > 10  (moves.plan:1-5)"), "{}", said.out);
    assert!(said.out.contains("+ where p.id > 5  (moves.plan:1-5)"), "{}", said.out);
    // The schema of the revision, not the one of the work tree, which does not even parse now.
    write(at.path(), "plans/schemas/new.sql", "CREATE TABLE");
    let said =
        datamove(at.path(), &["diff", "HEAD:plans/staff.plan", "HEAD:plans/staff.plan", "--exit-code"]);
    assert_eq!(said.is(0).out, "staff: the two plans mean the same\n");
    // From a folder below, with git's own way of writing a path.
    let said = datamove(&at.path().join("plans"), &["diff", "HEAD:./staff.plan", "HEAD:plans/staff.plan"]);
    assert_eq!(said.is(0).out, "staff: the two plans mean the same\n");
}

#[test]
fn a_bundle_of_a_revision_is_read_and_one_that_was_edited_is_refused() {
    let at = folder();
    repository(at.path());
    datamove(at.path(), &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    commit(at.path(), "bundle");
    let said = datamove(at.path(), &["diff", "HEAD~:plans/staff.plan", "HEAD:bundle"]);
    assert!(said.is(0).out.starts_with("staff: 1 change: 1 widening\n"), "{}", said.out);
    let plan = std::fs::read_to_string(at.path().join("bundle/plan.json")).unwrap();
    write(at.path(), "bundle/plan.json", &plan.replace("\"5\"", "\"6\""));
    commit(at.path(), "edited");
    datamove(at.path(), &["diff", "HEAD~:bundle", "HEAD:bundle"]).refuses(
        5,
        "DM0701",
        "`HEAD:bundle/plan.json`",
    );
}

#[test]
fn what_git_cannot_give_is_said_with_the_way_out() {
    let at = folder();
    repository(at.path());
    let diff = |words: &[&str]| datamove(at.path(), &[&["diff", "plans/staff.plan"], words].concat());
    diff(&["--against", "mian"]).refuses(1, "DM0802", "did you mean `main`?");
    diff(&["--against=--output=x"]).refuses(1, "DM0802", "knows no revision `--output=x`");
    assert!(!at.path().join("x").exists());
    diff(&["main:staff.plan"]).refuses(1, "DM0804", "did you mean `main:plans/staff.plan`?");
    diff(&["main:../staff.plan"]).refuses(1, "DM0804", "outside of the repository");
    diff(&["main:plans"]).refuses(1, "DM0806", "there is no `main:plans/plan.json`");
    let lonely = tempfile::tempdir().unwrap();
    staff(lonely.path());
    datamove(lonely.path(), &["diff", "plans/staff.plan", "--against", "main"]).refuses(
        1,
        "DM0801",
        "there is no repository around `plans`",
    );
    let done = Command::new(env!("CARGO_BIN_EXE_datamove"))
        .current_dir(at.path())
        .args(["diff", "plans/staff.plan", "--against", "main"])
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&done.stderr).contains("error[DM0801]: the program `git` is not installed")
    );
}

#[test]
fn a_shallow_clone_is_told_what_to_fetch() {
    let at = folder();
    repository(at.path());
    commit(at.path(), "second");
    let clone = folder();
    let from = format!("file://{}", at.path().display());
    git(clone.path(), &["clone", "-q", "--depth", "1", &from, "copy"]);
    datamove(&clone.path().join("copy"), &["diff", "plans/staff.plan", "--against", "HEAD~1"]).refuses(
        1,
        "DM0803",
        "git fetch --unshallow",
    );
}

#[test]
fn a_file_outside_of_the_repository_has_no_version() {
    let at = folder();
    staff(at.path());
    let text = std::fs::read_to_string(at.path().join("plans/staff.plan")).unwrap();
    write(at.path(), "plans/schemas/old.sql", "");
    write(at.path(), "old.sql", super::OLD);
    write(at.path(), "plans/staff.plan", &text.replace("schemas/old.sql", "../old.sql"));
    git(&at.path().join("plans"), &["init", "-q"]);
    commit(&at.path().join("plans"), "first");
    datamove(at.path(), &["diff", "plans/staff.plan", "--against", "HEAD"]).refuses(
        3,
        "DM0804",
        "is outside of the repository, so that `HEAD` has no version of it",
    );
}
