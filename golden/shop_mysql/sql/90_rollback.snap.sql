-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
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
SET @datamove_lock = GET_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'), 10);
INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0713: another session runs a script of this plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL WHERE coalesce(@datamove_lock, 0) <> 1;

-- So that the statements below can be read where nothing was prepared; then they do nothing.
CREATE DATABASE IF NOT EXISTS "datamove_shop_v2" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" varchar(255) NOT NULL PRIMARY KEY, "ordinal" integer NOT NULL, "state" varchar(20) NOT NULL DEFAULT 'pending', "checkpoint_1" longtext, "checkpoint_2" longtext, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, "hash" varchar(100)) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."part" ("step" varchar(255) NOT NULL, "part" integer NOT NULL, "state" varchar(20) NOT NULL DEFAULT 'pending', "checkpoint_1" longtext, "checkpoint_2" longtext, "upper_1" longtext, "upper_2" longtext, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("step", "part")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" varchar(255) NOT NULL PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence" ("number" bigint NOT NULL PRIMARY KEY, "kind" text NOT NULL, "script" text NOT NULL, "fingerprint" text NOT NULL, "at" text NOT NULL, "second" bigint NOT NULL, "good_for" bigint NOT NULL, "source" text NOT NULL, "source_position" text NOT NULL, "target" text NOT NULL, "target_position" text NOT NULL, "relied_on" text NOT NULL, "coverage" text NOT NULL, "checks" bigint NOT NULL, "failed" bigint NOT NULL, "examined" bigint NOT NULL, "expected" bigint NOT NULL, "bad" bigint NOT NULL, "verdict" text NOT NULL, "voided" text) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence_check" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "kind" text NOT NULL, "subject" text NOT NULL, "examined" bigint, "expected" bigint, "bad" bigint, "verdict" text NOT NULL, PRIMARY KEY ("number", "ordinal")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."difference" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "key" text, "column" text, "source" text, "target" text, "class" text, PRIMARY KEY ("number", "ordinal")) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."control" ("number" bigint NOT NULL PRIMARY KEY, "paused" bigint NOT NULL DEFAULT 0, "rows_per_second" bigint, "waits" text) ENGINE = InnoDB;
INSERT INTO "datamove_shop_v2"."control" ("number") SELECT "datamove_one"."number" FROM (SELECT 1 AS "number") AS "datamove_one" WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."control");
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."attempt" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "step" text NOT NULL, "began" text NOT NULL, "ended" text, "outcome" text, "source" text, "source_position" text, "target" text, "target_position" text, PRIMARY KEY ("number", "ordinal")) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."postponed" ("ordinal" integer AUTO_INCREMENT PRIMARY KEY, "kind" varchar(20) NOT NULL, "table" varchar(300) NOT NULL, "name" varchar(64) NOT NULL, "definition" longtext NOT NULL, "state" varchar(20) NOT NULL DEFAULT 'noted') ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" varchar(36) NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1")) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" varchar(255) NOT NULL, "fingerprint" varchar(255) NOT NULL, "state" varchar(20) NOT NULL, "format" integer NOT NULL DEFAULT 1) ENGINE = InnoDB;

INSERT INTO "datamove_guard" SELECT CAST(CONCAT('datamove DM0702: this target was prepared by another version of the plan', LEFT(RAND(), 0)) AS SIGNED) FROM DUAL
WHERE EXISTS (SELECT 1 FROM "datamove_shop_v2"."run" WHERE "fingerprint" <> 'dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e');

SELECT "step", 'undone' AS "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

-- What the server has now of the tables whose structure changes for the load, as words that create it again.
-- What a foreign key does when nothing is said is not written: said, it would read otherwise afterwards.
-- A user who is not shown what a foreign key does leaves it, and its indexes, where they are.
-- Parts of indexes are numbered as the server lists them, and so are the indexes that come back.
SET SESSION group_concat_max_len = 16777216;
DROP TEMPORARY TABLE IF EXISTS "datamove_parent";
CREATE TEMPORARY TABLE "datamove_parent" ("database" varchar(64) COLLATE utf8mb4_bin, "table" varchar(64) COLLATE utf8mb4_bin, "column" varchar(64) COLLATE utf8mb4_bin);
INSERT INTO "datamove_parent" SELECT "referenced_table_schema", "referenced_table_name", "referenced_column_name" FROM information_schema.key_column_usage WHERE "referenced_table_name" IS NOT NULL;
DROP TEMPORARY TABLE IF EXISTS "datamove_part";
CREATE TEMPORARY TABLE "datamove_part" ("n" integer AUTO_INCREMENT PRIMARY KEY, "table" varchar(300) COLLATE utf8mb4_bin NOT NULL, "index" varchar(64) COLLATE utf8mb4_bin NOT NULL, "part" integer NOT NULL, "words" longtext COLLATE utf8mb4_bin, "rest" longtext COLLATE utf8mb4_bin, "stays" boolean NOT NULL);
DROP TEMPORARY TABLE IF EXISTS "datamove_now";
CREATE TEMPORARY TABLE "datamove_now" ("n" integer NOT NULL, "kind" varchar(20) COLLATE utf8mb4_bin NOT NULL, "table" varchar(300) COLLATE utf8mb4_bin NOT NULL, "name" varchar(64) COLLATE utf8mb4_bin NOT NULL, "definition" longtext COLLATE utf8mb4_bin, "stays" boolean NOT NULL);

