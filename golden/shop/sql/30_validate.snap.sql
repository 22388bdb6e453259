-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Compares source and target through the mapping. Writes nothing, and fails if a check fails.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/30_validate.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");

DROP TABLE IF EXISTS temp."datamove_check";
CREATE TEMP TABLE "datamove_check" ("ordinal" INTEGER PRIMARY KEY, "check_id" TEXT, "kind" TEXT, "subject" TEXT, "examined" INTEGER, "expected" INTEGER, "bad" INTEGER);
DROP TABLE IF EXISTS temp."datamove_difference";
CREATE TEMP TABLE "datamove_difference" ("ordinal" INTEGER PRIMARY KEY, "check_id" TEXT, "key" TEXT, "column" TEXT, "source" TEXT, "target" TEXT);
DROP TABLE IF EXISTS temp."datamove_go";
CREATE TEMP TABLE "datamove_go" ("one" INTEGER);
DROP TABLE IF EXISTS temp."datamove_salt";
CREATE TEMP TABLE "datamove_salt" AS SELECT hex(randomblob(16)) AS "salt";
DROP TABLE IF EXISTS temp."datamove_guard";
CREATE TEMP TABLE "datamove_guard" ("ok" CONSTRAINT "datamove DM0704: the moved rows are not what the plan says" CHECK ("ok"));

BEGIN;

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'country')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM main."datamove_shop_v2_step" WHERE "step" = 'country'), 1) AS "bad_1"
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
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'country/rows') AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'country/missing', 'missing', 'rows of country that are not in country'),
(2, 'country/name/values', 'values', 'values of country.name that are not as mapped')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('country/missing', 'country/name/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/missing' WHEN 2 THEN 'country/name/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'name' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."code" AS "key_1",
       CASE WHEN ("datamove_old"."code") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."code") IS NOT NULL AND ("datamove_old"."name" COLLATE BINARY IS NOT "datamove_row"."name") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."name" AS "source_2",
       "datamove_old"."name" AS "target_2"
FROM (SELECT "k"."iso2" AS "code",
       trim("k"."name") AS "name"
FROM temp."datamove_go" CROSS JOIN "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."country" AS "datamove_old" ON "datamove_old"."code" = "datamove_row"."code" AND NOT (("datamove_old"."code" COLLATE BINARY IS NOT "datamove_row"."code"))
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM main."datamove_shop_v2_step" WHERE "step" = 'product'), 1) AS "bad_1"
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
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'product/rows') AS "expected")
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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/missing', 'product/sku/values', 'product/title/values', 'product/price/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/missing' WHEN 2 THEN 'product/sku/values' WHEN 3 THEN 'product/title/values' WHEN 4 THEN 'product/price/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'sku' WHEN 3 THEN 'title' WHEN 4 THEN 'price' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN CASE WHEN cast(round("datamove_bad"."source_4" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."source_4" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."source_4" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."source_4" * 100) as integer)) % 100) END END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN CASE WHEN cast(round("datamove_bad"."target_4" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."target_4" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."target_4" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."target_4" * 100) as integer)) % 100) END END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."sku" COLLATE BINARY IS NOT "datamove_row"."sku") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."sku" AS "source_2",
       "datamove_old"."sku" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."title" COLLATE BINARY IS NOT "datamove_row"."title") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."title" AS "source_3",
       "datamove_old"."title" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."price" IS NOT "datamove_row"."price") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."price" AS "source_4",
       "datamove_old"."price" AS "target_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       "p"."price_cents" / 100.0 AS "price"
