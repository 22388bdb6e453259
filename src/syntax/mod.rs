//! Text to tree and back. Knows no schema; the only user of the parser generator.

pub mod ast;
mod load;
mod parse;
mod print;
mod walk;

pub use load::{Files, ReadError, beside, has_conflicts, load};
pub use parse::parse;
pub use print::print;

#[cfg(test)]
mod tests;
