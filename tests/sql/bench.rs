//! A source and a target of one engine, and what runs scripts on them as a runner would.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use crate::testkit::{Database, Mariadb, Output, Postgres};

/// What a script returned, whether or not it failed in the end.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) error: Option<String>,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ok(self, what: &str) -> Vec<Vec<String>> {
        if let Some(error) = &self.error {
            panic!("{what}: {error}\n{:#?}", self.failed());
        }
        self.rows
    }

    /// The checks that failed, each with its count.
    pub(crate) fn failed(&self) -> Vec<(String, String)> {
        let checks = self.rows.iter().filter(|row| row.len() == 7 && row[6] == "fail");
        checks.map(|row| (row[0].clone(), row[5].clone())).collect()
    }
}

/// Databases that end with the test.
#[derive(Debug)]
#[expect(dead_code, reason = "a folder ends with its bench")]
pub(crate) enum Bench {
    Sqlite {
        db: Connection,
        folder: Option<TempDir>,
    },
    Postgres {
        db: Database,
        folder: TempDir,
    },
    /// A server of its own, because its databases are called as the plan's sides.
    Mysql {
        server: Mariadb,
    },
}

/// A role that owns the target's schema and may read the source, and is no superuser.
const ROLE: &str = "mover";

impl Bench {
    /// Two empty sides: the schemas `legacy` and `shop`, or two files.
    pub(crate) fn postgres(server: &'static Postgres, name: &str) -> Self {
        static MADE: OnceLock<()> = OnceLock::new();
        MADE.get_or_init(|| {
            server.existing("postgres").psql(&format!("CREATE ROLE {ROLE} LOGIN;")).ok();
        });
        let db = server.database(name);
        db.psql(&format!(
            "CREATE SCHEMA legacy; CREATE SCHEMA shop AUTHORIZATION {ROLE};
             GRANT USAGE ON SCHEMA legacy TO {ROLE}; GRANT CREATE ON DATABASE \"{}\" TO {ROLE};
             ALTER DEFAULT PRIVILEGES IN SCHEMA legacy GRANT SELECT ON TABLES TO {ROLE};
             ALTER DEFAULT PRIVILEGES IN SCHEMA legacy GRANT USAGE ON TYPES TO {ROLE};",
            db.name()
        ))
        .ok();
        let folder = tempfile::tempdir().unwrap();
        Self::Postgres { db, folder }
    }

    /// The databases `legacy` and `shop`, which an ordinary user may read and may fill.
    pub(crate) fn mysql() -> Result<Self, String> {
        let server = Mariadb::start()?;
        let user = format!(
            "CREATE DATABASE legacy; CREATE DATABASE shop; CREATE USER {ROLE};
             GRANT SELECT ON legacy.* TO {ROLE}; GRANT ALL ON shop.* TO {ROLE};
             GRANT ALL ON `datamove\\_%`.* TO {ROLE};"
        );
        server.mysql("", &user).ok();
        Ok(Self::Mysql { server })
    }

    pub(crate) fn sqlite() -> Self {
        let whole = tempfile::tempdir().unwrap();
        let Self::Sqlite { db, .. } = Self::sqlite_in(whole.path()) else { unreachable!() };
        Self::Sqlite { db, folder: Some(whole) }
    }

    /// The files `legacy.db` and `shop.db` of a folder.
    pub(crate) fn sqlite_in(folder: &Path) -> Self {
        let db = Connection::open(folder.join("shop.db")).unwrap();
        let legacy = folder.join("legacy.db");
        db.execute_batch(&format!("ATTACH '{}' AS legacy", legacy.display())).unwrap();
        Self::Sqlite { db, folder: None }
    }

    /// Runs SQL in the source, where unqualified names are the source's.
    #[track_caller]
    pub(crate) fn source(&self, sql: &str) {
        match self {
            Self::Sqlite { db, .. } => {
                // Names without a schema are the main file's, so the source is opened as main.
                let file: String = db
                    .query_row("SELECT file FROM pragma_database_list WHERE name = 'legacy'", [], |row| {
                        row.get(0)
                    })
                    .unwrap();
                Connection::open(PathBuf::from(file)).unwrap().execute_batch(sql).unwrap();
            }
            Self::Postgres { db, .. } => {
                db.psql(&format!("SET search_path = legacy;\n{sql}")).ok();
            }
            Self::Mysql { server } => {
                server.mysql("legacy", &format!("{MYSQL}SET foreign_key_checks = 0;\n{sql}")).ok();
            }
        }
    }

    /// Runs SQL in the target.
    #[track_caller]
    pub(crate) fn target(&self, sql: &str) {
        match self {
            Self::Sqlite { db, .. } => db.execute_batch(sql).unwrap(),
            Self::Postgres { db, .. } => {
                db.psql(&format!("SET ROLE {ROLE};\nSET search_path = shop;\n{sql}")).ok();
            }
            Self::Mysql { server } => {
                server.mysql("shop", &format!("{MYSQL}{sql}")).ok();
            }
        }
    }

