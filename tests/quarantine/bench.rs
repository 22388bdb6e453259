//! A small move whose target has a rule that no schema shows: a trigger refuses the words of a table.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Postgres, sqlite3};

const OLD: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL, note VARCHAR(40));
    CREATE TABLE pair (region VARCHAR(10) NOT NULL, no INTEGER NOT NULL, word VARCHAR(40) NOT NULL, PRIMARY KEY (region, no));";
const NEW: &str = "CREATE TABLE rule (word VARCHAR(40) PRIMARY KEY);
    CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER, note VARCHAR(40), CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES parent (id));
    CREATE TABLE pair (region VARCHAR(10) NOT NULL, no INTEGER NOT NULL, word VARCHAR(40) NOT NULL, PRIMARY KEY (region, no));";

/// Where both sides are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Sqlite,
    Postgres,
    Mysql,
    /// From MySQL into PostgreSQL.
    Staged,
}

enum Place {
    Sqlite,
    Postgres(Database),
    Mysql(Box<Mariadb>),
    Staged(Database, Box<Mariadb>),
}

/// Both sides and the bundle.
pub(crate) struct Bench {
    folder: TempDir,
    place: Place,
}

/// Rows of each side.
pub(crate) const PARENTS: u64 = 300;

impl Bench {
    /// `clauses`: of the moves of `parent`, `child` and `pair`.
    pub(crate) fn new(route: Route, clauses: [&str; 3]) -> Result<Self, String> {
        Self::mapped(route, clauses, ["p.id", "ref new.parent(c.parent_id)"])
    }

    /// Parents get new keys, and a child may be without one.
    pub(crate) fn with_new_keys(route: Route, clauses: [&str; 3]) -> Result<Self, String> {
        Self::mapped(route, clauses, ["sequence(p.id)", "ref new.parent(c.parent_id) else null"])
    }

    fn mapped(route: Route, clauses: [&str; 3], keys: [&str; 2]) -> Result<Self, String> {
        let place = match route {
            Route::Sqlite => Place::Sqlite,
            Route::Postgres => Place::Postgres(Postgres::get()?.database("quarantine")),
            Route::Mysql => Place::Mysql(Box::new(Mariadb::start()?)),
            Route::Staged => {
                Place::Staged(Postgres::get()?.database("quarantine"), Box::new(Mariadb::start()?))
            }
        };
        let bench = Self { folder: tempfile::tempdir().unwrap(), place };
        bench.fill(route);
        bench.compile(route, clauses, keys);
        Ok(bench)
    }

