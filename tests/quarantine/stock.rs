//! What a stock client does with the same scripts and settings.

use crate::bench::{Bench, PARENTS, Route};
use crate::or_skip;

const PERMITTED: [&str; 3] = ["quarantine at most 3 rows", "quarantine at most 9 rows", ""];

/// The runner sets rows aside, a stock client moves them in.
fn moves_in(route: Route) -> Result<(), String> {
    let bench = Bench::new(route, PERMITTED)?;
    bench.refuse("word", &[40, 41, 42]);
    bench.run("apply", &[]).expect(0, &["loaded"]);
    assert!(!bench.stock("", "28_redrive/010_parent.sql")?, "all of a move or nothing");
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - 3, 0, 3]);
    bench.sql("DELETE FROM rule");
    for script in
        ["28_redrive/010_parent.sql", "28_redrive/020_child.sql", "27_finish.sql", "30_validate.sql"]
    {
        assert!(bench.stock("", script)?, "{script}");
    }
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS, 0, 0]);
    assert_eq!(bench.counts("child"), [600, 600, 0, 0]);
    Ok(())
}

#[test]
fn sqlite3_moves_rows_in() {
    or_skip!("quarantine", moves_in(Route::Sqlite));
}

#[test]
fn psql_moves_rows_in() {
    or_skip!("quarantine", moves_in(Route::Postgres));
}

#[test]
fn mariadb_moves_rows_in() {
    or_skip!("quarantine", moves_in(Route::Mysql));
}

/// The settings say which batch goes aside; where the step is elsewhere by now, nothing does.
#[test]
fn psql_sets_a_row_aside() {
    let bench = or_skip!("quarantine", Bench::new(Route::Postgres, PERMITTED));
    bench.refuse("word", &[1]);
    for script in ["00_preflight.sql", "10_prepare.sql", "20_backfill/010_pair.sql"] {
        assert!(bench.stock("", script).unwrap(), "{script}");
    }
    let script = "20_backfill/010_parent.sql";
    assert!(!bench.stock("", script).unwrap(), "its first row is refused");
    let settings =
        "SET datamove.batch_rows = 1; SET datamove.batches = 1; SET datamove.aside_code = 'by hand';";
    assert!(!bench.stock(&format!("{settings} SET datamove.aside = 2;"), script).unwrap(), "another batch");
    assert!(bench.stock(&format!("{settings} SET datamove.aside = 1;"), script).unwrap());
    assert_eq!(bench.counts("parent"), [1, 0, 0, 1]);
    assert_eq!(bench.column(&format!("SELECT code FROM {}", bench.ledger("rejected"))), ["by hand"]);
    bench.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - 1, 0, 1]);
}
