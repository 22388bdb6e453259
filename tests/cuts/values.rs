//! Values at the edges of every type that a wrapper is trusted with: what the target's server reads by itself
//! is, byte for byte, what datamove carries.

use std::path::Path;

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::or_skip;
use crate::testkit::{Database, Mariadb, Postgres, mysql_fdw};

const MYSQL_OLD: &str = "CREATE TABLE things (
  id bigint NOT NULL PRIMARY KEY, u bigint unsigned, t text, big mediumtext, l varchar(20) CHARACTER SET latin1, c char(5), b blob, d double,
  n decimal(30, 10), flag tinyint(1), small tinyint unsigned, iu int unsigned, i int, day date, at datetime(6), moment timestamp(3) NULL, clock time(6),
  e enum('a', 'it''s'), j json, k binary(16)
) DEFAULT CHARSET = utf8mb4;";
const MYSQL_NEW: &str = "CREATE TABLE things (
  id bigint PRIMARY KEY, u numeric(20), t text, big text, l varchar(20), c varchar(5), b bytea, d double precision,
  n numeric(30, 10), flag boolean, small smallint, iu bigint, i integer, day date, at timestamp, moment timestamptz(3), clock time,
  e varchar(10), j json, k bytea
);";
const MYSQL_ROWS: &str = r#"INSERT INTO things VALUES
 (-9223372036854775808, 18446744073709551615, 'back\slash ''quote'' %s 😀', repeat('xé', 2000000), 'é€', 'ab ', repeat(x'00ff0a5c', 2048), 0.1e0 + 0.2e0,
  -12345678901234567890.0123456789, 1, 255, 4294967295, -2147483648, '9999-12-31', '9999-12-31 23:59:59.999999', '2024-03-31 02:30:00.123', '23:59:59.999999',
  'it''s', '{"a": [1, null, "é"]}', x'00112233445566778899aabbccddee00'),
 (0, 0, '', '', '', '', '', 2.2250738585072014e-308, 0, 0, 0, 0, 0, '1000-01-01', '1000-01-01 00:00:00', '1970-01-01 00:00:01', '00:00:00', 'a', '[]', ''),
 (1, 1, 'tab	and
line', ' ', 'x', 'abcde', 'a', 1.7976931348623157e308, 1.5, NULL, 1, 1, 1, '2024-02-29', '2024-02-29 12:00:00.5', NULL, '12:00:00.000001', NULL, '"x"', 'k'),
 (9223372036854775807, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"#;

const POSTGRES: &str = "CREATE TABLE things (
  id bigint PRIMARY KEY, k uuid, a integer[], words text[], ip inet, span interval, j json, jb jsonb, c char(5), v varchar(9), n numeric, f real, d double precision,
  day date, at timestamptz, naive timestamp(3), t time with time zone, b bytea, ts tsvector, bits bit(3), flag boolean);";
const POSTGRES_ROWS: &str = r#"INSERT INTO things VALUES
 (-9223372036854775808, '6ecd8c99-4036-403d-bf84-cf8400f67836', '{1,NULL,-3}', E'{"a\tb","\\\\N",NULL,"NULL",""}', '10.0.0.1/8', '1 year 2 days -00:00:01.5',
  '{ "a" : 1, "a": 2 }', '{"b": [1, null]}', 'ab', '', 'NaN', '-0', 'infinity', '-infinity', '0044-03-15 12:00:00.5+00 BC', '2024-03-31 02:30:00.123', '12:00:00.5+05:30',
  '\x00ff0a5c', '''a'':1 ''b''', B'101', true),
 (7, NULL, '{{1,2},{3,4}}', NULL, NULL, NULL, NULL, NULL, '', 'ß😀', 123456789012345678901234567890.123456789, 1.17549435e-38, 0.30000000000000004,
  '4713-01-01 BC', '294276-12-31 23:59:59.999999', '2024-02-29 12:00:00.123', NULL, '', NULL, NULL, false),
 (9223372036854775807, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"#;

/// A bundle of one table that moves as it is.
fn bundle(name: &str, from: &str, old: &str, new: &str, link: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    write("old.sql", old);
    write("new.sql", new);
    write(
        "a.plan",
        &format!(
            "datamove edition 2026\n\nplan {name} {{ }}\n\nsource old {from} {{ schema \"old.sql\" in old link {link} }}\n\
             target new postgres {{ schema \"new.sql\" in new }}\n\n\
             move old.things t -> new.things {{\n  key id <- t.id\n  ...\n}}\n"
        ),
    );
    let (plan, to) = (folder.path().join("a.plan"), folder.path().join("bundle"));
    Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(to)).expect(0, &[]);
    folder
}

fn apply(bundle: &Path, source: &str, target: &Database) -> Ended {
    let mut command = datamove();
    command.arg("apply").arg(bundle.join("bundle")).args(["--source", source, "--target", &target.url()]);
    Ended::of(&mut command)
}

/// What both links bring.
#[track_caller]
fn alike(server: &'static Postgres, from: &str, old: &str, new: &str, source: &str, count: usize) {
    let arrived = |link: &str| {
        let target = server.database(&format!("values_{link}"));
        target
            .psql(&format!(
                "CREATE EXTENSION {}; CREATE SCHEMA new; SET search_path = new; {new}",
                wrapper(from)
            ))
            .ok();
        let folder = bundle("edges", from, old, new, link);
        apply(folder.path(), source, &target).expect(0, &["loaded", "validation passed"]);
        target.query("SELECT whole::text FROM new.things AS whole ORDER BY id")
    };
    let (staged, fdw) = (arrived("staged"), arrived("fdw"));
    assert_eq!(staged.len(), count, "{staged:#?}");
    assert_eq!(fdw, staged);
}

fn wrapper(from: &str) -> &'static str {
    if from == "mysql" { "mysql_fdw" } else { "postgres_fdw" }
}

#[test]
fn of_postgres_are_those_that_datamove_carries() {
    let server = or_skip!("values of postgres_fdw", Postgres::get());
    let source = server.database("values_source");
    source.psql(&format!("CREATE SCHEMA old; SET search_path = old; {POSTGRES} {POSTGRES_ROWS}")).ok();
    alike(server, "postgres", POSTGRES, POSTGRES, &source.url(), 3);
}

#[test]
fn of_mariadb_are_those_that_datamove_carries() {
    let server = or_skip!("values of mysql_fdw", Postgres::get());
    or_skip!("values of mysql_fdw", mysql_fdw());
    let old = or_skip!("values of mysql_fdw", Mariadb::start());
    old.mysql("", "CREATE DATABASE old CHARACTER SET utf8mb4").ok();
    let mode = "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SET time_zone = '+00:00';";
    old.mysql("old", &format!("{MYSQL_OLD} {mode} {MYSQL_ROWS}")).ok();
    alike(server, "mysql", MYSQL_OLD, MYSQL_NEW, &old.url("old"), 4);
    // A longer value would be lost with its whole row.
    old.mysql("old", "UPDATE things SET b = repeat('x', 8193) WHERE id = 1").ok();
    let target = server.database("values_long");
    target
        .psql(&format!("CREATE EXTENSION mysql_fdw; CREATE SCHEMA new; SET search_path = new; {MYSQL_NEW}"))
        .ok();
    let folder = bundle("edges", "mysql", MYSQL_OLD, MYSQL_NEW, "fdw");
    apply(folder.path(), &old.url("old"), &target)
        .expect(4, &["DM0745", "source/things/b/length", "nothing was written"]);
}
