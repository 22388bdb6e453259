//! Batches by every kind of key on PostgreSQL, and what keeps them on their index.

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, of_kind};
use crate::compile::compile;
use crate::testkit::{Database, Postgres};

fn database(bench: &Bench) -> &Database {
    match bench {
        Bench::Postgres { db, .. } => db,
        Bench::Sqlite { .. } | Bench::Mysql { .. } => unreachable!(),
    }
}

fn scripts(columns: &[&str], batch: &str, source: &str, target: &str) -> Vec<Script> {
    let copied: Vec<String> = columns.iter().map(|name| format!("  key {name} <- s.{name}\n")).collect();
    let moves =
        format!("move legacy.old s -> shop.new {{\n  {batch}\n{}  note <- s.note\n}}", copied.concat());
    compile(Engine::Postgres, &moves, source, target, "").unwrap_or_else(|findings| panic!("{findings}"))
}

/// The columns of a key with their types, the key's own words, and values of the columns for `i`.
const KEYS: [(&str, &[&str], &str, &str); 11] = [
    ("two", &["a integer", "b bigint"], "a, b", "i % 3, i"),
    (
        "three",
        &["a text", "b date", "c smallint"],
        "a, b, c",
        "chr(97 + i % 2), date '2026-01-01' + i % 4, i",
    ),
    (
        "four",
        &["a boolean", "b integer", "c integer", "d integer"],
        "d, c, b, a",
        "i % 2 = 0, i, i % 5, i % 2",
    ),
    (
        "text_c",
        &["a text COLLATE \"C\""],
        "a",
        "CASE i % 3 WHEN 0 THEN 'Ä' WHEN 1 THEN 'a' ELSE 'B' END || i",
    ),
    (
        "text_icu",
        &["a text COLLATE \"und-x-icu\""],
        "a",
        "CASE i % 3 WHEN 0 THEN 'Ä' WHEN 1 THEN 'a' ELSE 'B' END || i",
    ),
    (
        "varchar_char",
        &["a varchar(9) COLLATE \"und-x-icu\"", "b character(4)"],
        "a, b",
        "chr(65 + i % 4 + i % 2 * 32), i::text",
    ),
    ("uuid", &["a uuid"], "a", "md5(i::text)::uuid"),
    (
        "moment",
        &["a timestamp", "b timestamptz"],
        "a, b",
        "timestamp '2026-03-29 01:59:59.123456' + i % 5 * interval '1 us', timestamptz '2026-03-29 00:59:59+00' + i * interval '7 min'",
    ),
    ("numbers", &["a numeric", "b double precision"], "a, b", "(i % 4)::numeric / 3, 1.0 / (i + 1)"),
    ("bytes", &["a bytea"], "a", "decode(md5(i::text), 'hex')"),
    (
        "time",
        &["a time", "b interval"],
        "b, a",
        "time '00:00' + i * interval '17 min', (i % 3) * interval '1 day'",
    ),
];

#[test]
fn batches_go_by_any_key() {
    let server = or_skip!("batches by any key", Postgres::get());
    for (name, columns, key, values) in KEYS {
        let list = columns.join(" NOT NULL, ");
        let ddl =
            |table: &str| format!("CREATE TABLE {table} ({list} NOT NULL, note text, PRIMARY KEY ({key}));");
        let names: Vec<&str> = columns.iter().filter_map(|column| column.split(' ').next()).collect();
        let (source, target) = (ddl("old"), ddl("new"));
        let list = scripts(&names, "", &source, &target);
        let bench = Bench::postgres(server, name);
        bench.source(&format!(
            "{source} INSERT INTO old SELECT {values}, 'n' || i FROM generate_series(1, 47) i;"
        ));
        bench.target(&target);
        let before = bench.dump();
        let same = "SELECT count(*), (SELECT count(*) FROM (TABLE old EXCEPT TABLE new) x) FROM new";
        for rows in [1, 2, 1000] {
            bench.load(&list, rows);
            assert_eq!(bench.query(same), [["47", "0"]], "{name}");
            bench.roll_back_to(&list, &before);
        }
        // One batch for each session, as if each were killed after it.
        for script in list.iter().filter(|script| script.kind < ScriptKind::Backfill) {
            bench.run(script, &[]).ok(name);
        }
        let backfill = of_kind(&list, ScriptKind::Backfill);
        for batch in 1..=10 {
            let rows = bench.run(backfill, &[("batch_rows", 5), ("batches", 1)]).ok(name);
            assert_eq!(rows[0][2], (5 * batch).min(47).to_string(), "{name}: {rows:?}");
        }
        assert_eq!(bench.query(same), [["47", "0"]], "{name}, one by one");
    }
}

