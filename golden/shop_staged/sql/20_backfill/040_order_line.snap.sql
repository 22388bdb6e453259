-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Moves the rows of order_line, each batch and its checkpoint in one transaction.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/20_backfill/040_order_line.sql
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
  datamove_parts bigint := nullif(current_setting('datamove.parts', true), '')::bigint;
  datamove_part integer;
  datamove_share bigint;
  datamove_limit bigint := coalesce(nullif(current_setting('datamove.batch_rows', true), '')::bigint, 2000);
  "datamove_checkpoint_1" "datamove_shop_v2"."stage_order_lines"."order_id"%TYPE;
  "datamove_first_1" "datamove_shop_v2"."stage_order_lines"."order_id"%TYPE;
  "datamove_last_1" "datamove_shop_v2"."stage_order_lines"."order_id"%TYPE;
  "datamove_upper_1" "datamove_shop_v2"."stage_order_lines"."order_id"%TYPE;
  "datamove_checkpoint_2" "datamove_shop_v2"."stage_order_lines"."line_no"%TYPE;
  "datamove_first_2" "datamove_shop_v2"."stage_order_lines"."line_no"%TYPE;
  "datamove_last_2" "datamove_shop_v2"."stage_order_lines"."line_no"%TYPE;
  "datamove_upper_2" "datamove_shop_v2"."stage_order_lines"."line_no"%TYPE;
