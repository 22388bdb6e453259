//! What changes in the source after the load is taken over, by the plan's rules, on all three engines; and the
//! rollback still brings back exactly what was there.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "../runner_servers/ended.rs"]
mod ended;
mod place;
#[path = "../testkit/mod.rs"]
mod testkit;

use place::Shop;

/// Everything that can happen to a source, at once.
const CHANGES: &str = "
    -- New parents with new children; a code that another row has just given back.
    INSERT INTO countries VALUES (4, 'IT', 'Italy');
    INSERT INTO customers VALUES (6, 'new@x', 'Nina', 4, NULL, 0), (7, 'cara@x', 'Cara', 1, 6, 0);
    DELETE FROM tags WHERE id = 1;
    INSERT INTO tags VALUES (9, 'red');
    -- A value; a reference to another parent, whose old one goes.
    UPDATE customers SET name = 'Anna' WHERE id = 1;
    UPDATE customers SET country_id = 1 WHERE id = 2;
    DELETE FROM countries WHERE id = 2;
    -- A parent that was in no scope when its child was loaded.
    UPDATE customers SET is_test = 0 WHERE id = 4;
    -- A row that leaves the scope, with its orders and their lines.
    UPDATE customers SET is_test = 1 WHERE id = 3;
    -- A key.
    DELETE FROM order_lines WHERE order_id = 10 AND line_no = 2;
    UPDATE orders SET id = 110 WHERE id = 11;
    UPDATE order_lines SET order_id = 110 WHERE order_id = 11;
    INSERT INTO orders VALUES (20, 6, 500);
    INSERT INTO order_lines VALUES (20, 1, 3), (10, 3, 7);
    -- Settings: one that the target had, one that the load brought and that goes, one that is new.
    UPDATE settings SET val = 'dark2' WHERE name = 'theme';
    DELETE FROM settings WHERE name = 'size';
    INSERT INTO settings VALUES ('lang', 'en');
    UPDATE notes SET body = 'changed' WHERE id = 1;
    UPDATE notes SET body = 'changed' WHERE id = 2;
    DELETE FROM notes WHERE id = 3;
";

/// What the target has to be after them, but for the new keys.
const AFTER: &[(&str, &str)] = &[
    ("SELECT code, name FROM country ORDER BY code", "DE|Germany\nFR|France\nIT|Italy"),
    (
        "SELECT c.legacy_id, c.name, c.country_code, r.legacy_id, CASE WHEN c.deleted_at IS NULL THEN 'here' ELSE 'gone' END
           FROM customer c LEFT JOIN customer r ON r.id = c.referred_by ORDER BY c.legacy_id",
        "1|Anna|DE||here\n2|Bob|DE|4|here\n3|Cid|FR|1|gone\n4|Dan|DE||here\n6|Nina|IT||here\n7|Cara|DE|6|here",
    ),
    ("SELECT id, total FROM orders ORDER BY id", "10|100\n20|500\n110|200"),
    ("SELECT order_id, line_no, qty FROM line ORDER BY order_id, line_no", "10|1|1\n10|3|7\n20|1|3\n110|1|4"),
    ("SELECT label FROM tag ORDER BY label", "blue\nred"),
    ("SELECT name, val FROM setting ORDER BY name", "lang|en\nown|mine\ntheme|dark2"),
    ("SELECT id, body FROM note ORDER BY id", "1|was here\n2|changed\n3|third"),
];

fn all_of_it(shop: &Shop) {
    let before = shop.rows();
    shop.run("apply", &["-q"]).expect(0, &["loaded"]);
    shop.run("catch-up", &["-q"]).expect(0, &["0 rows written in 1 round"]);
    shop.run("gate", &[]).expect(0, &["open"]);

    shop.at_source(CHANGES);
    let ended = shop.run("catch-up", &["-q", "--batch-rows", "2"]).expect(0, &["caught up"]);
    for (query, expected) in AFTER {
        assert_eq!(shop.query(query), *expected, "{query}\n{}", ended.all());
    }
    // What was compared before is no evidence any more.
    shop.run("gate", &[]).expect(4, &["DM0775"]);
    shop.run("validate", &["-q"]).expect(0, &["validation passed"]);
    shop.run("gate", &[]).expect(0, &["open"]);

    // Once more changes nothing, and voids nothing.
    let rows = shop.rows();
    shop.run("catch-up", &["-q"]).expect(0, &["0 rows written in 1 round"]);
    assert_eq!(shop.rows(), rows);
    shop.run("gate", &[]).expect(0, &["open"]);

    // What was gone comes back, under the key that it had.
    let key = shop.query("SELECT id FROM customer WHERE legacy_id = 3");
    shop.at_source("UPDATE customers SET is_test = 0 WHERE id = 3; INSERT INTO countries VALUES (2, 'ES', 'Spain'); INSERT INTO settings VALUES ('size', '9');");
    shop.run("catch-up", &["-q"]).expect(0, &["caught up"]);
    assert_eq!(shop.query("SELECT id FROM customer WHERE legacy_id = 3 AND deleted_at IS NULL"), key);
    assert_eq!(shop.query("SELECT count(*) FROM orders"), "4");
    shop.run("validate", &["-q"]).expect(0, &["validation passed"]);

    shop.run("rollback", &["-q", "--yes"]).expect(0, &["rolled back"]);
    assert_eq!(shop.rows(), before);
}

