//! Version 5 UUIDs (RFC 9562) without any extension: SHA-1 (FIPS 180-4) in integer arithmetic, as
//! a recursive query inside of an expression.

use super::super::Sql;
use super::super::spelling::{Piece, Speller};
use super::super::sql::sql;
use super::words::canonical_text;
use crate::plan::Expr;

/// SHA-1's initial hash value.
const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

pub(super) fn uuid5(speller: &Speller<'_>, namespace: &str, args: &[Expr]) -> Piece {
    let texts: Vec<_> = args.iter().map(|arg| canonical_text(speller, arg)).collect();
    let name = if let [one] = texts.as_slice() {
        one.clone()
    } else {
        let parts: Vec<_> = texts.iter().map(|t| format!("length({t}) || ':' || {t} || ','")).collect();
        sql!("{}", parts.join(" || "))
    };
    let namespace: String = namespace.chars().filter(char::is_ascii_hexdigit).collect();
    Piece::atom(sha1(&namespace.to_uppercase(), &name))
}

/// The SHA-1 of a text in the form of a UUID, for what only has to be told apart.
pub(super) fn digest(text: &Sql) -> Sql {
    sha1("", text)
}

/// One row of `s` is the state before a round; round 80 closes a block and opens the next.
fn sha1(namespace: &str, name: &Sql) -> Sql {
    let words: Vec<_> = (0..16).map(|i| format!("w{i}")).collect();
    let loads: Vec<_> =
        (0..16).map(|i| format!("CASE t WHEN 80 THEN {} ELSE {} END", load(i), shift(i))).collect();
    let iv = INITIAL.map(|word| word.to_string()).join(", ");
    let zeros = vec!["0"; 16].join(", ");
    sql!(
        "(WITH RECURSIVE n(x) AS (SELECT '{namespace}' || hex(cast({name} as blob)) WHERE ({name}) IS NOT NULL),\n\
         m(x, last) AS (SELECT x || '80' || substr(hex(zeroblob(64)), 1, (119 - length(x) / 2 % 64) % 64 * 2) \
         || printf('%016X', length(x) * 4), (length(x) / 2 + 8) / 64 FROM n),\n\
         s(x, last, block, t, h0, h1, h2, h3, h4, a, b, c, d, e, {w}) AS (\n\
         SELECT x, last, -1, 80, 0, 0, 0, 0, 0, {iv}, {zeros} FROM m\n\
         UNION ALL SELECT x, last, block + (t = 80), CASE t WHEN 80 THEN 0 ELSE t + 1 END,\n\
         {h},\n\
         CASE WHEN t = 80 THEN (h0 + a) & 4294967295 ELSE (((a << 5) | (a >> 27)) + e + w0 + {f}) & 4294967295 END,\n\
         CASE t WHEN 80 THEN (h1 + b) & 4294967295 ELSE a END,\n\
         CASE t WHEN 80 THEN (h2 + c) & 4294967295 ELSE ((b << 30) | (b >> 2)) & 4294967295 END,\n\
         CASE t WHEN 80 THEN (h3 + d) & 4294967295 ELSE c END,\n\
         CASE t WHEN 80 THEN (h4 + e) & 4294967295 ELSE d END,\n\
         {loads}\n\
         FROM s WHERE t < 80 OR block < last)\n\
         SELECT printf('%08x-%04x-%04x-%04x-%04x%08x', (h0 + a) & 4294967295, ((h1 + b) >> 16) & 65535, \
         (h1 + b) & 4095 | 20480, ((h2 + c) >> 16) & 16383 | 32768, (h2 + c) & 65535, (h3 + d) & 4294967295) \
         FROM s WHERE t = 80 AND block = last)",
        w = words.join(", "),
        h = hashes(),
        f = ROUND,
        loads = loads.join(",\n"),
    )
}

/// The round's function of b, c and d with its constant. SQLite has no XOR: (x|y) - (x&y).
const ROUND: &str = "CASE WHEN t < 20 THEN ((b & c) | (~b & d)) + 1518500249 \
     WHEN t BETWEEN 40 AND 59 THEN ((b & c) | (b & d) | (c & d)) + 2400959708 \
     ELSE ((((b | c) - (b & c)) | d) - (((b | c) - (b & c)) & d)) \
     + CASE WHEN t < 40 THEN 1859775393 ELSE 3395469782 END END";

fn hashes() -> String {
    let one = |(i, letter): (usize, char)| {
        format!("CASE t WHEN 80 THEN (h{i} + {letter}) & 4294967295 ELSE h{i} END")
    };
    "abcde".chars().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

/// Word `i` of the next block, out of eight hex digits.
fn load(i: usize) -> String {
    let digit = |k: usize| {
        let at = i * 8 + k + 129;
        format!("(instr('123456789ABCDEF', substr(x, block * 128 + {at}, 1)) << {})", 28 - 4 * k)
    };
    (0..8).map(digit).collect::<Vec<_>>().join(" | ")
}

/// The message schedule as a window of sixteen words that moves by one each round.
fn shift(i: usize) -> String {
    if i < 15 {
        return format!("w{}", i + 1);
    }
    let xor = |x: &str, y: &str| format!("(({x} | {y}) - ({x} & {y}))");
    let all = xor(&xor("w13", "w8"), &xor("w2", "w0"));
    format!("(({all} << 1) | ({all} >> 31)) & 4294967295")
}
