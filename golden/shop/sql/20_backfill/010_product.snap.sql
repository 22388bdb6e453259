-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Moves the rows of product, each batch and its checkpoint in one transaction.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/20_backfill/010_product.sql
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

-- moves.plan:32-36  product
-- The batch: the rows behind the checkpoint, as many as the session says.
DELETE FROM temp."datamove_window";
INSERT INTO temp."datamove_window" ("first_1", "last_1")
SELECT * FROM (
SELECT "p"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."products" AS "p"
WHERE "datamove_step"."step" = 'product' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
UNION ALL
SELECT "p"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."products" AS "p"
WHERE "datamove_step"."step" = 'product' AND "datamove_step"."state" <> 'done' AND "p"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1" LIMIT 1
) AS "a", (
-- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
SELECT * FROM (
SELECT "p"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."products" AS "p"
WHERE "datamove_step"."step" = 'product' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (
SELECT "p"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."products" AS "p"
WHERE "datamove_step"."step" = 'product' AND "datamove_step"."state" <> 'done' AND "p"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (SELECT "p"."id" AS "k_1" FROM "legacy"."products" AS "p" ORDER BY "k_1" DESC LIMIT 1)
ORDER BY "k_1" LIMIT 1
) AS "b";

-- New keys for the old ones that have none yet.
INSERT INTO main."datamove_shop_v2_map_product" ("old_1", "new")
SELECT "datamove_new"."old_1", max(coalesce((SELECT max("id") FROM "main"."product"), 0), coalesce((SELECT max("new") FROM main."datamove_shop_v2_map_product"), 0), coalesce((SELECT "last_value" FROM main."datamove_shop_v2_sequence" WHERE "name" = 'product.id' AND "is_called" = 1), 0)) + row_number() OVER (ORDER BY "datamove_new"."old_1")
FROM (SELECT DISTINCT "p"."id" AS "old_1"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "p"."id" <= (SELECT "last_1" FROM temp."datamove_window")) AS "datamove_new"
WHERE ("datamove_new"."old_1") IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "datamove_new"."old_1");

-- moves.plan:32-36  product
INSERT INTO "main"."product" AS "datamove_old" ("id", "sku", "title", "price")
SELECT coalesce((SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id"), json_extract('{}', 'datamove DM0709: a reference finds no row in map_product')) AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       "p"."price_cents" / 100.0 AS "price"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "p"."id" <= (SELECT "last_1" FROM temp."datamove_window");

UPDATE main."datamove_shop_v2_step" SET
  "rows_written" = "rows_written" + changes(),
  "rows_read" = "rows_read" + changes(),
  "batches" = "batches" + (SELECT count(*) FROM temp."datamove_window"),
  "checkpoint_1" = coalesce((SELECT "last_1" FROM temp."datamove_window"), "checkpoint_1"),
  "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."products" AS "p" WHERE "p"."id" > (SELECT "last_1" FROM temp."datamove_window")) THEN 'running' ELSE 'done' END
WHERE "step" = 'product' AND "state" <> 'done';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" WHERE "step" IN ('product') ORDER BY "ordinal";
