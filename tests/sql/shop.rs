//! What the tests of the shop's plan share between engines: its rows, and what may go wrong.

use std::sync::OnceLock;

use datamove::plan::ScriptKind;

use crate::bench::{Bench, Ran};

/// A table's name and its rows in a form that is the same on every engine.
pub(crate) type Rows = Vec<(&'static str, Vec<Vec<String>>)>;

/// Faults of the source that are injected one by one, with the checks that must fail and their
/// counts. Constraints of the source that would stop them are gone.
pub(crate) const SOURCE_FAULTS: &[(&str, &[(&str, &str)])] = &[
    (
        "UPDATE customers SET first_name = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaä', \
         last_name = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' WHERE id IN (3, 4, 5);",
        &[("customer/full_name/length", "3")],
    ),
    ("UPDATE customers SET email = 'CUSTOMER8@example.COM' WHERE id = 9;", &[("customer/email/unique", "1")]),
    ("UPDATE customers SET status_code = 'Q' WHERE id IN (3, 4, 50);", &[("customer/status/values", "2")]),
    ("UPDATE orders SET customer_id = 50 WHERE id IN (10002, 10004);", &[("order/customer_id/orphan", "2")]),
    ("UPDATE products SET price_cents = -1 WHERE id = 3;", &[("product/price/check", "1")]),
    (
        "UPDATE order_lines SET quantity = 0 WHERE order_id = 10004 AND line_no = 1;",
        &[("order_line/quantity/check", "1")],
    ),
    (
        "UPDATE customers SET balance_cents = 1000000000000 WHERE id = 1; \
         UPDATE customers SET balance_cents = -1000000000000 WHERE id = 2; \
         UPDATE customers SET balance_cents = 999999999999 WHERE id = 3;",
        &[("customer/balance/range", "2")],
    ),
    ("DELETE FROM order_lines;", &[("order_line/scope", "1")]),
];

/// Faults of the target after the load, with the checks that must fail and their counts.
pub(crate) const TARGET_FAULTS: &[(&str, &[(&str, &str)])] = &[
    (
        "DELETE FROM order_line WHERE order_id = 10002 AND line_no = 1",
        &[
            ("order_line/missing", "1"),
            ("order_line/extra", "0"),
            ("invariant/no cent of an order is lost", "1"),
        ],
    ),
    (
        "INSERT INTO product (id, sku, title, price) {overriding} VALUES (0, 'extra', 'extra', 1)",
        &[("product/extra", "1")],
    ),
    ("UPDATE product SET title = 'Other' WHERE id = 9", &[("product/title/values", "1")]),
    (
        "UPDATE customer SET full_name = CASE legacy_id WHEN 1 THEN 'O''Neil Name62' ELSE 'Stanisław Name31' END \
         WHERE legacy_id IN (1, 2)",
        &[("customer/full_name/values", "2")],
    ),
    ("UPDATE \"order\" SET note = '' WHERE id = 10002", &[("order/note/values", "1")]),
    ("UPDATE \"order\" SET note = NULL WHERE id = 10008", &[("order/note/values", "1")]),
    ("UPDATE customer SET note = note || ' ' WHERE legacy_id = 1", &[("customer/note/values", "1")]),
    (
        "UPDATE customer SET email = 'Customer7@example.com' WHERE legacy_id = 7",
        &[("customer/email/values", "1")],
    ),
    ("UPDATE customer SET balance = balance + 0.01 WHERE legacy_id = 1", &[("customer/balance/values", "1")]),
    ("UPDATE customer SET created_at = {later} WHERE legacy_id = 1", &[("customer/created_at/values", "1")]),
    (
        "UPDATE order_line SET product_id = 200 WHERE order_id = 10002 AND line_no = 1",
        &[("order_line/product_id/values", "1")],
    ),
    ("UPDATE customer SET referred_by = NULL WHERE legacy_id = 7", &[("customer/referred_by/values", "1")]),
    (
        "UPDATE customer SET legacy_id = NULL WHERE legacy_id = 7",
        &[("customer/legacy_id/values", "1"), ("invariant/every customer can be traced", "1")],
    ),
    // One pair instead of another: the count stays.
    (
        "UPDATE order_line SET line_no = 99 WHERE order_id = 10002 AND line_no = 1",
        &[("order_line/missing", "1"), ("order_line/extra", "1")],
    ),
];

/// A fault in the words of the bench's engine.
pub(crate) fn in_words_of(bench: &Bench, fault: &str) -> String {
    let (overriding, later) = match bench {
        Bench::Sqlite { .. } => ("", "created_at || '.000001'"),
        Bench::Mysql { .. } => ("", "created_at + INTERVAL 1 MICROSECOND"),
        Bench::Postgres { .. } => ("OVERRIDING SYSTEM VALUE", "created_at + interval '1 microsecond'"),
    };
    fault.replace("{overriding}", overriding).replace("{later}", later)
}

/// The script failed with `code`, because of exactly these checks.
#[track_caller]
pub(crate) fn expect(ran: &Ran, code: &str, fault: &str, wanted: &[(&str, &str)]) {
    let error = ran.error.clone().unwrap_or_default();
    assert!(error.contains(code), "{fault}: {error}\n{:?}", ran.rows.last());
    let mut failed = ran.failed();
    let mut wanted: Vec<_> = wanted.iter().map(|(id, bad)| ((*id).to_owned(), (*bad).to_owned())).collect();
    failed.sort();
    wanted.sort();
    assert_eq!(failed, wanted, "{fault}");
}

/// Every row of the shop.
pub(crate) fn rows(bench: &Bench) -> Rows {
    let money = |column: &str| match bench {
        Bench::Sqlite { .. } => format!("printf('%.2f', {column})"),
        Bench::Postgres { .. } | Bench::Mysql { .. } => column.to_owned(),
    };
    let text = if matches!(bench, Bench::Mysql { .. }) { "char" } else { "text" };
    let customer = format!(
        "SELECT id, legacy_id, full_name, email, status, country_code, {}, coalesce(cast(referred_by as {text}), 'NULL'), \
         created_at, note || '|' FROM customer ORDER BY legacy_id",
        money("balance")
    );
    let queries = [
        ("country", "SELECT code, name FROM country ORDER BY code".to_owned()),
        ("customer", customer),
        ("product", format!("SELECT id, sku, title, {} FROM product ORDER BY id", money("price"))),
        (
            "order",
            "SELECT id, customer_id, placed_at, coalesce(note, 'NULL') FROM \"order\" ORDER BY id".to_owned(),
        ),
        (
            "order_line",
            format!(
                "SELECT order_id, line_no, product_id, quantity, {} FROM order_line ORDER BY order_id, line_no",
                money("unit_price")
            ),
        ),
    ];
    queries.into_iter().map(|(table, query)| (table, bench.query(&query))).collect()
}

pub(crate) const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy.sql");
pub(crate) const SHOP: &str = include_str!("../../plans/shop/schemas/shop.sql");
pub(crate) const DATA: &str = include_str!("../../plans/shop/data.sql");

/// What the same data becomes on SQLite.
pub(crate) fn moved_on_sqlite() -> Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    let moved = || {
        let bench = Bench::sqlite();
        bench.source(LEGACY);
        bench.source(DATA);
        bench.target(SHOP);
        let list = crate::shop_postgres::scripts_of("shop.plan");
        for script in list.iter().filter(|script| script.kind != ScriptKind::Rollback) {
            bench.run(script, &[]).ok(&script.path);
        }
        rows(&bench)
    };
    ROWS.get_or_init(moved).clone()
}
