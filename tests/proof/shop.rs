//! The shop's plan on each engine, loaded, and somebody who writes to both of its sides.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Output, Postgres, sqlite3};

/// A loaded shop.
pub(crate) struct Shop {
    place: Place,
    bundle: PathBuf,
    folder: TempDir,
}

enum Place {
    Sqlite,
    Postgres(Database),
    Mariadb(Mariadb),
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop").join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap()
}

/// The plan with two checks in the target's own SQL, one that returns what offends, one that counts, and a cutover.
fn with_checks(plan: &str, folder: &Path) -> PathBuf {
    let engine = plan.trim_start_matches("shop").trim_matches(['_', '.']).trim_end_matches("plan");
    let engine = match engine.trim_end_matches('.') {
        "" => "sqlite",
        named => named,
    };
    let table = |name: &str| if engine == "sqlite" { format!("main.{name}") } else { format!("shop.{name}") };
    let copy = folder.join("plans");
    fs::create_dir_all(copy.join("schemas")).unwrap();
    for from in ["", "schemas"] {
        for entry in fs::read_dir(root(from)).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
            fs::copy(entry.path(), copy.join(from).join(entry.file_name())).unwrap();
        }
    }
    let checks = format!(
        "\ncheck \"no marks in notes\" sql {engine} $$\n  SELECT id FROM {} WHERE note LIKE '%<b>%'; $$ because \"it is printed; as it is\"\n
         check \"lines are all there\" sql {engine} $$SELECT count(*) AS examined, count(line_no) AS expected,
           count(CASE WHEN quantity < 0 THEN 1 END) AS bad FROM {} -- all$$ because \"two forms\"\n",
        table("customer"),
        table("order_line")
    );
    let path = copy.join(plan);
    fs::write(&path, fs::read_to_string(&path).unwrap() + &checks + crate::cutover::CLAUSE).unwrap();
    path
}

