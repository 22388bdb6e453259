//! Text from plans and schemas, made safe for the places that documents put it.
//!
//! A name may hold anything that its engine allows: pipes, backticks, newlines, tags, marks that
//! turn the direction of writing. None of it may end a table cell, a code span or an element, and
//! none of it may be invisible.

use std::fmt::Write as _;

/// One line of plain characters: runs of white space become one space, and characters that cannot
/// be seen are shown by their number, as `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_hidden(c) {
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.trim_end().to_owned()
}

/// Control and format characters, private use, and whatever XML 1.0 does not allow.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x061C | 0x115F | 0x1160 | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFA0 | 0xFFF0..=0xFFFC | 0xFFFE | 0xFFFF | 0xE0000..=0x0010_FFFF)
}

/// Markdown that shows `text` as it is, in a table cell or anywhere else in a line.
pub(crate) fn markdown(text: &str) -> String {
    line(text, None)
}

/// `before`: the character that stands before the text; `None` at the start of a line, where a few
/// more characters mean something.
fn line(text: &str, mut before: Option<char>) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    let begins = before.is_none();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' | '<' | '>' | '|' | '`' | '\\' | '$' | '@' => entity(c, &mut out),
            '*' | '[' | ']' | '~' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // Inside of a word an underscore is only an underscore, and names are full of them.
            '_' => {
                let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                if !(word(before) && word(chars.peek().copied())) {
                    out.push('\\');
                }
                out.push(c);
            }
            '#' | '+' | '-' | '=' | ':' if before.is_none() => entity(c, &mut out),
            '.' | ')' if begins && !out.is_empty() && out.chars().all(|c| c.is_ascii_digit()) => {
                entity(c, &mut out);
            }
            _ => out.push(c),
        }
        before = Some(c);
    }
    out
}

fn entity(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        _ => {
            let _ = write!(out, "&#{};", u32::from(c));
        }
    }
}

/// A code span for a table cell. Pipes are escaped as GitHub's tables want them.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    let tame = !text.is_empty()
        && !text.contains('`')
        && !text.contains("\\|")
        && !text.ends_with('\\')
        && !text.starts_with(' ');
    if tame {
        return format!("`{}`", text.replace('|', "\\|"));
    }
    // What a code span cannot hold goes into an element, every mark of it as an entity.
    let mut out = String::from("<code>");
    for c in text.chars() {
        if c.is_ascii_punctuation() { entity(c, &mut out) } else { out.push(c) }
    }
    out.push_str("</code>");
    out
}

/// A sentence in which backticks mark code, such as a claim; unpaired ones are only characters.
pub(crate) fn sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return markdown(text);
    }
    let mut out = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(part));
            continue;
        }
        let shown = line(part, out.chars().last());
        if part.starts_with(char::is_whitespace) && !out.is_empty() && !shown.starts_with(' ') {
            out.push(' ');
        }
        out.push_str(&shown);
        if part.ends_with(char::is_whitespace) && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

/// Paragraphs of such sentences, from a doc comment; joined by an empty line.
pub(crate) fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(sentence).filter(|paragraph| !paragraph.is_empty());
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// A word of a POSIX shell, quoted only where it must be.
pub(crate) fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::{code, markdown, paragraphs, sentence, shell, visible};

    #[test]
    fn ordinary_names_stay_readable() {
        assert_eq!(markdown("shop.customer_id (2 of 3)"), "shop.customer_id (2 of 3)");
        assert_eq!(code("trim(a || ' ')"), "`trim(a \\|\\| ' ')`");
        assert_eq!(
            sentence("`left(name)` has at most 40 characters"),
            "`left(name)` has at most 40 characters"
        );
        assert_eq!(sentence("the key `id`, and `no` more"), "the key `id`, and `no` more");
        assert_eq!(shell("sql/20_backfill/010_order.sql"), "sql/20_backfill/010_order.sql");
    }

    #[test]
    fn marks_lose_their_power() {
        assert_eq!(markdown("a|b`<i>_x_*"), "a&#124;b&#96;&lt;i&gt;\\_x\\_\\*");
        assert_eq!(markdown("# no heading"), "&#35; no heading");
        assert_eq!(markdown("12. no list"), "12&#46; no list");
        assert_eq!(code("a`|b"), "<code>a&#96;&#124;b</code>");
        assert_eq!(code("'\\|'"), "<code>&#39;&#92;&#124;&#39;</code>");
        assert_eq!(sentence("one ` only"), "one &#96; only");
        assert_eq!(sentence("`a`: b. `c`"), "`a`: b. `c`");
        assert_eq!(paragraphs("a\nb\n\n- c"), "a b\n\n&#45; c");
        assert_eq!(shell("it's"), "'it'\\''s'");
    }

    #[test]
    fn nothing_is_invisible() {
        assert_eq!(visible("a\u{202e}b\r\nc\u{1}\u{feff}"), "a⟨U+202E⟩b c⟨U+0001⟩⟨U+FEFF⟩");
    }
}
