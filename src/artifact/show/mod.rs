//! The review for other places than a code host: one page for a browser, and text for a terminal. Both are made
//! of the Markdown, so that there is one review.

mod html;
#[cfg(test)]
mod tests;
mod text;

use pulldown_cmark::{Options, Parser};

pub use html::html;
pub use text::text;

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
}

/// The elements that the templates write. Whatever else looks like one is text.
const ELEMENTS: [&str; 8] =
    ["<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>", "<code>", "</code>"];

/// A piece of the HTML that stands in Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// One of [`ELEMENTS`].
    Tag(&'a str),
    /// Text in which entities may stand.
    Text(&'a str),
}

/// Known elements and the text between them.
fn pieces(mut html: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    while !html.is_empty() {
        if let Some(tag) = ELEMENTS.iter().find(|tag| html.starts_with(**tag)) {
            found.push(Piece::Tag(tag));
            html = &html[tag.len()..];
            continue;
        }
        let next = ELEMENTS.iter().filter_map(|tag| html.find(tag)).min().unwrap_or(html.len());
        let (text, rest) = html.split_at(next);
        found.push(Piece::Text(text));
        html = rest;
    }
    found
}

/// What entities stand for; the escapes of [`super::escape`] and no others.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end < 10).map(|end| &rest[..=end]);
        let meant = entity.and_then(|entity| match entity {
            "&amp;" => Some('&'),
            "&lt;" => Some('<'),
            "&gt;" => Some('>'),
            number => number.strip_prefix("&#")?.strip_suffix(';')?.parse().ok().and_then(char::from_u32),
        });
        if let (Some(c), Some(entity)) = (meant, entity) {
            out.push(c);
            rest = &rest[entity.len()..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}