BEGIN
-- Ranges of the key that have as many rows each, where the session asks for them: several sessions work on them side by
-- side. What was moved before stays as it is, and a step is cut once.
IF datamove_parts > 1 THEN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  SELECT "state", "checkpoint_1", "checkpoint_2" INTO datamove_state, "datamove_checkpoint_1", "datamove_checkpoint_2"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
  IF datamove_state <> 'done' AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line') THEN
    IF "datamove_checkpoint_1" IS NULL THEN
      SELECT count(*) INTO datamove_share FROM "datamove_shop_v2"."stage_order_lines" AS "l";
    ELSE
      SELECT count(*) INTO datamove_share FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE ("l"."order_id", "l"."line_no") > ("datamove_checkpoint_1", "datamove_checkpoint_2");
    END IF;
    datamove_share := greatest((datamove_share + datamove_parts - 1) / datamove_parts, datamove_limit);
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL enable_sort = off;
    FOR datamove_part IN 1 .. datamove_parts LOOP
      IF datamove_part = datamove_parts THEN
        SELECT NULL, NULL INTO "datamove_upper_1", "datamove_upper_2";
      ELSIF "datamove_checkpoint_1" IS NULL THEN
        SELECT "l"."order_id", "l"."line_no" INTO "datamove_upper_1", "datamove_upper_2" FROM "datamove_shop_v2"."stage_order_lines" AS "l"
        ORDER BY "l"."order_id", "l"."line_no" LIMIT 1 OFFSET datamove_share - 1;
      ELSE
        SELECT "l"."order_id", "l"."line_no" INTO "datamove_upper_1", "datamove_upper_2" FROM "datamove_shop_v2"."stage_order_lines" AS "l"
        WHERE ("l"."order_id", "l"."line_no") > ("datamove_checkpoint_1", "datamove_checkpoint_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT 1 OFFSET datamove_share - 1;
      END IF;
      INSERT INTO "datamove_shop_v2"."part" ("step", "part", "checkpoint_1", "checkpoint_2", "upper_1", "upper_2")
      VALUES ('order_line', datamove_part, cast("datamove_checkpoint_1" as text), cast("datamove_checkpoint_2" as text), cast("datamove_upper_1" as text), cast("datamove_upper_2" as text));
      EXIT WHEN "datamove_upper_1" IS NULL;
      "datamove_checkpoint_1" := "datamove_upper_1";
      "datamove_checkpoint_2" := "datamove_upper_2";
    END LOOP;
  END IF;
  COMMIT;
END IF;
LOOP
  EXIT WHEN datamove_left <= 0;
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  -- The first of the step's ranges that nobody is at. Without ranges the step has one checkpoint.
  SELECT "part", "checkpoint_1", "checkpoint_2", "upper_1", "upper_2" INTO datamove_part, "datamove_checkpoint_1", "datamove_checkpoint_2", "datamove_upper_1", "datamove_upper_2"
  FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done' ORDER BY "part" LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF datamove_part IS NULL THEN
    -- Others are at all that is left.
    EXIT WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done');
    -- The lock makes a second runner wait; then it goes on behind our checkpoint.
    SELECT "state", "checkpoint_1", "checkpoint_2" INTO datamove_state, "datamove_checkpoint_1", "datamove_checkpoint_2"
    FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    EXIT WHEN datamove_state = 'done';
    -- It may have been cut into ranges while it was waited for.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line') THEN
      UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order_line'
        AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done');
      COMMIT;
      CONTINUE;
    END IF;
  END IF;
  -- A batch is found by the key's index and by nothing else, and what it looks up by key lies close
  -- together.
  SET LOCAL random_page_cost = 0.1;
  SET LOCAL jit = off;
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_bitmapscan = off;
  SET LOCAL enable_sort = off;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "l"."order_id", "l"."line_no" INTO "datamove_first_1", "datamove_first_2" FROM "datamove_shop_v2"."stage_order_lines" AS "l"
    ORDER BY "l"."order_id", "l"."line_no" LIMIT 1;
  ELSE
    SELECT "l"."order_id", "l"."line_no" INTO "datamove_first_1", "datamove_first_2" FROM "datamove_shop_v2"."stage_order_lines" AS "l"
    WHERE ("l"."order_id", "l"."line_no") > ("datamove_checkpoint_1", "datamove_checkpoint_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT 1;
  END IF;
  IF NOT FOUND OR datamove_part IS NOT NULL AND ("datamove_first_1", "datamove_first_2") > ("datamove_upper_1", "datamove_upper_2") THEN
    IF datamove_part IS NOT NULL THEN
      UPDATE "datamove_shop_v2"."part" SET "state" = 'done' WHERE "step" = 'order_line' AND "part" = datamove_part;
      PERFORM 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    END IF;
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order_line'
      AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done');
    COMMIT;
    CONTINUE WHEN datamove_part IS NOT NULL;
    EXIT;
  END IF;
  SELECT "k_1", "k_2" INTO "datamove_last_1", "datamove_last_2" FROM (
    SELECT "l"."order_id" AS "k_1", "l"."line_no" AS "k_2" FROM "datamove_shop_v2"."stage_order_lines" AS "l"
    WHERE ("l"."order_id", "l"."line_no") >= ("datamove_first_1", "datamove_first_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT datamove_limit
  ) AS "datamove_keys" ORDER BY "k_1" DESC, "k_2" DESC LIMIT 1;
  IF datamove_part IS NOT NULL AND ("datamove_last_1", "datamove_last_2") > ("datamove_upper_1", "datamove_upper_2") THEN
    SELECT "datamove_upper_1", "datamove_upper_2" INTO "datamove_last_1", "datamove_last_2";
  END IF;
  IF datamove_turn % 64 = 0 THEN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT "l"."order_id", "l"."line_no" FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE ("l"."order_id", "l"."line_no") >= ($1, $2) ORDER BY "l"."order_id", "l"."line_no" LIMIT $3' INTO datamove_plan USING "datamove_first_1", "datamove_first_2", datamove_limit;
    IF jsonb_path_exists(datamove_plan::jsonb, '$.**."Node Type" ? (@ == "Seq Scan" || @ == "Sort")') AND
       (SELECT sum(pg_relation_size(relid)) FROM (
         SELECT relid FROM pg_partition_tree('"datamove_shop_v2"."stage_order_lines"') UNION SELECT CAST('"datamove_shop_v2"."stage_order_lines"' AS regclass)
       ) AS "datamove_part") > 8000000 THEN
      RAISE EXCEPTION USING MESSAGE = 'datamove DM0716: no index of stage_order_lines finds the next batch by "l"."order_id", "l"."line_no"';
    END IF;
  END IF;
  datamove_turn := datamove_turn + 1;
  SET LOCAL enable_sort TO DEFAULT;
  SET LOCAL enable_bitmapscan TO DEFAULT;

-- moves.plan:46-54  order_line
INSERT INTO "shop"."order_line" AS "datamove_old" ("order_id", "line_no", "product_id", "quantity", "unit_price")
SELECT "l"."order_id" AS "order_id",
       cast("l"."line_no" as integer) AS "line_no",
       coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "l"."product_id"), cast("datamove_shop_v2"."fail"('datamove DM0709: a reference finds no row in map_product') as bigint)) AS "product_id",
       cast("l"."quantity" as integer) AS "quantity",
       cast(round((cast("l"."unit_price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "unit_price"
FROM (SELECT * FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE NOT ("datamove_first_1" = "datamove_last_1") AND ("l"."order_id", "l"."line_no") >= ("datamove_first_1", "datamove_first_2") AND ("l"."order_id", "l"."line_no") <= ("datamove_last_1", "datamove_last_2")
  UNION ALL SELECT * FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE "datamove_first_1" = "datamove_last_1" AND "l"."order_id" = "datamove_first_1" AND "l"."line_no" >= "datamove_first_2" AND "l"."line_no" <= "datamove_last_2") AS "l"
WHERE 1 = 1;
GET DIAGNOSTICS datamove_written = ROW_COUNT;
datamove_read := datamove_written;

  IF datamove_part IS NOT NULL THEN
    UPDATE "datamove_shop_v2"."part" SET
      "checkpoint_1" = cast("datamove_last_1" as text),
      "checkpoint_2" = cast("datamove_last_2" as text),
      "state" = CASE WHEN ("datamove_last_1", "datamove_last_2") >= ("datamove_upper_1", "datamove_upper_2") THEN 'done' WHEN (SELECT true FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE ("l"."order_id", "l"."line_no") > ("datamove_last_1", "datamove_last_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT 1) THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order_line' AND "part" = datamove_part;
    -- The step has the sums. It is locked first, so that of its last two ranges one sees that the other is done.
    PERFORM 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order_line' FOR UPDATE;
    UPDATE "datamove_shop_v2"."step" SET
      "state" = CASE WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order_line' AND "state" <> 'done') THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order_line';
  ELSE
  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as text),
    "checkpoint_2" = cast("datamove_last_2" as text),
    "state" = CASE WHEN (SELECT true FROM "datamove_shop_v2"."stage_order_lines" AS "l" WHERE ("l"."order_id", "l"."line_no") > ("datamove_last_1", "datamove_last_2") ORDER BY "l"."order_id", "l"."line_no" LIMIT 1) THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'order_line';
  END IF;
  COMMIT;
  datamove_left := datamove_left - 1;
END LOOP;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches", (SELECT count(*) FROM "datamove_shop_v2"."part" AS "datamove_part" WHERE "datamove_part"."step" = "datamove_step"."step" AND "datamove_part"."state" <> 'done') AS "ranges" FROM "datamove_shop_v2"."step" AS "datamove_step" WHERE "step" IN ('order_line') ORDER BY "ordinal";
