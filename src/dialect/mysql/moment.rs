//! Instants are in UTC, in sessions whose zone is UTC.

use super::super::Sql;
use super::super::spelling::{Mode, Piece, Speller, fixed_offset};
use super::super::sql::sql;
use super::super::{Dialect as _, Doubt};
use super::{Mysql, words};
use crate::diagnostic::Code;
use crate::plan::{Expr, ExprKind};
use crate::schema::SqlType;

/// A naive time in a zone becomes an instant, or an instant the time in the zone.
pub(super) fn in_zone(speller: &Speller<'_>, inner: &Expr, zone: &str) -> Piece {
    let x = speller.operand(inner);
    let to_instant = !matches!(inner.ty, SqlType::Timestamp { zoned: true, .. });
    match fixed_offset(zone) {
        Some(0) => speller.piece(inner),
        Some(offset) => {
            let minutes = if to_instant { -offset } else { offset };
            Piece::operator(sql!("{x} + INTERVAL {minutes} MINUTE"))
        }
        None => named(speller, &x, &Mysql.string(zone), to_instant),
    }
}

/// Years in which `convert_tz` knows every zone's rules. Beyond 1970 to 2038 MariaDB gives back what it was given.
const KNOWN: &str = "BETWEEN '1970-01-03' AND '2037-12-31'";

fn named(speller: &Speller<'_>, x: &Sql, zone: &Sql, to_instant: bool) -> Piece {
    let unknown = match speller.mode {
        Mode::Write => words::failure(&format!(
            "datamove {}: a time cannot be brought into its zone",
            Code::ZoneUnknown.id()
        )),
        Mode::Look => Sql::spelled("NULL"),
    };
    let lost = |y: &Sql| sql!("{x} NOT {KNOWN} OR {x} IS NOT NULL AND {y} IS NULL");
    if !to_instant {
        let local = sql!("convert_tz({x}, '+00:00', {zone})");
        return Piece::atom(sql!("CASE WHEN {} THEN {unknown} ELSE {local} END", lost(&local)));
    }
    let instant = sql!("convert_tz({x}, {zone}, '+00:00')");
    let later = by_offset(x, &instant, zone, "+");
    // A time that is there twice is the later one; one that is left out counts on from the day before, both as
    // PostgreSQL has it.
    Piece::atom(sql!(
        "CASE WHEN {} THEN {unknown} WHEN {} THEN {later} WHEN {} THEN {instant} \
         ELSE convert_tz({x} - INTERVAL 1 DAY, {zone}, '+00:00') + INTERVAL 1 DAY END",
        lost(&instant),
        shows(&later, zone, x),
        shows(&instant, zone, x)
    ))
}

/// The instant at which the clocks would show `x` by the offset that holds a day after (`+`) or before (`-`) `instant`.
/// Clocks are put back by a day at most, so where `x` is there twice, one of the two gives the other instant.
fn by_offset(x: &Sql, instant: &Sql, zone: &Sql, sign: &str) -> Sql {
    let then = sql!("({instant} {sign} INTERVAL 1 DAY)");
    sql!(
        "({then} + INTERVAL timestampdiff(MICROSECOND, convert_tz({then}, '+00:00', {zone}), {x}) MICROSECOND)"
    )
}

fn shows(instant: &Sql, zone: &Sql, x: &Sql) -> Sql {
    sql!("convert_tz({instant}, '+00:00', {zone}) = {x}")
}

/// The clocks of the zone show the local time exactly once. What the server cannot tell is not false: [`doubt`]
/// counts it.
pub(super) fn is_once(x: &Sql, zone: &str) -> Sql {
    let zone = Mysql.string(zone);
    let instant = sql!("convert_tz({x}, {zone}, '+00:00')");
    let [after, before] = ["+", "-"].map(|sign| {
        let other = by_offset(x, &instant, &zone, sign);
        sql!("({other} = {instant} OR NOT {})", shows(&other, &zone, x))
    });
    sql!(
        "CASE WHEN {instant} IS NULL OR {x} NOT {KNOWN} THEN true ELSE {} AND {after} AND {before} END",
        shows(&instant, &zone, x)
    )
}

/// Rows whose times the server cannot bring into a zone: it does so only in some years, and only after somebody
/// has loaded the zones' rules.
pub(super) fn doubt(speller: &Speller<'_>, expr: &Expr) -> Option<Doubt> {
    let ExprKind::InZone { expr: inner, zone } = &expr.kind else { return None };
    if fixed_offset(zone).is_some() {
        return None;
    }
    let x = speller.operand(inner);
    let known = sql!("convert_tz('2020-01-01', {}, '+00:00')", Mysql.string(zone));
    Some(Doubt {
        kind: "rules",
        says: format!(
            "the server knows the zone {zone}, and times are from 1970 to 2037 (datamove explain {})",
            Code::ZoneUnknown.id()
        ),
        bad: sql!("({x} IS NOT NULL AND ({known} IS NULL OR {x} NOT {KNOWN}))"),
    })
}
