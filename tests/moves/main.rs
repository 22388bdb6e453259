//! Moves that are drawn by chance, over schemas and rows that are drawn by chance: each compiles, is
//! applied, is found to be right, and is taken back without a trace.
//!
//! The draws are the same on every machine. `DATAMOVE_MOVES=1000 cargo test --test moves -- --ignored`
//! draws more of them on every engine.

#![expect(clippy::disallowed_methods, reason = "tests make the files that the runner finds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod case;
mod kinds;
mod mariadb;
mod postgres;
mod run;
mod sqlite;
mod text;
#[path = "../testkit/mod.rs"]
mod testkit;
