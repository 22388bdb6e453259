//! What PostgreSQL does behind one's back during a load, put off and put back: by catalog and dump.

use std::process::Stdio;
use std::time::Duration;

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::bench::{Bench, of_kind};
use crate::compile::compile;
use crate::testkit::{Database, Output, Postgres};

const SOURCE: &str =
    "CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, country text, boss bigint);
CREATE TABLE sales (id bigint PRIMARY KEY, person bigint NOT NULL, day date NOT NULL, note text);";

const ROWS: &str = "INSERT INTO people SELECT i, 'p' || i, CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' END, nullif(i / 2, 0)
  FROM generate_series(1, 40) i;
INSERT INTO sales SELECT i, 1 + i % 40, date '2026-01-01' + i % 60, 'n' || i FROM generate_series(1, 100) i;";

/// Every kind of thing that can be postponed, and that cannot.
const TARGET: &str = "CREATE TABLE country (code text PRIMARY KEY);
CREATE TABLE person (id bigint PRIMARY KEY, name text NOT NULL, country text, boss_id bigint, lower_name text GENERATED ALWAYS AS (lower(name)) STORED);
ALTER TABLE person ADD CONSTRAINT \"of Country\" FOREIGN KEY (country) REFERENCES country (code) ON UPDATE CASCADE ON DELETE SET NULL (country) NOT VALID;
ALTER TABLE person ADD CONSTRAINT person_boss FOREIGN KEY (boss_id) REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT person_boss ON person IS 'it''s the boss';
CREATE INDEX \"by Name\" ON person USING btree (lower(name) text_pattern_ops DESC, id) INCLUDE (country) WITH (fillfactor = 70) WHERE country IS NOT NULL;
COMMENT ON INDEX \"by Name\" IS 'for searches';
CREATE INDEX person_hash ON person USING hash (country);
CREATE INDEX person_clustered ON person (boss_id);
ALTER TABLE person CLUSTER ON person_clustered;
CREATE INDEX person_counted ON person ((id + 1));
ALTER INDEX person_counted ALTER COLUMN 1 SET STATISTICS 500;
CREATE UNIQUE INDEX person_name ON person (name, id);
CREATE TABLE sale (id bigint NOT NULL, person_id bigint NOT NULL REFERENCES person (id), day date NOT NULL, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE sale_a PARTITION OF sale FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE sale_b PARTITION OF sale DEFAULT;
CREATE INDEX sale_note ON sale (note);
CREATE TABLE log (what text);
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO shop.log VALUES (TG_NAME); RETURN coalesce(NEW, OLD); END';
CREATE TRIGGER \"Plain\" AFTER INSERT OR DELETE OR UPDATE ON person FOR EACH ROW EXECUTE FUNCTION note_it();
CREATE TRIGGER always_on BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION note_it();
ALTER TABLE person ENABLE ALWAYS TRIGGER always_on;
CREATE TRIGGER on_replica BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION note_it();
ALTER TABLE person ENABLE REPLICA TRIGGER on_replica;
CREATE TRIGGER is_off BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION note_it();
ALTER TABLE person DISABLE TRIGGER is_off;
CREATE TRIGGER of_sales AFTER INSERT OR DELETE ON sale FOR EACH ROW EXECUTE FUNCTION note_it();
ALTER TABLE sale_b ENABLE ALWAYS TRIGGER of_sales;";

const MOVES: &str = "strategy {
  constraints postpone
  triggers off
}

move legacy.people p -> shop.person {
  key id <- p.id
  name <- p.name
  country <- p.country
  boss_id <- p.boss
}

move legacy.sales s -> shop.sale {
  key id <- s.id
  key day <- s.day
  person_id <- s.person
  note <- s.note
}";

fn scripts(moves: &str) -> Vec<Script> {
    compile(Engine::Postgres, moves, SOURCE, TARGET, "").unwrap_or_else(|findings| panic!("{findings}"))
}

fn bench(server: &'static Postgres, name: &str) -> Bench {
    let bench = Bench::postgres(server, name);
    bench.source(&format!("{SOURCE} {ROWS}"));
    bench.target(&format!("{TARGET} INSERT INTO country VALUES ('DE'), ('FR');"));
    bench
}

fn database(bench: &Bench) -> &Database {
    match bench {
        Bench::Postgres { db, .. } => db,
        Bench::Sqlite { .. } | Bench::Mysql { .. } => unreachable!(),
    }
}

