//! Sides of a comparison on the disk, good and bad, and the formats.

use std::fs;

use serde_json::Value;

use super::{MOVES, datamove, folder, plan, staff, write};

#[test]
fn formatting_is_no_change_and_a_bundle_is_its_plan() {
    let (one, other) = (folder(), folder());
    staff(one.path());
    staff(other.path());
    let spread = plan("p.name   =  ''").replace('\n', "\r\n\r\n-- a comment\r\n");
    write(other.path(), "plans/staff.plan", &spread);
    datamove(one.path(), &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    let after = other.path().join("plans/staff.plan");
    let said = datamove(one.path(), &["diff", "bundle", after.to_str().unwrap(), "--exit-code"]);
    assert_eq!(said.is(0).out, "staff: the two plans mean the same\n");
    let said = datamove(one.path(), &["diff", "bundle/plan.json", "bundle", "--format", "markdown"]);
    assert_eq!(said.is(0).out, "### staff: the two plans mean the same\n");
}

#[test]
fn a_side_that_does_not_compile_says_so_for_both() {
    let at = folder();
    staff(at.path());
    write(at.path(), "a.plan", "datamove edition 2026\nplan a { }\n");
    let said = datamove(at.path(), &["diff", "a.plan", "plans/staff.plan"]);
    said.refuses(3, "DM0306", "the side before cannot be compared:\n");
    assert!(!said.err.contains("the side after"), "{}", said.err);
    let said = datamove(at.path(), &["diff", "a.plan", "nothing.plan"]);
    said.refuses(3, "DM0001", "the side after cannot be compared:\n");
    assert!(said.err.contains("error[DM0306]"), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn bundles_that_are_not_what_was_compiled_are_refused() {
    let at = folder();
    staff(at.path());
    let diff = || datamove(at.path(), &["diff", "plans/staff.plan", "bundle"]);
    let compile =
        || datamove(at.path(), &["compile", "plans/staff.plan", "-o", "bundle", "--force"]).is(0).code;
    compile();
    let edit = |name: &str, edit: &dyn Fn(String) -> String| {
        let path = at.path().join("bundle").join(name);
        fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
    };
    edit("sql/00_preflight.sql", &|text| text + "-- by hand\n");
    diff().refuses(5, "DM0701", "sql/00_preflight.sql: its text was changed");
    compile();
    fs::remove_file(at.path().join("bundle/mapping.md")).unwrap();
    diff().refuses(5, "DM0701", "mapping.md: it is missing");
    compile();
    write(at.path(), "bundle/sql/99_more.sql", "SELECT 1;");
    diff().refuses(5, "DM0701", "sql/99_more.sql: the manifest does not know it");
    fs::remove_file(at.path().join("bundle/sql/99_more.sql")).unwrap();
    compile();
    edit("manifest.json", &|text| text.replace("\"format_version\": 1", "\"format_version\": 9"));
    let said = diff();
    assert!(said.err.contains("error[DM0011]: the manifest's format_version is 9"), "{}", said.err);
    fs::remove_dir_all(at.path().join("bundle")).unwrap();
    fs::create_dir(at.path().join("bundle")).unwrap();
    diff().refuses(1, "DM0806", "`bundle` is a folder without a manifest.json");
    write(at.path(), "bundle/plan.json", "{\"format_version\": 99}");
    datamove(at.path(), &["diff", "plans/staff.plan", "bundle/plan.json"]).refuses(
        1,
        "DM0806",
        "format version 99 is newer than",
    );
}

#[test]
fn a_step_is_explained_by_the_lines_that_changed_it() {
    let (one, other) = (folder(), folder());
    staff(one.path());
    staff(other.path());
    write(other.path(), "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 20"));
    let after = other.path().join("plans/staff.plan");
    let diff = |words: &[&str]| {
        datamove(one.path(), &[&["diff", "plans/staff.plan", after.to_str().unwrap()], words].concat())
    };
    let said = diff(&["--why", "people"]);
    assert_eq!(
        said.is(0).out,
        "people must run again\n\nnarrows the rows in scope\n  people  the filter keeps fewer rows\n    \
         - where p.id > 10  (moves.plan:1-5)\n    + where p.id > 20  (moves.plan:1-5)\n"
    );
    diff(&["--why", "peopel"]).refuses(64, "DM0805", "did you mean `people`?");
    let json: Value = serde_json::from_str(&diff(&["--format", "json"]).is(0).out).unwrap();
    assert_eq!(json["changes"][0]["class"], "narrows");
    assert_eq!(json["changes"][0]["before"]["origin"]["file"], "moves.plan");
    assert_eq!(json["steps"][0]["verdict"], "runs_again");
    assert_eq!(json["same_meaning"], false);
    let usage = datamove(one.path(), &["diff", "plans/staff.plan"]);
    usage.is(64);
}

/// Streams that are no terminal get no colours.
#[test]
fn a_pipe_gets_no_colours() {
    let at = folder();
    staff(at.path());
    let said = datamove(at.path(), &["diff", "plans/staff.plan", "plans/staff.plan"]);
    assert!(!said.is(0).out.contains('\u{1b}'));
}
