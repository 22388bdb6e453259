-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/10_prepare.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
DROP TABLE IF EXISTS temp."datamove_guard_plan";
CREATE TEMP TABLE "datamove_guard_plan" ("ok" CONSTRAINT "datamove DM0702: this target was prepared by another version of the plan" CHECK ("ok"));

BEGIN IMMEDIATE;

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

INSERT INTO main."datamove_shop_v2_run" ("plan", "fingerprint", "state")
SELECT 'shop_v2', 'dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_run");

INSERT INTO temp."datamove_guard_plan" ("ok")
SELECT "fingerprint" = 'dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3' FROM main."datamove_shop_v2_run";

INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'country', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:fe69ff41b1bf11ffa0d2c72f2b9c358d78bd1cf686e2fafe015939a47ff560ae' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'product', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:8a77a6d322565be336d556d240c9882e35006290c3f4125edc5ba333a0567c38' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'customer', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:aae6fee13a48f2e08ba941efbadebcfd8704ab79aff73567917367ae6be6fdbd' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'order', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:70909d0473f1063b5d1b9002e018632cc8a1e3e5660a0326737f40ccdd2f1ca3' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'order_line', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:b882b622b2a67c5fe7fc9ac73682008c77972e6b774d45ad521308cc67f1a4c7' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO main."datamove_shop_v2_step" ("step", "ordinal", "hash") SELECT 'customer/second_pass', (SELECT count(*) + 1 FROM main."datamove_shop_v2_step"), 'dms1:aae6fee13a48f2e08ba941efbadebcfd8704ab79aff73567917367ae6be6fdbd' WHERE true ON CONFLICT ("step") DO NOTHING;

-- The sequence as it is before the load.
INSERT INTO main."datamove_shop_v2_sequence" ("name", "last_value", "is_called")
SELECT 'product.id', (SELECT "seq" FROM main.sqlite_sequence WHERE "name" = 'product'),
       EXISTS (SELECT 1 FROM main.sqlite_sequence WHERE "name" = 'product')
WHERE true ON CONFLICT ("name") DO NOTHING;

-- moves.plan:4-8  country
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0706: the table country must be empty before the load" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT NOT (EXISTS (SELECT 1 FROM "main"."country" WHERE 1 = 1))
WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "step" IN ('country') AND "state" <> 'pending');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:32-36  product
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0706: the table product must be empty before the load" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT NOT (EXISTS (SELECT 1 FROM "main"."product" WHERE 1 = 1))
WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "step" IN ('product') AND "state" <> 'pending');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:11-30  customer
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0706: the table customer must be empty before the load" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT NOT (EXISTS (SELECT 1 FROM "main"."customer" WHERE 1 = 1))
WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer') AND "state" <> 'pending');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:38-44  order
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0706: the table order must be empty before the load" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT NOT (EXISTS (SELECT 1 FROM "main"."order" WHERE 1 = 1))
WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "step" IN ('order') AND "state" <> 'pending');
DROP TABLE temp."datamove_guard_table";

-- moves.plan:46-54  order_line
DROP TABLE IF EXISTS temp."datamove_guard_table";
CREATE TEMP TABLE "datamove_guard_table" ("ok" CONSTRAINT "datamove DM0706: the table order_line must be empty before the load" CHECK ("ok"));
INSERT INTO temp."datamove_guard_table" ("ok")
SELECT NOT (EXISTS (SELECT 1 FROM "main"."order_line" WHERE 1 = 1))
WHERE NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "step" IN ('order_line') AND "state" <> 'pending');
DROP TABLE temp."datamove_guard_table";

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" ORDER BY "ordinal";
