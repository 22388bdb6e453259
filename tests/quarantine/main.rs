//! Rows that the target refuses are set aside where the plan permits it, within its bounds, and tried again later: on real
//! databases of every engine, with rows whose places are drawn.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod aside;
mod bench;
#[path = "../runner_servers/ended.rs"]
mod ended;
mod keys;
mod killed;
mod limits;
mod stock;
#[path = "../testkit/mod.rs"]
mod testkit;
mod words;
