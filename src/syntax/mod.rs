//! Text to tree and back. Knows no schema; the only user of the parser generator.

pub mod ast;
mod walk;
