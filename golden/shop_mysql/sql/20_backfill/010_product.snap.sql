-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Moves the rows of product, each batch and its checkpoint in one transaction.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/20_backfill/010_product.sql
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

-- The table was empty: its references are proven in sql/27_finish.sql, all at once.
SET SESSION foreign_key_checks = 0;

DROP PROCEDURE IF EXISTS "datamove_shop_v2"."datamove_script";
DELIMITER $datamove$
CREATE PROCEDURE "datamove_shop_v2"."datamove_script"() SQL SECURITY INVOKER
BEGIN
  DECLARE datamove_state varchar(20);
  DECLARE datamove_read bigint DEFAULT 0;
  DECLARE datamove_written bigint DEFAULT 0;
  DECLARE datamove_locked bigint DEFAULT 0;
  DECLARE datamove_all_new boolean DEFAULT true;
  DECLARE datamove_left bigint DEFAULT @datamove_batches;
  DECLARE datamove_others bigint DEFAULT coalesce(@datamove_batch_rows, 10000) - 1;
  DECLARE "datamove_checkpoint_1" bigint;
  DECLARE "datamove_first_1" bigint;
  DECLARE "datamove_last_1" bigint;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2')); RESIGNAL; END;
"datamove_batches": LOOP
  IF datamove_left <= 0 THEN LEAVE "datamove_batches"; END IF;
  START TRANSACTION;
  -- The lock makes a second runner wait; then it goes on behind our checkpoint.
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'product' FOR UPDATE;
  IF datamove_state = 'done' THEN COMMIT; LEAVE "datamove_batches"; END IF;
  SET "datamove_first_1" = NULL, "datamove_last_1" = NULL;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "p"."id" INTO "datamove_first_1" FROM "legacy"."products" AS "p" FORCE INDEX ("PRIMARY")
    ORDER BY "p"."id" LIMIT 1;
  ELSE
    SELECT "p"."id" INTO "datamove_first_1" FROM "legacy"."products" AS "p" FORCE INDEX ("PRIMARY")
    WHERE "p"."id" > "datamove_checkpoint_1" ORDER BY "p"."id" LIMIT 1;
  END IF;
  IF "datamove_first_1" IS NULL THEN
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'product';
    COMMIT;
    LEAVE "datamove_batches";
  END IF;
  -- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
  SELECT "p"."id" INTO "datamove_last_1" FROM "legacy"."products" AS "p" FORCE INDEX ("PRIMARY")
  WHERE "p"."id" >= "datamove_first_1" ORDER BY "p"."id" LIMIT datamove_others, 1;
  IF "datamove_last_1" IS NULL THEN
    SELECT "p"."id" INTO "datamove_last_1" FROM "legacy"."products" AS "p" FORCE INDEX ("PRIMARY")
    ORDER BY "p"."id" DESC LIMIT 1;
  END IF;

-- moves.plan:32-36  product
-- New keys for the old ones that have none yet.
INSERT INTO "datamove_shop_v2"."map_product" ("old_1", "new")
SELECT "datamove_new"."old_1", greatest(coalesce((SELECT max("id") FROM "shop"."product"), 0), coalesce((SELECT max("new") FROM "datamove_shop_v2"."map_product"), 0), coalesce((SELECT "last_value" FROM "datamove_shop_v2"."sequence" WHERE "name" = 'product.id' AND "is_called" = true), 0)) + row_number() OVER (ORDER BY "datamove_new"."old_1")
FROM (SELECT DISTINCT "p"."id" AS "old_1"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= "datamove_first_1" AND "p"."id" <= "datamove_last_1") AS "datamove_new"
WHERE ("datamove_new"."old_1") IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "datamove_new"."old_1");
SET datamove_written = 0;
INSERT INTO "shop"."product" ("id", "sku", "title", "price")
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id"), cast(concat('datamove DM0709: a reference finds no row in map_product', left(rand(), 0)) as signed)) AS "id",
       convert("p"."sku" USING utf8mb4) COLLATE utf8mb4_bin AS "sku",
       convert("p"."title" USING utf8mb4) COLLATE utf8mb4_bin AS "title",
       cast(round((cast("p"."price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= "datamove_first_1" AND "p"."id" <= "datamove_last_1";
SET datamove_written = datamove_written + ROW_COUNT();
SET datamove_read = datamove_written;

  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as char),
    "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."products" AS "p" FORCE INDEX ("PRIMARY") WHERE "p"."id" > "datamove_last_1") THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'product';
  COMMIT;
  SET datamove_left = datamove_left - 1;
END LOOP "datamove_batches";
END
$datamove$
DELIMITER ;
CALL "datamove_shop_v2"."datamove_script"();
DROP PROCEDURE "datamove_shop_v2"."datamove_script";
SET SESSION foreign_key_checks = 1;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" WHERE "step" IN ('product') ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