/// The structure of the target's schema, as pg_dump has it.
fn structure(bench: &Bench) -> String {
    let db = database(bench);
    let mut command = db.server().client("pg_dump");
    command.args(["-s", "-n", "shop", "-d", db.name()]);
    let text = Output::of(command, "").ok().stdout;
    let lines = text.lines().filter(|line| !line.contains("restrict "));
    lines.collect::<Vec<_>>().join("\n")
}

/// What pg_dump does not show of constraints, indexes and triggers.
fn catalog(bench: &Bench) -> Vec<Vec<String>> {
    database(bench).query(
        "SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated, conparentid <> 0, connoinherit
         FROM pg_constraint WHERE connamespace = 'shop'::regnamespace
         UNION ALL SELECT 'index', indrelid::regclass, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisready
         FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = 'shop'::regnamespace
         UNION ALL SELECT 'trigger', tgrelid::regclass, tgname, pg_get_triggerdef(t.oid), tgenabled = 'O', tgenabled = 'A', tgenabled = 'R'
         FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'shop'::regnamespace AND NOT tgisinternal
         ORDER BY 1, 2, 3",
    )
}

/// The names of what is in the way of a load.
fn in_the_way(bench: &Bench) -> Vec<String> {
    let rows = database(bench).query(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'shop'::regnamespace AND conparentid = 0
         UNION ALL SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = 'shop'::regnamespace AND NOT indisunique AND NOT relispartition
         UNION ALL SELECT tgname || ' of ' || relname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
         WHERE relnamespace = 'shop'::regnamespace AND NOT tgisinternal AND tgenabled <> 'D' ORDER BY 1",
    );
    rows.into_iter().map(|row| row[0].clone()).collect()
}

#[test]
fn everything_comes_back_as_it_was() {
    let server = or_skip!("postponed constraints", Postgres::get());
    let list = scripts(MOVES);
    let bench = bench(server, "postponed");
    let (before, structure_before, catalog_before) = (bench.dump(), structure(&bench), catalog(&bench));
    let prepare = of_kind(&list, ScriptKind::Prepare);
    for _ in 0..2 {
        bench.run(prepare, &[]).ok("prepare");
        // A partitioned table keeps what its partitions share; a marked index stays with its mark.
        assert_eq!(
            in_the_way(&bench),
            ["person_clustered", "person_counted", "sale_note", "sale_person_id_fkey"]
        );
    }
    bench.load(&list, 7);
    assert_eq!(
        bench.query("SELECT count(*), count(boss_id), max(lower_name) FROM person"),
        [["40", "39", "p9"]]
    );
    assert_eq!(bench.query("SELECT count(*) FROM log"), [["0"]], "no trigger fired");
    assert_eq!(structure(&bench), structure_before);
    assert_eq!(catalog(&bench), catalog_before);
    bench.roll_back_to(&list, &before);
    assert_eq!(catalog(&bench), catalog_before);
    assert_eq!(bench.query("SELECT count(*) FROM log"), [["0"]], "nor for the rollback");
}

