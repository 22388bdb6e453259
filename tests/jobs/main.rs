//! Several sessions of one run move rows side by side: the same rows, the same ledger and the same rollback as one.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod accidents;
#[path = "../runner_servers/ended.rs"]
mod ended;
mod many;
mod same;
mod throttle;
#[path = "../testkit/mod.rs"]
mod testkit;
