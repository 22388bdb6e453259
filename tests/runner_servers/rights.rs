use crate::ended::Ended;
use crate::shop::Shop;
use crate::testkit::Postgres;

#[test]
fn a_role_without_rights_learns_all_that_it_lacks_at_once() {
    let server = crate::or_skip!("rights on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "rights");
    let name = shop.db.name().to_owned();
    shop.db
        .psql(&format!(
            "CREATE ROLE \"poor one\" LOGIN; REVOKE ALL ON SCHEMA legacy FROM PUBLIC; REVOKE ALL ON DATABASE \"{name}\" FROM PUBLIC;
             GRANT CONNECT ON DATABASE \"{name}\" TO \"poor one\";"
        ))
        .ok();
    let url = shop.db.url_as("poor%20one");
    let ended =
        Ended::of(&mut Shop::command_to(&url, "apply", &[])).expect(4, &["DM0733", "nothing was written"]);
    let listed: Vec<&str> =
        ended.stderr.lines().map(str::trim).filter(|l| l.ends_with(" TO \"poor one\";")).collect();
    for wanted in [
        format!("GRANT CREATE, TEMPORARY ON DATABASE \"{name}\" TO \"poor one\";"),
        "GRANT USAGE ON SCHEMA \"legacy\" TO \"poor one\";".to_owned(),
        "GRANT USAGE, CREATE ON SCHEMA \"shop\" TO \"poor one\";".to_owned(),
        "GRANT SELECT ON TABLE \"legacy\".\"customers\" TO \"poor one\";".to_owned(),
        "ALTER TABLE \"shop\".\"order\" OWNER TO \"poor one\";".to_owned(),
        "GRANT SELECT, UPDATE ON SEQUENCE shop.order_id_seq TO \"poor one\";".to_owned(),
    ] {
        assert!(listed.contains(&wanted.as_str()), "{wanted} is not in {listed:#?}");
    }
    assert_eq!(shop.db.query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'datamove%'"), [["0"]]);
    // Whoever does as the list says is let through.
    shop.db.psql(&listed.join("\n")).ok();
    Ended::of(&mut Shop::command_to(&url, "apply", &[])).expect(0, &["loaded", "validation passed"]);
    Ended::of(&mut Shop::command_to(&url, "rollback", &["--yes"])).expect(0, &["rolled back"]);
}

#[test]
fn rows_that_a_policy_hides_are_no_rows_that_are_gone() {
    let server = crate::or_skip!("row security", Postgres::get());
    let shop = Shop::new(server, "policies");
    shop.db
        .psql(
            "ALTER TABLE legacy.orders ENABLE ROW LEVEL SECURITY;
             CREATE POLICY half ON legacy.orders USING (id % 2 = 0);",
        )
        .ok();
    shop.run("apply", &[]).expect(4, &["DM0733", "row-level security"]);
}

#[test]
fn tables_that_are_not_there_are_named() {
    let server = crate::or_skip!("missing tables", Postgres::get());
    let shop = Shop::new(server, "missing");
    shop.db.psql("ALTER TABLE legacy.orders RENAME TO orders_old; DROP TABLE shop.order_line;").ok();
    shop.run("apply", &[]).expect(
        6,
        &[
            "legacy.orders: the table is not there",
            "shop.order_line: the table is not there",
            "nothing was written",
        ],
    );
}
