//! The runner on SQLite, from the command line and over its driver.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(unreachable_pub, reason = "a test binary has no one outside; `pub` is what its modules share")]

mod accidents;
mod bundle;
mod bundles;
mod faults;
mod fixture;
mod kill;
mod stock;
mod verbs;
