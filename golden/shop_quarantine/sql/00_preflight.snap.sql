-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Counts the rows that break a claim of the plan. Writes nothing, and fails if a check fails.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/00_preflight.sql
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

BEGIN ISOLATION LEVEL REPEATABLE READ;

DROP TABLE IF EXISTS pg_temp."datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN round((cast("p"."price_cents" as numeric) * 0.01), 2) NOT BETWEEN (-99999999.99) AND 99999999.99 THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."products" AS "p"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/price/range', 'range', 'the number is between -99999999.99 and 99999999.99', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'product/scope', 'scope', 'the scope of the move has rows', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:11  product/price/check
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((price >= 0
)) THEN 1 END) AS "bad_1"
FROM (SELECT cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "product"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/price/check', 'check', 'the CHECK holds: price >= 0', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) NOT BETWEEN (-99999999.99) AND 99999999.99 THEN 1 END) AS "bad_2"
FROM "legacy"."order_lines" AS "l"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/scope', 'scope', 'the scope of the move has rows', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order_line/unit_price/range', 'range', 'the number is between -99999999.99 and 99999999.99', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:23  order_line/order_id/orphan
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/order_id/orphan', 'orphan', 'every `order_id` has its row in `shop.order`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:19  order_line/quantity/check
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((quantity > 0
)) THEN 1 END) AS "bad_1"
FROM (SELECT "l"."quantity" AS "quantity"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "order_line"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/quantity/check', 'check', 'the CHECK holds: quantity > 0', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_temp."datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0703: the source holds rows that the plan cannot move';
  END IF;
END
$datamove$;
