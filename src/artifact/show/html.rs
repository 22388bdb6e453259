use std::fmt::Write as _;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::{Piece, decoded, parser, pieces};
use crate::artifact::escape::is_hidden;

/// The review as one page that loads nothing: no script, no font, no picture from elsewhere.
///
/// `graph`: the SVG that stands in place of the drawing which Markdown leaves to the code host.
#[must_use]
pub fn html(title: &str, markdown: &str, graph: &str) -> String {
    let mut page = Page { out: String::new(), graph, heading: None, head: false, code: None };
    for event in parser(markdown) {
        page.event(event);
    }
    if !page.out.contains("<svg") {
        // A graph that is too large for a code host is not too large for a browser.
        let _ = writeln!(
            page.out,
            "<details><summary>The graph</summary><div class=\"graph\">{graph}</div></details>"
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Review of {}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        escaped(title),
        include_str!("page.css"),
        page.out,
    )
}

struct Page<'g> {
    out: String,
    graph: &'g str,
    /// Where the heading begins that is being written, and its text so far.
    heading: Option<(usize, String)>,
    /// Inside of a table's head.
    head: bool,
    /// The language and the text of a fenced block.
    code: Option<(String, String)>,
}

impl Page<'_> {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                let _ = write!(self.out, "<code>{}</code>", escaped(&text));
                self.note(&text);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            // Not asked for from the parser.
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else {
            self.out.push_str(&escaped(text));
            self.note(text);
        }
    }

    fn note(&mut self, text: &str) {
        if let Some((_, heading)) = &mut self.heading {
            heading.push_str(text);
        }
    }

    fn html(&mut self, html: &str) {
        for piece in pieces(html) {
            match piece {
                Piece::Tag(tag) => self.out.push_str(tag),
                Piece::Text(text) => self.out.push_str(&escaped(&decoded(text))),
            }
        }
    }

    fn start(&mut self, tag: &Tag) {
        match tag {
            Tag::Heading { .. } => self.heading = Some((self.out.len(), String::new())),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::Paragraph => self.out.push_str("<p>"),
            Tag::Table(_) => self.out.push_str("<table>\n"),
            Tag::TableHead => {
                self.head = true;
                self.out.push_str("<tr>");
            }
            Tag::TableRow => self.out.push_str("<tr>"),
            Tag::TableCell => self.out.push_str(if self.head { "<th>" } else { "<td>" }),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::List(Some(_)) => self.out.push_str("<ol>\n"),
            Tag::Item => self.out.push_str("<li>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Emphasis => self.out.push_str("<em>"),
            // Only places of this page can be gone to: there is no other file.
            Tag::Link { dest_url, .. } => {
                let inside = dest_url
                    .strip_prefix('#')
                    .filter(|place| place.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'));
                match inside {
                    Some(place) => {
                        let _ = write!(self.out, "<a href=\"#{place}\">");
                    }
                    None => self.out.push_str("<a>"),
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                if let Some((at, text)) = self.heading.take() {
                    self.out.insert_str(at, &format!("<{level} id=\"{}\">", slug(&text)));
                    let _ = writeln!(self.out, "</{level}>");
                }
            }
            TagEnd::CodeBlock => {
                if let Some((language, code)) = self.code.take() {
                    let _ = if language == "mermaid" {
                        writeln!(self.out, "<div class=\"graph\">{}</div>", self.graph)
                    } else {
                        writeln!(self.out, "<pre>{}</pre>", escaped(&code))
                    };
                }
            }
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Table => self.out.push_str("</table>\n"),
            TagEnd::TableHead => {
                self.head = false;
                self.out.push_str("</tr>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.out.push_str(if self.head { "</th>" } else { "</td>" }),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Link => self.out.push_str("</a>"),
            _ => {}
        }
    }
}

/// As code hosts name headings, so that links inside of the review lead somewhere.
fn slug(heading: &str) -> String {
    let plain = |c: char| match c {
        ' ' | '-' => Some('-'),
        c if c.is_alphanumeric() || c == '_' => Some(c),
        _ => None,
    };
    heading.to_lowercase().chars().filter_map(plain).collect()
}

/// Text of an element or an attribute, with nothing invisible in it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if is_hidden(c) => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}
