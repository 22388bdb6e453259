-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Counts the rows that break a claim of the plan. Writes nothing, and fails if a check fails.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/00_preflight.sql
SET NAMES utf8mb4;
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION';
SET SESSION time_zone = '+00:00', foreign_key_checks = 1, unique_checks = 1, autocommit = 1, lock_wait_timeout = 10, innodb_lock_wait_timeout = 10;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
/*!80000 SET SESSION information_schema_stats_expiry = 0 */;
-- Temporary tables are in the target's database. What must hold is written into this one: a sentence is no number.
USE "shop";
DROP TEMPORARY TABLE IF EXISTS "datamove_guard";
CREATE TEMPORARY TABLE "datamove_guard" ("ok" bigint);

DROP TEMPORARY TABLE IF EXISTS "datamove_check";
CREATE TEMPORARY TABLE "datamove_check" ("ordinal" integer AUTO_INCREMENT PRIMARY KEY, "check_id" text, "kind" text, "subject" text, "examined" bigint, "expected" bigint, "bad" bigint);
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
START TRANSACTION WITH CONSISTENT SNAPSHOT;

-- moves.plan:4-8  country
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_1"
FROM "legacy"."countries" AS "k"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('country/scope', 'scope', 'the scope of the move has rows', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:4  country/code/unique
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT coalesce(sum("datamove_count"), 0) AS "examined",
       count(CASE WHEN "datamove_count" > 1 THEN 1 END) AS "bad_1"
FROM (SELECT count(*) AS "datamove_count"
FROM (SELECT convert(convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL
GROUP BY "datamove_key_1") AS "datamove_group"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT convert(convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('country/code/unique', 'unique', '`code` stays unique', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:32-36  product
SELECT "examined", "expected", "bad_1", "bad_2"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) NOT BETWEEN (-99999999.99) AND 99999999.99 THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."products" AS "p"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/price/range', 'range', 'the number is between -99999999.99 and 99999999.99', @datamove_examined, @datamove_expected, @datamove_bad_1),
('product/scope', 'scope', 'the scope of the move has rows', @datamove_examined, @datamove_expected, @datamove_bad_2);

-- moves.plan:32  product/price/check
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((`price` >= 0
)) THEN 1 END) AS "bad_1"
FROM (SELECT cast(round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "product"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/price/check', 'check', 'the CHECK holds: `price` >= 0', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:32  product/sku/unique
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT coalesce(sum("datamove_count"), 0) AS "examined",
       count(CASE WHEN "datamove_count" > 1 THEN 1 END) AS "bad_1"
FROM (SELECT count(*) AS "datamove_count"
FROM (SELECT convert(convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL
GROUP BY "datamove_key_1") AS "datamove_group"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT convert(convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('product/sku/unique', 'unique', '`sku` stays unique', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11-30  customer
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("c"."created_at" IS NULL OR coalesce(year("c"."created_at") > 0 AND dayofmonth("c"."created_at") BETWEEN 1 AND dayofmonth(last_day("c"."created_at")), false)) THEN 1 END) AS "bad_1"
FROM "legacy"."customers" AS "c"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/c.created_at/type', 'type', '`c.created_at` holds only values of its declared type, timestamp', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11-30  customer
SELECT "examined", "expected", "bad_1", "bad_2", "bad_3", "bad_4", "bad_5", "bad_6"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2, @datamove_bad_3, @datamove_bad_4, @datamove_bad_5, @datamove_bad_6
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN round((cast("c"."balance_cents" as decimal(20, 0)) * 0.01), 2) NOT BETWEEN (-9999999999.99) AND 9999999999.99 THEN 1 END) AS "bad_1",
       count(CASE WHEN char_length(lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin)) > 120 THEN 1 END) AS "bad_2",
       count(CASE WHEN char_length(trim(((convert("c"."first_name" USING utf8mb4) COLLATE utf8mb4_bin) || ' ') || (convert("c"."last_name" USING utf8mb4) COLLATE utf8mb4_bin))) > 80 THEN 1 END) AS "bad_3",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_4",
       count(CASE WHEN cast(convert(convert("c"."status_code" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) as binary) NOT IN (cast(convert('A' USING utf8mb4) as binary), cast(convert('S' USING utf8mb4) as binary), cast(convert('X' USING utf8mb4) as binary)) THEN 1 END) AS "bad_5",
       count(CASE WHEN ((convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) REGEXP '[\x{130}-\x{131}\x{17f}-\x{2af}\x{345}-\x{345}\x{370}-\x{385}\x{3cf}-\x{3ff}\x{482}-\x{48b}\x{4c0}-\x{52f}\x{587}-\x{587}\x{10a0}-\x{10ff}\x{13a0}-\x{13fd}\x{1c80}-\x{1cbf}\x{1d79}-\x{1d8e}\x{1e96}-\x{1e9f}\x{1efa}-\x{1fff}\x{2126}-\x{2132}\x{214e}-\x{214e}\x{2160}-\x{2184}\x{24b6}-\x{24e9}\x{2c00}-\x{2d2d}\x{a640}-\x{a69b}\x{a722}-\x{a7f6}\x{ab53}-\x{ab53}\x{ab70}-\x{abbf}\x{fb00}-\x{fb17}\x{ff21}-\x{ff5a}\x{10400}-\x{10cff}\x{10d50}-\x{10d85}\x{118a0}-\x{118df}\x{16e40}-\x{1e943}]') THEN 1 END) AS "bad_6"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/balance/range', 'range', 'the number is between -9999999999.99 and 9999999999.99', @datamove_examined, @datamove_expected, @datamove_bad_1),
('customer/email/length', 'length', 'the text has at most 120 characters', @datamove_examined, @datamove_expected, @datamove_bad_2),
('customer/full_name/length', 'length', 'the text has at most 80 characters', @datamove_examined, @datamove_expected, @datamove_bad_3),
('customer/scope', 'scope', 'the scope of the move has rows', @datamove_examined, @datamove_expected, @datamove_bad_4),
('customer/status/values', 'values', 'every value is in the map `customer_status`', @datamove_examined, @datamove_expected, @datamove_bad_5),
('customer/email/letters', 'letters', '`lower` changes these letters as every engine does', @datamove_examined, @datamove_expected, @datamove_bad_6);

-- moves.plan:21  customer/country_code/orphan
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "datamove_value_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" WHERE cast(convert((convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin) USING utf8mb4) as binary) = cast(convert("datamove_child"."datamove_value_1" USING utf8mb4) as binary)))) AS "datamove_rows") AS "bad_1"
FROM (SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "datamove_value_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/country_code/orphan', 'orphan', 'every `country_code` has its row in `shop.country`', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11  customer/email/unique
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT coalesce(sum("datamove_count"), 0) AS "examined",
       count(CASE WHEN "datamove_count" > 1 THEN 1 END) AS "bad_1"
FROM (SELECT count(*) AS "datamove_count"
FROM (SELECT convert(lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL
GROUP BY "datamove_key_1") AS "datamove_group"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT convert(lower(convert(convert("c"."email" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) COLLATE utf8mb4_bin) USING "utf8mb4") COLLATE "utf8mb4_unicode_ci" AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/email/unique', 'unique', '`email` stays unique', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11  customer/id/unique
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT coalesce(sum("datamove_count"), 0) AS "examined",
       count(CASE WHEN "datamove_count" > 1 THEN 1 END) AS "bad_1"
FROM (SELECT count(*) AS "datamove_count"
FROM (SELECT "c"."id" AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL
GROUP BY "datamove_key_1") AS "datamove_group"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "c"."id" AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/id/unique', 'unique', '`id` stays unique', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:13  customer/k/join/2
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" WHERE "k"."id" = "c"."country_id")) THEN 1 END) AS "bad_1"
FROM "legacy"."customers" AS "c"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/k/join/2', 'join', '`k` matches at least one row, so that no row is lost', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:11  customer/status/check
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((`status` in ('active','suspended','closed')
)) THEN 1 END) AS "bad_1"
FROM (SELECT CASE cast(convert(convert("c"."status_code" USING utf8mb4) COLLATE utf8mb4_bin USING utf8mb4) as binary) WHEN cast(convert('A' USING utf8mb4) as binary) THEN 'active' WHEN cast(convert('S' USING utf8mb4) as binary) THEN 'suspended' WHEN cast(convert('X' USING utf8mb4) as binary) THEN 'closed' END AS "status"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "customer"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('customer/status/check', 'check', 'the CHECK holds: `status` in (''active'',''suspended'',''closed'')', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:38-44  order
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("o"."placed_at" IS NULL OR coalesce(year("o"."placed_at") > 0 AND dayofmonth("o"."placed_at") BETWEEN 1 AND dayofmonth(last_day("o"."placed_at")), false)) THEN 1 END) AS "bad_1"
FROM "legacy"."orders" AS "o"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/o.placed_at/type', 'type', '`o.placed_at` holds only values of its declared type, timestamp', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:38-44  order
SELECT "examined", "expected", "bad_1", "bad_2"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN char_length(convert("o"."note" USING utf8mb4) COLLATE utf8mb4_bin) > 500 THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."orders" AS "o"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/note/length', 'length', 'the text has at most 500 characters', @datamove_examined, @datamove_expected, @datamove_bad_1),
('order/scope', 'scope', 'the scope of the move has rows', @datamove_examined, @datamove_expected, @datamove_bad_2);

-- moves.plan:42  order/customer_id/orphan
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "o"."customer_id" AS "datamove_value_1"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id" WHERE "c"."id" = "datamove_child"."datamove_value_1" AND "c"."is_test" = 0))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "o"."customer_id" AS "datamove_value_1"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order/customer_id/orphan', 'orphan', 'every `customer_id` has its row in `shop.customer`', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:46-54  order_line
SELECT "examined", "expected", "bad_1", "bad_2"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1, @datamove_bad_2
FROM (
SELECT count(*) AS "examined",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN round((cast("l"."unit_price_cents" as decimal(20, 0)) * 0.01), 2) NOT BETWEEN (-99999999.99) AND 99999999.99 THEN 1 END) AS "bad_2"
FROM "legacy"."order_lines" AS "l"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/scope', 'scope', 'the scope of the move has rows', @datamove_examined, @datamove_expected, @datamove_bad_1),
('order_line/unit_price/range', 'range', 'the number is between -99999999.99 and 99999999.99', @datamove_examined, @datamove_expected, @datamove_bad_2);

-- moves.plan:49  order_line/order_id/orphan
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."orders" AS "o" WHERE "o"."id" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/order_id/orphan', 'orphan', 'every `order_id` has its row in `shop.order`', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:51  order_line/product_id/orphan
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "l"."product_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."products" AS "p" WHERE "p"."id" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "l"."product_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/product_id/orphan', 'orphan', 'every `product_id` has its row in `shop.product`', @datamove_examined, @datamove_expected, @datamove_bad_1);

-- moves.plan:46  order_line/quantity/check
SELECT "examined", "expected", "bad_1"
INTO @datamove_examined, @datamove_expected, @datamove_bad_1
FROM (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((`quantity` > 0
)) THEN 1 END) AS "bad_1"
FROM (SELECT "l"."quantity" AS "quantity"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "order_line"
) AS "datamove_scan", (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected") AS "datamove_scope";
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad") VALUES
('order_line/quantity/check', 'check', 'the CHECK holds: `quantity` > 0', @datamove_examined, @datamove_expected, @datamove_bad_1);

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0703: the source holds rows that the plan cannot move', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL);
