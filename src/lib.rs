//! datamove: a compiler and planner for data migrations.

pub mod artifact;
pub mod base;
pub mod diagnostic;
pub mod order;
pub mod plan;
pub mod resolve;
pub mod schema;
pub mod syntax;
pub mod typing;
