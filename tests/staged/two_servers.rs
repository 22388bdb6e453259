//! PostgreSQL to PostgreSQL, between two databases that see nothing of each other.

use std::path::Path;

use crate::ended::{Ended, datamove};
use crate::fixture::{Fixture, project};
use crate::or_skip;
use crate::testkit::{Database, Output, Postgres};

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_postgres.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

pub(crate) fn fill(db: &Database) {
    db.psql(&format!("{LEGACY} SET search_path = public; {DATA} ALTER SCHEMA public RENAME TO legacy;")).ok();
}

pub(crate) fn dump(db: &Database, schema: &str) -> String {
    let mut command = db.server().client("pg_dump");
    command.args(["--inserts", "-n", schema, "-d", db.name()]);
    let text = Output::of(command, "").ok().stdout;
    // Rows lie in the order in which they came.
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.contains("restrict")).collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn the_rows_are_those_of_one_database() {
    let server = or_skip!("staged two databases", Postgres::get());
    let source = server.database("two_source");
    fill(&source);
    let fixture =
        Fixture::new(server, "two_target", &project("plans/shop/shop_two_servers.plan"), &source.url());
    fixture.target.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP}")).ok();
    let before = fixture.dump();
    fixture.run("apply", &[]).expect(0, &["loaded", "validation passed"]);

    let one = server.database("two_one");
    fill(&one);
    one.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP}")).ok();
    let folder = tempfile::tempdir().unwrap();
    let plan = project("plans/shop/shop_postgres.plan");
    Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(folder.path().join("b"))).expect(0, &[]);
    Ended::of(datamove().arg("apply").arg(folder.path().join("b")).args(["--target", &one.url()]))
        .expect(0, &["loaded"]);
    assert!(dump(&fixture.target, "shop") == dump(&one, "shop"), "the two targets differ");

    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_eq!(fixture.dump(), before);
}

const TYPES: &str = "
  id uuid PRIMARY KEY, a integer[], words text[], ip inet, span interval, j json, jb jsonb, c char(5), n numeric, f real,
  d date, at timestamptz, naive timestamp(3), t time with time zone, b bytea, v tsvector, bits bit(3), m money, s MOOD";

/// Writes a plan of one table that moves all columns as they are.
fn identity(folder: &Path, old: &str, new: &str) -> std::path::PathBuf {
    std::fs::write(folder.join("old.sql"), old).unwrap();
    std::fs::write(folder.join("new.sql"), new).unwrap();
    let plan = folder.join("types.plan");
    let text = "datamove edition 2026\n\nplan types { }\n\n\
        source old postgres { schema \"old.sql\" in old link staged }\n\
        target new postgres { schema \"new.sql\" in new }\n\n\
        move old.types t -> new.types {\n  key id <- t.id\n  ...\n}\n";
    std::fs::write(&plan, text).unwrap();
    plan
}

#[test]
fn every_type_arrives_as_it_was() {
    let server = or_skip!("staged types", Postgres::get());
    let folder = tempfile::tempdir().unwrap();
    let old = format!(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok'); CREATE TABLE types ({});",
        TYPES.replace("MOOD", "mood")
    );
    let source = server.database("types_source");
    source.psql(&format!("CREATE SCHEMA old; SET search_path = old; {old}")).ok();
    source
        .psql(
            r#"SET search_path = old; INSERT INTO types VALUES
            ('6ecd8c99-4036-403d-bf84-cf8400f67836', '{1,NULL,-3}', E'{"a\tb","\\\\N",NULL,"NULL",""}', '10.0.0.1/8', '1 year 2 days -00:00:01.5',
             '{ "a" : 1, "a": 2 }', '{"b": [1, null]}', 'ab', 'NaN', '-0', 'infinity', '-infinity', '0044-03-15 BC', '12:00:00.5+05:30',
             '\x00ff0a5c', '''a'':1 ''b''', B'101', '-12.34', 'it''s ok'),
            ('6ecd8c99-4036-403d-bf84-cf8400f67837', '{{1,2},{3,4}}', NULL, NULL, NULL, NULL, NULL, '', 123456789012345678901234567890.123456789, 'NaN',
             '4713-01-01 BC', '294276-12-31 23:59:59.999999', '2024-02-29 12:00:00.123', NULL, '', NULL, NULL, NULL, 'sad'),
            ('6ecd8c99-4036-403d-bf84-cf8400f67838', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"#,
        )
        .ok();
    let plan = identity(folder.path(), &old, &old);
    let fixture = Fixture::new(server, "types_target", &plan, &source.url());
    fixture.target.psql(&format!("CREATE SCHEMA new; SET search_path = new; {old}")).ok();
    fixture.run("apply", &["--batch-rows", "2"]).expect(0, &["loaded", "validation passed"]);
    let rows =
        |db: &Database, schema: &str| db.query(&format!("SELECT t::text FROM {schema}.types t ORDER BY id"));
    assert_eq!(rows(&fixture.target, "new"), rows(&source, "old"));
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back, 3 rows"]);
}
