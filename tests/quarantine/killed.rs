//! A runner that is killed while rows go aside or are tried again: the same command ends in the same rows and counts.

use std::process::Stdio;
use std::time::Duration;

use crate::bench::{Bench, PARENTS, Route, drawn};
use crate::or_skip;

const PERMITTED: [&str; 3] =
    ["quarantine at most 40 rows", "quarantine at most 90 rows", "quarantine at most 40 rows"];

/// Starts the command and kills it after longer and longer times, until it ends by itself; gives how often it was killed.
fn kill_until_done(bench: &Bench, verb: &str, code: i32) -> u32 {
    for (kills, pause) in (0..).zip((0..).map(|n: u64| Duration::from_millis(20 + n * 90))) {
        let mut child =
            bench.command(verb, &["--quiet"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(pause);
        if child.try_wait().unwrap().is_some_and(|status| status.code() == Some(code)) {
            return kills;
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
    unreachable!("it ends by itself when it has time enough")
}

fn killed(route: Route) -> Result<(), String> {
    let bench = Bench::new(route, PERMITTED)?;
    let bad = drawn(17, 6, 200);
    bench.refuse("word", &bad);
    bench.refuse("pair", &bad);
    let count = bad.len() as u64;
    kill_until_done(&bench, "apply", 0);
    bench.run("apply", &[]).expect(0, &["already loaded", "validation passed"]);
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - count, 0, count]);
    assert_eq!(bench.counts("child"), [600, 600 - 2 * count, 0, 2 * count]);
    let half = &bad[..3];
    for number in half {
        bench.sql(&format!("DELETE FROM rule WHERE word IN ('word {number}', 'pair {number}')"));
    }
    kill_until_done(&bench, "redrive", 4);
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - 3, 0, 3]);
    assert_eq!(bench.counts("child"), [600, 600 - 6, 0, 6]);
    bench.run("validate", &[]).expect(0, &[]);
    bench.sql("DELETE FROM rule");
    bench.run("redrive", &[]).expect(0, &["redriven"]);
    bench.run("validate", &[]).expect(0, &[]);
    bench.run("rollback", &["--yes"]).expect(0, &[]);
    assert!(bench.rows().is_empty());
    Ok(())
}

#[test]
fn kills_lose_nothing_on_sqlite() {
    or_skip!("quarantine", killed(Route::Sqlite));
}

#[test]
fn kills_lose_nothing_on_postgres() {
    or_skip!("quarantine", killed(Route::Postgres));
}

#[test]
fn kills_lose_nothing_on_mariadb() {
    or_skip!("quarantine", killed(Route::Mysql));
}
