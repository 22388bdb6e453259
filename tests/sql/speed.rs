//! How much the scripts cost on PostgreSQL and on MariaDB, against the one statement that people write by hand.
//!
//! `cargo test --test sql speed::speed -- --ignored --nocapture`; `DATAMOVE_BENCH_ROWS` sets how many rows.
//! All ways take turns on one server whose settings are those of a fresh installation but for
//! `autovacuum`, which would come and go as it likes. What counts is the ratio of the medians of
//! the server's CPU seconds, of all its processes: 1.0 is as fast as the bare statement, which
//! cannot be resumed, and blocks others until its end.

use std::time::Instant;

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::compile::compile;
use crate::testkit::{Database, Mariadb, Postgres};

pub(crate) const RUNS: usize = 3;
const ROWS: u32 = 2_000_000;

const SOURCE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, channel_id integer NOT NULL,
  code varchar(20) NOT NULL, total_cents numeric(12, 0) NOT NULL, placed timestamp NOT NULL, changed timestamp NOT NULL, note text);";

const TARGET: &str = "CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE channel (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE purchase (id bigint PRIMARY KEY, buyer_id bigint NOT NULL REFERENCES customer (id), channel_id integer NOT NULL REFERENCES channel (id),
  number varchar(20) NOT NULL, total numeric(12, 2) NOT NULL, placed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, note text NOT NULL);";

pub(crate) const MOVE: &str = "move legacy.orders o -> shop.purchase {
  key id <- o.id
  buyer_id <- o.customer_id
  channel_id <- o.channel_id
  number <- o.code
  total <- round(o.total_cents / 100, 2, half_even)
  placed_at <- o.placed in zone \"UTC\"
  changed_at <- o.changed in zone \"UTC\"
  note <- o.note default ''
";

/// What people write by hand for the same.
const BARE: &str = "INSERT INTO shop.purchase (id, buyer_id, channel_id, number, total, placed_at, changed_at, note)
SELECT id, customer_id, channel_id, code, round(total_cents / 100, 2), placed AT TIME ZONE 'UTC', changed AT TIME ZONE 'UTC', coalesce(note, '')
FROM legacy.orders;";

pub(crate) fn rows() -> u32 {
    std::env::var("DATAMOVE_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS)
}

fn database(server: &'static Postgres) -> Database {
    let db = server.database("speed");
    let settings = [
        "fsync = on",
        "full_page_writes = on",
        "synchronous_commit = on",
        "max_wal_size = '1GB'",
        "checkpoint_timeout = '5min'",
    ];
    for setting in settings {
        db.psql(&format!("ALTER SYSTEM SET {setting}")).ok();
    }
    db.psql("SELECT pg_reload_conf()").ok();
    let rows = rows();
    db.psql(&format!(
        "CREATE SCHEMA legacy; CREATE SCHEMA shop; SET search_path = legacy; {SOURCE}
         INSERT INTO orders SELECT i, 1 + i::bigint * 7919 % 200000, 1 + i % 12, 'N-' || i, i::bigint * 37 % 1000000,
           timestamp '2020-01-01' + i * interval '37 seconds', timestamp '2020-01-02' + i * interval '37 seconds',
           CASE WHEN i % 3 = 0 THEN 'note ' || i END FROM generate_series(1, {rows}) i;
         SET search_path = shop; {TARGET}
         INSERT INTO customer SELECT i, 'c' || i FROM generate_series(1, 200000) i;
         INSERT INTO channel SELECT i, 'ch' || i FROM generate_series(1, 12) i;
         SET search_path = public; VACUUM ANALYZE;"
    ))
    .ok();
    db
}

/// One way to load: what is compiled, and which of its scripts count.
struct Way {
    name: &'static str,
    scripts: Vec<Script>,
    cpu: Vec<f64>,
    wall: Vec<f64>,
}

fn way(name: &'static str, moves: &str) -> Way {
    let scripts =
        compile(Engine::Postgres, moves, SOURCE, TARGET, "").unwrap_or_else(|findings| panic!("{findings}"));
    Way { name, scripts, cpu: Vec::new(), wall: Vec::new() }
}

/// CPU seconds of all processes of the server since it began.
fn cpu(server: &Postgres) -> f64 {
    let file = std::fs::read_to_string(server.socket().join("data/postmaster.pid")).unwrap();
    let postmaster: u32 = file.lines().next().unwrap().trim().parse().unwrap();
    let stat = |pid: u32| -> Option<(u32, [u64; 4])> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields[at].parse().unwrap_or(0);
        Some((fields[1].parse().ok()?, [number(11), number(12), number(13), number(14)]))
    };
    let mut ticks: u64 = stat(postmaster).unwrap().1.iter().sum();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some((parent, [user, system, _, _])) = stat(pid)
            && parent == postmaster
        {
            ticks += user + system;
        }
    }
    f64::from(u32::try_from(ticks).unwrap()) / 100.0
}

