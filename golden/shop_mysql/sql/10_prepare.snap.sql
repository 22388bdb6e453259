-- datamove plan shop_v2, dm1:551eaf717cc0eccfaee6593ea2a3010e39ce8df5db67c1c502bd22ebdefb83c1
-- Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/10_prepare.sql
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
SET @datamove_lock = GET_LOCK('datamove_shop_v2', 10);
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0713: another session runs a script of this plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL WHERE coalesce(@datamove_lock, 0) <> 1;

-- What an earlier run has left, where there was one.
DROP TEMPORARY TABLE IF EXISTS "datamove_before";
CREATE TEMPORARY TABLE "datamove_before" ("what" varchar(20), "value" varchar(255) COLLATE utf8mb4_bin);
SET @datamove_sql = CASE
  WHEN (SELECT count(*) FROM information_schema.tables WHERE "table_schema" = 'datamove_shop_v2' AND "table_name" IN ('run', 'step')) < 2 THEN 'DO 0'
  ELSE CONCAT('INSERT INTO "datamove_before" SELECT ''step'', "step" FROM ', '"datamove_shop_v2"."step"', ' WHERE "state" <> ''pending'' UNION ALL SELECT ''fingerprint'', "fingerprint" FROM ', '"datamove_shop_v2"."run"', ' UNION ALL SELECT ''state'', "state" FROM ', '"datamove_shop_v2"."run"')
END;
PREPARE "datamove_statement" FROM @datamove_sql;
EXECUTE "datamove_statement";
DEALLOCATE PREPARE "datamove_statement";
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0702: this target was prepared by another version of the plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'fingerprint' AND "value" <> 'dm1:551eaf717cc0eccfaee6593ea2a3010e39ce8df5db67c1c502bd22ebdefb83c1');
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0711: a rollback has begun here: run sql/90_rollback.sql to its end', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'state' AND "value" = 'undone');

-- moves.plan:4-8  country
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0706: the table country must be empty before the load', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'step' AND "value" IN ('country')) AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."country" WHERE 1 = 1)));

-- moves.plan:32-36  product
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0706: the table product must be empty before the load', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'step' AND "value" IN ('product')) AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."product" WHERE 1 = 1)));

-- moves.plan:11-30  customer
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0706: the table customer must be empty before the load', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'step' AND "value" IN ('customer')) AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."customer" WHERE 1 = 1)));

-- moves.plan:38-44  order
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0706: the table order must be empty before the load', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'step' AND "value" IN ('order')) AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."order" WHERE 1 = 1)));

-- moves.plan:46-54  order_line
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0706: the table order_line must be empty before the load', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM "datamove_before" WHERE "what" = 'step' AND "value" IN ('order_line')) AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."order_line" WHERE 1 = 1)));

CREATE DATABASE IF NOT EXISTS "datamove_shop_v2" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" varchar(255) NOT NULL PRIMARY KEY, "ordinal" integer NOT NULL, "state" varchar(20) NOT NULL DEFAULT 'pending', "checkpoint_1" longtext, "checkpoint_2" longtext, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" varchar(255) NOT NULL PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" varchar(36) NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" varchar(255) NOT NULL, "fingerprint" varchar(255) NOT NULL, "state" varchar(20) NOT NULL) ENGINE = InnoDB;

INSERT INTO "datamove_shop_v2"."run" ("plan", "fingerprint", "state")
SELECT 'shop_v2', 'dm1:551eaf717cc0eccfaee6593ea2a3010e39ce8df5db67c1c502bd22ebdefb83c1', 'prepared' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'country', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'country');
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'product', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'product');
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'customer', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'customer');
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'order', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order');
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'order_line', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line');
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'customer/second_pass', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'customer/second_pass');

-- The next number as it is before the load.
INSERT INTO "datamove_shop_v2"."sequence" ("name", "last_value", "is_called")
SELECT 'product.id', (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'product') - 1, (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'product') > 1 FROM DUAL
WHERE (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'product') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."sequence" WHERE "name" = 'product.id');

-- The next number as it is before the load.
INSERT INTO "datamove_shop_v2"."sequence" ("name", "last_value", "is_called")
SELECT 'order.id', (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order') - 1, (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order') > 1 FROM DUAL
WHERE (SELECT "auto_increment" FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."sequence" WHERE "name" = 'order.id');

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

DO RELEASE_LOCK('datamove_shop_v2');
