-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Fills the columns of customer that were NULL at first because of a cycle.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/25_second_pass/customer.sql
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
  DECLARE datamove_others bigint DEFAULT coalesce(@datamove_batch_rows, 500) - 1;
  DECLARE "datamove_checkpoint_1" bigint;
  DECLARE "datamove_first_1" bigint;
  DECLARE "datamove_last_1" bigint;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2')); RESIGNAL; END;
"datamove_batches": LOOP
  IF datamove_left <= 0 THEN LEAVE "datamove_batches"; END IF;
  START TRANSACTION;
  -- The lock makes a second runner wait; then it goes on behind our checkpoint.
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'customer/second_pass' FOR UPDATE;
  IF datamove_state = 'done' THEN COMMIT; LEAVE "datamove_batches"; END IF;
  SET "datamove_first_1" = NULL, "datamove_last_1" = NULL;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "c"."id" INTO "datamove_first_1" FROM "legacy"."customers" AS "c" FORCE INDEX ("PRIMARY")
    ORDER BY "c"."id" LIMIT 1;
  ELSE
    SELECT "c"."id" INTO "datamove_first_1" FROM "legacy"."customers" AS "c" FORCE INDEX ("PRIMARY")
    WHERE "c"."id" > "datamove_checkpoint_1" ORDER BY "c"."id" LIMIT 1;
  END IF;
  IF "datamove_first_1" IS NULL THEN
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'customer/second_pass';
    COMMIT;
    LEAVE "datamove_batches";
  END IF;
  -- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
  SELECT "c"."id" INTO "datamove_last_1" FROM "legacy"."customers" AS "c" FORCE INDEX ("PRIMARY")
  WHERE "c"."id" >= "datamove_first_1" ORDER BY "c"."id" LIMIT datamove_others, 1;
  IF "datamove_last_1" IS NULL THEN
    SELECT "c"."id" INTO "datamove_last_1" FROM "legacy"."customers" AS "c" FORCE INDEX ("PRIMARY")
    ORDER BY "c"."id" DESC LIMIT 1;
  END IF;

-- moves.plan:11-30  customer
SELECT count(*) INTO datamove_read FROM (
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), cast(cast(concat('datamove DM0709: a reference finds no row in map_customer', left(rand(), 0)) as signed) as char)) AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= "datamove_first_1" AND "c"."id" <= "datamove_last_1" AND "c"."is_test" = 0
) AS "datamove_row";
UPDATE "shop"."customer" AS "datamove_old" JOIN (
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), cast(cast(concat('datamove DM0709: a reference finds no row in map_customer', left(rand(), 0)) as signed) as char)) AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= "datamove_first_1" AND "c"."id" <= "datamove_last_1" AND "c"."is_test" = 0
) AS "datamove_row" ON "datamove_old"."id" = convert("datamove_row"."id" USING "ascii") COLLATE "ascii_bin"
SET "datamove_old"."referred_by" = "datamove_row"."referred_by"
WHERE (NOT (cast(convert("datamove_old"."referred_by" USING utf8mb4) as binary) <=> cast(convert("datamove_row"."referred_by" USING utf8mb4) as binary)));
SET datamove_written = ROW_COUNT();

  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as char),
    "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."customers" AS "c" FORCE INDEX ("PRIMARY") WHERE "c"."id" > "datamove_last_1") THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'customer/second_pass';
  COMMIT;
  SET datamove_left = datamove_left - 1;
END LOOP "datamove_batches";
END
$datamove$
DELIMITER ;
CALL "datamove_shop_v2"."datamove_script"();
DROP PROCEDURE "datamove_shop_v2"."datamove_script";
SET SESSION foreign_key_checks = 1;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer/second_pass') ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
