//! `cutover { … }` and `rollback { … }`.

use super::layout::{Block, Entry, fits, newline};
use super::words::text;
use crate::syntax::ast::{BackKind, CutKind, CutStep, Cutover, WayBack};

/// The column in which entries of a block begin.
const INDENT: usize = 2;

pub(super) fn cutover(cutover: &Cutover) -> Block {
    let entry = |kind: &CutKind| match kind {
        CutKind::Downtime(time) => format!("downtime {}", time.text),
        CutKind::Step(one) => step(one),
    };
    let entries =
        cutover.entries.iter().map(|one| Entry { span: one.span, doc: None, text: entry(&one.kind) });
    Block { head: "cutover".to_owned(), head_end: cutover.word.end, entries: entries.collect(), inline: None }
}

pub(super) fn way_back(back: &WayBack) -> Block {
    let entry = |kind: &BackKind| match kind {
        BackKind::Until(step, None) => format!("until {}", text(step)),
        BackKind::Until(step, Some(time)) => format!("until {} + {}", text(step), time.text),
        BackKind::Trigger(what) => format!("trigger {}", text(what)),
    };
    let entries: Vec<Entry> =
        back.entries.iter().map(|one| Entry { span: one.span, doc: None, text: entry(&one.kind) }).collect();
    let inline = match entries.as_slice() {
        [only] => Some(format!("rollback {{ {} }}", only.text)),
        _ => None,
    };
    Block { head: "rollback".to_owned(), head_end: back.word.end, entries, inline }
}

fn step(step: &CutStep) -> String {
    let owner = step.owner.as_ref().map(|owner| format!(" owner {}", text(owner)));
    let takes = step.takes.as_ref().map(|takes| format!(" takes {}", takes.text));
    let head = ["step ".to_owned(), text(&step.name)].into_iter().chain(owner).chain(takes);
    let mut parts = vec![head.collect::<String>()];
    parts.extend(step.validate.map(|_| "validate".to_owned()));
    parts.extend(step.manual.as_ref().map(|what| format!("manual {}", text(what))));
    parts.extend(step.undo.as_ref().map(|what| format!("undo {}", text(what))));
    let line = parts.join(" ");
    if fits(&line, INDENT) { line } else { parts.join(&newline(2 * INDENT)) }
}
