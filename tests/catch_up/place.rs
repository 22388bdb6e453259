//! A small shop with every rule, on each engine.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::{Database, Mariadb, Postgres, sqlite3};

const LEGACY: &str = "
    CREATE TABLE countries (id INTEGER PRIMARY KEY, iso VARCHAR(2) NOT NULL, name VARCHAR(40) NOT NULL);
    CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(40) NOT NULL, name VARCHAR(40) NOT NULL,
      country_id INTEGER NOT NULL, referred_by INTEGER, is_test INTEGER NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, total INTEGER NOT NULL);
    CREATE TABLE order_lines (order_id INTEGER NOT NULL, line_no INTEGER NOT NULL, qty INTEGER NOT NULL, PRIMARY KEY (order_id, line_no));
    CREATE TABLE tags (id INTEGER PRIMARY KEY, label VARCHAR(20) NOT NULL);
    CREATE TABLE settings (name VARCHAR(20) NOT NULL PRIMARY KEY, val VARCHAR(20) NOT NULL);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(20) NOT NULL);
";

const ROWS: &str = "
    INSERT INTO countries VALUES (1, 'DE', 'Germany'), (2, 'ES', 'Spain'), (3, 'FR', 'France');
    INSERT INTO customers VALUES (1, 'ann@x', 'Ann', 1, NULL, 0), (2, 'bob@x', 'Bob', 2, 4, 0),
      (3, 'cid@x', 'Cid', 3, 1, 0), (4, 'dan@x', 'Dan', 1, NULL, 1), (5, 'eve@x', 'Eve', 1, NULL, 1);
    INSERT INTO orders VALUES (10, 1, 100), (11, 1, 200), (12, 3, 300);
    INSERT INTO order_lines VALUES (10, 1, 1), (10, 2, 2), (11, 1, 4), (12, 1, 8);
    INSERT INTO tags VALUES (1, 'red'), (2, 'blue');
    INSERT INTO settings VALUES ('theme', 'dark'), ('size', '9');
    INSERT INTO notes VALUES (1, 'first'), (2, 'second'), (3, 'third');
";

const TARGET: &str = "
    CREATE TABLE country (code VARCHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL);
    CREATE TABLE customer (id UUID_TYPE NOT NULL PRIMARY KEY, legacy_id INTEGER NOT NULL, email VARCHAR(40) NOT NULL,
      name VARCHAR(40) NOT NULL, country_code VARCHAR(2) NOT NULL, referred_by UUID_TYPE, deleted_at TIME_TYPE NULL,
      FOREIGN KEY (country_code) REFERENCES country (code), FOREIGN KEY (referred_by) REFERENCES customer (id));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id UUID_TYPE NOT NULL, total INTEGER NOT NULL,
      FOREIGN KEY (customer_id) REFERENCES customer (id));
    CREATE TABLE line (order_id INTEGER NOT NULL, line_no INTEGER NOT NULL, qty INTEGER NOT NULL, PRIMARY KEY (order_id, line_no),
      FOREIGN KEY (order_id) REFERENCES orders (id));
    CREATE TABLE tag (id SERIAL_KEY, label VARCHAR(20) NOT NULL UNIQUE);
    CREATE TABLE setting (name VARCHAR(20) NOT NULL PRIMARY KEY, val VARCHAR(20) NOT NULL);
    CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(20) NOT NULL);
";

/// What others have written before the load.
const THERE: &str = "
    INSERT INTO setting VALUES ('theme', 'light'), ('own', 'mine');
    INSERT INTO note VALUES (1, 'was here');
";

const PLAN: &str = r#"datamove edition 2026

plan follow { owner "commerce platform" }

source legacy ENGINE { schema "legacy.sql" }
target shop   ENGINE { schema "shop.sql" }

move legacy.countries k -> shop.country {
  key code <- k.iso
  name     <- k.name
  drop k.id because "the code is the key"
  deletes hard
}

move legacy.customers c -> shop.customer {
  where c.is_test = 0
  join legacy.countries k on k.id = c.country_id one
  key id       <- uuid5("shop.customer", c.id)
  legacy_id    <- c.id
  email        <- c.email pii
  name         <- c.name not pii
  country_code <- k.iso
  referred_by  <- ref shop.customer(c.referred_by) else null
  deleted_at   <- null
  deletes soft deleted_at
}

move legacy.orders o -> shop.orders {
  join legacy.customers c on c.id = o.customer_id one
  where c.is_test = 0
  batch 2 rows by o.id
  key id      <- o.id
  customer_id <- ref shop.customer(o.customer_id)
  total       <- o.total
  deletes hard
}

move legacy.order_lines l -> shop.line {
  join legacy.orders o on o.id = l.order_id one
  join legacy.customers c on c.id = o.customer_id one
  where c.is_test = 0
  batch 2 rows by l.order_id, l.line_no
  key order_id <- l.order_id
  key line_no  <- l.line_no
  qty          <- l.qty
  deletes hard
}

move legacy.tags t -> shop.tag {
  key id <- sequence(t.id)
  label  <- t.label
  deletes hard
}

move legacy.settings s -> shop.setting {
  key name <- s.name
  val      <- s.val
  on conflict update
  deletes hard
}

move legacy.notes n -> shop.note {
  key id <- n.id
  body   <- n.body
  on conflict skip
  deletes none
}
"#;

const TABLES: [(&str, &str); 7] = [
    ("country", "code"),
    ("customer", "legacy_id"),
    ("orders", "id"),
    ("line", "order_id, line_no"),
    ("tag", "label"),
    ("setting", "name"),
    ("note", "id"),
];

