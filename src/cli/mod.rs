//! The only place with files, environment, clock and stdout.

pub mod write;
