//! Moves between servers: rows of one engine are staged in another one, and everything after that
//! happens there.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod changed;
mod chinook;
mod chinook_mysql;
mod copies;
#[path = "../runner_servers/ended.rs"]
mod ended;
mod edges;
mod fixture;
mod hostile;
mod jobs;
mod kill;
mod mariadb;
mod memory;
mod refusals;
mod route;
mod shop;
mod stock;
mod targets;
#[path = "../testkit/mod.rs"]
mod testkit;
mod two_servers;
mod values;
