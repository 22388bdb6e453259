-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Moves the rows of country, each batch and its checkpoint in one transaction.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/20_backfill/010_country.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
DROP TABLE IF EXISTS temp."datamove_guard_plan";
CREATE TEMP TABLE "datamove_guard_plan" ("ok" CONSTRAINT "datamove DM0702: this target was prepared by another version of the plan" CHECK ("ok"));
DROP TABLE IF EXISTS temp."datamove_window";
CREATE TEMP TABLE "datamove_window" ("first_1", "last_1", "rows_read");

BEGIN IMMEDIATE;

INSERT INTO temp."datamove_guard_plan" ("ok")
SELECT coalesce((SELECT "fingerprint" FROM main."datamove_shop_v2_run") = 'dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3', 0);

-- moves.plan:4-8  country
-- The batch: the rows behind the checkpoint, as many as the session says.
DELETE FROM temp."datamove_window";
INSERT INTO temp."datamove_window" ("first_1", "last_1")
SELECT * FROM (
SELECT "k"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."countries" AS "k"
WHERE "datamove_step"."step" = 'country' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
UNION ALL
SELECT "k"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."countries" AS "k"
WHERE "datamove_step"."step" = 'country' AND "datamove_step"."state" <> 'done' AND "k"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1" LIMIT 1
) AS "a", (
-- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
SELECT * FROM (
SELECT "k"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."countries" AS "k"
WHERE "datamove_step"."step" = 'country' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (
SELECT "k"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."countries" AS "k"
WHERE "datamove_step"."step" = 'country' AND "datamove_step"."state" <> 'done' AND "k"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (SELECT "k"."id" AS "k_1" FROM "legacy"."countries" AS "k" ORDER BY "k_1" DESC LIMIT 1)
ORDER BY "k_1" LIMIT 1
) AS "b";

-- moves.plan:4-8  country
INSERT INTO "main"."country" AS "datamove_old" ("code", "name")
SELECT "k"."iso2" AS "code",
       trim("k"."name") AS "name"
FROM "legacy"."countries" AS "k"
WHERE "k"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "k"."id" <= (SELECT "last_1" FROM temp."datamove_window");

UPDATE main."datamove_shop_v2_step" SET
  "rows_written" = "rows_written" + changes(),
  "rows_read" = "rows_read" + changes(),
  "batches" = "batches" + (SELECT count(*) FROM temp."datamove_window"),
  "checkpoint_1" = coalesce((SELECT "last_1" FROM temp."datamove_window"), "checkpoint_1"),
  "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."countries" AS "k" WHERE "k"."id" > (SELECT "last_1" FROM temp."datamove_window")) THEN 'running' ELSE 'done' END
WHERE "step" = 'country' AND "state" <> 'done';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" WHERE "step" IN ('country') ORDER BY "ordinal";
