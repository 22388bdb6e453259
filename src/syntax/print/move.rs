//! Moves and their clauses.

use super::expr::{expr, flat, list};
use super::layout::{Block, Entry, Page, fits, newline};
use super::words::{alias, name, path, text};
use crate::syntax::ast::{Batch, Clause, ClauseKind, Deletes, Drop, Join, Mapping, Move};

/// How far clauses are indented, and how far their further lines.
const CLAUSE: usize = 2;
const FURTHER: usize = 4;

impl Page<'_> {
    pub(super) fn r#move(&self, value: &Move) -> Block {
        let head_alias = value.alias.as_ref().map_or_else(String::new, |alias| format!(" {}", name(alias)));
        let head = format!("move {}{head_alias} -> {}", path(&value.source), path(&value.target));
        let mut entries = Vec::with_capacity(value.clauses.len());
        let mut rest = value.clauses.as_slice();
        while !rest.is_empty() {
            let (run, others) = rest.split_at(self.run(rest));
            let width =
                run.iter().filter_map(mapping_head).map(|head| head.chars().count()).max().unwrap_or(0);
            entries.extend(run.iter().map(|clause| Entry {
                span: clause.span,
                doc: clause.doc.clone(),
                text: clause_text(clause, width),
            }));
            rest = others;
        }
        Block { head, head_end: value.target.span.end, entries, inline: None }
    }

    /// How many clauses from the first on are mappings whose arrows stand in one column: nothing
    /// parts them. At least one.
    fn run(&self, clauses: &[Clause]) -> usize {
        let joined = |pair: &&[Clause]| match pair {
            [above, below] => {
                mapping_head(above).is_some()
                    && mapping_head(below).is_some()
                    && below.doc.is_none()
                    && !self.blank_above(below.span.start)
                    && !self.comment_parts(above.span.end, below.span.start, below.span.end)
            }
            _ => false,
        };
        1 + clauses.windows(2).take_while(joined).count()
    }
}

/// What stands left of a mapping's arrow.
fn mapping_head(clause: &Clause) -> Option<String> {
    match &clause.kind {
        ClauseKind::Key(mapping) => Some(format!("key {}", name(&mapping.column))),
        ClauseKind::Map(mapping) => Some(name(&mapping.column)),
        ClauseKind::Where(_)
        | ClauseKind::Join(_)
        | ClauseKind::GroupBy(_)
        | ClauseKind::Batch(_)
        | ClauseKind::Quarantine(_)
        | ClauseKind::Watermark { .. }
        | ClauseKind::Drop(_)
        | ClauseKind::Rest
        | ClauseKind::OnConflict(_)
        | ClauseKind::Deletes(_)
        | ClauseKind::After(_) => None,
    }
}

fn clause_text(clause: &Clause, width: usize) -> String {
    match &clause.kind {
        ClauseKind::Where(filter) => format!("where {}", expr(filter, FURTHER, CLAUSE + 6)),
        ClauseKind::Join(value) => join(value),
        ClauseKind::GroupBy(values) => {
            words_and_list("group by", &values.iter().map(flat).collect::<Vec<_>>())
        }
        ClauseKind::Batch(Batch::Whole) => "batch whole".to_owned(),
        ClauseKind::Batch(Batch::Keyset { rows: None, by }) => format!("batch by {}", list(by)),
        ClauseKind::Batch(Batch::Keyset { rows: Some(rows), by }) => {
            format!("batch {rows} rows by {}", list(by))
        }
        ClauseKind::Quarantine(value) => format!("quarantine {value}"),
        ClauseKind::Key(value) | ClauseKind::Map(value) => {
            mapping(&mapping_head(clause).unwrap_or_default(), value, width)
        }
        ClauseKind::Watermark { column, overlap } => {
            format!("watermark {} overlap {}", flat(column), overlap.text)
        }
        ClauseKind::Drop(value) => drop(value),
        ClauseKind::Rest => "...".to_owned(),
        ClauseKind::OnConflict(answer) => format!("on conflict {}", answer.text),
        ClauseKind::Deletes(Deletes::None) => "deletes none".to_owned(),
        ClauseKind::Deletes(Deletes::Soft(column)) => format!("deletes soft {}", name(column)),
        ClauseKind::Deletes(Deletes::Hard) => "deletes hard".to_owned(),
        ClauseKind::After(value) => format!("after {}", path(value)),
    }
}

fn mapping(head: &str, value: &Mapping, width: usize) -> String {
    let default =
        value.default.as_ref().map_or_else(String::new, |value| format!(" default {}", flat(value)));
    let pii = value.pii.map_or_else(String::new, |pii| format!(" {}", pii.words()));
    let default = default + &pii;
    let head = format!("{head:width$} <- ");
    let column = CLAUSE + head.chars().count();
    let line = flat(&value.value) + &default;
    if fits(&line, column) {
        return head + &line;
    }
    head + &expr(&value.value, FURTHER, column) + &default
}

fn join(join: &Join) -> String {
    let head = format!("join {}{}", path(&join.table), alias(join.alias.as_ref()));
    let count = if join.left { "left one" } else { "one" };
    let line = format!("{head} on {} {count}", flat(&join.on));
    if fits(&line, CLAUSE) {
        return line;
    }
    format!("{head}{}on {} {count}", newline(FURTHER), expr(&join.on, FURTHER + 2, FURTHER + 3))
}

fn drop(drop: &Drop) -> String {
    let columns: Vec<String> = drop.columns.iter().map(flat).collect();
    let because = format!("because {}", text(&drop.because));
    let line = format!("drop {} {because}", columns.join(", "));
    if fits(&line, CLAUSE) {
        return line;
    }
    format!("{}{}{because}", words_and_list("drop", &columns), newline(FURTHER))
}

/// A word and a list, with the list's members on lines of their own if need be.
fn words_and_list(words: &str, members: &[String]) -> String {
    let line = format!("{words} {}", members.join(", "));
    if fits(&line, CLAUSE) {
        line
    } else {
        format!("{words} {}", members.join(&format!(",{}", newline(FURTHER))))
    }
}
