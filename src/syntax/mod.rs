//! Text to tree and back. Knows no schema; the only user of the parser generator.

pub mod ast;
mod parse;
mod print;

pub use parse::parse;
pub use print::print;

#[cfg(test)]
mod tests;
