//! Rows that the target's own server reads, through a foreign data wrapper.

use crate::journey::{Journey, Target};
use crate::or_skip;
use crate::testkit::mysql_fdw;

/// No host, no user, no password in what is left, and nothing of the link.
#[track_caller]
fn link_is_gone(journey: &Journey) {
    let Target::Postgres(database) = &journey.database else { return };
    let counts = "SELECT (SELECT count(*) FROM pg_foreign_server), (SELECT count(*) FROM pg_user_mapping), (SELECT count(*) FROM pg_foreign_table)";
    assert_eq!(database.query(counts), [["0", "0", "0"]]);
}

#[track_caller]
fn moves(journey: &Journey) {
    let before = journey.dump();
    journey.run("apply", &[]).expect(4, &["DM0733", "CREATE EXTENSION", "nothing was written"]);
    let wrapper = if journey.name == "fdw_mysql" { "mysql_fdw" } else { "postgres_fdw" };
    journey.sql(&format!("CREATE EXTENSION {wrapper}"));
    journey.run("apply", &["--max-batches", "3", "--batch-rows", "170"]).expect(0, &["stopped"]);
    journey
        .run("apply", &["--batch-rows", "170"])
        .expect(0, &["loaded, 4100 rows written", "validation passed"]);
    link_is_gone(journey);
    journey.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    // A rollback in the middle takes the link with it.
    journey.run("apply", &["--max-batches", "3", "--batch-rows", "170"]).expect(0, &["stopped"]);
    journey.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    link_is_gone(journey);
    journey.sql(&format!("DROP EXTENSION {wrapper}"));
    assert_eq!(journey.dump(), before);
}

#[test]
fn of_postgres_move() {
    moves(&or_skip!("postgres_fdw", Journey::between("fdw_postgres", "postgres", "fdw")));
}

#[test]
fn of_mariadb_move() {
    or_skip!("mysql_fdw", mysql_fdw());
    moves(&or_skip!("mysql_fdw", Journey::between("fdw_mysql", "mysql", "fdw")));
}
