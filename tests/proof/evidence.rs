//! Evidence, the gate that asks for it, and the repair that voids it.

use std::fs;

use crate::cutover::users_are_brought_over_and_back_until_nothing_brings_them_back;
use crate::shop::Shop;

/// The whole story on one engine, because loading the shop takes longer than telling it.
fn story(shop: &Shop) {
    evidence_says_what_was_looked_at_where_and_when(shop);
    what_comes_apart_is_named_explained_mended_and_looked_at_again(shop);
    a_gate_takes_fresh_whole_passed_evidence_of_this_plan_and_nothing_else(shop);
    users_are_brought_over_and_back_until_nothing_brings_them_back(shop);
    late_writes_and_missed_deletes_at_the_source_are_carried_over_by_a_repair(shop);
}

#[test]
fn proof_on_sqlite() {
    story(&crate::or_skip!("proof on SQLite", Shop::sqlite()));
}

#[test]
fn proof_on_postgresql() {
    story(&crate::or_skip!("proof on PostgreSQL", Shop::postgres("proof")));
}

#[test]
fn proof_on_mariadb() {
    story(&crate::or_skip!("proof on MariaDB", Shop::mariadb()));
}

/// A gate refuses with exit code 4 and the reason.
#[track_caller]
fn refused(shop: &Shop, code: &str, why: &str) {
    shop.run("gate", &[]).expect(4, &[code, why]);
}

fn a_gate_takes_fresh_whole_passed_evidence_of_this_plan_and_nothing_else(shop: &Shop) {
    shop.run("validate", &["-q"]).expect(0, &[]);
    let newest = shop.at_target("SELECT max(\"number\") FROM LEDGER.evidence;").trim().to_owned();
    shop.run("gate", &[]).expect(0, &[&format!("open; evidence {newest} is"), "good for 24 h"]);
    shop.run("status", &[]).expect(0, &["preflight  pass", "validate   pass", "accepts it"]);
    let evidence = |set: &str| format!("UPDATE LEDGER.evidence SET {set} WHERE \"number\" = {newest};");
    // Each of what a gate looks at, in turn, as somebody or time may change it.
    let cases = [
        (
            "\"second\" = \"second\" - 90000",
            "DM0771",
            "old, and good for 24 h",
            "\"second\" = \"second\" + 90000",
        ),
        ("\"second\" = \"second\" + 90000", "DM0771", "from the future", "\"second\" = \"second\" - 90000"),
        ("\"failed\" = 1, \"verdict\" = 'fail'", "DM0772", "1 of", "\"failed\" = 0, \"verdict\" = 'pass'"),
        ("\"coverage\" = 'part'", "DM0773", "it looked at", "\"coverage\" = 'whole'"),
        ("\"target\" = 'another'", "DM0774", "it was taken on another", ""),
    ];
    let server = shop.at_target("SELECT \"target\" FROM LEDGER.evidence WHERE \"number\" = 1;");
    for (change, code, why, back) in cases {
        shop.at_target(&evidence(change));
        refused(shop, code, why);
        let back =
            if back.is_empty() { format!("\"target\" = '{}'", server.trim()) } else { back.to_owned() };
        shop.at_target(&evidence(&back));
    }
    shop.run("gate", &[]).expect(0, &["open"]);
    shop.at_target(&evidence("\"fingerprint\" = 'dm1:00'"));
    refused(shop, "DM0774", "another version of the plan");
    shop.at_target("UPDATE LEDGER.evidence SET \"kind\" = 'preflight';");
    refused(shop, "DM0770", "never compared");
    shop.run("validate", &["--good-for", "90s", "-q"]).expect(0, &["is kept", "good for 90 s"]);
    shop.at_target("UPDATE LEDGER.evidence SET \"second\" = \"second\" - 60;");
    shop.run("gate", &[]).expect(0, &["open"]);
    shop.run("gate", &["--max-age", "50s"]).expect(4, &["DM0771", "good for 50 s"]);
}

fn evidence_says_what_was_looked_at_where_and_when(shop: &Shop) {
    let report = shop.run("validate", &["--format", "json"]).expect(0, &[]).json();
    let first = &report["evidence"][0];
    assert_eq!((first["verdict"].as_str(), first["coverage"].as_str()), (Some("pass"), Some("whole")));
    assert_eq!((first["examined"].as_u64(), first["bad"].as_u64()), (first["expected"].as_u64(), Some(0)));
    let at = first["at"].as_str().unwrap();
    assert!(at.ends_with('Z') && at.len() == 20 && at.starts_with("20"), "{at}");
    for side in ["source", "target"] {
        let said = first[side].to_string();
        assert!(!said.contains("127.0.0.1") && !said.contains("mover") && !said.contains(".db"), "{said}");
        assert_ne!(first[side]["server"], "unknown", "{said}");
    }
    let kept = "SELECT count(*) FROM LEDGER.evidence_check WHERE \"number\" = 3;";
    let checks = report["checks"].as_array().unwrap().len().to_string();
    assert_eq!(shop.at_target(kept).trim(), checks);
    assert_eq!(report["fingerprint"], first["fingerprint"]);
}

