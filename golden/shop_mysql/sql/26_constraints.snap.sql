-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Puts back what was postponed for the load, one by one: indexes, foreign keys, triggers.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/26_constraints.sql
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

DROP PROCEDURE IF EXISTS "datamove_shop_v2"."datamove_script";
DELIMITER $datamove$
CREATE PROCEDURE "datamove_shop_v2"."datamove_script"() SQL SECURITY INVOKER
BEGIN
  DECLARE datamove_table varchar(300);
  DECLARE datamove_kind varchar(20);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET SESSION foreign_key_checks = 1; DO RELEASE_LOCK('datamove_shop_v2'); RESIGNAL; END;
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
END
$datamove$
DELIMITER ;
CALL "datamove_shop_v2"."datamove_script"();
DROP PROCEDURE "datamove_shop_v2"."datamove_script";

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
