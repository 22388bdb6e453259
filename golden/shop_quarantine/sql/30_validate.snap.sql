-- datamove plan shop_orders, dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d
-- Compares source and target through the mapping. Writes nothing, and fails if a check fails.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
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
  IF to_regclass('"datamove_shop_orders"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_orders"."run") IS DISTINCT FROM 'dm1:fabc57c8025b51295fb1a10c11377f1dbf5f4cbe516e461efd0ee4c1b47f5e6d' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

DROP TABLE IF EXISTS pg_temp."datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);
DROP TABLE IF EXISTS pg_temp."datamove_difference";
CREATE TEMPORARY TABLE "datamove_difference" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "key" text, "column" text, "source" text, "target" text);

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_orders"."step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_orders"."step" WHERE "step" = 'product'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_orders"."step" WHERE "step" = 'product') AS "expected")
SELECT 'product/rows', 'rows', 'rows of product: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN (SELECT count(*) FROM "datamove_shop_orders"."rejected" WHERE "step" = 'product') * 1000000 <= 5000 * (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'product/rows') THEN 0 ELSE count(*) END AS "bad_1"
FROM "datamove_shop_orders"."rejected" AS "datamove_rejected"
WHERE "step" = 'product'
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_rejected" FROM "datamove_shop_orders"."step" WHERE "step" = 'product') AS "expected")
SELECT 'product/quarantine', 'quarantine', 'rows of product that were set aside (at most 0.5 %)', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."sku" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."sku" as text)) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."title" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."title" as text)) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."price" IS DISTINCT FROM "datamove_row"."price") THEN 1 END) AS "bad_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'product') AS "datamove_key" ("key_1") WHERE "key_1" = "p"."id")) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT ((SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'product/rows') - (SELECT count(*) FROM "datamove_shop_orders"."rejected" WHERE "step" = 'product')) AS "expected")
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/missing' WHEN 2 THEN 'product/sku/values' WHEN 3 THEN 'product/title/values' WHEN 4 THEN 'product/price/values' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'sku' WHEN 3 THEN 'title' WHEN 4 THEN 'price' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN cast(cast("datamove_bad"."source_4" as numeric(10, 2)) as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN cast(cast("datamove_bad"."target_4" as numeric(10, 2)) as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."sku" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."sku" as text)) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."sku" AS "source_2",
       "datamove_old"."sku" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."title" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."title" as text)) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."title" AS "source_3",
       "datamove_old"."title" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."price" IS DISTINCT FROM "datamove_row"."price") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."price" AS "source_4",
       "datamove_old"."price" AS "target_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'product') AS "datamove_key" ("key_1") WHERE "key_1" = "p"."id")) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/missing', 'product/sku/values', 'product/title/values', 'product/price/values') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_orders"."step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_orders"."step" WHERE "step" = 'order_line'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM "datamove_shop_orders"."step" WHERE "step" = 'order_line') AS "expected")
SELECT 'order_line/rows', 'rows', 'rows of order_line: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN (SELECT count(*) FROM "datamove_shop_orders"."rejected" WHERE "step" = 'order_line') <= 100 AND (SELECT count(*) FROM "datamove_shop_orders"."rejected" WHERE "step" = 'order_line') * 1000000 <= 1000 * (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order_line/rows') THEN 0 ELSE count(*) END AS "bad_1"
FROM "datamove_shop_orders"."rejected" AS "datamove_rejected"
WHERE "step" = 'order_line'
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_rejected" FROM "datamove_shop_orders"."step" WHERE "step" = 'order_line') AS "expected")
SELECT 'order_line/quarantine', 'quarantine', 'rows of order_line that were set aside (at most 100 rows and 0.1 %)', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."product_id" IS DISTINCT FROM "datamove_row"."product_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."quantity" IS DISTINCT FROM "datamove_row"."quantity") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."unit_price" IS DISTINCT FROM "datamove_row"."unit_price") THEN 1 END) AS "bad_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint),
       CAST("key_2" AS integer)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'order_line') AS "datamove_key" ("key_1", "key_2") WHERE "key_1" = "l"."order_id" AND "key_2" = "l"."line_no")) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
), "datamove_scope" AS MATERIALIZED (SELECT ((SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order_line/rows') - (SELECT count(*) FROM "datamove_shop_orders"."rejected" WHERE "step" = 'order_line')) AS "expected")
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/missing' WHEN 2 THEN 'order_line/product_id/values' WHEN 3 THEN 'order_line/quantity/values' WHEN 4 THEN 'order_line/unit_price/values' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ',' || cast(to_json(cast("datamove_bad"."key_2" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'product_id' WHEN 3 THEN 'quantity' WHEN 4 THEN 'unit_price' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN cast(cast("datamove_bad"."source_4" as numeric(10, 2)) as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN cast(cast("datamove_bad"."target_4" as numeric(10, 2)) as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."order_id" AS "key_1",
       "datamove_row"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."product_id" IS DISTINCT FROM "datamove_row"."product_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."product_id" AS "source_2",
       "datamove_old"."product_id" AS "target_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."quantity" IS DISTINCT FROM "datamove_row"."quantity") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."quantity" AS "source_3",
       "datamove_old"."quantity" AS "target_3",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."unit_price" IS DISTINCT FROM "datamove_row"."unit_price") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."unit_price" AS "source_4",
       "datamove_old"."unit_price" AS "target_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint),
       CAST("key_2" AS integer)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'order_line') AS "datamove_key" ("key_1", "key_2") WHERE "key_1" = "l"."order_id" AND "key_2" = "l"."line_no")) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/missing', 'order_line/product_id/values', 'order_line/quantity/values', 'order_line/unit_price/values') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('product/missing'))) AS "bad_1"
