-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
-- Moves the rows of product, each batch and its checkpoint in one transaction.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/20_backfill/010_product.sql
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
  datamove_limit bigint := coalesce(nullif(current_setting('datamove.batch_rows', true), '')::bigint, 10000);
  "datamove_checkpoint_1" "legacy"."products"."id"%TYPE;
  "datamove_first_1" "legacy"."products"."id"%TYPE;
  "datamove_last_1" "legacy"."products"."id"%TYPE;
BEGIN
LOOP
  EXIT WHEN datamove_left <= 0;
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  -- The lock makes a second runner wait; then it goes on behind our checkpoint.
  SELECT "state", "checkpoint_1" INTO datamove_state, "datamove_checkpoint_1"
  FROM "datamove_shop_v2"."step" WHERE "step" = 'product' FOR UPDATE;
  EXIT WHEN datamove_state = 'done';
  -- A batch is found by the key's index and by nothing else, and what it looks up by key lies close
  -- together.
  SET LOCAL random_page_cost = 0.1;
  SET LOCAL jit = off;
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_bitmapscan = off;
  SET LOCAL enable_sort = off;
  IF "datamove_checkpoint_1" IS NULL THEN
    SELECT "p"."id" INTO "datamove_first_1" FROM "legacy"."products" AS "p"
    ORDER BY "p"."id" LIMIT 1;
  ELSE
    SELECT "p"."id" INTO "datamove_first_1" FROM "legacy"."products" AS "p"
    WHERE "p"."id" > "datamove_checkpoint_1" ORDER BY "p"."id" LIMIT 1;
  END IF;
  IF NOT FOUND THEN
    UPDATE "datamove_shop_v2"."step" SET "state" = 'done' WHERE "step" = 'product';
    COMMIT;
    EXIT;
  END IF;
  SELECT "k_1" INTO "datamove_last_1" FROM (
    SELECT "p"."id" AS "k_1" FROM "legacy"."products" AS "p"
    WHERE "p"."id" >= "datamove_first_1" ORDER BY "p"."id" LIMIT datamove_limit
  ) AS "datamove_keys" ORDER BY "k_1" DESC LIMIT 1;
  IF datamove_turn % 64 = 0 THEN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT "p"."id" FROM "legacy"."products" AS "p" WHERE "p"."id" >= $1 ORDER BY "p"."id" LIMIT $2' INTO datamove_plan USING "datamove_first_1", datamove_limit;
    IF jsonb_path_exists(datamove_plan::jsonb, '$.**."Node Type" ? (@ == "Seq Scan" || @ == "Sort")') AND
       (SELECT sum(pg_relation_size(relid)) FROM (
         SELECT relid FROM pg_partition_tree('"legacy"."products"') UNION SELECT CAST('"legacy"."products"' AS regclass)
       ) AS "datamove_part") > 8000000 THEN
      RAISE EXCEPTION USING MESSAGE = 'datamove DM0716: no index of products finds the next batch by "p"."id"';
    END IF;
  END IF;
  datamove_turn := datamove_turn + 1;
  SET LOCAL enable_sort TO DEFAULT;
  SET LOCAL enable_bitmapscan TO DEFAULT;
  SET LOCAL enable_seqscan TO DEFAULT;

-- moves.plan:32-36  product
-- New keys for the old ones that have none yet.
INSERT INTO "datamove_shop_v2"."map_product" ("old_1", "new")
SELECT "datamove_new"."old_1", greatest(coalesce((SELECT max("id") FROM "shop"."product"), 0), coalesce((SELECT max("new") FROM "datamove_shop_v2"."map_product"), 0), coalesce((SELECT "last_value" FROM "datamove_shop_v2"."sequence" WHERE "name" = 'product.id' AND "is_called" = true), 0)) + row_number() OVER (ORDER BY "datamove_new"."old_1")
FROM (SELECT DISTINCT "p"."id" AS "old_1"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= "datamove_first_1" AND "p"."id" <= "datamove_last_1") AS "datamove_new"
WHERE ("datamove_new"."old_1") IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "datamove_new"."old_1");
INSERT INTO "shop"."product" AS "datamove_old" ("id", "sku", "title", "price") OVERRIDING SYSTEM VALUE
SELECT coalesce((SELECT "datamove_map"."new" FROM "datamove_shop_v2"."map_product" AS "datamove_map" WHERE "datamove_map"."old_1" = "p"."id"), cast("datamove_shop_v2"."fail"('datamove DM0709: a reference finds no row in map_product') as bigint)) AS "id",
       "p"."sku" AS "sku",
       "p"."title" AS "title",
       cast(round((cast("p"."price_cents" as numeric) * 0.01), 2) as numeric(10, 2)) AS "price"
FROM "legacy"."products" AS "p"
WHERE "p"."id" >= "datamove_first_1" AND "p"."id" <= "datamove_last_1";
GET DIAGNOSTICS datamove_written = ROW_COUNT;
datamove_read := datamove_written;

  UPDATE "datamove_shop_v2"."step" SET
    "checkpoint_1" = cast("datamove_last_1" as text),
    "state" = CASE WHEN (SELECT true FROM "legacy"."products" AS "p" WHERE "p"."id" > "datamove_last_1" ORDER BY "p"."id" LIMIT 1) THEN 'running' ELSE 'done' END,
    "rows_read" = "rows_read" + datamove_read,
    "rows_written" = "rows_written" + datamove_written,
    "rows_skipped" = "rows_skipped" + datamove_read - datamove_written,
    "batches" = "batches" + 1
  WHERE "step" = 'product';
  COMMIT;
  datamove_left := datamove_left - 1;
END LOOP;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" WHERE "step" IN ('product') ORDER BY "ordinal";
