//! The bundle of the fixture: its scripts, as `docs/scripts.md` describes them, and its manifest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use datamove::artifact::manifest::{FORMAT_VERSION, Manifest, ScriptEntry, ScriptKind};
use datamove::base::Engine;
use datamove::plan::Link;
use sha2::{Digest, Sha256};

pub const FINGERPRINT: &str = "dm1:0000000000000000000000000000000000000000000000000000000000000001";

/// Writes a bundle whose manifest is true of its files.
pub fn write_bundle(folder: &Path, fingerprint: &str) {
    let scripts = [
        ("sql/00_preflight.sql", ScriptKind::Preflight, None, PREFLIGHT),
        ("sql/10_prepare.sql", ScriptKind::Prepare, None, PREPARE),
        ("sql/20_backfill/010_customer.sql", ScriptKind::Backfill, Some("customer"), CUSTOMER),
        ("sql/20_backfill/020_orders.sql", ScriptKind::Backfill, Some("orders"), ORDERS),
        (
            "sql/25_second_pass/customer.sql",
            ScriptKind::SecondPass,
            Some("customer/second_pass"),
            SECOND_PASS,
        ),
        ("sql/27_finish.sql", ScriptKind::Finish, None, FINISH),
        ("sql/30_validate.sql", ScriptKind::Validate, None, VALIDATE),
        ("sql/90_rollback.sql", ScriptKind::Rollback, None, ROLLBACK),
    ];
    let mut manifest = Manifest {
        format_version: FORMAT_VERSION,
        plan: "shop".to_owned(),
        fingerprint: fingerprint.to_owned(),
        engine: Engine::Sqlite,
        link: Link::Attach,
        source: "legacy".to_owned(),
        target: "shop".to_owned(),
        ledger: "datamove_shop_".to_owned(),
        staging: None,
        reconcile: None,
        scripts: Vec::new(),
        cutover: None,
        steps: BTreeMap::new(),
        needs: Vec::new(),
        files: BTreeMap::new(),
    };
    for (path, kind, step, text) in scripts {
        let text = text
            .replace("{GUARD}", GUARD)
            .replace("{BATCH}", BATCH)
            .replace("{CHECKPOINT}", CHECKPOINT)
            .replace("{STEP}", step.unwrap_or_default())
            .replace("{FINGERPRINT}", fingerprint);
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), &text).unwrap();
        manifest.files.insert(path.to_owned(), sha256(&text));
        manifest.scripts.push(ScriptEntry {
            path: path.to_owned(),
            kind,
            steps: step.into_iter().map(str::to_owned).collect(),
            wave: (kind == ScriptKind::Backfill).then_some(1),
            batch_rows: step.is_some().then_some(1000),
            next_row: None,
            sets_aside: false,
            rejected: None,
            beside: datamove::artifact::manifest::Beside::Alone,
        });
    }
    write_manifest(folder, &manifest);
}

pub fn write_manifest(folder: &Path, manifest: &Manifest) {
    fs::write(folder.join("manifest.json"), serde_json::to_string_pretty(manifest).unwrap()).unwrap();
}

pub fn read_manifest(folder: &Path) -> Manifest {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// Replaces a script and its hash, as a compiler would.
pub fn replace_script(folder: &Path, path: &str, edit: impl Fn(&str) -> String) {
    let text = edit(&fs::read_to_string(folder.join(path)).unwrap());
    fs::write(folder.join(path), &text).unwrap();
    let mut manifest = read_manifest(folder);
    manifest.files.insert(path.to_owned(), sha256(&text));
    write_manifest(folder, &manifest);
}

fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))
}

const PREFLIGHT: &str = "\
.bail on
CREATE TEMP TABLE datamove_check AS
SELECT 'customer.name/length' AS check_id, 'length' AS kind, 'legacy.customers.name' AS subject,
       count(*) AS examined, (SELECT count(*) FROM legacy.customers) AS expected,
       count(*) FILTER (WHERE length(name) > 40) AS bad