FROM temp."datamove_go" CROSS JOIN "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'customer')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM main."datamove_shop_v2_step" WHERE "step" = 'customer'), 1) AS "bad_1"
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
       CASE ("c"."status_code" COLLATE BINARY) WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status",
       "k"."iso2" AS "country_code",
       "c"."balance_cents" / 100.0 AS "balance",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "main"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id" AND NOT (("datamove_old"."id" COLLATE BINARY IS NOT "datamove_row"."id"))
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'customer/rows') AS "expected")
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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/missing', 'customer/legacy_id/values', 'customer/full_name/values', 'customer/email/values', 'customer/status/values', 'customer/country_code/values', 'customer/balance/values', 'customer/created_at/values', 'customer/note/values', 'customer/referred_by/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/missing' WHEN 2 THEN 'customer/legacy_id/values' WHEN 3 THEN 'customer/full_name/values' WHEN 4 THEN 'customer/email/values' WHEN 5 THEN 'customer/status/values' WHEN 6 THEN 'customer/country_code/values' WHEN 7 THEN 'customer/balance/values' WHEN 8 THEN 'customer/created_at/values' WHEN 9 THEN 'customer/note/values' WHEN 10 THEN 'customer/referred_by/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'legacy_id' WHEN 3 THEN 'full_name' WHEN 4 THEN 'email' WHEN 5 THEN 'status' WHEN 6 THEN 'country_code' WHEN 7 THEN 'balance' WHEN 8 THEN 'created_at' WHEN 9 THEN 'note' WHEN 10 THEN 'referred_by' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN CASE WHEN ("datamove_bad"."source_3") IS NOT NULL THEN '***' END WHEN 4 THEN '#' || substr((WITH RECURSIVE n(x) AS (SELECT '' || hex(cast(((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."source_4" as text)) as blob)) WHERE (((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."source_4" as text))) IS NOT NULL),
m(x, last) AS (SELECT x || '80' || substr(hex(zeroblob(64)), 1, (119 - length(x) / 2 % 64) % 64 * 2) || printf('%016X', length(x) * 4), (length(x) / 2 + 8) / 64 FROM n),
s(x, last, block, t, h0, h1, h2, h3, h4, a, b, c, d, e, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15) AS (
SELECT x, last, -1, 80, 0, 0, 0, 0, 0, 1732584193, 4023233417, 2562383102, 271733878, 3285377520, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM m
UNION ALL SELECT x, last, block + (t = 80), CASE t WHEN 80 THEN 0 ELSE t + 1 END,
CASE t WHEN 80 THEN (h0 + a) & 4294967295 ELSE h0 END, CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE h1 END, CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE h2 END, CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE h3 END, CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE h4 END,
CASE WHEN t = 80 THEN (h0 + a) & 4294967295 ELSE (((a << 5) | (a >> 27)) + e + w0 + CASE WHEN t < 20 THEN ((b & c) | (~b & d)) + 1518500249 WHEN t BETWEEN 40 AND 59 THEN ((b & c) | (b & d) | (c & d)) + 2400959708 ELSE ((((b | c) - (b & c)) | d) - (((b | c) - (b & c)) & d)) + CASE WHEN t < 40 THEN 1859775393 ELSE 3395469782 END END) & 4294967295 END,
CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE a END,
CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE ((b << 30) | (b >> 2)) & 4294967295 END,
CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE c END,
CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE d END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 129, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 130, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 131, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 132, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 133, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 134, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 135, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 136, 1)) << 0) ELSE w1 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 137, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 138, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 139, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 140, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 141, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 142, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 143, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 144, 1)) << 0) ELSE w2 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 145, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 146, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 147, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 148, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 149, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 150, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 151, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 152, 1)) << 0) ELSE w3 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 153, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 154, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 155, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 156, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 157, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 158, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 159, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 160, 1)) << 0) ELSE w4 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 161, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 162, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 163, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 164, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 165, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 166, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 167, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 168, 1)) << 0) ELSE w5 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 169, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 170, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 171, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 172, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 173, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 174, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 175, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 176, 1)) << 0) ELSE w6 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 177, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 178, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 179, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 180, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 181, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 182, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 183, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 184, 1)) << 0) ELSE w7 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 185, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 186, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 187, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 188, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 189, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 190, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 191, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 192, 1)) << 0) ELSE w8 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 193, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 194, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 195, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 196, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 197, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 198, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 199, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 200, 1)) << 0) ELSE w9 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 201, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 202, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 203, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 204, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 205, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 206, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 207, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 208, 1)) << 0) ELSE w10 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 209, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 210, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 211, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 212, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 213, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 214, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 215, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 216, 1)) << 0) ELSE w11 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 217, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 218, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 219, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 220, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 221, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 222, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 223, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 224, 1)) << 0) ELSE w12 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 225, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 226, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 227, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 228, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 229, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 230, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 231, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 232, 1)) << 0) ELSE w13 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 233, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 234, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 235, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 236, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 237, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 238, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 239, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 240, 1)) << 0) ELSE w14 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 241, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 242, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 243, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 244, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 245, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 246, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 247, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 248, 1)) << 0) ELSE w15 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 249, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 250, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 251, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 252, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 253, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 254, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 255, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 256, 1)) << 0) ELSE ((((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) << 1) | (((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) >> 31)) & 4294967295 END
FROM s WHERE t < 80 OR block < last)
SELECT printf('%08x-%04x-%04x-%04x-%04x%08x', (h0 + a) & 4294967295, ((h1 + b) >> 16) & 65535, (h1 + b) & 4095 | 20480, ((h2 + c) >> 16) & 16383 | 32768, (h2 + c) & 65535, (h3 + d) & 4294967295) FROM s WHERE t = 80 AND block = last), 1, 8) WHEN 5 THEN cast("datamove_bad"."source_5" as text) WHEN 6 THEN cast("datamove_bad"."source_6" as text) WHEN 7 THEN CASE WHEN cast(round("datamove_bad"."source_7" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."source_7" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."source_7" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."source_7" * 100) as integer)) % 100) END WHEN 8 THEN cast("datamove_bad"."source_8" as text) WHEN 9 THEN cast("datamove_bad"."source_9" as text) WHEN 10 THEN cast("datamove_bad"."source_10" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN CASE WHEN ("datamove_bad"."target_3") IS NOT NULL THEN '***' END WHEN 4 THEN '#' || substr((WITH RECURSIVE n(x) AS (SELECT '' || hex(cast(((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."target_4" as text)) as blob)) WHERE (((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."target_4" as text))) IS NOT NULL),
m(x, last) AS (SELECT x || '80' || substr(hex(zeroblob(64)), 1, (119 - length(x) / 2 % 64) % 64 * 2) || printf('%016X', length(x) * 4), (length(x) / 2 + 8) / 64 FROM n),
s(x, last, block, t, h0, h1, h2, h3, h4, a, b, c, d, e, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15) AS (
SELECT x, last, -1, 80, 0, 0, 0, 0, 0, 1732584193, 4023233417, 2562383102, 271733878, 3285377520, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM m
UNION ALL SELECT x, last, block + (t = 80), CASE t WHEN 80 THEN 0 ELSE t + 1 END,
CASE t WHEN 80 THEN (h0 + a) & 4294967295 ELSE h0 END, CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE h1 END, CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE h2 END, CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE h3 END, CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE h4 END,
CASE WHEN t = 80 THEN (h0 + a) & 4294967295 ELSE (((a << 5) | (a >> 27)) + e + w0 + CASE WHEN t < 20 THEN ((b & c) | (~b & d)) + 1518500249 WHEN t BETWEEN 40 AND 59 THEN ((b & c) | (b & d) | (c & d)) + 2400959708 ELSE ((((b | c) - (b & c)) | d) - (((b | c) - (b & c)) & d)) + CASE WHEN t < 40 THEN 1859775393 ELSE 3395469782 END END) & 4294967295 END,
CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE a END,
CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE ((b << 30) | (b >> 2)) & 4294967295 END,
CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE c END,
CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE d END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 129, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 130, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 131, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 132, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 133, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 134, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 135, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 136, 1)) << 0) ELSE w1 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 137, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 138, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 139, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 140, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 141, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 142, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 143, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 144, 1)) << 0) ELSE w2 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 145, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 146, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 147, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 148, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 149, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 150, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 151, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 152, 1)) << 0) ELSE w3 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 153, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 154, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 155, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 156, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 157, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 158, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 159, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 160, 1)) << 0) ELSE w4 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 161, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 162, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 163, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 164, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 165, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 166, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 167, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 168, 1)) << 0) ELSE w5 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 169, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 170, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 171, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 172, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 173, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 174, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 175, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 176, 1)) << 0) ELSE w6 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 177, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 178, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 179, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 180, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 181, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 182, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 183, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 184, 1)) << 0) ELSE w7 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 185, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 186, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 187, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 188, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 189, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 190, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 191, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 192, 1)) << 0) ELSE w8 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 193, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 194, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 195, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 196, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 197, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 198, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 199, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 200, 1)) << 0) ELSE w9 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 201, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 202, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 203, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 204, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 205, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 206, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 207, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 208, 1)) << 0) ELSE w10 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 209, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 210, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 211, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 212, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 213, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 214, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 215, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 216, 1)) << 0) ELSE w11 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 217, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 218, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 219, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 220, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 221, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 222, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 223, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 224, 1)) << 0) ELSE w12 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 225, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 226, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 227, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 228, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 229, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 230, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 231, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 232, 1)) << 0) ELSE w13 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 233, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 234, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 235, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 236, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 237, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 238, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 239, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 240, 1)) << 0) ELSE w14 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 241, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 242, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 243, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 244, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 245, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 246, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 247, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 248, 1)) << 0) ELSE w15 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 249, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 250, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 251, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 252, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 253, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 254, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 255, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 256, 1)) << 0) ELSE ((((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) << 1) | (((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) >> 31)) & 4294967295 END
FROM s WHERE t < 80 OR block < last)
SELECT printf('%08x-%04x-%04x-%04x-%04x%08x', (h0 + a) & 4294967295, ((h1 + b) >> 16) & 65535, (h1 + b) & 4095 | 20480, ((h2 + c) >> 16) & 16383 | 32768, (h2 + c) & 65535, (h3 + d) & 4294967295) FROM s WHERE t = 80 AND block = last), 1, 8) WHEN 5 THEN cast("datamove_bad"."target_5" as text) WHEN 6 THEN cast("datamove_bad"."target_6" as text) WHEN 7 THEN CASE WHEN cast(round("datamove_bad"."target_7" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."target_7" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."target_7" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."target_7" * 100) as integer)) % 100) END WHEN 8 THEN cast("datamove_bad"."target_8" as text) WHEN 9 THEN cast("datamove_bad"."target_9" as text) WHEN 10 THEN cast("datamove_bad"."target_10" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."legacy_id" IS NOT "datamove_row"."legacy_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."legacy_id" AS "source_2",
       "datamove_old"."legacy_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."full_name" COLLATE BINARY IS NOT "datamove_row"."full_name") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."full_name" AS "source_3",
       "datamove_old"."full_name" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."email" COLLATE BINARY IS NOT "datamove_row"."email") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."email" AS "source_4",
       "datamove_old"."email" AS "target_4",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."status" COLLATE BINARY IS NOT "datamove_row"."status") THEN 1 ELSE 0 END AS "bad_5",
       "datamove_row"."status" AS "source_5",
       "datamove_old"."status" AS "target_5",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."country_code" COLLATE BINARY IS NOT "datamove_row"."country_code") THEN 1 ELSE 0 END AS "bad_6",
       "datamove_row"."country_code" AS "source_6",
       "datamove_old"."country_code" AS "target_6",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."balance" IS NOT "datamove_row"."balance") THEN 1 ELSE 0 END AS "bad_7",
       "datamove_row"."balance" AS "source_7",
       "datamove_old"."balance" AS "target_7",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."created_at" IS NOT "datamove_row"."created_at") THEN 1 ELSE 0 END AS "bad_8",
       "datamove_row"."created_at" AS "source_8",
       "datamove_old"."created_at" AS "target_8",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."note" COLLATE BINARY IS NOT "datamove_row"."note") THEN 1 ELSE 0 END AS "bad_9",
       "datamove_row"."note" AS "source_9",
       "datamove_old"."note" AS "target_9",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."referred_by" COLLATE BINARY IS NOT "datamove_row"."referred_by") THEN 1 ELSE 0 END AS "bad_10",
       "datamove_row"."referred_by" AS "source_10",
       "datamove_old"."referred_by" AS "target_10"
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(("c"."first_name" || ' ') || "c"."last_name") AS "full_name",
       lower("c"."email") AS "email",
       CASE ("c"."status_code" COLLATE BINARY) WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status",
       "k"."iso2" AS "country_code",
       "c"."balance_cents" / 100.0 AS "balance",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM temp."datamove_go" CROSS JOIN "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "main"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id" AND NOT (("datamove_old"."id" COLLATE BINARY IS NOT "datamove_row"."id"))
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1 OR "bad_5" = 1 OR "bad_6" = 1 OR "bad_7" = 1 OR "bad_8" = 1 OR "bad_9" = 1 OR "bad_10" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" WHEN 6 THEN "bad_6" WHEN 7 THEN "bad_7" WHEN 8 THEN "bad_8" WHEN 9 THEN "bad_9" WHEN 10 THEN "bad_10" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM main."datamove_shop_v2_step" WHERE "step" = 'order'), 1) AS "bad_1"
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
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order/rows') AS "expected")
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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/missing', 'order/customer_id/values', 'order/placed_at/values', 'order/note/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/missing' WHEN 2 THEN 'order/customer_id/values' WHEN 3 THEN 'order/placed_at/values' WHEN 4 THEN 'order/note/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'customer_id' WHEN 3 THEN 'placed_at' WHEN 4 THEN 'note' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN cast("datamove_bad"."source_4" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN cast("datamove_bad"."target_4" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."customer_id" COLLATE BINARY IS NOT "datamove_row"."customer_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."customer_id" AS "source_2",
       "datamove_old"."customer_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."placed_at" IS NOT "datamove_row"."placed_at") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."placed_at" AS "source_3",
       "datamove_old"."placed_at" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."note" COLLATE BINARY IS NOT "datamove_row"."note") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."note" AS "source_4",
       "datamove_old"."note" AS "target_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM temp."datamove_go" CROSS JOIN "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM main."datamove_shop_v2_step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM main."datamove_shop_v2_step" WHERE "step" = 'order_line'), 1) AS "bad_1"
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
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order_line/rows') AS "expected")
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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/missing', 'order_line/product_id/values', 'order_line/quantity/values', 'order_line/unit_price/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/missing' WHEN 2 THEN 'order_line/product_id/values' WHEN 3 THEN 'order_line/quantity/values' WHEN 4 THEN 'order_line/unit_price/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ',' || json_quote(cast("datamove_bad"."key_2" as text)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'product_id' WHEN 3 THEN 'quantity' WHEN 4 THEN 'unit_price' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN CASE WHEN cast(round("datamove_bad"."source_4" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."source_4" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."source_4" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."source_4" * 100) as integer)) % 100) END END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN CASE WHEN cast(round("datamove_bad"."target_4" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."target_4" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."target_4" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."target_4" * 100) as integer)) % 100) END END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."order_id" AS "key_1",
       "datamove_row"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."product_id" IS NOT "datamove_row"."product_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."product_id" AS "source_2",
       "datamove_old"."product_id" AS "target_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."quantity" IS NOT "datamove_row"."quantity") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."quantity" AS "source_3",
       "datamove_old"."quantity" AS "target_3",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND ("datamove_old"."unit_price" IS NOT "datamove_row"."unit_price") THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."unit_price" AS "source_4",
       "datamove_old"."unit_price" AS "target_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       "l"."unit_price_cents" / 100.0 AS "unit_price"
