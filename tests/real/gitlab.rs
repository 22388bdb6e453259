//! A large production schema with rows in every table, moved into an empty copy of itself by the plan that
//! `init` drafts.

use std::fs;
use std::path::Path;
use std::time::Instant;

use datamove::schema::Catalog;

use crate::bench::{Bench, compiled, datamove, good};
use crate::generate::{Wishes, catalog, quoted, rows};
use crate::testkit::{Postgres, shared};

/// The schema twice in one database, the old one with rows, and the bundle of the plan that `init` drafts.
fn twice(server: &'static Postgres, schema: &Path) -> (Bench, Catalog) {
    let ddl = fs::read_to_string(schema).unwrap();
    let catalog = catalog(&ddl);
    let database = server.database("gitlab");
    database.psql(&ddl).ok();
    // Extensions are there once; everything else is made anew beside the old schema.
    let again = "ALTER SCHEMA public RENAME TO old; CREATE SCHEMA public; \
                 ALTER EXTENSION pg_trgm SET SCHEMA public;";
    database.psql(&format!("{again}\n{ddl}\nTRUNCATE public.schema_migrations;")).ok();
    let wishes = Wishes { rows: &|_| 200, values: &[] };
    let text = rows(&catalog, "old", &wishes);
    database.psql(&format!("SET search_path = old, public;\n{text}\nANALYZE;")).ok();
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("gitlab.plan");
    let (schema, plan) = (schema.to_str().unwrap(), plan.to_str().unwrap());
    good(&datamove(&["init", "--source", schema, "--target", schema, "-o", plan]).output().unwrap());
    compiled(plan, folder.path());
    (Bench { folder, database }, catalog)
}

#[test]
fn a_large_schema_with_rows_in_every_table_moves_and_comes_back() {
    let schema = or_skip!("GitLab's schema on PostgreSQL", shared("gitlab-ce/schema.sql"));
    let server = or_skip!("GitLab's schema on PostgreSQL", Postgres::get());
    let (move_, catalog) = twice(server, &schema);
    let before = move_.dump_of(&["public", "datamove*"]);
    let started = Instant::now();
    move_.forward();
    println!("{} tables in {:?}", catalog.tables.len(), started.elapsed());
    let total = equal(&move_, &catalog);
    println!("{total} rows");
    // The columns at which cycles are broken are filled by a second pass.
    for column in
        ["issues.moved_to_id", "ci_pipelines.auto_canceled_by_id", "pool_repositories.source_project_id"]
    {
        let (table, column) = column.split_once('.').unwrap();
        let query = format!("SELECT count({column}) > 9 FROM public.{table}");
        assert_eq!(move_.database.query(&query), [["t"]], "{table}.{column}");
    }
    move_.roll_back();
    assert_eq!(move_.dump_of(&["public", "datamove*"]), before);
}

#[test]
#[ignore = "a measurement: each of 163 steps is a transaction of its own, and a busy machine takes a minute"]
fn a_large_schema_moves_by_the_runner() {
    let schema = or_skip!("GitLab's schema by the runner", shared("gitlab-ce/schema.sql"));
    let server = or_skip!("GitLab's schema by the runner", Postgres::get());
    let (move_, catalog) = twice(server, &schema);
    let before = move_.dump_of(&["public", "datamove*"]);
    let (bundle, url) = (move_.folder.path().join("bundle"), move_.database.url_as("postgres"));
    let command = |verb: &str| datamove(&[verb, bundle.to_str().unwrap(), "--target", &url, "--quiet"]);
    let started = Instant::now();
    good(&command("apply").output().unwrap());
    println!("applied and validated in {:?}", started.elapsed());
    println!("{} rows", equal(&move_, &catalog));
    good(&command("rollback").arg("--yes").output().unwrap());
    assert_eq!(move_.dump_of(&["public", "datamove*"]), before);
}

/// Compares every table; how many rows there are.
#[track_caller]
fn equal(move_: &Bench, catalog: &Catalog) -> u32 {
    let mut total = 0;
    for table in &catalog.tables {
        let name = quoted(&table.name);
        let (old, new) =
            (format!("(SELECT t::text FROM old.{name} t)"), format!("(SELECT t::text FROM public.{name} t)"));
        assert_eq!(move_.differences(&old, &new), "0 0", "{name}");
        let count: u32 =
            move_.database.query(&format!("SELECT count(*) FROM public.{name}"))[0][0].parse().unwrap();
        assert!(count > 0, "{name} got no rows");
        total += count;
    }
    total
}