    /// The rows of a query over the target; NULL is the empty text.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite { db, .. } => {
                let mut rows = Vec::new();
                read(db, sql, &mut rows).unwrap_or_else(|error| panic!("{error}\n{sql}"));
                rows
            }
            Self::Postgres { db, .. } => db.query(&format!("SET search_path = shop, legacy;\n{sql}")),
            Self::Mysql { server } => {
                let mut command = server.client("mariadb");
                command.args(["--xml", "shop"]);
                rows_of(&Output::of(command, &format!("{MYSQL}{sql}")).ok().stdout)
            }
        }
    }

    /// Runs a script as a stock client does; `settings` are what a runner says to the session.
    pub(crate) fn run(&self, script: &Script, settings: &[(&str, u32)]) -> Ran {
        match self {
            Self::Sqlite { db, .. } => {
                let session =
                    "CREATE TEMP TABLE IF NOT EXISTS datamove_session (name TEXT PRIMARY KEY, value);
                    DELETE FROM temp.datamove_session;";
                db.execute_batch(session).unwrap();
                for (name, value) in settings {
                    let words = format!("INSERT INTO temp.datamove_session VALUES ('{name}', {value})");
                    db.execute_batch(&words).unwrap();
                }
                let mut rows = Vec::new();
                let error = read(db, &script.text.replace(".bail on\n", ""), &mut rows).err();
                if error.is_some() {
                    // Some errors have ended the transaction already.
                    let _ = db.execute_batch("ROLLBACK");
                }
                Ran { rows, error }
            }
            Self::Postgres { db, folder } => {
                let path = folder.path().join(script.path.replace('/', "-"));
                std::fs::write(&path, &script.text).unwrap();
                let output = as_mover(db, settings, &["-f", path.to_str().unwrap()]);
                let lines = output.stdout.lines();
                let rows = lines.map(|line| line.split('\u{1f}').map(str::to_owned).collect()).collect();
                let bad = !output.success || output.stderr.contains("WARNING");
                Ran { rows, error: bad.then_some(output.stderr) }
            }
            Self::Mysql { server } => {
                let output = as_mysql_mover(server, settings, &script.text);
                let rows = rows_of(&output.stdout);
                Ran { rows, error: (!output.success).then_some(output.stderr) }
            }
        }
    }

    /// Everything that the target and the ledger hold, as text.
    pub(crate) fn dump(&self) -> String {
        match self {
            Self::Sqlite { db, .. } => dump_sqlite(db),
            Self::Postgres { db, .. } => dump_postgres(db),
            Self::Mysql { server } => dump_mysql(server),
        }
    }

    /// Every script in order but the rollback, each as often as it takes and once more, in batches
    /// of `rows`. Validation has to pass.
    #[track_caller]
    pub(crate) fn load(&self, scripts: &[Script], rows: u32) {
        for script in scripts.iter().filter(|script| script.kind != ScriptKind::Rollback) {
            let settings: &[(&str, u32)] = &[("batch_rows", rows)];
            for round in 0.. {
                let ran = self.run(script, settings).ok(&script.path);
                let steps = matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass);
                if !steps || ran.iter().all(|row| row[1] == "done") {
                    break;
                }
                assert!(round < 500, "{} does not end", script.path);
            }
            self.run(script, settings).ok(&format!("{} again", script.path));
        }
    }

    /// The rollback, twice; then the target is as `before`.
    #[track_caller]
    pub(crate) fn roll_back_to(&self, scripts: &[Script], before: &str) {
        let script = of_kind(scripts, ScriptKind::Rollback);
        for what in ["the rollback", "the second rollback"] {
            self.run(script, &[]).ok(what);
            let after = self.dump();
            let apart = before.lines().zip(after.lines()).find(|(a, b)| a != b);
            assert!(after == before, "{what} leaves something else: {apart:?}\n{before}\n---\n{after}");
        }
    }
}

/// The first script of a kind.
#[track_caller]
pub(crate) fn of_kind(scripts: &[Script], kind: ScriptKind) -> &Script {
    scripts.iter().find(|script| script.kind == kind).unwrap()
}

/// psql as the ordinary role, with the settings that a runner would make.
pub(crate) fn as_mover(db: &Database, settings: &[(&str, u32)], more: &[&str]) -> Output {
    let mut options = String::new();
    for (name, value) in settings {
        write!(options, "-c datamove.{name}={value} ").unwrap();
    }
    let mut command = db.command();
    command.env("PGUSER", ROLE).env("PGOPTIONS", options).args(["-A", "-t", "-F", "\u{1f}"]).args(more);
    Output::of(command, "")
}

/// How a session of the tests reads SQL and time.
const MYSQL: &str = "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'; SET NAMES utf8mb4; SET time_zone = '+00:00';\n";

