-- datamove plan shop_v2, dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945
-- Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.
-- From legacy (SQLite) to shop (PostgreSQL).
-- Run: psql -X -v ON_ERROR_STOP=1 -f sql/10_prepare.sql
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

BEGIN;

-- One run of such a script at a time.
DO $datamove$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
END
$datamove$;

CREATE SCHEMA IF NOT EXISTS "datamove_shop_v2";
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" text NOT NULL, "fingerprint" text NOT NULL, "state" text NOT NULL, "format" integer NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" text PRIMARY KEY, "ordinal" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, "hash" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."part" ("step" text NOT NULL, "part" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "upper_1" text, "upper_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0, "rows_rejected" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("step", "part"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" text PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence" ("number" bigint NOT NULL PRIMARY KEY, "kind" text NOT NULL, "script" text NOT NULL, "fingerprint" text NOT NULL, "at" text NOT NULL, "second" bigint NOT NULL, "good_for" bigint NOT NULL, "source" text NOT NULL, "source_position" text NOT NULL, "target" text NOT NULL, "target_position" text NOT NULL, "relied_on" text NOT NULL, "coverage" text NOT NULL, "checks" bigint NOT NULL, "failed" bigint NOT NULL, "examined" bigint NOT NULL, "expected" bigint NOT NULL, "bad" bigint NOT NULL, "verdict" text NOT NULL, "voided" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."evidence_check" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "kind" text NOT NULL, "subject" text NOT NULL, "examined" bigint, "expected" bigint, "bad" bigint, "verdict" text NOT NULL, PRIMARY KEY ("number", "ordinal"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."difference" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "check_id" text NOT NULL, "key" text, "column" text, "source" text, "target" text, "class" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."control" ("number" bigint NOT NULL PRIMARY KEY, "paused" bigint NOT NULL DEFAULT 0, "rows_per_second" bigint, "waits" text);
INSERT INTO "datamove_shop_v2"."control" ("number") SELECT "datamove_one"."number" FROM (SELECT 1 AS "number") AS "datamove_one" WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."control");
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."attempt" ("number" bigint NOT NULL, "ordinal" bigint NOT NULL, "step" text NOT NULL, "began" text NOT NULL, "ended" text, "outcome" text, "source" text, "source_position" text, "target" text, "target_position" text, PRIMARY KEY ("number", "ordinal"));

CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."postponed" ("ordinal" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "kind" text NOT NULL, "table" text NOT NULL, "name" text NOT NULL, "definition" text NOT NULL, "comment" text, "tablespace" text, "state" text NOT NULL DEFAULT 'away');
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" uuid NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."stage_countries" ("id" bigint NOT NULL, "iso2" character varying(2) NOT NULL, "name" character varying(60) NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."stage_customers" ("id" bigint NOT NULL, "first_name" character varying(40) NOT NULL, "last_name" character varying(40) NOT NULL, "email" character varying(120) NOT NULL, "country_id" bigint NOT NULL, "status_code" character varying(1) NOT NULL, "balance_cents" bigint NOT NULL, "is_test" bigint NOT NULL, "referred_by" bigint, "created_at" timestamp without time zone NOT NULL, "note" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."stage_order_lines" ("order_id" bigint NOT NULL, "line_no" bigint NOT NULL, "product_id" bigint NOT NULL, "quantity" bigint NOT NULL, "unit_price_cents" bigint NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."stage_orders" ("id" bigint NOT NULL, "customer_id" bigint NOT NULL, "placed_at" timestamp without time zone NOT NULL, "note" text);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."stage_products" ("id" bigint NOT NULL, "sku" character varying(20) NOT NULL, "title" character varying(200) NOT NULL, "price_cents" bigint NOT NULL);

INSERT INTO "datamove_shop_v2"."run" ("plan", "fingerprint", "state")
SELECT 'shop_v2', 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

DO $datamove$
BEGIN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:2b5b9f169fe4249ed8c10bd138e331c900e52af60455b2b47cc901f3ab0f9945' THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0702: this target was prepared by another version of the plan';
  END IF;
END
$datamove$;