    fn fill(&self, route: Route) {
        let series = |engine: Route| match engine {
            Route::Sqlite => {
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) SELECT i FROM n) AS s"
            }
            Route::Postgres => "generate_series(1, 600) AS s(i)",
            Route::Mysql | Route::Staged => "(SELECT seq AS i FROM seq_1_to_600) AS s",
        };
        let rows = |engine| {
            let s = series(engine);
            let joins = matches!(engine, Route::Mysql | Route::Staged);
            let word = |word| if joins { format!("concat('{word} ', i)") } else { format!("'{word} ' || i") };
            let (name, pair) = (word("word"), word("pair"));
            format!(
                "INSERT INTO parent SELECT i, {name} FROM {s} WHERE i <= {PARENTS};
                 INSERT INTO child SELECT i, 1 + i % {PARENTS}, 'note' FROM {s};
                 INSERT INTO pair SELECT CASE WHEN i % 3 = 0 THEN 'e''u' ELSE 'us' END, i, {pair} FROM {s} WHERE i <= 200;"
            )
        };
        match &self.place {
            Place::Sqlite => {
                Connection::open(self.path("old.db"))
                    .unwrap()
                    .execute_batch(&format!("{OLD} {}", rows(Route::Sqlite)))
                    .unwrap();
                Connection::open(self.path("new.db"))
                    .unwrap()
                    .execute_batch(&format!("{NEW} {}", triggers(Route::Sqlite)))
                    .unwrap();
            }
            Place::Postgres(database) => {
                database
                    .psql(&format!(
                        "CREATE SCHEMA old; SET search_path = old; {OLD} {}",
                        rows(Route::Postgres)
                    ))
                    .ok();
                database
                    .psql(&format!("CREATE SCHEMA new; SET search_path = new; {NEW} {}", triggers(route)))
                    .ok();
            }
            Place::Mysql(server) => {
                server.mysql("", "CREATE DATABASE old; CREATE DATABASE new").ok();
                server.mysql("old", &format!("{} {}", of_mysql(OLD), rows(Route::Mysql))).ok();
                server.mysql("new", &format!("{} {}", of_mysql(NEW), triggers(Route::Mysql))).ok();
            }
            Place::Staged(database, server) => {
                server.mysql("", "CREATE DATABASE old").ok();
                server.mysql("old", &format!("{} {}", of_mysql(OLD), rows(Route::Mysql))).ok();
                database
                    .psql(&format!("CREATE SCHEMA new; SET search_path = new; {NEW} {}", triggers(route)))
                    .ok();
            }
        }
    }

    fn compile(&self, route: Route, [parent, child, pair]: [&str; 3], [key, reference]: [&str; 2]) {
        let write = |file: &str, text: &str| std::fs::write(self.path(file), text).unwrap();
        let mysql = |ddl: &str, is_mysql| if is_mysql { of_mysql(ddl) } else { ddl.to_owned() };
        write("old.sql", &mysql(OLD, matches!(route, Route::Mysql | Route::Staged)));
        write("new.sql", &format!("{}\n{}", mysql(NEW, route == Route::Mysql), triggers(route)));
        let [from, to] = match route {
            Route::Sqlite => ["sqlite", "sqlite"],
            Route::Postgres => ["postgres", "postgres"],
            Route::Mysql => ["mysql", "mysql"],
            Route::Staged => ["mysql", "postgres"],
        };
        let place = |schema| if route == Route::Sqlite { String::new() } else { format!(" in {schema}") };
        write(
            "a.plan",
            &format!(
                "datamove edition 2026\n\nplan quarantined {{ }}\n\n\
                 source old {from} {{ schema \"old.sql\"{} }}\ntarget new {to} {{ schema \"new.sql\"{} }}\n\n\
                 move old.parent p -> new.parent {{\n  batch 40 rows by p.id\n  {parent}\n  key id <- {key}\n  ...\n}}\n\n\
                 move old.child c -> new.child {{\n  batch 50 rows by c.id\n  {child}\n  key id <- c.id\n  \
                 parent_id <- {reference}\n  ...\n}}\n\n\
                 move old.pair p -> new.pair {{\n  where p.no <> 7\n  batch 30 rows by p.region, p.no\n  {pair}\n  \
                 key region <- p.region pii\n  key no <- p.no\n  ...\n}}\n\n\
                 accept trigger new.parent because \"it refuses, and changes nothing\"\n\
                 accept trigger new.pair because \"it refuses, and changes nothing\"\n",
                place("old"),
                place("new")
            ),
        );
        let mut compile = datamove();
        compile.arg("compile").arg(self.path("a.plan")).arg("-o").arg(self.path("bundle"));
        Ended::of(&mut compile).expect(0, &[]);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(self.path("bundle"));
        match &self.place {
            Place::Sqlite => {
                command.arg("--source").arg(self.path("old.db")).arg("--target").arg(self.path("new.db"));
            }
            Place::Postgres(database) => {
                command.arg("--target").arg(database.url());
            }
            Place::Mysql(server) => {
                command.arg("--target").arg(server.url(""));
            }
            Place::Staged(database, server) => {
                command.arg("--target").arg(database.url());
                if matches!(verb, "apply" | "validate") {
                    command.arg("--source").arg(server.url("old"));
                }
            }
        }
        command.args(more);
        command
    }

    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// Runs a script with the engine's own client, after these settings; `false` if it fails.
    pub(crate) fn stock(&self, settings: &str, script: &str) -> Result<bool, String> {
        let text = std::fs::read_to_string(self.path("bundle/sql").join(script)).unwrap();
        let text = format!("{settings}\n{text}");
        let output = match &self.place {
            Place::Sqlite => {
                let attach = format!("ATTACH '{}' AS old;\n", self.path("old.db").display());
                sqlite3()?.run(&self.path("new.db"), &(attach + &text))
            }
            Place::Postgres(database) | Place::Staged(database, _) => database.psql(&text),
            Place::Mysql(server) => server.mysql("", &text),
        };
        Ok(output.code == Some(0))
    }

    /// SQL at the target.
    pub(crate) fn sql(&self, sql: &str) {
        match &self.place {
            Place::Sqlite => Connection::open(self.path("new.db")).unwrap().execute_batch(sql).unwrap(),
            Place::Postgres(database) | Place::Staged(database, _) => {
                database.psql(&format!("SET search_path = new; {sql}")).ok();
            }
            Place::Mysql(server) => {
                server.mysql("new", sql).ok();
            }
        }
    }

    /// SQL at the source.
    pub(crate) fn source(&self, sql: &str) {
        match &self.place {
            Place::Sqlite => Connection::open(self.path("old.db")).unwrap().execute_batch(sql).unwrap(),
            Place::Postgres(database) => {
                database.psql(&format!("SET search_path = old; {sql}")).ok();
            }
            Place::Mysql(server) | Place::Staged(_, server) => {
                server.mysql("old", sql).ok();
            }
        }
    }

    /// The first column of a query at the target.
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        let first = |rows: Vec<Vec<String>>| rows.into_iter().map(|mut row| row.remove(0)).collect();
        match &self.place {
            Place::Sqlite => {
                let target = Connection::open(self.path("new.db")).unwrap();
                let mut statement = target.prepare(sql).unwrap();
                let text = |row: &rusqlite::Row<'_>| row.get(0);
                statement.query_map([], text).unwrap().map(Result::unwrap).collect()
            }
            Place::Postgres(database) | Place::Staged(database, _) => {
                first(database.query(&format!("SET search_path = new; {sql}")))
            }
            Place::Mysql(server) => first(server.query("new", sql)),
        }
    }

    /// A table of the ledger.
    pub(crate) fn ledger(&self, table: &str) -> String {
        match &self.place {
            Place::Sqlite => format!("datamove_quarantined_{table}"),
            Place::Postgres(_) | Place::Mysql(_) | Place::Staged(..) => {
                format!("datamove_quarantined.{table}")
            }
        }
    }

    /// Every row of the target's own tables, and the ledger's counts.
    pub(crate) fn rows(&self) -> BTreeSet<String> {
        let text = match &self.place {
            Place::Mysql(_) => [
                "concat('parent ', id, ' ', name)",
                "concat('child ', id, ' ', parent_id, ' ', note)",
                "concat('pair ', region, no, word)",
            ],
            Place::Sqlite | Place::Postgres(_) | Place::Staged(..) => [
                "'parent ' || id || ' ' || name",
                "'child ' || id || ' ' || parent_id || ' ' || note",
                "'pair ' || region || no || word",
            ],
        };
        let tables = text.iter().zip(["parent", "child", "pair"]);
        tables.flat_map(|(text, table)| self.column(&format!("SELECT {text} FROM {table}"))).collect()
    }

    /// Makes the target refuse these rows of `parent`: `word`, or of `pair`: `pair`.
    pub(crate) fn refuse(&self, word: &str, numbers: &[u64]) {
        let words: Vec<String> = numbers.iter().map(|number| format!("('{word} {number}')")).collect();
        self.sql(&format!("INSERT INTO rule VALUES {}", words.join(", ")));
    }

    /// What a step's row of a report says: read, written, skipped, set aside.
    #[track_caller]
    pub(crate) fn counts(&self, step: &str) -> [u64; 4] {
        let report = self.run("status", &["--format", "json"]).json();
        let row = report["steps"].as_array().unwrap().iter().find(|row| row["step"] == step).unwrap().clone();
        ["rows_read", "rows_written", "rows_skipped", "rows_rejected"].map(|name| row[name].as_u64().unwrap())
    }
}

