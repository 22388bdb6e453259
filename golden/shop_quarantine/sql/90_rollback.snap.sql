-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Brings the target back to what it was before the load, in one transaction. Harmless where nothing was loaded.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/90_rollback.sql
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET search_path = pg_catalog;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET extra_float_digits = 1;
SET bytea_output = 'hex';
SET client_min_messages = warning;
-- A policy that would hide rows is an error, not fewer rows.
SET row_security = off;
SET lock_timeout = '10s';

BEGIN;

-- One run of such a script at a time.
DO $datamove$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_orders', 7305805));
END
$datamove$;

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE SCHEMA IF NOT EXISTS "datamove_shop_orders";
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."run" ("plan" text NOT NULL, "fingerprint" text NOT NULL, "state" text NOT NULL, "format" integer NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."step" ("step" text PRIMARY KEY, "ordinal" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, "hash" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."part" ("step" text NOT NULL, "part" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "upper_1" text, "upper_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("step", "part"));
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."sequence" ("name" text PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."evidence" ("number" bigint NOT NULL PRIMARY KEY, "kind" text NOT NULL, "script" text NOT NULL, "fingerprint" text NOT NULL, "at" text NOT NULL, "second" bigint NOT NULL, "good_for" bigint NOT NULL, "source" text NOT NULL, "source_position" text NOT NULL, "target" text NOT NULL, "target_position" text NOT NULL, "relied_on" text NOT NULL, "coverage" text NOT NULL, "checks" bigint NOT NULL, "failed" bigint NOT NULL, "examined" bigint NOT NULL, "expected" bigint NOT NULL, "bad" bigint NOT NULL, "verdict" text NOT NULL, "voided" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."evidence_check" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "kind" text NOT NULL, "subject" text NOT NULL, "examined" bigint, "expected" bigint, "bad" bigint, "verdict" text NOT NULL, PRIMARY KEY ("number", "ordinal"));
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."difference" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "key" text, "column" text, "source" text, "target" text, "class" text, PRIMARY KEY ("number", "ordinal"));
-- Rows that the target refused, by their keys in the source.
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."rejected" ("number" bigint NOT NULL PRIMARY KEY, "step" text NOT NULL, "key_1" text, "key_2" text, "code" text, "constraint" text, "column" text, "attempt" bigint NOT NULL DEFAULT 1, "again" bigint NOT NULL DEFAULT 0);

CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."control" ("number" bigint NOT NULL PRIMARY KEY, "paused" bigint NOT NULL DEFAULT 0, "rows_per_second" bigint, "waits" text);
INSERT INTO "datamove_shop_orders"."control" ("number") SELECT "datamove_one"."number" FROM (SELECT 1 AS "number") AS "datamove_one" WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_orders"."control");
CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."attempt" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "step" text NOT NULL, "began" text NOT NULL, "ended" text, "outcome" text, "source" text, "source_position" text, "target" text, "target_position" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS "datamove_shop_orders"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1"));

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_orders"."run" WHERE "fingerprint" <> 'dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

-- A backfill that is under way is waited for.
LOCK TABLE "datamove_shop_orders"."part" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "datamove_shop_orders"."step" IN ACCESS EXCLUSIVE MODE;
SET CONSTRAINTS ALL DEFERRED;

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_orders"."step" ORDER BY "ordinal";

-- shop_quarantine.plan:19-28  order_line
LOCK TABLE "shop"."order_line" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."order_line") <> (SELECT sum("rows_written") FROM "datamove_shop_orders"."step" WHERE "step" IN ('order_line')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: order_line has rows that the load did not write';
  END IF;
END
$datamove$;

-- shop_quarantine.plan:11-17  product
LOCK TABLE "shop"."product" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."product") <> (SELECT sum("rows_written") FROM "datamove_shop_orders"."step" WHERE "step" IN ('product')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: product has rows that the load did not write';
  END IF;
END
$datamove$;

-- Nothing refers in a ring any more: children go before their parents.

-- shop_quarantine.plan:19-28  order_line
DELETE FROM "shop"."order_line" WHERE EXISTS (SELECT 1 FROM "datamove_shop_orders"."run");

-- shop_quarantine.plan:11-17  product
DELETE FROM "shop"."product" WHERE EXISTS (SELECT 1 FROM "datamove_shop_orders"."run");

DO $datamove$
BEGIN
  PERFORM setval(CAST('"shop"."product_id_seq"' AS regclass), "last_value", "is_called")
  FROM "datamove_shop_orders"."sequence" WHERE "name" = 'product.id';
END
$datamove$;

DROP TABLE "datamove_shop_orders"."map_product";
DROP TABLE IF EXISTS "datamove_shop_orders"."before_order_line";
DROP TABLE IF EXISTS "datamove_shop_orders"."before_product";
DROP TABLE "datamove_shop_orders"."rejected";
DROP TABLE "datamove_shop_orders"."attempt";
DROP TABLE "datamove_shop_orders"."control";
DROP TABLE "datamove_shop_orders"."difference";
DROP TABLE "datamove_shop_orders"."evidence_check";
DROP TABLE "datamove_shop_orders"."evidence";
DROP TABLE "datamove_shop_orders"."sequence";
DROP TABLE "datamove_shop_orders"."part";
DROP TABLE "datamove_shop_orders"."step";
DROP TABLE "datamove_shop_orders"."run";
DROP FUNCTION IF EXISTS "datamove_shop_orders".fail(text);
DROP FUNCTION IF EXISTS "datamove_shop_orders".uuid5(uuid, text);
DROP SCHEMA "datamove_shop_orders";

COMMIT;
