//! What is proven after a load, on all three engines: evidence, gates, differences and their repair.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod cutover;
#[path = "../runner_servers/ended.rs"]
mod ended;
mod evidence;
mod reports;
mod shop;
#[path = "../testkit/mod.rs"]
mod testkit;
