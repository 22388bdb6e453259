//! What every builder needs: spans, names, texts, and the errors that many rules share.

use super::scan::Scanned;
use super::sink::Sink;
use super::{Pair, Rule};
use crate::base::{Ident, Path, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Comment, Text};

/// Makes the tree of one file out of the grammar's pairs.
pub(super) struct Build<'a, 'b, 'c> {
    pub(super) text: &'a str,
    comments: &'a [Comment],
    pub(super) sink: &'b mut Sink<'c>,
}

impl<'a, 'b, 'c> Build<'a, 'b, 'c> {
    pub(super) fn new(scanned: &'a Scanned, sink: &'b mut Sink<'c>) -> Self {
        Self { text: &scanned.text, comments: &scanned.comments, sink }
    }

    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// The pair's place without what pest skipped behind its last token.
    pub(super) fn span(&self, pair: &Pair) -> Span {
        let span = pair.as_span();
        self.sink.span(span.start(), self.trimmed(span.start(), span.end()))
    }

    /// The end of the last token before `end`: white space and comments are stepped over.
    pub(super) fn trimmed(&self, start: usize, end: usize) -> usize {
        let mut end = end;
        loop {
            end = start + self.text[start..end].trim_end().len();
            let after = self.comments.partition_point(|c| (c.span.start as usize) < end);
            match after.checked_sub(1).map(|i| self.comments[i].span) {
                Some(last) if last.end as usize >= end && last.start as usize >= start => {
                    end = last.start as usize;
                }
                _ => return end,
            }
        }
    }

    pub(super) fn ident(&self, pair: &Pair) -> Ident {
        let text = pair.as_str();
        let span = self.span(pair);
        if pair.as_rule() == Rule::quoted {
            Ident { text: unquote(text, true), quoted: true, span }
        } else {
            Ident::new(text, span)
        }
    }

    pub(super) fn path(&self, pair: Pair) -> Path {
        let span = self.span(&pair);
        Path { parts: pair.into_inner().map(|part| self.ident(&part)).collect(), span }
    }

    /// A text in double quotes; single quotes are read and reported.
    pub(super) fn quoted_text(&mut self, pair: &Pair) -> Text {
        let span = self.span(pair);
        let text = pair.as_str();
        if pair.as_rule() == Rule::text {
            return Text { value: unquote(text, false), span };
        }
        let value = string_value(text);
        self.error(
            Diagnostic::error(Code::WrongQuotes, "a text is in double quotes", span, "single quotes")
                .help(format!("write \"{value}\"; 'single quotes' are for values in expressions")),
        );
        Text { value, span }
    }

    pub(super) fn doc(pair: Pair) -> String {
        let lines = pair.into_inner().map(|line| {
            let text = line.as_str().trim_start_matches('#');
            text.strip_prefix(' ').unwrap_or(text).trim_end()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A `}` that is missing, told at the `{`; silent if something inside took it away.
    pub(super) fn unclosed(&mut self, open: Span, end: usize, what: &str) {
        let line_end = self.text[open.start as usize..].find('\n').map_or(end, |n| open.start as usize + n);
        if self.sink.is_blamed(open.start as usize, line_end) {
            return;
        }
        let message = format!("the `{{` of this {what} is never closed");
        self.error(
            Diagnostic::error(Code::Unclosed, message, open, "opened here")
                .see(self.sink.span(end, end), "the next item, or the end of the file, comes here")
                .help("add the `}`"),
        );
    }

    /// A reason, a count or the like that is missing at `end` of the clause that began at `start`.
    pub(super) fn missing(&mut self, span: Span, diagnostic: Diagnostic) {
        if !self.sink.is_blamed(span.start as usize, span.end as usize) {
            self.error(diagnostic);
        }
    }
}

/// The value of a text or of a quoted name, where `""` stands for one quote too.
pub(super) fn unquote(text: &str, doubled: bool) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(next) = chars.next() {
        if next == '\\' || (doubled && next == '"') {
            value.extend(chars.next());
        } else {
            value.push(next);
        }
    }
    value
}

/// The value of a string in single quotes.
pub(super) fn string_value(text: &str) -> String {
    text.get(1..text.len().saturating_sub(1)).unwrap_or("").replace("''", "'")
}
