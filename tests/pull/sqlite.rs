use datamove::base::Engine;
use datamove::schema::{Depth, Shape, differences};

use crate::testkit::shared;
use crate::{catalog, pulled, same, text_of};

/// What SQLite takes and few people write, and names that are hard to quote.
const HARD: &str = r#"
CREATE TABLE "Mixed ""Case""
" ([the id] INTEGER PRIMARY KEY ASC AUTOINCREMENT, `b$$` , 'c' VARCHAR(9) -- remark; here
);
CREATE TABLE "select" (a TEXT, b LONG VARCHAR(7) NOT NULL, c INT DEFAULT -1, d DEFAULT (1 + (2)), PRIMARY KEY (b, a DESC)
    CONSTRAINT named UNIQUE (c) CHECK (c > 0), FOREIGN KEY (d) REFERENCES two);
CREATE TABLE two (x UNSIGNED BIG INT PRIMARY KEY, y TEXT, self REFERENCES two (x) ON DELETE SET NULL DEFERRABLE INITIALLY
    DEFERRED) WITHOUT ROWID;
CREATE TABLE strict_one (a INT PRIMARY KEY, b TEXT, c ANY, d REAL AS (a * 1.5) VIRTUAL, e TEXT GENERATED ALWAYS AS
    (b || ';') STORED UNIQUE) STRICT;
CREATE TABLE quirk (id INTEGER PRIMARY KEY, x TEXT COLLATE NOCASE, y);
CREATE INDEX [by c] ON "select" (c DESC, a) WHERE c IS NOT NULL;
CREATE UNIQUE INDEX on_quirk ON quirk (lower(x)) /* last */;
CREATE TRIGGER guard BEFORE INSERT ON quirk WHEN new.id > 0 BEGIN
    SELECT CASE WHEN new.x = ';END;' THEN RAISE(ABORT, 'no') END; -- and so on
    INSERT INTO quirk (x) VALUES ('END');
END;
CREATE VIEW seen AS SELECT 1 AS one;
ALTER TABLE quirk ADD COLUMN more DATETIME DEFAULT NULL REFERENCES "select"(c);
"#;

fn compare(ddl: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(ddl).unwrap();
    database
        .execute_batch("CREATE TABLE datamove_shop_run (plan); CREATE INDEX i ON datamove_shop_run (plan)")
        .unwrap();
    drop(database);
    let live = pulled(&path.to_string_lossy(), &[]);
    same(&catalog(Engine::Sqlite, None, ddl), &catalog(Engine::Sqlite, None, &live));
    assert!(!live.contains("datamove_shop_run"));
}

#[test]
fn chinook() {
    for path in ["chinook/chinook-sqlite.sql", "chinook/chinook-sqlite-autoincrement.sql.gz"] {
        let path = crate::or_skip!("pull_chinook_sqlite", shared(path));
        compare(&text_of(&path));
    }
}

#[test]
fn a_hard_schema() {
    compare(HARD);
}

#[test]
fn drift_is_found_and_named() {
    let ddl = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent, state TEXT NOT NULL DEFAULT 'new'
        CHECK (state <> ''));";
    let expected = Shape::of(&catalog(Engine::Sqlite, None, ddl));
    let changes = [
        ("name TEXT UNIQUE", "name TEXT", "parent unique"),
        ("name TEXT UNIQUE", "name VARCHAR(3) UNIQUE", "parent type"),
        ("name TEXT UNIQUE", "name TEXT UNIQUE, more", "parent column"),
        ("state TEXT NOT NULL", "state TEXT", "child nullability"),
        ("DEFAULT 'new'", "DEFAULT 'old'", "child default"),
        (" REFERENCES parent", "", "child foreign_key"),
        ("state <> ''", "state <> 'x'", "child check"),
    ];
    for (from, to, named) in changes {
        let live = Shape::of(&catalog(Engine::Sqlite, None, &ddl.replace(from, to)));
        let found = differences(&expected, &live, Depth::Schema);
        assert_eq!(format!("{} {}", found[0].table, found[0].what), named, "{found:?}");
    }
}