FROM temp."datamove_go" CROSS JOIN "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "main"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1 OR "bad_2" = 1 OR "bad_3" = 1 OR "bad_4" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n" UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('country/missing'))) AS "bad_1"
FROM "main"."country" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('country')) AS "expected")
SELECT 'country/extra', 'extra', 'rows of country that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('country/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."code" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM temp."datamove_go" CROSS JOIN "main"."country" AS "datamove_old"
WHERE "datamove_old"."code" COLLATE BINARY NOT IN (SELECT "datamove_row"."code" COLLATE BINARY
FROM (SELECT "k"."iso2" AS "code",
       trim("k"."name") AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_row"."code") IS NOT NULL)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('product/missing'))) AS "bad_1"
FROM "main"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('product')) AS "expected")
SELECT 'product/extra', 'extra', 'rows of product that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM temp."datamove_go" CROSS JOIN "main"."product" AS "datamove_old"
WHERE "datamove_old"."id" NOT IN (SELECT "datamove_row"."id"
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       "p"."price_cents" / 100.0 AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_row"."id") IS NOT NULL)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN max("id") > coalesce((SELECT "seq" FROM main.sqlite_sequence WHERE "name" = 'product'), 0) THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN NOT ((price >= 0
)) THEN 1 END) AS "bad_2"
FROM "main"."product" AS "product"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."product" AS "product"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'product/id/sequence', 'sequence', 'the sequence of product.id is behind its keys'),
(2, 'product/price/holds', 'check', 'rows of product that its CHECK does not let in')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('product/price/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/price/holds' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'price' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN CASE WHEN cast(round("datamove_bad"."target_1" * 100) as integer) IS NOT NULL THEN CASE WHEN cast(round("datamove_bad"."target_1" * 100) as integer) < 0 THEN '-' ELSE '' END || printf('%d.%02d', abs(cast(round("datamove_bad"."target_1" * 100) as integer)) / 100, abs(cast(round("datamove_bad"."target_1" * 100) as integer)) % 100) END END AS "target"
FROM (SELECT * FROM (
SELECT "product"."id" AS "key_1",
       CASE WHEN NOT ((price >= 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "product"."price" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."product" AS "product"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('customer/missing'))) AS "bad_1"
FROM "main"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer')) AS "expected")
SELECT 'customer/extra', 'extra', 'rows of customer that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM temp."datamove_go" CROSS JOIN "main"."customer" AS "datamove_old"
WHERE "datamove_old"."id" COLLATE BINARY NOT IN (SELECT "datamove_row"."id" COLLATE BINARY
FROM (SELECT (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(("c"."first_name" || ' ') || "c"."last_name") AS "full_name",
       lower("c"."email") AS "email",
       CASE ("c"."status_code" COLLATE BINARY) WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status",
       "k"."iso2" AS "country_code",
       "c"."balance_cents" / 100.0 AS "balance",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_row"."id") IS NOT NULL)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/fk/1/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/1/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'country_code' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."country_code" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."customer" AS "datamove_old"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/fk/2/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/2/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'referred_by' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."referred_by" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."customer" AS "datamove_old"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((status IN ('active', 'suspended', 'closed')
)) THEN 1 END) AS "bad_1"
FROM "main"."customer" AS "customer"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."customer" AS "customer"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/status/holds', 'check', 'rows of customer that its CHECK does not let in', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/status/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/status/holds' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'status' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "customer"."id" AS "key_1",
       CASE WHEN NOT ((status IN ('active', 'suspended', 'closed')
)) THEN 1 ELSE 0 END AS "bad_1",
       "customer"."status" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."customer" AS "customer"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order/missing'))) AS "bad_1"
FROM "main"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('order')) AS "expected")
SELECT 'order/extra', 'extra', 'rows of order that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM temp."datamove_go" CROSS JOIN "main"."order" AS "datamove_old"
WHERE "datamove_old"."id" NOT IN (SELECT "datamove_row"."id"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_row"."id") IS NOT NULL)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/fk/1/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/fk/1/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'customer_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."customer_id" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."order" AS "datamove_old"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing'))) AS "bad_1"
FROM "main"."order_line" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM main."datamove_shop_v2_step" WHERE "step" IN ('order_line')) AS "expected")
SELECT 'order_line/extra', 'extra', 'rows of order_line that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ',' || json_quote(cast("datamove_bad"."key_2" as text)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM temp."datamove_go" CROSS JOIN "main"."order_line" AS "datamove_old"
WHERE ("datamove_old"."order_id", "datamove_old"."line_no") NOT IN (SELECT "datamove_row"."order_id",
       "datamove_row"."line_no"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       "l"."unit_price_cents" / 100.0 AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_row"."order_id") IS NOT NULL AND ("datamove_row"."line_no") IS NOT NULL)
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/1/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/1/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ',' || json_quote(cast("datamove_bad"."key_2" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'order_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."order_id" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."order_line" AS "datamove_old"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/2/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/2/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ',' || json_quote(cast("datamove_bad"."key_2" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'product_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "main"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."product_id" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."order_line" AS "datamove_old"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((quantity > 0
)) THEN 1 END) AS "bad_1"
FROM "main"."order_line" AS "order_line"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "main"."order_line" AS "order_line"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/quantity/holds', 'check', 'rows of order_line that its CHECK does not let in', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
DELETE FROM temp."datamove_go";
INSERT INTO temp."datamove_go" SELECT 1 WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order_line/quantity/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/quantity/holds' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as text)) || ',' || json_quote(cast("datamove_bad"."key_2" as text)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'quantity' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "order_line"."order_id" AS "key_1",
       "order_line"."line_no" AS "key_2",
       CASE WHEN NOT ((quantity > 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "order_line"."quantity" AS "target_1"
FROM temp."datamove_go" CROSS JOIN "main"."order_line" AS "order_line"
WHERE 1 = 1
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";

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

SELECT "check_id", "key", "column", "source", "target"
FROM "datamove_difference"
ORDER BY "ordinal";

INSERT INTO temp."datamove_guard" ("ok")
SELECT coalesce("bad" = 0 AND "examined" = "expected", 0) FROM "datamove_check";