CREATE OR REPLACE FUNCTION "datamove_shop_v2"."fail"(message text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $datamove$
BEGIN
  RAISE EXCEPTION '%', message;
END
$datamove$;

-- A version 5 UUID (RFC 9562): SHA-1 (FIPS 180-4) of the namespace's bytes and the name in UTF-8.
CREATE OR REPLACE FUNCTION "datamove_shop_v2"."uuid5"(namespace uuid, name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $datamove$
DECLARE
  message bytea := uuid_send(namespace) || convert_to(name, 'UTF8');
  bits bigint := length(message) * 8;
  mask CONSTANT bigint := 4294967295;
  h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  w bigint[];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; x bigint;
  digest text;
BEGIN
  message := message || '\x80'::bytea;
  message := message || decode(repeat('00', (120 - length(message) % 64) % 64), 'hex') || int8send(bits);
  FOR block IN 0 .. length(message) / 64 - 1 LOOP
    FOR t IN 0 .. 15 LOOP
      w[t] := (get_byte(message, block * 64 + t * 4)::bigint << 24) | (get_byte(message, block * 64 + t * 4 + 1) << 16)
        | (get_byte(message, block * 64 + t * 4 + 2) << 8) | get_byte(message, block * 64 + t * 4 + 3);
    END LOOP;
    FOR t IN 16 .. 79 LOOP
      x := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
      w[t] := ((x << 1) | (x >> 31)) & mask;
    END LOOP;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    FOR t IN 0 .. 79 LOOP
      IF t < 20 THEN
        f := (b & c) | (~b & d); k := 1518500249;
      ELSIF t < 40 THEN
        f := b # c # d; k := 1859775393;
      ELSIF t < 60 THEN
        f := (b & c) | (b & d) | (c & d); k := 2400959708;
      ELSE
        f := b # c # d; k := 3395469782;
      END IF;
      x := (((a << 5) | (a >> 27)) + f + e + k + w[t]) & mask;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := x;
    END LOOP;
    h := ARRAY[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
  END LOOP;
  h[2] := (h[2] & 4294905855) | 20480;
  h[3] := (h[3] & 1073741823) | 2147483648;
  digest := lpad(to_hex(h[1]), 8, '0') || lpad(to_hex(h[2]), 8, '0') || lpad(to_hex(h[3]), 8, '0') || lpad(to_hex(h[4]), 8, '0');
  RETURN digest::uuid;
END
$datamove$;

INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'stage/countries', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), '' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'stage/customers', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), '' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'stage/order_lines', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), '' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'stage/orders', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), '' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'stage/products', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), '' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'country', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:fe73790a6006ebfe5eb58b67e53ffe208cde6d2aa527d7c423e453fb7a3d3a27' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'product', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:e5b2a4bdc5cdba4069a30d07a237ffc08b97f1f924af0fa44d52648c9bac55c8' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'customer', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:8ed29a3a2ff01601ee29b6a3db027543df16c05e7618dbfe14110fe4bb1c748a' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'order', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:665a1da24c91dd377369884bc94f959115cee7f1e87d04b7982583bebdb425b4' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'order_line', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:91bd462baa37b1160513b8be015e5e4ac8087eee9df6004b4c5216ddd4b97445' WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal", "hash") SELECT 'customer/second_pass', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step"), 'dms1:8ed29a3a2ff01601ee29b6a3db027543df16c05e7618dbfe14110fe4bb1c748a' WHERE true ON CONFLICT ("step") DO NOTHING;

-- The sequence as it is before the load.
DO $datamove$
DECLARE
  datamove_last bigint;
  datamove_called boolean;
BEGIN
  IF '"shop"."product_id_seq"' IS NOT NULL THEN
    EXECUTE 'SELECT last_value, is_called FROM ' || '"shop"."product_id_seq"' INTO datamove_last, datamove_called;
    INSERT INTO "datamove_shop_v2"."sequence" ("name", "last_value", "is_called")
    VALUES ('product.id', datamove_last, datamove_called) ON CONFLICT ("name") DO NOTHING;
  END IF;
END
$datamove$;

-- The sequence as it is before the load.
DO $datamove$
DECLARE
  datamove_last bigint;
  datamove_called boolean;
