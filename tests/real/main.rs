//! Real input: other projects' published databases, moved, killed in the middle, resumed, validated,
//! compared with what those projects made of them, and taken back.

#![expect(clippy::disallowed_methods, reason = "tests work with files and processes")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[macro_use]
#[path = "../testkit/mod.rs"]
mod testkit;

mod bench;
mod chinook;
mod chinook_mysql;
mod generate;
mod gitlab;
mod osm;
mod versions;
