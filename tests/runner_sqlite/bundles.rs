//! Only what was compiled is run.

use std::fs;

use datamove::runner::bundle::Bundle;

use crate::bundle::{read_manifest, write_manifest};
use crate::fixture::Fixture;

#[test]
fn a_folder_that_is_no_bundle_is_refused() {
    let fixture = Fixture::new(1);
    let text = fixture.bundle().join("manifest.json");
    fs::write(
        &text,
        fs::read_to_string(&text).unwrap().replace("\"format_version\": 1", "\"format_version\": 2"),
    )
    .unwrap();
    fixture.run("apply", &[]).expect(1, &["DM0011", "format_version is 2"]);
    fs::write(&text, "{").unwrap();
    fixture.run("status", &[]).expect(1, &["DM0011", "not JSON"]);
    fs::write(&text, "{\"format_version\": 1}").unwrap();
    fixture.run("status", &["--format", "json"]).expect(1, &["DM0011"]);
    fs::remove_file(&text).unwrap();
    fixture.run("validate", &[]).expect(1, &["DM0010", "manifest.json"]);
    fs::remove_dir_all(fixture.bundle()).unwrap();
    fixture.run("apply", &[]).expect(1, &["DM0010", "is not there"]);
    fs::write(fixture.bundle(), "").unwrap();
    fixture.run("apply", &[]).expect(1, &["DM0010", "is not a folder"]);
}

#[test]
fn edited_missing_and_extra_files_are_all_named_and_nothing_runs() {
    let fixture = Fixture::new(1);
    let before = fixture.dump();
    let sql = fixture.bundle().join("sql");
    let edited = fs::read_to_string(sql.join("27_finish.sql")).unwrap() + "-- harmless\n";
    fs::write(sql.join("27_finish.sql"), edited).unwrap();
    fs::remove_file(sql.join("20_backfill/020_orders.sql")).unwrap();
    fs::write(sql.join("20_backfill/015_extra.sql"), "DROP TABLE customer;").unwrap();
    let named = [
        "error[DM0701]: 3 files",
        "sql/27_finish.sql: its text was changed",
        "sql/20_backfill/020_orders.sql: it is missing",
        "sql/20_backfill/015_extra.sql: the manifest does not know it",
    ];
    for verb in ["apply", "status", "validate", "rollback"] {
        fixture.run(verb, &[]).expect(5, &named);
    }
    assert_eq!(fixture.dump(), before);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let fixture = Fixture::new(1);
    fs::write(fixture.path("outside.sql"), "").unwrap();
    let outside = fixture.path("outside.sql");
    for path in ["../outside.sql", outside.to_str().unwrap(), "sql/../../outside.sql", "", "sql\\x.sql", "."]
    {
        let mut manifest = read_manifest(&fixture.bundle());
        manifest.files.insert(path.to_owned(), String::new());
        let good = read_manifest(&fixture.bundle());
        write_manifest(&fixture.bundle(), &manifest);
        fixture.run("apply", &[]).expect(5, &["DM0701", "leads out of the bundle"]);
        write_manifest(&fixture.bundle(), &good);
    }
    assert!(Bundle::open(&fixture.bundle()).is_ok());
}

#[test]
fn a_script_that_names_no_step_would_never_run_and_is_refused() {
    let fixture = Fixture::new(1);
    let mut manifest = read_manifest(&fixture.bundle());
    manifest.scripts[3].steps.clear();
    write_manifest(&fixture.bundle(), &manifest);
    fixture.run("apply", &[]).expect(1, &["DM0011", "names no step"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new(1);
    let script = fixture.bundle().join("sql/27_finish.sql");
    fs::rename(&script, fixture.path("outside.sql")).unwrap();
    symlink(fixture.path("outside.sql"), &script).unwrap();
    fixture.run("apply", &[]).expect(5, &["DM0701", "sql/27_finish.sql: it is a symbolic link"]);
}
