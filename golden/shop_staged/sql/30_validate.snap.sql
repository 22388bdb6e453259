-- datamove plan shop_v2, dm1:bdea307d07c93def4d08383694b725ba7259bb4e2e9bb86ffda8328e12e1c12e
-- Compares source and target through the mapping. Writes nothing, and fails if a check fails.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/30_validate.sql
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

DO $datamove$
BEGIN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:bdea307d07c93def4d08383694b725ba7259bb4e2e9bb86ffda8328e12e1c12e' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

DROP TABLE IF EXISTS pg_temp."datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'country')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM "datamove_shop_v2"."step" WHERE "step" = 'country'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_countries" AS "k"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'country') AS "expected")
SELECT 'country/rows', 'rows', 'rows of country: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."code") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."code") IS NOT NULL AND (cast("datamove_old"."name" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."name" as text)) THEN 1 END) AS "bad_2"
FROM (SELECT "k"."iso2" AS "code",
       btrim("k"."name") AS "name"
FROM "datamove_shop_v2"."stage_countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."country" AS "datamove_old" ON "datamove_old"."code" = "datamove_row"."code"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_countries" AS "k"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'country/missing', 'missing', 'rows of country that are not in country', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'country/name/values', 'values', 'values of country.name that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM "datamove_shop_v2"."step" WHERE "step" = 'product'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_products" AS "p"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'product') AS "expected")
SELECT 'product/rows', 'rows', 'rows of product: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."sku" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."sku" as text)) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."title" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."title" as text)) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."price" IS DISTINCT FROM "datamove_row"."price") THEN 1 END) AS "bad_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "datamove_shop_v2"."stage_products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/missing', 'missing', 'rows of product that are not in product', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'product/sku/values', 'values', 'values of product.sku that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'product/title/values', 'values', 'values of product.title that are not as mapped', "examined", "expected", "bad_3"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'product/price/values', 'values', 'values of product.price that are not as mapped', "examined", "expected", "bad_4"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'customer')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM "datamove_shop_v2"."step" WHERE "step" = 'customer'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_customers" AS "c"
JOIN "datamove_shop_v2"."stage_countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'customer') AS "expected")
SELECT 'customer/rows', 'rows', 'rows of customer: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."legacy_id" IS DISTINCT FROM "datamove_row"."legacy_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."full_name" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."full_name" as text)) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."email" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."email" as text)) THEN 1 END) AS "bad_4",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."status" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."status" as text)) THEN 1 END) AS "bad_5",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."country_code" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."country_code" as text)) THEN 1 END) AS "bad_6",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."balance" IS DISTINCT FROM "datamove_row"."balance") THEN 1 END) AS "bad_7",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."created_at" IS DISTINCT FROM "datamove_row"."created_at") THEN 1 END) AS "bad_8",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."note" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."note" as text)) THEN 1 END) AS "bad_9",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."referred_by" IS DISTINCT FROM "datamove_row"."referred_by") THEN 1 END) AS "bad_10"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       btrim(("c"."first_name" || ' ') || "c"."last_name") AS "full_name",
       lower("c"."email") AS "email",
       CASE "c"."status_code" WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status",
       "k"."iso2" AS "country_code",
       cast(round((cast("c"."balance_cents" as numeric) * 0.01), 2) as numeric(12, 2)) AS "balance",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM "datamove_shop_v2"."stage_customers" AS "c"
JOIN "datamove_shop_v2"."stage_countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "shop"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_customers" AS "c"
JOIN "datamove_shop_v2"."stage_countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
SELECT 'customer/missing', 'missing', 'rows of customer that are not in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/legacy_id/values', 'values', 'values of customer.legacy_id that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/full_name/values', 'values', 'values of customer.full_name that are not as mapped', "examined", "expected", "bad_3"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/email/values', 'values', 'values of customer.email that are not as mapped', "examined", "expected", "bad_4"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/status/values', 'values', 'values of customer.status that are not as mapped', "examined", "expected", "bad_5"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/country_code/values', 'values', 'values of customer.country_code that are not as mapped', "examined", "expected", "bad_6"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/balance/values', 'values', 'values of customer.balance that are not as mapped', "examined", "expected", "bad_7"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/created_at/values', 'values', 'values of customer.created_at that are not as mapped', "examined", "expected", "bad_8"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/note/values', 'values', 'values of customer.note that are not as mapped', "examined", "expected", "bad_9"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/referred_by/values', 'values', 'values of customer.referred_by that are not as mapped', "examined", "expected", "bad_10"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM "datamove_shop_v2"."step" WHERE "step" = 'order'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_orders" AS "o"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order') AS "expected")
SELECT 'order/rows', 'rows', 'rows of order: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."customer_id" IS DISTINCT FROM "datamove_row"."customer_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."placed_at" IS DISTINCT FROM "datamove_row"."placed_at") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."note" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."note" as text)) THEN 1 END) AS "bad_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "datamove_shop_v2"."stage_orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/missing', 'missing', 'rows of order that are not in order', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order/customer_id/values', 'values', 'values of order.customer_id that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order/placed_at/values', 'values', 'values of order.placed_at that are not as mapped', "examined", "expected", "bad_3"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order/note/values', 'values', 'values of order.note that are not as mapped', "examined", "expected", "bad_4"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line') AS "expected")
SELECT 'order_line/rows', 'rows', 'rows of order_line: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."product_id" IS DISTINCT FROM "datamove_row"."product_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."quantity" IS DISTINCT FROM "datamove_row"."quantity") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."unit_price" IS DISTINCT FROM "datamove_row"."unit_price") THEN 1 END) AS "bad_4"
FROM (SELECT "l"."order_id" AS "order_id",
       cast("l"."line_no" as integer) AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       cast("l"."quantity" as integer) AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "datamove_shop_v2"."stage_order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."stage_order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/missing', 'missing', 'rows of order_line that are not in order_line', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order_line/product_id/values', 'values', 'values of order_line.product_id that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order_line/quantity/values', 'values', 'values of order_line.quantity that are not as mapped', "examined", "expected", "bad_3"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order_line/unit_price/values', 'values', 'values of order_line.unit_price that are not as mapped', "examined", "expected", "bad_4"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('country/missing'))) AS "bad_1"
FROM "shop"."country" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('country')) AS "expected")
SELECT 'country/extra', 'extra', 'rows of country that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('product/missing'))) AS "bad_1"
FROM "shop"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('product')) AS "expected")
SELECT 'product/extra', 'extra', 'rows of product that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN max("id") > coalesce(pg_sequence_last_value(cast('"shop"."product_id_seq"' as regclass)), 0) THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."product" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/id/sequence', 'sequence', 'the sequence of product.id is behind its keys', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('customer/missing'))) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer')) AS "expected")
SELECT 'customer/extra', 'extra', 'rows of customer that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/fk/1/orphans', 'orphans', 'rows of customer without parent in country', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/fk/2/orphans', 'orphans', 'rows of customer without parent in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order/missing'))) AS "bad_1"
FROM "shop"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('order')) AS "expected")
SELECT 'order/extra', 'extra', 'rows of order that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/fk/1/orphans', 'orphans', 'rows of order without parent in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN max("id") > coalesce(pg_sequence_last_value(cast('"shop"."order_id_seq"' as regclass)), 0) THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/id/sequence', 'sequence', 'the sequence of order.id is behind its keys', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing'))) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('order_line')) AS "expected")
SELECT 'order_line/extra', 'extra', 'rows of order_line that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/fk/1/orphans', 'orphans', 'rows of order_line without parent in order', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/fk/2/orphans', 'orphans', 'rows of order_line without parent in product', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:56  every customer can be traced
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN "c"."legacy_id" IS NULL THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "c"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'invariant/every customer can be traced', 'invariant', 'every customer can be traced', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:58-62  no cent of an order is lost
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN "lefts" <> "rights" OR ("left_value" IS DISTINCT FROM "right_value" AND ("left_value" IS NULL OR "right_value" IS NULL OR abs("left_value" - "right_value") > 0)) THEN 1 END) AS "bad_1"
FROM (SELECT count(CASE WHEN "side" = 0 THEN 1 END) AS "lefts", count(CASE WHEN "side" = 1 THEN 1 END) AS "rights",
max(CASE WHEN "side" = 0 THEN "value" END) AS "left_value", max(CASE WHEN "side" = 1 THEN "value" END) AS "right_value"
FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       sum("l"."quantity" * "l"."unit_price_cents") AS "value"
FROM "datamove_shop_v2"."stage_order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       sum((cast("l"."quantity" as numeric) * "l"."unit_price") * cast(100 as numeric)) AS "value"
FROM "shop"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both"
GROUP BY "g_1") AS "datamove_group"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT DISTINCT "g_1" FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       sum("l"."quantity" * "l"."unit_price_cents") AS "value"
FROM "datamove_shop_v2"."stage_order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       sum((cast("l"."quantity" as numeric) * "l"."unit_price") * cast(100 as numeric)) AS "value"
FROM "shop"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both") AS "datamove_rows") AS "expected")
SELECT 'invariant/no cent of an order is lost', 'invariant', 'no cent of an order is lost', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_temp."datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0704: the moved rows are not what the plan says';
  END IF;
END
$datamove$;
