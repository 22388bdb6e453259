//! Invariants and their queries.

use super::expr::{expr, flat, list};
use super::layout::{Block, Entry, Page, fits, newline};
use super::words::{alias, name, path, text};
use crate::syntax::ast::{Invariant, InvariantBody, Relations, SideQuery};

/// How far the parts of an invariant are indented, and how far their further lines.
const PART: usize = 2;
const FURTHER: usize = 4;

impl Page<'_> {
    pub(super) fn invariant(&self, value: &Invariant) -> Block {
        let by = value.by.iter().map(name).collect::<Vec<_>>().join(", ");
        let by = if by.is_empty() { by } else { format!(" by {by}") };
        let head = format!("invariant {}{by}", text(&value.name));
        let head_end = value.by.last().map_or(value.name.span.end, |last| last.span.end);
        let (entries, inline) = match &value.body {
            // Written as one line item, in another place.
            InvariantBody::Sql { .. } => (Vec::new(), None),
            InvariantBody::None(relations) => {
                let mut span = relations.span;
                span.start = self.word_before(span.start, "none");
                let line = format!("none {}", parts(relations, flat).join(" "));
                let text =
                    if fits(&line, PART) { line.clone() } else { format!("none {}", lines(relations)) };
                (vec![Entry { span, doc: None, text }], Some(format!("{head} {{ {line} }}")))
            }
            InvariantBody::Equal { left, right, within } => {
                let sides = [name(&left.side), name(&right.side)];
                let within_len = if within.is_some() { "within".len() } else { 0 };
                let width = sides.iter().map(|side| side.chars().count()).max().unwrap_or(0).max(within_len);
                let mut entries = vec![query(left, width), query(right, width)];
                entries.extend(within.as_ref().map(|value| {
                    let mut span = value.span;
                    span.start = self.word_before(span.start, "within");
                    Entry { span, doc: None, text: format!("{:width$} {}", "within", flat(value)) }
                }));
                (entries, None)
            }
        };
        Block { head, head_end, entries, inline }
    }
}

fn query(query: &SideQuery, width: usize) -> Entry {
    let side = format!("{:width$} select", name(&query.side));
    let group_by = match query.group_by.as_slice() {
        [] => None,
        groups => Some(format!("group by {}", list(groups))),
    };
    let mut all = vec![format!("{side} {}", list(&query.outputs))];
    all.extend(parts(&query.relations, flat));
    all.extend(group_by.clone());
    let line = all.join(" ");
    let text = if fits(&line, PART) {
        line
    } else {
        let outputs: Vec<String> =
            query.outputs.iter().map(|value| expr(value, FURTHER + 2, FURTHER + 2)).collect();
        let one = format!("{side} {}", outputs.join(", "));
        let head = if fits(&one, PART) {
            one
        } else {
            format!("{side} {}", outputs.join(&format!(",{}", newline(FURTHER + 2))))
        };
        let mut text = format!("{head}{}{}", newline(FURTHER), lines(&query.relations));
        if let Some(group_by) = group_by {
            text.push_str(&newline(FURTHER));
            text.push_str(&group_by);
        }
        text
    };
    Entry { span: query.span, doc: None, text }
}

/// `from …`, each join, `where …`; `condition` makes the text of conditions.
fn parts(relations: &Relations, condition: impl Fn(&crate::syntax::ast::Expr) -> String) -> Vec<String> {
    let mut parts = vec![format!("from {}{}", path(&relations.table), alias(relations.alias.as_ref()))];
    parts.extend(relations.joins.iter().map(|join| {
        let left = if join.left { "left " } else { "" };
        format!("{left}join {}{} on {}", path(&join.table), alias(join.alias.as_ref()), condition(&join.on))
    }));
    parts.extend(relations.filter.as_ref().map(|filter| format!("where {}", condition(filter))));
    parts
}

/// The parts on lines of their own.
fn lines(relations: &Relations) -> String {
    // A condition stands behind a few words at most; half the page is a safe column to break at.
    parts(relations, |condition| expr(condition, FURTHER + 2, FURTHER + 40)).join(&newline(FURTHER))
}
