//! Connections that are cut at every point of a run, by a proxy: the runner connects again and ends with
//! the very rows of a run that nothing disturbed, or says with a code how to go on.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod commit;
#[path = "../runner_servers/ended.rs"]
mod ended;
mod everywhere;
mod journey;
mod matrix;
mod refused;
mod secrets;
mod silence;
#[path = "../testkit/mod.rs"]
mod testkit;
mod values;
mod wrapper;
