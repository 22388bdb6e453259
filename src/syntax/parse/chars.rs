//! Characters that do not show, or show as something else.

use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};

/// The error for a character that a reader does not see, wherever it stands.
pub(super) fn hidden(found: char, span: Span) -> Option<Diagnostic> {
    let number = format!("U+{:04X}", found as u32);
    match found {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => {
            let message = format!("the character {number} changes the direction in which the text shows");
            Some(
                Diagnostic::error(Code::BidiCharacter, message, span, "invisible, here")
                    .help("remove it: with it, what a reviewer sees is not what is compiled"),
            )
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' | '\u{2028}' | '\u{2029}' => {
            Some(invisible(&number, span))
        }
        '\t' | '\n' => None,
        _ if found.is_control() => Some(invisible(&number, span)),
        _ => None,
    }
}

fn invisible(number: &str, span: Span) -> Diagnostic {
    let message = format!("the invisible character {number}");
    Diagnostic::error(Code::ControlCharacter, message, span, "invisible, here").help("remove it")
}

/// The error for white space that is not a space, outside strings and comments.
pub(super) fn strange_space(found: char, span: Span) -> Option<Diagnostic> {
    (found.is_whitespace()).then(|| {
        let message = format!("the character U+{:04X} looks like a space and is none", found as u32);
        Diagnostic::error(Code::ControlCharacter, message, span, "not a plain space")
            .help("replace it by a plain space")
    })
}

/// The straight quote that a typographic one stands for.
pub(super) const fn smart_quote(found: char) -> Option<u8> {
    match found {
        '“' | '”' | '„' | '«' | '»' => Some(b'"'),
        '‘' | '’' | '‚' | '‹' | '›' => Some(b'\''),
        _ => None,
    }
}

/// When the file's last `'` is never closed: the first string that runs over a line's end, whose
/// closing quote is most likely the one that is missing.
pub(super) fn suspect_string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut first_long = None;
    let line_end = |at: usize| text[at..].find('\n').map_or(bytes.len(), |found| at + found);
    while at < bytes.len() {
        match bytes[at] {
            b'-' if bytes[at..].starts_with(b"--") => at = line_end(at),
            b'#' => at = line_end(at),
            b'/' if bytes[at..].starts_with(b"//") => at = line_end(at),
            b'"' => {
                at += 1;
                while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
                    at += if bytes[at] == b'\\' && bytes.get(at + 1) != Some(&b'\n') { 2 } else { 1 };
                }
                at += 1;
            }
            b'\'' => {
                let start = at;
                let Some(found) = text.get(at + 1..)?.find('\'') else {
                    return first_long.or(Some(start));
                };
                at += found + 2;
                if text[start..at].contains('\n') && first_long.is_none() {
                    first_long = Some(start);
                }
            }
            _ => at += 1,
        }
    }
    None
}
