-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Counts the rows that break a claim of the plan. Writes nothing, and fails if a check fails.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/00_preflight.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");

DROP TABLE IF EXISTS temp."datamove_check";
CREATE TEMP TABLE "datamove_check" ("ordinal" INTEGER PRIMARY KEY, "check_id" TEXT, "kind" TEXT, "subject" TEXT, "examined" INTEGER, "expected" INTEGER, "bad" INTEGER);
DROP TABLE IF EXISTS temp."datamove_guard";
CREATE TEMP TABLE "datamove_guard" ("ok" CONSTRAINT "datamove DM0703: the source holds rows that the plan cannot move" CHECK ("ok"));

BEGIN;

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("k"."iso2" IS NULL OR coalesce(typeof("k"."iso2") = 'text' AND length("k"."iso2") <= 2 AND instr("k"."iso2", char(0)) = 0, 0)) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT ("k"."name" IS NULL OR coalesce(typeof("k"."name") = 'text' AND length("k"."name") <= 60 AND instr("k"."name", char(0)) = 0, 0)) THEN 1 END) AS "bad_2"
FROM "legacy"."countries" AS "k"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'country/k.iso2/type', 'type', '`k.iso2` holds only values of its declared type, varchar(2)'),
(2, 'country/k.name/type', 'type', '`k.name` holds only values of its declared type, varchar(60)')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:4-8  country
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_1"
FROM "legacy"."countries" AS "k"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."countries" AS "k"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'country/scope', 'scope', 'the scope of the move has rows', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("p"."price_cents" IS NULL OR coalesce(typeof("p"."price_cents") = 'integer', 0)) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT ("p"."sku" IS NULL OR coalesce(typeof("p"."sku") = 'text' AND length("p"."sku") <= 20 AND instr("p"."sku", char(0)) = 0, 0)) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT ("p"."title" IS NULL OR coalesce(typeof("p"."title") = 'text' AND length("p"."title") <= 200 AND instr("p"."title", char(0)) = 0, 0)) THEN 1 END) AS "bad_3"
FROM "legacy"."products" AS "p"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'product/p.price_cents/type', 'type', '`p.price_cents` holds only values of its declared type, bigint'),
(2, 'product/p.sku/type', 'type', '`p.sku` holds only values of its declared type, varchar(20)'),
(3, 'product/p.title/type', 'type', '`p.title` holds only values of its declared type, varchar(200)')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:32-36  product
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("p"."price_cents") NOT BETWEEN (-9999999999) AND (9999999999) THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."products" AS "p"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'product/price/range', 'range', 'the number is between -99999999.99 and 99999999.99'),
(2, 'product/scope', 'scope', 'the scope of the move has rows')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:32  product/price/check
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((price >= 0
)) THEN 1 END) AS "bad_1"
FROM (SELECT "p"."price_cents" / 100.0 AS "price"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "product"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."products" AS "p"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'product/price/check', 'check', 'the CHECK holds: price >= 0', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("c"."balance_cents" IS NULL OR coalesce(typeof("c"."balance_cents") = 'integer', 0)) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT ("c"."country_id" IS NULL OR coalesce(typeof("c"."country_id") = 'integer', 0)) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT ("c"."created_at" IS NULL OR coalesce(typeof("c"."created_at") = 'text' AND substr("c"."created_at", 1, 10) GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(substr("c"."created_at", 1, 10)) IS substr("c"."created_at", 1, 10) AND substr("c"."created_at", 1, 10) >= '0001' AND substr("c"."created_at", 11, 1) IN (' ', 'T') AND substr("c"."created_at", 12, 8) GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time(substr("c"."created_at", 12, 8)) IS substr("c"."created_at", 12, 8) AND (substr("c"."created_at", 20) = '' OR substr("c"."created_at", 20) GLOB '.[0-9]*' AND substr(substr("c"."created_at", 20), 2) NOT GLOB '*[^0-9]*' AND length(rtrim(substr("c"."created_at", 20), '0')) <= 7), 0)) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT ("c"."email" IS NULL OR coalesce(typeof("c"."email") = 'text' AND length("c"."email") <= 120 AND instr("c"."email", char(0)) = 0, 0)) THEN 1 END) AS "bad_4",
       count(CASE WHEN NOT ("c"."first_name" IS NULL OR coalesce(typeof("c"."first_name") = 'text' AND length("c"."first_name") <= 40 AND instr("c"."first_name", char(0)) = 0, 0)) THEN 1 END) AS "bad_5",
       count(CASE WHEN NOT ("c"."is_test" IS NULL OR coalesce(typeof("c"."is_test") = 'integer', 0)) THEN 1 END) AS "bad_6",
       count(CASE WHEN NOT ("c"."last_name" IS NULL OR coalesce(typeof("c"."last_name") = 'text' AND length("c"."last_name") <= 40 AND instr("c"."last_name", char(0)) = 0, 0)) THEN 1 END) AS "bad_7",
       count(CASE WHEN NOT ("c"."note" IS NULL OR coalesce(typeof("c"."note") = 'text' AND instr("c"."note", char(0)) = 0, 0)) THEN 1 END) AS "bad_8",
       count(CASE WHEN NOT ("c"."referred_by" IS NULL OR coalesce(typeof("c"."referred_by") = 'integer', 0)) THEN 1 END) AS "bad_9",
       count(CASE WHEN NOT ("c"."status_code" IS NULL OR coalesce(typeof("c"."status_code") = 'text' AND length("c"."status_code") <= 1 AND instr("c"."status_code", char(0)) = 0, 0)) THEN 1 END) AS "bad_10"
