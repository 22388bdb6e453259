//! Entries, comments and blank lines on the page.

use super::WIDTH;
use crate::base::Span;
use crate::syntax::ast::Comment;

/// Something on lines of its own: an item without a block, or an entry of a block.
pub(super) struct Entry {
    /// Its place in the source.
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    /// Its canonical text, broken where it is too long; without the first line's indent.
    pub(super) text: String,
}

/// An item: its head, and its entries if it has a block.
pub(super) struct Block {
    pub(super) head: String,
    /// Where the head ends in the source: what comes after stands inside the block.
    pub(super) head_end: u32,
    pub(super) entries: Vec<Entry>,
    /// The whole item on one line, where that form is allowed.
    pub(super) inline: Option<String>,
}

/// What comes before the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: a file or a block begins.
    None,
    /// A blank line where the author had one or more.
    Kept,
    /// A blank line.
    Blank,
}

pub(super) struct Page<'a> {
    text: &'a str,
    comments: &'a [Comment],
    pub(super) gap: Gap,
    /// How wide the name of the source or target at hand is written.
    pub(super) side_width: usize,
    out: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(text: &'a str, comments: &'a [Comment]) -> Self {
        Self { text, comments, gap: Gap::None, side_width: 0, out: String::with_capacity(text.len()) }
    }

    /// The text, after the comments at the end of the file.
    pub(super) fn finish(mut self, end: u32) -> String {
        self.leading(end, 0);
        self.out
    }

    /// The comments that stand before `offset`, each on a line of its own.
    pub(super) fn leading(&mut self, offset: u32, indent: usize) {
        while let Some((first, rest)) = self.comments.split_first().filter(|(c, _)| c.span.start < offset) {
            self.comments = rest;
            self.gap(first.span.start);
            self.line(indent, &format!("--{}", first.text));
        }
    }

    /// An entry with its comments and its doc.
    pub(super) fn entry(&mut self, entry: &Entry, indent: usize) {
        self.leading(entry.span.start, indent);
        self.gap(entry.span.start);
        // Comments inside the entry move above it.
        self.comments_inside(entry.span.end, indent);
        self.doc(entry.doc.as_deref(), indent);
        self.indent(indent);
        self.out.push_str(&entry.text);
        self.trailing(entry.span.end, u32::MAX);
        self.out.push('\n');
    }

    /// An item with a block.
    pub(super) fn block(&mut self, span: Span, doc: Option<&str>, block: &Block) {
        self.leading(span.start, 0);
        self.gap(span.start);
        self.comments_inside(block.head_end, 0);
        self.doc(doc, 0);
        let commented = self.comments.first().is_some_and(|c| c.span.start < span.end);
        match &block.inline {
            Some(inline) if !commented && fits(inline, 0) => self.out.push_str(inline),
            _ => self.lines(span, block, commented),
        }
        self.trailing(span.end, u32::MAX);
        self.out.push('\n');
        self.gap = Gap::Kept;
    }

    fn lines(&mut self, span: Span, block: &Block, commented: bool) {
        self.out.push_str(&block.head);
        self.out.push_str(" {");
        if block.entries.is_empty() && !commented {
            self.out.push_str(" }");
            return;
        }
        let first = block.entries.first().map_or(span.end, |entry| entry.span.start);
        self.trailing(block.head_end, first);
        self.out.push('\n');
        self.gap = Gap::None;
        for entry in &block.entries {
            self.entry(entry, 2);
        }
        self.leading(span.end, 2);
        self.out.push('}');
    }

    fn comments_inside(&mut self, end: u32, indent: usize) {
        while let Some((first, rest)) = self.comments.split_first().filter(|(c, _)| c.span.start < end) {
            self.comments = rest;
            self.line(indent, &format!("--{}", first.text));
        }
    }

    /// The comment behind `end` on the same line, if it starts before `limit`.
    fn trailing(&mut self, end: u32, limit: u32) {
        if let Some((first, rest)) = self.comments.split_first()
            && first.trailing
            && first.span.start < limit
            && self.between(end, first.span.start).is_some_and(|text| !text.contains('\n'))
        {
            self.comments = rest;
            self.out.push_str("  --");
            self.out.push_str(&first.text);
        }
    }

    fn doc(&mut self, doc: Option<&str>, indent: usize) {
        for line in doc.into_iter().flat_map(|doc| doc.split('\n')) {
            let mark = if line.is_empty() { "##".to_owned() } else { format!("## {line}") };
            self.line(indent, &mark);
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.indent(indent);
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// The blank line before what stands at `offset`, if there is to be one.
    fn gap(&mut self, offset: u32) {
        let blank = match self.gap {
            Gap::None => false,
            Gap::Kept => self.blank_above(offset),
            Gap::Blank => true,
        };
        if blank {
            self.out.push('\n');
        }
        self.gap = Gap::Kept;
    }

    /// True if the author left a blank line above what stands at `offset` and above its doc.
    pub(super) fn blank_above(&self, offset: u32) -> bool {
        let Some(before) = self.text.get(..offset as usize) else { return false };
        let mut lines = before.rsplit('\n');
        if lines.next().is_none_or(|own| !own.trim().is_empty()) {
            return false;
        }
        lines.find(|line| !line.trim_start().starts_with("##")).is_some_and(|line| line.trim().is_empty())
    }

    /// True if a comment stands between `start` and `end` on a line of its own, or somewhere in
    /// the entry that begins at `entry`: printing it parts the entry from the one above.
    pub(super) fn comment_parts(&self, start: u32, entry: u32, end: u32) -> bool {
        let first = self.comments.partition_point(|c| c.span.start < start);
        self.comments[first..].iter().take_while(|c| c.span.start < end).any(|c| {
            c.span.start >= entry || self.between(start, c.span.start).is_none_or(|t| t.contains('\n'))
        })
    }

    /// Where the word that comes directly before `offset` begins, if it is `word`.
    pub(super) fn word_before(&self, offset: u32, word: &str) -> u32 {
        let before = self.text.get(..offset as usize).unwrap_or("").trim_end();
        let start = before.len().saturating_sub(word.len());
        match before.get(start..) {
            Some(found) if found.eq_ignore_ascii_case(word) => u32::try_from(start).unwrap_or(offset),
            _ => offset,
        }
    }

    fn between(&self, start: u32, end: u32) -> Option<&'a str> {
        self.text.get(start as usize..end as usize)
    }
}

/// True if `text`, put at `column`, stays within the page.
pub(super) fn fits(text: &str, column: usize) -> bool {
    text.split('\n').enumerate().all(|(i, line)| {
        let column = if i == 0 { column } else { 0 };
        column + line.chars().count() <= WIDTH
    })
}

/// A line break and `indent` spaces.
pub(super) fn newline(indent: usize) -> String {
    format!("\n{}", " ".repeat(indent))
}
