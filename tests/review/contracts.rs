//! What verbs write as JSON is what `docs/schemas` says of it: output of real runs, good and bad.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{MOVES, datamove, folder, staff, write};

/// Nothing may be written that the contract does not name.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(closed);
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

#[track_caller]
fn keeps(contract: &str, text: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schemas/{contract}.v1.json"));
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    closed(&mut schema);
    let value: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{contract}: {}\n{text}", errors.join("\n"));
    assert_eq!(value["format_version"], 1);
    value
}

fn databases(at: &Path) {
    let old = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);\
        INSERT INTO person VALUES (11, 'ann', NULL), (12, 'bob', 'x');";
    rusqlite::Connection::open(at.join("old.db")).unwrap().execute_batch(old).unwrap();
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
    rusqlite::Connection::open(at.join("new.db")).unwrap().execute_batch(new).unwrap();
}

#[test]
fn reports_of_real_runs() {
    let at = folder();
    let at = at.path();
    staff(at);
    databases(at);
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    for file in ["plan", "manifest", "schema"] {
        keeps(file, &fs::read_to_string(at.join(format!("bundle/{file}.json"))).unwrap());
    }
    let run = |code: i32, verb: &str, more: &[&str]| {
        let words = [verb, "bundle", "--source", "old.db", "--target", "new.db", "--format", "json"];
        let said = datamove(at, &[&words, more].concat());
        let report = keeps("report", &said.is(code).out);
        assert_eq!((&report["verb"], &report["exit_code"]), (&verb.into(), &code.into()));
        report["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(run(0, "status", &[]), "nothing_applied");
    assert_eq!(run(5, "apply", &["--expect", "dm1:0"]), "failed");
    assert_eq!(run(0, "apply", &["--batch-rows", "1", "--max-batches", "1"]), "stopped");
    assert_eq!(run(0, "status", &[]), "resumable");
    assert_eq!(run(0, "apply", &[]), "loaded");
    assert_eq!(run(0, "validate", &[]), "validated");
    let new = rusqlite::Connection::open(at.join("new.db")).unwrap();
    new.execute("UPDATE people SET note = 'y' WHERE id = 12", ()).unwrap();
    assert_eq!(run(7, "validate", &[]), "failed");
    assert_eq!(run(4, "rollback", &[]), "failed");
    new.execute_batch("ALTER TABLE people ADD COLUMN more TEXT; ALTER TABLE people DROP COLUMN more")
        .unwrap();
    assert_eq!(run(0, "rollback", &["--yes"]), "rolled_back");
    new.execute_batch("ALTER TABLE people ADD COLUMN more TEXT NOT NULL DEFAULT ''").unwrap();
    assert_eq!(run(6, "apply", &[]), "failed");
    fs::remove_file(at.join("bundle/sql/00_preflight.sql")).unwrap();
    assert_eq!(run(5, "apply", &[]), "failed");
}

#[test]
fn findings_differences_approvals_and_statistics() {
    let at = folder();
    let at = at.path();
    staff(at);
    databases(at);
    keeps("diagnostics", &datamove(at, &["check", "plans/staff.plan", "--format", "json"]).is(0).out);
    datamove(at, &["compile", "plans/staff.plan", "-o", "before"]).is(0);

    write(at, "plans/moves.plan", &MOVES.replace("...", "name <- p.nmae"));
    let said = datamove(at, &["check", "plans/staff.plan", "--format", "json"]);
    let found = keeps("diagnostics", &said.is(3).out);
    assert!(!found["diagnostics"].as_array().unwrap().is_empty());
    keeps("diagnostics", &datamove(at, &["check", "no.plan", "--format", "json"]).is(1).out);

    let plan = fs::read_to_string(at.join("plans/staff.plan")).unwrap();
    write(
        at,
        "plans/staff.plan",
        &format!("{plan}signoff {{ role \"owner\" role \"sre\" role \"boss\" }}\n"),
    );
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    let said = datamove(at, &["diff", "before", "plans/staff.plan", "--format", "json"]);
    let diff = keeps("diff", &said.is(0).out);
    assert!(!diff["changes"].as_array().unwrap().is_empty());

    keeps("signoff", &datamove(at, &["signoff", "before", "--format", "json"]).is(0).out);
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    for (role, on) in [("owner", "2026-11-22"), ("sre", "2026-11-23")] {
        datamove(at, &["signoff", "bundle", "--role", role, "--by", "ann", "--on", on, "--note", "x"]).is(0);
        keeps("approval", &fs::read_to_string(at.join(format!("approvals/staff/{role}.json"))).unwrap());
    }
    write(at, "approvals/staff/sre.json", "{}");
    let shown = datamove(at, &["signoff", "bundle", "--format", "json"]);
    let shown = keeps("signoff", &shown.is(4).out);
    let standings: Vec<_> = shown["roles"].as_array().unwrap().iter().map(|role| &role["standing"]).collect();
    assert_eq!(standings, ["missing", "approved", "refused"]);

    datamove(at, &["pull", "--url", "old.db", "-o", "pulled.sql", "--stats", "stats.json"]).is(0);
    keeps("stats", &fs::read_to_string(at.join("stats.json")).unwrap());
}
