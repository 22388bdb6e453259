-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Counts the rows that arrived, gives them their keys and indexes, and refuses what the plan does not expect.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/17_staged.sql
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
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
END
$datamove$;

DO $datamove$
BEGIN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

-- countries
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/countries' AND "state" = 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: the rows of countries have not all been staged';
  END IF;
  IF (SELECT count(*) FROM "datamove_shop_v2"."stage_countries") <> (SELECT "rows_written" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/countries') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0749: the staged rows of countries are not those that arrived';
  END IF;
END
$datamove$;
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_1_1" ON "datamove_shop_v2"."stage_countries" ("id");
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_1_2" ON "datamove_shop_v2"."stage_countries" ("iso2");

-- customers
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/customers' AND "state" = 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: the rows of customers have not all been staged';
  END IF;
  IF (SELECT count(*) FROM "datamove_shop_v2"."stage_customers") <> (SELECT "rows_written" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/customers') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0749: the staged rows of customers are not those that arrived';
  END IF;
END
$datamove$;
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_2_1" ON "datamove_shop_v2"."stage_customers" ("id");
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_2_2" ON "datamove_shop_v2"."stage_customers" ("email");

-- order_lines
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/order_lines' AND "state" = 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: the rows of order_lines have not all been staged';
  END IF;
  IF (SELECT count(*) FROM "datamove_shop_v2"."stage_order_lines") <> (SELECT "rows_written" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/order_lines') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0749: the staged rows of order_lines are not those that arrived';
  END IF;
END
$datamove$;
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_3_1" ON "datamove_shop_v2"."stage_order_lines" ("order_id", "line_no");

-- orders
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/orders' AND "state" = 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: the rows of orders have not all been staged';
  END IF;
  IF (SELECT count(*) FROM "datamove_shop_v2"."stage_orders") <> (SELECT "rows_written" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/orders') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0749: the staged rows of orders are not those that arrived';
  END IF;
END
$datamove$;
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_4_1" ON "datamove_shop_v2"."stage_orders" ("id");
CREATE INDEX IF NOT EXISTS "stage_index_4_1" ON "datamove_shop_v2"."stage_orders" ("customer_id");

-- products
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/products' AND "state" = 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: the rows of products have not all been staged';
  END IF;
  IF (SELECT count(*) FROM "datamove_shop_v2"."stage_products") <> (SELECT "rows_written" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/products') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0749: the staged rows of products are not those that arrived';
  END IF;
END
$datamove$;
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_5_1" ON "datamove_shop_v2"."stage_products" ("id");
CREATE UNIQUE INDEX IF NOT EXISTS "stage_key_5_2" ON "datamove_shop_v2"."stage_products" ("sku");

COMMIT;

ANALYZE "datamove_shop_v2"."stage_countries";
ANALYZE "datamove_shop_v2"."stage_customers";
ANALYZE "datamove_shop_v2"."stage_order_lines";
ANALYZE "datamove_shop_v2"."stage_orders";
ANALYZE "datamove_shop_v2"."stage_products";

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";
