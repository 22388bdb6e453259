//! `datamove throttle`: gives a run that goes on another speed.

use super::{Rate, control};
use crate::diagnostic::Code;
use crate::runner::bundle::Bundle;
use crate::runner::driver::Driver;
use crate::runner::drivers::Access;
use crate::runner::failure::{Failure, Result};
use crate::runner::report::{Outcome, Report, Speed, Verb};
use crate::runner::request::{Request, standing};

/// What a run is asked. What is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    pub paused: Option<bool>,
    pub rows_per_second: Option<Rate>,
}

/// Writes the order into the ledger, beside whoever is at work there, and reports what holds now.
pub fn throttle(request: &Request, order: Order) -> Report {
    request.open(Verb::Throttle, Access::Beside, |bundle, driver| {
        let report = Report::new(Verb::Throttle, &bundle.manifest);
        match write(bundle, driver, order) {
            Ok(speed) => Report { speed: Some(speed), ..report }.end(Ok(Outcome::Asked)),
            Err(failure) => report.end(Err(failure)),
        }
    })
}

fn write(bundle: &Bundle, driver: &mut dyn Driver, order: Order) -> Result<Speed> {
    let ledger = &bundle.manifest.ledger;
    standing(&bundle.manifest, driver)?;
    let failed = |error| Failure::from_engine(error).doing("writing the ledger's table `control`");
    if !control::is_there(driver, ledger).map_err(failed)? {
        return Err(Failure::new(Code::NothingToControl, "there is no ledger that takes orders")
            .state("nothing was written")
            .help("begin the run first: `datamove apply` has the same options"));
    }
    control::ask(driver, ledger, order.paused, order.rows_per_second).map_err(failed)?;
    speed(driver, ledger).map_err(failed)
}

/// What a run is asked now, and why it waits.
pub(in crate::runner) fn speed(
    driver: &mut dyn Driver,
    ledger: &str,
) -> std::result::Result<Speed, crate::runner::driver::EngineError> {
    let (control, waits) = control::read(driver, ledger)?;
    Ok(Speed { paused: control.paused, rows_per_second: control.rows_per_second, waits })
}
