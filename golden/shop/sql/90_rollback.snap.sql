-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Brings the target back to what it was before the load, in one transaction. Harmless where nothing was loaded.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/90_rollback.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
DROP TABLE IF EXISTS temp."datamove_guard_plan";
CREATE TEMP TABLE "datamove_guard_plan" ("ok" CONSTRAINT "datamove DM0702: this target was prepared by another version of the plan" CHECK ("ok"));

BEGIN IMMEDIATE;
PRAGMA defer_foreign_keys = ON;

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_run" ("plan" TEXT NOT NULL, "fingerprint" TEXT NOT NULL, "state" TEXT NOT NULL, "format" INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_step" ("step" TEXT PRIMARY KEY, "ordinal" INTEGER NOT NULL, "state" TEXT NOT NULL DEFAULT 'pending', "checkpoint_1", "checkpoint_2", "rows_read" INTEGER NOT NULL DEFAULT 0, "rows_written" INTEGER NOT NULL DEFAULT 0, "rows_skipped" INTEGER NOT NULL DEFAULT 0, "batches" INTEGER NOT NULL DEFAULT 0, "rows_rejected" INTEGER NOT NULL DEFAULT 0, "hash" TEXT);
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_sequence" ("name" TEXT PRIMARY KEY, "last_value" INTEGER, "is_called" INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_evidence" ("number" bigint NOT NULL PRIMARY KEY, "kind" text NOT NULL, "script" text NOT NULL, "fingerprint" text NOT NULL, "at" text NOT NULL, "second" bigint NOT NULL, "good_for" bigint NOT NULL, "source" text NOT NULL, "source_position" text NOT NULL, "target" text NOT NULL, "target_position" text NOT NULL, "relied_on" text NOT NULL, "coverage" text NOT NULL, "checks" bigint NOT NULL, "failed" bigint NOT NULL, "examined" bigint NOT NULL, "expected" bigint NOT NULL, "bad" bigint NOT NULL, "verdict" text NOT NULL, "voided" text);
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_evidence_check" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "kind" text NOT NULL, "subject" text NOT NULL, "examined" bigint, "expected" bigint, "bad" bigint, "verdict" text NOT NULL, PRIMARY KEY ("number", "ordinal"));
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_difference" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "key" text, "column" text, "source" text, "target" text, "class" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_control" ("number" bigint NOT NULL PRIMARY KEY, "paused" bigint NOT NULL DEFAULT 0, "rows_per_second" bigint, "waits" text);
INSERT INTO main."datamove_shop_v2_control" ("number") SELECT "datamove_one"."number" FROM (SELECT 1 AS "number") AS "datamove_one" WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_control");
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_attempt" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "step" text NOT NULL, "began" text NOT NULL, "ended" text, "outcome" text, "source" text, "source_position" text, "target" text, "target_position" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_map_customer" ("old_1" INTEGER, "new" TEXT NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS main."datamove_shop_v2_map_product" ("old_1" INTEGER, "new" INTEGER NOT NULL UNIQUE, PRIMARY KEY ("old_1"));

INSERT INTO temp."datamove_guard_plan" ("ok")
SELECT "fingerprint" = 'dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3' FROM main."datamove_shop_v2_run";

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" ORDER BY "ordinal";

-- moves.plan:46-54  order_line
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0705: order_line has rows that the load did not write" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT (SELECT count(*) FROM "main"."order_line") = sum("rows_written") FROM main."datamove_shop_v2_step" WHERE "step" IN ('order_line');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:38-44  order
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0705: order has rows that the load did not write" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT (SELECT count(*) FROM "main"."order") = sum("rows_written") FROM main."datamove_shop_v2_step" WHERE "step" IN ('order');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:11-30  customer
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0705: customer has rows that the load did not write" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT (SELECT count(*) FROM "main"."customer") = sum("rows_written") FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer');
DROP TABLE temp."datamove_guard_table";
UPDATE "main"."customer" SET "referred_by" = NULL WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

-- moves.plan:32-36  product
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0705: product has rows that the load did not write" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT (SELECT count(*) FROM "main"."product") = sum("rows_written") FROM main."datamove_shop_v2_step" WHERE "step" IN ('product');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:4-8  country
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0705: country has rows that the load did not write" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT (SELECT count(*) FROM "main"."country") = sum("rows_written") FROM main."datamove_shop_v2_step" WHERE "step" IN ('country');
DROP TABLE temp."datamove_guard_table";

-- Nothing refers in a ring any more: children go before their parents.

-- moves.plan:46-54  order_line
DELETE FROM "main"."order_line" WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

-- moves.plan:38-44  order
DELETE FROM "main"."order" WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

-- moves.plan:11-30  customer
DELETE FROM "main"."customer" WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

-- moves.plan:32-36  product
DELETE FROM "main"."product" WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

-- moves.plan:4-8  country
DELETE FROM "main"."country" WHERE EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

UPDATE main.sqlite_sequence SET "seq" = (SELECT "last_value" FROM main."datamove_shop_v2_sequence" WHERE "name" = 'product.id')
WHERE "name" = 'product' AND EXISTS (SELECT 1 FROM main."datamove_shop_v2_sequence" WHERE "name" = 'product.id' AND "is_called");
DELETE FROM main.sqlite_sequence
WHERE "name" = 'product' AND EXISTS (SELECT 1 FROM main."datamove_shop_v2_sequence" WHERE "name" = 'product.id' AND NOT "is_called");

DROP TABLE main."datamove_shop_v2_map_customer";
DROP TABLE main."datamove_shop_v2_map_product";
DROP TABLE IF EXISTS main."datamove_shop_v2_before_order_line";
DROP TABLE IF EXISTS main."datamove_shop_v2_before_order";
DROP TABLE IF EXISTS main."datamove_shop_v2_before_customer";
DROP TABLE IF EXISTS main."datamove_shop_v2_before_product";
DROP TABLE IF EXISTS main."datamove_shop_v2_before_country";
DROP TABLE main."datamove_shop_v2_attempt";
DROP TABLE main."datamove_shop_v2_control";
DROP TABLE main."datamove_shop_v2_difference";
DROP TABLE main."datamove_shop_v2_evidence_check";
DROP TABLE main."datamove_shop_v2_evidence";
DROP TABLE main."datamove_shop_v2_sequence";
DROP TABLE main."datamove_shop_v2_step";
DROP TABLE main."datamove_shop_v2_run";

COMMIT;
