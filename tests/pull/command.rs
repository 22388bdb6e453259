//! The program itself: `pull`, `check` against live databases, and runs that find drift.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::testkit::{Database, Postgres};

fn datamove(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
    command.env("NO_COLOR", "1").args(words).output().expect("datamove runs")
}

#[track_caller]
fn exits(output: &Output, code: i32) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let text = format!("{stdout}{stderr}");
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
const NEW: &str =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT DEFAULT 'none');\n";
const PLAN: &str = "datamove edition 2026

plan people { }

source old sqlite { schema \"old.sql\" stats \"old.stats.json\" }
target new sqlite { schema \"new.sql\" }

move old.person p -> new.people {
  batch 2 rows by p.id
  key id <- p.id
  ...
}
";

/// A folder with two databases, their schemas pulled, and a plan.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.sql("old.db", OLD);
        place.sql("old.db", "INSERT INTO person (name) VALUES ('a'), ('b'), ('c'), ('d'), ('e')");
        place.sql("new.db", NEW);
        std::fs::write(place.path("people.plan"), PLAN).unwrap();
        let (sql, stats) = (place.text("old.sql"), place.text("old.stats.json"));
        exits(&datamove(&["pull", "--url", &place.text("old.db"), "-o", &sql, "--stats", &stats]), 0);
        exits(&datamove(&["pull", "--url", &place.text("new.db"), "-o", &place.text("new.sql")]), 0);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn sql(&self, database: &str, sql: &str) {
        rusqlite::Connection::open(self.path(database)).unwrap().execute_batch(sql).unwrap();
    }

    fn count(&self, sql: &str) -> i64 {
        rusqlite::Connection::open(self.path("new.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn compile(&self) {
        exits(&datamove(&["compile", &self.text("people.plan"), "-o", &self.text("bundle")]), 0);
    }

    fn run(&self, verb: &str, more: &[&str]) -> Output {
        let (bundle, source, target) = (self.text("bundle"), self.text("old.db"), self.text("new.db"));
        let words = [verb, &bundle, "--source", &source, "--target", &target];
        datamove(&[&words[..], more].concat())
    }

    fn check(&self) -> Output {
        let (plan, source, target) = (self.text("people.plan"), self.text("old.db"), self.text("new.db"));
        datamove(&["check", &plan, "--live-source", &source, "--live-target", &target])
    }
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let place = Place::new();
    let pulled = place.read("old.sql");
    let (url, own) = (place.text("old.db"), place.text("own.sql"));
    std::fs::write(&own, OLD).unwrap();
    let text = exits(&datamove(&["pull", "--url", &url, "-o", &own]), 1);
    assert!(text.contains("error[DM0025]") && place.read("own.sql") == OLD, "{text}");
    exits(&datamove(&["pull", "--url", &url, "-o", &own, "--force"]), 0);
    assert_eq!(place.read("own.sql"), pulled);
    // One's own earlier file is brought up to date.
    place.sql("old.db", "ALTER TABLE person ADD COLUMN age INTEGER");
    exits(&datamove(&["pull", "--url", &url, "-o", &own]), 0);
    assert!(place.read("own.sql").contains("age INTEGER"));
    let nowhere = place.text("no/folder/own.sql");
    assert!(exits(&datamove(&["pull", "--url", &url, "-o", &nowhere]), 1).contains("error[DM0026]"));
    assert_eq!(String::from_utf8(datamove(&["pull", "--url", &url]).stdout).unwrap(), place.read("own.sql"));
}

#[test]
fn a_database_without_tables_is_refused() {
    let place = Place::new();
    place.sql("empty.db", "PRAGMA user_version = 1");
    let text = exits(&datamove(&["pull", "--url", &place.text("empty.db")]), 1);
    assert!(text.contains("error[DM0027]"), "{text}");
}

#[test]
fn check_finds_what_differs_from_live_databases() {
    let place = Place::new();
    let text = exits(&place.check(), 0);
    assert!(text.contains("no findings"), "{text}");
    place
        .sql("new.db", "ALTER TABLE people ADD COLUMN extra TEXT NOT NULL DEFAULT ''; CREATE TABLE more (a)");
    let text = exits(&place.check(), 6);
    assert!(
        text.contains("error[DM0740]: the live target differs: people.extra: the column is new: text"),
        "{text}"
    );
    assert!(text.contains("the live target differs: more: the table is new"), "{text}");
    assert!(text.contains("new.sql:"), "{text}");
    // An error of the plan comes before drift.
    std::fs::write(place.path("people.plan"), PLAN.replace("key id <- p.id", "key id <- p.nobody")).unwrap();
    exits(&place.check(), 3);
}

#[test]
fn a_run_into_a_drifted_target_writes_nothing() {
    let place = Place::new();
    place.compile();
    place.sql("new.db", "ALTER TABLE people DROP COLUMN note");
    let text = exits(&place.run("apply", &["--quiet"]), 6);
    assert!(
        text.contains("error[DM0740]: the databases are not as the bundle was compiled for: 1 difference"),
        "{text}"
    );
    assert!(text.contains("   = drift:  people.note: the column is not there\n"), "{text}");
    assert_eq!(place.count("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'datamove%'"), 0);
    assert_eq!(place.count("SELECT count(*) FROM people"), 0);
    let json = exits(&place.run("apply", &["--quiet", "--format", "json"]), 6);
    assert!(json.contains("\"what\": \"column\"") && json.contains("\"exit_code\": 6"), "{json}");
    exits(&place.run("validate", &["--quiet"]), 6);
}

#[test]
fn a_drifted_source_is_found_as_well() {
    let place = Place::new();
    place.compile();
    place.sql("old.db", "ALTER TABLE person ADD COLUMN nobody_moves_me TEXT");
    let text = exits(&place.run("apply", &["--quiet"]), 6);
    assert!(text.contains("person.nobody_moves_me: the column is new: text"), "{text}");
}

#[test]
fn a_run_that_goes_on_compares_what_its_scripts_leave_alone() {
    let place = Place::new();
    place.compile();
    exits(&place.run("apply", &["--quiet", "--max-batches", "1"]), 0);
    assert_eq!(place.count("SELECT count(*) FROM people"), 2);
    // As a load may put off: no drift while it is in progress.
    place.sql("new.db", "CREATE TRIGGER t AFTER DELETE ON people BEGIN SELECT 1; END");
    place.sql("new.db", "ALTER TABLE people ADD COLUMN extra TEXT");
    let text = exits(&place.run("apply", &["--quiet"]), 6);
    assert!(text.contains("people.extra: the column is new: text"), "{text}");
    assert_eq!(place.count("SELECT count(*) FROM people"), 2);
    place.sql("new.db", "ALTER TABLE people DROP COLUMN extra");
    exits(&place.run("apply", &["--quiet"]), 0);
    assert_eq!(place.count("SELECT count(*) FROM people"), 5);
}

#[test]
fn statistics_become_an_estimate() {
    let place = Place::new();
    place.compile();
    let review = std::fs::read_to_string(place.path("bundle/REVIEW.md")).unwrap();
    assert!(review.contains("| `people` | 5 | 3 |"), "{review}");
    std::fs::write(place.path("old.stats.json"), "{}").unwrap();
    let text = exits(&datamove(&["check", &place.text("people.plan")]), 3);
    assert!(text.contains("error[DM0450]") && text.contains("people.plan:5:44"), "{text}");
    std::fs::remove_file(place.path("old.stats.json")).unwrap();
    let text = exits(&datamove(&["check", &place.text("people.plan")]), 3);
    assert!(text.contains("error[DM0001]"), "{text}");
    place.sql("other.db", "CREATE TABLE stranger (a INTEGER PRIMARY KEY)");
    let (url, stats) = (place.text("other.db"), place.text("old.stats.json"));
    exits(&datamove(&["pull", "--url", &url, "-o", &place.text("other.sql"), "--stats", &stats]), 0);
    let text = exits(&datamove(&["check", &place.text("people.plan")]), 0);
    assert!(text.contains("warning[DM0451]") && text.contains("`stranger`"), "{text}");
}

const POSTGRES: &str = "datamove edition 2026

plan people { }

source old postgres { schema \"all.sql\" }
target new postgres { schema \"new.sql\" }

move old.legacy.person p -> new.shop.people {
  key id <- p.id
  ...
}
";

/// Both sides are schemas of one database, each in a file of its own.
#[test]
fn check_finds_drift_on_postgresql() {
    let server = crate::or_skip!("check_live_postgres", Postgres::get());
    let database: Database = server.database("check_live");
    database
        .psql(
            "CREATE SCHEMA legacy; CREATE SCHEMA shop; CREATE TABLE legacy.person (id bigint PRIMARY KEY, name text NOT NULL);
             CREATE TABLE shop.people (id bigint PRIMARY KEY, name varchar(20) NOT NULL);",
        )
        .ok();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(Path::new(&path("people.plan")), POSTGRES).unwrap();
    for (schema, file) in [("legacy", "all.sql"), ("shop", "new.sql")] {
        exits(&datamove(&["pull", "--url", &database.url(), "--schema", schema, "-o", &path(file)]), 0);
    }
    let plan = path("people.plan");
    let url = database.url();
    let check = || datamove(&["check", &plan, "--live-source", &url, "--live-target", &url]);
    exits(&check(), 0);
    database.psql("ALTER TABLE shop.people ALTER name TYPE varchar(10)").ok();
    let text = exits(&check(), 6);
    assert!(text.contains("shop.people.name: varchar(10), and was varchar(20)"), "{text}");
}
