use crate::shop::Shop;
use crate::testkit::Postgres;

#[test]
fn a_move_goes_in_is_looked_at_and_comes_back() {
    let server = crate::or_skip!("the verbs on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "verbs");
    let before = shop.dump();
    shop.run("status", &[]).expect(0, &["nothing applied", "next: datamove apply "]);
    shop.run("validate", &["-q"]).expect(7, &["DM0711"]);
    let url = shop.db.url_as("mover");
    shop.run("apply", &["--source", &url, "--batch-rows", "50", "--max-batches", "3"])
        .expect(0, &["stopped after the batches that were asked for"]);
    let status = shop.run("status", &["--format", "json"]).expect(0, &[]).json();
    assert_eq!(status["outcome"], "resumable");
    let batches: u64 =
        status["steps"].as_array().unwrap().iter().map(|s| s["batches"].as_u64().unwrap()).sum();
    assert_eq!(batches, 3);

    let applied = shop.run("apply", &["--format", "json", "--batch-rows", "50"]).expect(0, &[]);
    let report = applied.json();
    assert_eq!((report["outcome"].as_str(), report["exit_code"].as_u64()), (Some("loaded"), Some(0)));
    for line in applied.stderr.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(event["event"].is_string(), "{line}");
    }
    assert!(applied.stderr.lines().count() > 10, "{}", applied.stderr);
    let whole = shop.dump();
    assert_ne!(whole, before);

    shop.run("status", &[]).expect(0, &["loaded"]);
    shop.run("validate", &[]).expect(0, &["found no difference"]);
    shop.run("apply", &[]).expect(0, &["already loaded"]);
    let shown = shop.run("rollback", &["--format", "json"]).expect(4, &[]).json();
    assert!(shown["taken_back"].as_array().unwrap().len() >= 5, "{shown}");
    assert_eq!(shop.dump(), whole);
    shop.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_eq!(shop.dump(), before);
    shop.run("rollback", &["--yes"]).expect(0, &["nothing to take back"]);
}

#[test]
fn a_difference_is_found_and_named() {
    let server = crate::or_skip!("a difference on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "differs");
    shop.run("apply", &[]).expect(0, &["loaded"]);
    shop.db.psql("UPDATE shop.customer SET note = note || ' ' WHERE legacy_id = (SELECT min(legacy_id) FROM shop.customer)").ok();
    shop.run("validate", &[]).expect(7, &["DM0704", "customer/note/values"]);
}

#[test]
fn one_runner_keeps_another_away() {
    let server = crate::or_skip!("two runners on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "two");
    shop.in_every_batch("order", "PERFORM pg_sleep(0.05);");
    let first = shop.start_until(shop.command("apply", &["--batch-rows", "20"]), Shop::BATCHES);
    shop.run("apply", &[]).expect(4, &["DM0722", "role mover, from 127.0.0.1"]);
    shop.run("rollback", &["--yes"]).expect(4, &["DM0722"]);
    shop.run("status", &[]).expect(0, &["resumable"]);
    Shop::end(first).expect(0, &["loaded"]);
}