BEGIN
  IF '"shop"."order_id_seq"' IS NOT NULL THEN
    EXECUTE 'SELECT last_value, is_called FROM ' || '"shop"."order_id_seq"' INTO datamove_last, datamove_called;
    INSERT INTO "datamove_shop_v2"."sequence" ("name", "last_value", "is_called")
    VALUES ('order.id', datamove_last, datamove_called) ON CONFLICT ("name") DO NOTHING;
  END IF;
END
$datamove$;

-- moves.plan:4-8  country
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('country') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."country" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table country must be empty before the load';
  END IF;
END
$datamove$;

-- moves.plan:32-36  product
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('product') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."product" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table product must be empty before the load';
  END IF;
END
$datamove$;

-- moves.plan:11-30  customer
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('customer') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."customer" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table customer must be empty before the load';
  END IF;
END
$datamove$;

-- moves.plan:38-44  order
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('order') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."order" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table order must be empty before the load';
  END IF;
END
$datamove$;

-- moves.plan:46-54  order_line
DO $datamove$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "step" IN ('order_line') AND "state" <> 'pending')
     AND NOT (NOT (EXISTS (SELECT 1 FROM "shop"."order_line" WHERE 1 = 1))) THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0706: the table order_line must be empty before the load';
  END IF;
END
$datamove$;

-- What the engine would do for every single row is put off until the rows are there. First it is
-- noted exactly as the server has it; what could not be put back just so stays where it is.
DO $datamove$
DECLARE
  datamove_of record;
  datamove_one record;
  datamove_why text;
BEGIN
  IF EXISTS (SELECT 1 FROM "datamove_shop_v2"."postponed") OR EXISTS (SELECT 1 FROM "datamove_shop_v2"."step" WHERE "state" <> 'pending') THEN
    RETURN;
  END IF;
  FOR datamove_of IN
-- moves.plan:11-30  customer
    SELECT CAST('"shop"."customer"' AS regclass) AS "id", true AS "postpones", false AS "triggers_off", CAST(ARRAY['id'] AS text[]) AS "key" UNION ALL
-- moves.plan:38-44  order
    SELECT CAST('"shop"."order"' AS regclass) AS "id", true AS "postpones", false AS "triggers_off", CAST(ARRAY['id'] AS text[]) AS "key" UNION ALL