/// Runs texts, and how much CPU and time they took.
fn timed(db: &Database, texts: &[&str]) -> (f64, f64) {
    let (before, start) = (cpu(db.server()), Instant::now());
    for text in texts {
        db.psql(text).ok();
    }
    // A session's CPU seconds are its server's once the server has seen its end.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let wall = start.elapsed().as_secs_f64() - 0.5;
    (cpu(db.server()) - before, wall)
}

/// Loads once, into an empty table.
fn run(db: &Database, way: &mut Way) -> String {
    db.psql("DROP SCHEMA IF EXISTS datamove_t CASCADE; TRUNCATE shop.purchase; VACUUM; CHECKPOINT").ok();
    let text = |kind: ScriptKind| {
        way.scripts.iter().filter(move |script| script.kind == kind).map(|script| script.text.as_str())
    };
    let (cpu, wall) = if way.scripts.is_empty() {
        timed(db, &[BARE])
    } else {
        db.psql(text(ScriptKind::Prepare).next().unwrap()).ok();
        let counted: Vec<&str> = text(ScriptKind::Backfill).chain(text(ScriptKind::Constraints)).collect();
        timed(db, &counted)
    };
    assert_eq!(db.query("SELECT count(*) FROM shop.purchase"), [[rows().to_string()]]);
    way.cpu.push(cpu);
    way.wall.push(wall);
    format!("  {:30} {cpu:6.2} CPU s {wall:6.1} s", way.name)
}

