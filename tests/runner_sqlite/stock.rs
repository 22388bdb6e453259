//! The scripts are the engine's, not ours: `sqlite3` runs the same bytes to the same rows.

use std::fs;
use std::process::Command;

use crate::bundle::read_manifest;
use crate::fixture::Fixture;
use datamove::artifact::manifest::ScriptKind;

/// Runs one script as docs/scripts.md says; `None` where there is no such client.
fn sqlite3(fixture: &Fixture, script: &str) -> Option<bool> {
    let source = fixture.source().to_str()?.replace('\'', "''");
    let mut command = Command::new("sqlite3");
    command.arg("-cmd").arg(format!("ATTACH '{source}' AS legacy")).arg(fixture.target());
    command.stdin(fs::File::open(fixture.bundle().join(script)).unwrap());
    Some(command.output().ok()?.status.success())
}

#[test]
fn a_stock_client_and_the_runner_take_turns() {
    let fixture = Fixture::new(100);
    fixture.keep_target();
    fixture.run("apply", &[]).expect(0, &["loaded"]);
    let whole = fixture.dump();
    fixture.bring_back_target();
    if sqlite3(&fixture, "sql/00_preflight.sql").is_none() {
        return;
    }
    let scripts = read_manifest(&fixture.bundle()).scripts;
    for script in scripts.iter().filter(|script| script.kind < ScriptKind::SecondPass) {
        assert_eq!(sqlite3(&fixture, &script.path), Some(true), "{}", script.path);
    }
    fixture.run("status", &[]).expect(0, &["resumable; 2 of 3 steps done"]);
    fixture.run("apply", &[]).expect(0, &["loaded"]);
    assert_eq!(fixture.dump(), whole);
    assert_eq!(sqlite3(&fixture, "sql/90_rollback.sql"), Some(true));
    fixture.run("status", &[]).expect(0, &["nothing applied"]);
}
