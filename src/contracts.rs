//! The published contracts: JSON Schemas in `docs/schemas`, generated from the very structures that are
//! written, and checked against what is written.

#![expect(clippy::disallowed_methods, reason = "the test reads and writes files of the repository")]

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::plan::fixture::shop;

fn schema<T: JsonSchema>(title: &str) -> Schema {
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let mut value = schema.to_value();
    plain(&mut value);
    value.try_into().unwrap()
}

/// Links of the code's own documentation lead nowhere in a schema.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`").replace("crate::", "");
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// Each contract by its name; the file is `NAME.v1.json` for format version 1.
fn contracts() -> Vec<(&'static str, u32, Schema)> {
    use crate::{artifact, diagnostic, diff, plan, runner, schema as schemas};
    vec![
        ("plan", plan::FORMAT_VERSION, schema::<plan::Plan>("plan.json: the compiled plan")),
        (
            "manifest",
            artifact::manifest::FORMAT_VERSION,
            schema::<artifact::manifest::Manifest>("manifest.json: what is in a bundle"),
        ),
        (
            "schema",
            schemas::Shapes::FORMAT_VERSION,
            schema::<schemas::Shapes>("schema.json: the tables that a bundle was compiled against"),
        ),
        ("stats", 1, schema::<schemas::Stats>("pull --stats: how much there is")),
        ("diagnostics", 1, schema::<diagnostic::Report>("check and compile --format json: findings")),
        (
            "report",
            runner::report::FORMAT_VERSION,
            schema::<runner::report::Document>(
                "apply, status, validate and rollback --format json: how a run ended",
            ),
        ),
        ("diff", 1, schema::<diff::Document>("diff --format json: what changed")),
        (
            "approval",
            runner::signoff::FORMAT_VERSION,
            schema::<runner::signoff::Approval>("approvals/PLAN/ROLE.json: one role's approval"),
        ),
        (
            "signoff",
            runner::signoff::FORMAT_VERSION,
            schema::<crate::cli::signoff::Shown>("signoff --format json: who has approved"),
        ),
    ]
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas")
}

#[test]
fn the_published_schemas_are_those_of_the_structures() {
    let mut stale = Vec::new();
    for (name, version, schema) in contracts() {
        let path = folder().join(format!("{name}.v{version}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, text).unwrap();
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "rewritten, look at them and commit: {stale:?}");
}

/// Nothing is written that the contract does not name.
pub(crate) fn closed(schema: &mut Value) {
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
fn valid(name: &str, text: &str, what: &str) {
    let (_, _, schema) = contracts().into_iter().find(|(found, _, _)| *found == name).unwrap();
    let mut schema = schema.to_value();
    closed(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what} is not what docs/schemas says of {name}:\n{}", errors.join("\n"));
}

#[test]
fn golden_bundles_keep_the_contracts() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut seen = 0;
    for bundle in fs::read_dir(golden).unwrap() {
        let bundle = bundle.unwrap().path();
        for name in ["plan", "manifest", "schema"] {
            let file = bundle.join(format!("{name}.snap.json"));
            valid(name, &fs::read_to_string(&file).unwrap(), &file.display().to_string());
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn a_plan_with_one_of_everything_keeps_the_contract() {
    let mut plan = shop();
    valid("plan", &crate::plan::to_json(&plan), "the fixture");
    plan.signoff = Some(crate::plan::fixture::signoff());
    plan.cutover = Some(crate::plan::fixture::cutover());
    plan.reconcile = Some(crate::plan::fixture::reconcile());
    plan.moves[0].watermark = Some(crate::plan::fixture::watermark());
    valid("plan", &crate::plan::to_json(&plan), "the fixture with all that plans may leave out");
    let diff = crate::diff::diff(&shop(), &plan);
    valid("diff", &crate::diff::to_json(&diff), "its difference");
}

/// A contract that anything keeps would be none.
#[test]
fn a_contract_refuses_what_is_not_written() {
    let mut schema = contracts().remove(0).2.to_value();
    closed(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good: Value = serde_json::from_str(&crate::plan::to_json(&shop())).unwrap();
    assert!(validator.is_valid(&good));
    for (pointer, member, value) in [
        ("", "more", json!(1)),
        ("", "format_version", json!("1")),
        ("/moves/0", "more", json!(null)),
        ("/moves/0", "conflict", json!("replace")),
        ("/moves/0/columns/0", "how", json!(null)),
        ("/claims/0", "kind", json!("luck")),
    ] {
        let mut bad = good.clone();
        bad.pointer_mut(pointer).unwrap()[member] = value;
        assert!(!validator.is_valid(&bad), "{pointer}/{member}");
    }
}
