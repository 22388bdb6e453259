//! Users are brought over step by step, and back as long as the way is open.

use crate::shop::Shop;

/// The clause that stands in the shop's plan.
pub(crate) const CLAUSE: &str = r#"
cutover {
  downtime 30 min
  step "freeze writes" owner "sre" takes 1 min manual "READ_ONLY=1" undo "READ_ONLY=0"
  step "prove" owner "datamove" takes 20 min validate
  step "flip reads" owner "o'brien" takes 2 min manual "READ_STORE=shop" undo "READ_STORE=legacy"
  step "drop legacy" owner "dba" takes 1 min manual "DROP DATABASE legacy"
}
rollback { until "flip reads" + 72 h  trigger "error rate above 0.5 % for 5 min" }
"#;

fn refused(shop: &Shop, words: &[&str], code: &str, why: &str) {
    shop.run("cutover", &[words, &["-q"]].concat()).expect(4, &[code, why]);
}

pub(crate) fn users_are_brought_over_and_back_until_nothing_brings_them_back(shop: &Shop) {
    let shown = shop
        .run("cutover", &[])
        .expect(0, &["0 of 4 steps of the cutover done; next is `freeze writes`, by sre"]);
    assert!(shown.stdout.contains("--done 'freeze writes'\n"), "{}", shown.stdout);
    refused(shop, &["--done", "prove"], "DM0792", "`prove` comes after `freeze writes`");
    refused(shop, &["--done", "freeze"], "DM0792", "its steps are `freeze writes`, `prove`");
    refused(shop, &["--undone", "prove"], "DM0792", "no step was done yet");
    shop.run("cutover", &["--done", "freeze writes", "--by", "it's ann"]).expect(0, &["1 of 4", "it's ann"]);
    refused(shop, &["--done", "freeze writes"], "DM0792", "was done already");
    a_proof_that_fails_is_not_done(shop);
    shop.run("cutover", &["--done", "prove", "-q"])
        .expect(0, &["2 of 4", "next is `flip reads`, by o'brien"]);
    evidence_that_is_gone_holds_the_next_step(shop);
    shop.run("cutover", &["--done", "flip reads", "-q"]).expect(0, &["3 of 4"]);
    // And back, newest first; what was recorded stays in the log.
    refused(shop, &["--undone", "prove"], "DM0792", "`flip reads` was done last");
    shop.run("cutover", &["--undone", "flip reads", "-q"]).expect(0, &["2 of 4"]);
    shop.run("cutover", &["--done", "flip reads", "-q"]).expect(0, &["3 of 4"]);
    assert_eq!(shop.at_target("SELECT count(*) FROM LEDGER.cutover WHERE step = 'flip reads';").trim(), "3");
    the_way_back_closes(shop);
    shop.at_target("DELETE FROM LEDGER.cutover;");
}

/// What users wrote between is found, and nothing says that it was proven.
fn a_proof_that_fails_is_not_done(shop: &Shop) {
    shop.at_target("UPDATE country SET name = 'Nowhere' WHERE code = (SELECT min(code) FROM (SELECT code FROM country) c);");
    shop.run("cutover", &["--done", "prove", "-q"]).expect(7, &["DM0704", "country/name/values"]);
    let name = "SELECT count(*) FROM LEDGER.cutover WHERE step = 'prove';";
    assert_eq!(shop.at_target(name).trim(), "0");
    let path = shop.repair();
    shop.run("reconcile", &["-q", "--repair", path.to_str().unwrap()]).expect(7, &[]);
    shop.stock(&std::fs::read_to_string(&path).unwrap()).ok();
}

fn evidence_that_is_gone_holds_the_next_step(shop: &Shop) {
    let void = |why: &str| format!("UPDATE LEDGER.evidence SET voided = {why} WHERE kind = 'validate';");
    shop.at_target(&void("'somebody wrote'"));
    refused(shop, &["--done", "flip reads"], "DM0775", "somebody wrote");
    shop.at_target(&void("NULL"));
    shop.at_target("UPDATE LEDGER.evidence SET \"second\" = \"second\" - 60;");
    refused(shop, &["--done", "flip reads", "--max-age", "50s"], "DM0771", "good for 50 s");
}

fn the_way_back_closes(shop: &Shop) {
    shop.run("rollback", &["-q"]).expect(4, &["--yes"]);
    shop.at_target("UPDATE LEDGER.cutover SET \"second\" = \"second\" - 300000;");
    shop.run("rollback", &["--yes", "-q"])
        .expect(4, &["DM0793", "`flip reads` was done 3 days ago, and the way back is open for 3 days"]);
    shop.at_target("UPDATE LEDGER.cutover SET \"second\" = \"second\" + 300000;");
    shop.run("cutover", &["--done", "drop legacy", "--format", "markdown", "-q"])
        .expect(0, &["4 of 4 steps"]);
    refused(shop, &["--undone", "drop legacy"], "DM0792", "nothing brings users back from it");
    shop.run("rollback", &["--yes", "-q"]).expect(4, &["DM0793", "`drop legacy` was done at 20"]);
    let rows = shop.run("cutover", &["--format", "json"]).expect(0, &[]).json();
    assert_eq!(rows["outcome"], "cut_over");
    assert_eq!(rows["cutover"][3]["undo"], serde_json::Value::Null);
}
