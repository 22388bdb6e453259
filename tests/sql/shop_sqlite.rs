//! The shop's plan on SQLite, applied, validated and rolled back by the `datamove` binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::bench::{Bench, Ran};
use crate::shop::{self, DATA, LEGACY, SHOP};
use crate::testkit::Output;

/// Two files and the bundle of the shop's plan.
struct Files {
    folder: TempDir,
    bench: Bench,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::sqlite_in(folder.path());
        bench.source(LEGACY);
        bench.source(DATA);
        bench.target(SHOP);
        let files = Self { folder, bench };
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop/shop.plan");
        files.datamove(&["compile", plan.to_str().unwrap(), "-o", &files.path("bundle")]).ok();
        files
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    fn datamove(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
        command.current_dir(self.folder.path()).args(words).env_remove("CI").env("NO_COLOR", "1");
        Output::of(command, "")
    }

    fn verb(&self, verb: &str, more: &[&str]) -> Output {
        let words = [verb, "bundle", "--source", "legacy.db", "--target", "shop.db", "-q"];
        self.datamove(&[&words, more].concat())
    }

    /// A copy of a database with a fault in it.
    fn faulty(&self, name: &str, fault: &str) -> String {
        let copy = self.path("faulty.db");
        std::fs::copy(self.path(name), &copy).unwrap();
        Connection::open(&copy)
            .unwrap()
            .execute_batch(&format!("PRAGMA foreign_keys = OFF; {fault}"))
            .unwrap();
        copy
    }

    /// A verb that has to fail with `code`, and the checks of its report as the script returned them.
    fn failing(&self, words: &[&str], code: i32) -> Ran {
        let output = self.datamove(&[words, &["-q", "--format", "json"]].concat());
        assert_eq!(output.code, Some(code), "{}{}", output.stdout, output.stderr);
        let report: Json = serde_json::from_str(&output.stdout).unwrap();
        let of = |check: &Json| {
            let word =
                |name: &str| check[name].as_str().map_or_else(|| check[name].to_string(), str::to_owned);
            ["check_id", "kind", "subject", "examined", "expected", "bad", "verdict"].map(word).to_vec()
        };
        let rows = report["checks"].as_array().unwrap().iter().map(of).collect();
        Ran { rows, error: Some(output.stdout) }
    }
}

#[test]
fn the_shop_moves_and_comes_back() {
    let files = Files::new();
    let before = files.bench.dump();
    files.verb("rollback", &["--yes"]);
    for _ in 0..2 {
        files.verb("apply", &["--batch-rows", "700"]).ok();
        files.verb("validate", &[]).ok();
    }
    assert!(shop::rows(&files.bench) == shop::moved_on_sqlite(), "in batches as in one go");
    for _ in 0..2 {
        files.verb("rollback", &["--yes"]);
        assert_eq!(files.bench.dump(), before);
    }
}

#[test]
fn a_load_that_was_stopped_anywhere_goes_back() {
    let files = Files::new();
    let before = files.bench.dump();
    for batches in ["1", "4", "9", "15"] {
        let stopped = files.verb("apply", &["--batch-rows", "500", "--max-batches", batches]);
        assert!(stopped.code.is_some_and(|code| code < 3), "{}{}", stopped.stdout, stopped.stderr);
        assert_ne!(files.bench.dump(), before);
        files.verb("rollback", &["--yes"]).ok();
        assert_eq!(files.bench.dump(), before, "after {batches} batches");
    }
}

#[test]
fn preflight_names_every_fault_and_writes_nothing() {
    let files = Files::new();
    let before = files.bench.dump();
    for (fault, wanted) in shop::SOURCE_FAULTS {
        let source = files.faulty("legacy.db", fault);
        let ran =
            files.failing(&["apply", "bundle", "--source", &source, "--target", "shop.db"], PREFLIGHT_FAILED);
        shop::expect(&ran, "DM0703", fault, wanted);
        assert_eq!(files.bench.dump(), before, "{fault}: preflight writes nothing");
    }
}

#[test]
fn validation_finds_what_was_changed_behind_its_back() {
    let files = Files::new();
    files.verb("apply", &[]).ok();
    let sequence = "UPDATE sqlite_sequence SET seq = 100 WHERE name = 'product'";
    let behind: (&str, &[(&str, &str)]) = (sequence, &[("product/id/sequence", "1")]);
    for (fault, wanted) in shop::TARGET_FAULTS.iter().chain([&behind]) {
        let target = files.faulty("shop.db", &shop::in_words_of(&files.bench, fault));
        let ran = files.failing(&["validate", "bundle", "--source", "legacy.db", "--target", &target], 7);
        shop::expect(&ran, "DM0704", fault, wanted);
    }
    files.verb("validate", &[]).ok();
}

/// The preflight found rows that must not be moved.
const PREFLIGHT_FAILED: i32 = 4;

#[test]
fn an_edited_plan_continues_nothing() {
    let files = Files::new();
    files.verb("apply", &["--max-batches", "1"]);
    let before = files.bench.dump();
    let folder = files.path("edited");
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop");
    Output::of(
        {
            let mut copy = Command::new("cp");
            copy.arg("-r").arg(plan).arg(&folder);
            copy
        },
        "",
    )
    .ok();
    let moves = format!("{folder}/moves.plan");
    let text = std::fs::read_to_string(&moves).unwrap().replace("half_even", "half_up");
    std::fs::write(&moves, text).unwrap();
    files.datamove(&["compile", &format!("{folder}/shop.plan"), "-o", &files.path("other")]).ok();
    for verb in ["apply", "rollback"] {
        let words = [verb, "other", "--source", "legacy.db", "--target", "shop.db"];
        let words: Vec<_> = words.into_iter().chain((verb == "rollback").then_some("--yes")).collect();
        let refused = files.datamove(&words);
        assert!(!refused.success && refused.stderr.contains("DM0702"), "{verb}: {}", refused.stderr);
        assert_eq!(files.bench.dump(), before);
    }
}
