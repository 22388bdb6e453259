-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Fills the columns of customer that were NULL at first because of a cycle.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/25_second_pass/customer.sql
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET search_path = pg_catalog;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET extra_float_digits = 1;
SET bytea_output = 'hex';
SET client_min_messages = warning;
-- A policy that would hide rows is an error, not fewer rows.
SET row_security = off;
SET lock_timeout = '10s';

DO $datamove$
DECLARE
  datamove_state text;
  datamove_read bigint;
  datamove_written bigint;
  datamove_unseen bigint;
  datamove_all_new boolean := true;
  datamove_turn bigint := 0;
  datamove_plan json;
  datamove_left bigint := nullif(current_setting('datamove.batches', true), '')::bigint;
  datamove_limit bigint := coalesce(nullif(current_setting('datamove.batch_rows', true), '')::bigint, 500);
  "datamove_checkpoint_1" "datamove_shop_v2"."stage_customers"."id"%TYPE;
  "datamove_first_1" "datamove_shop_v2"."stage_customers"."id"%TYPE;
  "datamove_last_1" "datamove_shop_v2"."stage_customers"."id"%TYPE;
BEGIN
LOOP
  EXIT WHEN datamove_left <= 0;
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  -- The lock makes a second runner wait; then it goes on behind our checkpoint.
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'customer/second_pass' FOR UPDATE;
  EXIT WHEN datamove_state = 'done';
  -- A batch is found by the key's index and by nothing else, and what it looks up by key lies close
  -- together.
  SET LOCAL random_page_cost = 0.1;
  SET LOCAL jit = off;
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_bitmapscan = off;
  SET LOCAL enable_sort = off;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "c"."id" INTO "datamove_first_1" FROM "datamove_shop_v2"."stage_customers" AS "c"
    ORDER BY "c"."id" LIMIT 1;
  ELSE
    SELECT "c"."id" INTO "datamove_first_1" FROM "datamove_shop_v2"."stage_customers" AS "c"
    WHERE "c"."id" > "datamove_checkpoint_1" ORDER BY "c"."id" LIMIT 1;
  END IF;
  IF NOT FOUND THEN
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'customer/second_pass';
    COMMIT;
    EXIT;
  END IF;
  SELECT "k_1" INTO "datamove_last_1" FROM (
    SELECT "c"."id" AS "k_1" FROM "datamove_shop_v2"."stage_customers" AS "c"
    WHERE "c"."id" >= "datamove_first_1" ORDER BY "c"."id" LIMIT datamove_limit
  ) AS "datamove_keys" ORDER BY "k_1" DESC LIMIT 1;
  IF datamove_turn % 64 = 0 THEN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT "c"."id" FROM "datamove_shop_v2"."stage_customers" AS "c" WHERE "c"."id" >= $1 ORDER BY "c"."id" LIMIT $2' INTO datamove_plan USING "datamove_first_1", datamove_limit;
    IF jsonb_path_exists(datamove_plan::jsonb, '$.**."Node Type" ? (@ == "Seq Scan" || @ == "Sort")') AND
       (SELECT sum(pg_relation_size(relid)) FROM (
         SELECT relid FROM pg_partition_tree('"datamove_shop_v2"."stage_customers"') UNION SELECT CAST('"datamove_shop_v2"."stage_customers"' AS regclass)
       ) AS "datamove_part") > 8000000 THEN
      RAISE EXCEPTION USING MESSAGE = 'datamove DM0716: no index of stage_customers finds the next batch by "c"."id"';
    END IF;
  END IF;
  datamove_turn := datamove_turn + 1;
  SET LOCAL enable_sort TO DEFAULT;
  SET LOCAL enable_bitmapscan TO DEFAULT;
  SET LOCAL enable_seqscan TO DEFAULT;

-- moves.plan:11-30  customer
SELECT count(*) INTO datamove_read FROM (
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), cast("datamove_shop_v2"."fail"('datamove DM0709: a reference finds no row in map_customer') as uuid)) AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "datamove_shop_v2"."stage_customers" AS "c"
JOIN "datamove_shop_v2"."stage_countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= "datamove_first_1" AND "c"."id" <= "datamove_last_1" AND "c"."is_test" = 0
) AS "datamove_row";
UPDATE "shop"."customer" AS "datamove_old" SET "referred_by" = "datamove_row"."referred_by"
FROM (
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."id"), cast("datamove_shop_v2"."fail"('datamove DM0709: a reference finds no row in map_customer') as uuid)) AS "id",
       (SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "c"."referred_by") AS "referred_by"
FROM "datamove_shop_v2"."stage_customers" AS "c"
JOIN "datamove_shop_v2"."stage_countries" AS "k" ON "k"."id" = "c"."country_id"
WHERE "c"."id" >= "datamove_first_1" AND "c"."id" <= "datamove_last_1" AND "c"."is_test" = 0
) AS "datamove_row"
WHERE "datamove_old"."id" = "datamove_row"."id" AND ("datamove_old"."referred_by" IS DISTINCT FROM "datamove_row"."referred_by");
GET DIAGNOSTICS datamove_written = ROW_COUNT;

  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as text),
    "state" = CASE WHEN (SELECT true FROM "datamove_shop_v2"."stage_customers" AS "c" WHERE "c"."id" > "datamove_last_1" ORDER BY "c"."id" LIMIT 1) THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'customer/second_pass';
  COMMIT;
  datamove_left := datamove_left - 1;
END LOOP;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer/second_pass') ORDER BY "ordinal";