#[test]
fn on_sqlite() {
    all_of_it(&or_skip!("catch_up::on_sqlite", Shop::sqlite()));
}

#[test]
fn on_postgres() {
    all_of_it(&or_skip!("catch_up::on_postgres", Shop::postgres("catch_up_all")));
}

#[test]
fn on_mariadb() {
    all_of_it(&or_skip!("catch_up::on_mariadb", Shop::mariadb()));
}

/// The scripts alone make a round, and one that was cut off anywhere goes on.
fn cut_off(shop: &Shop) {
    shop.run("apply", &["-q"]).expect(0, &["loaded"]);
    shop.at_source(CHANGES);
    let scripts = shop.round();
    assert!(scripts.len() > 12, "{scripts:?}");
    for cut in 0..scripts.len() {
        for script in &scripts[..cut] {
            shop.stock(script);
        }
    }
    shop.run("catch-up", &["-q"]).expect(0, &["caught up"]);
    for (query, expected) in AFTER {
        assert_eq!(shop.query(query), *expected, "{query}");
    }
    shop.run("validate", &["-q"]).expect(0, &["validation passed"]);
}

#[test]
fn a_round_that_was_cut_off_goes_on_sqlite() {
    cut_off(&or_skip!("catch_up::a_round_that_was_cut_off_goes_on_sqlite", Shop::sqlite()));
}

#[test]
fn a_round_that_was_cut_off_goes_on_postgres() {
    cut_off(&or_skip!("catch_up::a_round_that_was_cut_off_goes_on_postgres", Shop::postgres("catch_up_cut")));
}

#[test]
fn a_round_that_was_cut_off_goes_on_mariadb() {
    cut_off(&or_skip!("catch_up::a_round_that_was_cut_off_goes_on_mariadb", Shop::mariadb()));
}

/// Rows that somebody else's rows refer to are not deleted, and neither are those of others.
#[test]
fn what_others_need_stays() {
    let shop = or_skip!("catch_up::what_others_need_stays", Shop::sqlite());
    shop.run("catch-up", &["-q"]).expect(4, &["DM0830", "nothing was written"]);
    shop.run("apply", &["-q"]).expect(0, &["loaded"]);
    shop.at_target("INSERT INTO orders (id, customer_id, total) SELECT 900, id, 1 FROM customer WHERE legacy_id = 1; INSERT INTO line VALUES (11, 99, 5);");
    shop.at_source("DELETE FROM order_lines WHERE order_id = 11; DELETE FROM orders WHERE id = 11;");
    let ended = shop.run("catch-up", &["-q", "--format", "json"]);
    assert_eq!(
        (&ended.json()["caught_up"]["held"], &ended.json()["outcome"]),
        (&1.into(), &"caught_up".into())
    );
    assert_eq!(shop.query("SELECT id FROM orders ORDER BY id"), "10\n11\n12\n900");
    // It is somebody's decision what becomes of such a row, so the validation shows it.
    shop.run("validate", &["-q"]).expect(7, &["orders/extra"]);
    shop.at_target("DELETE FROM line WHERE line_no = 99;");
    shop.run("catch-up", &["-q"]).expect(0, &["1 rows written in 2 rounds"]);
    assert_eq!(shop.query("SELECT id FROM orders ORDER BY id"), "10\n12\n900");
}

/// A source that is written in each round is never reached; how near is near enough is said.
#[test]
fn a_bound_is_kept_or_missed_aloud() {
    let shop = or_skip!("catch_up::a_bound_is_kept_or_missed_aloud", Shop::sqlite());
    shop.run("apply", &["-q"]).expect(0, &["loaded"]);
    shop.at_source("UPDATE customers SET name = 'x';");
    shop.run("catch-up", &["-q", "--rounds", "1"]).expect(4, &["DM0832", "next: datamove catch-up"]);
    shop.at_source("UPDATE customers SET name = 'y';");
    shop.run("catch-up", &["-q", "--rounds", "1", "--until-lag", "1h"])
        .expect(0, &["3 rows written in 1 round, 3 of them"]);
    shop.at_source("UPDATE customers SET name = 'z';");
    shop.run("catch-up", &["-q", "--rounds", "1", "--until-rows", "3"]).expect(0, &["caught up"]);
}