fn what_comes_apart_is_named_explained_mended_and_looked_at_again(shop: &Shop) {
    let whole = shop.rows();
    shop.run("reconcile", &["-q"]).expect(0, &["found no difference"]);
    // Somebody writes to the target: a value, a row too few, a row too many.
    shop.at_target("UPDATE customer SET note = 'it''s; <b>', balance = balance + 1 WHERE legacy_id = 7;");
    shop.at_target("DELETE FROM order_line WHERE order_id = 10002 AND line_no = 1;");
    shop.at_target("INSERT INTO country (code, name) VALUES ('zz', 'Nowhere');");
    let apart = shop.rows();
    let file = shop.repair();
    let path = file.to_str().unwrap();
    let report =
        shop.run("reconcile", &["-q", "--repair", path, "--format", "json"]).expect(7, &["DM0776"]).json();
    let class = |check: &str, key: &str| {
        let all = report["differences"].as_array().unwrap();
        let found = all.iter().find(|one| one["check_id"] == check && (key.is_empty() || one["key"] == key));
        found.unwrap_or_else(|| panic!("{check} {key}: {all:#?}"))["class"].as_str().unwrap().to_owned()
    };
    assert_eq!(class("order_line/missing", "[\"10002\",\"1\"]"), "changed_in_target");
    assert_eq!(class("country/extra", "[\"zz\"]"), "changed_in_target");
    class("customer/note/values", "");
    let custom = |name: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|one| one["check_id"] == format!("check/{name}")).unwrap().clone()
    };
    let marks = custom("no marks in notes");
    assert_eq!((marks["bad"].as_u64(), marks["kind"].as_str()), (Some(1), Some("custom")));
    let lines = custom("lines are all there");
    assert_eq!((lines["verdict"].as_str(), lines["examined"].as_u64()), (Some("pass"), Some(9_999)));
    class("customer/balance/values", "");
    refused(shop, "DM0772", "checks failed");
    let script = fs::read_to_string(&file).unwrap();
    assert_eq!(report["repair"], script.as_str());
    shop.stock(&script).ok();
    assert_eq!(shop.rows(), whole);
    refused(shop, "DM0775", "a repair of what evidence 5 names");
    shop.run("validate", &["-q"]).expect(0, &["found no difference"]);
    shop.run("gate", &[]).expect(0, &["open"]);
    // A second run of the script has nothing left to do.
    shop.stock(&script).ok();
    assert_eq!(shop.rows(), whole);
    // Its last lines take it back.
    let (_, back) = script.split_once("-- To take it back").unwrap();
    let back: Vec<_> = back.lines().skip(1).map(|line| line.strip_prefix("-- ").unwrap()).collect();
    let (head, _) = script.split_once("\nBEGIN;").unwrap();
    shop.stock(&format!("{head}\nBEGIN;\n{}\nCOMMIT;\n", back.join("\n"))).ok();
    assert_eq!(shop.rows(), apart);
    shop.stock(&script).ok();
    assert_eq!(shop.rows(), whole);
}

fn late_writes_and_missed_deletes_at_the_source_are_carried_over_by_a_repair(shop: &Shop) {
    shop.at_source("INSERT INTO countries (id, iso2, name) VALUES (999, 'qq', ' Late ');");
    shop.at_source("DELETE FROM order_lines WHERE order_id = 10002 AND line_no = 1;");
    let path = shop.repair();
    let repair = ["-q", "--repair", path.to_str().unwrap()];
    shop.run("reconcile", &repair)
        .expect(7, &["[\"qq\"]", "late write", "[\"10002\",\"1\"]", "missed delete"]);
    shop.stock(&fs::read_to_string(&path).unwrap()).ok();
    assert_eq!(shop.at_target("SELECT name FROM country WHERE code = 'qq';").trim(), "Late");
    assert_eq!(
        shop.at_target("SELECT count(*) FROM order_line WHERE order_id = 10002 AND line_no = 1;").trim(),
        "0"
    );
    shop.run("validate", &["-q"]).expect(0, &["found no difference"]);
    shop.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    assert_eq!(shop.at_target("SELECT count(*) FROM country;").trim(), "0");
    refused(shop, "DM0770", "not all moved");
}