/// The stock client as the ordinary user, with the settings that a runner would make.
pub(crate) fn as_mysql_mover(server: &Mariadb, settings: &[(&str, u32)], text: &str) -> Output {
    let mut command = server.client("mariadb");
    command.args(["-u", ROLE, "--xml"]);
    if !settings.is_empty() {
        let all: Vec<_> =
            settings.iter().map(|(name, value)| format!("@datamove_{name} = {value}")).collect();
        command.arg(format!("--init-command=SET {}", all.join(", ")));
    }
    Output::of(command, text)
}

/// The rows of every result in the client's XML, in which alone NULL is no text.
fn rows_of(xml: &str) -> Vec<Vec<String>> {
    let field = |part: &str| {
        let text = part.split_once('>').map_or("", |(_, rest)| rest);
        let text = text.split_once("</field>").map_or("", |(text, _)| text);
        ["&lt;<", "&gt;>", "&quot;\"", "&amp;&"].iter().fold(text.to_owned(), |text, pair| {
            let (name, character) = pair.split_once(';').unwrap();
            text.replace(&format!("{name};"), character)
        })
    };
    let rows = xml.split("<row>").skip(1).map(|row| row.split_once("</row>").map_or(row, |(row, _)| row));
    rows.map(|row| row.split("<field name=").skip(1).map(field).collect()).collect()
}

/// What `mariadb-dump` says of both sides and every ledger, rows in order.
fn dump_mysql(server: &Mariadb) -> String {
    let mut command = server.client("mariadb-dump");
    command.args([
        "--skip-comments",
        "--skip-extended-insert",
        "--order-by-primary",
        "--routines",
        "--databases",
    ]);
    let names = server.query("", "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'datamove%' OR schema_name IN ('legacy', 'shop')");
    command.args(names.into_iter().flatten());
    let text = Output::of(command, "").ok().stdout;
    let mut out: Vec<&str> = Vec::new();
    let mut inserts = 0;
    for line in text.lines() {
        inserts = if line.starts_with("INSERT INTO") { inserts + 1 } else { 0 };
        out.push(line);
        let from = out.len() - inserts;
        out[from..].sort_unstable();
    }
    out.join("\n")
}

/// Runs statements one by one and collects what they return.
fn read(db: &Connection, sql: &str, all: &mut Vec<Vec<String>>) -> Result<(), String> {
    use rusqlite::fallible_iterator::FallibleIterator as _;
    let mut batch = rusqlite::Batch::new(db, sql);
    while let Some(mut statement) = batch.next().map_err(|error| error.to_string())? {
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(|error| error.to_string())?;
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            all.push((0..columns).map(|i| text(&row.get(i).unwrap())).collect());
        }
    }
    Ok(())
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Blob(value) => format!("{value:02x?}"),
    }
}

fn dump_sqlite(db: &Connection) -> String {
    let mut names = Vec::new();
    read(db, "SELECT name, sql FROM main.sqlite_master ORDER BY name", &mut names).unwrap();
    let mut out = String::new();
    for name in names {
        writeln!(out, "{}: {}", name[0], name[1]).unwrap();
        if name[1].starts_with("CREATE TABLE") {
            let mut statement =
                db.prepare(&format!("SELECT * FROM main.\"{}\"", name[0].replace('"', "\"\""))).unwrap();
            let count = statement.column_count();
            let rows = statement.query_map([], |row| {
                Ok(format!("  {:?}", (0..count).map(|i| row.get(i).unwrap()).collect::<Vec<Value>>()))
            });
            let mut rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
            rows.sort();
            writeln!(out, "{}", rows.join("\n")).unwrap();
        }
    }
    out
}

/// What `pg_dump` says, with the rows of each table in order: a row that was overwritten and
/// brought back lies elsewhere on the disk.
fn dump_postgres(db: &Database) -> String {
    let mut command = db.server().client("pg_dump");
    command.args(["-d", db.name()]);
    let text = Output::of(command, "").ok().stdout;
    let mut out: Vec<&str> = Vec::new();
    let mut copied: Option<usize> = None;
    // A word against injection that is another one in every dump.
    for line in
        text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
    {
        if line == "\\."
            && let Some(from) = copied.take()
        {
            out[from..].sort_unstable();
        }
        out.push(line);
        if line.starts_with("COPY ") {
            copied = Some(out.len());
        }
    }
    out.join("\n")
}

/// The bench of each engine with its DDL in place, or `None` where the engine is not to be had.
pub(crate) fn benches(name: &str, source: &str, target: &str) -> Vec<(Engine, Bench)> {
    let mut list = vec![(Engine::Sqlite, Bench::sqlite())];
    match Postgres::get() {
        Ok(server) => list.push((Engine::Postgres, Bench::postgres(server, name))),
        Err(reason) => crate::testkit::skip(name, &reason),
    }
    match Bench::mysql() {
        Ok(bench) => list.push((Engine::Mysql, bench)),
        Err(reason) => crate::testkit::skip(name, &reason),
    }
    for (_, bench) in &list {
        bench.source(source);
        bench.target(target);
    }
    list
}
