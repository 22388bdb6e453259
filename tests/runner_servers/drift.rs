//! A schema that changed after the plan was compiled is found before anything is written.

use crate::shop::Shop;
use crate::testkit::Postgres;

#[test]
fn a_drifted_target_is_refused_and_nothing_is_written() {
    let server = crate::or_skip!("a_drifted_target", Postgres::get());
    let shop = Shop::new(server, "shop_drift");
    shop.db.psql("ALTER TABLE shop.customer ALTER full_name TYPE varchar(7)").ok();
    let named = ["error[DM0740]", "shop.customer.full_name: varchar(7), and was"];
    shop.run("apply", &["--quiet"]).expect(6, &named);
    let ledgers = shop.db.query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'datamove%'");
    let rows = shop.db.query("SELECT count(*) FROM shop.customer");
    assert_eq!([ledgers, rows], [[["0"]], [["0"]]]);
    shop.run("validate", &["--quiet"]).expect(6, &named);
}

/// A load in progress may have put off constraints: those are no drift, a changed column is.
#[test]
fn a_run_that_goes_on_compares_columns_and_keys() {
    let server = crate::or_skip!("a_run_that_goes_on", Postgres::get());
    let shop = Shop::new(server, "shop_drift_resumed");
    shop.run("apply", &["--quiet", "--max-batches", "2"]).expect(0, &[]);
    shop.db.psql("ALTER TABLE shop.customer ADD COLUMN late text").ok();
    shop.run("apply", &["--quiet"]).expect(6, &["shop.customer.late: the column is new: text"]);
    shop.db.psql("ALTER TABLE shop.customer DROP COLUMN late").ok();
    shop.run("apply", &["--quiet"]).expect(0, &["validation passed"]);
    shop.run("apply", &["--quiet"]).expect(0, &["already loaded"]);
}
