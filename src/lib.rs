//! datamove: a compiler and planner for data migrations.

pub mod artifact;
pub mod base;
pub mod cli;
pub mod diagnostic;
pub mod plan;
pub mod runner;
pub mod schema;
pub mod syntax;
pub mod typing;
