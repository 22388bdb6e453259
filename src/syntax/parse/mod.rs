//! Text to tree. Never panics, never stops at the first error.
//!
//! Three steps: [`scan`] deals with characters, strings and parentheses; the grammar reads the
//! whole file, taking what it cannot read as junk, line by line; the builders here make the tree,
//! and [`junk`] finds the words for what was not read.

mod build;
mod chars;
mod cutover;
mod expr;
mod fold;
mod invariant;
mod item;
mod junk;
mod r#move;
mod quarantine;
mod reconcile;
mod report;
mod rows;
mod scan;
mod sink;
mod words;

use pest::Parser;

use self::build::Build;
use self::sink::Sink;
use super::ast::File;
use crate::base::{FileId, Sources, Span};
use crate::diagnostic::{Code, Diagnostic, Problems};

/// A plan file is written and reviewed by people; one that is longer than this, in bytes, is not.
const LONGEST: usize = 8 * 1024 * 1024;

/// The parser that pest derives. Its rules are known in this module alone.
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/plan.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};
type Pair<'a> = pest::iterators::Pair<'a, Rule>;

/// Reads one plan file. What could not be read is missing in the tree and reported to `problems`.
pub fn parse(sources: &Sources, file: FileId, problems: &mut Problems) -> File {
    let text = &sources.file(file).text;
    let mut sink = Sink::new(file, problems);
    let nothing = File { span: Span::new(file, 0, text.len()), items: Vec::new(), comments: Vec::new() };
    if text.len() > LONGEST {
        let message = format!("a plan file is at most {} MiB long", LONGEST / 1024 / 1024);
        sink.push(
            Diagnostic::error(Code::TooBig, message, Span::start_of(file), "this file is longer")
                .help("split it with `import`"),
        );
        return nothing;
    }
    let scanned = scan::scan(text, &mut sink);
    if sink.is_full() {
        // Garbage: nothing that the grammar finds would still be shown.
        return nothing;
    }
    let Ok(mut pairs) = Grammar::parse(Rule::file, &scanned.text) else {
        // The rule takes anything; what is left is text so deep that pest gives up.
        let span = Span::start_of(file);
        sink.push(Diagnostic::error(
            Code::TooBig,
            "the file is nested too deeply to be read",
            span,
            "this file",
        ));
        return nothing;
    };
    let mut build = Build::new(&scanned, &mut sink);
    let items = pairs.next().map(|file| build.items(file)).unwrap_or_default();
    File { items, comments: scanned.comments, ..nothing }
}
