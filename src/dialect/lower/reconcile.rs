//! The comparison that comes again after the load: all rows, or those that were written since, and a sample.

use minijinja::context;

use super::super::Sql;
use super::super::spelling::{Mode, all_columns, derived, qualified, reconcile as words, union_all};
use super::frame::Frame;
use super::parts::Parts;
use super::prepare::whole;
use super::probe::Checks;
use super::{Script, differences, sample, validate};
use crate::diagnostic::Code;
use crate::plan::{Move, Reconciled, ScriptKind, Watermark};

/// How the rows of one move are found that were written since.
#[derive(Debug)]
pub(super) struct Since<'f> {
    pub(super) parts: Parts<'f>,
    /// True if nothing was said, so that all rows are looked at.
    pub(super) all: Sql,
}

/// The script, if the plan asks for one.
pub(super) fn script(frame: &Frame<'_>) -> Option<Script> {
    let asked = frame.plan.reconcile.as_ref()?;
    let path = "sql/50_reconcile.sql";
    let mut checks = Checks::new(frame);
    validate::fill(frame, &mut checks, validate::Rows::Since);
    if let Some(wanted) = asked.sample {
        sample::fill(frame, &mut checks, wanted);
    }
    let does = "Compares source and target again, all rows or those that were written since. Writes nothing, and fails if a check fails.";
    let text = frame.render(
        "validate.sql",
        &context! {
            checks => checks.finish(),
            hashes => differences::hashes(frame),
            marks => noted(frame),
            failed => frame.message(Code::ValidationFailed, "source and target have come apart since the load"),
            ..frame.shared(path, does)
        },
    );
    Some(whole(path, ScriptKind::Reconcile, text))
}

/// The moves whose rows tell when they were written, where the plan makes use of it. What has no key is compared as a
/// multiset, of which a part says nothing.
pub(super) fn marked<'p>(frame: &Frame<'p>) -> impl Iterator<Item = (&'p Move, &'p Watermark)> {
    let changed = frame.plan.reconcile.as_ref().is_some_and(|asked| asked.checks == Reconciled::Changed);
    let moves = frame.plan.moves.iter().filter(move |step| changed && !step.key.is_empty());
    moves.filter_map(|step| Some((step, step.watermark.as_ref()?)))
}

/// The part of a move that is looked at.
pub(super) fn since<'f>(frame: &'f Frame<'_>, step: &'f Move) -> Option<Since<'f>> {
    let (_, mark) = marked(frame).find(|(of, _)| of.id == step.id)?;
    let dialect = frame.dialect();
    let (table, id) = (frame.names.of_ledger("watermark"), frame.text(&step.id));
    let said = dialect.session("since");
    let column = qualified(&step.source.alias, &mark.column);
    let written = dialect.since(&column, &mark.ty, &words::mark(&table, &said, &id), mark.overlap);
    let parts = Parts::new(frame, step, Mode::Look);
    let source = derived(&all_columns(&parts.source(), &[written]), &step.source.alias);
    Some(Since { parts: parts.reading(Some(source)), all: words::unmarked(&table, &said, &id) })
}

/// How far the source has come: what the next run begins with.
fn noted(frame: &Frame<'_>) -> Option<Sql> {
    let dialect = frame.dialect();
    let selects: Vec<Sql> = marked(frame)
        .map(|(step, mark)| {
            let column = qualified(&step.source.alias, &mark.column);
            let newest = dialect.checkpoint_text(&words::newest(&column), &mark.ty);
            let source = Parts::new(frame, step, Mode::Look).source();
            words::noted(&frame.text(&step.id), &newest, &source)
        })
        .collect();
    (!selects.is_empty()).then(|| union_all(&selects))
}
