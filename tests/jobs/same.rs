use crate::many::Many;
use crate::testkit::Postgres;

/// With 1, 2 and 4 jobs: the same rows, the same ledger, and the target as it was after the rollback.
#[track_caller]
fn is_the_same(many: &Many) {
    let before = many.dump();
    let mut first = None;
    for jobs in ["1", "2", "4"] {
        let applied =
            many.run("apply", &["-q", "--jobs", jobs, "--format", "json"]).expect(0, &["validation passed"]);
        assert_eq!(applied.json()["outcome"], "loaded");
        let left = (many.dump(), many.ledger());
        match &first {
            None => first = Some(left),
            Some(first) => {
                assert!(*first == left, "{jobs} jobs:\n{:#?}\nis not\n{:#?}", left.1, first.1);
            }
        }
        let cut = |step| many.ranges(step) > 1;
        let ranges: Vec<&str> = ["item", "person", "word", "pair", "tag", "stock", "seen", "line"]
            .into_iter()
            .filter(|step| cut(step))
            .collect();
        // Numbers of a sequence are given in the order of the old keys.
        let expected: &[&str] =
            if jobs == "1" { &[] } else { &["item", "person", "word", "pair", "stock", "seen", "line"] };
        assert_eq!(ranges, expected, "{jobs} jobs");
        many.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
        assert!(many.dump() == before, "{jobs} jobs, rolled back");
    }
}

#[test]
fn any_number_of_jobs_leaves_the_same_on_postgres() {
    let server = crate::or_skip!("jobs on PostgreSQL", Postgres::get());
    is_the_same(&Many::postgres(server, "same"));
}

#[test]
fn any_number_of_jobs_leaves_the_same_on_mariadb() {
    is_the_same(&crate::or_skip!("jobs on MariaDB", Many::mariadb()));
}
