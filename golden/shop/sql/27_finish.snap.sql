-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Advances sequences past the moved keys and gathers statistics, once every step is done.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/27_finish.sql
.bail on
PRAGMA foreign_keys = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE IF NOT EXISTS "datamove_session" ("name" TEXT PRIMARY KEY, "value");
DROP TABLE IF EXISTS temp."datamove_guard_plan";
CREATE TEMP TABLE "datamove_guard_plan" ("ok" CONSTRAINT "datamove DM0702: this target was prepared by another version of the plan" CHECK ("ok"));
DROP TABLE IF EXISTS temp."datamove_guard_done";
CREATE TEMP TABLE "datamove_guard_done" ("ok" CONSTRAINT "datamove DM0708: steps of the load are not done" CHECK ("ok"));

BEGIN IMMEDIATE;

INSERT INTO temp."datamove_guard_plan" ("ok")
SELECT coalesce((SELECT "fingerprint" FROM main."datamove_shop_v2_run") = 'dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3', 0);

INSERT INTO temp."datamove_guard_done" ("ok")
SELECT NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_step" WHERE "state" <> 'done');

UPDATE main.sqlite_sequence SET "seq" = (SELECT max("id") FROM "main"."product")
WHERE "name" = 'product' AND "seq" < (SELECT max("id") FROM "main"."product");

UPDATE main."datamove_shop_v2_run" SET "state" = 'loaded';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" ORDER BY "ordinal";
