//! MariaDB to PostgreSQL.

use crate::fixture::{Fixture, project};
use crate::or_skip;
use crate::shop::{SHOP_POSTGRES, in_postgres, in_sqlite, sqlite_source};
use crate::testkit::{Mariadb, Postgres};

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_mysql.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

pub(crate) fn fill(old: &Mariadb) {
    old.mysql("", "CREATE DATABASE legacy CHARACTER SET utf8mb4").ok();
    // The type of a naive time with a fraction is called otherwise here.
    let data = DATA.replace("TIMESTAMP", "DATETIME(6)");
    let mode = "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'; SET max_recursive_iterations = 10000; SET foreign_key_checks = 0;";
    old.mysql("legacy", &format!("{LEGACY}\n{mode}\n{data}")).ok();
}

#[test]
fn the_shop_of_mariadb_is_that_of_sqlite() {
    let server = or_skip!("staged MariaDB", Postgres::get());
    let old = or_skip!("staged MariaDB", Mariadb::start());
    fill(&old);
    let plan = project("plans/shop/shop_mysql_to_postgres.plan");
    let fixture = Fixture::new(server, "shop_mariadb", &plan, &old.url("legacy"));
    fixture.target.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP_POSTGRES}")).ok();
    let before = fixture.dump();
    fixture
        .run("apply", &["--batch-rows", "700"])
        .expect(0, &["loaded, 18165 rows written", "validation passed"]);
    let folder = tempfile::tempdir().unwrap();
    let source = sqlite_source(folder.path());
    assert_eq!(in_postgres(&fixture), in_sqlite(&source));
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back, 18165 rows"]);
    assert_eq!(fixture.dump(), before);
}

const OLD: &str = "CREATE TABLE things (
  id bigint unsigned NOT NULL PRIMARY KEY, t longtext, l varchar(20) CHARACTER SET latin1, c char(5), b longblob, f float, d double,
  n decimal(30, 10), flag tinyint(1), small tinyint unsigned, day date, at datetime(6), moment timestamp(3) NULL, clock time(6),
  e enum('a', 'it''s'), j json, u binary(16)
) DEFAULT CHARSET = utf8mb4;";

const NEW: &str = "CREATE TABLE things (
  id numeric(20) PRIMARY KEY, t text, l varchar(20), c char(5), b bytea, f real, d double precision,
  n numeric(30, 10), flag boolean, small smallint, day date, at timestamp, moment timestamptz(3), clock time,
  e varchar(10), j json, u bytea
);";

fn hostile(name: &str, old: &Mariadb, server: &'static Postgres, rows: &str) -> Fixture {
    let folder = tempfile::tempdir().unwrap().keep();
    old.mysql("", "DROP DATABASE IF EXISTS old; CREATE DATABASE old CHARACTER SET utf8mb4").ok();
    old.mysql("old", OLD).ok();
    old.mysql("old", &format!("SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SET time_zone = '+00:00'; {rows}"))
        .ok();
    std::fs::write(folder.join("old.sql"), OLD).unwrap();
    std::fs::write(folder.join("new.sql"), NEW).unwrap();
    let text = format!(
        "datamove edition 2026\n\nplan {name} {{ }}\n\nsource old mysql {{ schema \"old.sql\" }}\n\
         target new postgres {{ schema \"new.sql\" }}\n\n\
         move old.things t -> new.things {{\n  key id <- t.id\n  ...\n}}\n"
    );
    std::fs::write(folder.join("a.plan"), text).unwrap();
    let fixture = Fixture::new(server, name, &folder.join("a.plan"), &old.url("old"));
    fixture.target.psql(NEW).ok();
    fixture
}

#[test]
fn every_value_of_mariadb_arrives_as_it_was() {
    let server = or_skip!("staged values of MariaDB", Postgres::get());
    let old = or_skip!("staged values of MariaDB", Mariadb::start());
    let rows = r#"INSERT INTO things VALUES
      (18446744073709551615, concat('a', char(9), 'b\N', char(10), '\.', char(13), '😀'), 'Zoë', 'ab', x'00090a0d5cff', 0.1, 0.1, 12345678901234567890.0123456789,
       1, 255, '9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999', '23:59:59.999999', 'it''s', '{"a": 1}', unhex(repeat('a5', 16))),
      (0, '', '', '', '', -0.5, 1e308, -0.0000000001, 0, 0, '0001-01-01', '1000-01-01 00:00:00', '1970-01-01 00:00:01', '00:00:00', 'a', '[]', unhex(repeat('00', 16))),
      (9007199254740993, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
      INSERT INTO things (id, t, d) SELECT 7, repeat('x\' , 2000000), 5e-324;"#;
    let fixture = hostile("mariadb_values", &old, server, rows);
    fixture.run("apply", &["--batch-rows", "2"]).expect(0, &["loaded", "validation passed"]);
    let found = fixture.target.query(
        "SELECT id, encode(convert_to(left(t, 20), 'UTF8'), 'hex'), l, c::text, encode(b, 'hex'), f, d, n, flag, small, day, at, moment, \
         clock, e, j, encode(u, 'hex') FROM things WHERE id <> 7 ORDER BY id",
    );
    let text = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let nulls = [&["9007199254740993"], &[""; 16][..]].concat();
    let mixed = "6109625c4e0a5c2e0df09f9880".to_owned();
    assert_eq!(
        found,
        [
            text(&[
                "0",
                "",
                "",
                "",
                "",
                "-0.5",
                "1e+308",
                "-0.0000000001",
                "f",
                "0",
                "0001-01-01",
                "1000-01-01 00:00:00",
                "1970-01-01 00:00:01+00",
                "00:00:00",
                "a",
                "[]",
                &"00".repeat(16)
            ]),
            text(&nulls),
            text(&[
                "18446744073709551615",
                &mixed,
                "Zoë",
                "ab",
                "00090a0d5cff",
                "0.1",
                "0.1",
                "12345678901234567890.0123456789",
                "t",
                "255",
                "9999-12-31",
                "9999-12-31 23:59:59.999999",
                "2038-01-19 03:14:07.999+00",
                "23:59:59.999999",
                "it's",
                "{\"a\": 1}",
                &"a5".repeat(16)
            ]),
        ]
    );
    let long = "SELECT length(t), t = repeat(E'x\\\\', 2000000), encode(float8send(d), 'hex') FROM things WHERE id = 7";
    assert_eq!(fixture.target.query(long), [["4000000", "t", "0000000000000001"]]);
}

#[test]
fn values_that_only_mysql_has_are_found_at_the_source() {
    let server = or_skip!("staged zero dates", Postgres::get());
    let old = or_skip!("staged zero dates", Mariadb::start());
    let cases = [
        ("day", "'0000-00-00'"),
        ("day", "'2024-02-00'"),
        ("at", "'0000-00-00 00:00:00'"),
        ("clock", "'-01:00:00'"),
        ("clock", "'100:00:00'"),
        ("flag", "2"),
        ("t", "concat('a', char(0), 'b')"),
        ("e", "''"),
    ];
    for (column, value) in cases {
        let fixture = hostile(
            "mariadb_unfit",
            &old,
            server,
            &format!("INSERT IGNORE INTO things (id, {column}) VALUES (1, {value});"),
        );
        let before = fixture.dump();
        fixture.run("apply", &[]).expect(4, &["DM0745", &format!("source/things/{column}/type")]);
        assert_eq!(fixture.dump(), before, "{column} {value}");
    }
}
