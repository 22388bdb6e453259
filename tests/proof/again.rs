//! The comparison that comes again: samples, rows that changed, and its end.

use std::collections::BTreeSet;
use std::fs;

use crate::shop::Shop;

/// The shop's plan, whose customers say when they were written.
fn compared_again(moves: &str) -> (String, &'static str) {
    let by = "  batch 500 rows by c.id\n";
    assert!(moves.contains(by));
    let moves = moves.replace(by, &format!("{by}  watermark c.created_at overlap 5 min\n"));
    (moves, "reconcile every 1 h for 72 h {\n  checks changed\n  sample 40 rows seed 3\n}\n")
}

/// The whole story on one engine, because loading the shop takes longer than telling it.
fn story(shop: &Shop) {
    a_sample_compares_rows_with_those_that_refer_to_them(shop);
    only_rows_that_changed_are_looked_at_and_the_rest_is_said(shop);
    crate::schedule::each_schedule_is_one_that_its_scheduler_takes(shop);
    a_schedule_ends_with_the_period(shop);
    the_ledger_goes_with_all_that_was_noted(shop);
}

#[test]
fn again_on_sqlite() {
    story(&crate::or_skip!("comparing again on SQLite", Shop::sqlite_with(compared_again)));
}

#[test]
fn again_on_postgresql() {
    story(&crate::or_skip!("comparing again on PostgreSQL", Shop::postgres_with("again", compared_again)));
}

#[test]
fn again_on_mariadb() {
    story(&crate::or_skip!("comparing again on MariaDB", Shop::mariadb_with(compared_again)));
}

fn number(value: &serde_json::Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// The checks of a sample and the keys that they name.
fn sampled(report: &serde_json::Value) -> (Vec<String>, BTreeSet<String>) {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let is_sample = |one: &&serde_json::Value| text(&one["check_id"]).starts_with("sample/");
    let checks = report["checks"].as_array().unwrap().iter().filter(is_sample);
    let failed = checks.filter(|one| one["verdict"] == "fail").map(|one| text(&one["check_id"])).collect();
    let named = report["differences"].as_array().into_iter().flatten().filter(is_sample);
    (failed, named.map(|one| text(&one["key"])).collect())
}

fn a_sample_compares_rows_with_those_that_refer_to_them(shop: &Shop) {
    let report = shop.run("reconcile", &["-q", "--seed", "5", "--format", "json"]).expect(0, &[]).json();
    let of = |id: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|one| one["check_id"] == id).unwrap_or_else(|| panic!("{id}: {checks:#?}")).clone()
    };
    for root in ["customer", "order", "product", "order_line"] {
        let check = of(&format!("sample/{root}"));
        assert_eq!((number(&check["examined"]), number(&check["expected"])), (40, 40), "{root}");
    }
    let ids: Vec<String> =
        report["checks"].as_array().unwrap().iter().map(|one| one["check_id"].to_string()).collect();
    let referring = |start: &str| ids.iter().any(|id| id.trim_matches('"').starts_with(start));
    // Orders of drawn customers, lines of drawn orders, and customers whom drawn customers brought.
    for start in ["sample/customer/order/", "sample/order/order_line/", "sample/customer/customer/"] {
        assert!(referring(start), "{start}: {ids:?}");
    }
    assert!(
        report["notes"][0].as_str().unwrap().contains("--seed 5 draws them again"),
        "{}",
        report["notes"]
    );

    // One line of every order is wrong: whoever is drawn, it is seen by its key and its column.
    let whole = shop.rows();
    shop.at_target("UPDATE order_line SET quantity = quantity + 1 WHERE line_no = 1;");
    let seen = |seed: &str| {
        let run = shop.run("reconcile", &["-q", "--seed", seed, "--format", "json"]);
        sampled(&run.expect(7, &["DM0776"]).json())
    };
    let (failed, keys) = seen("5");
    assert!(failed.iter().any(|id| id.starts_with("sample/order/order_line/")), "{failed:?}");
    assert!(!keys.is_empty() && keys.len() <= 60, "{keys:?}");
    assert_eq!(seen("5").1, keys, "the same seed draws the same rows");
    assert_ne!(seen("6").1, keys, "another one draws others");
    shop.at_target("UPDATE order_line SET quantity = quantity - 1 WHERE line_no = 1;");
    assert_eq!(shop.rows(), whole);
}

