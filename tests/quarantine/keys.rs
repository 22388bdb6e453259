//! New keys: a child of a row that is set aside never gets a NULL instead of its parent, nor another parent.

use crate::bench::{Bench, Route};
use crate::or_skip;

const PERMITTED: [&str; 3] = ["quarantine at most 3 rows", "quarantine at most 9 rows", ""];

fn keeps_its_parent(route: Route) -> Result<(), String> {
    let bench = Bench::with_new_keys(route, PERMITTED)?;
    bench.refuse("word", &[50, 120]);
    bench.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(bench.counts("child"), [600, 596, 0, 4]);
    assert_eq!(
        bench.column("SELECT CAST(count(*) AS char(9)) FROM child WHERE parent_id IS NULL")[0].trim(),
        "0"
    );
    bench.sql("DELETE FROM rule");
    bench.run("redrive", &[]).expect(0, &["6 rows moved in"]);
    bench.run("validate", &[]).expect(0, &[]);
    assert_eq!(bench.counts("child"), [600, 600, 0, 0]);
    bench.run("rollback", &["--yes"]).expect(0, &[]);
    assert!(bench.rows().is_empty());
    Ok(())
}

#[test]
fn new_keys_keep_their_parents_on_sqlite() {
    or_skip!("quarantine", keeps_its_parent(Route::Sqlite));
}

#[test]
fn new_keys_keep_their_parents_on_postgres() {
    or_skip!("quarantine", keeps_its_parent(Route::Postgres));
}

#[test]
fn new_keys_keep_their_parents_on_mariadb() {
    or_skip!("quarantine", keeps_its_parent(Route::Mysql));
}
