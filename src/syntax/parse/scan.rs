//! The pass before the parser: characters, comments, strings and parentheses.
//!
//! It finds what must not reach a recursive parser (depth) or a reader's eye (hidden characters),
//! and mends, byte for byte, what has one clear meaning (`;`, `==`, `//`), so that the parser reads
//! the rest without a second error. Offsets stay the same.

use super::chars;
use super::sink::Sink;
use super::words::ITEMS;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::Comment;

/// Parentheses and `case` that may be open inside one another.
const DEEPEST: usize = 64;

/// What the parser gets.
pub(super) struct Scanned {
    /// The text with blamed marks blanked or mended; as long as the original.
    pub(super) text: String,
    pub(super) comments: Vec<Comment>,
}

/// Reads `text` once. A `'` that is never closed makes the first string that runs over several
/// lines the suspect: then the text is read again with such strings ending at their line.
pub(super) fn scan(text: &str, sink: &mut Sink) -> Scanned {
    let suspect = chars::suspect_string(text);
    let mut scanner = Scanner {
        text,
        clean: text.as_bytes().to_vec(),
        comments: Vec::new(),
        open: Vec::new(),
        blank_from: None,
        line_has_code: false,
        semicolon_seen: false,
        line_blamed: false,
        line_end: 0,
        braces: 0,
        one_line_strings_from: suspect.unwrap_or(usize::MAX),
        sink,
    };
    scanner.run();
    let Scanner { clean, comments, .. } = scanner;
    Scanned { text: String::from_utf8(clean).unwrap_or_default(), comments }
}

#[derive(Clone, Copy)]
enum Open {
    Paren(usize),
    Case,
}

struct Scanner<'a, 'b, 'c> {
    text: &'a str,
    clean: Vec<u8>,
    comments: Vec<Comment>,
    open: Vec<Open>,
    /// Where nesting became too deep; blanked up to the partner.
    blank_from: Option<usize>,
    line_has_code: bool,
    semicolon_seen: bool,
    /// True if a mark of this line was reported: a `)` too many is then likely its consequence.
    line_blamed: bool,
    /// The end of the line looked at last, so that long lines are not searched again and again.
    line_end: usize,
    /// Braces open since the last word that can begin an item.
    braces: usize,
    one_line_strings_from: usize,
    sink: &'b mut Sink<'c>,
}

