//! What the ledger asks of a run that goes on: one row, which anybody may change by plain SQL.

use super::{Control, Rate};
use crate::runner::driver::{Driver, EngineError};
use crate::runner::drivers::identity::{has_table, ledger_table};
use crate::runner::drivers::literal;

/// The table; [`is_there`] first, because ledgers of older bundles have none.
const TABLE: &str = "control";

pub(in crate::runner) fn is_there(driver: &mut dyn Driver, ledger: &str) -> Result<bool, EngineError> {
    let session = driver.session();
    Ok(!session.query(&has_table(session.engine(), ledger, TABLE))?.rows.is_empty())
}

/// What is asked now, and why the run waits if it does.
pub(in crate::runner) fn read(
    driver: &mut dyn Driver,
    ledger: &str,
) -> Result<(Control, Option<String>), EngineError> {
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, TABLE);
    let set = session.query(&format!("SELECT \"paused\", \"rows_per_second\", \"waits\" FROM {table}"))?;
    let Some(row) = set.rows.first() else { return Ok((Control::default(), None)) };
    let control = Control {
        // What is no number is nobody's wish to go on.
        paused: set.count(row, "paused") != Some(0),
        rows_per_second: set.count(row, "rows_per_second").filter(|rate| *rate > 0),
    };
    Ok((control, Some(set.text(row, "waits")).filter(|why| !why.is_empty())))
}

/// Asks a run to pause or to go on, and for so many rows in a second, or for as many as it was told when it began. What
/// is `None` stays.
pub(in crate::runner) fn ask(
    driver: &mut dyn Driver,
    ledger: &str,
    paused: Option<bool>,
    rows_per_second: Option<Rate>,
) -> Result<(), EngineError> {
    let paused = paused.map(|paused| format!("\"paused\" = {}", u8::from(paused)));
    let rate = rows_per_second.map(|Rate(rate)| {
        format!("\"rows_per_second\" = {}", rate.map_or("NULL".to_owned(), |rate| rate.to_string()))
    });
    let set: Vec<String> = paused.into_iter().chain(rate).collect();
    if set.is_empty() { Ok(()) } else { update(driver, ledger, &set.join(", ")) }
}

/// Says in the ledger why the run waits.
pub(in crate::runner) fn waits(
    driver: &mut dyn Driver,
    ledger: &str,
    why: Option<&str>,
) -> Result<(), EngineError> {
    update(driver, ledger, &format!("\"waits\" = {}", why.map_or("NULL".to_owned(), literal)))
}

fn update(driver: &mut dyn Driver, ledger: &str, set: &str) -> Result<(), EngineError> {
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, TABLE);
    session.query(&format!("UPDATE {table} SET {set}")).map(|_| ())
}
