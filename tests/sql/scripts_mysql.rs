//! Every script on MariaDB, through the stock client, as an ordinary user.

use datamove::base::Engine;
use datamove::dialect::{Script, scripts};
use datamove::plan::*;

use crate::bench::{Bench, of_kind};
use crate::plans_in_rust::*;

const LEGACY: &str = "
CREATE TABLE customers (id bigint PRIMARY KEY, name text, cents bigint, status varchar(9) CHARACTER SET latin1);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint, name text);
";
const SHOP: &str = "
CREATE TABLE customer (id uuid PRIMARY KEY, legacy_id bigint, name text NOT NULL, balance decimal(12,2), status text);
CREATE TABLE \"order\" (id bigint PRIMARY KEY, customer_id uuid, note text, CONSTRAINT order_customer FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE category (id bigint AUTO_INCREMENT PRIMARY KEY, parent_id bigint, name text, FOREIGN KEY (parent_id) REFERENCES category (id)) AUTO_INCREMENT = 42;
";

fn rows(bench: &Bench, query: &str) -> String {
    let rows = bench.query(query);
    rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join(" ")
}

fn shop_bench(more: &str) -> Result<(Bench, Vec<Script>), String> {
    let bench = Bench::mysql()?;
    bench.source(&format!("{LEGACY}{SOURCE}{more}"));
    bench.target(SHOP);
    Ok((bench, scripts(&shop(Engine::Mysql), FINGERPRINT)))
}

#[test]
fn the_shop_moves_batch_by_batch_and_back() {
    let (bench, list) = or_skip!("the shop on MariaDB", shop_bench(""));
    let before = bench.dump();
    bench.roll_back_to(&list, &before);
    for script in list.iter().filter(|script| script.kind != ScriptKind::Rollback) {
        if matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass) {
            // One batch of one row, then the rest, then nothing.
            bench.run(script, &[("batches", 1), ("batch_rows", 1)]).ok(&script.path);
        }
        for _ in 0..2 {
            let ran = bench.run(script, &[]).ok(&script.path);
            let backfill = matches!(script.kind, ScriptKind::Backfill | ScriptKind::SecondPass);
            assert!(!backfill || ran.iter().all(|row| row[1] == "done"), "{}: {ran:?}", script.path);
        }
    }
    let namespace = uuid::Uuid::parse_str(NAMESPACE).unwrap();
    let id = uuid::Uuid::new_v5(&namespace, b"9");
    assert_eq!(rows(&bench, "SELECT sum(balance) FROM customer"), "1000010.53");
    assert_eq!(rows(&bench, "SELECT id FROM customer WHERE legacy_id = 9"), id.to_string());
    assert_eq!(rows(&bench, "SELECT parent_id FROM category WHERE name = 'child'"), "43");
    assert_eq!(
        rows(&bench, "SELECT auto_increment FROM information_schema.tables WHERE table_name = 'category'"),
        "45"
    );
    let validate = of_kind(&list, ScriptKind::Validate);
    for fault in [
        "DELETE FROM \"order\" WHERE id = 10",
        "INSERT INTO \"order\" VALUES (99, NULL, 'more')",
        "UPDATE \"order\" SET note = NULL WHERE id = 11",
        "UPDATE \"order\" SET note = note || ' ' WHERE id = 10",
        "UPDATE \"order\" SET note = 'FIRST' WHERE id = 10",
        "UPDATE customer SET balance = balance + 0.01 WHERE legacy_id = 3",
        "UPDATE customer SET name = CASE legacy_id WHEN 1 THEN 'Cy' ELSE 'Ann' END WHERE legacy_id IN (1, 3)",
        "UPDATE category SET parent_id = NULL WHERE name = 'child'",
    ] {
        let text = validate
            .text
            .replace("START TRANSACTION WITH CONSISTENT SNAPSHOT;", &format!("START TRANSACTION; {fault};"));
        let text = text.replace("\nCOMMIT;", "");
        let error = bench.run(&Script { text, ..validate.clone() }, &[]).error.unwrap_or_default();
        assert!(error.contains("DM0704"), "{fault}: {error}");
    }
    bench.run(validate, &[]).ok("nothing of it stayed");
    let other = scripts(&shop(Engine::Mysql), "dm1:other");
    let error = bench.run(of_kind(&other, ScriptKind::Backfill), &[]).error.unwrap_or_default();
    assert!(error.contains("DM0702"), "{error}");
    bench.roll_back_to(&list, &before);
}
