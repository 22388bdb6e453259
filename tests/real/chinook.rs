//! Somebody else's music store, moved into a redesigned schema on SQLite and PostgreSQL: killed in
//! the middle, resumed, validated, compared between the engines, and taken back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::bench::{Bench, PROJECT, compiled, datamove, good};
use crate::testkit::{Postgres, shared};

/// The target's tables with the columns that order them.
const TABLES: [(&str, &str); 14] = [
    ("album", "legacy_id"),
    ("artist", "legacy_id"),
    ("city", "id"),
    ("country", "name"),
    ("customer", "id"),
    ("employee", "id"),
    ("genre", "id"),
    ("invoice", "id"),
    ("invoice_line", "id"),
    ("media_type", "id"),
    ("playlist", "id"),
    ("playlist_track", "playlist_id, track_id"),
    ("track", "id"),
    ("city", "country, name"),
];

/// Two SQLite files and the bundle between them.
struct OnSqlite {
    folder: tempfile::TempDir,
}

impl OnSqlite {
    fn new(source: &Path) -> Self {
        let new = Self { folder: tempfile::tempdir().unwrap() };
        let script = fs::read_to_string(source).unwrap();
        Connection::open(new.path("chinook.db")).unwrap().execute_batch(&script).unwrap();
        new.empty_target();
        compiled("plans/chinook/chinook.plan", new.folder.path());
        new
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn empty_target(&self) {
        let path = self.path("store.db");
        if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        let ddl = fs::read_to_string(Path::new(PROJECT).join("plans/chinook/schemas/store.sql")).unwrap();
        Connection::open(path).unwrap().execute_batch(&ddl).unwrap();
    }

    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let (bundle, source, target) = (self.path("bundle"), self.path("chinook.db"), self.path("store.db"));
        let words = [verb, bundle.to_str().unwrap(), "--source", source.to_str().unwrap(), "--target"];
        let mut command = datamove(&words);
        command.arg(target).arg("--quiet").args(more);
        command
    }

    /// Everything in the target, schema and ledger included, but for evidence, which tells when it was taken.
    fn dump(&self) -> Vec<String> {
        let connection = Connection::open(self.path("store.db")).unwrap();
        let mut dump = lines(&connection, "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2");
        let tables = lines(&connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1");
        for table in tables {
            dump.push(table.clone());
            if table.contains("_evidence") || table.ends_with("_attempt") {
                continue;
            }
            let mut rows = lines(&connection, &format!("SELECT * FROM \"{table}\""));
            rows.sort();
            dump.append(&mut rows);
        }
        dump
    }

    fn rows(&self, table: &str, order: &str) -> Vec<String> {
        let connection = Connection::open(self.path("store.db")).unwrap();
        lines(&connection, &format!("SELECT * FROM {table} ORDER BY {order}"))
    }
}

/// Each row as psql prints it: columns with `|` between them, NULL as the word.
fn lines(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection.prepare(query).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let values = (0..columns).map(|index| match row.get(index).unwrap() {
            Value::Null => "NULL".to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Text(text) => text,
            Value::Blob(bytes) => format!("{bytes:?}"),
        });
        lines.push(values.collect::<Vec<_>>().join("|"));
    }
    lines
}

#[test]
fn chinook_on_sqlite_is_killed_resumed_validated_and_taken_back() {
    let source = or_skip!("chinook on SQLite", shared("chinook/chinook-sqlite.sql"));
    let move_ = OnSqlite::new(&source);
    let before = move_.dump();
    good(&move_.command("apply", &["--batch-rows", "100"]).output().unwrap());
    let straight = move_.dump();
    assert_ne!(before, straight);

    move_.empty_target();
    let mut killed = 0;
    for round in 0..12_u64 {
        let mut child = move_
            .command("apply", &["--batch-rows", "100"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(20 + round * 17 % 120));
        // SIGKILL: the process has no chance to tidy up.
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
    }
    assert!(killed > 1, "only {killed} runs were killed while they were at work");
    good(&move_.command("apply", &["--batch-rows", "100"]).output().unwrap());
    assert_eq!(move_.dump(), straight);
    good(&move_.command("validate", &[]).output().unwrap());

    for _ in 0..2 {
        good(&move_.command("rollback", &["--yes"]).output().unwrap());
        assert_eq!(move_.dump(), before);
    }
}

/// Moves the same store on SQLite and compares every value with what another engine's move made.
#[track_caller]
pub(crate) fn equals_sqlite(source: &Path, rows: impl Fn(&str, &str) -> Vec<String>) {
    let on_sqlite = OnSqlite::new(source);
    good(&on_sqlite.command("apply", &[]).output().unwrap());
    for (table, order) in TABLES {
        let (ours, theirs) = (rows(table, order), on_sqlite.rows(table, order));
        assert!(!ours.is_empty(), "{table} is empty");
        assert_eq!(ours.len(), theirs.len(), "{table}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{table}");
        }
    }
}

/// One PostgreSQL database with the store's two schemas.
fn on_postgres(server: &'static Postgres, source: &Path) -> Bench {
    let database = server.database("chinook_store");
    // The published file makes a database of its own and goes there.
    let script: String = fs::read_to_string(source)
        .unwrap()
        .lines()
        .filter(|line| !line.contains("DATABASE") && !line.starts_with("\\c"))
        .flat_map(|line| [line, "\n"])
        .collect();
    database.psql(&script).ok();
    let ddl =
        fs::read_to_string(Path::new(PROJECT).join("plans/chinook/schemas/store_postgres.sql")).unwrap();
    database
        .psql(&format!(
            "ALTER SCHEMA public RENAME TO chinook; CREATE SCHEMA store; SET search_path = store;\n{ddl}"
        ))
        .ok();
    let folder = tempfile::tempdir().unwrap();
    compiled("plans/chinook/chinook_postgres.plan", folder.path());
    Bench { folder, database }
}

