-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Moves the rows of order_line that were set aside, in one transaction.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/28_redrive/020_order_line.sql
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

DO $datamove$
DECLARE
  datamove_state text;
  datamove_read bigint;
  datamove_written bigint;
  datamove_unseen bigint;
  datamove_all_new boolean := true;
  datamove_rejected bigint := 0;
  datamove_next bigint;
BEGIN
  IF to_regclass('"datamove_shop_orders"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_orders"."run") IS DISTINCT FROM 'dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  IF (SELECT "state" FROM "datamove_shop_orders"."run") <> 'loaded' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0760: the load is not done: rows that were set aside come after it';
  END IF;

-- shop_quarantine.plan:19-28  order_line
-- One run of this script at a time.
SELECT "state" INTO datamove_state FROM "datamove_shop_orders"."step" WHERE "step" = 'order_line' FOR UPDATE;
UPDATE "datamove_shop_orders"."rejected" SET "again" = 1 WHERE "step" = 'order_line'
  AND "number" >= coalesce(nullif(current_setting('datamove.redrive_from', true), '')::bigint, 0)
  AND "number" <= coalesce(nullif(current_setting('datamove.redrive_to', true), '')::bigint, 9223372036854775807);
IF nullif(current_setting('datamove.aside', true), '') IS NOT NULL THEN
  -- They were refused again: only why is noted.
  UPDATE "datamove_shop_orders"."rejected" SET "again" = 0, "attempt" = "attempt" + 1, "code" = nullif(current_setting('datamove.aside_code', true), ''), "constraint" = nullif(current_setting('datamove.aside_constraint', true), ''), "column" = nullif(current_setting('datamove.aside_column', true), '')
  WHERE "step" = 'order_line' AND "again" = 1;
ELSE
INSERT INTO "shop"."order_line" AS "datamove_old" ("order_id", "line_no", "product_id", "quantity", "unit_price")
SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id"), cast("datamove_shop_orders"."fail"('datamove DM0709: a reference finds no row in map_product') as bigint)) AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE ("l"."order_id", "l"."line_no") IN (SELECT CAST("key_1" AS bigint),
       CAST("key_2" AS integer)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'order_line' AND "again" = 1);
GET DIAGNOSTICS datamove_written = ROW_COUNT;
datamove_read := datamove_written;

-- What was moved in, and what is in the scope no more, is set aside no longer. What was proven before has to be looked at again.
UPDATE "datamove_shop_orders"."evidence" SET "voided" = 'rows that had been set aside were moved in'
WHERE "voided" IS NULL AND EXISTS (SELECT 1 FROM "datamove_shop_orders"."rejected" WHERE "step" = 'order_line' AND "again" = 1);
DELETE FROM "datamove_shop_orders"."rejected" WHERE "step" = 'order_line' AND "again" = 1;
GET DIAGNOSTICS datamove_rejected = ROW_COUNT;
UPDATE "datamove_shop_orders"."step" SET
  "rows_read" = "rows_read" + datamove_read - datamove_rejected,
  "rows_written" = "rows_written" + datamove_written,
  "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
  "rows_rejected" = "rows_rejected" - datamove_rejected
WHERE "step" = 'order_line';
END IF;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_orders"."step" WHERE "step" IN ('order_line') ORDER BY "ordinal";
