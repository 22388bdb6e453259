//! What `schema::read` says of real schemas is what the servers' own catalogs say.

#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod mysql;
mod storage;
#[path = "../testkit/mod.rs"]
mod testkit;
#[path = "../workbench/mod.rs"]
mod workbench;

use std::collections::BTreeSet;
use std::path::Path;

use datamove::base::{Engine, Sources};
use datamove::diagnostic::{Problems, to_text};
use datamove::schema::{Catalog, ColumnIdx, Identity, SqlType, Table, UniqueKey, read};
use testkit::{Database, Postgres, shared};

/// A file's text; `.gz` is unpacked. Bytes that are not UTF-8 are taken as Latin-1.
fn text_of(path: &Path) -> String {
    let bytes = if path.extension().is_some_and(|extension| extension == "gz") {
        std::process::Command::new("gzip").arg("-dc").arg(path).output().expect("gzip runs").stdout
    } else {
        std::fs::read(path).expect("the file is there")
    };
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

fn catalog_of(engine: Engine, path: &Path) -> Catalog {
    let mut sources = Sources::default();
    let file = sources.add("schema.sql", text_of(path));
    let mut problems = Problems::default();
    let catalog = read(engine, "side", &[(file, None)], &sources, &mut problems);
    assert!(problems.is_empty(), "{}", to_text(&sources, &problems.sorted(), false));
    catalog
}

/// The type as PostgreSQL's `format_type` prints it, `character varying` without length as `text`.
fn server_type(ty: &SqlType) -> String {
    let moment = |word: &str, zoned: bool, precision: u8| {
        let digits = if precision == 6 { String::new() } else { format!("({precision})") };
        format!("{word}{digits} {} time zone", if zoned { "with" } else { "without" })
    };
    match ty {
        SqlType::Bool => "boolean".to_owned(),
        SqlType::Int { bits: 16 } => "smallint".to_owned(),
        SqlType::Int { bits: 32 } => "integer".to_owned(),
        SqlType::Int { .. } => "bigint".to_owned(),
        SqlType::Unsigned { .. } => server_type(&ty.widened()),
        SqlType::Decimal(None) => "numeric".to_owned(),
        SqlType::Decimal(Some(size)) => format!("numeric({},{})", size.precision, size.scale),
        SqlType::Float { bits: 32 } => "real".to_owned(),
        SqlType::Float { .. } => "double precision".to_owned(),
        SqlType::Text { max: None, padded: true } => "bpchar".to_owned(),
        SqlType::Text { max: None, padded: false } => "text".to_owned(),
        SqlType::Text { max: Some(max), padded: true } => format!("character({max})"),
        SqlType::Text { max: Some(max), padded: false } => format!("character varying({max})"),
        SqlType::Bytes { .. } => "bytea".to_owned(),
        SqlType::Date => "date".to_owned(),
        SqlType::Time { zoned, precision } => moment("time", *zoned, *precision),
        SqlType::Timestamp { zoned, precision } => moment("timestamp", *zoned, *precision),
        SqlType::Interval => "interval".to_owned(),
        SqlType::Uuid => "uuid".to_owned(),
        SqlType::Json { binary: true } => "jsonb".to_owned(),
        SqlType::Json { binary: false } => "json".to_owned(),
        SqlType::Enum { name, .. } | SqlType::Opaque(name) => name.clone(),
        SqlType::Array(item) => format!("{}[]", server_type(item)),
    }
}

fn names(table: &Table, columns: impl IntoIterator<Item = ColumnIdx>) -> String {
    let names: Vec<&str> = columns.into_iter().map(|index| table.column(index).name.as_str()).collect();
    names.join(",")
}

fn key_line(table: &Table, key: &UniqueKey) -> String {
    let column = |part: &Option<ColumnIdx>| part.map_or("*", |index| table.column(index).name.as_str());
    let columns: Vec<&str> = key.columns.iter().map(column).collect();
    let name = key.name.clone().unwrap_or_default();
    format!("{}|{name}|{}|{}", table.display_name(), columns.join(","), key.partial.is_some())
}

/// Sorted lines of one kind.
fn lines(lines: impl Iterator<Item = String>) -> Vec<String> {
    lines.collect::<BTreeSet<_>>().into_iter().collect()
}

fn rows(database: &Database, sql: &str) -> Vec<String> {
    lines(database.query(sql).into_iter().map(|row| row.join("|")))
}

/// Fails with the lines that only one side has.
#[track_caller]
fn same(ours: &[String], theirs: &[String]) {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).cloned().collect()
    };
    let (more, less) = (only(ours, theirs), only(theirs, ours));
    assert!(more.is_empty() && less.is_empty(), "only read: {more:#?}\nonly on the server: {less:#?}");
    assert_eq!(ours.len(), theirs.len(), "some line is there twice");
}

