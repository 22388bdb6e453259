//! datamove: a compiler and planner for data migrations.

pub mod artifact;
pub mod base;
pub mod diagnostic;
pub mod dialect;
pub mod plan;
pub mod schema;
pub mod syntax;
pub mod typing;
