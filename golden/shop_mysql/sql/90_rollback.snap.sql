-- datamove plan shop_v2, dm1:551eaf717cc0eccfaee6593ea2a3010e39ce8df5db67c1c502bd22ebdefb83c1
-- Brings the target back to what it was before the load, in one transaction. Harmless where nothing was loaded.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/90_rollback.sql
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

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE DATABASE IF NOT EXISTS "datamove_shop_v2" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" varchar(255) NOT NULL PRIMARY KEY, "ordinal" integer NOT NULL, "state" varchar(20) NOT NULL DEFAULT 'pending', "checkpoint_1" longtext, "checkpoint_2" longtext, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" varchar(255) NOT NULL PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" varchar(36) NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" varchar(255) NOT NULL, "fingerprint" varchar(255) NOT NULL, "state" varchar(20) NOT NULL) ENGINE = InnoDB;

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0702: this target was prepared by another version of the plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" <> 'dm1:551eaf717cc0eccfaee6593ea2a3010e39ce8df5db67c1c502bd22ebdefb83c1');

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

-- Rows come back in one transaction, which also says that they did: what commits by itself comes after it, and can be
-- done again.
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
DROP PROCEDURE IF EXISTS "datamove_shop_v2"."datamove_script";
DELIMITER $datamove$
CREATE PROCEDURE "datamove_shop_v2"."datamove_script"() SQL SECURITY INVOKER
BEGIN
  DECLARE datamove_there bigint;
  DECLARE datamove_written bigint;
  DECLARE datamove_next bigint;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
START TRANSACTION;
-- A backfill that is under way is waited for.
SELECT count(*) INTO datamove_there FROM "datamove_shop_v2"."step" FOR UPDATE;
IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "state" <> 'undone') THEN

-- moves.plan:46-54  order_line
SELECT count(*) INTO datamove_there FROM "shop"."order_line" FOR UPDATE;
SELECT sum("rows_written") INTO datamove_written FROM "datamove_shop_v2"."step" WHERE "step" IN ('order_line');
IF datamove_there <> datamove_written THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'datamove DM0705: order_line has rows that the load did not write';
END IF;

-- moves.plan:38-44  order
SELECT count(*) INTO datamove_there FROM "shop"."order" FOR UPDATE;
SELECT sum("rows_written") INTO datamove_written FROM "datamove_shop_v2"."step" WHERE "step" IN ('order');
IF datamove_there <> datamove_written THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'datamove DM0705: order has rows that the load did not write';
END IF;

-- moves.plan:11-30  customer
SELECT count(*) INTO datamove_there FROM "shop"."customer" FOR UPDATE;
SELECT sum("rows_written") INTO datamove_written FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer');
IF datamove_there <> datamove_written THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'datamove DM0705: customer has rows that the load did not write';
END IF;
UPDATE "shop"."customer" AS "datamove_old" SET "datamove_old"."referred_by" = NULL;

-- moves.plan:32-36  product
SELECT count(*) INTO datamove_there FROM "shop"."product" FOR UPDATE;
SELECT sum("rows_written") INTO datamove_written FROM "datamove_shop_v2"."step" WHERE "step" IN ('product');
IF datamove_there <> datamove_written THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'datamove DM0705: product has rows that the load did not write';
END IF;

-- moves.plan:4-8  country
SELECT count(*) INTO datamove_there FROM "shop"."country" FOR UPDATE;
SELECT sum("rows_written") INTO datamove_written FROM "datamove_shop_v2"."step" WHERE "step" IN ('country');
IF datamove_there <> datamove_written THEN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'datamove DM0705: country has rows that the load did not write';
END IF;

-- Nothing refers in a ring any more: children go before their parents.

-- moves.plan:46-54  order_line
DELETE FROM "shop"."order_line";

-- moves.plan:38-44  order
DELETE FROM "shop"."order";

-- moves.plan:11-30  customer
DELETE FROM "shop"."customer";

-- moves.plan:32-36  product
DELETE FROM "shop"."product";

-- moves.plan:4-8  country
DELETE FROM "shop"."country";

UPDATE "datamove_shop_v2"."run" SET "state" = 'undone';
END IF;
COMMIT;

SET datamove_next = (SELECT "last_value" + 1 FROM "datamove_shop_v2"."sequence" WHERE "name" = 'product.id');
IF datamove_next IS NOT NULL THEN
  SET @datamove_sql = CONCAT('ALTER TABLE ', '"shop"."product"', ' AUTO_INCREMENT = ', datamove_next);
  PREPARE "datamove_statement" FROM @datamove_sql;
  EXECUTE "datamove_statement";
  DEALLOCATE PREPARE "datamove_statement";
END IF;

SET datamove_next = (SELECT "last_value" + 1 FROM "datamove_shop_v2"."sequence" WHERE "name" = 'order.id');
IF datamove_next IS NOT NULL THEN
  SET @datamove_sql = CONCAT('ALTER TABLE ', '"shop"."order"', ' AUTO_INCREMENT = ', datamove_next);
  PREPARE "datamove_statement" FROM @datamove_sql;
  EXECUTE "datamove_statement";
  DEALLOCATE PREPARE "datamove_statement";
END IF;
END
$datamove$
DELIMITER ;
CALL "datamove_shop_v2"."datamove_script"();
DROP DATABASE "datamove_shop_v2";

DO RELEASE_LOCK('datamove_shop_v2');