FROM "legacy"."customers" AS "c"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'customer/c.balance_cents/type', 'type', '`c.balance_cents` holds only values of its declared type, bigint'),
(2, 'customer/c.country_id/type', 'type', '`c.country_id` holds only values of its declared type, bigint'),
(3, 'customer/c.created_at/type', 'type', '`c.created_at` holds only values of its declared type, timestamp'),
(4, 'customer/c.email/type', 'type', '`c.email` holds only values of its declared type, varchar(120)'),
(5, 'customer/c.first_name/type', 'type', '`c.first_name` holds only values of its declared type, varchar(40)'),
(6, 'customer/c.is_test/type', 'type', '`c.is_test` holds only values of its declared type, bigint'),
(7, 'customer/c.last_name/type', 'type', '`c.last_name` holds only values of its declared type, varchar(40)'),
(8, 'customer/c.note/type', 'type', '`c.note` holds only values of its declared type, text'),
(9, 'customer/c.referred_by/type', 'type', '`c.referred_by` holds only values of its declared type, bigint'),
(10, 'customer/c.status_code/type', 'type', '`c.status_code` holds only values of its declared type, varchar(1)')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" WHEN 6 THEN "bad_6" WHEN 7 THEN "bad_7" WHEN 8 THEN "bad_8" WHEN 9 THEN "bad_9" WHEN 10 THEN "bad_10" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN ("c"."balance_cents") NOT BETWEEN (-999999999999) AND (999999999999) THEN 1 END) AS "bad_1",
       count(CASE WHEN length(trim(("c"."first_name" || ' ') || "c"."last_name")) > 80 THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT ("k"."iso2" IS NULL OR coalesce(typeof("k"."iso2") = 'text' AND length("k"."iso2") <= 2 AND instr("k"."iso2", char(0)) = 0, 0)) THEN 1 END) AS "bad_3",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_4",
       count(CASE WHEN ("c"."status_code" COLLATE BINARY) NOT IN ('A', 'S', 'X') THEN 1 END) AS "bad_5"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'customer/balance/range', 'range', 'the number is between -9999999999.99 and 9999999999.99'),
(2, 'customer/full_name/length', 'length', 'the text has at most 80 characters'),
(3, 'customer/k.iso2/type', 'type', '`k.iso2` holds only values of its declared type, varchar(2)'),
(4, 'customer/scope', 'scope', 'the scope of the move has rows'),
(5, 'customer/status/values', 'values', 'every value is in the map `customer_status`')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:21  customer/country_code/orphan
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "k"."iso2" AS "datamove_value_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" WHERE "k"."iso2" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "k"."iso2" AS "datamove_value_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
SELECT 'customer/country_code/orphan', 'orphan', 'every `country_code` has its row in `country`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11  customer/email/unique
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT coalesce(sum("datamove_count"), 0) AS "examined",
       count(CASE WHEN "datamove_count" > 1 THEN 1 END) AS "bad_1"