FROM legacy.customers;
SELECT *, CASE WHEN bad = 0 AND examined = expected THEN 'pass' ELSE 'fail' END AS verdict FROM datamove_check;
CREATE TEMP TABLE datamove_verdict (ok CONSTRAINT \"datamove DM0703: rows of the source break the plan's claims\" CHECK (ok));
INSERT INTO datamove_verdict SELECT NOT EXISTS (SELECT 1 FROM datamove_check WHERE bad <> 0 OR examined <> expected);
";

const GUARD: &str = "\
.bail on
PRAGMA foreign_keys = ON;
CREATE TEMP TABLE IF NOT EXISTS datamove_session (name, value);
CREATE TEMP TABLE datamove_guard (ok CONSTRAINT \"datamove DM0702: another bundle prepared the target\" CHECK (ok));
BEGIN IMMEDIATE;
INSERT INTO datamove_guard SELECT fingerprint = '{FINGERPRINT}' FROM datamove_shop_run;
";

const PREPARE: &str = "\
.bail on
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS datamove_shop_run (plan TEXT, fingerprint TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS datamove_shop_step (step TEXT PRIMARY KEY, ordinal INTEGER, state TEXT, checkpoint_1,
    rows_read INTEGER, rows_written INTEGER, rows_skipped INTEGER, batches INTEGER,
    rows_rejected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS datamove_shop_undo_customer (undo_op TEXT, id INTEGER PRIMARY KEY);
INSERT INTO datamove_shop_run SELECT 'shop', '{FINGERPRINT}', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM datamove_shop_run);
INSERT OR IGNORE INTO datamove_shop_step VALUES
    ('customer', 1, 'pending', NULL, 0, 0, 0, 0, 0),
    ('orders', 2, 'pending', NULL, 0, 0, 0, 0, 0),
    ('customer/second_pass', 3, 'pending', NULL, 0, 0, 0, 0, 0);
COMMIT;
";

/// The next rows of `{TABLE}`, which each script names.
const BATCH: &str = "\
WHERE id > coalesce((SELECT checkpoint_1 FROM datamove_shop_step WHERE step = '{STEP}'), -1)
  AND (SELECT state FROM datamove_shop_step WHERE step = '{STEP}') <> 'done'
ORDER BY id LIMIT coalesce((SELECT value FROM temp.datamove_session WHERE name = 'batch_rows'), -1);
";

const CHECKPOINT: &str = "\
    checkpoint_1 = coalesce((SELECT max(id) FROM datamove_batch), checkpoint_1),
    rows_read = rows_read + (SELECT count(*) FROM datamove_batch),
    batches = batches + (SELECT count(*) > 0 FROM datamove_batch),
    state = CASE WHEN (SELECT count(*) FROM datamove_batch)
        = coalesce((SELECT value FROM temp.datamove_session WHERE name = 'batch_rows'), -1) THEN 'running' ELSE 'done' END
WHERE step = '{STEP}' AND state <> 'done';
COMMIT;
SELECT step, state, rows_read, rows_written, rows_skipped, batches FROM datamove_shop_step WHERE step = '{STEP}';
";

const CUSTOMER: &str = "\
{GUARD}
-- move customer
CREATE TEMP TABLE datamove_batch AS SELECT id, name FROM legacy.customers {BATCH}
INSERT INTO datamove_shop_undo_customer SELECT 'insert', id FROM datamove_batch;
INSERT INTO customer (id, name) SELECT id, name FROM datamove_batch;
UPDATE datamove_shop_step SET rows_written = rows_written + (SELECT count(*) FROM datamove_batch),
{CHECKPOINT}";

const ORDERS: &str = "\
{GUARD}
-- move orders
CREATE TEMP TABLE datamove_batch AS SELECT id, customer, cents FROM legacy.orders {BATCH}
INSERT INTO orders SELECT id, customer, printf('%d.%02d', cents / 100, cents % 100) FROM datamove_batch;
UPDATE datamove_shop_step SET rows_written = rows_written + (SELECT count(*) FROM datamove_batch),
{CHECKPOINT}";

const SECOND_PASS: &str = "\
{GUARD}
-- fill customer.friend_id
CREATE TEMP TABLE datamove_batch AS SELECT id, friend FROM legacy.customers {BATCH}
UPDATE customer SET friend_id = (SELECT friend FROM datamove_batch b WHERE b.id = customer.id)
WHERE id IN (SELECT id FROM datamove_batch WHERE friend IS NOT NULL);
UPDATE datamove_shop_step SET rows_written = rows_written + (SELECT count(friend) FROM datamove_batch),
    rows_skipped = rows_skipped + (SELECT count(*) - count(friend) FROM datamove_batch),
{CHECKPOINT}";

const FINISH: &str = "\
{GUARD}
UPDATE datamove_shop_run SET state = 'loaded' WHERE NOT EXISTS (SELECT 1 FROM datamove_shop_step WHERE state <> 'done');
COMMIT;
";

const VALIDATE: &str = "\
.bail on
CREATE TEMP TABLE datamove_check AS
SELECT 'customer/rows' AS check_id, 'rows' AS kind, 'customer' AS subject,
       (SELECT count(*) FROM customer WHERE id <> 1) AS examined, (SELECT count(*) FROM legacy.customers) AS expected, 0 AS bad
UNION ALL
SELECT 'customer/friend_id/values', 'values', 'customer.friend_id', count(c.id), count(*), count(*) FILTER (WHERE c.friend_id IS NOT l.friend)
FROM legacy.customers l LEFT JOIN customer c USING (id)
UNION ALL
SELECT 'orders/amount/values', 'values', 'orders.amount', count(o.id), count(*),
       count(*) FILTER (WHERE o.amount IS NOT printf('%d.%02d', cents / 100, cents % 100))
FROM legacy.orders l LEFT JOIN orders o USING (id);
SELECT *, CASE WHEN bad = 0 AND examined = expected THEN 'pass' ELSE 'fail' END AS verdict FROM datamove_check;
CREATE TEMP TABLE datamove_verdict (ok CONSTRAINT \"datamove DM0704: source and target differ\" CHECK (ok));
INSERT INTO datamove_verdict SELECT NOT EXISTS (SELECT 1 FROM datamove_check WHERE bad <> 0 OR examined <> expected);
";

const ROLLBACK: &str = "\
.bail on
PRAGMA foreign_keys = ON;
CREATE TEMP TABLE datamove_guard (ok CONSTRAINT \"datamove DM0702: another bundle prepared the target\" CHECK (ok));
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS datamove_shop_run (plan TEXT, fingerprint TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS datamove_shop_step (step TEXT);
CREATE TABLE IF NOT EXISTS datamove_shop_undo_customer (undo_op TEXT, id INTEGER);
INSERT INTO datamove_guard SELECT fingerprint = '{FINGERPRINT}' FROM datamove_shop_run;
DELETE FROM orders WHERE EXISTS (SELECT 1 FROM datamove_shop_run);
UPDATE customer SET friend_id = NULL WHERE id IN (SELECT id FROM datamove_shop_undo_customer);
DELETE FROM customer WHERE id IN (SELECT id FROM datamove_shop_undo_customer WHERE undo_op = 'insert');
DROP TABLE datamove_shop_undo_customer;
DROP TABLE datamove_shop_step;
DROP TABLE datamove_shop_run;
COMMIT;
";
