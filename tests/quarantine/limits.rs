//! The bounds that a plan states, and moves that permit nothing.

use crate::bench::{Bench, PARENTS, Route};
use crate::or_skip;

const ROUTES: [Route; 3] = [Route::Sqlite, Route::Postgres, Route::Mysql];

/// One row too many: it is named, what came before stays, and after it was mended the same command goes on.
fn stops(route: Route, clause: &str) -> Result<(), String> {
    let bench = Bench::new(route, [clause, "quarantine at most 90 %", ""])?;
    let bad = [20, 90, 91, 270];
    bench.refuse("word", &bad);
    let ended = bench.run("apply", &[]).expect(4, &["DM0759", "`id` = 270", "next: datamove apply"]);
    assert!(!ended.all().contains("word "), "{}", ended.all());
    let report = bench.run("status", &["--format", "json"]).expect(0, &[]).json();
    assert_eq!(report["rejected"].as_array().unwrap().len(), 3, "{report}");
    bench.run("redrive", &[]).expect(4, &["DM0760"]);
    bench.run("apply", &[]).expect(4, &["DM0759", "`id` = 270"]);
    bench.source("UPDATE parent SET name = 'mended' WHERE id = 270");
    bench.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(bench.counts("parent"), [PARENTS, PARENTS - 3, 0, 3]);
    bench.run("rollback", &["--yes"]).expect(0, &[]);
    assert!(bench.rows().is_empty());
    Ok(())
}

#[test]
fn a_number_of_rows_is_the_most() {
    for route in ROUTES {
        or_skip!("quarantine", stops(route, "quarantine at most 3 rows"));
    }
}

/// One hundredth of 300 rows are three.
#[test]
fn a_share_of_the_rows_is_the_most() {
    for route in ROUTES {
        or_skip!("quarantine", stops(route, "quarantine at most 100 rows and 1 %"));
    }
}

/// A child of a row that is set aside is refused, and stops the run where its own move permits nothing.
#[test]
fn children_go_aside_only_if_their_move_permits_it() {
    for route in ROUTES {
        let bench = or_skip!("quarantine", Bench::new(route, ["quarantine at most 3 rows", "", ""]));
        bench.refuse("word", &[100]);
        bench.run("apply", &[]).expect(4, &["DM0754", "step `child`", "`id` = 99"]);
        bench.sql("DELETE FROM rule");
        // The load is not done, so the parent cannot go in yet, and neither can the child.
        bench.run("redrive", &[]).expect(4, &["DM0760"]);
        bench.run("rollback", &["--yes"]).expect(0, &[]);
        bench.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
    }
}

/// Without a clause a refused row stops the run.
#[test]
fn a_move_without_the_clause_stops_at_its_row() {
    for route in ROUTES {
        let bench = or_skip!("quarantine", Bench::new(route, ["", "", ""]));
        bench.refuse("word", &[123]);
        bench.run("apply", &[]).expect(4, &["DM0754", "step `parent`", "`id` = 123"]);
        bench.run("redrive", &[]).expect(4, &["DM0760"]);
        bench.sql("DELETE FROM rule");
        bench.run("apply", &[]).expect(0, &["loaded", "validation passed"]);
        assert_eq!(bench.counts("parent"), [PARENTS, PARENTS, 0, 0]);
        bench.run("redrive", &[]).expect(0, &["redriven, 0 rows"]);
    }
}

/// A row of the source that is gone is set aside no longer, and one that is in the target without a word is extra.
#[test]
fn what_left_the_scope_is_forgotten() {
    for route in ROUTES {
        let bench = or_skip!(
            "quarantine",
            Bench::new(route, ["quarantine at most 3 rows", "quarantine at most 9 rows", ""])
        );
        bench.refuse("word", &[100, 200]);
        bench.run("apply", &[]).expect(0, &["loaded"]);
        bench.source("DELETE FROM child WHERE parent_id = 100; DELETE FROM parent WHERE id = 100");
        bench.run("redrive", &[]).expect(4, &["DM0761"]);
        assert_eq!(bench.counts("parent"), [PARENTS - 1, PARENTS - 2, 0, 1]);
        bench.run("validate", &[]).expect(0, &[]);
        bench.sql("DELETE FROM rule");
        bench.sql("INSERT INTO parent (id, name) VALUES (200, 'by hand')");
        bench.run("validate", &[]).expect(7, &["parent/extra"]);
    }
}
