-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/10_prepare.sql
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

INSERT INTO "datamove_shop_orders"."run" ("plan", "fingerprint", "state")
SELECT 'shop_orders', 'dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_orders"."run");

DO $datamove$
BEGIN
  IF to_regclass('"datamove_shop_orders"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_orders"."run") IS DISTINCT FROM 'dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

CREATE OR REPLACE FUNCTION "datamove_shop_orders"."fail"(message text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $datamove$
BEGIN
  RAISE EXCEPTION '%', message;
END
$datamove$;

INSERT INTO "datamove_shop_orders"."step" ("step", "ordinal", "hash") SELECT 'product', (SELECT count(*) + 1 FROM "datamove_shop_orders"."step"), 'dms1:6d9eab381ad3b5a06319b88c3293413af11d7db9c2b349f8fcebf53ccc250707' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_orders"."step" ("step", "ordinal", "hash") SELECT 'order_line', (SELECT count(*) + 1 FROM "datamove_shop_orders"."step"), 'dms1:f4a3bc17b275e16db7baa8c745609390364a06e12c184618fc603cf221900ead' WHERE true ON CONFLICT ("step") DO NOTHING;

-- The sequence as it is before the load.
DO $datamove$
DECLARE
  datamove_last bigint;
  datamove_called boolean;
BEGIN
  IF '"shop"."product_id_seq"' IS NOT NULL THEN
    EXECUTE 'SELECT last_value, is_called FROM ' || '"shop"."product_id_seq"' INTO datamove_last, datamove_called;
    INSERT INTO "datamove_shop_orders"."sequence" ("name", "last_value", "is_called")
    VALUES ('product.id', datamove_last, datamove_called) ON CONFLICT ("name") DO NOTHING;
  END IF;
END
$datamove$;

-- shop_quarantine.plan:11-17  product
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_orders"."step" WHERE "step" IN ('product') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."product" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table product must be empty before the load';
  END IF;
END
$datamove$;

-- shop_quarantine.plan:19-28  order_line
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_orders"."step" WHERE "step" IN ('order_line') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."order_line" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table order_line must be empty before the load';
  END IF;
END
$datamove$;

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_orders"."step" ORDER BY "ordinal";
