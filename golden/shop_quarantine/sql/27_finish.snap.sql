-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Advances sequences past the moved keys and gathers statistics, once every step is done.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/27_finish.sql
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

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_orders"."step" WHERE "state" <> 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: steps of the load are not done';
  END IF;
END
$datamove$;

DO $datamove$
BEGIN
  PERFORM setval(CAST('"shop"."product_id_seq"' AS regclass), "largest")
  FROM (SELECT max("id") AS "largest" FROM "shop"."product") AS "datamove_keys"
  WHERE "largest" > coalesce(pg_sequence_last_value(CAST('"shop"."product_id_seq"' AS regclass)), 0);
END
$datamove$;

UPDATE "datamove_shop_orders"."run" SET "state" = 'loaded';

COMMIT;

ANALYZE "shop"."product";
ANALYZE "shop"."order_line";

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_orders"."step" ORDER BY "ordinal";
