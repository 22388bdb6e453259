//! The runner on real servers: PostgreSQL, and MySQL's family by MariaDB.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod accidents;
mod certificates;
mod drift;
mod ended;
mod mysql;
mod places;
mod rights;
mod runbook;
mod sessions;
mod shop;
mod shop_mysql;
#[path = "../testkit/mod.rs"]
mod testkit;
mod verbs;
