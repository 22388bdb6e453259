//! The same measurement on MariaDB, on a server whose settings are a fresh installation's.

use std::time::Instant;

use datamove::base::Engine;
use datamove::dialect::Script;
use datamove::plan::ScriptKind;

use crate::compile::compile;
use crate::speed::{MOVE, RUNS, report, rows};
use crate::testkit::Mariadb;

const SETTINGS: &str = "innodb_flush_method = O_DIRECT
innodb_flush_log_at_trx_commit = 1
innodb_doublewrite = 1
innodb_buffer_pool_size = 128M
innodb_log_file_size = 96M
";

const SOURCE: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, channel_id integer NOT NULL,
  code varchar(20) NOT NULL, total_cents decimal(12, 0) NOT NULL, placed datetime NOT NULL, changed datetime NOT NULL, note text);";

const TARGET: &str = "CREATE TABLE customer (id bigint PRIMARY KEY, name varchar(50) NOT NULL);
CREATE TABLE channel (id integer PRIMARY KEY, name varchar(50) NOT NULL);
CREATE TABLE purchase (id bigint PRIMARY KEY, buyer_id bigint NOT NULL, channel_id integer NOT NULL,
  number varchar(20) NOT NULL, total decimal(12, 2) NOT NULL, placed_at timestamp NOT NULL DEFAULT '2020-01-01 00:00:00',
  changed_at timestamp NOT NULL DEFAULT '2020-01-01 00:00:00', note text NOT NULL,
  FOREIGN KEY (buyer_id) REFERENCES customer (id), FOREIGN KEY (channel_id) REFERENCES channel (id));";

const BARE: &str = "SET time_zone = '+00:00';
INSERT INTO shop.purchase (id, buyer_id, channel_id, number, total, placed_at, changed_at, note)
SELECT id, customer_id, channel_id, code, round(total_cents / 100, 2), placed, changed, coalesce(note, '') FROM legacy.orders;";

fn server() -> Mariadb {
    let server = Mariadb::start_with(SETTINGS, |_| ()).unwrap();
    let rows = rows();
    server
        .mysql(
            "",
            &format!(
                "SET time_zone = '+00:00'; CREATE DATABASE legacy; CREATE DATABASE shop; USE legacy; {SOURCE}
                 INSERT INTO orders SELECT seq, 1 + seq * 7919 % 200000, 1 + seq % 12, concat('N-', seq), seq * 37 % 1000000,
                   timestamp '2020-01-01 00:00:00' + INTERVAL seq * 37 SECOND, timestamp '2020-01-02 00:00:00' + INTERVAL seq * 37 SECOND,
                   CASE WHEN seq % 3 = 0 THEN concat('note ', seq) END FROM seq_1_to_{rows};
                 USE shop; {TARGET}
                 INSERT INTO customer SELECT seq, concat('c', seq) FROM seq_1_to_200000;
                 INSERT INTO channel SELECT seq, concat('ch', seq) FROM seq_1_to_12;
                 ANALYZE TABLE legacy.orders, customer, channel;"
            ),
        )
        .ok();
    server
}

/// CPU seconds of the server, of all its threads.
fn cpu(server: &Mariadb) -> f64 {
    let pid = std::fs::read_to_string(server.socket().with_file_name("pid")).unwrap();
    let text = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap();
    let fields: Vec<&str> = text.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: u32 = [11, 12].iter().map(|at| fields[*at].parse::<u32>().unwrap()).sum();
    f64::from(ticks) / 100.0
}

/// CPU and wall seconds of one load into the empty table; without scripts, of the bare statement.
fn run(server: &Mariadb, scripts: &[Script]) -> (f64, f64) {
    server.mysql("", "DROP DATABASE IF EXISTS datamove_t; TRUNCATE shop.purchase; SET GLOBAL innodb_max_dirty_pages_pct = 0.001; DO SLEEP(3); SET GLOBAL innodb_max_dirty_pages_pct = 90").ok();
    let counted = [ScriptKind::Prepare, ScriptKind::Backfill, ScriptKind::Constraints, ScriptKind::Finish];
    let texts: Vec<&str> = match scripts {
        [] => vec![BARE],
        list => {
            let list = list.iter().filter(|script| counted.contains(&script.kind));
            list.map(|script| script.text.as_str()).collect()
        }
    };
    let (before, start) = (cpu(server), Instant::now());
    for text in texts {
        server.mysql("", text).ok();
    }
    let took = (cpu(server) - before, start.elapsed().as_secs_f64());
    assert_eq!(server.query("shop", "SELECT count(*) FROM purchase"), [[rows().to_string()]]);
    took
}

/// All ways in turns, with everything from the preparation to the proof of the foreign keys.
pub(crate) fn measure() {
    let server = server();
    let compiled = |strategy: &str| {
        let moves = format!("{strategy}{MOVE}}}");
        compile(Engine::Mysql, &moves, SOURCE, TARGET, "").unwrap_or_else(|findings| panic!("{findings}"))
    };
    let mut ways = [
        ("MariaDB: bare statement", Vec::new(), Vec::new(), Vec::new()),
        ("MariaDB: kept", compiled("strategy { constraints keep }\n\n"), Vec::new(), Vec::new()),
        ("MariaDB: postponed", compiled(""), Vec::new(), Vec::new()),
    ];
    for _ in 0..RUNS {
        for (name, scripts, all_cpu, all_wall) in &mut ways {
            let (cpu, wall) = run(&server, scripts);
            eprintln!("  {name:30} {cpu:6.2} CPU s {wall:6.1} s");
            all_cpu.push(cpu);
            all_wall.push(wall);
        }
    }
    let all: Vec<_> =
        ways.iter().map(|(name, _, cpu, wall)| (*name, cpu.as_slice(), wall.as_slice())).collect();
    report(&all);
}