-- moves.plan:46-54  order_line
    SELECT CAST('"shop"."order_line"' AS regclass) AS "id", true AS "postpones", false AS "triggers_off", CAST(ARRAY['order_id', 'line_no'] AS text[]) AS "key" UNION ALL
    SELECT NULL, false, false, NULL WHERE false
  LOOP
    -- Foreign keys of plain tables to plain tables, which are enforced.
    INSERT INTO "datamove_shop_v2"."postponed" ("kind", "table", "name", "definition", "comment")
    SELECT 'foreign key', CAST(conrelid AS regclass)::text, conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')
    FROM pg_constraint AS k JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid
    WHERE conrelid = datamove_of."id" AND datamove_of."postpones" AND contype = 'f' AND conparentid = 0
      AND child.relkind = 'r' AND parent.relkind = 'r' AND to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'
      AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgconstraint = k.oid AND tgenabled <> 'O')
    ORDER BY conname;
    -- Indexes that nothing but queries of others need: not unique, of no constraint, and not what
    -- rows of the load are found by. A table whose foreign keys stay keeps its indexes for them.
    INSERT INTO "datamove_shop_v2"."postponed" ("kind", "table", "name", "definition", "comment", "tablespace")
    SELECT 'index', CAST(indrelid AS regclass)::text, CAST(indexrelid AS regclass)::text, pg_get_indexdef(indexrelid),
           obj_description(indexrelid, 'pg_class'), spcname
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = indexrelid LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
    WHERE indrelid = datamove_of."id" AND datamove_of."postpones" AND c.relkind = 'i' AND NOT c.relispartition
      AND indisvalid AND NOT indisunique AND NOT indisprimary AND NOT indisexclusion AND NOT indisclustered AND NOT indisreplident
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE refclassid = CAST('pg_class' AS regclass) AND refobjid = indexrelid
        OR classid = CAST('pg_class' AS regclass) AND objid = indexrelid AND deptype IN ('e', 'x'))
      AND NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = indexrelid AND attstattarget >= 0)
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = indrelid AND contype = 'f' AND conname NOT IN (
        SELECT "name" FROM "datamove_shop_v2"."postponed" WHERE "kind" = 'foreign key' AND "table" = CAST(indrelid AS regclass)::text))
      AND NOT EXISTS (SELECT 1 FROM pg_attribute AS a
        WHERE a.attrelid = indrelid AND a.attnum = indkey[0] AND a.attname = ANY (datamove_of."key")
        AND NOT EXISTS (SELECT 1 FROM pg_index AS u
          WHERE u.indrelid = i.indrelid AND u.indisunique AND u.indisvalid AND u.indpred IS NULL
          AND u.indnkeyatts = cardinality(datamove_of."key") AND u.indnkeyatts = (SELECT count(*) FROM pg_attribute AS k
            WHERE k.attrelid = u.indrelid AND k.attnum = ANY (CAST(u.indkey AS int2[])) AND k.attname = ANY (datamove_of."key"))))
    ORDER BY c.relname;
    -- Triggers of users that are on, in partitions as well.
    INSERT INTO "datamove_shop_v2"."postponed" ("kind", "table", "name", "definition")
    SELECT 'trigger', CAST(tgrelid AS regclass)::text, tgname,
           CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END || format(' TRIGGER %I', tgname)
    FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
    WHERE (tgrelid = datamove_of."id" OR tgrelid IN (SELECT relid FROM pg_partition_tree(datamove_of."id")))
      AND datamove_of."triggers_off" AND NOT tgisinternal AND tgenabled <> 'D'
    ORDER BY c.relname, tgname;
  END LOOP;

  SELECT "why" INTO datamove_why FROM (
    SELECT 1 AS "rank", "ordinal", format('%s belongs to %s', "table", pg_get_userbyid(relowner)) AS "why"
    FROM "datamove_shop_v2"."postponed" JOIN pg_class AS c ON c.oid = CAST("table" AS regclass) WHERE NOT pg_has_role(relowner, 'USAGE')
    UNION ALL
    SELECT 2, "ordinal", format('CREATE is missing on the schema of the index %s', "name")
    FROM "datamove_shop_v2"."postponed" JOIN pg_class AS c ON c.oid = CAST("table" AS regclass)
    WHERE "kind" = 'index' AND NOT has_schema_privilege(relnamespace, 'CREATE')
    UNION ALL
    SELECT 3, "ordinal", format('CREATE is missing on the tablespace of the index %s', "name")
    FROM "datamove_shop_v2"."postponed" WHERE "tablespace" IS NOT NULL AND NOT has_tablespace_privilege("tablespace", 'CREATE')
    UNION ALL
    SELECT 4, "ordinal", format('REFERENCES is missing on %s', CAST(confrelid AS regclass))
    FROM "datamove_shop_v2"."postponed" JOIN pg_constraint ON conrelid = CAST("table" AS regclass) AND conname = "name"
    WHERE "kind" = 'foreign key' AND NOT has_table_privilege(confrelid, 'REFERENCES')
      AND EXISTS (SELECT 1 FROM unnest(confkey) AS "column" WHERE NOT has_column_privilege(confrelid, "column", 'REFERENCES'))
  ) AS "datamove_lack" ORDER BY "rank", "ordinal" LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0715: only its owner can take constraints of a table away and put them back' || ': ' || datamove_why;
  END IF;

  FOR datamove_one IN SELECT * FROM "datamove_shop_v2"."postponed" ORDER BY "ordinal" LOOP
    CASE datamove_one."kind"
      WHEN 'foreign key' THEN EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', datamove_one."table", datamove_one."name");
      WHEN 'index' THEN EXECUTE format('DROP INDEX %s', datamove_one."name");
      ELSE EXECUTE format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', datamove_one."table", datamove_one."name");
    END CASE;
  END LOOP;
END
$datamove$;

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "rows_rejected", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";
