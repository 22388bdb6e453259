use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::{Piece, decoded, parser, pieces};
use crate::artifact::escape::is_hidden;

/// A terminal's usual width, and a little more: tables with names need it.
const WIDTH: u16 = 110;

/// The review as text; what folds elsewhere is open.
#[must_use]
pub fn text(markdown: &str) -> String {
    let mut page = Page::default();
    for event in parser(markdown) {
        page.event(event);
    }
    let mut text = page.out.trim_end().to_owned();
    text.push('\n');
    text
}

#[derive(Default)]
struct Page {
    out: String,
    /// The paragraph, heading or cell at hand.
    line: String,
    rows: Vec<Vec<String>>,
    /// A drawing that only a code host makes.
    hidden: bool,
}

impl Page {
    fn event(&mut self, event: Event) {
        match event {
            Event::Text(text) if !self.hidden => self.line.push_str(&visible(&text)),
            Event::Code(text) => self.line.push_str(&visible(&text)),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Start(Tag::TableHead | Tag::TableRow) => self.rows.push(Vec::new()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                self.hidden = &*language == "mermaid";
            }
            Event::Start(Tag::Item) => self.line.push_str("- "),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let heading = std::mem::take(&mut self.line);
                let under = match level {
                    HeadingLevel::H1 => '=',
                    HeadingLevel::H2 => '-',
                    _ => ' ',
                };
                let rule: String = std::iter::repeat_n(under, heading.chars().count()).collect();
                self.block(&[heading.as_str(), "\n", &rule].concat());
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.table(),
            TagEnd::CodeBlock if std::mem::take(&mut self.hidden) => self.line.clear(),
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Item => {
                let line = std::mem::take(&mut self.line);
                self.block(&line);
            }
            _ => {}
        }
    }

    fn html(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Tag("</summary>") => {
                    let summary = std::mem::take(&mut self.line);
                    self.block(summary.trim());
                }
                Piece::Tag(_) => {}
                Piece::Text(text) => self.line.push_str(&visible(decoded(text).trim_matches('\n'))),
            }
        }
    }

    fn table(&mut self) {
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(WIDTH);
        if let Some(head) = rows.next() {
            table.set_header(head);
        }
        table.add_rows(rows);
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        self.block(&lines.join("\n"));
    }

    fn block(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.out.push_str(text.trim_end());
            self.out.push_str("\n\n");
        }
    }
}

/// Nothing of a name moves the cursor or turns the direction of writing.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && c != '\n' {
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
