//! The forms of a report.

use crate::shop::Shop;

#[test]
fn every_form_says_the_same_and_escapes_what_values_hold() {
    let shop = crate::or_skip!("forms of reports", Shop::sqlite());
    shop.run("validate", &["-q", "--format", "markdown"]).expect(0, &["### ✅", "checks that passed: "]);
    shop.at_target("UPDATE customer SET note = '<script>alert(1)</script>|]]>&@all' WHERE legacy_id = 7;");
    let html = shop
        .run("validate", &["-q", "--format", "html"])
        .expect(7, &["<!doctype html>", "customer&#x2f;note&#x2f;values"]);
    assert!(!html.stdout.contains("<script") && html.stdout.contains("&lt;script&gt;"), "{}", html.stdout);
    for word in ["http://", "https://", "src=", "href=", "url(", "@import"] {
        assert!(!html.stdout.contains(word), "{word}");
    }
    assert!(html.stdout.contains("<svg") && html.stdout.contains("aria-label"), "a chart of the runs");
    assert!(html.stdout.find("✗ failed").unwrap() < html.stdout.find("Evidence").unwrap());
    let junit =
        shop.run("validate", &["-q", "--format", "junit"]).expect(7, &["failures=\"1\"", "&lt;script&gt;"]);
    assert_eq!(junit.stdout.matches("<testcase").count(), junit.stdout.matches("classname=").count());
    assert_eq!(junit.stdout.matches("<failure").count(), 1);
    let markdown = shop.run("validate", &["-q", "--format", "markdown"]).expect(7, &["### ❌", "DM0704"]);
    assert!(!markdown.stdout.contains("<script") && !markdown.stdout.contains("@all"), "{}", markdown.stdout);
    shop.run("gate", &["--format", "junit"]).expect(4, &["errors=\"1\"", "DM0772"]);
}

#[test]
fn a_role_that_may_only_read_validates_and_is_told_that_nothing_is_kept() {
    let shop = crate::or_skip!("reading only", Shop::postgres("reading"));
    shop.at_target(
        "DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN; GRANT USAGE ON SCHEMA shop, legacy, datamove_shop_v2 TO looker;
         GRANT SELECT ON ALL TABLES IN SCHEMA shop TO looker; GRANT SELECT ON ALL TABLES IN SCHEMA legacy TO looker;
         GRANT SELECT ON ALL TABLES IN SCHEMA datamove_shop_v2 TO looker; GRANT SELECT ON ALL SEQUENCES IN SCHEMA shop TO looker;
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA datamove_shop_v2 TO looker;",
    );
    shop.run_as("looker", "validate", &["-q"])
        .expect(0, &["found no difference", "no evidence was kept", "permission denied"]);
    shop.run("gate", &[]).expect(0, &["evidence 2"]);
}
