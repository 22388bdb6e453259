-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
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

-- moves.plan:32  product/price/check
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

-- moves.plan:11-30  customer
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN round((cast("c"."balance_cents" as numeric) * 0.01), 2) NOT BETWEEN (-9999999999.99) AND 9999999999.99 THEN 1 END) AS "bad_1",
       count(CASE WHEN length(lower("c"."email")) > 120 THEN 1 END) AS "bad_2",
       count(CASE WHEN length(btrim(("c"."first_name" || ' ') || "c"."last_name")) > 80 THEN 1 END) AS "bad_3",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_4",
       count(CASE WHEN "c"."status_code" NOT IN ('A', 'S', 'X') THEN 1 END) AS "bad_5",
       count(CASE WHEN CASE WHEN octet_length(cast("c"."email" as text)) = length(cast("c"."email" as text)) THEN lower(cast("c"."email" as text)) COLLATE "C" <> lower(cast("c"."email" as text) COLLATE "C") ELSE lower(cast("c"."email" as text)) COLLATE "C" <> translate(cast("c"."email" as text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ', 'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ') END THEN 1 END) AS "bad_6"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."is_test" = 0) AS "datamove_rows") AS "expected")
SELECT 'customer/balance/range', 'range', 'the number is between -9999999999.99 and 9999999999.99', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/email/length', 'length', 'the text has at most 120 characters', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/full_name/length', 'length', 'the text has at most 80 characters', "examined", "expected", "bad_3"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/scope', 'scope', 'the scope of the move has rows', "examined", "expected", "bad_4"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/status/values', 'values', 'every value is in the map `customer_status`', "examined", "expected", "bad_5"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'customer/email/letters', 'letters', 'the server''s `lower` changes these letters as every engine does', "examined", "expected", "bad_6"
FROM "datamove_scan", "datamove_scope";

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
SELECT 'customer/country_code/orphan', 'orphan', 'every `country_code` has its row in `shop.country`', "examined", "expected", "bad_1"
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

-- moves.plan:11  customer/status/check
INSERT INTO "datamove_check" ("check_id", "kind", "subject", "examined", "expected", "bad")
WITH "datamove_scan" AS MATERIALIZED (
SELECT count(*) AS "examined",
       count(CASE WHEN NOT ((status IN ('active', 'suspended', 'closed')
)) THEN 1 END) AS "bad_1"
FROM (SELECT CASE "c"."status_code" WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' END AS "status"
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
       count(CASE WHEN length("o"."note") > 500 THEN 1 END) AS "bad_1",
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS "bad_2"
FROM "legacy"."orders" AS "o"
), "datamove_scope" AS MATERIALIZED (SELECT (SELECT count(*) FROM (SELECT 1 AS "datamove_one"
FROM "legacy"."orders" AS "o"
WHERE 1 = 1) AS "datamove_rows") AS "expected")
SELECT 'order/note/length', 'length', 'the text has at most 500 characters', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope"
UNION ALL
SELECT 'order/scope', 'scope', 'the scope of the move has rows', "examined", "expected", "bad_2"
FROM "datamove_scan", "datamove_scope";

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
SELECT 'order/customer_id/orphan', 'orphan', 'every `customer_id` has its row in `shop.customer`', "examined", "expected", "bad_1"
FROM "datamove_scan", "datamove_scope";

-- moves.plan:46-54  order_line
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

DO $datamove$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_temp."datamove_check" WHERE "bad" <> 0 OR "examined" <> "expected" OR "bad" IS NULL OR "examined" IS NULL OR "expected" IS NULL) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0703: the source holds rows that the plan cannot move';
  END IF;
END
$datamove$;
