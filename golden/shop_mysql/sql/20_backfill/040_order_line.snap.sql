-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Moves the rows of order_line, each batch and its checkpoint in one transaction.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/20_backfill/040_order_line.sql
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
  DECLARE datamove_parts bigint DEFAULT coalesce(@datamove_parts, 0);
  DECLARE datamove_part bigint DEFAULT 0;
  DECLARE datamove_share bigint DEFAULT 0;
  DECLARE datamove_others bigint DEFAULT coalesce(@datamove_batch_rows, 2000) - 1;
  DECLARE "datamove_checkpoint_1" bigint;
  DECLARE "datamove_first_1" bigint;
  DECLARE "datamove_last_1" bigint;
  DECLARE "datamove_upper_1" bigint;
  DECLARE "datamove_checkpoint_2" integer;
  DECLARE "datamove_first_2" integer;
  DECLARE "datamove_last_2" integer;
  DECLARE "datamove_upper_2" integer;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2')); RESIGNAL; END;
-- Ranges of the key that have as many rows each, where the session asks for them: several sessions work on them side by
-- side. What was moved before stays as it is, and a step is cut once.
IF datamove_parts > 1 THEN
  START TRANSACTION;
  SELECT "state", "checkpoint_1", "checkpoint_2" INTO datamove_state, "datamove_checkpoint_1", "datamove_checkpoint_2"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
  IF datamove_state <> 'done' AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line') THEN
    IF "datamove_checkpoint_1" IS NULL THEN
      SELECT count(*) INTO datamove_share FROM "legacy"."order_lines" AS "l";
    ELSE
      SELECT count(*) INTO datamove_share FROM "legacy"."order_lines" AS "l" WHERE "l"."order_id" >= "datamove_checkpoint_1" AND ("l"."order_id" > "datamove_checkpoint_1" OR "l"."order_id" = "datamove_checkpoint_1" AND "l"."line_no" > "datamove_checkpoint_2");
    END IF;
    SET datamove_share = greatest(ceil(datamove_share / datamove_parts) - 1, datamove_others);
    SET datamove_part = 0;
    "datamove_ranges": LOOP
      SET datamove_part = datamove_part + 1;
      SET "datamove_upper_1" = NULL;
      SET "datamove_upper_2" = NULL;
      IF datamove_part < datamove_parts THEN
        IF "datamove_checkpoint_1" IS NULL THEN
          SELECT "l"."order_id", "l"."line_no" INTO "datamove_upper_1", "datamove_upper_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
          ORDER BY "l"."order_id", "l"."line_no" LIMIT datamove_share, 1;
        ELSE
          SELECT "l"."order_id", "l"."line_no" INTO "datamove_upper_1", "datamove_upper_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
          WHERE "l"."order_id" >= "datamove_checkpoint_1" AND ("l"."order_id" > "datamove_checkpoint_1" OR "l"."order_id" = "datamove_checkpoint_1" AND "l"."line_no" > "datamove_checkpoint_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT datamove_share, 1;
        END IF;
      END IF;
      INSERT INTO "datamove_shop_v2"."part" ("step", "part", "checkpoint_1", "checkpoint_2", "upper_1", "upper_2")
      VALUES ('order_line', datamove_part, cast("datamove_checkpoint_1" as char), cast("datamove_checkpoint_2" as char), cast("datamove_upper_1" as char), cast("datamove_upper_2" as char));
      IF "datamove_upper_1" IS NULL THEN LEAVE "datamove_ranges"; END IF;
      SET "datamove_checkpoint_1" = "datamove_upper_1";
      SET "datamove_checkpoint_2" = "datamove_upper_2";
    END LOOP "datamove_ranges";
  END IF;
  COMMIT;
END IF;
"datamove_batches": LOOP
  IF datamove_left <= 0 THEN LEAVE "datamove_batches"; END IF;
  START TRANSACTION;
  -- The first of the step's ranges that nobody is at. Without ranges the step has one checkpoint.
  SET datamove_part = NULL;
  SELECT "part", "checkpoint_1", "checkpoint_2", "upper_1", "upper_2" INTO datamove_part, "datamove_checkpoint_1", "datamove_checkpoint_2", "datamove_upper_1", "datamove_upper_2"
  FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done' ORDER BY "part" LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF datamove_part IS NULL THEN
    -- Others are at all that is left.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done') THEN COMMIT; LEAVE "datamove_batches"; END IF;
    -- The lock makes a second runner wait; then it goes on behind our checkpoint.
    SELECT "state", "checkpoint_1", "checkpoint_2" INTO datamove_state, "datamove_checkpoint_1", "datamove_checkpoint_2"
    FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    IF datamove_state = 'done' THEN COMMIT; LEAVE "datamove_batches"; END IF;
    -- It may have been cut into ranges while it was waited for.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line') THEN
      UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order_line'
        AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done');
      COMMIT;
      ITERATE "datamove_batches";
    END IF;
  END IF;
  SET "datamove_first_1" = NULL, "datamove_last_1" = NULL;
  SET "datamove_first_2" = NULL, "datamove_last_2" = NULL;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "l"."order_id", "l"."line_no" INTO "datamove_first_1", "datamove_first_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
    ORDER BY "l"."order_id", "l"."line_no" LIMIT 1;
  ELSE
    SELECT "l"."order_id", "l"."line_no" INTO "datamove_first_1", "datamove_first_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
    WHERE "l"."order_id" >= "datamove_checkpoint_1" AND ("l"."order_id" > "datamove_checkpoint_1" OR "l"."order_id" = "datamove_checkpoint_1" AND "l"."line_no" > "datamove_checkpoint_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT 1;
  END IF;
  IF "datamove_first_1" IS NULL OR datamove_part IS NOT NULL AND "datamove_first_1" >= "datamove_upper_1" AND ("datamove_first_1" > "datamove_upper_1" OR "datamove_first_1" = "datamove_upper_1" AND "datamove_first_2" > "datamove_upper_2") THEN
    IF datamove_part IS NOT NULL THEN
      UPDATE "datamove_shop_v2"."part" SET "state" = 'done' WHERE "step" = 'order_line' AND "part" = datamove_part;
      SELECT "state" INTO datamove_state FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    END IF;
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order_line'
      AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done');
    COMMIT;
    IF datamove_part IS NOT NULL THEN ITERATE "datamove_batches"; END IF;
    LEAVE "datamove_batches";
  END IF;
  -- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
  SELECT "l"."order_id", "l"."line_no" INTO "datamove_last_1", "datamove_last_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
  WHERE "l"."order_id" >= "datamove_first_1" AND ("l"."order_id" > "datamove_first_1" OR "l"."order_id" = "datamove_first_1" AND "l"."line_no" >= "datamove_first_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT datamove_others, 1;
  IF "datamove_last_1" IS NULL THEN
    SELECT "l"."order_id", "l"."line_no" INTO "datamove_last_1", "datamove_last_2" FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY")
    ORDER BY "l"."order_id" DESC, "l"."line_no" DESC LIMIT 1;
  END IF;
  IF datamove_part IS NOT NULL AND "datamove_last_1" >= "datamove_upper_1" AND ("datamove_last_1" > "datamove_upper_1" OR "datamove_last_1" = "datamove_upper_1" AND "datamove_last_2" > "datamove_upper_2") THEN
    SET "datamove_last_1" = "datamove_upper_1";
    SET "datamove_last_2" = "datamove_upper_2";
  END IF;

-- moves.plan:46-54  order_line
SET datamove_written = 0;
INSERT INTO "shop"."order_line" ("order_id", "line_no", "product_id", "quantity", "unit_price")
SELECT "l"."order_id" AS "order_id",
       "l"."line_no" AS "line_no",
       coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id"), cast(concat('datamove DM0709: a reference finds no row in map_product', left(rand(), 0)) as signed)) AS "product_id",
       "l"."quantity" AS "quantity",
       cast(round((cast("l"."unit_price_cents" as decimal(20, 0)) * 0.01), 2) as decimal(10, 2)) AS "unit_price"
FROM "legacy"."order_lines" AS "l"
WHERE "l"."order_id" >= "datamove_first_1" AND ("l"."order_id" > "datamove_first_1" OR "l"."order_id" = "datamove_first_1" AND "l"."line_no" >= "datamove_first_2") AND "l"."order_id" <= "datamove_last_1" AND ("l"."order_id" < "datamove_last_1" OR "l"."order_id" = "datamove_last_1" AND "l"."line_no" <= "datamove_last_2");
SET datamove_written = datamove_written + ROW_COUNT();
SET datamove_read = datamove_written;

  IF datamove_part IS NOT NULL THEN
    UPDATE "datamove_shop_v2"."part" SET
      "checkpoint_1" = cast("datamove_last_1" as char),
      "checkpoint_2" = cast("datamove_last_2" as char),
      "state" = CASE WHEN "datamove_last_1" >= "datamove_upper_1" AND ("datamove_last_1" > "datamove_upper_1" OR "datamove_last_1" = "datamove_upper_1" AND "datamove_last_2" >= "datamove_upper_2") THEN 'done' WHEN EXISTS (SELECT 1 FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY") WHERE "l"."order_id" >= "datamove_last_1" AND ("l"."order_id" > "datamove_last_1" OR "l"."order_id" = "datamove_last_1" AND "l"."line_no" > "datamove_last_2")) THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order_line' AND "part" = datamove_part;
    -- The step has the sums. It is locked first, so that of its last two ranges one sees that the other is done.
    SELECT "state" INTO datamove_state FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    UPDATE "datamove_shop_v2"."step" SET
      "state" = CASE WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done') THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order_line';
  ELSE
  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as char),
    "checkpoint_2" = cast("datamove_last_2" as char),
    "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."order_lines" AS "l" FORCE INDEX ("PRIMARY") WHERE "l"."order_id" >= "datamove_last_1" AND ("l"."order_id" > "datamove_last_1" OR "l"."order_id" = "datamove_last_1" AND "l"."line_no" > "datamove_last_2")) THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'order_line';
  END IF;
  COMMIT;
  SET datamove_left = datamove_left - 1;
END LOOP "datamove_batches";
END
$datamove$
DELIMITER ;
CALL "datamove_shop_v2"."datamove_script"();
DROP PROCEDURE "datamove_shop_v2"."datamove_script";
SET SESSION foreign_key_checks = 1;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches", (SELECT count(*) FROM "datamove_shop_v2"."part" AS "datamove_part" WHERE "datamove_part"."step" = "datamove_step"."step" AND "datamove_part"."state" <> 'done') AS "ranges" FROM "datamove_shop_v2"."step" AS "datamove_step" WHERE "step" IN ('order_line') ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
