-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Fills the columns of customer that were NULL at first because of a cycle.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/25_second_pass/customer.sql
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

-- moves.plan:11-30  customer
-- The batch: the rows behind the checkpoint, as many as the session says.
DELETE FROM temp."datamove_window";
INSERT INTO temp."datamove_window" ("first_1", "last_1")
SELECT * FROM (
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer/second_pass' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
UNION ALL
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer/second_pass' AND "datamove_step"."state" <> 'done' AND "c"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1" LIMIT 1
) AS "a", (
-- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
SELECT * FROM (
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer/second_pass' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer/second_pass' AND "datamove_step"."state" <> 'done' AND "c"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (SELECT "c"."id" AS "k_1" FROM "legacy"."customers" AS "c" ORDER BY "k_1" DESC LIMIT 1)
ORDER BY "k_1" LIMIT 1
) AS "b";

UPDATE temp."datamove_window" SET "rows_read" = (SELECT count(*) FROM (
SELECT coalesce((SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), json_extract('{}', 'datamove DM0709: a reference finds no row in map_customer')) AS "id",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "c"."id" <= (SELECT "last_1" FROM temp."datamove_window") AND "c"."is_test" = 0));

-- moves.plan:11-30  customer
UPDATE "main"."customer" AS "datamove_old" SET "referred_by" = "datamove_row"."referred_by"
FROM (
SELECT coalesce((SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), json_extract('{}', 'datamove DM0709: a reference finds no row in map_customer')) AS "id",
       (SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "c"."id" <= (SELECT "last_1" FROM temp."datamove_window") AND "c"."is_test" = 0
) AS "datamove_row"
WHERE "datamove_old"."id" = "datamove_row"."id" AND ("datamove_old"."referred_by" COLLATE BINARY IS NOT "datamove_row"."referred_by");

UPDATE main."datamove_shop_v2_step" SET
  "rows_written" = "rows_written" + changes(),
  "rows_read" = "rows_read" + coalesce((SELECT "rows_read" FROM temp."datamove_window"), 0),
  "rows_skipped" = "rows_skipped" + coalesce((SELECT "rows_read" FROM temp."datamove_window"), 0) - changes(),
  "batches" = "batches" + (SELECT count(*) FROM temp."datamove_window"),
  "checkpoint_1" = coalesce((SELECT "last_1" FROM temp."datamove_window"), "checkpoint_1"),
  "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."customers" AS "c" WHERE "c"."id" > (SELECT "last_1" FROM temp."datamove_window")) THEN 'running' ELSE 'done' END
WHERE "step" = 'customer/second_pass' AND "state" <> 'done';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer/second_pass') ORDER BY "ordinal";