fn only_rows_that_changed_are_looked_at_and_the_rest_is_said(shop: &Shop) {
    let ids = |report: &serde_json::Value| -> BTreeSet<String> {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().map(|one| one["check_id"].as_str().unwrap().to_owned()).collect()
    };
    let all = shop.run("reconcile", &["-q", "--full", "--format", "json"]).expect(0, &[]).json();
    assert_eq!(all["evidence"][0]["coverage"], "whole");
    let some = shop.run("reconcile", &["-q", "--format", "json"]).expect(0, &[]).json();
    assert_eq!(some["evidence"][0]["coverage"], "changed");
    assert!(some["notes"].to_string().contains("only rows that were written since"), "{}", some["notes"]);
    let left: Vec<String> = ids(&all).difference(&ids(&some)).cloned().collect();
    assert_eq!(left, ["customer/extra", "customer/rows"], "what was not looked at is no check");
    let examined = |report: &serde_json::Value| {
        let checks = report["checks"].as_array().unwrap();
        let one = checks.iter().find(|one| one["check_id"] == "customer/missing").unwrap();
        (number(&one["examined"]), number(&one["expected"]))
    };
    let ((every, _), (few, expected)) = (examined(&all), examined(&some));
    assert!(few == expected && few > 0 && few < every / 2, "{few} of {every}");

    // A gate asks the whole one before it; without one, it refuses.
    shop.run("gate", &[]).expect(0, &["open"]);
    shop.at_target("UPDATE LEDGER.evidence SET \"voided\" = 'x' WHERE \"coverage\" = 'whole';");
    shop.run("gate", &[]).expect(4, &["DM0775"]);
    shop.at_target("UPDATE LEDGER.evidence SET \"voided\" = NULL;");

    // What says that it was written is seen; what does not is seen when all rows are looked at.
    shop.at_source("UPDATE customers SET note = 'quietly' WHERE id = 12;");
    shop.run("reconcile", &["-q", "--seed", "1"]).expect(0, &["found no difference"]);
    shop.run("reconcile", &["-q", "--seed", "1", "--full"]).expect(7, &["customer/note/values", "quietly"]);
    shop.at_source("UPDATE customers SET created_at = '2033-01-01 00:00:00' WHERE id = 12;");
    let path = shop.repair();
    let said = shop.run("reconcile", &["-q", "--seed", "1", "--repair", path.to_str().unwrap()]);
    said.expect(7, &["customer/note/values", "quietly", "customer/created_at/values"]);
    shop.stock(&fs::read_to_string(&path).unwrap()).ok();
    // The repair voids what was there before, so the next run looks at everything, and the one behind it does not.
    let next = |coverage: &str| {
        let run = shop.run("reconcile", &["-q", "--seed", "1", "--format", "json"]);
        assert_eq!(run.expect(0, &[]).json()["evidence"][0]["coverage"], coverage);
    };
    next("whole");
    next("changed");
    // A stock client says the number of the evidence, and gets the same rows.
    let script = fs::read_to_string(shop.bundled("sql/50_reconcile.sql")).unwrap();
    let all = shop.stock(&script).ok().stdout;
    assert!(all.contains("customer/extra") && all.contains("sample/customer"), "{all}");
}

fn a_schedule_ends_with_the_period(shop: &Shop) {
    shop.at_target("UPDATE LEDGER.evidence SET \"second\" = \"second\" - 259300;");
    let over = shop.run("reconcile", &["-q", "--scheduled", "--format", "json"]).expect(0, &[]).json();
    assert_eq!((over["outcome"].as_str(), over["checks"].as_array().map(Vec::len)), (Some("over"), Some(0)));
    shop.run("reconcile", &["-q", "--scheduled"]).expect(0, &["DM0777", "take the schedule away"]);
}

fn the_ledger_goes_with_all_that_was_noted(shop: &Shop) {
    assert_ne!(shop.at_target("SELECT count(*) FROM LEDGER.watermark;").trim(), "0");
    shop.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    shop.run("reconcile", &["-q", "--scheduled"]).expect(4, &["DM0711"]);
}
