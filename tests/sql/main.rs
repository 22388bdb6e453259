//! What the compiler's SQL does: words, statements, scripts and whole plans, on both engines.
//!
//! One binary and one throwaway server for all of it, because linking is what tests cost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "tests work with files")]
#![expect(clippy::format_push_string, reason = "a dump is short")]
#![expect(clippy::print_stderr, reason = "a measurement prints what it measured")]

#[macro_use]
#[path = "../testkit/mod.rs"]
mod testkit;
mod batches;
mod bench;
mod compile;
mod shop;
mod plans_in_rust;

mod cases;
mod casts;
mod conflicts;
mod corrupted;
mod cycles;
mod shapes;
mod values;
mod writers_postgres;
mod expressions;
mod scripts_mysql;
mod scripts_postgres;
mod scripts_sqlite;
mod spelling;
mod golden;
mod growth;
mod plans;
mod related;
mod shop_mysql;
mod shop_postgres;
mod shop_sqlite;
mod speed;
mod speed_mysql;
mod strategy;
mod strategy_mysql;
