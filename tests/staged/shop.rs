//! The shop, from a SQLite file into a PostgreSQL server.

use std::path::Path;

use rusqlite::Connection;

use crate::ended::{Ended, datamove};
use crate::fixture::{Fixture, project, sqlite};
use crate::or_skip;
use crate::testkit::{Output, Postgres, sqlite3};

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");
const SHOP_SQLITE: &str = include_str!("../../plans/shop/schemas/shop.sql");
pub(crate) const SHOP_POSTGRES: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");

/// The target's tables, each with a query that both engines answer in the same words.
const TABLES: [&str; 5] = [
    "SELECT code, name FROM country ORDER BY 1",
    "SELECT cast(id AS text), legacy_id, full_name, email, status, country_code, cast(round(balance * 100) AS integer), \
     cast(referred_by AS text), cast(created_at AS text), note FROM customer ORDER BY 2",
    "SELECT id, sku, title, cast(round(price * 100) AS integer) FROM product ORDER BY 1",
    "SELECT id, cast(customer_id AS text), cast(placed_at AS text), note FROM \"order\" ORDER BY 1",
    "SELECT order_id, line_no, product_id, quantity, cast(round(unit_price * 100) AS integer) FROM order_line ORDER BY 1, 2",
];

/// A file with the source's rows.
pub(crate) fn sqlite_source(folder: &Path) -> String {
    let source = folder.join("legacy.db");
    sqlite(&source, &[LEGACY, DATA]);
    source.to_str().unwrap().to_owned()
}

fn shop(server: &'static Postgres, name: &str) -> Fixture {
    let folder = tempfile::tempdir().unwrap().keep();
    let source = sqlite_source(&folder);
    let fixture = Fixture::new(server, name, &project("plans/shop/shop_staged.plan"), &source);
    fixture.target.psql(&format!("CREATE SCHEMA shop; SET search_path = shop; {SHOP_POSTGRES}")).ok();
    fixture
}

/// The tables of the target, in words that both engines share.
pub(crate) fn in_postgres(fixture: &Fixture) -> Vec<Vec<Vec<String>>> {
    TABLES.iter().map(|sql| fixture.target.query(&format!("SET search_path = shop; {sql}"))).collect()
}

/// The same plan from SQLite into SQLite.
pub(crate) fn in_sqlite(source: &str) -> Vec<Vec<Vec<String>>> {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, target) = (folder.path().join("bundle"), folder.path().join("shop.db"));
    let shop = sqlite(&target, &[SHOP_SQLITE]);
    let plan = project("plans/shop/shop.plan");
    Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(&bundle)).expect(0, &[]);
    Ended::of(datamove().arg("apply").arg(&bundle).args(["--source", source]).arg("--target").arg(&target))
        .expect(0, &["validation passed"]);
    TABLES.iter().map(|sql| rows(&shop, sql)).collect()
}

fn rows(db: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = db.prepare(sql).unwrap();
    let count = statement.column_count();
    let text = |row: &rusqlite::Row<'_>, i| match row.get_ref(i).unwrap() {
        rusqlite::types::ValueRef::Null => String::new(),
        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
        rusqlite::types::ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    };
    let found = statement.query_map([], |row| Ok((0..count).map(|i| text(row, i)).collect())).unwrap();
    found.map(Result::unwrap).collect()
}

#[test]
fn the_rows_are_those_that_sqlite_would_have() {
    let server = or_skip!("staged shop", Postgres::get());
    let fixture = shop(server, "shop");
    let before = fixture.dump();
    fixture.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    let (there, here) = (in_sqlite(&fixture.source), in_postgres(&fixture));
    assert_eq!(here.iter().map(Vec::len).sum::<usize>(), 18165);
    assert_eq!(here, there);
    fixture.run("apply", &[]).expect(0, &["already"]);
    let status = fixture.run("status", &["--format", "json"]).json();
    assert_eq!(status["steps"][0]["step"], "stage/countries");
    fixture.run("validate", &[]).expect(0, &["validation passed"]);
    fixture.run("rollback", &["--yes"]).expect(0, &["rolled back, 18165 rows removed"]);
    assert_eq!(fixture.dump(), before);
}

#[test]
fn stock_clients_do_the_same() {
    let server = or_skip!("staged stock clients", Postgres::get());
    let shell = or_skip!("staged stock clients", sqlite3());
    let fixture = shop(server, "shop_stock");
    let sql = |path: &str| std::fs::read_to_string(fixture.bundle().join("sql").join(path)).unwrap();
    let psql = |path: &str| {
        let mut command = fixture.target.command();
        command.current_dir(fixture.folder.path()).arg("-f").arg(fixture.bundle().join("sql").join(path));
        Output::of(command, "").ok();
    };
    shell.run(fixture.source.as_ref(), &sql("05_source.sql")).ok();
    psql("10_prepare.sql");
    for table in ["countries", "customers", "order_lines", "orders", "products"] {
        let printed = shell.run(fixture.source.as_ref(), &sql(&format!("14_send/{table}.sql"))).ok();
        std::fs::write(fixture.folder.path().join(format!("{table}.copy")), printed.stdout).unwrap();
        psql(&format!("15_stage/{table}.sql"));
    }
    // The runner takes over, and copies nothing again.
    fixture.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(in_postgres(&fixture), in_sqlite(&fixture.source));
}
