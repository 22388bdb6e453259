//! Tree to text: the one canonical format. No options; printing what was printed changes nothing.
//!
//! [`expr`] and [`words`] make text out of expressions and names; [`item`], [`r#move`] and
//! [`invariant`] make entries out of items; [`layout`] puts entries, comments and blank lines on
//! the page.

mod cutover;
mod expr;
mod invariant;
mod item;
mod layout;
mod r#move;
mod rows;
mod words;

use super::ast::File;
use crate::base::Sources;

/// Lines are broken where they would be longer, in characters.
const WIDTH: usize = 100;

/// The canonical text of a file that parsed without errors. `sources` has the text it was read
/// from: blank lines between clauses and the places of comments are kept from it.
#[must_use]
pub fn print(sources: &Sources, file: &File) -> String {
    let mut page = layout::Page::new(&sources.file(file.span.file).text, &file.comments);
    page.items(&file.items);
    page.finish(file.span.end)
}
