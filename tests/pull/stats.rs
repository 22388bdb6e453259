use datamove::base::Engine;
use datamove::runner::location::Location;
use datamove::runner::{drivers, pull};
use datamove::schema::Stats;

use crate::testkit::{Mariadb, Postgres};

fn stats(url: &str, schemas: &[&str], exact: bool) -> Stats {
    let schemas: Vec<String> = schemas.iter().map(|schema| (*schema).to_owned()).collect();
    let mut session = drivers::session(&Location::parse(url).unwrap()).unwrap();
    let (_, catalog) = pull::ddl(session.as_mut(), &schemas).unwrap();
    let stats = pull::stats(session.as_mut(), &catalog, exact)
        .unwrap_or_else(|failure| panic!("{}", failure.to_text()));
    assert_eq!(Stats::from_json(&stats.to_json()).unwrap(), stats);
    stats
}

fn line(stats: &Stats, name: &str) -> String {
    let table = stats.tables.iter().find(|table| table.name == name).unwrap();
    let key = table.key.as_ref().map(|key| format!("{} {}..{}", key.column, key.min, key.max));
    format!("{} {} {}", table.rows, table.exact, key.unwrap_or_else(|| "-".to_owned()))
}

const TABLES: &str = "CREATE TABLE numbered (id bigint PRIMARY KEY, name varchar(20));
CREATE TABLE named (email varchar(40) PRIMARY KEY, age int);
CREATE TABLE nobody (day date PRIMARY KEY);
INSERT INTO named VALUES ('ann@x', 3), ('bob@x', 4);
";

#[test]
fn of_postgresql() {
    let server = crate::or_skip!("stats_postgres", Postgres::get());
    let database = server.database("stats");
    database.psql(TABLES).ok();
    database
        .psql(
            "INSERT INTO numbered SELECT i, 'name ' || i FROM generate_series(5, 1004) i;
             CREATE TABLE large (id integer PRIMARY KEY, filler text);
             INSERT INTO large SELECT i, repeat('x', 900) FROM generate_series(1, 20000) i;
             CREATE TABLE parts (id integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
             CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (100);
             INSERT INTO parts SELECT generate_series(1, 50); ANALYZE;",
        )
        .ok();
    let found = stats(&database.url(), &[], false);
    assert_eq!(line(&found, "numbered"), "1000 true id 5..1004");
    // Never a text: it may be about people.
    assert_eq!(line(&found, "named"), "2 true -");
    assert_eq!(line(&found, "nobody"), "0 true -");
    assert_eq!(line(&found, "parts"), "50 true id 1..50");
    assert_eq!(line(&found, "large"), "20000 false id 1..20000");
    let large = found.tables.iter().find(|table| table.name == "large").unwrap();
    assert!(
        large.table_bytes > Some(16_000_000)
            && large.row_bytes >= Some(900)
            && large.index_bytes > Some(100_000)
    );
    assert_eq!(stats(&database.url(), &[], false), found);
    assert_eq!(line(&stats(&database.url(), &[], true), "large"), "20000 true id 1..20000");
    assert_eq!(found.engine, Engine::Postgres);
    assert!(!found.to_json().contains("ann@x"));
}

#[test]
fn of_mariadb() {
    let server = crate::or_skip!("stats_mariadb", Mariadb::get());
    server.mysql("", "CREATE DATABASE stats").ok();
    server.mysql("stats", TABLES).ok();
    server.mysql("stats", "INSERT INTO numbered SELECT seq, concat('name ', seq) FROM seq_5_to_1004").ok();
    server.mysql("stats", "CREATE TABLE large (id int PRIMARY KEY, filler varchar(1000))").ok();
    server
        .mysql(
            "stats",
            "INSERT INTO large SELECT seq, repeat('x', 900) FROM seq_1_to_20000; ANALYZE TABLE large",
        )
        .ok();
    let found = stats(&server.url("stats"), &[], false);
    assert_eq!(line(&found, "numbered"), "1000 true id 5..1004");
    assert_eq!(line(&found, "named"), "2 true -");
    assert_eq!(line(&found, "nobody"), "0 true -");
    let large = found.tables.iter().find(|table| table.name == "large").unwrap();
    assert!(!large.exact && (15_000..25_000).contains(&large.rows), "{large:?}");
    assert_eq!(large.schema.as_deref(), Some("stats"));
    assert_eq!(stats(&server.url("stats"), &[], false), found);
    assert_eq!(line(&stats(&server.url("stats"), &[], true), "large"), "20000 true id 1..20000");
}

#[test]
fn of_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(TABLES).unwrap();
    database.execute_batch("INSERT INTO numbered WITH RECURSIVE n (i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 1004) SELECT i, 'name ' || i FROM n").unwrap();
    // The engine lets a text into a number's column, and it is not shown.
    database.execute_batch("INSERT INTO numbered VALUES ('a person', 'x')").unwrap();
    let found = stats(&path.to_string_lossy(), &[], false);
    assert_eq!(line(&found, "numbered"), "1001 true id 5..1004");
    assert_eq!(line(&found, "named"), "2 true -");
    let numbered = found.tables.iter().find(|table| table.name == "numbered").unwrap();
    assert!(numbered.table_bytes > Some(10_000), "{numbered:?}");
    assert_eq!(stats(&path.to_string_lossy(), &[], true), found);
}