#[test]
fn a_partitioned_source_moves_into_a_partitioned_target_by_its_key() {
    let server = or_skip!("a partitioned source", Postgres::get());
    let ddl = |table: &str| {
        format!(
            "CREATE TABLE {table} (day date NOT NULL, id integer NOT NULL, note text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
             CREATE TABLE {table}_a PARTITION OF {table} FOR VALUES FROM ('2026-01-01') TO ('2026-01-15');
             CREATE TABLE {table}_b PARTITION OF {table} DEFAULT;"
        )
    };
    let (source, target) = (ddl("old"), ddl("new"));
    let list = scripts(&["day", "id"], "", &source, &target);
    let bench = Bench::postgres(server, "partitions");
    bench.source(&format!(
        "{source} INSERT INTO old SELECT date '2026-01-01' + i % 40, i, 'n' FROM generate_series(1, 120) i;"
    ));
    bench.target(&target);
    let before = bench.dump();
    for rows in [7, 50] {
        bench.load(&list, rows);
        assert_eq!(
            bench.query("SELECT count(*), (SELECT count(*) FROM (TABLE old EXCEPT TABLE new) x) FROM new"),
            [["120", "0"]]
        );
        bench.roll_back_to(&list, &before);
    }
}

const LARGE: &str = "CREATE TABLE old (id integer NOT NULL PRIMARY KEY, note text);";

#[test]
fn a_missing_index_is_refused_and_found_again() {
    let server = or_skip!("a missing index", Postgres::get());
    let target = LARGE.replace("old", "new");
    let list = scripts(&["id"], "batch 2000 rows by s.id", LARGE, &target);
    let backfill = of_kind(&list, ScriptKind::Backfill);
    for (rows, refused) in [(60_000, true), (2_500, false)] {
        let bench = Bench::postgres(server, "index");
        bench.source(&format!(
            "{LARGE} INSERT INTO old SELECT i, repeat('x', 200) FROM generate_series(1, {rows}) i;"
        ));
        bench.target(&target);
        for script in list.iter().filter(|script| script.kind < ScriptKind::Backfill) {
            bench.run(script, &[]).ok(&script.path);
        }
        bench.run(backfill, &[("batches", 1)]).ok("one batch");
        // Behind the back of the schema that the plan was compiled from.
        bench.source("ALTER TABLE old DROP CONSTRAINT old_pkey; CREATE INDEX other ON old (note, id);");
        let ran = bench.run(backfill, &[]);
        if refused {
            let error = ran.error.unwrap_or_default();
            assert!(error.contains("DM0716") && error.contains("\"s\".\"id\""), "{error}");
            assert_eq!(bench.query("SELECT state, rows_read FROM datamove_t.step"), [["running", "2000"]]);
            bench.source("ALTER TABLE old ADD PRIMARY KEY (id);");
            bench.run(backfill, &[]).ok("with the index again");
        } else {
            ran.ok("a small table needs no index");
        }
        assert_eq!(
            bench.query("SELECT count(*), count(DISTINCT id) FROM new"),
            [[rows.to_string(), rows.to_string()]]
        );
    }
}

#[test]
fn rows_of_a_composite_key_are_read_once() {
    let server = or_skip!("a composite key", Postgres::get());
    let ddl = |table: &str| {
        format!(
            "CREATE TABLE {table} (tenant integer NOT NULL, id uuid NOT NULL, note text, PRIMARY KEY (tenant, id));"
        )
    };
    let (source, target) = (ddl("old"), ddl("new"));
    let list = scripts(&["tenant", "id"], "batch 1000 rows by s.tenant, s.id", &source, &target);
    let bench = Bench::postgres(server, "composite");
    bench.source(&format!(
        "{source} INSERT INTO old SELECT i % 2, md5(i::text)::uuid, repeat('x', 100) FROM generate_series(1, 100000) i; ANALYZE old;"
    ));
    database(&bench).psql("VACUUM legacy.old").ok();
    bench.target(&target);
    bench.run(of_kind(&list, ScriptKind::Prepare), &[]).ok("prepare");
    let read = || -> Vec<i64> {
        let rows = database(&bench).query(
            "SELECT seq_scan, idx_blks_hit + idx_blks_read, pg_relation_size('legacy.old_pkey') / 8192
             FROM pg_stat_user_tables JOIN pg_statio_user_tables USING (relid) WHERE relid = 'legacy.old'::regclass",
        );
        rows.last().unwrap().iter().map(|word| word.parse().unwrap()).collect()
    };
    let before = read();
    bench.run(of_kind(&list, ScriptKind::Backfill), &[]).ok("backfill");
    let after = read();
    assert_eq!(after[0], before[0], "the table is never read as a whole");
    // Twice for the bounds and the rows, a few levels down for each batch; and not once for each batch.
    let (blocks, index) = (after[1] - before[1], after[2]);
    assert!(blocks < 6 * index + 100 * 20, "{blocks} blocks of an index that has {index}");
    assert_eq!(bench.query("SELECT count(*) FROM new"), [["100000"]]);
}
