-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
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
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
END
$datamove$;

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE SCHEMA IF NOT EXISTS "datamove_shop_v2";
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" text NOT NULL, "fingerprint" text NOT NULL, "state" text NOT NULL, "format" integer NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" text PRIMARY KEY, "ordinal" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, "hash" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."part" ("step" text NOT NULL, "part" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "upper_1" text, "upper_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("step", "part"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" text PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence" ("number" bigint NOT NULL PRIMARY KEY, "kind" text NOT NULL, "script" text NOT NULL, "fingerprint" text NOT NULL, "at" text NOT NULL, "second" bigint NOT NULL, "good_for" bigint NOT NULL, "source" text NOT NULL, "source_position" text NOT NULL, "target" text NOT NULL, "target_position" text NOT NULL, "relied_on" text NOT NULL, "coverage" text NOT NULL, "checks" bigint NOT NULL, "failed" bigint NOT NULL, "examined" bigint NOT NULL, "expected" bigint NOT NULL, "bad" bigint NOT NULL, "verdict" text NOT NULL, "voided" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence_check" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "kind" text NOT NULL, "subject" text NOT NULL, "examined" bigint, "expected" bigint, "bad" bigint, "verdict" text NOT NULL, PRIMARY KEY ("number", "ordinal"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."difference" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "key" text, "column" text, "source" text, "target" text, "class" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."control" ("number" bigint NOT NULL PRIMARY KEY, "paused" bigint NOT NULL DEFAULT 0, "rows_per_second" bigint, "waits" text);
INSERT INTO "datamove_shop_v2"."control" ("number") SELECT "datamove_one"."number" FROM (SELECT 1 AS "number") AS "datamove_one" WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."control");
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."attempt" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "step" text NOT NULL, "began" text NOT NULL, "ended" text, "outcome" text, "source" text, "source_position" text, "target" text, "target_position" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."postponed" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "kind" text NOT NULL, "table" text NOT NULL, "name" text NOT NULL, "definition" text NOT NULL, "comment" text, "tablespace" text, "state" text NOT NULL DEFAULT 'away');
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" uuid NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1"));

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" <> 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

-- A backfill that is under way is waited for.
LOCK TABLE "datamove_shop_v2"."part" IN ACCESS EXCLUSIVE MODE;
LOCK TABLE "datamove_shop_v2"."step" IN ACCESS EXCLUSIVE MODE;
SET CONSTRAINTS ALL DEFERRED;

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

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

-- What is still postponed comes back as it was.
SET CONSTRAINTS ALL IMMEDIATE;
DO $datamove$
DECLARE
  datamove_one record;
  datamove_why text;
BEGIN
  LOOP
    SELECT * INTO datamove_one FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back' ORDER BY CASE "kind" WHEN 'index' THEN 1 WHEN 'foreign key' THEN CASE "state" WHEN 'away' THEN 2 ELSE 3 END ELSE 4 END, "ordinal" LIMIT 1;
    EXIT WHEN NOT FOUND;
  CASE datamove_one."kind"
    WHEN 'index' THEN
      PERFORM set_config('default_tablespace', coalesce(datamove_one."tablespace", ''), true);
      EXECUTE datamove_one."definition";
      IF datamove_one."comment" IS NOT NULL THEN
        EXECUTE format('COMMENT ON INDEX %s IS %L', datamove_one."name", datamove_one."comment");
      END IF;
    WHEN 'trigger' THEN
      EXECUTE format('ALTER TABLE ONLY %s %s', datamove_one."table", datamove_one."definition");
    ELSE
      IF datamove_one."state" = 'away' THEN
        -- Rows that come from now on are held to it. Those that are there are looked at below, under
        -- a lock that lets others write.
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', datamove_one."table", datamove_one."name", datamove_one."definition",
          CASE WHEN datamove_one."definition" LIKE '% NOT VALID' THEN '' ELSE ' NOT VALID' END);
        IF datamove_one."comment" IS NOT NULL THEN
          EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', datamove_one."name", datamove_one."table", datamove_one."comment");
        END IF;
      ELSE
        BEGIN
          EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', datamove_one."table", datamove_one."name");
        EXCEPTION WHEN foreign_key_violation THEN
          GET STACKED DIAGNOSTICS datamove_why = PG_EXCEPTION_DETAIL;
          RAISE EXCEPTION USING MESSAGE = 'datamove DM0717: a foreign key does not hold for the moved rows' || ': ' || SQLERRM || '; ' || datamove_why;
        END;
      END IF;
  END CASE;
  UPDATE "datamove_shop_v2"."postponed" SET "state" = CASE
    WHEN "kind" = 'foreign key' AND "state" = 'away' AND "definition" NOT LIKE '% NOT VALID' THEN 'unchecked' ELSE 'back' END
  WHERE "ordinal" = datamove_one."ordinal";
  END LOOP;
END
$datamove$;

DROP TABLE "datamove_shop_v2"."postponed";
DROP TABLE "datamove_shop_v2"."map_customer";
DROP TABLE "datamove_shop_v2"."map_product";
DROP TABLE IF EXISTS "datamove_shop_v2"."before_order_line";
DROP TABLE IF EXISTS "datamove_shop_v2"."before_order";
DROP TABLE IF EXISTS "datamove_shop_v2"."before_customer";
DROP TABLE IF EXISTS "datamove_shop_v2"."before_product";
DROP TABLE IF EXISTS "datamove_shop_v2"."before_country";
DROP TABLE "datamove_shop_v2"."attempt";
DROP TABLE "datamove_shop_v2"."control";
DROP TABLE "datamove_shop_v2"."difference";
DROP TABLE "datamove_shop_v2"."evidence_check";
DROP TABLE "datamove_shop_v2"."evidence";
DROP TABLE "datamove_shop_v2"."sequence";
DROP TABLE "datamove_shop_v2"."part";
DROP TABLE "datamove_shop_v2"."step";
DROP TABLE "datamove_shop_v2"."run";
DROP FUNCTION IF EXISTS "datamove_shop_v2".fail(text);
DROP FUNCTION IF EXISTS "datamove_shop_v2".uuid5(uuid, text);
DROP SCHEMA "datamove_shop_v2";

COMMIT;
