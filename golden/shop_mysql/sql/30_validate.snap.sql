-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Compares source and target through the mapping. Writes nothing, and fails if a check fails.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/30_validate.sql
SET NAMES utf8mb4;
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION';
SET SESSION time_zone = '+00:00', foreign_key_checks = 1, unique_checks = 1, autocommit = 1, lock_wait_timeout = 10, innodb_lock_wait_timeout = 10;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
/*!80000 SET SESSION information_schema_stats_expiry = 0 */;
-- Temporary tables are in the target's database. What must hold is written into this one: a sentence is no number.
USE "shop";
DROP TEMPORARY TABLE IF EXISTS "datamove_guard";
CREATE TEMPORARY TABLE "datamove_guard" ("ok" bigint);

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE "table_schema" = 'datamove_shop_v2' AND "table_name" = 'run');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0702: this target was prepared by another version of the plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" = 'dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0711: a rollback has begun here: run sql/90_rollback.sql to its end', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "state" = 'undone');

DROP TEMPORARY TABLE IF EXISTS "datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer AUTO_INCREMENT PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);
DROP TEMPORARY TABLE IF EXISTS "datamove_difference";
CREATE TEMPORARY TABLE "datamove_difference" ("ordinal" integer AUTO_INCREMENT PRIMARY KEY, "check_id" text, "key" longtext, "column" text, "source" longtext, "target" longtext);
SET @datamove_salt = sha2(concat(uuid(), rand(), rand(), now(6)), 256);
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
START TRANSACTION WITH CONSISTENT SNAPSHOT;