fn rows(bench: &Bench, table: &str, order: &str) -> Vec<String> {
    let query = format!("\\pset null NULL\nSET search_path = store; SELECT * FROM {table} ORDER BY {order}");
    bench.database.query(&query).into_iter().map(|row| row.join("|")).collect()
}

const OURS: [&str; 2] = ["store", "datamove*"];

#[test]
fn chinook_on_postgresql_is_killed_resumed_and_equals_sqlite() {
    let source = or_skip!("chinook on PostgreSQL", shared("chinook/chinook-postgresql.sql"));
    let server = or_skip!("chinook on PostgreSQL", Postgres::get());
    let move_ = on_postgres(server, &source);
    let before = move_.dump_of(&OURS);
    let (forward, back): (Vec<_>, Vec<_>) =
        move_.scripts().into_iter().partition(|path| !path.ends_with("90_rollback.sql"));
    for script in &forward {
        if script.parent().unwrap().ends_with("20_backfill") {
            // Two batches and then the connection dies in the middle of the third: an error after
            // the rows and before the checkpoint would do, but this is the harder accident.
            move_.run(script, "SET datamove.batch_rows = '50'; SET datamove.batches = '2';").ok();
            move_.cut_off(script);
        }
        move_.run(script, "").ok();
        move_.run(script, "").ok();
    }

    let sqlite_source = or_skip!("chinook on both engines", shared("chinook/chinook-sqlite.sql"));
    equals_sqlite(&sqlite_source, |table, order| rows(&move_, table, order));

    for _ in 0..2 {
        move_.run(&back[0], "").ok();
        assert_eq!(move_.dump_of(&OURS), before);
    }
}

/// Gives a new role what an ordinary one needs: to read the source, to own the target, and to make
/// a schema for the ledger.
fn role_of(bench: &Bench) -> &'static str {
    let role = "chinook_mover";
    let tables = "SELECT format('ALTER TABLE store.%I OWNER TO chinook_mover;', relname) FROM pg_class
                  WHERE relnamespace = 'store'::regnamespace AND relkind = 'r'";
    let owners: String = bench.database.query(tables).concat().concat();
    bench
        .database
        .psql(&format!(
            "CREATE ROLE {role} LOGIN; ALTER SCHEMA store OWNER TO {role}; {owners}
             GRANT USAGE ON SCHEMA chinook TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA chinook TO {role};
             GRANT CREATE, TEMPORARY ON DATABASE \"{}\" TO {role};",
            bench.database.name()
        ))
        .ok();
    role
}

#[test]
fn chinook_on_postgresql_is_applied_by_an_ordinary_role_through_kills() {
    let source = or_skip!("chinook on PostgreSQL", shared("chinook/chinook-postgresql.sql"));
    let sqlite_source = or_skip!("chinook on both engines", shared("chinook/chinook-sqlite.sql"));
    let server = or_skip!("chinook on PostgreSQL", Postgres::get());
    let move_ = on_postgres(server, &source);
    let url = move_.database.url_as(role_of(&move_));
    let bundle = move_.folder.path().join("bundle");
    let command = |verb: &str, more: &[&str]| {
        let mut command = datamove(&[verb, bundle.to_str().unwrap(), "--target", &url, "--quiet"]);
        command.args(more);
        command
    };
    let before = move_.dump_of(&OURS);
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE usename = 'chinook_mover' AND state = 'active'";
    let killed = through_kills(
        || command("apply", &["--batch-rows", "5"]),
        || usize::from(move_.database.query(cut)[0][0] != "0"),
    );
    assert!(killed.runs > 1 && killed.runs + killed.sessions > 2, "{killed:?}");
    good(&command("validate", &[]).output().unwrap());
    equals_sqlite(&sqlite_source, |table, order| rows(&move_, table, order));
    for _ in 0..2 {
        good(&command("rollback", &["--yes"]).output().unwrap());
        assert_eq!(move_.dump_of(&OURS), before);
    }
}

/// How many accidents met a run that was at work.
#[derive(Debug, Default)]
pub(crate) struct Killed {
    pub(crate) runs: usize,
    pub(crate) sessions: usize,
}

/// Runs a move that is killed with SIGKILL some times; then its sessions are cut off while it goes
/// on. `cut` ends the session that is at work and says whether there was one. The last run must
/// succeed, whatever was done to it.
#[track_caller]
pub(crate) fn through_kills(command: impl Fn() -> Command, cut: impl Fn() -> usize) -> Killed {
    let mut killed = Killed::default();
    for round in 0..6_u64 {
        let mut child = command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(150 + round * 70));
        child.kill().unwrap();
        killed.runs += usize::from(!child.wait().unwrap().success());
    }
    // A run whose session ends outside of a batch ends as well: the same command goes on.
    for _ in 0..4 {
        let mut child = command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(60));
            killed.sessions += if killed.sessions < 3 { cut() } else { 0 };
        }
        if child.wait_with_output().unwrap().status.success() {
            return killed;
        }
    }
    good(&command().output().unwrap());
    killed
}
