//! `reconcile every … for … { … }`: the comparison that comes again after the load.

use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::{Link, Reconcile, Reconciled, Rhythm, Sample};
use crate::syntax::ast::{self, ClauseKind, ReconcileKind};

/// The most rows of a sample: beyond that the checks of all rows cost less.
const MOST_ROWS: u64 = 100_000;

pub(super) fn resolve(
    found: Option<(Span, &ast::Reconcile)>,
    moves: &[(&ast::Item, &ast::Move)],
    link: Link,
    problems: &mut Problems,
) -> Option<(Span, Reconcile)> {
    let (span, ast) = found?;
    check_times(ast, problems);
    let mut checks: Option<(Span, Reconciled)> = None;
    let mut sample: Option<(Span, Sample)> = None;
    for part in &ast.parts {
        let first = match &part.kind {
            ReconcileKind::Checks(word) => {
                let first = checks.map(|(first, _)| first);
                checks = checks.or(Some((part.span, which(word, problems))));
                first
            }
            ReconcileKind::Sample { rows, seed } => {
                check_rows(*rows, part.span, problems);
                let first = sample.map(|(first, _)| first);
                sample = sample.or(Some((part.span, Sample { rows: *rows, seed: seed.unwrap_or(0) })));
                first
            }
        };
        if let Some(first) = first {
            let says = "`reconcile` says the same twice";
            problems.push(
                Diagnostic::error(Code::DefinedTwice, says, part.span, "said again")
                    .see(first, "first said here")
                    .help("keep one of them"),
            );
        }
    }
    if let Some((at, Reconciled::Changed)) = checks {
        check_changed(at, moves, link, problems);
    }
    let checks = checks.map_or(Reconciled::All, |(_, checks)| checks);
    let sample = sample.map(|(_, sample)| sample);
    let (every, during) = (ast.every.seconds, ast.during.seconds);
    Some((span, Reconcile { every, during, checks, sample, origin: None }))
}

/// A schedule is cron's, systemd's and Kubernetes' at once, so it comes round with the clock.
fn check_times(ast: &ast::Reconcile, problems: &mut Problems) {
    let every = &ast.every;
    if Rhythm::of(every.seconds).is_none() {
        let says = format!("no scheduler runs something every {} by the clock", every.text);
        problems.push(
            Diagnostic::error(Code::ReconcileTimes, says, every.span, "does not come round")
                .help("take minutes that divide the hour (1, 5, 10, 15, 20, 30 min) or hours that divide the day (1, 2, 3, 4, 6, 8, 12, 24 h)"),
        );
    }
    if ast.during.seconds < every.seconds {
        let says = format!("a run every {} never comes within {}", every.text, ast.during.text);
        problems.push(
            Diagnostic::error(Code::ReconcileTimes, says, ast.during.span, "shorter than one turn")
                .see(every.span, "comes so often")
                .help("write the longer time behind `for`: `reconcile every 1 h for 72 h`"),
        );
    }
}

fn which(word: &Ident, problems: &mut Problems) -> Reconciled {
    let folded = fold(&word.text);
    let known = Reconciled::ALL.iter().find(|(name, _)| *name == folded).map(|(_, which)| *which);
    known.unwrap_or_else(|| {
        problems.push(
            Diagnostic::error(
                Code::UnknownWord,
                format!("`checks {word}` is not known"),
                word.span,
                "neither all nor changed",
            )
            .did_you_mean(&word.text, Reconciled::ALL.map(|(name, _)| name))
            .or_help("`checks all` compares all rows each time, `checks changed` those that were written since the last good comparison"),
        );
        Reconciled::All
    })
}

fn check_rows(rows: u64, span: Span, problems: &mut Problems) {
    if !(1..=MOST_ROWS).contains(&rows) {
        let says = format!("a sample has between 1 and {MOST_ROWS} rows");
        problems.push(
            Diagnostic::error(Code::SampleRows, says, span, "not a sample")
                .help("write `sample 500 rows`; more than that is what `checks all` looks at"),
        );
    }
}

/// What was written since can be told where a move says so, and where the source itself is read.
fn check_changed(span: Span, moves: &[(&ast::Item, &ast::Move)], link: Link, problems: &mut Problems) {
    let marked =
        |of: &ast::Move| of.clauses.iter().any(|one| matches!(one.kind, ClauseKind::Watermark { .. }));
    let why = if link.copies() {
        "the checks read copies of the source's rows, in which nothing changes"
    } else if !moves.iter().any(|(_, of)| marked(of)) {
        "no move says by a `watermark` when its rows were written"
    } else {
        return;
    };
    problems.push(
        Diagnostic::error(
            Code::ChangedUnknown,
            format!("rows that changed cannot be told: {why}"),
            span,
            "changed since when?",
        )
        .help(
            "write `checks all`, or add `watermark c.updated_at overlap 5 min` to the moves of large tables",
        ),
    );
}
