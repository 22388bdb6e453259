-- datamove plan shop_v2, dm1:3a1c1fc26855dbd5cac2d2cc920cc02d560b92f321077ba62021808adad7ebf3
-- Moves the rows of customer, each batch and its checkpoint in one transaction.
-- From legacy (SQLite) to shop (SQLite).
-- Run: sqlite3 -cmd "ATTACH 'SOURCE.db' AS legacy" TARGET.db < sql/20_backfill/020_customer.sql
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
WHERE "datamove_step"."step" = 'customer' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
UNION ALL
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer' AND "datamove_step"."state" <> 'done' AND "c"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1" LIMIT 1
) AS "a", (
-- The key of the batch's last row; the last of all where fewer rows are left than a batch has.
SELECT * FROM (
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer' AND "datamove_step"."state" <> 'done' AND "datamove_step"."checkpoint_1" IS NULL
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (
SELECT "c"."id" AS "k_1" FROM main."datamove_shop_v2_step" AS "datamove_step" CROSS JOIN "legacy"."customers" AS "c"
WHERE "datamove_step"."step" = 'customer' AND "datamove_step"."state" <> 'done' AND "c"."id" > "datamove_step"."checkpoint_1"
ORDER BY "k_1"
LIMIT 1 OFFSET coalesce((SELECT CAST("value" AS INTEGER) - 1 FROM temp."datamove_session" WHERE "name" = 'batch_rows'), 9223372036854775807))
UNION ALL
SELECT * FROM (SELECT "c"."id" AS "k_1" FROM "legacy"."customers" AS "c" ORDER BY "k_1" DESC LIMIT 1)
ORDER BY "k_1" LIMIT 1
) AS "b";

-- New keys for the old ones that have none yet.
INSERT INTO main."datamove_shop_v2_map_customer" ("old_1", "new")
SELECT "datamove_new"."old_1", "datamove_new"."new"
FROM (SELECT DISTINCT "c"."id" AS "old_1",
       (WITH RECURSIVE n(x) AS (SELECT '3A5118DB74C35AB1973566AC62F25924' || hex(cast(cast("c"."id" as text) as blob)) WHERE (cast("c"."id" as text)) IS NOT NULL),
m(x, last) AS (SELECT x || '80' || substr(hex(zeroblob(64)), 1, (119 - length(x) / 2 % 64) % 64 * 2) || printf('%016X', length(x) * 4), (length(x) / 2 + 8) / 64 FROM n),
s(x, last, block, t, h0, h1, h2, h3, h4, a, b, c, d, e, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15) AS (
SELECT x, last, -1, 80, 0, 0, 0, 0, 0, 1732584193, 4023233417, 2562383102, 271733878, 3285377520, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM m
UNION ALL SELECT x, last, block + (t = 80), CASE t WHEN 80 THEN 0 ELSE t + 1 END,
CASE t WHEN 80 THEN (h0 + a) & 4294967295 ELSE h0 END, CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE h1 END, CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE h2 END, CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE h3 END, CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE h4 END,
CASE WHEN t = 80 THEN (h0 + a) & 4294967295 ELSE (((a << 5) | (a >> 27)) + e + w0 + CASE WHEN t < 20 THEN ((b & c) | (~b & d)) + 1518500249 WHEN t BETWEEN 40 AND 59 THEN ((b & c) | (b & d) | (c & d)) + 2400959708 ELSE ((((b | c) - (b & c)) | d) - (((b | c) - (b & c)) & d)) + CASE WHEN t < 40 THEN 1859775393 ELSE 3395469782 END END) & 4294967295 END,
CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE a END,
CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE ((b << 30) | (b >> 2)) & 4294967295 END,
CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE c END,
CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE d END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 129, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 130, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 131, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 132, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 133, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 134, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 135, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 136, 1)) << 0) ELSE w1 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 137, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 138, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 139, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 140, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 141, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 142, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 143, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 144, 1)) << 0) ELSE w2 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 145, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 146, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 147, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 148, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 149, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 150, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 151, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 152, 1)) << 0) ELSE w3 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 153, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 154, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 155, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 156, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 157, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 158, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 159, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 160, 1)) << 0) ELSE w4 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 161, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 162, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 163, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 164, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 165, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 166, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 167, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 168, 1)) << 0) ELSE w5 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 169, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 170, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 171, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 172, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 173, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 174, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 175, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 176, 1)) << 0) ELSE w6 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 177, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 178, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 179, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 180, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 181, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 182, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 183, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 184, 1)) << 0) ELSE w7 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 185, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 186, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 187, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 188, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 189, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 190, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 191, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 192, 1)) << 0) ELSE w8 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 193, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 194, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 195, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 196, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 197, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 198, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 199, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 200, 1)) << 0) ELSE w9 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 201, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 202, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 203, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 204, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 205, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 206, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 207, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 208, 1)) << 0) ELSE w10 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 209, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 210, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 211, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 212, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 213, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 214, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 215, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 216, 1)) << 0) ELSE w11 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 217, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 218, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 219, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 220, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 221, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 222, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 223, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 224, 1)) << 0) ELSE w12 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 225, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 226, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 227, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 228, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 229, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 230, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 231, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 232, 1)) << 0) ELSE w13 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 233, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 234, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 235, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 236, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 237, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 238, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 239, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 240, 1)) << 0) ELSE w14 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 241, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 242, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 243, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 244, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 245, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 246, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 247, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 248, 1)) << 0) ELSE w15 END,
CASE t WHEN 80 THEN (instr('123456789ABCDEF', substr(x, block * 128 + 249, 1)) << 28) | (instr('123456789ABCDEF', substr(x, block * 128 + 250, 1)) << 24) | (instr('123456789ABCDEF', substr(x, block * 128 + 251, 1)) << 20) | (instr('123456789ABCDEF', substr(x, block * 128 + 252, 1)) << 16) | (instr('123456789ABCDEF', substr(x, block * 128 + 253, 1)) << 12) | (instr('123456789ABCDEF', substr(x, block * 128 + 254, 1)) << 8) | (instr('123456789ABCDEF', substr(x, block * 128 + 255, 1)) << 4) | (instr('123456789ABCDEF', substr(x, block * 128 + 256, 1)) << 0) ELSE ((((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) << 1) | (((((w13 | w8) - (w13 & w8)) | ((w2 | w0) - (w2 & w0))) - (((w13 | w8) - (w13 & w8)) & ((w2 | w0) - (w2 & w0)))) >> 31)) & 4294967295 END
FROM s WHERE t < 80 OR block < last)
SELECT printf('%08x-%04x-%04x-%04x-%04x%08x', (h0 + a) & 4294967295, ((h1 + b) >> 16) & 65535, (h1 + b) & 4095 | 20480, ((h2 + c) >> 16) & 16383 | 32768, (h2 + c) & 65535, (h3 + d) & 4294967295) FROM s WHERE t = 80 AND block = last) AS "new"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "c"."id" <= (SELECT "last_1" FROM temp."datamove_window") AND "c"."is_test" = 0) AS "datamove_new"
WHERE ("datamove_new"."old_1") IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "datamove_new"."old_1");

