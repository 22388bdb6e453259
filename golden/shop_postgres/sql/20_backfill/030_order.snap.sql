-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
-- Moves the rows of order, each batch and its checkpoint in one transaction.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/20_backfill/030_order.sql
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
  datamove_limit bigint := coalesce(nullif(current_setting('datamove.batch_rows', true), '')::bigint, 1000);
  "datamove_checkpoint_1" "legacy"."orders"."id"%TYPE;
  "datamove_first_1" "legacy"."orders"."id"%TYPE;
  "datamove_last_1" "legacy"."orders"."id"%TYPE;
  "datamove_upper_1" "legacy"."orders"."id"%TYPE;
BEGIN
-- Ranges of the key that have as many rows each, where the session asks for them: several sessions work on them side by
-- side. What was moved before stays as it is, and a step is cut once.
IF datamove_parts > 1 THEN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'order' FOR UPDATE;
  IF datamove_state <> 'done' AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order') THEN
    IF "datamove_checkpoint_1" IS NULL THEN
      SELECT count(*) INTO datamove_share FROM "legacy"."orders" AS "o";
    ELSE
      SELECT count(*) INTO datamove_share FROM "legacy"."orders" AS "o" WHERE "o"."id" > "datamove_checkpoint_1";
    END IF;
    datamove_share := greatest((datamove_share + datamove_parts - 1) / datamove_parts, datamove_limit);
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL enable_sort = off;
    FOR datamove_part IN 1 .. datamove_parts LOOP
      IF datamove_part = datamove_parts THEN
        SELECT NULL INTO "datamove_upper_1";
      ELSIF "datamove_checkpoint_1" IS NULL THEN
        SELECT "o"."id" INTO "datamove_upper_1" FROM "legacy"."orders" AS "o"
        ORDER BY "o"."id" LIMIT 1 OFFSET datamove_share - 1;
      ELSE
        SELECT "o"."id" INTO "datamove_upper_1" FROM "legacy"."orders" AS "o"
        WHERE "o"."id" > "datamove_checkpoint_1" ORDER BY "o"."id" LIMIT 1 OFFSET datamove_share - 1;
      END IF;
      INSERT INTO "datamove_shop_v2"."part" ("step", "part", "checkpoint_1", "upper_1")
      VALUES ('order', datamove_part, cast("datamove_checkpoint_1" as text), cast("datamove_upper_1" as text));
      EXIT WHEN "datamove_upper_1" IS NULL;
      "datamove_checkpoint_1" := "datamove_upper_1";
    END LOOP;
  END IF;
  COMMIT;
END IF;
LOOP
  EXIT WHEN datamove_left <= 0;
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  -- The first of the step's ranges that nobody is at. Without ranges the step has one checkpoint.
  SELECT "part", "checkpoint_1", "upper_1" INTO datamove_part, "datamove_checkpoint_1", "datamove_upper_1"
  FROM "datamove_shop_v2"."part" WHERE "step" = 'order' AND "state" <> 'done' ORDER BY "part" LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF datamove_part IS NULL THEN
    -- Others are at all that is left.
    EXIT WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order' AND "state" <> 'done');
    -- The lock makes a second runner wait; then it goes on behind our checkpoint.
    SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
    FROM "datamove_shop_v2"."step" WHERE "step" = 'order' FOR UPDATE;
    EXIT WHEN datamove_state = 'done';
    -- It may have been cut into ranges while it was waited for.
    IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order') THEN
      UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order'
        AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order' AND "state" <> 'done');
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
    SELECT "o"."id" INTO "datamove_first_1" FROM "legacy"."orders" AS "o"
    ORDER BY "o"."id" LIMIT 1;
  ELSE
    SELECT "o"."id" INTO "datamove_first_1" FROM "legacy"."orders" AS "o"
    WHERE "o"."id" > "datamove_checkpoint_1" ORDER BY "o"."id" LIMIT 1;
  END IF;
  IF NOT FOUND OR datamove_part IS NOT NULL AND "datamove_first_1" > "datamove_upper_1" THEN
    IF datamove_part IS NOT NULL THEN
      UPDATE "datamove_shop_v2"."part" SET "state" = 'done' WHERE "step" = 'order' AND "part" = datamove_part;
      PERFORM 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order' FOR UPDATE;
    END IF;
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'order'
      AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order' AND "state" <> 'done');
    COMMIT;
    CONTINUE WHEN datamove_part IS NOT NULL;
    EXIT;
  END IF;
  SELECT "k_1" INTO "datamove_last_1" FROM (
    SELECT "o"."id" AS "k_1" FROM "legacy"."orders" AS "o"
    WHERE "o"."id" >= "datamove_first_1" ORDER BY "o"."id" LIMIT datamove_limit
  ) AS "datamove_keys" ORDER BY "k_1" DESC LIMIT 1;
  IF datamove_part IS NOT NULL AND "datamove_last_1" > "datamove_upper_1" THEN
    SELECT "datamove_upper_1" INTO "datamove_last_1";
  END IF;
  IF datamove_turn % 64 = 0 THEN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT "o"."id" FROM "legacy"."orders" AS "o" WHERE "o"."id" >= $1 ORDER BY "o"."id" LIMIT $2' INTO datamove_plan USING "datamove_first_1", datamove_limit;
    IF jsonb_path_exists(datamove_plan::jsonb, '$.**."Node Type" ? (@ == "Seq Scan" || @ == "Sort")') AND
       (SELECT sum(pg_relation_size(relid)) FROM (
         SELECT relid FROM pg_partition_tree('"legacy"."orders"') UNION SELECT CAST('"legacy"."orders"' AS regclass)
       ) AS "datamove_part") > 8000000 THEN
      RAISE EXCEPTION USING MESSAGE = 'datamove DM0716: no index of orders finds the next batch by "o"."id"';
    END IF;
  END IF;
  datamove_turn := datamove_turn + 1;
  SET LOCAL enable_sort TO DEFAULT;
  SET LOCAL enable_bitmapscan TO DEFAULT;
  SET LOCAL enable_seqscan TO DEFAULT;

