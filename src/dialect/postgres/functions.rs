use super::super::Sql;
use super::super::spelling::Names;
use super::super::sql::sql;

/// `body` between dollar quotes whose tag does not occur in it.
pub(in crate::dialect) fn dollar_quoted(body: &str) -> Sql {
    let mut tag = String::from("$datamove$");
    let mut n = 0;
    while body.contains(&tag) {
        n += 1;
        tag = format!("$datamove_{n}$");
    }
    sql!("{tag}\n{body}\n{tag}")
}

/// The functions that the ledger's schema holds while a plan is under way. No extension is
/// needed: the server has no SHA-1 of its own.
pub(in crate::dialect) fn ledger_functions(names: &Names, uuids: bool) -> Sql {
    let fail = sql!(
        "CREATE OR REPLACE FUNCTION {}(message text) RETURNS text\n\
         LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS {};",
        names.of_ledger("fail"),
        dollar_quoted("BEGIN\n  RAISE EXCEPTION '%', message;\nEND")
    );
    if !uuids {
        return fail;
    }
    sql!(
        "{fail}\n\n\
         -- A version 5 UUID (RFC 9562): SHA-1 (FIPS 180-4) of the namespace's bytes and the name in UTF-8.\n\
         CREATE OR REPLACE FUNCTION {}(namespace uuid, name text) RETURNS uuid\n\
         LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS {};",
        names.of_ledger("uuid5"),
        dollar_quoted(UUID5)
    )
}

const UUID5: &str = r"DECLARE
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
END";
