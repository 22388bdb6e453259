//! A plan of many moves: keys with gaps, keys of texts and of two columns, new keys of both kinds, rows that are
//! there already; some may be cut into ranges and some may not.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Output, Postgres};

const MOVES: &str = include_str!("many.plan");

/// Tables of the source; `TEXT` and `KEY` stand for the engine's own words.
const OLD: &str = "
CREATE TABLE item (id bigint NOT NULL PRIMARY KEY, name TEXT NOT NULL, cents bigint NOT NULL, note TEXT);
CREATE TABLE person (id bigint NOT NULL PRIMARY KEY, mail TEXT NOT NULL);
CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE pair (a bigint NOT NULL, b bigint NOT NULL, n bigint NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE tag (id bigint NOT NULL PRIMARY KEY, label TEXT NOT NULL);
CREATE TABLE stock (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE seen (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE line (id bigint NOT NULL PRIMARY KEY, item_id bigint NOT NULL, person_id bigint NOT NULL, tag_id bigint NOT NULL);
";

const NEW: &str = "
CREATE TABLE item (id bigint NOT NULL PRIMARY KEY, name TEXT NOT NULL, price decimal(12, 2) NOT NULL, note TEXT);
CREATE TABLE person (id UUID NOT NULL PRIMARY KEY, legacy_id bigint NOT NULL, mail TEXT NOT NULL UNIQUE);
CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE pair (a bigint NOT NULL, b bigint NOT NULL, n bigint NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE tag (id SERIAL PRIMARY KEY, label TEXT NOT NULL);
CREATE TABLE stock (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE seen (id bigint NOT NULL PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE line (id bigint NOT NULL PRIMARY KEY, item_id bigint NOT NULL, person_id UUID NOT NULL, tag_id bigint NOT NULL,
  FOREIGN KEY (item_id) REFERENCES item (id), FOREIGN KEY (person_id) REFERENCES person (id), FOREIGN KEY (tag_id) REFERENCES tag (id));
";

/// Rows of the source; `SEQ(n)` is a table with the numbers from 1 to n.
const ROWS: &str = "
INSERT INTO item SELECT seq * seq * seq, concat('item ', seq), seq * 37, CASE WHEN seq % 3 = 0 THEN NULL ELSE concat('n', seq) END FROM SEQ(3000);
INSERT INTO person SELECT seq * 3, concat(seq, '@example.org') FROM SEQ(1500);
INSERT INTO word SELECT reverse(concat(seq)), seq FROM SEQ(900);
INSERT INTO pair SELECT CASE WHEN seq < 1400 THEN 1 ELSE seq END, seq, seq FROM SEQ(1600);
INSERT INTO tag SELECT seq * 7, concat('tag ', seq % 13) FROM SEQ(400);
INSERT INTO stock SELECT seq, seq FROM SEQ(800);
INSERT INTO seen SELECT seq, seq FROM SEQ(800);
INSERT INTO line SELECT seq, (seq % 3000 + 1) * (seq % 3000 + 1) * (seq % 3000 + 1), (seq % 1500 + 1) * 3, (seq % 400 + 1) * 7 FROM SEQ(4000);
";

/// Rows of the target: some as they will be, some that are overwritten, some that stay.
const THERE: &str = "
INSERT INTO stock SELECT seq * 5, CASE WHEN seq % 2 = 0 THEN seq * 5 ELSE 0 END FROM SEQ(200);
INSERT INTO seen SELECT seq * 5, 0 FROM SEQ(200);
";

const TABLES: [&str; 8] = ["item", "person", "word", "pair", "tag", "stock", "seen", "line"];

/// One engine's server with both sides.
pub(crate) enum Server {
    Postgres(Database),
    Mariadb(Mariadb),
}

pub(crate) struct Many {
    pub(crate) server: Server,
    folder: TempDir,
}

impl Many {
    pub(crate) fn postgres(server: &'static Postgres, name: &str) -> Self {
        let db = server.database(name);
        let words = [("TEXT", "varchar(40)"), ("UUID", "uuid"), ("SERIAL", "bigserial")];
        let many = Self::compiled(
            "postgres { schema \"old.sql\" in old }",
            "postgres { schema \"new.sql\" in new }",
            &words,
            Server::Postgres(db),
        );
        let text = |sql: &str| {
            numbers(&said(sql, &words), |n| format!("generate_series(1::bigint, {n}) AS s (seq)"))
        };
        many.sql(&format!(
            "CREATE SCHEMA old; CREATE SCHEMA new; SET search_path = old; {} {} SET search_path = new; {} {} ANALYZE;",
            text(OLD), text(ROWS), text(NEW), text(THERE)
        ));
        many
    }

    pub(crate) fn mariadb() -> Result<Self, String> {
        let server = Mariadb::start()?;
        let words = [
            ("TEXT", "varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"),
            ("UUID", "char(36) CHARACTER SET ascii COLLATE ascii_bin"),
            ("SERIAL", "bigint NOT NULL AUTO_INCREMENT"),
        ];
        let many = Self::compiled(
            "mysql { schema \"old.sql\" }",
            "mysql { schema \"new.sql\" }",
            &words,
            Server::Mariadb(server),
        );
        let text = |sql: &str| numbers(&said(sql, &words), |n| format!("seq_1_to_{n}"));
        many.sql(&format!(
            "CREATE DATABASE old; CREATE DATABASE new; USE old; {} {} USE new; {} {}",
            text(OLD),
            text(ROWS),
            text(NEW),
            text(THERE)
        ));
        Ok(many)
    }

    fn compiled(old: &str, new: &str, words: &[(&str, &str)], server: Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        // A DDL of MySQL's names its engine and its characters.
        let ddl = |text: &str| match server {
            Server::Postgres(_) => said(text, words),
            Server::Mariadb(_) => {
                said(text, words).replace(");\n", ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n")
            }
        };
        write("old.sql", &ddl(OLD));
        write("new.sql", &ddl(NEW));
        write(
            "a.plan",
            &format!(
                "datamove edition 2026\n\nplan many {{ }}\n\nsource old {old}\ntarget new {new}\n\n{MOVES}"
            ),
        );
        let many = Self { server, folder };
        let mut command = datamove();
        Ended::of(command.arg("compile").arg(many.folder.path().join("a.plan")).arg("-o").arg(many.bundle()))
            .expect(0, &[]);
        many
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    #[track_caller]
    pub(crate) fn sql(&self, sql: &str) {
        match &self.server {
            Server::Postgres(db) => db.psql(sql).ok(),
            Server::Mariadb(server) => server.mysql("", sql).ok(),
        };
    }

    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match &self.server {
            Server::Postgres(db) => db.query(sql),
            Server::Mariadb(server) => server.query("", sql),
        }
    }

    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        let target = match &self.server {
            Server::Postgres(db) => db.url(),
            Server::Mariadb(server) => server.url(""),
        };
        let mut command = datamove();
        command.arg(verb).arg(self.bundle()).args(["--target", &target]).args(more);
        command
    }

    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// The target as SQL, its structure and its rows.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        match &self.server {
            Server::Postgres(db) => {
                let mut rows = db.query("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'new'::regnamespace ORDER BY 1, 2");
                for table in TABLES {
                    rows.extend(
                        db.query(&format!("SELECT to_jsonb(t)::text FROM new.{table} AS t ORDER BY 1")),
                    );
                }
                rows.extend(db.query("SELECT last_value, is_called FROM new.tag_id_seq"));
                format!("{rows:#?}")
            }
            Server::Mariadb(server) => {
                let mut command = server.client("mariadb-dump");
                command.args(["--skip-comments", "--order-by-primary", "--databases", "new"]);
                Output::of(command, "").ok().stdout
            }
        }
    }

    /// What the ledger says of its steps and of its undo and mapping tables.
    #[track_caller]
    pub(crate) fn ledger(&self) -> Vec<Vec<String>> {
        let mut rows = self.query("SELECT step, state, rows_read, rows_written, rows_skipped FROM datamove_many.step ORDER BY ordinal");
        for table in [
            "map_person ORDER BY old_1",
            "map_tag ORDER BY old_1",
            "undo_stock ORDER BY id",
            "undo_seen ORDER BY id",
        ] {
            rows.extend(self.query(&format!("SELECT * FROM datamove_many.{table}")));
        }
        rows
    }

    /// How many ranges a step was cut into.
    pub(crate) fn ranges(&self, step: &str) -> usize {
        self.query(&format!("SELECT part FROM datamove_many.part WHERE step = '{step}'")).len()
    }

    /// Starts it and waits until `condition`, a query, has a row.
    #[track_caller]
    pub(crate) fn start_until(&self, mut command: Command, condition: &str) -> Child {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        while self.query(condition).is_empty() {
            let ended = child.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > Duration::from_secs(30) {
                let _ = child.kill();
                let output = child.wait_with_output().unwrap();
                panic!("never `{condition}`: {ended:?} {}", String::from_utf8_lossy(&output.stderr));
            }
            sleep(Duration::from_millis(10));
        }
        child
    }

    pub(crate) fn end(child: Child) -> Ended {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Makes every batch of the item's ranges slow, or fail: a body of a trigger on the ledger.
    pub(crate) fn in_every_batch(&self, condition: &str, body: &str) {
        self.run("apply", &["--max-batches", "0", "-q"]).expect(0, &["stopped"]);
        match &self.server {
            Server::Postgres(db) => db.psql(&format!(
                "CREATE SCHEMA IF NOT EXISTS extra;
                 CREATE OR REPLACE FUNCTION extra.trip() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN {body} RETURN NEW; END $f$;
                 CREATE OR REPLACE TRIGGER trip BEFORE UPDATE ON datamove_many.part FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION extra.trip();"
            )).ok(),
            Server::Mariadb(server) => server.mysql("datamove_many", &format!(
                "DELIMITER //\nCREATE OR REPLACE TRIGGER trip BEFORE UPDATE ON part FOR EACH ROW BEGIN IF {condition} THEN {body} END IF; END//\nDELIMITER ;"
            )).ok(),
        };
    }

    /// The plan with another text, compiled into the same folder.
    #[track_caller]
    pub(crate) fn compile_again(&self, from: &str, to: &str) {
        let plan = self.folder.path().join("a.plan");
        let text = std::fs::read_to_string(&plan).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&plan, text.replace(from, to)).unwrap();
        Ended::of(datamove().arg("compile").arg(&plan).arg("-o").arg(self.bundle())).expect(0, &[]);
    }

    /// A table's new name, as the engine wants it.
    pub(crate) fn renamed(&self, table: &str) -> String {
        match &self.server {
            Server::Postgres(_) => table.to_owned(),
            Server::Mariadb(_) => format!("datamove_many.{table}"),
        }
    }

    pub(crate) fn no_trigger(&self) {
        match &self.server {
            Server::Postgres(_) => self.sql("DROP TRIGGER trip ON datamove_many.part"),
            Server::Mariadb(_) => self.sql("DROP TRIGGER datamove_many.trip"),
        }
    }
}

fn said(text: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(text.to_owned(), |text, (word, own)| text.replace(word, own))
}

/// `SEQ(n)` in the engine's own words.
fn numbers(text: &str, own: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("SEQ(") {
        let (n, after) = after.split_once(')').unwrap();
        out.push_str(before);
        out.push_str(&own(n));
        rest = after;
    }
    out + rest
}
