//! datamove: a compiler and planner for data migrations.

pub mod base;
pub mod diagnostic;
pub mod schema;
pub mod syntax;