-- moves.plan:38-44  order
INSERT INTO "shop"."order" AS "datamove_old" ("id", "customer_id", "placed_at", "note")
SELECT "o"."id" AS "id",
       coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_customer" AS "datamove_map" WHERE "datamove_map"."old_1" = "o"."customer_id"), cast("datamove_shop_v2"."fail"('datamove DM0709: a reference finds no row in map_customer') as uuid)) AS "customer_id",
       "o"."placed_at" AS "placed_at",
       "o"."note" AS "note"
FROM "legacy"."orders" AS "o"
WHERE "o"."id" >= "datamove_first_1" AND "o"."id" <= "datamove_last_1";
GET DIAGNOSTICS datamove_written = ROW_COUNT;
datamove_read := datamove_written;

  IF datamove_part IS NOT NULL THEN
    UPDATE "datamove_shop_v2"."part" SET
      "checkpoint_1" = cast("datamove_last_1" as text),
      "state" = CASE WHEN "datamove_last_1" >= "datamove_upper_1" THEN 'done' WHEN (SELECT true FROM "legacy"."orders" AS "o" WHERE "o"."id" > "datamove_last_1" ORDER BY "o"."id" LIMIT 1) THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order' AND "part" = datamove_part;
    -- The step has the sums. It is locked first, so that of its last two ranges one sees that the other is done.
    PERFORM 1 FROM "datamove_shop_v2"."step" WHERE "step" = 'order' FOR UPDATE;
    UPDATE "datamove_shop_v2"."step" SET
      "state" = CASE WHEN EXISTS (SELECT 1 FROM "datamove_shop_v2"."part" WHERE "step" = 'order' AND "state" <> 'done') THEN 'running' ELSE 'done' END,
      "rows_read" = "rows_read" + datamove_read,
      "rows_written" = "rows_written" + datamove_written,
      "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
      "batches" = "batches" + 1
    WHERE "step" = 'order';
  ELSE
  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as text),
    "state" = CASE WHEN (SELECT true FROM "legacy"."orders" AS "o" WHERE "o"."id" > "datamove_last_1" ORDER BY "o"."id" LIMIT 1) THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'order';
  END IF;
  COMMIT;
  datamove_left := datamove_left - 1;
END LOOP;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches", (SELECT count(*) FROM "datamove_shop_v2"."part" AS "datamove_part" WHERE "datamove_part"."step" = "datamove_step"."step" AND "datamove_part"."state" <> 'done') AS "ranges" FROM "datamove_shop_v2"."step" AS "datamove_step" WHERE "step" IN ('order') ORDER BY "ordinal";