/// A plan that catches up, and its two sides.
pub(crate) struct Shop {
    place: Place,
    folder: TempDir,
}

enum Place {
    Sqlite,
    Postgres(Database),
    Mariadb(Mariadb),
}

impl Shop {
    fn compiled(
        engine: &str,
        [uuid, time, serial]: [&str; 3],
        place: impl FnOnce(&Path, &str, &str) -> Result<Place, String>,
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let target =
            TARGET.replace("UUID_TYPE", uuid).replace("TIME_TYPE", time).replace("SERIAL_KEY", serial);
        // MySQL's order of texts is the collation's.
        let stored =
            if engine == "mysql" { ") CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;" } else { ");" };
        let (legacy, target) = (LEGACY.replace(");", stored), target.replace(");", stored));
        fs::write(folder.path().join("legacy.sql"), &legacy).unwrap();
        fs::write(folder.path().join("shop.sql"), &target).unwrap();
        let plan = folder.path().join("follow.plan");
        let schema = if engine == "sqlite" { "" } else { " in " };
        let named = |side: &str| if schema.is_empty() { String::new() } else { format!("{schema}{side}") };
        let text = PLAN
            .replace("\"legacy.sql\"", &format!("\"legacy.sql\"{}", named("legacy")))
            .replace("\"shop.sql\"", &format!("\"shop.sql\"{}", named("shop")))
            .replace("ENGINE", engine);
        fs::write(&plan, text).unwrap();
        let place = place(folder.path(), &legacy, &target)?;
        let bundle = folder.path().join("bundle");
        Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(&bundle)).expect(0, &[]);
        Ok(Self { place, folder })
    }

    pub(crate) fn sqlite() -> Result<Self, String> {
        let types = ["CHAR(36)", "TIMESTAMP", "INTEGER PRIMARY KEY AUTOINCREMENT"];
        Self::compiled("sqlite", types, |folder, legacy, target| {
            let shell = sqlite3()?;
            shell.run(&folder.join("legacy.db"), &format!("{legacy}{ROWS}")).ok();
            shell.run(&folder.join("shop.db"), &format!("{target}{THERE}")).ok();
            Ok(Place::Sqlite)
        })
    }

    pub(crate) fn postgres(name: &str) -> Result<Self, String> {
        let types = ["uuid", "timestamptz", "integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"];
        Self::compiled("postgres", types, |_, legacy, target| {
            let db = Postgres::get()?.database(name);
            db.psql(&format!("CREATE SCHEMA legacy; SET search_path = legacy; {legacy}{ROWS} CREATE SCHEMA shop; SET search_path = shop; {target}{THERE}")).ok();
            Ok(Place::Postgres(db))
        })
    }

    pub(crate) fn mariadb() -> Result<Self, String> {
        let types = ["CHAR(36)", "DATETIME(6)", "INTEGER AUTO_INCREMENT PRIMARY KEY"];
        Self::compiled("mysql", types, |_, legacy, target| {
            let server = Mariadb::start()?;
            server.mysql("", "CREATE DATABASE legacy; CREATE DATABASE shop; CREATE USER 'mover'@'127.0.0.1'; GRANT ALL ON *.* TO 'mover'@'127.0.0.1'").ok();
            server.mysql("legacy", &format!("{legacy}{ROWS}")).ok();
            server.mysql("shop", &format!("{target}{THERE}")).ok();
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
        command.arg(verb).arg(self.file("bundle"));
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
    pub(crate) fn at_target(&self, sql: &str) {
        self.query(sql);
    }

    /// The rows of a query at the target, their values parted by bars.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> String {
        let text = match &self.place {
            Place::Sqlite => {
                sqlite3().unwrap().run(&self.file("shop.db"), sql).ok().stdout.replace('\u{1f}', "|")
            }
            Place::Postgres(db) => {
                let head = "\\pset format unaligned\n\\pset tuples_only on\nSET search_path = shop;";
                db.psql(&format!("{head} {sql}")).ok().stdout.replace("SET\n", "")
            }
            Place::Mariadb(server) => {
                let rows: Vec<String> = server.query("shop", sql).iter().map(|row| row.join("|")).collect();
                rows.join("\n").replace("NULL", "")
            }
        };
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| {
                !line.contains("Pager usage")
                    && !line.starts_with("Output format")
                    && !line.starts_with("Tuples only")
            })
            .collect();
        lines.join("\n")
    }

    /// Every row of the target, and the numbers that it would give out next.
    pub(crate) fn rows(&self) -> String {
        TABLES.map(|(table, by)| self.query(&format!("SELECT * FROM {table} ORDER BY {by}"))).join("\n--\n")
    }

    /// The scripts of a round in their order.
    pub(crate) fn round(&self) -> Vec<String> {
        let folder = fs::read_dir(self.file("bundle/sql/40_catch_up")).unwrap();
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    /// Runs a script with the target's stock client.
    #[track_caller]
    pub(crate) fn stock(&self, script: &str) {
        match &self.place {
            Place::Sqlite => {
                let script = format!("ATTACH '{}' AS legacy;\n{script}", self.file("legacy.db").display());
                sqlite3().unwrap().run(&self.file("shop.db"), &script).ok()
            }
            Place::Postgres(db) => db.psql(script).ok(),
            Place::Mariadb(server) => server.mysql("", script).ok(),
        };
    }
}
