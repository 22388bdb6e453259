//! The bundle: every file that people review and pipelines apply, made in memory.

pub mod manifest;