impl Scanner<'_, '_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        if self.text.starts_with('\u{feff}') {
            self.blank(0, 3);
            at = 3;
        }
        while let Some(byte) = self.text.as_bytes().get(at) {
            at = self.token(at, *byte);
        }
        self.close_parens(at);
    }

    /// Reads one token at `at` and says where the next begins.
    fn token(&mut self, at: usize, byte: u8) -> usize {
        let rest = &self.text[at..];
        match byte {
            b'\n' => {
                self.line_has_code = false;
                self.line_blamed = false;
                at + 1
            }
            b' ' | b'\t' => at + 1,
            b'\r' if rest.starts_with("\r\n") => at + 1,
            b'-' if rest.starts_with("--") => self.comment(at),
            b'#' => self.hash(at),
            b'/' if rest.starts_with("//") => self.foreign_comment(at, "//"),
            b'/' if rest.starts_with("/*") => self.foreign_comment(at, "/*"),
            _ => {
                let next = self.code(at, byte, rest);
                self.line_has_code = true;
                next
            }
        }
    }

    fn code(&mut self, at: usize, byte: u8, rest: &str) -> usize {
        match byte {
            b'\'' => self.sql_string(at),
            b'"' => self.quoted(at),
            b'$' if rest.starts_with("$$") => self.sql_text(at),
            b'(' => self.open(at, Open::Paren(at)),
            b')' => self.close_paren(at),
            b'{' | b'}' => self.brace(at, byte),
            b';' => self.semicolon(at),
            b'=' if rest.starts_with("==") => self.double_equals(at),
            b':' if rest.starts_with(":=") => self.colon_equals(at),
            b'0'..=b'9' => at + word_len(rest),
            _ if word_len(rest) > 0 => self.word(at, &rest[..word_len(rest)]),
            b'!'..=b'~' => at + 1,
            _ => self.strange(at, rest),
        }
    }

    fn comment(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        self.check_inside(at, end);
        let whole = self.text[at..end].trim_end();
        self.comments.push(Comment {
            span: self.sink.span(at, at + whole.len()),
            text: whole[2..].trim_end().to_owned(),
            trailing: self.line_has_code,
        });
        end
    }

    fn hash(&mut self, at: usize) -> usize {
        if !self.text[at..].starts_with("##") {
            return self.foreign_comment(at, "#");
        }
        let end = self.line_end(at);
        self.check_inside(at, end);
        if self.line_has_code {
            let span = self.sink.span(at, at + 2);
            let message = "a doc comment stands on a line of its own, above what it documents";
            self.sink.push(
                Diagnostic::error(Code::DocMisplaced, message, span, "this is behind other text")
                    .help("move it to the line above, or make it a `--` comment"),
            );
            self.blank(at, end);
        }
        end
    }

    fn foreign_comment(&mut self, at: usize, mark: &str) -> usize {
        let line_end = self.line_end(at);
        let end = if mark == "/*" {
            self.text[at..].find("*/").map_or(line_end, |found| at + found + 2)
        } else {
            line_end
        };
        let span = self.sink.span(at, at + mark.len());
        let message = format!("`{mark}` does not begin a comment");
        let help = if mark == "#" { "write `--`, or `##` for a doc comment" } else { "write `--`" };
        self.sink.push(Diagnostic::error(Code::ForeignMark, message, span, "a comment is meant").help(help));
        self.check_inside(at, end);
        self.blank(at, end);
        end
    }

    fn sql_string(&mut self, at: usize) -> usize {
        let limit = if at >= self.one_line_strings_from { self.line_end(at) } else { self.text.len() };
        let bytes = self.text.as_bytes();
        let mut end = at + 1;
        while end < limit {
            if bytes[end] != b'\'' {
                end += 1;
            } else if bytes.get(end + 1) == Some(&b'\'') {
                end += 2;
            } else {
                self.check_inside(at, end);
                return end + 1;
            }
        }
        self.unclosed_string(at, '\'')
    }

    /// SQL between two `$$`: whatever is in it belongs to another language.
    fn sql_text(&mut self, at: usize) -> usize {
        let Some(length) = self.text[at + 2..].find("$$") else {
            return self.unclosed_string(at, '$');
        };
        let end = at + 2 + length;
        self.check_inside(at, end);
        end + 2
    }

    /// A text or a quoted name: within one line, `\` takes the next character as it is.
    fn quoted(&mut self, at: usize) -> usize {
        let end = self.line_end(at);
        let bytes = self.text.as_bytes();
        let mut here = at + 1;
        while here < end {
            match bytes[here] {
                b'"' => {
                    self.check_inside(at, here);
                    return here + 1;
                }
                b'\\' if here + 1 < end => {
                    let escaped = self.text[here + 1..].chars().next().unwrap_or('"');
                    if !matches!(escaped, '"' | '\\') {
                        self.unknown_escape(here, escaped);
                    }
                    here += 1 + escaped.len_utf8();
                }
                _ => here += 1,
            }
        }
        self.unclosed_string(at, '"')
    }

    fn unknown_escape(&mut self, at: usize, escaped: char) {
        let span = self.sink.span(at, at + 1 + escaped.len_utf8());
        let message = format!("`\\{escaped}` is not an escape");
        self.sink.push(
            Diagnostic::error(Code::UnknownEscape, message, span, "only `\\\"` and `\\\\` are")
                .help("write `\\\\` for a backslash"),
        );
        self.blame(at);
    }

    /// Reports the string and closes it at the end of its line, so that the parser reads on.
    fn unclosed_string(&mut self, at: usize, quote: char) -> usize {
        let line_end = self.line_end(at);
        let end = at + self.text[at..line_end].trim_end().len();
        let span = self.sink.span(at, end);
        let message = format!("the string that begins here has no closing `{quote}`");
        self.sink.push(
            Diagnostic::error(Code::UnclosedString, message, span, "never closed")
                .help(format!("close it with `{quote}`")),
        );
        self.blame(at);
        self.check_inside(at, end);
        if end > at + 1 {
            // A backslash before the new quote would hide it; the text's value no longer matters.
            self.clean[at + 1..end].fill(b'_');
            self.clean[end - 1] = self.clean[at];
        } else {
            self.blank(at, end);
        }
        end
    }

    fn open(&mut self, at: usize, what: Open) -> usize {
        self.open.push(what);
        if self.open.len() > DEEPEST && self.blank_from.is_none() {
            self.blank_from = Some(at);
            let end = at + word_len(&self.text[at..]).max(1);
            let message = format!("more than {DEEPEST} levels of parentheses and `case` in one expression");
            let span = self.sink.span(at, end);
            self.sink.push(
                Diagnostic::error(Code::TooBig, message, span, "too deep from here on")
                    .help("split the expression, or compute a part of it in a view of the source"),
            );
            self.blame(at);
        }
        at + 1
    }

    fn close_paren(&mut self, at: usize) -> usize {
        while matches!(self.open.last(), Some(Open::Case)) {
            self.pop(at);
        }
        if self.open.is_empty() {
            let span = self.sink.span(at, at + 1);
            if !self.line_blamed {
                let message = "this `)` closes nothing";
                self.sink.push(
                    Diagnostic::error(Code::Unclosed, message, span, "no `(` is open here")
                        .help("remove it, or add the `(` that it belongs to"),
                );
            }
            self.blame(at);
            self.blank(at, at + 1);
        } else {
            self.pop(at + 1);
        }
        at + 1
    }

    /// Nothing inside parentheses can contain what begins at `at`: reports the open ones.
    fn close_parens(&mut self, at: usize) {
        if let Some(from) = self.blank_from.take() {
            self.blank(from, at);
        }
        let open = std::mem::take(&mut self.open);
        let mut first = true;
        for paren in open {
            let Open::Paren(start) = paren else { continue };
            if first && !self.sink.is_blamed(start, at) {
                let span = self.sink.span(start, start + 1);
                let message = "this `(` is never closed";
                self.sink.push(
                    Diagnostic::error(Code::Unclosed, message, span, "opened here")
                        .help("add the `)` that belongs to it"),
                );
            }
            first = false;
            self.blame(start);
            self.blank(start, start + 1);
        }
    }

    fn pop(&mut self, end: usize) {
        self.open.pop();
        if self.open.len() == DEEPEST
            && let Some(from) = self.blank_from.take()
        {
            self.blank(from, end);
        }
    }

    fn word(&mut self, at: usize, word: &str) -> usize {
        let end = at + word.len();
        let qualified = at > 0 && self.text.as_bytes()[at - 1] == b'.';
        if !self.line_has_code && self.open.is_empty() && ITEMS.contains(&word) {
            self.braces = 0;
        }
        let text = self.text;
        let arrow = || text[end..].trim_start_matches([' ', '\t']).starts_with("<-");
        if !self.line_has_code && !self.open.is_empty() && arrow() {
            self.close_parens(at);
        } else if qualified || self.text[end..].starts_with('.') {
        } else if word.eq_ignore_ascii_case("case") && !arrow() {
            self.open(at, Open::Case);
        } else if word.eq_ignore_ascii_case("end") && matches!(self.open.last(), Some(Open::Case)) {
            self.pop(end);
        }
        end
    }

    fn semicolon(&mut self, at: usize) -> usize {
        if !self.semicolon_seen {
            let span = self.sink.span(at, at + 1);
            let message = "clauses and items end without a `;`";
            self.sink.push(
                Diagnostic::error(Code::ForeignMark, message, span, "not needed")
                    .help("remove every `;` of the file: a clause ends where its line ends"),
            );
            self.semicolon_seen = true;
        }
        self.blank(at, at + 1);
        at + 1
    }

    fn double_equals(&mut self, at: usize) -> usize {
        let span = self.sink.span(at, at + 2);
        let message = "values are compared with one `=`";
        self.sink.push(Diagnostic::error(Code::ForeignMark, message, span, "one too many").help("write `=`"));
        self.blank(at + 1, at + 2);
        at + 2
    }

    fn colon_equals(&mut self, at: usize) -> usize {
        let span = self.sink.span(at, at + 2);
        let message = "a mapping is written with `<-`, not with `:=`";
        self.sink.push(
            Diagnostic::error(Code::WrongArrow, message, span, "the wrong arrow")
                .help("write `column <- expression`: the arrow points where the data flows"),
        );
        self.clean[at..at + 2].copy_from_slice(b"<-");
        at + 2
    }

    fn strange(&mut self, at: usize, rest: &str) -> usize {
        let Some(found) = rest.chars().next() else { return at + 1 };
        if let Some(closing) = chars::smart_quote(found) {
            return self.smart_quotes(at, found, closing);
        }
        let end = at + found.len_utf8();
        let span = self.sink.span(at, end);
        match chars::hidden(found, span).or_else(|| chars::strange_space(found, span)) {
            Some(diagnostic) => self.sink.push(diagnostic),
            // Left to the parser, which says where it stands.
            None => return end,
        }
        self.blank(at, end);
        end
    }

    /// Reports typographic quotes and puts straight ones in their place.
    fn smart_quotes(&mut self, at: usize, quote: char, straight: u8) -> usize {
        let line_end = self.line_end(at);
        let after = at + quote.len_utf8();
        let partner = self.text[after..line_end]
            .char_indices()
            .find(|(_, c)| chars::smart_quote(*c) == Some(straight))
            .map(|(offset, c)| (after + offset, after + offset + c.len_utf8()));
        let end = partner.map_or(after, |(_, end)| end);
        let span = self.sink.span(at, end);
        let straight_char = char::from(straight);
        self.sink.push(
            Diagnostic::error(
                Code::WrongQuotes,
                "typographic quotes do not quote",
                span,
                "pasted from a text processor?",
            )
            .help(format!("write straight quotes: `{straight_char}`")),
        );
        self.check_inside(at, end);
        self.blank(at, after);
        if let Some((close, end)) = partner {
            self.blank(close, end);
            self.clean[at] = straight;
            self.clean[close] = straight;
        }
        end
    }

    /// Hidden characters are an error inside strings and comments as well.
    fn check_inside(&mut self, start: usize, end: usize) {
        let text = self.text;
        for (offset, found) in text[start..end].char_indices() {
            if found.is_ascii_graphic() || matches!(found, ' ' | '\t' | '\n') {
                continue;
            }
            let at = start + offset;
            if found == '\r' && text[at..].starts_with("\r\n") {
                continue;
            }
            let span = self.sink.span(at, at + found.len_utf8());
            if let Some(diagnostic) = chars::hidden(found, span) {
                self.sink.push(diagnostic);
            }
        }
    }

    fn line_end(&mut self, at: usize) -> usize {
        if at > self.line_end || self.line_end == 0 {
            self.line_end = self.text[at..].find('\n').map_or(self.text.len(), |found| at + found);
        }
        self.line_end
    }

    fn blame(&mut self, at: usize) {
        self.line_blamed = true;
        self.sink.blame(at);
    }

    /// A brace ends every parenthesis. The language has one level of braces; many are junk that the
    /// parser would follow to its depth.
    fn brace(&mut self, at: usize, byte: u8) -> usize {
        self.close_parens(at);
        if byte == b'}' {
            self.braces = self.braces.saturating_sub(1);
            return at + 1;
        }
        self.braces += 1;
        if self.braces == DEEPEST + 1 {
            let span = self.sink.span(at, at + 1);
            let message = format!("more than {DEEPEST} levels of braces");
            let error = Diagnostic::error(Code::TooBig, message, span, "too deep from here on");
            self.sink.push(error.help("a plan has one level of braces"));
        }
        if self.braces > DEEPEST {
            self.blame(at);
            self.blank(at, at + 1);
        }
        at + 1
    }

    /// Lines stay, so that offsets and line numbers do too.
    fn blank(&mut self, start: usize, end: usize) {
        for byte in &mut self.clean[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
}

/// The length of the word at the start of `text`, digits included.
fn word_len(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}