FROM "shop"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_orders"."step" WHERE "step" IN ('product')) AS "expected")
SELECT 'product/extra', 'extra', 'rows of product that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/extra' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."product" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/extra') AND "bad" <> 0) AND NOT EXISTS (SELECT 1 FROM (SELECT "datamove_row"."id"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'product') AS "datamove_key" ("key_1") WHERE "key_1" = "p"."id")) AS "datamove_row"
WHERE ("datamove_row"."id") IS NOT NULL) AS "datamove_key" ("key_1") WHERE "key_1" = "datamove_old"."id")
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:11-17  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN max("id") > coalesce(pg_sequence_last_value(cast('"shop"."product_id_seq"' as regclass)), 0) THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN NOT ((price >= 0
)) THEN 1 END) AS "bad_2"
FROM "shop"."product" AS "product"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."product" AS "product"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/id/sequence', 'sequence', 'the sequence of product.id is behind its keys', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'product/price/holds', 'check', 'rows of product that its CHECK does not let in', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/price/holds' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'price' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast(cast("datamove_bad"."target_1" as numeric(10, 2)) as text) END AS "target"
FROM (SELECT * FROM (
SELECT "product"."id" AS "key_1",
       CASE WHEN NOT ((price >= 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "product"."price" AS "target_1"
FROM "shop"."product" AS "product"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/price/holds') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing'))) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_orders"."step" WHERE "step" IN ('order_line')) AS "expected")
SELECT 'order_line/extra', 'extra', 'rows of order_line that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/extra' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ',' || cast(to_json(cast("datamove_bad"."key_2" as text)) as text) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/extra') AND "bad" <> 0) AND NOT EXISTS (SELECT 1 FROM (SELECT "datamove_row"."order_id",
       "datamove_row"."line_no"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_orders"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE NOT EXISTS (SELECT 1 FROM (SELECT CAST("key_1" AS bigint),
       CAST("key_2" AS integer)
FROM "datamove_shop_orders"."rejected"
WHERE "step" = 'order_line') AS "datamove_key" ("key_1", "key_2") WHERE "key_1" = "l"."order_id" AND "key_2" = "l"."line_no")) AS "datamove_row"
WHERE ("datamove_row"."order_id") IS NOT NULL AND ("datamove_row"."line_no") IS NOT NULL) AS "datamove_key" ("key_1", "key_2") WHERE "key_1" = "datamove_old"."order_id" AND "key_2" = "datamove_old"."line_no")
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:19-28  order_line
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/1/orphans' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ',' || cast(to_json(cast("datamove_bad"."key_2" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'order_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."order_id" AS "target_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/1/orphans') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:19-28  order_line
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/2/orphans' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ',' || cast(to_json(cast("datamove_bad"."key_2" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'product_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."product_id" AS "target_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/2/orphans') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- shop_quarantine.plan:19-28  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((quantity > 0
)) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "order_line"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "order_line"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/quantity/holds', 'check', 'rows of order_line that its CHECK does not let in', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/quantity/holds' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ',' || cast(to_json(cast("datamove_bad"."key_2" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'quantity' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "order_line"."order_id" AS "key_1",
       "order_line"."line_no" AS "key_2",
       CASE WHEN NOT ((quantity > 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "order_line"."quantity" AS "target_1"
FROM "shop"."order_line" AS "order_line"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/quantity/holds') AND "bad" <> 0)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

SELECT "check_id", "key", "column", "source", "target"
FROM "datamove_difference"
ORDER BY "ordinal";

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_temp."datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0704: the moved rows are not what the plan says';
  END IF;
END
$datamove$;
