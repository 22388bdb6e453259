//! Whether the role may do what the bundle needs, asked before anything is written.

use super::driver::Driver;
use super::drivers::rights_on;
use super::failure::{Failure, Result};
use crate::artifact::manifest::Manifest;
use crate::diagnostic::Code;

/// What a server says of one need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Granted,
    /// The object is not there, by its name.
    Missing(String),
    /// The statement that grants what is lacking.
    Lacks(String),
}

/// Refuses a role that lacks rights, naming all of them; and a place that lacks tables.
pub(super) fn check(manifest: &Manifest, driver: &mut dyn Driver) -> Result<()> {
    if manifest.needs.is_empty() {
        return Ok(());
    }
    let answers = rights_on(driver.session(), &manifest.needs)
        .map_err(|error| Failure::from_engine(error).doing("asking for the role's rights"))?;
    let missing: Vec<&str> = answers
        .iter()
        .filter_map(|a| if let Answer::Missing(name) = a { Some(name.as_str()) } else { None })
        .collect();
    if let Some(first) = missing.first() {
        let message = match missing.len() {
            1 => format!("{first} is not there"),
            count => format!("{count} of the plan's tables are not there: {}", missing.join(", ")),
        };
        return Err(Failure::new(Code::TableMissing, message).state("nothing was written").help(
            "make sure that --target names the database of the plan, and that its schema is in place",
        ));
    }
    let grants: Vec<&str> = answers
        .iter()
        .filter_map(|a| if let Answer::Lacks(grant) = a { Some(grant.as_str()) } else { None })
        .collect();
    if grants.is_empty() {
        return Ok(());
    }
    let what = if grants.len() == 1 { "1 object".to_owned() } else { format!("{} objects", grants.len()) };
    Err(Failure::new(Code::RightsMissing, format!("the role lacks rights on {what} that the bundle needs"))
        .state("nothing was written")
        .help(format!("have this run by an owner:\n{}", grants.join("\n"))))
}
