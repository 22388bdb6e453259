-- datamove plan shop_v2, dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa
-- Puts back what was postponed for the load, one by one: indexes, foreign keys, triggers.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/26_constraints.sql
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
  datamove_one record;
  datamove_why text;
BEGIN
-- One thing at a time, each in a transaction of its own: indexes, foreign keys, what these say of
-- the rows, triggers.
LOOP
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:38be399d00b8fb9fba9171d645716033613a70ab8cc0ff223853677f10db0daa' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
  IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "state" <> 'done') THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0708: steps of the load are not done';
  END IF;
  SELECT * INTO datamove_one FROM "datamove_shop_v2"."postponed" WHERE "state" <> 'back' ORDER BY CASE "kind" WHEN 'index' THEN 1 WHEN 'foreign key' THEN CASE "state" WHEN 'away' THEN 2 ELSE 3 END ELSE 4 END, "ordinal" LIMIT 1;
  EXIT WHEN NOT FOUND;
  CASE datamove_one."kind"
    WHEN 'index' THEN
      PERFORM set_config('default_tablespace', coalesce(datamove_one."tablespace", ''), true);
      EXECUTE datamove_one."definition";
      IF datamove_one."comment" IS NOT NULL THEN
        EXECUTE format('COMMENT ON INDEX %s IS %L', datamove_one."name", datamove_one."comment");
      END IF;
    WHEN 'trigger' THEN
      EXECUTE format('ALTER TABLE ONLY %s %s', datamove_one."table", datamove_one."definition");
    ELSE
      IF datamove_one."state" = 'away' THEN
        -- Rows that come from now on are held to it. Those that are there are looked at below, under
        -- a lock that lets others write.
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', datamove_one."table", datamove_one."name", datamove_one."definition",
          CASE WHEN datamove_one."definition" LIKE '% NOT VALID' THEN '' ELSE ' NOT VALID' END);
        IF datamove_one."comment" IS NOT NULL THEN
          EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', datamove_one."name", datamove_one."table", datamove_one."comment");
        END IF;
      ELSE
        BEGIN
          EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', datamove_one."table", datamove_one."name");
        EXCEPTION WHEN foreign_key_violation THEN
          GET STACKED DIAGNOSTICS datamove_why = PG_EXCEPTION_DETAIL;
          RAISE EXCEPTION USING MESSAGE = 'datamove DM0717: a foreign key does not hold for the moved rows' || ': ' || SQLERRM || '; ' || datamove_why;
        END;
      END IF;
  END CASE;
  UPDATE "datamove_shop_v2"."postponed" SET "state" = CASE
    WHEN "kind" = 'foreign key' AND "state" = 'away' AND "definition" NOT LIKE '% NOT VALID' THEN 'unchecked' ELSE 'back' END
  WHERE "ordinal" = datamove_one."ordinal";
  COMMIT;
END LOOP;
END
$datamove$;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";
