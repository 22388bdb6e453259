//! One clause of a move, and what may be said once only.

use super::super::{Resolved, SideOf};
use super::{Move, Ref, add_join, add_mapping, table};
use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::Conflict;
use crate::syntax::ast::{self, ClauseKind};

pub(super) fn clause_of<'a>(
    plan: &Resolved<'a>,
    m: &mut Move<'a>,
    clause: &'a ast::Clause,
    problems: &mut Problems,
) {
    match &clause.kind {
        ClauseKind::Where(filter) => once(&mut m.filter, filter, |f| f.span, clause.span, "where", problems),
        ClauseKind::GroupBy(exprs) => {
            if !m.group_by.is_empty() {
                twice("group by", clause.span, m.group_by[0].span, problems);
            }
            m.group_by = exprs;
        }
        ClauseKind::Batch(batch) => {
            once(&mut m.batch, (clause.span, batch), |(span, _)| *span, clause.span, "batch", problems);
        }
        ClauseKind::Quarantine(said) => {
            once(&mut m.quarantine, (clause.span, *said), |of| of.0, clause.span, "quarantine", problems);
        }
        ClauseKind::Watermark { column, overlap } => {
            let said = (clause.span, column, overlap);
            once(&mut m.watermark, said, |of| of.0, clause.span, "watermark", problems);
        }
        ClauseKind::Join(join) => add_join(plan, m, join, clause.span, problems),
        ClauseKind::Key(mapping) => add_mapping(plan, m, mapping, true, clause.span, problems),
        ClauseKind::Map(mapping) => add_mapping(plan, m, mapping, false, clause.span, problems),
        ClauseKind::Drop(_) => {}
        ClauseKind::Rest => once(&mut m.rest, clause.span, |span| *span, clause.span, "...", problems),
        ClauseKind::OnConflict(word) => {
            if let Some(conflict) = conflict_word(word, problems) {
                once(
                    &mut m.conflict,
                    (clause.span, conflict),
                    |of| of.0,
                    clause.span,
                    "on conflict",
                    problems,
                );
            }
        }
        ClauseKind::Deletes(rule) => {
            if let Some(rule) = crate::resolve::deletes::deletes(plan, m.target, rule, problems) {
                once(&mut m.deletes, (clause.span, rule), |of| of.0, clause.span, "deletes", problems);
            }
        }
        ClauseKind::After(path) => {
            let table = table(plan, SideOf::Target, path, problems);
            m.after.extend(table.map(|table| Ref { span: path.span, table }));
        }
    }
}

fn once<T>(
    slot: &mut Option<T>,
    value: T,
    span_of: impl Fn(&T) -> Span,
    span: Span,
    what: &str,
    problems: &mut Problems,
) {
    match slot {
        Some(first) => twice(what, span, span_of(first), problems),
        None => *slot = Some(value),
    }
}

fn twice(what: &str, span: Span, first: Span, problems: &mut Problems) {
    problems.push(
        Diagnostic::error(Code::DefinedTwice, format!("a second `{what}` in one move"), span, "said again")
            .see(first, "first said here")
            .help(if what == "where" { "join the two conditions with `and`" } else { "keep one of them" }),
    );
}

fn conflict_word(word: &Ident, problems: &mut Problems) -> Option<Conflict> {
    match fold(&word.text).as_str() {
        "fail" => Some(Conflict::Fail),
        "skip" => Some(Conflict::Skip),
        "update" => Some(Conflict::Update),
        _ => {
            problems.push(
                Diagnostic::error(
                    Code::UnknownWord,
                    format!("`on conflict {word}` is not known"),
                    word.span,
                    "not one of fail, skip, update",
                )
                .help("`fail` refuses keys that exist, `skip` keeps the existing row, `update` overwrites it if it differs"),
            );
            None
        }
    }
}