/// As [`same`], without the names in the second place where one of ours has none: the server gives
/// it one.
#[track_caller]
fn same_but_names(ours: Vec<String>, theirs: Vec<String>) {
    let nameless = |named: Vec<String>| {
        lines(named.into_iter().map(|line| {
            let mut parts: Vec<&str> = line.split('|').collect();
            parts.remove(1);
            parts.join("|")
        }))
    };
    if ours.iter().any(|line| line.split('|').nth(1) == Some("")) {
        same(&nameless(ours), &nameless(theirs));
    } else {
        same(&ours, &theirs);
    }
}

/// Objects of the schema itself and not of the server or an extension.
const OWN: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT EXISTS \
     (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')";

fn compare(catalog: &Catalog, server: &Database) {
    compare_columns(catalog, server);
    compare_keys(catalog, server);
    compare_foreign_keys(catalog, server);
    compare_checks(catalog, server);
    compare_the_rest(catalog, server);
}

fn compare_columns(catalog: &Catalog, server: &Database) {
    let ours = catalog.tables.iter().flat_map(|table| {
        table.columns().map(|(index, column)| {
            let (name, ty) = (&column.name, server_type(&column.ty));
            format!("{}|{:03}|{name}|{}|{ty}", table.display_name(), index.0, column.not_null)
        })
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, lpad((row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) \
             - 1)::text, 3, '0'), a.attname, CASE WHEN a.attnotnull THEN 'true' ELSE 'false' END, \
             regexp_replace(regexp_replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp(6)', 'timestamp'), \
             '^character varying(?!\\()', 'text'), '^public\\.', '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.relkind IN ('r', 'p') AND {OWN}"
        ),
    );
    // Words of the server for what the catalog says in other fields or does not tell apart.
    let words = [("|citext", "|text"), ("|bit varying", "|varbit"), ("|interval(3)", "|interval")];
    let theirs: Vec<String> = theirs
        .into_iter()
        .map(|line| words.iter().fold(line, |line, (server, ours)| line.replace(server, ours)))
        .collect();
    assert!(!theirs.is_empty());
    same(&lines(ours), &theirs);
    // Defaults and automatic numbers: the same columns have one.
    let ours = catalog.tables.iter().flat_map(|table| {
        let some = |column: &&datamove::schema::Column| {
            column.default.is_some()
                || matches!(column.identity, Some(Identity::Serial { .. }))
                || column.generated.is_some()
        };
        let named = |column: &datamove::schema::Column| format!("{}|{}", table.display_name(), column.name);
        table.columns.iter().filter(some).map(named).collect::<Vec<_>>()
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON \
             n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT \
             a.attisdropped AND a.atthasdef WHERE c.relkind IN ('r', 'p') AND {OWN}"
        ),
    );
    same(&lines(ours), &theirs);
}

const KEY_COLUMNS: &str = "(SELECT string_agg(coalesce(a.attname, '*'), ',' ORDER BY k.n) FROM \
     unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND \
     a.attnum = k.attnum AND k.attnum <> 0 WHERE k.n <= i.indnkeyatts)";

fn compare_keys(catalog: &Catalog, server: &Database) {
    let query = |condition: &str| {
        format!(
            "SELECT n.nspname || '.' || c.relname, x.relname, {KEY_COLUMNS}, CASE WHEN i.indpred IS NULL THEN \
             'false' ELSE 'true' END FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON \
             x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND \
             {condition} AND {OWN}"
        )
    };
    let primary =
        catalog.tables.iter().filter_map(|table| Some(key_line(table, table.primary_key.as_ref()?)));
    same_but_names(lines(primary), rows(server, &query("i.indisprimary")));
    let uniques =
        catalog.tables.iter().flat_map(|table| table.uniques.iter().map(|key| key_line(table, key)));
    same_but_names(lines(uniques), rows(server, &query("i.indisunique AND NOT i.indisprimary")));
    let ours = lines(catalog.tables.iter().flat_map(|table| {
        let name = |index: &datamove::schema::Index| index.name.clone().unwrap_or_default();
        let line = move |index: &datamove::schema::Index| {
            format!("{}|{}|{}", table.display_name(), name(index), index.partial.is_some())
        };
        table.indexes.iter().map(line)
    }));
    let exclusion = "NOT i.indisexclusion AND NOT i.indisunique";
    let theirs = rows(server, &query(exclusion)).into_iter().map(|line| {
        let parts: Vec<&str> = line.split('|').collect();
        format!("{}|{}|{}", parts[0], parts[1], parts[3])
    });
    same(&ours, &lines(theirs));
}

fn compare_foreign_keys(catalog: &Catalog, server: &Database) {
    let ours = catalog.tables.iter().flat_map(|table| {
        table.foreign_keys.iter().map(|key| {
            let parent = catalog.table(key.parent);
            let columns = names(table, key.columns.iter().copied());
            let others = names(parent, key.parent_columns.iter().copied());
            let action = key.on_delete.as_deref().unwrap_or("no action");
            let (from, to, name) = (table.display_name(), parent.display_name(), key.name.as_deref());
            let name = name
                .map_or_else(|| format!("{}_{}_fkey", table.name, columns.replace(',', "_")), str::to_owned);
            let flags = (key.deferrable, key.initially_deferred, key.validated);
            format!("{from}|{name}|{columns}|{to}|{others}|{action}|{}|{}|{}", flags.0, flags.1, flags.2)
        })
    });
    let columns = |array: &str, relation: &str| {
        format!(
            "(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest({array}) WITH ORDINALITY k(attnum, n) JOIN \
             pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.attnum)"
        )
    };
    let (own, other) = (columns("f.conkey", "f.conrelid"), columns("f.confkey", "f.confrelid"));
    let flag = |name: &str| format!("CASE WHEN f.{name} THEN 'true' ELSE 'false' END");
    let flags = ["condeferrable", "condeferred", "convalidated"].map(flag).join(", ");
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, f.conname, {own}, pn.nspname || '.' || p.relname, {other}, CASE \
             f.confdeltype WHEN 'a' THEN 'no action' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'r' THEN \
             'restrict' ELSE 'set default' END, {flags} FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace \
             pn ON pn.oid = p.relnamespace WHERE f.contype = 'f' AND {OWN}"
        ),
    );
    same(&lines(ours), &theirs);
}