-- moves.plan:4-8  country
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'country')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'country'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'country') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('country/rows', 'rows', 'rows of country: all that are in the scope were read, and all that were read are accounted for', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:4-8  country
SELECT "examined", "expected", "bad_1", "bad_2"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."code") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."code") IS NOT NULL AND (NOT (cast(convert("datamove_old"."name" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."name" USING utf8mb4) as binary))) THEN 1 END) AS "bad_2"
FROM (SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "code",
       trim(convert("k"."name" USING utf8mb4) COLLATE utf8mb4_bin) AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."country" AS "datamove_old" ON "datamove_old"."code" = convert("datamove_row"."code" USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AND NOT ((NOT (cast(convert("datamove_old"."code" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."code" USING utf8mb4) as binary))))
) AS "datamove_scan", (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'country/rows') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('country/missing', 'missing', 'rows of country that are not in country', @datamove_examined, @datamove_expected, @datamove_bad_1),
('country/name/values', 'values', 'values of country.name that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_2);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('country/missing', 'country/name/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/missing' WHEN 2 THEN 'country/name/values' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'name' END AS "column",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."source_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "source",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."target_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."code" AS "key_1",
       CASE WHEN ("datamove_old"."code") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."code") IS NOT NULL AND (NOT (cast(convert("datamove_old"."name" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."name" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."name" AS "source_2",
       "datamove_old"."name" AS "target_2"
FROM (SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "code",
       trim(convert("k"."name" USING utf8mb4) COLLATE utf8mb4_bin) AS "name"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."country" AS "datamove_old" ON "datamove_old"."code" = convert("datamove_row"."code" USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AND NOT ((NOT (cast(convert("datamove_old"."code" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."code" USING utf8mb4) as binary))))
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'product')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'product'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'product') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/rows', 'rows', 'rows of product: all that are in the scope were read, and all that were read are accounted for', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:32-36  product
SELECT "examined", "expected", "bad_1", "bad_2", "bad_3", "bad_4"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2, @datamove_bad_3, @datamove_bad_4
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."sku" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."sku" USING utf8mb4) as binary))) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."title" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."title" USING utf8mb4) as binary))) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."price" <=> "datamove_row"."price")) THEN 1 END) AS "bad_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin AS "sku",
       convert("p"."title" USING utf8mb4) COLLATE utf8mb4_bin AS "title",
       cast(round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
) AS "datamove_scan", (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'product/rows') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/missing', 'missing', 'rows of product that are not in product', @datamove_examined, @datamove_expected, @datamove_bad_1),
('product/sku/values', 'values', 'values of product.sku that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_2),
('product/title/values', 'values', 'values of product.title that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_3),
('product/price/values', 'values', 'values of product.price that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_4);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('product/missing', 'product/sku/values', 'product/title/values', 'product/price/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/missing' WHEN 2 THEN 'product/sku/values' WHEN 3 THEN 'product/title/values' WHEN 4 THEN 'product/price/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'sku' WHEN 3 THEN 'title' WHEN 4 THEN 'price' END AS "column",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."source_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert((convert("datamove_bad"."source_3" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert(cast(cast("datamove_bad"."source_4" as decimal(10, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "source",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."target_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert((convert("datamove_bad"."target_3" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert(cast(cast("datamove_bad"."target_4" as decimal(10, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."sku" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."sku" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."sku" AS "source_2",
       "datamove_old"."sku" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."title" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."title" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."title" AS "source_3",
       "datamove_old"."title" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."price" <=> "datamove_row"."price")) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."price" AS "source_4",
       "datamove_old"."price" AS "target_4"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin AS "sku",
       convert("p"."title" USING utf8mb4) COLLATE utf8mb4_bin AS "title",
       cast(round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."product" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'customer')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'customer'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'customer') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/rows', 'rows', 'rows of customer: all that are in the scope were read, and all that were read are accounted for', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11-30  customer
SELECT "examined", "expected", "bad_1", "bad_2", "bad_3", "bad_4", "bad_5", "bad_6", "bad_7", "bad_8", "bad_9", "bad_10"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2, @datamove_bad_3, @datamove_bad_4, @datamove_bad_5, @datamove_bad_6, @datamove_bad_7, @datamove_bad_8, @datamove_bad_9, @datamove_bad_10
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."legacy_id" <=> "datamove_row"."legacy_id")) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."full_name" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."full_name" USING utf8mb4) as binary))) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."email" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."email" USING utf8mb4) as binary))) THEN 1 END) AS "bad_4",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."status" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."status" USING utf8mb4) as binary))) THEN 1 END) AS "bad_5",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."country_code" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."country_code" USING utf8mb4) as binary))) THEN 1 END) AS "bad_6",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."balance" <=> "datamove_row"."balance")) THEN 1 END) AS "bad_7",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."created_at" <=> "datamove_row"."created_at")) THEN 1 END) AS "bad_8",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."note" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."note" USING utf8mb4) as binary))) THEN 1 END) AS "bad_9",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."referred_by" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."referred_by" USING utf8mb4) as binary))) THEN 1 END) AS "bad_10"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(((convert("c"."first_name" USING utf8mb4) COLLATE utf8mb4_bin) || ' ') || (convert("c"."last_name" USING utf8mb4) COLLATE utf8mb4_bin)) AS "full_name",
       lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) AS "email",
       CASE cast(convert(convert("c"."status_code" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) as binary) WHEN cast(convert('A' USING utf8mb4) as binary) THEN 'active' WHEN cast(convert('S' USING utf8mb4) as binary) THEN 'suspended' WHEN cast(convert('X' USING utf8mb4) as binary) THEN 'closed' END AS "status",
       convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "country_code",
       cast(round((cast("c"."balance_cents" as decimal(20, 0)) * 0.01), 2) as decimal(12, 2)) AS "balance",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce(convert("c"."note" USING utf8mb4) COLLATE utf8mb4_bin, '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "shop"."customer" AS "datamove_old" ON "datamove_old"."id" = convert("datamove_row"."id" USING "ascii") COLLATE "ascii_bin" AND NOT ((NOT (cast(convert("datamove_old"."id" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."id" USING utf8mb4) as binary))))
) AS "datamove_scan", (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'customer/rows') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/missing', 'missing', 'rows of customer that are not in customer', @datamove_examined, @datamove_expected, @datamove_bad_1),
('customer/legacy_id/values', 'values', 'values of customer.legacy_id that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_2),
('customer/full_name/values', 'values', 'values of customer.full_name that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_3),
('customer/email/values', 'values', 'values of customer.email that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_4),
('customer/status/values', 'values', 'values of customer.status that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_5),
('customer/country_code/values', 'values', 'values of customer.country_code that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_6),
('customer/balance/values', 'values', 'values of customer.balance that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_7),
('customer/created_at/values', 'values', 'values of customer.created_at that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_8),
('customer/note/values', 'values', 'values of customer.note that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_9),
('customer/referred_by/values', 'values', 'values of customer.referred_by that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_10);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('customer/missing', 'customer/legacy_id/values', 'customer/full_name/values', 'customer/email/values', 'customer/status/values', 'customer/country_code/values', 'customer/balance/values', 'customer/created_at/values', 'customer/note/values', 'customer/referred_by/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/missing' WHEN 2 THEN 'customer/legacy_id/values' WHEN 3 THEN 'customer/full_name/values' WHEN 4 THEN 'customer/email/values' WHEN 5 THEN 'customer/status/values' WHEN 6 THEN 'customer/country_code/values' WHEN 7 THEN 'customer/balance/values' WHEN 8 THEN 'customer/created_at/values' WHEN 9 THEN 'customer/note/values' WHEN 10 THEN 'customer/referred_by/values' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'legacy_id' WHEN 3 THEN 'full_name' WHEN 4 THEN 'email' WHEN 5 THEN 'status' WHEN 6 THEN 'country_code' WHEN 7 THEN 'balance' WHEN 8 THEN 'created_at' WHEN 9 THEN 'note' WHEN 10 THEN 'referred_by' END AS "column",
       CASE "n" WHEN 2 THEN convert(cast("datamove_bad"."source_2" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN CASE WHEN (convert("datamove_bad"."source_3" USING utf8mb4) COLLATE utf8mb4_bin) IS NOT NULL THEN '***' END WHEN 4 THEN concat('#', left(sha2(concat(@datamove_salt, convert((convert("datamove_bad"."source_4" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin), 256), 8)) WHEN 5 THEN convert((convert("datamove_bad"."source_5" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 6 THEN convert((convert("datamove_bad"."source_6" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 7 THEN convert(cast(cast("datamove_bad"."source_7" as decimal(12, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 8 THEN convert(cast("datamove_bad"."source_8" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 9 THEN convert((convert("datamove_bad"."source_9" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 10 THEN convert((convert("datamove_bad"."source_10" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "source",
       CASE "n" WHEN 2 THEN convert(cast("datamove_bad"."target_2" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN CASE WHEN (convert("datamove_bad"."target_3" USING utf8mb4) COLLATE utf8mb4_bin) IS NOT NULL THEN '***' END WHEN 4 THEN concat('#', left(sha2(concat(@datamove_salt, convert((convert("datamove_bad"."target_4" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin), 256), 8)) WHEN 5 THEN convert((convert("datamove_bad"."target_5" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 6 THEN convert((convert("datamove_bad"."target_6" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 7 THEN convert(cast(cast("datamove_bad"."target_7" as decimal(12, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 8 THEN convert(cast("datamove_bad"."target_8" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 9 THEN convert((convert("datamove_bad"."target_9" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 10 THEN convert((convert("datamove_bad"."target_10" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."legacy_id" <=> "datamove_row"."legacy_id")) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."legacy_id" AS "source_2",
       "datamove_old"."legacy_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."full_name" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."full_name" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."full_name" AS "source_3",
       "datamove_old"."full_name" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."email" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."email" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."email" AS "source_4",
       "datamove_old"."email" AS "target_4",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."status" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."status" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_5",
       "datamove_row"."status" AS "source_5",
       "datamove_old"."status" AS "target_5",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."country_code" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."country_code" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_6",
       "datamove_row"."country_code" AS "source_6",
       "datamove_old"."country_code" AS "target_6",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."balance" <=> "datamove_row"."balance")) THEN 1 ELSE 0 END AS "bad_7",
       "datamove_row"."balance" AS "source_7",
       "datamove_old"."balance" AS "target_7",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."created_at" <=> "datamove_row"."created_at")) THEN 1 ELSE 0 END AS "bad_8",
       "datamove_row"."created_at" AS "source_8",
       "datamove_old"."created_at" AS "target_8",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."note" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."note" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_9",
       "datamove_row"."note" AS "source_9",
       "datamove_old"."note" AS "target_9",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."referred_by" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."referred_by" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_10",
       "datamove_row"."referred_by" AS "source_10",
       "datamove_old"."referred_by" AS "target_10"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(((convert("c"."first_name" USING utf8mb4) COLLATE utf8mb4_bin) || ' ') || (convert("c"."last_name" USING utf8mb4) COLLATE utf8mb4_bin)) AS "full_name",
       lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) AS "email",
       CASE cast(convert(convert("c"."status_code" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) as binary) WHEN cast(convert('A' USING utf8mb4) as binary) THEN 'active' WHEN cast(convert('S' USING utf8mb4) as binary) THEN 'suspended' WHEN cast(convert('X' USING utf8mb4) as binary) THEN 'closed' END AS "status",
       convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "country_code",
       cast(round((cast("c"."balance_cents" as decimal(20, 0)) * 0.01), 2) as decimal(12, 2)) AS "balance",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce(convert("c"."note" USING utf8mb4) COLLATE utf8mb4_bin, '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
LEFT JOIN "shop"."customer" AS "datamove_old" ON "datamove_old"."id" = convert("datamove_row"."id" USING "ascii") COLLATE "ascii_bin" AND NOT ((NOT (cast(convert("datamove_old"."id" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."id" USING utf8mb4) as binary))))
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'order'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/rows', 'rows', 'rows of order: all that are in the scope were read, and all that were read are accounted for', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:38-44  order
SELECT "examined", "expected", "bad_1", "bad_2", "bad_3", "bad_4"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2, @datamove_bad_3, @datamove_bad_4
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."customer_id" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."customer_id" USING utf8mb4) as binary))) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."placed_at" <=> "datamove_row"."placed_at")) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."note" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."note" USING utf8mb4) as binary))) THEN 1 END) AS "bad_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       convert("o"."note" USING utf8mb4) COLLATE utf8mb4_bin AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
) AS "datamove_scan", (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order/rows') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/missing', 'missing', 'rows of order that are not in order', @datamove_examined, @datamove_expected, @datamove_bad_1),
('order/customer_id/values', 'values', 'values of order.customer_id that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_2),
('order/placed_at/values', 'values', 'values of order.placed_at that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_3),
('order/note/values', 'values', 'values of order.note that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_4);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order/missing', 'order/customer_id/values', 'order/placed_at/values', 'order/note/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/missing' WHEN 2 THEN 'order/customer_id/values' WHEN 3 THEN 'order/placed_at/values' WHEN 4 THEN 'order/note/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'customer_id' WHEN 3 THEN 'placed_at' WHEN 4 THEN 'note' END AS "column",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."source_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert(cast("datamove_bad"."source_3" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert((convert("datamove_bad"."source_4" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "source",
       CASE "n" WHEN 2 THEN convert((convert("datamove_bad"."target_2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert(cast("datamove_bad"."target_3" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert((convert("datamove_bad"."target_4" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."id" AS "key_1",
       CASE WHEN ("datamove_old"."id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."customer_id" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."customer_id" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."customer_id" AS "source_2",
       "datamove_old"."customer_id" AS "target_2",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT ("datamove_old"."placed_at" <=> "datamove_row"."placed_at")) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."placed_at" AS "source_3",
       "datamove_old"."placed_at" AS "target_3",
       CASE WHEN ("datamove_old"."id") IS NOT NULL AND (NOT (cast(convert("datamove_old"."note" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."note" USING utf8mb4) as binary))) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."note" AS "source_4",
       "datamove_old"."note" AS "target_4"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       convert("o"."note" USING utf8mb4) COLLATE utf8mb4_bin AS "note"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order" AS "datamove_old" ON "datamove_old"."id" = "datamove_row"."id"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       coalesce(abs(count(*) - (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line')) + (SELECT abs("rows_read" - "rows_written" - "rows_skipped" - "rows_rejected") FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line'), 1) AS "bad_1"
FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT "rows_read" FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/rows', 'rows', 'rows of order_line: all that are in the scope were read, and all that were read are accounted for', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:46-54  order_line
SELECT "examined", "expected", "bad_1", "bad_2", "bad_3", "bad_4"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2, @datamove_bad_3, @datamove_bad_4
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 END) AS "bad_1",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."product_id" <=> "datamove_row"."product_id")) THEN 1 END) AS "bad_2",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."quantity" <=> "datamove_row"."quantity")) THEN 1 END) AS "bad_3",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."unit_price" <=> "datamove_row"."unit_price")) THEN 1 END) AS "bad_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
) AS "datamove_scan", (SELECT (SELECT "examined" FROM "datamove_check" WHERE "check_id" = 'order_line/rows') AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/missing', 'missing', 'rows of order_line that are not in order_line', @datamove_examined, @datamove_expected, @datamove_bad_1),
('order_line/product_id/values', 'values', 'values of order_line.product_id that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_2),
('order_line/quantity/values', 'values', 'values of order_line.quantity that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_3),
('order_line/unit_price/values', 'values', 'values of order_line.unit_price that are not as mapped', @datamove_examined, @datamove_expected, @datamove_bad_4);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing', 'order_line/product_id/values', 'order_line/quantity/values', 'order_line/unit_price/values') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/missing' WHEN 2 THEN 'order_line/product_id/values' WHEN 3 THEN 'order_line/quantity/values' WHEN 4 THEN 'order_line/unit_price/values' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ',' || json_quote(cast("datamove_bad"."key_2" as char)) || ']' AS "key",
       CASE "n" WHEN 2 THEN 'product_id' WHEN 3 THEN 'quantity' WHEN 4 THEN 'unit_price' END AS "column",
       CASE "n" WHEN 2 THEN convert(cast("datamove_bad"."source_2" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert(cast("datamove_bad"."source_3" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert(cast(cast("datamove_bad"."source_4" as decimal(10, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "source",
       CASE "n" WHEN 2 THEN convert(cast("datamove_bad"."target_2" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 3 THEN convert(cast("datamove_bad"."target_3" as char) USING utf8mb4) COLLATE utf8mb4_bin WHEN 4 THEN convert(cast(cast("datamove_bad"."target_4" as decimal(10, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_row"."order_id" AS "key_1",
       "datamove_row"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NULL THEN 1 ELSE 0 END AS "bad_1",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."product_id" <=> "datamove_row"."product_id")) THEN 1 ELSE 0 END AS "bad_2",
       "datamove_row"."product_id" AS "source_2",
       "datamove_old"."product_id" AS "target_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."quantity" <=> "datamove_row"."quantity")) THEN 1 ELSE 0 END AS "bad_3",
       "datamove_row"."quantity" AS "source_3",
       "datamove_old"."quantity" AS "target_3",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND (NOT ("datamove_old"."unit_price" <=> "datamove_row"."unit_price")) THEN 1 ELSE 0 END AS "bad_4",
       "datamove_row"."unit_price" AS "source_4",
       "datamove_old"."unit_price" AS "target_4"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_row"
LEFT JOIN "shop"."order_line" AS "datamove_old" ON "datamove_old"."order_id" = "datamove_row"."order_id" AND "datamove_old"."line_no" = "datamove_row"."line_no"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('country/missing'))) AS "bad_1"
FROM "shop"."country" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('country')) AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('country/extra', 'extra', 'rows of country that no move explains', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('country/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'country/extra' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."code" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."country" AS "datamove_old"
WHERE @datamove_go > 0 AND cast(convert("datamove_old"."code" USING utf8mb4) as binary) NOT IN (SELECT cast(convert("datamove_row"."code" USING utf8mb4) as binary)
FROM (SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "code",
       trim(convert("k"."name" USING utf8mb4) COLLATE utf8mb4_bin) AS "name"
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('product/missing'))) AS "bad_1"
FROM "shop"."product" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('product')) AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/extra', 'extra', 'rows of product that no move explains', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('product/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."product" AS "datamove_old"
WHERE @datamove_go > 0 AND "datamove_old"."id" NOT IN (SELECT "datamove_row"."id"
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id") AS "id",
       convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin AS "sku",
       convert("p"."title" USING utf8mb4) COLLATE utf8mb4_bin AS "title",
       cast(round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "price"
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
SELECT "examined", "expected", "bad_1", "bad_2"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2
FROM (
SELECT count(*) AS "examined",
       CASE WHEN max("id") >= coalesce((SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'product'), 1) THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN NOT ((`price` >= 0
)) THEN 1 END) AS "bad_2"
FROM "shop"."product" AS "product"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."product" AS "product"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/id/sequence', 'sequence', 'the sequence of product.id is behind its keys', @datamove_examined, @datamove_expected, @datamove_bad_1),
('product/price/holds', 'check', 'rows of product that its CHECK does not let in', @datamove_examined, @datamove_expected, @datamove_bad_2);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('product/price/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'product/price/holds' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'price' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert(cast(cast("datamove_bad"."target_1" as decimal(10, 2)) as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "product"."id" AS "key_1",
       CASE WHEN NOT ((`price` >= 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "product"."price" AS "target_1"
FROM "shop"."product" AS "product"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('customer/missing'))) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer')) AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/extra', 'extra', 'rows of customer that no move explains', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('customer/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/extra' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
WHERE @datamove_go > 0 AND cast(convert("datamove_old"."id" USING utf8mb4) as binary) NOT IN (SELECT cast(convert("datamove_row"."id" USING utf8mb4) as binary)
FROM (SELECT (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id") AS "id",
       "c"."id" AS "legacy_id",
       trim(((convert("c"."first_name" USING utf8mb4) COLLATE utf8mb4_bin) || ' ') || (convert("c"."last_name" USING utf8mb4) COLLATE utf8mb4_bin)) AS "full_name",
       lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) AS "email",
       CASE cast(convert(convert("c"."status_code" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) as binary) WHEN cast(convert('A' USING utf8mb4) as binary) THEN 'active' WHEN cast(convert('S' USING utf8mb4) as binary) THEN 'suspended' WHEN cast(convert('X' USING utf8mb4) as binary) THEN 'closed' END AS "status",
       convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "country_code",
       cast(round((cast("c"."balance_cents" as decimal(20, 0)) * 0.01), 2) as decimal(12, 2)) AS "balance",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce(convert("c"."note" USING utf8mb4) COLLATE utf8mb4_bin, '') AS "note"
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/fk/customer_country_code_fkey/orphans', 'orphans', 'rows of customer without parent in country', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('customer/fk/customer_country_code_fkey/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/customer_country_code_fkey/orphans' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'country_code' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert((convert("datamove_bad"."target_1" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."country_code" AS "target_1"
FROM "shop"."customer" AS "datamove_old"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/fk/customer_referred_by_fkey/orphans', 'orphans', 'rows of customer without parent in customer', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('customer/fk/customer_referred_by_fkey/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/fk/customer_referred_by_fkey/orphans' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'referred_by' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert((convert("datamove_bad"."target_1" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."referred_by" AS "target_1"
FROM "shop"."customer" AS "datamove_old"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((`status` in ('active','suspended','closed')
)) THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "customer"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "customer"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/status/holds', 'check', 'rows of customer that its CHECK does not let in', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('customer/status/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'customer/status/holds' END AS "check_id",
       '[' || json_quote((convert("datamove_bad"."key_1" USING utf8mb4) COLLATE utf8mb4_bin)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'status' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert((convert("datamove_bad"."target_1" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "customer"."id" AS "key_1",
       CASE WHEN NOT ((`status` in ('active','suspended','closed')
)) THEN 1 ELSE 0 END AS "bad_1",
       "customer"."status" AS "target_1"
FROM "shop"."customer" AS "customer"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order/missing'))) AS "bad_1"
FROM "shop"."order" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('order')) AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/extra', 'extra', 'rows of order that no move explains', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order" AS "datamove_old"
WHERE @datamove_go > 0 AND "datamove_old"."id" NOT IN (SELECT "datamove_row"."id"
FROM (SELECT "o"."id" AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id") AS "customer_id",
       "o"."placed_at" AS "placed_at",
       convert("o"."note" USING utf8mb4) COLLATE utf8mb4_bin AS "note"
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/fk/order_customer_id_fkey/orphans', 'orphans', 'rows of order without parent in customer', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order/fk/order_customer_id_fkey/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1") AS "nth",
       CASE "n" WHEN 1 THEN 'order/fk/order_customer_id_fkey/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'customer_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert((convert("datamove_bad"."target_1" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."id" AS "key_1",
       CASE WHEN ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."customer_id" AS "target_1"
FROM "shop"."order" AS "datamove_old"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       CASE WHEN max("id") >= coalesce((SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order'), 1) THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order" AS "order"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order" AS "order"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/id/sequence', 'sequence', 'the sequence of order.id is behind its keys', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:46-54  order_line
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       abs(count(*) - (SELECT coalesce(sum("examined" - "bad"), 0) FROM "datamove_check" WHERE "check_id" IN ('order_line/missing'))) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT coalesce(sum("rows_written"), 0) FROM "datamove_shop_v2"."step" WHERE "step" IN ('order_line')) AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/extra', 'extra', 'rows of order_line that no move explains', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order_line/extra') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/extra' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ',' || json_quote(cast("datamove_bad"."key_2" as char)) || ']' AS "key",
       NULL AS "column",
       NULL AS "source",
       NULL AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN 1 = 1 THEN 1 ELSE 0 END AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE @datamove_go > 0 AND ("datamove_old"."order_id", "datamove_old"."line_no") NOT IN (SELECT "datamove_row"."order_id",
       "datamove_row"."line_no"
FROM (SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id") AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "unit_price"
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/fk/order_line_order_id_fkey/orphans', 'orphans', 'rows of order_line without parent in order', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/order_line_order_id_fkey/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/order_line_order_id_fkey/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ',' || json_quote(cast("datamove_bad"."key_2" as char)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'order_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert(cast("datamove_bad"."target_1" as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."order_id" AS "target_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "datamove_old"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "datamove_old"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/fk/order_line_product_id_fkey/orphans', 'orphans', 'rows of order_line without parent in product', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order_line/fk/order_line_product_id_fkey/orphans') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/fk/order_line_product_id_fkey/orphans' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ',' || json_quote(cast("datamove_bad"."key_2" as char)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'product_id' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert(cast("datamove_bad"."target_1" as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "datamove_old"."order_id" AS "key_1",
       "datamove_old"."line_no" AS "key_2",
       CASE WHEN ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")) THEN 1 ELSE 0 END AS "bad_1",
       "datamove_old"."product_id" AS "target_1"
FROM "shop"."order_line" AS "datamove_old"
WHERE @datamove_go > 0
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
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((`quantity` > 0
)) THEN 1 END) AS "bad_1"
FROM "shop"."order_line" AS "order_line"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."order_line" AS "order_line"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/quantity/holds', 'check', 'rows of order_line that its CHECK does not let in', @datamove_examined, @datamove_expected, @datamove_bad_1);
SET @datamove_go = (SELECT count(*) FROM "datamove_check" WHERE "check_id" IN ('order_line/quantity/holds') AND "bad" <> 0);
INSERT INTO "datamove_difference" ("check_id", "key", "column", "source", "target")
SELECT "check_id", "key", "column", "source", "target"
FROM (
SELECT "n",
       row_number() OVER (PARTITION BY "n" ORDER BY "key_1", "key_2") AS "nth",
       CASE "n" WHEN 1 THEN 'order_line/quantity/holds' END AS "check_id",
       '[' || json_quote(cast("datamove_bad"."key_1" as char)) || ',' || json_quote(cast("datamove_bad"."key_2" as char)) || ']' AS "key",
       CASE "n" WHEN 1 THEN 'quantity' END AS "column",
       NULL AS "source",
       CASE "n" WHEN 1 THEN convert(cast("datamove_bad"."target_1" as char) USING utf8mb4) COLLATE utf8mb4_bin END AS "target"
FROM (SELECT * FROM (
SELECT "order_line"."order_id" AS "key_1",
       "order_line"."line_no" AS "key_2",
       CASE WHEN NOT ((`quantity` > 0
)) THEN 1 ELSE 0 END AS "bad_1",
       "order_line"."quantity" AS "target_1"
FROM "shop"."order_line" AS "order_line"
WHERE @datamove_go > 0
) AS "datamove_each"
WHERE "bad_1" = 1
ORDER BY "key_1", "key_2"
LIMIT 100000) AS "datamove_bad"
CROSS JOIN (SELECT 1 AS "n") AS "datamove_n"
WHERE CASE "n" WHEN 1 THEN "bad_1" END = 1
) AS "datamove_shown"
WHERE "nth" <= 20
ORDER BY "n", "nth";


SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN "state" <> 'back' THEN 1 END) AS "bad_1"
FROM "datamove_shop_v2"."postponed"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "datamove_shop_v2"."postponed"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('postponed', 'postponed', 'indexes, foreign keys and triggers that were taken away and are not back', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:56  every customer can be traced
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN "c"."legacy_id" IS NULL THEN 1 END) AS "bad_1"
FROM "shop"."customer" AS "c"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "shop"."customer" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('invariant/every customer can be traced', 'invariant', 'every customer can be traced', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:58-62  no cent of an order is lost
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN "lefts" <> "rights" OR (NOT ("left_value" <=> "right_value") AND ("left_value" IS NULL OR "right_value" IS NULL OR abs("left_value" - "right_value") > 0)) THEN 1 END) AS "bad_1"
FROM (SELECT count(CASE WHEN "side" = 0 THEN 1 END) AS "lefts", count(CASE WHEN "side" = 1 THEN 1 END) AS "rights",
max(CASE WHEN "side" = 0 THEN "value" END) AS "left_value", max(CASE WHEN "side" = 1 THEN "value" END) AS "right_value"
FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       sum(cast("l"."quantity" as signed) * cast("l"."unit_price_cents" as signed)) AS "value"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       sum((cast("l"."quantity" as decimal(20, 0)) * "l"."unit_price") * cast(100 as decimal(20, 0))) AS "value"
FROM "shop"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both"
GROUP BY "g_1") AS "datamove_group"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT DISTINCT "g_1" FROM (SELECT * FROM (SELECT 0 AS "side",
       "l"."order_id" AS "g_1",
       sum(cast("l"."quantity" as signed) * cast("l"."unit_price_cents" as signed)) AS "value"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_left"
UNION ALL SELECT * FROM (SELECT 1 AS "side",
       "l"."order_id" AS "g_1",
       sum((cast("l"."quantity" as decimal(20, 0)) * "l"."unit_price") * cast(100 as decimal(20, 0))) AS "value"
FROM "shop"."order_line" AS "l"
WHERE 1 = 1
GROUP BY "l"."order_id") AS "datamove_right") AS "datamove_both") AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('invariant/no cent of an order is lost', 'invariant', 'no cent of an order is lost', @datamove_examined, @datamove_expected, @datamove_bad_1);

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

SELECT "check_id", "key", "column", "source", "target"
FROM "datamove_difference"
ORDER BY "ordinal";

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0704: the moved rows are not what the plan says', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL);
