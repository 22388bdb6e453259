-- datamove plan shop_v2, dm1:6970ba7bda43c9cd41c8ac32420098763b7595f37b5fd77cf95e39138711f41e
-- Moves the rows of country, each batch and its checkpoint in one transaction.
-- From legacy (MySQL) to shop (MySQL).
-- Run: mysql < sql/20_backfill/010_country.sql
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
  DECLARE datamove_others bigint DEFAULT coalesce(@datamove_batch_rows, 10000) - 1;
  DECLARE "datamove_checkpoint_1" bigint;
  DECLARE "datamove_first_1" bigint;
  DECLARE "datamove_last_1" bigint;
  DECLARE "datamove_upper_1" bigint;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2')); RESIGNAL; END;
-- Ranges of the key that have as many rows each, where the session asks for them: several sessions work on them side by
-- side. What was moved before stays as it is, and a step is cut once.
IF datamove_parts > 1 THEN
  START TRANSACTION;
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'country' FOR UPDATE;
  IF datamove_state <> 'done' AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country') THEN
    IF "datamove_checkpoint_1" IS NULL THEN
      SELECT count(*) INTO datamove_share FROM "legacy"."countries" AS "k";
    ELSE
      SELECT count(*) INTO datamove_share FROM "legacy"."countries" AS "k" WHERE "k"."id" > "datamove_checkpoint_1";
    END IF;
    SET datamove_share = greatest(ceil(datamove_share / datamove_parts) - 1, datamove_others);
    SET datamove_part = 0;
    "datamove_ranges": LOOP
      SET datamove_part = datamove_part + 1;
      SET "datamove_upper_1" = NULL;
      IF datamove_part < datamove_parts THEN
        IF "datamove_checkpoint_1" IS NULL THEN
          SELECT "k"."id" INTO "datamove_upper_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
          ORDER BY "k"."id" LIMIT datamove_share, 1;
        ELSE
          SELECT "k"."id" INTO "datamove_upper_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
          WHERE "k"."id" > "datamove_checkpoint_1" ORDER BY "k"."id" LIMIT datamove_share, 1;
        END IF;
      END IF;
      INSERT INTO "datamove_shop_v2"."part" ("step", "part", "checkpoint_1", "upper_1")
      VALUES ('country', datamove_part, cast("datamove_checkpoint_1" as char), cast("datamove_upper_1" as char));
      IF "datamove_upper_1" IS NULL THEN LEAVE "datamove_ranges"; END IF;
      SET "datamove_checkpoint_1" = "datamove_upper_1";
    END LOOP "datamove_ranges";
  END IF;
  COMMIT;
END IF;
"datamove_batches": LOOP
  IF datamove_left <= 0 THEN LEAVE "datamove_batches"; END IF;
  START TRANSACTION;
  -- The first of the step's ranges that nobody is at. Without ranges the step has one checkpoint.
  SET datamove_part = NULL;
  SELECT "part", "checkpoint_1", "upper_1" INTO datamove_part, "datamove_checkpoint_1", "datamove_upper_1"
  FROM "datamove_shop_v2"."part" WHERE "step" = 'country' AND "state" <> 'done' ORDER BY "part" LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF datamove_part IS NULL THEN
    -- Others are at all that is left.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country' AND "state" <> 'done') THEN COMMIT; LEAVE "datamove_batches"; END IF;
    -- The lock makes a second runner wait; then it goes on behind our checkpoint.
    SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
    FROM "datamove_shop_v2"."step" WHERE "step" = 'country' FOR UPDATE;
    IF datamove_state = 'done' THEN COMMIT; LEAVE "datamove_batches"; END IF;
    -- It may have been cut into ranges while it was waited for.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country') THEN
      UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'country'
        AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country' AND "state" <> 'done');
      COMMIT;
      ITERATE "datamove_batches";
    END IF;
  END IF;
  SET "datamove_first_1" = NULL, "datamove_last_1" = NULL;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "k"."id" INTO "datamove_first_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
    ORDER BY "k"."id" LIMIT 1;
  ELSE
    SELECT "k"."id" INTO "datamove_first_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
    WHERE "k"."id" > "datamove_checkpoint_1" ORDER BY "k"."id" LIMIT 1;
  END IF;
  IF "datamove_first_1" IS NULL OR datamove_part IS NOT NULL AND "datamove_first_1" > "datamove_upper_1" THEN
    IF datamove_part IS NOT NULL THEN
      UPDATE "datamove_shop_v2"."part" SET "state" = 'done' WHERE "step" = 'country' AND "part" = datamove_part;
      SELECT "state" INTO datamove_state FROM "datamove_shop_v2"."step" WHERE "step" = 'country' FOR UPDATE;
    END IF;
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'country'
      AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country' AND "state" <> 'done');
    COMMIT;
    IF datamove_part IS NOT NULL THEN ITERATE "datamove_batches"; END IF;
    LEAVE "datamove_batches";
  END IF;
  -- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
  SELECT "k"."id" INTO "datamove_last_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
  WHERE "k"."id" >= "datamove_first_1" ORDER BY "k"."id" LIMIT datamove_others, 1;
  IF "datamove_last_1" IS NULL THEN
    SELECT "k"."id" INTO "datamove_last_1" FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY")
    ORDER BY "k"."id" DESC LIMIT 1;
  END IF;
  IF datamove_part IS NOT NULL AND "datamove_last_1" > "datamove_upper_1" THEN
    SET "datamove_last_1" = "datamove_upper_1";
  END IF;

-- moves.plan:4-8  country
SET datamove_written = 0;
INSERT INTO "shop"."country" ("code", "name")
SELECT convert("k"."iso2" USING utf8mb4) COLLATE utf8mb4_bin AS "code",
       trim(convert("k"."name" USING utf8mb4) COLLATE utf8mb4_bin) AS "name"
FROM "legacy"."countries" AS "k"
WHERE "k"."id" >= "datamove_first_1" AND "k"."id" <= "datamove_last_1";
SET datamove_written = datamove_written + ROW_COUNT();
SET datamove_read = datamove_written;

  IF datamove_part IS NOT NULL THEN
    UPDATE "datamove_shop_v2"."part" SET
      "checkpoint_1" = cast("datamove_last_1" as char),
      "state" = CASE WHEN "datamove_last_1" >= "datamove_upper_1" THEN 'done' WHEN EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY") WHERE "k"."id" > "datamove_last_1") THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'country' AND "part" = datamove_part;
    -- The step has the sums. It is locked first, so that of its last two ranges one sees that the other is done.
    SELECT "state" INTO datamove_state FROM "datamove_shop_v2"."step" WHERE "step" = 'country' FOR UPDATE;
    UPDATE "datamove_shop_v2"."step" SET
      "state" = CASE WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'country' AND "state" <> 'done') THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'country';
  ELSE
  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as char),
    "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" FORCE INDEX ("PRIMARY") WHERE "k"."id" > "datamove_last_1") THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'country';
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

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches", (SELECT count(*) FROM "datamove_shop_v2"."part" AS "datamove_part" WHERE "datamove_part"."step" = "datamove_step"."step" AND "datamove_part"."state" <> 'done') AS "ranges" FROM "datamove_shop_v2"."step" AS "datamove_step" WHERE "step" IN ('country') ORDER BY "ordinal";

DO RELEASE_LOCK(coalesce(@datamove_worker, 'datamove_shop_v2'));
