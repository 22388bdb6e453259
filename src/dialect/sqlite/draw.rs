//! Numbers that look like chance, in integer arithmetic: SQLite has no function that hashes.

use super::super::Sql;
use super::super::sql::sql;

/// The last characters of a key decide; there is one odd factor for each of them.
const FACTORS: [u32; 14] = [
    1_540_483_477,
    1_103_515_245,
    69_069,
    1_664_525,
    22_695_477,
    134_775_813,
    214_013,
    48_271,
    40_692,
    69_621,
    16_807,
    630_360_016,
    950_706_376,
    742_938_285,
];

/// The largest prime below 2^31, so that no product of two numbers below it overflows.
const PRIME: u32 = 2_147_483_647;

/// A number below [`PRIME`]. Keys with the same last characters get the same one, and the key itself decides then.
///
/// DISTINCT keeps SQLite from putting the text, and the sum, in every place where they are named.
pub(super) fn drawn(text: &Sql, seed: &Sql) -> Sql {
    let terms: Vec<String> = FACTORS
        .iter()
        .enumerate()
        .map(|(i, factor)| format!("coalesce(unicode(substr(\"t\", -{}, 1)), 0) * {factor}", i + 1))
        .collect();
    let sum = terms.join(" + ");
    sql!(
        "(SELECT (\"h\" * \"h\" % {PRIME} * 48271 + \"s\") % {PRIME} FROM (SELECT DISTINCT \
         ({sum} + \"s\" * 69621) % {PRIME} AS \"h\", \"s\" FROM (SELECT DISTINCT {text} AS \"t\", {seed} AS \"s\")))"
    )
}
