-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
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
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

DROP TABLE IF EXISTS pg_temp."datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);
DROP TABLE IF EXISTS pg_temp."datamove_difference";
CREATE TEMPORARY TABLE "datamove_difference" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "check_id" text, "key" text, "column" text, "source" text, "target" text);
DROP TABLE IF EXISTS pg_temp."datamove_salt";
CREATE TEMPORARY TABLE "datamove_salt" AS SELECT cast(gen_random_uuid() as text) AS "salt";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'country')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'country'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
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
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."country" AS "datamove_old" ON "datamove_old"."code" = "datamove_row"."code"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'country/rows') AS "expected")
SELECT 'country/missing', 'missing', 'rows of country that are not in country', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'country/name/values', 'values', 'values of country.name that are not as mapped', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/missing' WHEN 2 THEN 'country/name/values' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'name' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."code" AS "key_1",
       CASE WHEN ("datamove_old"."code") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."code") IS NOT NULL AND (cast("datamove_old"."name" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."name" as text)) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."name" AS "source_2",
       "datamove_old"."name" AS "target_2"
FROM (SELECT "k"."iso2" AS "code",
       btrim("k"."name") AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."country" AS "datamove_old" ON "datamove_old"."code" = "datamove_row"."code"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('country/missing', 'country/name/values') AND "bad" <> 0)
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
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'product'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
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
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'product/rows') AS "expected")
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
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
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

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'customer')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'customer'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
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
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "shop"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'customer/rows') AS "expected")
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/missing' WHEN 2 THEN 'customer/legacy_id/values' WHEN 3 THEN 'customer/full_name/values' WHEN 4 THEN 'customer/email/values' WHEN 5 THEN 'customer/status/values' WHEN 6 THEN 'customer/country_code/values' WHEN 7 THEN 'customer/balance/values' WHEN 8 THEN 'customer/created_at/values' WHEN 9 THEN 'customer/note/values' WHEN 10 THEN 'customer/referred_by/values' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'legacy_id' WHEN 3 THEN 'full_name' WHEN 4 THEN 'email' WHEN 5 THEN 'status' WHEN 6 THEN 'country_code' WHEN 7 THEN 'balance' WHEN 8 THEN 'created_at' WHEN 9 THEN 'note' WHEN 10 THEN 'referred_by' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN CASE WHEN ("datamove_bad"."source_3") IS NOT NULL THEN '***' END WHEN 4 THEN '#' || left(encode(sha256(convert_to((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."source_4" as text), 'UTF8')), 'hex'), 8) WHEN 5 THEN cast("datamove_bad"."source_5" as text) WHEN 6 THEN cast("datamove_bad"."source_6" as text) WHEN 7 THEN cast(cast("datamove_bad"."source_7" as numeric(12, 2)) as text) WHEN 8 THEN cast("datamove_bad"."source_8" as text) WHEN 9 THEN cast("datamove_bad"."source_9" as text) WHEN 10 THEN cast("datamove_bad"."source_10" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN CASE WHEN ("datamove_bad"."target_3") IS NOT NULL THEN '***' END WHEN 4 THEN '#' || left(encode(sha256(convert_to((SELECT "salt" FROM "datamove_salt") || cast("datamove_bad"."target_4" as text), 'UTF8')), 'hex'), 8) WHEN 5 THEN cast("datamove_bad"."target_5" as text) WHEN 6 THEN cast("datamove_bad"."target_6" as text) WHEN 7 THEN cast(cast("datamove_bad"."target_7" as numeric(12, 2)) as text) WHEN 8 THEN cast("datamove_bad"."target_8" as text) WHEN 9 THEN cast("datamove_bad"."target_9" as text) WHEN 10 THEN cast("datamove_bad"."target_10" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."legacy_id" IS DISTINCT FROM "datamove_row"."legacy_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."legacy_id" AS "source_2",
       "datamove_old"."legacy_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."full_name" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."full_name" as text)) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."full_name" AS "source_3",
       "datamove_old"."full_name" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."email" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."email" as text)) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."email" AS "source_4",
       "datamove_old"."email" AS "target_4",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."status" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."status" as text)) THEN 1 ELSE 0 END AS "bad_5",
       "datamove_row"."status" AS "source_5",
       "datamove_old"."status" AS "target_5",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."country_code" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."country_code" as text)) THEN 1 ELSE 0 END AS "bad_6",
       "datamove_row"."country_code" AS "source_6",
       "datamove_old"."country_code" AS "target_6",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."balance" IS DISTINCT FROM "datamove_row"."balance") THEN 1 ELSE 0 END AS "bad_7",
       "datamove_row"."balance" AS "source_7",
       "datamove_old"."balance" AS "target_7",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."created_at" IS DISTINCT FROM "datamove_row"."created_at") THEN 1 ELSE 0 END AS "bad_8",
       "datamove_row"."created_at" AS "source_8",
       "datamove_old"."created_at" AS "target_8",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."note" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."note" as text)) THEN 1 ELSE 0 END AS "bad_9",
       "datamove_row"."note" AS "source_9",
       "datamove_old"."note" AS "target_9",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."referred_by" IS DISTINCT FROM "datamove_row"."referred_by") THEN 1 ELSE 0 END AS "bad_10",
       "datamove_row"."referred_by" AS "source_10",
       "datamove_old"."referred_by" AS "target_10"
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
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "shop"."customer" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/missing', 'customer/legacy_id/values', 'customer/full_name/values', 'customer/email/values', 'customer/status/values', 'customer/country_code/values', 'customer/balance/values', 'customer/created_at/values', 'customer/note/values', 'customer/referred_by/values') AND "bad" <> 0)
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
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'order'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
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
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order/rows') AS "expected")
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/missing' WHEN 2 THEN 'order/customer_id/values' WHEN 3 THEN 'order/placed_at/values' WHEN 4 THEN 'order/note/values' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'customer_id' WHEN 3 THEN 'placed_at' WHEN 4 THEN 'note' END AS "column",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."source_2" as text) WHEN 3 THEN cast("datamove_bad"."source_3" as text) WHEN 4 THEN cast("datamove_bad"."source_4" as text) END AS "source",
       CASE "n" WHEN 2 THEN cast("datamove_bad"."target_2" as text) WHEN 3 THEN cast("datamove_bad"."target_3" as text) WHEN 4 THEN cast("datamove_bad"."target_4" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."customer_id" IS DISTINCT FROM "datamove_row"."customer_id") THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."customer_id" AS "source_2",
       "datamove_old"."customer_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND ("datamove_old"."placed_at" IS DISTINCT FROM "datamove_row"."placed_at") THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."placed_at" AS "source_3",
       "datamove_old"."placed_at" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (cast("datamove_old"."note" as text) COLLATE "C" IS DISTINCT FROM cast("datamove_row"."note" as text)) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."note" AS "source_4",
       "datamove_old"."note" AS "target_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/missing', 'order/customer_id/values', 'order/placed_at/values', 'order/note/values') AND "bad" <> 0)
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
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
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
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order_line/rows') AS "expected")
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
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
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

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('country/missing'))) AS "bad_1"
FROM "shop"."country" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('country')) AS "expected")
SELECT 'country/extra', 'extra', 'rows of country that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/extra' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."code" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."country" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('country/extra') AND "bad" <> 0) AND NOT EXISTS (SELECT 1 FROM (SELECT cast("datamove_row"."code" as text) COLLATE "C"
FROM (SELECT "k"."iso2" AS "code",
       btrim("k"."name") AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_row"."code") IS NOT NULL) AS "datamove_key" ("key_1") WHERE "key_1" = cast("datamove_old"."code" as text) COLLATE "C")
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
FROM "shop"."product" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('product')) AS "expected")
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
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
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

-- moves.plan:32-36  product
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

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('customer/missing'))) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer')) AS "expected")
SELECT 'customer/extra', 'extra', 'rows of customer that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/extra' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/extra') AND "bad" <> 0) AND NOT EXISTS (SELECT 1 FROM (SELECT "datamove_row"."id"
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
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/1/orphans' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'country_code' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."country_code" AS "target_1"
FROM "shop"."customer" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/fk/1/orphans') AND "bad" <> 0)
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
       count(CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/fk/2/orphans', 'orphans', 'rows of customer without parent in customer', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/2/orphans' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'referred_by' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."referred_by" AS "target_1"
FROM "shop"."customer" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/fk/2/orphans') AND "bad" <> 0)
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
FROM "shop"."customer" AS "customer"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "customer"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/status/holds', 'check', 'rows of customer that its CHECK does not let in', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/status/holds' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'status' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "customer"."id" AS "key_1",
       CASE WHEN NOT ((status IN ('active', 'suspended', 'closed')
)) THEN 1 ELSE 0 END AS "bad_1",
       "customer"."status" AS "target_1"
FROM "shop"."customer" AS "customer"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('customer/status/holds') AND "bad" <> 0)
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
FROM "shop"."order" AS "datamove_old"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('order')) AS "expected")
SELECT 'order/extra', 'extra', 'rows of order that no move explains', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/extra' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/extra') AND "bad" <> 0) AND NOT EXISTS (SELECT 1 FROM (SELECT "datamove_row"."id"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
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
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/fk/1/orphans' END AS "check_id",
       '[' || cast(to_json(cast("datamove_bad"."key_1" as text)) as text) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'customer_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN cast("datamove_bad"."target_1" as text) END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."customer_id" AS "target_1"
FROM "shop"."order" AS "datamove_old"
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "check_id" IN ('order/fk/1/orphans') AND "bad" <> 0)
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
       CASE WHEN max("id") > coalesce(pg_sequence_last_value(cast('"shop"."order_id_seq"' as regclass)), 0) THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order" AS "order"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order" AS "order"
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
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
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

-- moves.plan:46-54  order_line
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


INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN "state" <> 'back' THEN 1 END) AS "bad_1"
FROM "datamove_shop_v2"."postponed"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."postponed"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'postponed', 'postponed', 'indexes, foreign keys and triggers that were taken away and are not back', "examined", "expected", "bad_1"
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
       sum(cast("l"."quantity" as bigint) * cast("l"."unit_price_cents" as bigint)) AS "value"
FROM "legacy"."order_lines" AS "l"
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
       sum(cast("l"."quantity" as bigint) * cast("l"."unit_price_cents" as bigint)) AS "value"
FROM "legacy"."order_lines" AS "l"
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