-- moves.plan:11-30  customer
INSERT INTO "main"."customer" AS "datamove_old" ("id", "legacy_id", "full_name", "email", "status", "country_code", "balance", "referred_by", "created_at", "note")
SELECT coalesce((SELECT "datamove_map"."new" FROM main."datamove_shop_v2_map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), json_extract('{}', 'datamove DM0709: a reference finds no row in map_customer')) AS "id",
       "c"."id" AS "legacy_id",
       trim(("c"."first_name" || ' ') || "c"."last_name") AS "full_name",
       lower("c"."email") AS "email",
       CASE ("c"."status_code" COLLATE BINARY) WHEN 'A' THEN 'active' WHEN 'S' THEN 'suspended' WHEN 'X' THEN 'closed' ELSE json_extract('{}', 'datamove DM0709: a value is not in the map customer_status') END AS "status",
       "k"."iso2" AS "country_code",
       "c"."balance_cents" / 100.0 AS "balance",
       NULL AS "referred_by",
       "c"."created_at" AS "created_at",
       coalesce("c"."note", '') AS "note"
FROM "legacy"."customers" AS "c"
JOIN "legacy"."countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= (SELECT "first_1" FROM temp."datamove_window") AND "c"."id" <= (SELECT "last_1" FROM temp."datamove_window") AND "c"."is_test" = 0;

UPDATE main."datamove_shop_v2_step" SET
  "rows_written" = "rows_written" + changes(),
  "rows_read" = "rows_read" + changes(),
  "batches" = "batches" + (SELECT count(*) FROM temp."datamove_window"),
  "checkpoint_1" = coalesce((SELECT "last_1" FROM temp."datamove_window"), "checkpoint_1"),
  "state" = CASE WHEN EXISTS (SELECT 1 FROM "legacy"."customers" AS "c" WHERE "c"."id" > (SELECT "last_1" FROM temp."datamove_window")) THEN 'running' ELSE 'done' END
WHERE "step" = 'customer' AND "state" <> 'done';

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM main."datamove_shop_v2_step" WHERE "step" IN ('customer') ORDER BY "ordinal";