#[test]
fn the_rollback_puts_back_what_is_missing_at_any_point() {
    let server = or_skip!("postponed constraints half way", Postgres::get());
    let list = scripts(MOVES);
    let bench = bench(server, "half");
    let (before, catalog_before) = (bench.dump(), catalog(&bench));
    let constraints = of_kind(&list, ScriptKind::Constraints);
    let finish = of_kind(&list, ScriptKind::Finish);
    for stop in 0.. {
        for script in list.iter().filter(|script| script.kind < ScriptKind::Constraints) {
            bench.run(script, &[]).ok(&script.path);
        }
        if stop == 0 {
            bench.roll_back_to(&list, &before);
            continue;
        }
        // The loop ends after so many of its transactions.
        let left = format!(
            "  COMMIT;\n  IF (SELECT count(*) FROM datamove_t.postponed WHERE state = 'away') <= {} THEN EXIT; END IF;",
            8 - stop
        );
        let text = constraints.text.replace("  COMMIT;", &left);
        assert_ne!(text, constraints.text);
        bench.run(&Script { text, ..constraints.clone() }, &[]).ok("a part of the constraints");
        let missing = bench.query("SELECT count(*) FROM datamove_t.postponed WHERE state <> 'back'");
        if missing == [["0"]] {
            break;
        }
        let error = bench.run(finish, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0718"), "{error}");
        if stop % 2 == 0 {
            bench.run(constraints, &[]).ok("the rest");
            bench.run(constraints, &[]).ok("the rest again");
            bench.run(finish, &[]).ok("finish");
        }
        bench.roll_back_to(&list, &before);
        assert_eq!(catalog(&bench), catalog_before);
        assert!(stop < 20, "it does not end: {missing:?}");
    }
}

#[test]
fn who_is_not_the_owner_is_told_before_anything_is_dropped() {
    let server = or_skip!("a table of somebody else", Postgres::get());
    let list = scripts(MOVES);
    let prepare = of_kind(&list, ScriptKind::Prepare);
    let of_others = [
        (
            "ALTER TABLE shop.person OWNER TO postgres; GRANT ALL ON shop.person TO mover",
            "shop.person belongs to postgres",
        ),
        (
            "ALTER SCHEMA shop OWNER TO postgres; GRANT USAGE ON SCHEMA shop TO mover",
            "CREATE is missing on the schema",
        ),
        (
            "ALTER TABLE shop.country OWNER TO postgres; GRANT SELECT ON shop.country TO mover",
            "REFERENCES is missing on shop.country",
        ),
    ];
    for (fault, why) in of_others {
        let bench = bench(server, "owner");
        database(&bench).psql(fault).ok();
        let before = (bench.dump(), catalog(&bench));
        let error = bench.run(prepare, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0715") && error.contains(why), "{fault}: {error}");
        assert!((bench.dump(), catalog(&bench)) == before, "{fault}: nothing is changed");
    }
    // A column's REFERENCES is enough, and so is membership in the owner.
    let bench = bench(server, "member");
    database(&bench)
        .psql("CREATE ROLE house; GRANT house TO mover; ALTER TABLE shop.person OWNER TO house;
            GRANT CREATE, USAGE ON SCHEMA shop TO house; ALTER TABLE shop.country OWNER TO postgres; GRANT REFERENCES (code) ON shop.country TO house, mover;
            GRANT SELECT ON shop.country TO house, mover")
        .ok();
    let before = catalog(&bench);
    bench.load(&list, 50);
    assert_eq!(catalog(&bench), before);
}

#[test]
fn a_key_that_does_not_hold_is_named_and_waits() {
    let server = or_skip!("a broken constraint", Postgres::get());
    let list = scripts(MOVES);
    let bench = bench(server, "broken");
    let before = (bench.dump(), catalog(&bench));
    for script in list.iter().filter(|script| script.kind < ScriptKind::Constraints) {
        bench.run(script, &[]).ok(&script.path);
    }
    bench.target("UPDATE person SET boss_id = 999 WHERE id = 7");
    let constraints = of_kind(&list, ScriptKind::Constraints);
    for _ in 0..2 {
        let error = bench.run(constraints, &[]).error.unwrap_or_default();
        assert!(
            error.contains("DM0717") && error.contains("person_boss") && error.contains("999"),
            "{error}"
        );
    }
    let states = bench
        .query("SELECT name, state FROM datamove_t.postponed WHERE state <> 'back' AND kind <> 'trigger'");
    assert_eq!(states, [["person_boss", "unchecked"]]);
    bench.target("UPDATE person SET boss_id = 3 WHERE id = 7");
    bench.run(constraints, &[]).ok("mended");
    bench.run(of_kind(&list, ScriptKind::Finish), &[]).ok("finish");
    assert_eq!(catalog(&bench), before.1);
    bench.roll_back_to(&list, &before.0);
}

#[test]
fn a_lock_of_somebody_else_stops_it_and_it_goes_on() {
    let server = or_skip!("a lock in the way", Postgres::get());
    let list = scripts(MOVES);
    let list: Vec<Script> = list
        .into_iter()
        .map(|script| Script {
            text: script.text.replace("lock_timeout = '10s'", "lock_timeout = '200ms'"),
            ..script
        })
        .collect();
    let bench = bench(server, "locked");
    let before = (bench.dump(), catalog(&bench));
    let mut command = database(&bench).command();
    command.args(["-c", "BEGIN; LOCK TABLE shop.person IN ACCESS SHARE MODE; SELECT pg_sleep(60)"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let held = "SELECT count(*) FROM pg_locks WHERE relation = 'shop.person'::regclass AND mode = 'AccessShareLock' AND granted";
    while database(&bench).query(held) == [["0"]] {
        std::thread::sleep(Duration::from_millis(5));
    }
    let error = bench.run(of_kind(&list, ScriptKind::Prepare), &[]).error.unwrap_or_default();
    assert!(error.contains("lock timeout"), "{error}");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";
    database(&bench).psql(end).ok();
    child.wait().unwrap();
    assert!((bench.dump(), catalog(&bench)) == before, "the whole of it was undone");
    bench.load(&list, 50);
    assert_eq!(catalog(&bench), before.1);
}
