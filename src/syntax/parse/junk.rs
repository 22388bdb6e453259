//! The entries of a file or a block, and the junk between them.
//!
//! The grammar gives junk line by line. Lines that belong together become one run; a run is read
//! again alone, and pest's farthest position says where the sense ends. The message is made from
//! the words around that place, never from the names of rules.

use pest::Parser;
use pest::error::InputLocation;

use super::build::Build;
use super::{Grammar, Pair, Rule};

/// Where entries stand, which decides what they can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    File,
    Plan,
    Side,
    Strategy,
    Signoff,
    Cutover,
    WayBack,
    Reconcile,
    Values,
    Move,
    Invariant,
}

/// Lines that could not be read and belong together.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// Where reading it again begins: an entry on the same line that was read belongs to it.
    pub(super) context: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reading a run again looks at no more text than this, in bytes.
const LONGEST_RUN: usize = 16 * 1024;

type Each<'f, 'p, 'a, 'b, 'c> = &'f mut dyn FnMut(&mut Build<'a, 'b, 'c>, Pair<'p>);

impl<'a, 'b, 'c> Build<'a, 'b, 'c> {
    /// The entries of a block; `what` names the block should its `}` be missing.
    pub(super) fn block<'p>(
        &mut self,
        pair: Pair<'p>,
        what: &str,
        place: Place,
        each: Each<'_, 'p, 'a, 'b, 'c>,
    ) {
        let end = self.span(&pair).end as usize;
        let open = pair.clone().into_inner().find(|p| p.as_rule() == Rule::open).map(|p| self.span(&p));
        let closed = self.entries(pair, place, each);
        if let Some(open) = open
            && !closed
        {
            self.unclosed(open, end, what);
        }
    }

    /// Hands every entry to `each` and reports what stands between. True if the `}` was there.
    pub(super) fn entries<'p>(
        &mut self,
        pair: Pair<'p>,
        place: Place,
        each: Each<'_, 'p, 'a, 'b, 'c>,
    ) -> bool {
        let mut before: Option<(usize, usize)> = None;
        let mut run: Option<Run> = None;
        let mut doc: Option<Pair> = None;
        let mut closed = false;
        // An entry waits for what follows: junk behind it makes it a part of what was meant.
        let mut waiting: Option<Pair> = None;
        let inside = place == Place::File;
        for entry in pair.into_inner().skip_while(|p| !inside && p.as_rule() != Rule::open) {
            let rule = entry.as_rule();
            let is_junk = matches!(rule, Rule::junk | Rule::line_junk);
            if let Some(doc) = doc.take_if(|_| !is_junk && rule != Rule::stray_doc) {
                self.stray_doc(&doc);
            }
            if is_junk {
                doc = None;
                self.junk(&entry, place, before, &mut run);
                let cut = run.is_some_and(|run| run.context < run.start);
                waiting.take_if(|_| cut && place != Place::File);
                continue;
            }
            if let Some(run) = run.take() {
                self.report(place, run);
            }
            if let Some(entry) = waiting.take() {
                each(self, entry);
            }
            match rule {
                Rule::stray_doc => doc = Some(entry),
                Rule::open | Rule::EOI => {}
                Rule::close => closed = true,
                _ => {
                    let span = self.span(&entry);
                    before = Some((span.start as usize, span.end as usize));
                    waiting = Some(entry);
                }
            }
        }
        if let Some(entry) = waiting {
            each(self, entry);
        }
        if let Some(doc) = doc {
            self.stray_doc(&doc);
        }
        if let Some(run) = run {
            self.report(place, run);
        }
        closed
    }

    /// Adds a line to the run, or ends the run and begins another.
    fn junk(&mut self, entry: &Pair, place: Place, before: Option<(usize, usize)>, run: &mut Option<Run>) {
        if self.sink.is_full() {
            return;
        }
        let span = self.span(entry);
        let (start, end) = (span.start as usize, span.end as usize);
        if start == end {
            return;
        }
        if let Some(open) = run
            && self.continues(place, open.start, start)
        {
            open.end = end;
            return;
        }
        if let Some(done) = run.take() {
            self.report(place, done);
        }
        let behind = |(from, to): &(usize, usize)| {
            let same_line = !self.text[*to..start].contains('\n');
            (same_line || self.is_operator(start)).then_some(*from)
        };
        let context = before.as_ref().and_then(behind).unwrap_or(start);
        *run = Some(Run { context, start, end });
    }

    /// True if the line at `at` goes on with the run that began at `first`: it is indented more, or
    /// begins as no entry does.
    fn continues(&self, place: Place, first: usize, at: usize) -> bool {
        let rest = &self.text[at..];
        let word = first_word(rest).to_ascii_lowercase();
        let head = place.heads().contains(&word.as_str());
        let mapping =
            place == Place::Move && !word.is_empty() && begins_arrow(rest[word.len()..].trim_start());
        if head || mapping {
            return false;
        }
        word.is_empty() && !rest.starts_with(['\'', '"']) || self.indent(at) > self.indent(first)
    }

    fn indent(&self, at: usize) -> usize {
        let line = self.text[..at].rfind('\n').map_or(0, |found| found + 1);
        let line = &self.text[line..];
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }

    /// True if the text at `at` can only go on with an expression.
    fn is_operator(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        let word = first_word(rest).to_ascii_lowercase();
        rest.starts_with(['+', '-', '*', '/', '|', '=', '<', '>', '!', ',', '.', ':', '&', '%'])
            || matches!(word.as_str(), "and" | "or" | "is" | "in" | "like" | "between" | "not")
    }

    /// The farthest place up to which the run makes sense, if reading it alone fails.
    pub(super) fn farthest(&self, place: Place, run: Run) -> usize {
        let mut end = run.end.min(run.context + LONGEST_RUN).max(run.start);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        match Grammar::parse(place.only(), &self.text[run.context..end]) {
            Ok(_) => run.start,
            Err(error) => match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => run.context + at,
            },
        }
    }
}

/// The word at the start of `text`; empty if it does not begin with one.
pub(super) fn first_word(text: &str) -> &str {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return "";
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// True if `text` begins with something that is or was meant as the arrow of a mapping.
pub(super) fn begins_arrow(text: &str) -> bool {
    ["<-", "->", "=>", ":", "="].iter().any(|arrow| text.starts_with(arrow))
}
