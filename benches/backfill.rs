//! Rows per second of a backfill on SQLite through the runner, against the bare statement that moves
//! the same rows with the same transform.
//!
//! `cargo bench --bench backfill`; `DATAMOVE_BENCH_ROWS` sets how many rows. Both write into a fresh
//! copy of the same empty target, and take turns, so that a busy machine disturbs both alike. The
//! ratio of the medians counts: 1.0 is as fast as the bare statement, which has no checkpoints, cannot
//! be resumed, and blocks other writers until its end.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads and writes files, and has a clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use datamove::artifact::manifest::ScriptKind;
use datamove::runner::progress::{Event, Progress};
use datamove::runner::{Request, apply};
use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;
use rusqlite::Connection;

const RUNS: usize = 5;
const ROWS: u32 = 1_000_000;

const SOURCE: &str = "
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  total_cents INTEGER NOT NULL,
  placed TEXT NOT NULL,
  note TEXT
);";

const TARGET: &str = "
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  buyer_id INTEGER NOT NULL,
  number VARCHAR(20) NOT NULL,
  total DECIMAL(12, 2) NOT NULL,
  placed_at TEXT NOT NULL,
  note TEXT NOT NULL
);";

const PLAN: &str = "datamove edition 2026

plan bench {}

source legacy sqlite { schema \"legacy.sql\" }
target shop sqlite { schema \"shop.sql\" }

move legacy.orders o -> shop.purchase {
  key id <- o.id
  buyer_id <- o.customer_id
  number <- trim(o.code)
  total <- round(o.total_cents / 100, 2, half_even)
  placed_at <- o.placed
  note <- coalesce(o.note, '-')
}
";

/// What a person would write, over the same files.
const BARE: &str = "
INSERT INTO main.purchase (id, buyer_id, number, total, placed_at, note)
SELECT id, customer_id, trim(code), total_cents / 100.0, placed, coalesce(note, '-') FROM legacy.orders;";

fn main() {
    let rows = std::env::var("DATAMOVE_BENCH_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROWS);
    let folder = tempfile::tempdir().unwrap();
    let bundle = compile(folder.path());
    let same = same_select(&bundle);
    let source = folder.path().join("legacy.db");
    fill(&source, rows);
    Connection::open(folder.path().join("empty.db")).unwrap().execute_batch(TARGET).unwrap();
    let (mut runner, mut whole) = (Vec::new(), Vec::new());
    let (mut with_select, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut backfill = 0.0;
        whole.push(timed(folder.path(), |target| backfill = apply_bundle(&bundle, &source, target, rows)));
        runner.push(backfill);
        with_select.push(timed(folder.path(), |target| bare(&same, &source, target)));
        by_hand.push(timed(folder.path(), |target| bare(BARE, &source, target)));
    }
    let [runner, whole, with_select, by_hand] = [runner, whole, with_select, by_hand].map(median);
    let speed = |seconds: f64| f64::from(rows) / seconds;
    println!("{rows} rows, {RUNS} runs each, medians");
    println!("{:<44}{:>12.0} rows/s", "runner, a checkpoint in every batch", speed(runner));
    println!("{:<44}{:>12.0} rows/s", "the whole run, preflight and ledger included", speed(whole));
    println!("{:<44}{:>12.0} rows/s", "bare INSERT … SELECT, the same transform", speed(with_select));
    println!("{:<44}{:>12.0} rows/s", "bare INSERT … SELECT, floats for decimals", speed(by_hand));
    println!("{:<44}{:>12.2}", "runner / bare, the same transform", with_select / runner);
    println!("{:<44}{:>12.2}", "runner / bare, floats for decimals", by_hand / runner);
}

/// Texts by name.
struct Memory(BTreeMap<&'static str, &'static str>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).map(|text| (*text).to_owned()).ok_or(ReadError::Missing)
    }
}

fn compile(folder: &Path) -> std::path::PathBuf {
    let files = Memory([("bench.plan", PLAN), ("legacy.sql", SOURCE), ("shop.sql", TARGET)].into());
    let checked = datamove::check("", "bench.plan", &files, Options::default());
    let problems: Vec<_> = checked.problems.sorted().iter().map(|found| format!("{found:?}")).collect();
    let sides = checked.sides;
    let plan = checked.plan.unwrap_or_else(|| panic!("the plan has errors: {problems:#?}"));
    let path = folder.join("bundle");
    for (name, text) in datamove::bundle(&plan, &sides).files {
        let file = path.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    path
}

/// The backfill's own INSERT without its window.
fn same_select(bundle: &Path) -> String {
    let text = fs::read_to_string(bundle.join("sql/20_backfill/010_purchase.sql")).unwrap();
    let from = text.find("INSERT INTO \"main\".\"purchase\"").unwrap();
    let statement = &text[from..];
    let statement = &statement[..statement.find(';').unwrap()];
    statement[..statement.rfind("\nWHERE").unwrap()].to_owned()
}

fn fill(path: &Path, rows: u32) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(SOURCE).unwrap();
    let insert = "
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        INSERT INTO orders
        SELECT i, i * 7919 % 50000 + 1, ' A-' || i || ' ', i * 104729 % 1000000,
               strftime('%Y-%m-%d %H:%M:%S', 1500000000 + i * 61, 'unixepoch'),
               CASE WHEN i % 3 = 0 THEN NULL ELSE 'leave it at the door, number ' || i END
        FROM n";
    db.execute(insert, [rows]).unwrap();
}

/// Seconds that `work` takes on a fresh copy of the empty target.
fn timed(folder: &Path, work: impl FnOnce(&Path)) -> f64 {
    let target = folder.join("target.db");
    fs::copy(folder.join("empty.db"), &target).unwrap();
    let start = Instant::now();
    work(&target);
    start.elapsed().as_secs_f64()
}

fn bare(sql: &str, source: &Path, target: &Path) {
    let db = Connection::open(target).unwrap();
    db.execute("ATTACH ?1 AS legacy", [source.to_str().unwrap()]).unwrap();
    db.execute_batch(sql).unwrap();
    db.close().unwrap();
}

/// Times the scripts that move rows.
#[derive(Debug, Default)]
struct Clock {
    started: Option<Instant>,
    seconds: f64,
}

impl Progress for Clock {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { script } if script.kind == ScriptKind::Backfill => {
                self.started = Some(Instant::now());
            }
            Event::Ended { .. } => {
                self.seconds += self.started.take().map_or(0.0, |start| start.elapsed().as_secs_f64());
            }
            _ => {}
        }
    }
}

/// Seconds of the backfill alone.
fn apply_bundle(bundle: &Path, source: &Path, target: &Path, rows: u32) -> f64 {
    let source = source.to_str().unwrap();
    let mut request = Request::new(bundle, Some(source), target.to_str().unwrap());
    request.validate = false;
    let mut clock = Clock::default();
    let report = apply::apply(&request, &mut clock);
    assert!(report.failure.is_none(), "{report:?}");
    assert_eq!(report.steps[0].rows_written, u64::from(rows));
    clock.seconds
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
