-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Advances sequences past the moved keys and gathers statistics, once every step is done.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/27_finish.sql
SET NAMES utf8mb4;
SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION';
SET SESSION time_zone = '+00:00', foreign_key_checks = 1, unique_checks = 1, autocommit = 1, lock_wait_timeout = 10, innodb_lock_wait_timeout = 10;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
/*!80000 SET SESSION information_schema_stats_expiry = 0 */;
-- Temporary tables are in the target's database. What must hold is written into this one: a sentence is no number.
USE "shop";
DROP TEMPORARY TABLE IF EXISTS "datamove_guard";
CREATE TEMPORARY TABLE "datamove_guard" ("ok" bigint);

-- One script of this plan at a time.
SET @datamove_lock = GET_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'), 10);
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0713: another session runs a script of this plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL WHERE coalesce(@datamove_lock, 0) <> 1;

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE "table_schema" = 'datamove_shop_v2' AND "table_name" = 'run');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0702: this target was prepared by another version of the plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" = 'dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0711: a rollback has begun here: run sql/90_rollback.sql to its end', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "state" = 'undone');

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0708: steps of the load are not done', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "state" <> 'done');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0718: constraints or triggers are still postponed: run sql/26_constraints.sql first', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back');

-- customer: country_code
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0712: rows of customer have no parent in country', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_old" WHERE ("datamove_old"."country_code") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."country" AS "datamove_parent" WHERE "datamove_parent"."code" = "datamove_old"."country_code")));

-- customer: referred_by
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0712: rows of customer have no parent in customer', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_old" WHERE ("datamove_old"."referred_by") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."referred_by")));

-- order: customer_id
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0712: rows of order have no parent in customer', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_old" WHERE ("datamove_old"."customer_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."customer" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."customer_id")));

-- order_line: order_id
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0712: rows of order_line have no parent in order', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "shop"."order_line" AS "datamove_old" WHERE ("datamove_old"."order_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."order" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."order_id")));

-- order_line: product_id
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0712: rows of order_line have no parent in product', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "shop"."order_line" AS "datamove_old" WHERE ("datamove_old"."product_id") IS NOT NULL AND NOT (EXISTS (SELECT 1 FROM "shop"."product" AS "datamove_parent" WHERE "datamove_parent"."id" = "datamove_old"."product_id")));

UPDATE "datamove_shop_v2"."run" SET "state" = 'loaded';

ANALYZE TABLE "shop"."country";
ANALYZE TABLE "shop"."product";
ANALYZE TABLE "shop"."customer";
ANALYZE TABLE "shop"."order";
ANALYZE TABLE "shop"."order_line";

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
