//! The shop's plan on PostgreSQL, compiled by the binary and applied by an ordinary role.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Postgres};

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_postgres.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

/// Owns the target's tables, may read the source, and is no superuser.
pub(crate) const ROLE: &str = "mover";

/// The compiled bundle, which no test changes.
pub(crate) fn bundle() -> &'static Path {
    static MADE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop bundle");
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop/shop_postgres.plan");
        let mut command = datamove();
        Ended::of(command.arg("compile").arg(plan).arg("-o").arg(&path)).expect(0, &[]);
        (folder, path)
    });
    path
}

/// A database with both schemas.
pub(crate) struct Shop {
    pub(crate) db: Database,
}

impl Shop {
    pub(crate) fn new(server: &'static Postgres, name: &str) -> Self {
        static MADE: OnceLock<()> = OnceLock::new();
        MADE.get_or_init(|| {
            server.existing("postgres").psql(&format!("CREATE ROLE {ROLE} LOGIN;")).ok();
        });
        let db = server.database(name);
        db.psql(&format!(
            "{LEGACY} SET search_path = public;
             {DATA} ALTER SCHEMA public RENAME TO legacy; CREATE SCHEMA shop AUTHORIZATION {ROLE};
             GRANT USAGE ON SCHEMA legacy TO {ROLE}; GRANT SELECT ON ALL TABLES IN SCHEMA legacy TO {ROLE};
             GRANT CREATE, TEMPORARY ON DATABASE \"{}\" TO {ROLE};
             SET ROLE {ROLE}; SET search_path = shop; {SHOP}",
            db.name()
        ))
        .ok();
        Self { db }
    }

    /// `datamove VERB` as the ordinary role.
    pub(crate) fn command(&self, verb: &str, more: &[&str]) -> Command {
        Self::command_to(&self.db.url_as(ROLE), verb, more)
    }

    pub(crate) fn command_to(target: &str, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        command.arg(verb).arg(bundle()).args(["--target", target]).args(more);
        command
    }

    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    /// Starts it and waits until `condition`, a query, says `t`.
    #[track_caller]
    pub(crate) fn start_until(&self, mut command: Command, condition: &str) -> Child {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        loop {
            let said = self.db.psql(&format!("\\pset tuples_only on\n\\pset format unaligned\n{condition};"));
            if said.success && said.stdout.trim() == "t" {
                return child;
            }
            let ended = child.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > Duration::from_secs(30) {
                let _ = child.kill();
                let output = child.wait_with_output().unwrap();
                panic!("never `{condition}`: {ended:?} {}", String::from_utf8_lossy(&output.stderr));
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// What `wait_with_output` says.
    pub(crate) fn end(child: Child) -> Ended {
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Every row of the target and what is in its schema, without the ledger.
    pub(crate) fn dump(&self) -> Vec<Vec<String>> {
        let mut rows = self.db.query(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'shop'::regnamespace ORDER BY 1, 2",
        );
        for table in ["country", "customer", "product", "\"order\"", "order_line"] {
            rows.extend(
                self.db.query(&format!("SELECT to_jsonb(t)::text FROM shop.{table} AS t ORDER BY 1")),
            );
        }
        rows
    }

    /// Makes every batch of a step do something before its checkpoint: a body of PL/pgSQL. The
    /// trigger is on the ledger, because one on a table of the plan would be drift.
    pub(crate) fn in_every_batch(&self, step: &str, body: &str) {
        self.run("apply", &["--max-batches", "0", "-q"]).expect(0, &["stopped"]);
        self.db
            .psql(&format!(
                "CREATE SCHEMA IF NOT EXISTS extra; GRANT USAGE ON SCHEMA extra TO {ROLE};
                 CREATE OR REPLACE FUNCTION extra.trip() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                 AS $f$ BEGIN {body} RETURN NEW; END $f$;
                 CREATE OR REPLACE TRIGGER trip BEFORE UPDATE ON datamove_shop_v2.step FOR EACH ROW
                 WHEN (NEW.step = '{step}') EXECUTE FUNCTION extra.trip();"
            ))
            .ok();
    }

    /// Batches that are committed in all, by the ledger.
    pub(crate) const BATCHES: &'static str =
        "SELECT coalesce(sum(batches), 0) >= 2 FROM datamove_shop_v2.step WHERE step = 'order'";
}
