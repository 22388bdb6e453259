//! Expressions of MySQL's DDL, spelled anew for the sessions of scripts.
//!
//! A schema is written for MySQL's usual mode: texts in either quotes, with backslash escapes, and
//! `||` for OR. Scripts run under ANSI_QUOTES, NO_BACKSLASH_ESCAPES and PIPES_AS_CONCAT, where the
//! same characters would mean something else.

use sqlparser::tokenizer::Token;

use super::tokens::{Cursor, Range, Tok, is_word};

/// The source under `range`, meaning the same in a script's session. Backticks stay.
pub(super) fn respelled(cursor: &Cursor<'_>, range: Range) -> String {
    let tokens = cursor.tokens(range);
    let mut spelled = String::new();
    let mut end = tokens.first().map_or(0, |tok| tok.start);
    for (at, tok) in tokens.iter().enumerate() {
        let written = cursor.source(Range { from: range.from + at, to: range.from + at + 1 });
        spelled.push_str(if tok.start > end { " " } else { "" });
        end = tok.end;
        match &tok.token {
            Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) => {
                let text = literal(written);
                quote(&text, &mut spelled);
                spelled.push_str(escape(tokens, at));
            }
            // The prefix stays: N'…'.
            Token::NationalStringLiteral(_) => {
                let text = literal(written.get(1..).unwrap_or(""));
                spelled.push('N');
                quote(&text, &mut spelled);
            }
            Token::StringConcat => spelled.push_str("OR"),
            _ => spelled.push_str(written),
        }
    }
    spelled
}

fn quote(text: &str, spelled: &mut String) {
    spelled.push('\'');
    spelled.push_str(&text.replace('\'', "''"));
    spelled.push('\'');
}

/// Without backslash escapes LIKE has no escape character unless it is told one.
fn escape(tokens: &[Tok], pattern: usize) -> &'static str {
    let mut before = tokens[..pattern].iter().rev().map(|tok| &tok.token);
    // A character set may stand before the pattern: `_utf8mb4'…'`.
    let like = before
        .find(|token| !matches!(token, Token::Word(word) if word.value.starts_with('_')))
        .is_some_and(|token| is_word(token, "LIKE"));
    let told = tokens.get(pattern + 1).is_some_and(|after| is_word(&after.token, "ESCAPE"));
    if like && !told { " ESCAPE '\\'" } else { "" }
}

/// The text of a literal in either quotes; several beside each other are one.
pub(super) fn literal(written: &str) -> String {
    let mut text = String::new();
    let mut chars = written.chars().peekable();
    while let Some(quote) = chars.find(|char| matches!(char, '\'' | '"')) {
        while let Some(char) = chars.next() {
            if char == '\\' {
                escaped(chars.next(), &mut text);
            } else if char != quote {
                text.push(char);
            } else if chars.peek() == Some(&quote) {
                chars.next();
                text.push(quote);
            } else {
                break;
            }
        }
    }
    text
}

fn escaped(char: Option<char>, text: &mut String) {
    match char {
        Some('0') => text.push('\0'),
        Some('b') => text.push('\u{8}'),
        Some('n') => text.push('\n'),
        Some('r') => text.push('\r'),
        Some('t') => text.push('\t'),
        Some('Z') => text.push('\u{1a}'),
        // For LIKE, which takes the backslash away itself.
        Some(wild @ ('%' | '_')) => text.extend(['\\', wild]),
        Some(other) => text.push(other),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals_are_read_like_the_server_does() {
        assert_eq!(literal(r"'it''s'"), "it's");
        assert_eq!(literal(r#""say ""hi"" 'x'""#), "say \"hi\" 'x'");
        assert_eq!(literal(r"'a\'b\\c\nd\q\%'"), "a'b\\c\ndq\\%");
        assert_eq!(literal("'one' \n 'two'"), "onetwo");
    }
}
