-- datamove plan shop_v2, dm1:ef9e63e59c52061f8b8fb0860f621e0af158b82bba6b02dc196fb40db3c67f7e
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
SET lock_timeout = '10s';

BEGIN;

-- One run of such a script at a time.
DO $datamove$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
END
$datamove$;

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE SCHEMA IF NOT EXISTS "datamove_shop_v2";
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" text NOT NULL, "fingerprint" text NOT NULL, "state" text NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" text PRIMARY KEY, "ordinal" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" text PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" uuid NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1"));

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" <> 'dm1:ef9e63e59c52061f8b8fb0860f621e0af158b82bba6b02dc196fb40db3c67f7e') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

-- A backfill that is under way is waited for.
LOCK TABLE "datamove_shop_v2"."step" IN ACCESS EXCLUSIVE MODE;
SET CONSTRAINTS ALL DEFERRED;

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

-- moves.plan:46-54  order_line
LOCK TABLE "shop"."order_line" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."order_line") <> (SELECT sum("rows_written") FROM "datamove_shop_v2"."step" WHERE "step" IN ('order_line')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: order_line has rows that the load did not write';
  END IF;
END
$datamove$;

-- moves.plan:38-44  order
LOCK TABLE "shop"."order" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."order") <> (SELECT sum("rows_written") FROM "datamove_shop_v2"."step" WHERE "step" IN ('order')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: order has rows that the load did not write';
  END IF;
END
$datamove$;

-- moves.plan:11-30  customer
LOCK TABLE "shop"."customer" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."customer") <> (SELECT sum("rows_written") FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: customer has rows that the load did not write';
  END IF;
END
$datamove$;
UPDATE "shop"."customer" SET "referred_by" = NULL WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

-- moves.plan:32-36  product
LOCK TABLE "shop"."product" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."product") <> (SELECT sum("rows_written") FROM "datamove_shop_v2"."step" WHERE "step" IN ('product')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: product has rows that the load did not write';
  END IF;
END
$datamove$;

-- moves.plan:4-8  country
LOCK TABLE "shop"."country" IN SHARE ROW EXCLUSIVE MODE;
DO $datamove$
BEGIN
  IF (SELECT count(*) FROM "shop"."country") <> (SELECT sum("rows_written") FROM "datamove_shop_v2"."step" WHERE "step" IN ('country')) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0705: country has rows that the load did not write';
  END IF;
END
$datamove$;

-- Nothing refers in a ring any more: children go before their parents.

-- moves.plan:46-54  order_line
DELETE FROM "shop"."order_line" WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

-- moves.plan:38-44  order
DELETE FROM "shop"."order" WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

-- moves.plan:11-30  customer
DELETE FROM "shop"."customer" WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

-- moves.plan:32-36  product
DELETE FROM "shop"."product" WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

-- moves.plan:4-8  country
DELETE FROM "shop"."country" WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

DO $datamove$
BEGIN
  PERFORM setval(CAST('"shop"."product_id_seq"' AS regclass), "last_value", "is_called")
  FROM "datamove_shop_v2"."sequence" WHERE "name" = 'product.id';
END
$datamove$;

DO $datamove$
BEGIN
  PERFORM setval(CAST('"shop"."order_id_seq"' AS regclass), "last_value", "is_called")
  FROM "datamove_shop_v2"."sequence" WHERE "name" = 'order.id';
END
$datamove$;

DROP TABLE "datamove_shop_v2"."map_customer";
DROP TABLE "datamove_shop_v2"."map_product";
DROP TABLE "datamove_shop_v2"."sequence";
DROP TABLE "datamove_shop_v2"."step";
DROP TABLE "datamove_shop_v2"."run";
DROP FUNCTION IF EXISTS "datamove_shop_v2".fail(text);
DROP FUNCTION IF EXISTS "datamove_shop_v2".uuid5(uuid, text);
DROP SCHEMA "datamove_shop_v2";

COMMIT;
