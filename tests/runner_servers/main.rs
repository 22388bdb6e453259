//! The runner on real servers: PostgreSQL, and MySQL's family by MariaDB.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod sessions;
#[path = "../testkit/mod.rs"]
mod testkit;