impl Shop {
    /// Both sides filled, the plan compiled and applied.
    fn loaded(plan: &str, place: impl FnOnce(&Path) -> Result<Place, String>) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path())?;
        let bundle = folder.path().join("bundle");
        let plan = with_checks(plan, folder.path());
        Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(&bundle)).expect(0, &[]);
        let shop = Self { place, bundle, folder };
        shop.run("apply", &["-q"]).expect(0, &["loaded"]);
        Ok(shop)
    }

    pub(crate) fn sqlite() -> Result<Self, String> {
        Self::loaded("shop.plan", |folder| {
            let shell = sqlite3()?;
            let legacy = format!("{}{}", text("schemas/legacy.sql"), text("data.sql"));
            shell.run(&folder.join("legacy.db"), &legacy).ok();
            shell.run(&folder.join("shop.db"), &text("schemas/shop.sql")).ok();
            Ok(Place::Sqlite)
        })
    }

    pub(crate) fn postgres(name: &str) -> Result<Self, String> {
        Self::loaded("shop_postgres.plan", |_| {
            let db = Postgres::get()?.database(name);
            db.psql(&format!(
                "{} SET search_path = public; {} ALTER SCHEMA public RENAME TO legacy; CREATE SCHEMA shop;
                 SET search_path = shop; {}",
                text("schemas/legacy_postgres.sql"),
                text("data.sql"),
                text("schemas/shop_postgres.sql")
            ))
            .ok();
            Ok(Place::Postgres(db))
        })
    }

    pub(crate) fn mariadb() -> Result<Self, String> {
        Self::loaded("shop_mysql.plan", |_| {
            let server = Mariadb::start()?;
            server.mysql("", "CREATE DATABASE legacy; CREATE DATABASE shop; CREATE USER 'mover'@'127.0.0.1'; GRANT ALL ON *.* TO 'mover'@'127.0.0.1'").ok();
            let strict = "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'; SET NAMES utf8mb4; SET time_zone = '+00:00';";
            let data = text("data.sql").replace("TIMESTAMP", "DATETIME(6)");
            let legacy = text("schemas/legacy_mysql.sql");
            let limits = "SET max_recursive_iterations = 10000; SET foreign_key_checks = 0;";
            server.mysql("legacy", &format!("{strict}{limits}\n{legacy}{data}")).ok();
            server.mysql("shop", &format!("{strict}\n{}", text("schemas/shop_mysql.sql"))).ok();
            Ok(Place::Mariadb(server))
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `datamove VERB` on the bundle and its databases.
    #[track_caller]
    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ended {
        let mut command = datamove();
        command.arg(verb).arg(&self.bundle);
        match &self.place {
            Place::Sqlite => {
                command.arg("--source").arg(self.file("legacy.db")).arg("--target").arg(self.file("shop.db"));
            }
            Place::Postgres(db) => {
                command.args(["--target", &db.url()]);
            }
            Place::Mariadb(server) => {
                command.args(["--target", &format!("mysql://mover@127.0.0.1:{}/", server.port())]);
            }
        }
        Ended::of(command.args(more))
    }

    /// The same as another role of PostgreSQL.
    #[track_caller]
    pub(crate) fn run_as(&self, role: &str, verb: &str, more: &[&str]) -> Ended {
        let Place::Postgres(db) = &self.place else { panic!("no other role") };
        Ended::of(datamove().arg(verb).arg(&self.bundle).args(["--target", &db.url_as(role)]).args(more))
    }

    /// Runs SQL at the source.
    #[track_caller]
    pub(crate) fn at_source(&self, sql: &str) {
        match &self.place {
            Place::Sqlite => sqlite3().unwrap().run(&self.file("legacy.db"), sql).ok(),
            Place::Postgres(db) => db.psql(&format!("SET search_path = legacy; {sql}")).ok(),
            Place::Mariadb(server) => server.mysql("legacy", sql).ok(),
        };
    }

    /// Runs SQL at the target.
    #[track_caller]
    pub(crate) fn at_target(&self, sql: &str) -> String {
        let sql = sql.replace("LEDGER.", self.ledger());
        match &self.place {
            Place::Sqlite => sqlite3().unwrap().run(&self.file("shop.db"), &sql).ok().stdout,
            Place::Postgres(db) => {
                db.psql(&format!(
                    "\\pset format unaligned\n\\pset tuples_only on\nSET search_path = shop; {sql}"
                ))
                .ok()
                .stdout
            }
            Place::Mariadb(server) => {
                let rows = server.query("shop", &format!("SET sql_mode = 'ANSI_QUOTES'; {sql}"));
                rows.concat().join("\n")
            }
        }
    }

    fn ledger(&self) -> &'static str {
        match &self.place {
            Place::Sqlite => "datamove_shop_v2_",
            Place::Postgres(_) | Place::Mariadb(_) => "datamove_shop_v2.",
        }
    }

    /// Runs a script of ours with the target's stock client.
    #[track_caller]
    pub(crate) fn stock(&self, script: &str) -> Output {
        match &self.place {
            Place::Sqlite => {
                let legacy = self.file("legacy.db");
                let script = format!("ATTACH '{}' AS legacy;\n{script}", legacy.display());
                sqlite3().unwrap().run(&self.file("shop.db"), &script)
            }
            Place::Postgres(db) => db.psql(script),
            Place::Mariadb(server) => server.mysql("", script),
        }
    }

    /// Every row of the shop.
    pub(crate) fn rows(&self) -> String {
        let tables = [
            ("country", "code, name", "code"),
            ("customer", "legacy_id, full_name, status, balance, note", "legacy_id"),
            ("\"order\"", "id, note", "id"),
            ("order_line", "order_id, line_no, quantity, unit_price", "order_id, line_no"),
        ];
        tables
            .map(|(table, columns, by)| {
                self.at_target(&format!("SELECT {columns} FROM {table} ORDER BY {by};"))
            })
            .concat()
    }

    /// Where a repair is written to.
    pub(crate) fn repair(&self) -> PathBuf {
        self.file("repair.sql")
    }
}
