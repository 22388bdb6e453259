-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Counts, at the source, the values that cannot travel to the target's engine. Writes nothing, and fails if there are any.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: sqlite3 SOURCE.db < sql/05_source.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");

DROP TABLE IF EXISTS temp."datamove_check";
CREATE TEMP TABLE "datamove_check" ("ordinal" INTEGER PRIMARY KEY, "check_id" TEXT, "kind" TEXT, "subject" TEXT, "examined" INTEGER, "expected" INTEGER, "bad" INTEGER);
DROP TABLE IF EXISTS temp."datamove_guard";
CREATE TEMP TABLE "datamove_guard" ("ok" CONSTRAINT "datamove DM0745: the source holds values that cannot travel" CHECK ("ok"));

BEGIN;

-- countries
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (("iso2" IS NULL OR coalesce(typeof("iso2") = 'text' AND length("iso2") <= 2 AND instr("iso2", char(0)) = 0, 0))) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT (("iso2" IS NULL OR typeof("iso2") <> 'text' OR replace("iso2", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("iso2", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT (("name" IS NULL OR coalesce(typeof("name") = 'text' AND length("name") <= 60 AND instr("name", char(0)) = 0, 0))) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT (("name" IS NULL OR typeof("name") <> 'text' OR replace("name", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("name", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_4"
FROM "main"."countries"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM "main"."countries") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'source/countries/iso2/type', 'type', '`countries.iso2` holds only values of its declared type that PostgreSQL takes, varchar(2)'),
(2, 'source/countries/iso2/encoding', 'encoding', '`countries.iso2` holds only texts in the encoding that it is said to be in'),
(3, 'source/countries/name/type', 'type', '`countries.name` holds only values of its declared type that PostgreSQL takes, varchar(60)'),
(4, 'source/countries/name/encoding', 'encoding', '`countries.name` holds only texts in the encoding that it is said to be in')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- customers
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (("first_name" IS NULL OR coalesce(typeof("first_name") = 'text' AND length("first_name") <= 40 AND instr("first_name", char(0)) = 0, 0))) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT (("first_name" IS NULL OR typeof("first_name") <> 'text' OR replace("first_name", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("first_name", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT (("last_name" IS NULL OR coalesce(typeof("last_name") = 'text' AND length("last_name") <= 40 AND instr("last_name", char(0)) = 0, 0))) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT (("last_name" IS NULL OR typeof("last_name") <> 'text' OR replace("last_name", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("last_name", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_4",
       count(CASE WHEN NOT (("email" IS NULL OR coalesce(typeof("email") = 'text' AND length("email") <= 120 AND instr("email", char(0)) = 0, 0))) THEN 1 END) AS "bad_5",
       count(CASE WHEN NOT (("email" IS NULL OR typeof("email") <> 'text' OR replace("email", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("email", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_6",
       count(CASE WHEN NOT (("country_id" IS NULL OR coalesce(typeof("country_id") = 'integer', 0))) THEN 1 END) AS "bad_7",
       count(CASE WHEN NOT (("status_code" IS NULL OR coalesce(typeof("status_code") = 'text' AND length("status_code") <= 1 AND instr("status_code", char(0)) = 0, 0))) THEN 1 END) AS "bad_8",
       count(CASE WHEN NOT (("status_code" IS NULL OR typeof("status_code") <> 'text' OR replace("status_code", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("status_code", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_9",
       count(CASE WHEN NOT (("balance_cents" IS NULL OR coalesce(typeof("balance_cents") = 'integer', 0))) THEN 1 END) AS "bad_10",
       count(CASE WHEN NOT (("is_test" IS NULL OR coalesce(typeof("is_test") = 'integer', 0))) THEN 1 END) AS "bad_11",
       count(CASE WHEN NOT (("referred_by" IS NULL OR coalesce(typeof("referred_by") = 'integer', 0))) THEN 1 END) AS "bad_12",
       count(CASE WHEN NOT (("created_at" IS NULL OR coalesce(typeof("created_at") = 'text' AND substr("created_at", 1, 10) GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(substr("created_at", 1, 10)) IS substr("created_at", 1, 10) AND substr("created_at", 1, 10) >= '0001' AND substr("created_at", 11, 1) IN (' ', 'T') AND substr("created_at", 12, 8) GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time(substr("created_at", 12, 8)) IS substr("created_at", 12, 8) AND (substr("created_at", 20) = '' OR substr("created_at", 20) GLOB '.[0-9]*' AND substr(substr("created_at", 20), 2) NOT GLOB '*[^0-9]*' AND length(rtrim(substr("created_at", 20), '0')) <= 7), 0))) THEN 1 END) AS "bad_13",
       count(CASE WHEN NOT (("note" IS NULL OR coalesce(typeof("note") = 'text' AND instr("note", char(0)) = 0, 0))) THEN 1 END) AS "bad_14",
       count(CASE WHEN NOT (("note" IS NULL OR typeof("note") <> 'text' OR replace("note", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("note", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_15"
FROM "main"."customers"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM "main"."customers") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'source/customers/first_name/type', 'type', '`customers.first_name` holds only values of its declared type that PostgreSQL takes, varchar(40)'),
(2, 'source/customers/first_name/encoding', 'encoding', '`customers.first_name` holds only texts in the encoding that it is said to be in'),
(3, 'source/customers/last_name/type', 'type', '`customers.last_name` holds only values of its declared type that PostgreSQL takes, varchar(40)'),
(4, 'source/customers/last_name/encoding', 'encoding', '`customers.last_name` holds only texts in the encoding that it is said to be in'),
(5, 'source/customers/email/type', 'type', '`customers.email` holds only values of its declared type that PostgreSQL takes, varchar(120)'),
(6, 'source/customers/email/encoding', 'encoding', '`customers.email` holds only texts in the encoding that it is said to be in'),
(7, 'source/customers/country_id/type', 'type', '`customers.country_id` holds only values of its declared type that PostgreSQL takes, bigint'),
(8, 'source/customers/status_code/type', 'type', '`customers.status_code` holds only values of its declared type that PostgreSQL takes, varchar(1)'),
(9, 'source/customers/status_code/encoding', 'encoding', '`customers.status_code` holds only texts in the encoding that it is said to be in'),
(10, 'source/customers/balance_cents/type', 'type', '`customers.balance_cents` holds only values of its declared type that PostgreSQL takes, bigint'),
(11, 'source/customers/is_test/type', 'type', '`customers.is_test` holds only values of its declared type that PostgreSQL takes, bigint'),
(12, 'source/customers/referred_by/type', 'type', '`customers.referred_by` holds only values of its declared type that PostgreSQL takes, bigint'),
(13, 'source/customers/created_at/type', 'type', '`customers.created_at` holds only values of its declared type that PostgreSQL takes, timestamp'),
(14, 'source/customers/note/type', 'type', '`customers.note` holds only values of its declared type that PostgreSQL takes, text'),
(15, 'source/customers/note/encoding', 'encoding', '`customers.note` holds only texts in the encoding that it is said to be in')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" WHEN 6 THEN "bad_6" WHEN 7 THEN "bad_7" WHEN 8 THEN "bad_8" WHEN 9 THEN "bad_9" WHEN 10 THEN "bad_10" WHEN 11 THEN "bad_11" WHEN 12 THEN "bad_12" WHEN 13 THEN "bad_13" WHEN 14 THEN "bad_14" WHEN 15 THEN "bad_15" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- order_lines
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (("order_id" IS NULL OR coalesce(typeof("order_id") = 'integer', 0))) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT (("line_no" IS NULL OR coalesce(typeof("line_no") = 'integer', 0))) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT (("product_id" IS NULL OR coalesce(typeof("product_id") = 'integer', 0))) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT (("quantity" IS NULL OR coalesce(typeof("quantity") = 'integer', 0))) THEN 1 END) AS "bad_4",
       count(CASE WHEN NOT (("unit_price_cents" IS NULL OR coalesce(typeof("unit_price_cents") = 'integer', 0))) THEN 1 END) AS "bad_5"
FROM "main"."order_lines"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM "main"."order_lines") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'source/order_lines/order_id/type', 'type', '`order_lines.order_id` holds only values of its declared type that PostgreSQL takes, bigint'),
(2, 'source/order_lines/line_no/type', 'type', '`order_lines.line_no` holds only values of its declared type that PostgreSQL takes, bigint'),
(3, 'source/order_lines/product_id/type', 'type', '`order_lines.product_id` holds only values of its declared type that PostgreSQL takes, bigint'),
(4, 'source/order_lines/quantity/type', 'type', '`order_lines.quantity` holds only values of its declared type that PostgreSQL takes, bigint'),
(5, 'source/order_lines/unit_price_cents/type', 'type', '`order_lines.unit_price_cents` holds only values of its declared type that PostgreSQL takes, bigint')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- orders
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (("customer_id" IS NULL OR coalesce(typeof("customer_id") = 'integer', 0))) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT (("placed_at" IS NULL OR coalesce(typeof("placed_at") = 'text' AND substr("placed_at", 1, 10) GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(substr("placed_at", 1, 10)) IS substr("placed_at", 1, 10) AND substr("placed_at", 1, 10) >= '0001' AND substr("placed_at", 11, 1) IN (' ', 'T') AND substr("placed_at", 12, 8) GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time(substr("placed_at", 12, 8)) IS substr("placed_at", 12, 8) AND (substr("placed_at", 20) = '' OR substr("placed_at", 20) GLOB '.[0-9]*' AND substr(substr("placed_at", 20), 2) NOT GLOB '*[^0-9]*' AND length(rtrim(substr("placed_at", 20), '0')) <= 7), 0))) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT (("note" IS NULL OR coalesce(typeof("note") = 'text' AND instr("note", char(0)) = 0, 0))) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT (("note" IS NULL OR typeof("note") <> 'text' OR replace("note", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("note", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_4"
FROM "main"."orders"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM "main"."orders") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'source/orders/customer_id/type', 'type', '`orders.customer_id` holds only values of its declared type that PostgreSQL takes, bigint'),
(2, 'source/orders/placed_at/type', 'type', '`orders.placed_at` holds only values of its declared type that PostgreSQL takes, timestamp'),
(3, 'source/orders/note/type', 'type', '`orders.note` holds only values of its declared type that PostgreSQL takes, text'),
(4, 'source/orders/note/encoding', 'encoding', '`orders.note` holds only texts in the encoding that it is said to be in')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

-- products
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT (("sku" IS NULL OR coalesce(typeof("sku") = 'text' AND length("sku") <= 20 AND instr("sku", char(0)) = 0, 0))) THEN 1 END) AS "bad_1",
       count(CASE WHEN NOT (("sku" IS NULL OR typeof("sku") <> 'text' OR replace("sku", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("sku", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_2",
       count(CASE WHEN NOT (("title" IS NULL OR coalesce(typeof("title") = 'text' AND length("title") <= 200 AND instr("title", char(0)) = 0, 0))) THEN 1 END) AS "bad_3",
       count(CASE WHEN NOT (("title" IS NULL OR typeof("title") <> 'text' OR replace("title", char(65533), '') NOT GLOB '*[' || char(65533) || ']*' AND replace("title", cast(x'c2' as text), cast(x'c3' as text)) NOT GLOB '*[' || char(128) || '-' || char(191) || ']*')) THEN 1 END) AS "bad_4",
       count(CASE WHEN NOT (("price_cents" IS NULL OR coalesce(typeof("price_cents") = 'integer', 0))) THEN 1 END) AS "bad_5"
FROM "main"."products"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM "main"."products") AS "expected")
, "datamove_row" ("n", "check_id", "kind", "subject") AS (VALUES
(1, 'source/products/sku/type', 'type', '`products.sku` holds only values of its declared type that PostgreSQL takes, varchar(20)'),
(2, 'source/products/sku/encoding', 'encoding', '`products.sku` holds only texts in the encoding that it is said to be in'),
(3, 'source/products/title/type', 'type', '`products.title` holds only values of its declared type that PostgreSQL takes, varchar(200)'),
(4, 'source/products/title/encoding', 'encoding', '`products.title` holds only texts in the encoding that it is said to be in'),
(5, 'source/products/price_cents/type', 'type', '`products.price_cents` holds only values of its declared type that PostgreSQL takes, bigint')
)
SELECT "check_id", "kind", "subject", "examined", "expected",
       CASE "n" WHEN 1 THEN "bad_1" WHEN 2 THEN "bad_2" WHEN 3 THEN "bad_3" WHEN 4 THEN "bad_4" WHEN 5 THEN "bad_5" END
FROM "datamove_row", "datamove_scan", "datamove_scope"
ORDER BY "n";

COMMIT;

SELECT "check_id", "kind", "subject", "examined", "expected", "bad",
       CASE WHEN "bad" = 0 AND "examined" = "expected" THEN 'pass' ELSE 'fail' END AS "verdict"
FROM "datamove_check"
ORDER BY "ordinal";

INSERT INTO temp."datamove_guard" ("ok")
SELECT coalesce("bad" = 0 AND "examined" = "expected", 0) FROM "datamove_check";