FROM (SELECT count(*) AS "datamove_count"
FROM (SELECT lower("c"."email") AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL
GROUP BY "datamove_key_1") AS "datamove_group"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT lower("c"."email") AS "datamove_key_1"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_row"
WHERE ("datamove_key_1") IS NOT NULL) AS "datamove_rows") AS "expected")
SELECT 'customer/email/unique', 'unique', '`email` stays unique', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:13  customer/k/join/2
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" WHERE "k"."id" = "c"."country_id")) THEN 1 END) AS "bad_1"
FROM "legacy"."customers" AS "c"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'customer/k/join/2', 'join', '`k` matches at least one row, so that no row is lost', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:11  customer/status/check
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((status IN ('active', 'suspended', 'closed')
)) THEN 1 END) AS "bad_1"
FROM (SELECT CASE ("c"."status_code" COLLATE BINARY) WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "customer"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
SELECT 'customer/status/check', 'check', 'the CHECK holds: status IN (''active'', ''suspended'', ''closed'')', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("o"."customer_id" IS NULL OR coalesce(typeof("o"."customer_id") = 'integer', 0)) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT ("o"."note" IS NULL OR coalesce(typeof("o"."note") = 'text' AND instr("o"."note", char(0)) = 0, 0)) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT ("o"."placed_at" IS NULL OR coalesce(typeof("o"."placed_at") = 'text' AND substr("o"."placed_at", 1, 10) GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(substr("o"."placed_at", 1, 10)) IS substr("o"."placed_at", 1, 10) AND substr("o"."placed_at", 1, 10) >= '0001' AND substr("o"."placed_at", 11, 1) IN (' ', 'T') AND substr("o"."placed_at", 12, 8) GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time(substr("o"."placed_at", 12, 8)) IS substr("o"."placed_at", 12, 8) AND (substr("o"."placed_at", 20) = '' OR substr("o"."placed_at", 20) GLOB '.[0-9]*' AND substr(substr("o"."placed_at", 20), 2) NOT GLOB '*[^0-9]*' AND length(rtrim(substr("o"."placed_at", 20), '0')) <= 7), 0)) THEN 1 END) AS "bad_3"
FROM "legacy"."orders" AS "o"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order/o.customer_id/type', 'type', '`o.customer_id` holds only values of its declared type, bigint'),
(2, 'order/o.note/type', 'type', '`o.note` holds only values of its declared type, text'),
(3, 'order/o.placed_at/type', 'type', '`o.placed_at` holds only values of its declared type, timestamp')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:38-44  order
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN length("o"."note") > 500 THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."orders" AS "o"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order/note/length', 'length', 'the text has at most 500 characters'),
(2, 'order/scope', 'scope', 'the scope of the move has rows')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:42  order/customer_id/orphan
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
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
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/customer_id/orphan', 'orphan', 'every `customer_id` has its row in `customer`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ("l"."line_no" IS NULL OR coalesce(typeof("l"."line_no") = 'integer', 0)) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT ("l"."order_id" IS NULL OR coalesce(typeof("l"."order_id") = 'integer', 0)) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT ("l"."product_id" IS NULL OR coalesce(typeof("l"."product_id") = 'integer', 0)) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT ("l"."quantity" IS NULL OR coalesce(typeof("l"."quantity") = 'integer', 0)) THEN 1 END) AS "bad_4",
       count(CASE WHEN NOT ("l"."unit_price_cents" IS NULL OR coalesce(typeof("l"."unit_price_cents") = 'integer', 0)) THEN 1 END) AS "bad_5"
FROM "legacy"."order_lines" AS "l"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order_line/l.line_no/type', 'type', '`l.line_no` holds only values of its declared type, bigint'),
(2, 'order_line/l.order_id/type', 'type', '`l.order_id` holds only values of its declared type, bigint'),
(3, 'order_line/l.product_id/type', 'type', '`l.product_id` holds only values of its declared type, bigint'),
(4, 'order_line/l.quantity/type', 'type', '`l.quantity` holds only values of its declared type, bigint'),
(5, 'order_line/l.unit_price_cents/type', 'type', '`l.unit_price_cents` holds only values of its declared type, bigint')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:46-54  order_line
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_1",
       count(CASE WHEN ("l"."unit_price_cents") NOT BETWEEN (-9999999999) AND (9999999999) THEN 1 END) AS "bad_2"
FROM "legacy"."order_lines" AS "l"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'order_line/scope', 'scope', 'the scope of the move has rows'),
(2, 'order_line/unit_price/range', 'range', 'the number is between -99999999.99 and 99999999.99')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- moves.plan:49  order_line/order_id/orphan
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."orders" AS "o" WHERE "o"."id" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "l"."order_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/order_id/orphan', 'orphan', 'every `order_id` has its row in `order`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:51  order_line/product_id/orphan
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM (SELECT "l"."product_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_child"
WHERE ("datamove_child"."datamove_value_1") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "legacy"."products" AS "p" WHERE "p"."id" = "datamove_child"."datamove_value_1"))) AS "datamove_rows") AS "bad_1"
FROM (SELECT "l"."product_id" AS "datamove_value_1"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_scope"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."order_lines" AS "l"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order_line/product_id/orphan', 'orphan', 'every `product_id` has its row in `product`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46  order_line/quantity/check
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

INSERT INTO temp."datamove_guard" ("ok")
SELECT coalesce("bad" = 0 AND "examined" = "expected", 0) FROM "datamove_check";