/// The order of a key depends on its collation, so the DDL names it; this one takes letters of either case for the same.
fn of_mysql(ddl: &str) -> String {
    ddl.replace("region VARCHAR(10)", "region VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
}

fn triggers(route: Route) -> String {
    let on = |table: &str, word: &str| match route {
        Route::Sqlite => format!(
            "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM rule WHERE word = NEW.{word}) BEGIN SELECT RAISE(ABORT, 'refused'); END;"
        ),
        Route::Postgres | Route::Staged => {
            format!(
                "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION new.refuse('{word}');"
            )
        }
        Route::Mysql => format!(
            "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} FOR EACH ROW BEGIN IF EXISTS (SELECT 1 FROM rule WHERE word = NEW.{word}) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF; END"
        ),
    };
    let all = format!("{}\n{}", on("parent", "name"), on("pair", "word"));
    match route {
        Route::Sqlite => all,
        Route::Postgres | Route::Staged => format!(
            "CREATE FUNCTION new.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF EXISTS (SELECT 1 FROM new.rule WHERE word = to_jsonb(NEW) ->> TG_ARGV[0]) THEN RAISE EXCEPTION 'refused'; END IF; \
             RETURN NEW; END $$;\n{all}"
        ),
        Route::Mysql => {
            format!("\nDELIMITER //\n{}//\n{}//\nDELIMITER ;\n", on("parent", "name"), on("pair", "word"))
        }
    }
}

/// Numbers that are drawn by a seed, each once, from 1 to `most`.
pub(crate) fn drawn(seed: u64, count: usize, most: u64) -> Vec<u64> {
    let (mut state, mut found) = (seed, BTreeSet::new());
    while found.len() < count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        found.insert(1 + (state >> 33) % most);
    }
    found.into_iter().collect()
}