-- moves.plan:11-30  customer
SET @datamove_table = CONCAT('`', REPLACE('shop', '`', '``'), '`.`', REPLACE('customer', '`', '``'), '`');
SET @datamove_stays = NOT true OR NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'customer' AND "engine" = 'InnoDB' AND "table_type" = 'BASE TABLE' AND "create_options" NOT LIKE '%partitioned%');
-- Rows of the load are found by their key: where no unique index is there for that, others are.
SET @datamove_unique = EXISTS (SELECT 1 FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'customer' AND "non_unique" = 0 GROUP BY "index_name" HAVING count(*) = 1 AND sum(coalesce("column_name" IN ('id'), 0)) = 1);
INSERT INTO "datamove_part" ("table", "index", "part", "words", "rest", "stays")
SELECT @datamove_table, "index_name", "seq_in_index",
  CONCAT('`', REPLACE("column_name", '`', '``'), '`', CASE WHEN "sub_part" IS NULL THEN '' ELSE CONCAT('(', "sub_part", ')') END, CASE "collation" WHEN 'D' THEN ' DESC' ELSE '' END),
  CONCAT(CASE "index_comment" WHEN '' THEN '' ELSE CONCAT(' COMMENT ''', REPLACE("index_comment", '''', ''''''), '''') END, CASE /*!80000 "is_visible" WHEN 'NO' THEN ' INVISIBLE' */ /*M!100600 "ignored" WHEN 'YES' THEN ' IGNORED' */ ELSE '' END),
  @datamove_stays OR "non_unique" = 0 OR "index_type" <> 'BTREE' OR "column_name" IS NULL OR "seq_in_index" = 1 AND (
    NOT @datamove_unique AND "column_name" IN ('id')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.columns WHERE "table_schema" = 'shop' AND "table_name" = 'customer' AND "extra" LIKE '%auto_increment%')
    OR "column_name" IN (SELECT CONVERT("column" USING utf8mb3) FROM "datamove_parent" WHERE "database" = 'shop' AND "table" = 'customer')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.key_column_usage WHERE "table_schema" = 'shop' AND "table_name" = 'customer' AND "referenced_table_name" IS NOT NULL
      AND (NOT true OR "constraint_name" NOT IN (SELECT "constraint_name" FROM information_schema.referential_constraints WHERE "constraint_schema" = 'shop' AND "table_name" = 'customer'))))
FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'customer';
INSERT INTO "datamove_now" ("n", "kind", "table", "name", "definition", "stays")
SELECT 0, 'foreign key', @datamove_table, k."constraint_name", CONCAT('CONSTRAINT `', REPLACE(k."constraint_name", '`', '``'),
  '` FOREIGN KEY (', GROUP_CONCAT('`', REPLACE(k."column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ') REFERENCES `', REPLACE(max(k."referenced_table_schema"), '`', '``'), '`.`', REPLACE(max(k."referenced_table_name"), '`', '``'),
  '` (', GROUP_CONCAT('`', REPLACE(k."referenced_column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ')', CASE max(r."delete_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON DELETE ', max(r."delete_rule")) END,
  CASE max(r."update_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON UPDATE ', max(r."update_rule")) END), @datamove_stays OR NOT true
FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r ON r."constraint_name" = k."constraint_name"
WHERE k."table_schema" = 'shop' AND k."table_name" = 'customer' AND r."constraint_schema" = 'shop' AND r."table_name" = 'customer' AND k."referenced_table_name" IS NOT NULL
GROUP BY k."constraint_name";

-- moves.plan:38-44  order
SET @datamove_table = CONCAT('`', REPLACE('shop', '`', '``'), '`.`', REPLACE('order', '`', '``'), '`');
SET @datamove_stays = NOT true OR NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order' AND "engine" = 'InnoDB' AND "table_type" = 'BASE TABLE' AND "create_options" NOT LIKE '%partitioned%');
-- Rows of the load are found by their key: where no unique index is there for that, others are.
SET @datamove_unique = EXISTS (SELECT 1 FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'order' AND "non_unique" = 0 GROUP BY "index_name" HAVING count(*) = 1 AND sum(coalesce("column_name" IN ('id'), 0)) = 1);
INSERT INTO "datamove_part" ("table", "index", "part", "words", "rest", "stays")
SELECT @datamove_table, "index_name", "seq_in_index",
  CONCAT('`', REPLACE("column_name", '`', '``'), '`', CASE WHEN "sub_part" IS NULL THEN '' ELSE CONCAT('(', "sub_part", ')') END, CASE "collation" WHEN 'D' THEN ' DESC' ELSE '' END),
  CONCAT(CASE "index_comment" WHEN '' THEN '' ELSE CONCAT(' COMMENT ''', REPLACE("index_comment", '''', ''''''), '''') END, CASE /*!80000 "is_visible" WHEN 'NO' THEN ' INVISIBLE' */ /*M!100600 "ignored" WHEN 'YES' THEN ' IGNORED' */ ELSE '' END),
  @datamove_stays OR "non_unique" = 0 OR "index_type" <> 'BTREE' OR "column_name" IS NULL OR "seq_in_index" = 1 AND (
    NOT @datamove_unique AND "column_name" IN ('id')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.columns WHERE "table_schema" = 'shop' AND "table_name" = 'order' AND "extra" LIKE '%auto_increment%')
    OR "column_name" IN (SELECT CONVERT("column" USING utf8mb3) FROM "datamove_parent" WHERE "database" = 'shop' AND "table" = 'order')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.key_column_usage WHERE "table_schema" = 'shop' AND "table_name" = 'order' AND "referenced_table_name" IS NOT NULL
      AND (NOT true OR "constraint_name" NOT IN (SELECT "constraint_name" FROM information_schema.referential_constraints WHERE "constraint_schema" = 'shop' AND "table_name" = 'order'))))
FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'order';
INSERT INTO "datamove_now" ("n", "kind", "table", "name", "definition", "stays")
SELECT 0, 'foreign key', @datamove_table, k."constraint_name", CONCAT('CONSTRAINT `', REPLACE(k."constraint_name", '`', '``'),
  '` FOREIGN KEY (', GROUP_CONCAT('`', REPLACE(k."column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ') REFERENCES `', REPLACE(max(k."referenced_table_schema"), '`', '``'), '`.`', REPLACE(max(k."referenced_table_name"), '`', '``'),
  '` (', GROUP_CONCAT('`', REPLACE(k."referenced_column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ')', CASE max(r."delete_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON DELETE ', max(r."delete_rule")) END,
  CASE max(r."update_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON UPDATE ', max(r."update_rule")) END), @datamove_stays OR NOT true
FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r ON r."constraint_name" = k."constraint_name"
WHERE k."table_schema" = 'shop' AND k."table_name" = 'order' AND r."constraint_schema" = 'shop' AND r."table_name" = 'order' AND k."referenced_table_name" IS NOT NULL
GROUP BY k."constraint_name";

-- moves.plan:46-54  order_line
SET @datamove_table = CONCAT('`', REPLACE('shop', '`', '``'), '`.`', REPLACE('order_line', '`', '``'), '`');
SET @datamove_stays = NOT true OR NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE "table_schema" = 'shop' AND "table_name" = 'order_line' AND "engine" = 'InnoDB' AND "table_type" = 'BASE TABLE' AND "create_options" NOT LIKE '%partitioned%');
-- Rows of the load are found by their key: where no unique index is there for that, others are.
SET @datamove_unique = EXISTS (SELECT 1 FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'order_line' AND "non_unique" = 0 GROUP BY "index_name" HAVING count(*) = 2 AND sum(coalesce("column_name" IN ('order_id', 'line_no'), 0)) = 2);
INSERT INTO "datamove_part" ("table", "index", "part", "words", "rest", "stays")
SELECT @datamove_table, "index_name", "seq_in_index",
  CONCAT('`', REPLACE("column_name", '`', '``'), '`', CASE WHEN "sub_part" IS NULL THEN '' ELSE CONCAT('(', "sub_part", ')') END, CASE "collation" WHEN 'D' THEN ' DESC' ELSE '' END),
  CONCAT(CASE "index_comment" WHEN '' THEN '' ELSE CONCAT(' COMMENT ''', REPLACE("index_comment", '''', ''''''), '''') END, CASE /*!80000 "is_visible" WHEN 'NO' THEN ' INVISIBLE' */ /*M!100600 "ignored" WHEN 'YES' THEN ' IGNORED' */ ELSE '' END),
  @datamove_stays OR "non_unique" = 0 OR "index_type" <> 'BTREE' OR "column_name" IS NULL OR "seq_in_index" = 1 AND (
    NOT @datamove_unique AND "column_name" IN ('order_id', 'line_no')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.columns WHERE "table_schema" = 'shop' AND "table_name" = 'order_line' AND "extra" LIKE '%auto_increment%')
    OR "column_name" IN (SELECT CONVERT("column" USING utf8mb3) FROM "datamove_parent" WHERE "database" = 'shop' AND "table" = 'order_line')
    OR "column_name" IN (SELECT "column_name" FROM information_schema.key_column_usage WHERE "table_schema" = 'shop' AND "table_name" = 'order_line' AND "referenced_table_name" IS NOT NULL
      AND (NOT true OR "constraint_name" NOT IN (SELECT "constraint_name" FROM information_schema.referential_constraints WHERE "constraint_schema" = 'shop' AND "table_name" = 'order_line'))))
FROM information_schema.statistics WHERE "table_schema" = 'shop' AND "table_name" = 'order_line';
INSERT INTO "datamove_now" ("n", "kind", "table", "name", "definition", "stays")
SELECT 0, 'foreign key', @datamove_table, k."constraint_name", CONCAT('CONSTRAINT `', REPLACE(k."constraint_name", '`', '``'),
  '` FOREIGN KEY (', GROUP_CONCAT('`', REPLACE(k."column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ') REFERENCES `', REPLACE(max(k."referenced_table_schema"), '`', '``'), '`.`', REPLACE(max(k."referenced_table_name"), '`', '``'),
  '` (', GROUP_CONCAT('`', REPLACE(k."referenced_column_name", '`', '``'), '`' ORDER BY k."ordinal_position" SEPARATOR ', '),
  ')', CASE max(r."delete_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON DELETE ', max(r."delete_rule")) END,
  CASE max(r."update_rule") WHEN /*!80000 'NO ACTION' */ /*M!100600 'RESTRICT' */ THEN '' ELSE CONCAT(' ON UPDATE ', max(r."update_rule")) END), @datamove_stays OR NOT true
FROM information_schema.key_column_usage AS k JOIN information_schema.referential_constraints AS r ON r."constraint_name" = k."constraint_name"
WHERE k."table_schema" = 'shop' AND k."table_name" = 'order_line' AND r."constraint_schema" = 'shop' AND r."table_name" = 'order_line' AND k."referenced_table_name" IS NOT NULL
GROUP BY k."constraint_name";
INSERT INTO "datamove_now" ("n", "kind", "table", "name", "definition", "stays")
SELECT min("n"), 'index', "table", "index", CONCAT('KEY `', REPLACE("index", '`', '``'), '` (', GROUP_CONCAT("words" ORDER BY "part" SEPARATOR ', '), ')', max("rest")), max("stays")
FROM "datamove_part" GROUP BY "table", "index";

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
  DECLARE datamove_table varchar(300);
  DECLARE datamove_kind varchar(20);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; SET SESSION foreign_key_checks = 1; DO RELEASE_LOCK('datamove_shop_v2'); RESIGNAL; END;
START TRANSACTION;
-- A backfill that is under way is waited for.
SELECT count(*) INTO datamove_there FROM "datamove_shop_v2"."part" FOR UPDATE;
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

-- A session that is in the midst of its batches ends here.
UPDATE "datamove_shop_v2"."part" SET "state" = 'done';
UPDATE "datamove_shop_v2"."step" SET "state" = 'done';
UPDATE "datamove_shop_v2"."run" SET "state" = 'undone';
END IF;
COMMIT;

-- Indexes first, because foreign keys need them. What is there already was put back by a run that was cut off.
-- References are not looked at here: what was loaded is proven in sql/27_finish.sql.
SET SESSION foreign_key_checks = 0;
"datamove_tables": LOOP
  SET datamove_kind = (SELECT min("kind") FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back' AND ("kind" = 'index' OR NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back' AND "kind" = 'index')));
  SET datamove_table = (SELECT "table" FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back' AND "kind" = datamove_kind ORDER BY "ordinal" LIMIT 1);
  IF datamove_table IS NULL THEN LEAVE "datamove_tables"; END IF;
  SET @datamove_sql = (SELECT CONCAT('ALTER TABLE ', datamove_table, ' ', GROUP_CONCAT('ADD ', p."definition" ORDER BY p."ordinal" SEPARATOR ', '))
    FROM "datamove_shop_v2"."postponed" AS p LEFT JOIN "shop"."datamove_now" AS n ON n."kind" = p."kind" AND n."table" = p."table" AND n."name" = p."name" AND n."definition" = p."definition"
    WHERE p."table" = datamove_table AND p."kind" = datamove_kind AND p."state" <> 'back' AND n."name" IS NULL);
  IF @datamove_sql IS NOT NULL THEN
    PREPARE "datamove_statement" FROM @datamove_sql;
    EXECUTE "datamove_statement";
    DEALLOCATE PREPARE "datamove_statement";
  END IF;
  UPDATE "datamove_shop_v2"."postponed" SET "state" = 'back' WHERE "table" = datamove_table AND "kind" = datamove_kind;
END LOOP "datamove_tables";
SET SESSION foreign_key_checks = 1;

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

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
