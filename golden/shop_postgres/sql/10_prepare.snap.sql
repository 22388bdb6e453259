-- datamove plan shop_v2, dm1:ef9e63e59c52061f8b8fb0860f621e0af158b82bba6b02dc196fb40db3c67f7e
-- Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.
-- From legacy (PostgreSQL) to shop (PostgreSQL).
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
SET lock_timeout = '10s';

BEGIN;

-- One run of such a script at a time.
DO $datamove$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('shop_v2', 7305805));
END
$datamove$;

CREATE SCHEMA IF NOT EXISTS "datamove_shop_v2";
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."run" ("plan" text NOT NULL, "fingerprint" text NOT NULL, "state" text NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."step" ("step" text PRIMARY KEY, "ordinal" integer NOT NULL, "state" text NOT NULL DEFAULT 'pending', "checkpoint_1" text, "checkpoint_2" text, "rows_read" bigint NOT NULL DEFAULT 0, "rows_written" bigint NOT NULL DEFAULT 0, "rows_skipped" bigint NOT NULL DEFAULT 0, "batches" bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."sequence" ("name" text PRIMARY KEY, "last_value" bigint, "is_called" boolean NOT NULL);
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_customer" ("old_1" bigint, "new" uuid NOT NULL UNIQUE, PRIMARY KEY ("old_1"));
CREATE TABLE IF NOT EXISTS "datamove_shop_v2"."map_product" ("old_1" bigint, "new" bigint NOT NULL UNIQUE, PRIMARY KEY ("old_1"));

INSERT INTO "datamove_shop_v2"."run" ("plan", "fingerprint", "state")
SELECT 'shop_v2', 'dm1:ef9e63e59c52061f8b8fb0860f621e0af158b82bba6b02dc196fb40db3c67f7e', 'prepared' WHERE NOT EXISTS (SELECT 1 FROM "datamove_shop_v2"."run");

DO $datamove$
BEGIN
  IF to_regclass('"datamove_shop_v2"."run"') IS NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'datamove DM0711: nothing is prepared here for this plan: run sql/10_prepare.sql first';
  END IF;
  IF (SELECT "fingerprint" FROM "datamove_shop_v2"."run") IS DISTINCT FROM 'dm1:ef9e63e59c52061f8b8fb0860f621e0af158b82bba6b02dc196fb40db3c67f7e' THEN
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

INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'country', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'product', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'customer', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'order', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'order_line', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;
INSERT INTO "datamove_shop_v2"."step" ("step", "ordinal") SELECT 'customer/second_pass', (SELECT count(*) + 1 FROM "datamove_shop_v2"."step") WHERE true ON CONFLICT ("step") DO NOTHING;

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

COMMIT;

SELECT "step", "state", "rows_read", "rows_written", "rows_skipped", "batches" FROM "datamove_shop_v2"."step" ORDER BY "ordinal";
