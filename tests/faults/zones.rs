//! 8: what happens to local times around the moments at which clocks are put forward or back.

use datamove::base::Engine;
use datamove::dialect::scripts;
use datamove::plan::{ScriptKind, fingerprint};

use crate::bench::Bench;
use crate::{Texts, preflight, said};

/// A zone, local times that it has once, and some that it has twice or never.
const ZONES: [(&str, &[&str], &[&str]); 4] = [
    (
        "Europe/Paris",
        &["2026-03-28 02:30:00", "2026-03-29 01:59:59", "2026-03-29 03:00:00", "2026-10-26 02:30:00"],
        &["2026-03-29 02:00:00", "2026-03-29 02:59:59", "2026-10-25 02:00:00", "2026-10-25 02:59:59"],
    ),
    // Half an hour.
    (
        "Australia/Lord_Howe",
        &["2026-04-05 01:29:59", "2026-04-05 02:00:00", "2026-10-04 01:59:59", "2026-10-04 02:30:00"],
        &["2026-04-05 01:30:00", "2026-04-05 01:59:59", "2026-10-04 02:00:00", "2026-10-04 02:29:59"],
    ),
    // Two hours.
    (
        "Antarctica/Troll",
        &["2026-03-29 00:59:59", "2026-03-29 03:00:00", "2026-10-25 00:59:59", "2026-10-25 03:00:00"],
        &["2026-03-29 01:00:00", "2026-03-29 02:59:59", "2026-10-25 01:00:00", "2026-10-25 02:59:59"],
    ),
    // A whole day that never was.
    (
        "Pacific/Apia",
        &["2011-12-29 23:59:59", "2011-12-31 00:00:00"],
        &["2011-12-30 00:00:00", "2011-12-30 12:00:00", "2011-12-30 23:59:59"],
    ),
];

fn texts(engine: Engine, zone: &str) -> Texts {
    let (local, instant) = match engine {
        Engine::Mysql => ("DATETIME", "TIMESTAMP NULL"),
        Engine::Sqlite | Engine::Postgres => ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    };
    Texts {
        engine,
        old: format!("CREATE TABLE t (id INTEGER PRIMARY KEY, at {local});"),
        new: format!("CREATE TABLE t (id INTEGER PRIMARY KEY, at {instant});"),
        moves: format!("move old.t t -> new.t {{ key id <- t.id  at <- t.at in zone '{zone}' }}"),
    }
}

#[test]
fn times_that_clocks_skip_or_repeat_are_counted_one_by_one() {
    for engine in [Engine::Postgres, Engine::Mysql] {
        let mut bench = or_skip!("times_that_clocks_skip_or_repeat", Bench::of(engine));
        for (zone, once, not_once) in ZONES {
            let texts = texts(engine, zone);
            let checked = texts.check();
            let plan = checked.plan.as_ref().unwrap_or_else(|| panic!("{}", said(&checked)));
            let script = preflight(plan);
            bench.set_up(&texts.old, &texts.new);
            for (id, at) in once.iter().enumerate() {
                bench.source(&format!("INSERT INTO t VALUES ({id}, '{at}')"));
            }
            assert_eq!(bench.preflight(&script), Ok(Vec::new()), "{zone} on {engine}");
            for at in not_once {
                bench.source(&format!("INSERT INTO t VALUES (99, '{at}')"));
                let failed = bench.preflight(&script);
                assert_eq!(failed, Ok(vec!["t/at/zone".to_owned()]), "{at} in {zone} on {engine}");
                bench.source("DELETE FROM t WHERE id = 99");
            }
        }
    }
}

/// A PostgreSQL timestamp may be endless, or so far away that no sum with it is one.
#[test]
fn endless_times_have_no_clocks() {
    let mut bench = or_skip!("endless_times_have_no_clocks", Bench::of(Engine::Postgres));
    let texts = texts(Engine::Postgres, "Europe/Paris");
    let script = preflight(texts.check().plan.as_ref().unwrap());
    bench.set_up(&texts.old, &texts.new);
    bench.source(
        "INSERT INTO t VALUES (1, 'infinity'), (2, '-infinity'), (3, '294276-12-30'), (4, '4713-01-01 BC')",
    );
    assert_eq!(bench.preflight(&script), Ok(Vec::new()));
}

/// A server without the rules knows nothing, and says so before the load.
#[test]
fn a_zone_that_the_server_does_not_know_is_counted() {
    let mut bench = or_skip!("a_zone_that_the_server_does_not_know", Bench::of(Engine::Mysql));
    let texts = texts(Engine::Mysql, "Asia/Tokyo");
    let script = preflight(texts.check().plan.as_ref().unwrap());
    bench.set_up(&texts.old, &texts.new);
    bench.source("INSERT INTO t VALUES (1, NULL)");
    assert_eq!(bench.preflight(&script), Ok(Vec::new()));
    bench.source("INSERT INTO t VALUES (2, '2026-01-01 00:00:00')");
    assert_eq!(bench.preflight(&script), Ok(vec!["t/at/rules".to_owned()]));
}

/// With the reason in the plan the server's own rule decides, and the check is gone.
#[test]
fn what_is_accepted_is_not_counted() {
    let mut texts = texts(Engine::Postgres, "Europe/Paris");
    texts.moves += "\naccept zone new.t.at because \"clocks of the till run on winter time in that hour\"";
    let checked = texts.check();
    assert_eq!(said(&checked), "");
    assert!(!preflight(checked.plan.as_ref().unwrap()).contains("t/at/zone"));
}

/// The later of two, and on from before the change where there is none: both servers give the same instants.
#[test]
fn what_is_accepted_becomes_the_same_instant_on_both_servers() {
    for (zone, once, not_once) in ZONES {
        let mut found = Vec::new();
        for engine in [Engine::Postgres, Engine::Mysql] {
            let mut bench = or_skip!("the_same_instant_on_both_servers", Bench::of(engine));
            let mut texts = texts(engine, zone);
            texts.moves += "\naccept zone new.t.at because \"the later one\"";
            let plan = texts.check().plan.unwrap();
            bench.set_up(&texts.old, &texts.new);
            for (id, at) in once.iter().chain(not_once).enumerate() {
                bench.source(&format!("INSERT INTO t VALUES ({id}, '{at}')"));
            }
            for script in scripts(&plan, &fingerprint(&plan)) {
                if script.kind != ScriptKind::Rollback {
                    bench.client(&script.text).ok();
                }
            }
            let query = match engine {
                Engine::Mysql => "SET time_zone = '+00:00'; SELECT id, at FROM new.t ORDER BY id",
                Engine::Sqlite | Engine::Postgres => {
                    "SELECT id, at AT TIME ZONE 'UTC' FROM new.t ORDER BY id"
                }
            };
            found.push(bench.client(query).ok().stdout);
        }
        assert_eq!(found[0].lines().count(), once.len() + not_once.len());
        assert_eq!(found[0], found[1], "{zone}");
    }
}