fn median(list: &[f64]) -> f64 {
    let mut list = list.to_vec();
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

#[test]
#[ignore = "takes minutes, and measures"]
fn speed() {
    speed_on_postgres();
    crate::speed_mysql::measure();
}

#[test]
#[ignore = "a part of `speed`"]
fn mariadb_alone() {
    crate::speed_mysql::measure();
}

fn speed_on_postgres() {
    let server = Postgres::get().unwrap();
    let db = database(server);
    let end = "}";
    let mut ways = [
        Way { name: "bare statement", scripts: Vec::new(), cpu: Vec::new(), wall: Vec::new() },
        way(
            "on conflict update",
            &format!("strategy {{ constraints keep }}\n\n{MOVE}  on conflict update\n{end}"),
        ),
        way(
            "on conflict skip",
            &format!("strategy {{ constraints keep }}\n\n{MOVE}  on conflict skip\n{end}"),
        ),
        way("must be empty, kept", &format!("strategy {{ constraints keep }}\n\n{MOVE}{end}")),
        way("must be empty, postponed", &format!("{MOVE}{end}")),
    ];
    for _ in 0..RUNS {
        for way in &mut ways {
            eprintln!("{}", run(&db, way));
        }
    }
    let all: Vec<_> = ways.iter().map(|way| (way.name, way.cpu.as_slice(), way.wall.as_slice())).collect();
    report(&all);
}

/// The medians of each way, and how many times as fast as the first they are.
pub(crate) fn report(ways: &[(&str, &[f64], &[f64])]) {
    let bare = (median(ways[0].1), median(ways[0].2));
    for (name, cpu, wall) in ways {
        let (cpu, wall) = (median(cpu), median(wall));
        let ratio = (bare.0 / cpu, bare.1 / wall);
        eprintln!("{name:30} CPU {cpu:6.2} s, ×{:.2}; wall {wall:6.1} s, ×{:.2}", ratio.0, ratio.1);
    }
}

/// CPU seconds of a MariaDB server, which is one process.
fn cpu_of_mariadb(server: &Mariadb) -> f64 {
    let pid = server.query("", "SELECT @@pid_file")[0][0].clone();
    let pid = std::fs::read_to_string(pid).unwrap();
    let text = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap();
    let fields: Vec<&str> = text.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: u32 = fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap();
    f64::from(ticks) / 100.0
}

/// The same on MariaDB, where rows may exist. "keys looked up" is what every batch does after the first key
/// that exists.
#[test]
#[ignore = "takes minutes, and measures"]
fn speed_on_mariadb() {
    let server = Mariadb::start_with("innodb_buffer_pool_size = 512M\n", |_| ()).unwrap();
    let mysql = |text: &str| text.replace("timestamptz", "datetime").replace("timestamp", "datetime");
    let (source, target) = (mysql(SOURCE).replace("text)", "varchar(40))"), mysql(TARGET));
    let target = target.replace("note text NOT NULL", "note varchar(40) NOT NULL");
    let moves = format!(
        "strategy {{ constraints keep }}\n\n{}  on conflict update\n}}",
        MOVE.replace(" in zone \"UTC\"", "")
    );
    let rows = rows();
    server.mysql("", "CREATE DATABASE legacy; CREATE DATABASE shop").ok();
    server
        .mysql(
            "legacy",
            &format!(
                "{source} INSERT INTO orders SELECT seq, 1 + seq * 7919 % 200000, 1 + seq % 12, concat('N-', seq), seq * 37 % 1000000,
                 timestampadd(second, seq * 37, '2020-01-01'), timestampadd(second, seq * 37, '2020-01-02'), if(seq % 3 = 0, concat('note ', seq), NULL)
                 FROM seq_1_to_{rows}; ANALYZE TABLE orders;"
            ),
        )
        .ok();
    server
        .mysql("shop", &format!("{target} INSERT INTO customer SELECT seq, concat('c', seq) FROM seq_1_to_200000; INSERT INTO channel SELECT seq, concat('ch', seq) FROM seq_1_to_12;"))
        .ok();
    let scripts =
        compile(Engine::Mysql, &moves, &source, &target, "").unwrap_or_else(|findings| panic!("{findings}"));
    let text = |kind: ScriptKind| scripts.iter().find(|script| script.kind == kind).unwrap().text.clone();
    let ours = text(ScriptKind::Backfill);
    let looked_up =
        ours.replace("datamove_all_new boolean DEFAULT true", "datamove_all_new boolean DEFAULT false");
    assert_ne!(ours, looked_up);
    let bare = BARE.replace(" AT TIME ZONE 'UTC'", "");
    let mut ways = [("bare statement", bare), ("on conflict update", ours), ("keys looked up", looked_up)]
        .map(|(name, text)| (name, text, Vec::new()));
    for _ in 0..RUNS {
        for (name, text_of_way, cpu) in &mut ways {
            server.mysql("shop", "DROP DATABASE IF EXISTS datamove_t; TRUNCATE purchase").ok();
            server.mysql("", &text(ScriptKind::Prepare)).ok();
            let before = cpu_of_mariadb(&server);
            server.mysql("", text_of_way).ok();
            cpu.push(cpu_of_mariadb(&server) - before);
            assert_eq!(server.query("shop", "SELECT count(*) FROM purchase"), [[rows.to_string()]]);
            eprintln!("  {name:30} {:6.2} CPU s", cpu[cpu.len() - 1]);
        }
    }
    let least = median(&ways[0].2);
    for (name, _, cpu) in &ways {
        eprintln!("{name:30} CPU {:6.2} s, ×{:.2}", median(cpu), least / median(cpu));
    }
}