fn compare_checks(catalog: &Catalog, server: &Database) {
    let ours = catalog.tables.iter().flat_map(|table| {
        table.checks.iter().map(|check| {
            let columns: BTreeSet<&str> =
                check.columns.iter().map(|index| table.column(*index).name.as_str()).collect();
            let columns: Vec<&str> = columns.into_iter().collect();
            format!("{}|{}|{}", table.display_name(), check.name.as_deref().unwrap_or(""), columns.join(","))
        })
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, f.conname, (SELECT string_agg(a.attname, ',' ORDER BY a.attname \
             COLLATE \"C\") FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (f.conkey)) FROM \
             pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE f.contype = 'c' AND {OWN}"
        ),
    );
    same_but_names(lines(ours), theirs);
}

fn compare_the_rest(catalog: &Catalog, server: &Database) {
    let ours = catalog.sequences.iter().map(|sequence| {
        let owner = sequence.owner.map_or_else(String::new, |(table, column)| {
            let table = catalog.table(table);
            format!("{}.{}", table.display_name(), table.column(column).name)
        });
        format!("{}.{}|{owner}", sequence.schema.as_deref().unwrap_or(""), sequence.name)
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, (SELECT tn.nspname || '.' || t.relname || '.' || a.attname FROM \
             pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN \
             pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass \
             AND d.objid = c.oid AND d.deptype IN ('a', 'i')) FROM pg_class c JOIN pg_namespace n ON n.oid = \
             c.relnamespace WHERE c.relkind = 'S' AND {OWN}"
        ),
    );
    same(&lines(ours), &theirs);
    let ours = catalog
        .tables
        .iter()
        .flat_map(|table| table.triggers.iter().map(|trigger| format!("{}|{trigger}", table.display_name())));
    let theirs = rows(
        server,
        &format!(
            "SELECT n.nspname || '.' || c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND t.tgtype & 20 <> 0 AND {OWN}"
        ),
    );
    same(&lines(ours), &theirs);
}

/// Loads the file with psql and compares; `database` is the one that the file's own `\c` leads to.
fn same_as_the_server(test: &str, path: &str, database: Option<&str>, encoding: &str) {
    let path = match shared(path) {
        Ok(path) => path,
        Err(reason) => return testkit::skip(test, &reason),
    };
    let server = match Postgres::get() {
        Ok(server) => server,
        Err(reason) => return testkit::skip(test, &reason),
    };
    let catalog = catalog_of(Engine::Postgres, &path);
    let own = server.database(test);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("load.sql");
    let bytes = if path.extension().is_some_and(|extension| extension == "gz") {
        std::process::Command::new("gzip").arg("-dc").arg(&path).output().expect("gzip runs").stdout
    } else {
        std::fs::read(&path).expect("the file is there")
    };
    std::fs::write(&file, bytes).expect("the file is written");
    let mut command = own.command();
    let output = command.env("PGCLIENTENCODING", encoding).arg("-f").arg(&file).output().expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let loaded = database.map_or(own, |name| server.existing(name));
    compare(&catalog, &loaded);
}

#[test]
fn gitlab() {
    same_as_the_server("gitlab", "gitlab-ce/schema.sql", None, "UTF8");
}

#[test]
fn openstreetmap_v1() {
    same_as_the_server("openstreetmap_v1", "openstreetmap/structure-v1-2023-08-30.sql", None, "UTF8");
}

#[test]
fn openstreetmap_v2() {
    same_as_the_server("openstreetmap_v2", "openstreetmap/structure-v2-2025-12-24.sql", None, "UTF8");
}

/// It needs PostGIS, which the server may lack: for the server its one geometry becomes a text.
#[test]
fn openstreetmap_newest() {
    let path = or_skip!("openstreetmap_newest", shared("openstreetmap/structure-2026-08-11.sql"));
    let server = or_skip!("openstreetmap_newest", Postgres::get());
    let catalog = catalog_of(Engine::Postgres, &path);
    let opaque = SqlType::Opaque("geometry(polygon,4326)".to_owned());
    let columns = || catalog.tables.iter().flat_map(|table| &table.columns);
    assert_eq!(columns().filter(|column| column.ty == opaque).count(), 1);
    let text = text_of(&path);
    let is_extension = |line: &&str| line.contains(" EXTENSION ") && line.contains("postgis");
    let kept: Vec<&str> = text.lines().filter(|line| !is_extension(line)).collect();
    let text = kept.join("\n").replace("public.geometry(Polygon,4326)", "text");
    let database = server.database("openstreetmap_newest");
    database.psql(&text).ok();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("patched.sql");
    std::fs::write(&file, text).expect("the file is written");
    compare(&catalog_of(Engine::Postgres, &file), &database);
}

#[test]
fn chinook_plain() {
    same_as_the_server("chinook_plain", "chinook/chinook-postgresql.sql", Some("chinook"), "UTF8");
}

#[test]
fn chinook_serial() {
    let path = "chinook/chinook-postgresql-serial.sql.gz";
    same_as_the_server("chinook_serial", path, Some("chinook_serial"), "UTF8");
}

#[test]
fn chinook_identity() {
    let path = "chinook/chinook-postgresql-identity-always.sql.gz";
    same_as_the_server("chinook_identity", path, Some("chinook_auto_increment"), "UTF8");
}

#[test]
fn chinook_old() {
    let path = "chinook-versions/chinook-postgresql-v1.4.1.windows1252.sql.gz";
    same_as_the_server("chinook_old", path, None, "WIN1252");
}

/// A schema that uses what people use least.
const HARD: &str = r#"
CREATE SCHEMA other;
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TYPE other.pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = double precision);
CREATE SEQUENCE other.counter AS integer START WITH 10;
CREATE TABLE "Mixed Case" ("Id" serial PRIMARY KEY, "order" mood[] DEFAULT '{sad}', "sel""ect" citext UNIQUE);
CREATE TABLE other.ids (a integer GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY
    (SEQUENCE NAME other.own_name START 7), c bigint DEFAULT nextval('other.counter'), d smallserial);
CREATE TABLE a_table_with_a_name_that_is_as_long_as_a_name_can_be_on_it (a_column_with_a_long_name_too bigserial);
CREATE TABLE parent (id bigint, kind char(3), at timestamptz(3) DEFAULT now(), amount numeric(12,2) CHECK (amount
    >= 0 AND kind <> 'x;'), total numeric GENERATED ALWAYS AS (amount * 2) STORED, body text COLLATE "C",
    p other.pair, s span, bits bit(5), vb bit varying, i interval(3), z time with time zone, v "char", n name,
    PRIMARY KEY (id, kind), UNIQUE (at, body) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT whole CHECK (body IS NOT NULL));
CREATE TABLE child (x bigint, y char(3), z mood NOT NULL DEFAULT 'it''s ok', w bigint REFERENCES child_of_all,
    FOREIGN KEY (x, y) REFERENCES parent ON DELETE SET NULL (y) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE inheriting (extra xml NOT NULL) INHERITS (base);
CREATE TABLE ranges (room integer, during tstzrange, EXCLUDE USING gist (during WITH &&));
CREATE TABLE parts (id integer NOT NULL, region text NOT NULL, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu');
CREATE TABLE parts_rest (id integer NOT NULL, region text NOT NULL);
ALTER TABLE parts ATTACH PARTITION parts_rest DEFAULT;
CREATE UNIQUE INDEX by_body ON parent USING btree (lower(body) text_pattern_ops, at DESC NULLS LAST) INCLUDE (amount)
    WHERE (amount > 0.5) AND kind = 'abc';
CREATE INDEX by_kind ON parent USING hash (kind);
ALTER TABLE child ADD CONSTRAINT late FOREIGN KEY (w) REFERENCES base (id) ON UPDATE CASCADE NOT VALID;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN NEW.extra := ';'; RETURN NEW; END; $body$;
CREATE FUNCTION one() RETURNS integer BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;
CREATE TRIGGER touching BEFORE INSERT OR UPDATE OF extra ON inheriting FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER leaving AFTER DELETE ON inheriting FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW seen AS SELECT id FROM base;
CREATE MATERIALIZED VIEW kept AS SELECT id FROM base WITH NO DATA;
CREATE UNIQUE INDEX kept_id ON kept (id);
CREATE RULE quiet AS ON INSERT TO seen DO INSTEAD (SELECT 1; SELECT 2);
CREATE POLICY mine ON parent USING (kind = 'a');
CREATE STATISTICS both_kinds ON id, kind FROM parent;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
COMMENT ON TABLE parent IS E'it\'s; a "table"';
GRANT SELECT ON parent TO PUBLIC;
"#;

/// As written, and as the server's own dump prints it.
#[test]
fn hard_postgres() {
    let server = or_skip!("hard_postgres", Postgres::get());
    let before = "CREATE TABLE child_of_all (w bigint PRIMARY KEY);\n\
                  CREATE TABLE base (id bigint UNIQUE NOT NULL, CHECK (id > 0));\n";
    let ddl = format!("{before}{HARD}");
    let database = server.database("hard_postgres");
    database.psql(&ddl).ok();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hard.sql");
    std::fs::write(&file, &ddl).expect("the file is written");
    compare(&catalog_of(Engine::Postgres, &file), &database);
    let dump =
        server.client("pg_dump").args(["--schema-only", database.name()]).output().expect("pg_dump runs");
    assert!(dump.status.success());
    std::fs::write(&file, dump.stdout).expect("the file is written");
    compare(&catalog_of(Engine::Postgres, &file), &database);
}

#[test]
fn chinook_sqlite() {
    for path in ["chinook/chinook-sqlite.sql", "chinook/chinook-sqlite-autoincrement.sql.gz"] {
        let path = or_skip!("chinook_sqlite", shared(path));
        let catalog = catalog_of(Engine::Sqlite, &path);
        let database = rusqlite::Connection::open_in_memory().expect("a database in memory");
        database.execute_batch(&text_of(&path)).expect("the file loads");
        compare_sqlite(&catalog, &database);
        assert!(catalog.skipped.0.get("INSERT").is_some_and(|count| *count > 10));
    }
}

/// What SQLite takes and few people write.
const HARD_SQLITE: &str = r#"
PRAGMA foreign_keys = OFF;
CREATE TABLE "Mixed Case" ([the id] INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT, `b` , 'c' VARCHAR(9));
CREATE TABLE Composite (a TEXT, b LONG VARCHAR(7) NOT NULL ON CONFLICT IGNORE, c INT DEFAULT -1, d DEFAULT (1 + (2)),
    PRIMARY KEY (b, a DESC) CONSTRAINT named UNIQUE (c) CHECK (c > 0), FOREIGN KEY (d) REFERENCES composite2);
CREATE TABLE composite2 (x UNSIGNED BIG INT PRIMARY KEY, y NATIVE CHARACTER(70), self REFERENCES composite2 (x)
    ON DELETE SET NULL ON UPDATE CASCADE MATCH SIMPLE DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID;
CREATE TABLE strict_one (a INT PRIMARY KEY, b TEXT, c ANY, d REAL AS (a * 1.5) VIRTUAL, e TEXT GENERATED ALWAYS AS
    (b || ';') STORED UNIQUE) STRICT;
CREATE TABLE quirk (id INTEGER PRIMARY KEY, x TEXT COLLATE NOCASE CONSTRAINT lonely, y "double quoted");
CREATE INDEX [by c] ON composite (c COLLATE BINARY DESC, a) WHERE c IS NOT NULL;
CREATE TRIGGER guard BEFORE INSERT ON quirk WHEN new.id > 0 BEGIN
    SELECT CASE WHEN new.x = ';END;' THEN RAISE(ABORT, 'no') END;
    INSERT INTO quirk (x) VALUES ('END');
END;
CREATE VIEW seen AS SELECT 1 AS one;
ALTER TABLE quirk RENAME COLUMN y TO why;
ALTER TABLE quirk ADD COLUMN more DATETIME DEFAULT NULL REFERENCES "mixed case"("the id");
INSERT INTO quirk (x) VALUES ('a;''b');
"#;

#[test]
fn hard_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hard.sql");
    std::fs::write(&file, HARD_SQLITE).expect("the file is written");
    let database = rusqlite::Connection::open_in_memory().expect("a database in memory");
    database.execute_batch(HARD_SQLITE).expect("the schema loads");
    let catalog = catalog_of(Engine::Sqlite, &file);
    compare_sqlite(&catalog, &database);
    let written = sqlite_rows(&database, "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL");
    std::fs::write(&file, written.join("\n")).expect("the file is written");
    compare_sqlite(&catalog_of(Engine::Sqlite, &file), &database);
}

fn sqlite_rows(database: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("a valid query");
    let rows = statement.query_map([], |row| row.get(0)).expect("it runs");
    rows.map(|row| row.expect("a row of text")).collect::<BTreeSet<String>>().into_iter().collect()
}

fn compare_sqlite(catalog: &Catalog, database: &rusqlite::Connection) {
    // A rowid is never NULL, which the pragma does not say.
    let ours = catalog.tables.iter().flat_map(|table| {
        let key = table.primary_key_columns();
        table.columns().map(move |(index, column)| {
            let declared = column.declared.replace('"', "");
            let place = key.iter().position(|part| *part == index).map_or(0, |place| place + 1);
            let not_null = column.not_null || column.rowid_alias;
            format!("{}|{:03}|{}|{}|{not_null}|{place}", table.name, index.0, column.name, declared)
        })
    });
    let theirs = sqlite_rows(
        database,
        "SELECT m.name || '|' || printf('%03d', i.cid) || '|' || i.name || '|' || i.type || '|' || CASE WHEN \
         i.\"notnull\" OR (i.pk = 1 AND i.type = 'INTEGER' AND (SELECT max(pk) FROM pragma_table_xinfo(m.name)) = 1) \
         THEN 'true' ELSE 'false' END || '|' || i.pk FROM sqlite_schema m, pragma_table_xinfo(m.name) i WHERE m.type \
         = 'table' AND m.name NOT LIKE 'sqlite_%'",
    );
    same(&lines(ours), &theirs);
    let ours = catalog.tables.iter().flat_map(|table| {
        table.foreign_keys.iter().flat_map(move |key| {
            let parent = catalog.table(key.parent);
            let pairs = key.columns.iter().zip(&key.parent_columns);
            let action = key.on_delete.clone().unwrap_or_else(|| "no action".to_owned()).to_uppercase();
            pairs
                .map(|(own, other)| {
                    let (own, other) = (&table.column(*own).name, &parent.column(*other).name);
                    format!("{}|{own}|{}|{other}|{action}", table.name, parent.name.to_lowercase())
                })
                .collect::<Vec<_>>()
        })
    });
    let theirs = sqlite_rows(
        database,
        "SELECT m.name || '|' || f.\"from\" || '|' || lower(f.\"table\") || '|' || coalesce(f.\"to\", (SELECT name FROM \
         pragma_table_info(f.\"table\") WHERE pk = f.seq + 1)) || '|' || f.on_delete FROM sqlite_schema m, \
         pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    );
    same(&lines(ours), &theirs);
    let ours = catalog.tables.iter().flat_map(|table| {
        table.indexes.iter().map(|index| {
            let columns = names(table, index.columns.iter().copied());
            format!("{}|{}|{columns}", table.name, index.name.as_deref().unwrap_or(""))
        })
    });
    let theirs = sqlite_rows(
        database,
        "SELECT m.name || '|' || l.name || '|' || (SELECT group_concat(name) FROM pragma_index_info(l.name)) FROM \
         sqlite_schema m, pragma_index_list(m.name) l WHERE m.type = 'table' AND l.origin = 'c' AND NOT l.\"unique\"",
    );
    same(&lines(ours), &theirs);
}
