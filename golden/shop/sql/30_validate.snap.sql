-- datamove plan shop_v2, dm1:8ce7e30e530ed7ef64ba50d804fe9d387a5eb9cf0aecf8173e83d1f081ee1b77
-- Compares source and target through the mapping. Writes nothing, and fails if a check fails.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/30_validate.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");

DROP TABLE IF EXISTS temp."datamove_check";
CREATE TEMP TABLE "datamove_check" ("ordinal" INTEGER PRIMARY KEY, "check_id" TEXT, "kind" TEXT, "subject" TEXT, "examined" INTEGER, "expected" INTEGER, "bad" INTEGER);
DROP TABLE IF EXISTS temp."datamove_guard";
CREATE TEMP TABLE "datamove_guard" ("ok" CONSTRAINT "datamove DM0704: the moved rows are not what the plan says" CHECK ("ok"));

BEGIN;

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'country')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM main."datamove_shop_v2_step" WHERE "step" = 'country'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'country') AS "expected")
SELECT 'country/rows', 'rows', 'rows of country: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."code") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."code") IS NOT NULL AND ("datamove_old"."name" COLLATE BINARY IS NOT "datamove_row"."name") THEN 1 END) AS "bad_2"
FROM (SELECT "k"."iso2" AS "code",
       trim("k"."name") AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."country" AS "datamove_old" ON "datamove_old"."code" = "datamove_row"."code" AND NOT (("datamove_old"."code" COLLATE BINARY IS NOT "datamove_row"."code"))
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'country/missing', 'missing', 'rows of country that are not in country'),
(2, 'country/name/values', 'values', 'values of country.name that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM main."datamove_shop_v2_step" WHERE "step" = 'product'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'product') AS "expected")
SELECT 'product/rows', 'rows', 'rows of product: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."sku" COLLATE BINARY IS NOT "datamove_row"."sku") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."title" COLLATE BINARY IS NOT "datamove_row"."title") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."price" IS NOT "datamove_row"."price") THEN 1 END) AS "bad_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       "p"."price_cents" / 100.0 AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'product/missing', 'missing', 'rows of product that are not in product'),
(2, 'product/sku/values', 'values', 'values of product.sku that are not as mapped'),
(3, 'product/title/values', 'values', 'values of product.title that are not as mapped'),
(4, 'product/price/values', 'values', 'values of product.price that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'customer')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM main."datamove_shop_v2_step" WHERE "step" = 'customer'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'customer') AS "expected")
SELECT 'customer/rows', 'rows', 'rows of customer: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."legacy_id" IS NOT "datamove_row"."legacy_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."full_name" COLLATE BINARY IS NOT "datamove_row"."full_name") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."email" COLLATE BINARY IS NOT "datamove_row"."email") THEN 1 END) AS "bad_4",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."status" COLLATE BINARY IS NOT "datamove_row"."status") THEN 1 END) AS "bad_5",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."country_code" COLLATE BINARY IS NOT "datamove_row"."country_code") THEN 1 END) AS "bad_6",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."balance" IS NOT "datamove_row"."balance") THEN 1 END) AS "bad_7",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."created_at" IS NOT "datamove_row"."created_at") THEN 1 END) AS "bad_8",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."note" COLLATE BINARY IS NOT "datamove_row"."note") THEN 1 END) AS "bad_9",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."referred_by" COLLATE BINARY IS NOT "datamove_row"."referred_by") THEN 1 END) AS "bad_10"
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(("c"."first_name" || ' ') || "c"."last_name") AS "full_name",
       lower("c"."email") AS "email",
       CASE "c"."status_code" WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status",
       "k"."iso2" AS "country_code",
       "c"."balance_cents" / 100.0 AS "balance",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "main"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id" AND NOT (("datamove_old"."id" COLLATE BINARY IS NOT "datamove_row"."id"))
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'customer/missing', 'missing', 'rows of customer that are not in customer'),
(2, 'customer/legacy_id/values', 'values', 'values of customer.legacy_id that are not as mapped'),
(3, 'customer/full_name/values', 'values', 'values of customer.full_name that are not as mapped'),
(4, 'customer/email/values', 'values', 'values of customer.email that are not as mapped'),
(5, 'customer/status/values', 'values', 'values of customer.status that are not as mapped'),
(6, 'customer/country_code/values', 'values', 'values of customer.country_code that are not as mapped'),
(7, 'customer/balance/values', 'values', 'values of customer.balance that are not as mapped'),
(8, 'customer/created_at/values', 'values', 'values of customer.created_at that are not as mapped'),
(9, 'customer/note/values', 'values', 'values of customer.note that are not as mapped'),
(10, 'customer/referred_by/values', 'values', 'values of customer.referred_by that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" WHEN 6 THEN "bad_6" WHEN 7 THEN "bad_7" WHEN 8 THEN "bad_8" WHEN 9 THEN "bad_9" WHEN 10 THEN "bad_10" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM main."datamove_shop_v2_step" WHERE "step" = 'order'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order') AS "expected")
SELECT 'order/rows', 'rows', 'rows of order: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."customer_id" COLLATE BINARY IS NOT "datamove_row"."customer_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."placed_at" IS NOT "datamove_row"."placed_at") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."note" COLLATE BINARY IS NOT "datamove_row"."note") THEN 1 END) AS "bad_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order/missing', 'missing', 'rows of order that are not in order'),
(2, 'order/customer_id/values', 'values', 'values of order.customer_id that are not as mapped'),
(3, 'order/placed_at/values', 'values', 'values of order.placed_at that are not as mapped'),
(4, 'order/note/values', 'values', 'values of order.note that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped") FROM main."datamove_shop_v2_step" WHERE "step" = 'order_line'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order_line') AS "expected")
SELECT 'order_line/rows', 'rows', 'rows of order_line: all that are in the scope were read, and all that were read are accounted for', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."product_id" IS NOT "datamove_row"."product_id") THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."quantity" IS NOT "datamove_row"."quantity") THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."unit_price" IS NOT "datamove_row"."unit_price") THEN 1 END) AS "bad_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       "l"."unit_price_cents" / 100.0 AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order_line/missing', 'missing', 'rows of order_line that are not in order_line'),
(2, 'order_line/product_id/values', 'values', 'values of order_line.product_id that are not as mapped'),
(3, 'order_line/quantity/values', 'values', 'values of order_line.quantity that are not as mapped'),
(4, 'order_line/unit_price/values', 'values', 'values of order_line.unit_price that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('country/missing'))) AS "bad_1"
FROM "main"."country" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('country')) AS "expected")
SELECT 'country/extra', 'extra', 'rows of country that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('product/missing'))) AS "bad_1"
FROM "main"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('product')) AS "expected")
SELECT 'product/extra', 'extra', 'rows of product that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN max("id") > coalesce((SELECT "seq" FROM main.sqlite_sequence WHERE "name" = 'product'), 0) THEN 1 ELSE 0 END AS "bad_1"
FROM "main"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."product" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/id/sequence', 'sequence', 'the sequence of product.id is behind its keys', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('customer/missing'))) AS "bad_1"
FROM "main"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer')) AS "expected")
SELECT 'customer/extra', 'extra', 'rows of customer that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 END) AS "bad_1"
FROM "main"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/fk/1/orphans', 'orphans', 'rows of customer without parent in country', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 END) AS "bad_1"
FROM "main"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/fk/2/orphans', 'orphans', 'rows of customer without parent in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order/missing'))) AS "bad_1"
FROM "main"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('order')) AS "expected")
SELECT 'order/extra', 'extra', 'rows of order that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 END) AS "bad_1"
FROM "main"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."order" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/fk/1/orphans', 'orphans', 'rows of order without parent in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing'))) AS "bad_1"
FROM "main"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('order_line')) AS "expected")
SELECT 'order_line/extra', 'extra', 'rows of order_line that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 END) AS "bad_1"
FROM "main"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/fk/1/orphans', 'orphans', 'rows of order_line without parent in order', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 END) AS "bad_1"
FROM "main"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/fk/2/orphans', 'orphans', 'rows of order_line without parent in product', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:56  every customer can be traced
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN "c"."legacy_id" IS NULL THEN 1 END) AS "bad_1"
FROM "main"."customer" AS "c"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."customer" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'invariant/every customer can be traced', 'invariant', 'every customer can be traced', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:58-62  no cent of an order is lost
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN "lefts" <> "rights" OR ("left_value" IS NOT "right_value" AND ("left_value" IS NULL OR "right_value" IS NULL OR abs("left_value" - "right_value") > 0)) THEN 1 END) AS "bad_1"
FROM (SELECT count(CASE WHEN "side" = 0 THEN 1 END) AS "lefts", count(CASE WHEN "side" = 1 THEN 1 END) AS "rights",
max(CASE WHEN "side" = 0 THEN "value" END) AS "left_value", max(CASE WHEN "side" = 1 THEN "value" END) AS "right_value"
FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       CASE typeof(sum("l"."quantity" * "l"."unit_price_cents") * 100) WHEN 'real' THEN json_extract('{}', 'datamove DM0710: a number is too large to be exact') ELSE sum("l"."quantity" * "l"."unit_price_cents") * 100 END AS "value"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       CASE typeof(sum(("l"."quantity" * cast(round("l"."unit_price" * 100) as integer)) * 100)) WHEN 'real' THEN json_extract('{}', 'datamove DM0710: a number is too large to be exact') ELSE sum(("l"."quantity" * cast(round("l"."unit_price" * 100) as integer)) * 100) END AS "value"
FROM "main"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both"
GROUP BY "g_1") AS "datamove_group"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT DISTINCT "g_1" FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       CASE typeof(sum("l"."quantity" * "l"."unit_price_cents") * 100) WHEN 'real' THEN json_extract('{}', 'datamove DM0710: a number is too large to be exact') ELSE sum("l"."quantity" * "l"."unit_price_cents") * 100 END AS "value"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       CASE typeof(sum(("l"."quantity" * cast(round("l"."unit_price" * 100) as integer)) * 100)) WHEN 'real' THEN json_extract('{}', 'datamove DM0710: a number is too large to be exact') ELSE sum(("l"."quantity" * cast(round("l"."unit_price" * 100) as integer)) * 100) END AS "value"
FROM "main"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both") AS "datamove_rows") AS "expected")
SELECT 'invariant/no cent of an order is lost', 'invariant', 'no cent of an order is lost', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

INSERT INTO temp."datamove_guard" ("ok")
SELECT coalesce("bad" = 0 AND "examined" = "expected", 0) FROM "datamove_check";
