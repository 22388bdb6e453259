-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Copies customers.copy into the ledger; for stock clients. Datamove itself streams the rows instead.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/15_stage/customers.sql
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

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('country', 'product', 'customer', 'order', 'order_line') AND "state" <> 'pending') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0748: rows are being moved out of the staged tables already';
  END IF;
END
$datamove$;

TRUNCATE "datamove_shop_v2"."stage_customers";

\copy "datamove_shop_v2"."stage_customers" ("id", "first_name", "last_name", "email", "country_id", "status_code", "balance_cents", "is_test", "referred_by", "created_at", "note") FROM 'customers.copy'

UPDATE "datamove_shop_v2"."step" SET "state" = 'done', "rows_read" = "arrived", "rows_written" = "arrived", "batches" = 1
FROM (SELECT count(*) AS "arrived" FROM "datamove_shop_v2"."stage_customers") AS "datamove_rows" WHERE "step" = 'stage/customers';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" WHERE "step" = 'stage/customers';
