//! Whole documents, as files next to this one.

use super::manifest::{Manifest, ScriptKind};
use super::{ARTIFACTS, Beside, Bundle, bundle};
use crate::base::Engine;
use crate::dialect::Script;
use crate::plan::fixture::shop;
use crate::plan::{Batch, Link, Plan, fingerprint, sha256};

/// The scripts that a dialect would make, without their text.
pub(crate) fn scripts(plan: &Plan) -> Vec<Script> {
    let script = |path: String, kind, steps: Vec<String>, wave, batch_rows| {
        let text = format!("-- {path}\n").replace('\u{1}', "");
        Script {
            path,
            kind,
            steps,
            wave,
            batch_rows,
            next_row: None,
            sets_aside: false,
            rejected: None,
            beside: crate::dialect::Beside::Alone,
            text,
        }
    };
    let whole = |name: &str, kind| script(format!("sql/{name}"), kind, vec![], None, None);
    let mut list =
        vec![whole("00_preflight.sql", ScriptKind::Preflight), whole("10_prepare.sql", ScriptKind::Prepare)];
    for of in &plan.moves {
        let rows = match &of.batch {
            Batch::Whole => None,
            Batch::Keyset { rows, .. } => Some(*rows),
        };
        let name: String = of.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let path = format!("sql/20_backfill/{:03}_{name}.sql", of.wave * 10);
        list.push(script(path, ScriptKind::Backfill, vec![of.id.clone()], Some(of.wave), rows));
    }
    for of in plan.moves.iter().filter(|of| !of.second_pass.is_empty()) {
        let path = format!("sql/25_second_pass/{}.sql", of.id);
        list.push(script(path, ScriptKind::SecondPass, vec![format!("{}/second_pass", of.id)], None, None));
    }
    list.extend([
        whole("27_finish.sql", ScriptKind::Finish),
        whole("30_validate.sql", ScriptKind::Validate),
        whole("90_rollback.sql", ScriptKind::Rollback),
    ]);
    list
}

pub(crate) fn made(plan: &Plan) -> Bundle {
    bundle(plan, &fingerprint(plan), scripts(plan), &Beside::default())
}

fn on_postgres() -> Plan {
    let mut plan = shop();
    plan.source.engine = Engine::Postgres;
    plan.target.engine = Engine::Postgres;
    plan.link = Link::Same;
    plan
}

#[test]
fn documents_as_files() {
    let bundle = made(&shop());
    for path in ["REVIEW.md", "mapping.md", "runbook.md", "graph.mmd", "graph.svg", "manifest.json"] {
        insta::assert_snapshot!(path, bundle.files[path]);
    }
    insta::assert_snapshot!("runbook.postgres.md", made(&on_postgres()).files["runbook.md"]);
    let cut_over = made(&Plan { cutover: Some(crate::plan::fixture::cutover()), ..shop() });
    insta::assert_snapshot!("runbook.cutover.md", cut_over.files["runbook.md"]);
    insta::assert_snapshot!("REVIEW.cutover.md", cut_over.files["REVIEW.md"]);
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(made(&shop()), made(&shop()));
}

#[test]
fn the_manifest_has_a_hash_for_every_other_file() {
    let plan = shop();
    let bundle = made(&plan);
    let manifest = Manifest::from_json(&bundle.files["manifest.json"]).unwrap();
    assert_eq!(manifest.fingerprint, fingerprint(&plan));
    assert_eq!(manifest.files.len() + 1, bundle.files.len());
    for (path, hash) in &manifest.files {
        assert_eq!(*hash, sha256(bundle.files[path].as_bytes()), "{path}");
    }
    assert!(ARTIFACTS.iter().all(|artifact| bundle.files.contains_key(artifact.path)));
}

mod hostile;
