//! Moves and their clauses.

use super::build::Build;
use super::junk::Place;
use super::{Pair, Rule};
use crate::base::{Ident, Pii, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Batch, Clause, ClauseKind, Deletes, Drop, Expr, Join, Mapping, Move};

/// The answers to a conflict.
const ANSWERS: [&str; 3] = ["fail", "skip", "update"];

impl Build<'_, '_, '_> {
    pub(super) fn r#move(&mut self, pair: Pair) -> Option<Move> {
        let (mut paths, mut alias) = (Vec::new(), None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::path => paths.push(self.path(part)),
                Rule::bare | Rule::quoted => alias = Some(self.ident(&part)),
                Rule::wrong_move_arrow => {
                    let span = self.span(&part);
                    let message = format!("a move is written with `->`, not with `{}`", part.as_str());
                    self.error(
                        Diagnostic::error(Code::WrongArrow, message, span, "the wrong arrow")
                            .help("write `move SOURCE.TABLE alias -> TARGET.TABLE { … }`: the arrow points where the data flows"),
                    );
                }
                Rule::open => break,
                _ => {}
            }
        }
        let target = paths.pop()?;
        let source = paths.pop()?;
        let mut clauses = Vec::new();
        self.block(pair, "move", Place::Move, &mut |this, entry| clauses.extend(this.clause(entry)));
        Some(Move { source, alias, target, clauses })
    }

    fn clause(&mut self, pair: Pair) -> Option<Clause> {
        let mut doc = None;
        for part in pair.into_inner() {
            let span = self.span(&part);
            let kind = match part.as_rule() {
                Rule::doc => {
                    doc = Some(Self::doc(part));
                    continue;
                }
                Rule::map => ClauseKind::Map(self.mapping(part)?),
                Rule::key => ClauseKind::Key(self.mapping(part)?),
                Rule::rest => ClauseKind::Rest,
                Rule::r#where => ClauseKind::Where(self.only_expr(part)?),
                Rule::join => ClauseKind::Join(self.join(part, span)?),
                Rule::group_by => ClauseKind::GroupBy(self.group_by(part)),
                Rule::batch => ClauseKind::Batch(self.batch(part)?),
                Rule::quarantine => ClauseKind::Quarantine(self.quarantine(part)?),
                Rule::watermark => self.watermark(part)?,
                Rule::drop => ClauseKind::Drop(self.drop(part, span)?),
                Rule::conflict => ClauseKind::OnConflict(self.on_conflict(part)?),
                Rule::deletes => ClauseKind::Deletes(self.deletes(part, span)?),
                _ => ClauseKind::After(part.into_inner().last().map(|path| self.path(path))?),
            };
            return Some(Clause { span, doc, kind });
        }
        None
    }

    fn watermark(&mut self, pair: Pair) -> Option<ClauseKind> {
        let (mut column, mut overlap) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::qualified | Rule::bare_column => column = self.column(part),
                Rule::duration => overlap = self.duration(part),
                _ => {}
            }
        }
        Some(ClauseKind::Watermark { column: column?, overlap: overlap? })
    }

    /// The one expression of a clause that is a word and an expression.
    pub(super) fn only_expr(&mut self, pair: Pair) -> Option<Expr> {
        pair.into_inner().find(|p| p.as_rule() == Rule::expr).and_then(|expr| self.expr(expr))
    }

    fn mapping(&mut self, pair: Pair) -> Option<Mapping> {
        let (mut column, mut value, mut default, mut pii) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::bare | Rule::quoted => column = Some(self.ident(&part)),
                Rule::wrong_arrow => {
                    let span = self.span(&part);
                    let message = format!("a mapping is written with `<-`, not with `{}`", part.as_str());
                    self.error(
                        Diagnostic::error(Code::WrongArrow, message, span, "the wrong arrow")
                            .help("write `column <- expression`: the arrow points where the data flows"),
                    );
                }
                Rule::expr => value = Some(self.expr(part)?),
                Rule::pii => pii = Some(self.pii(part)),
                Rule::default => default = part.into_inner().last().and_then(|value| self.literal(value)),
                _ => {}
            }
        }
        Some(Mapping { column: column?, value: value?, default, pii })
    }

    fn pii(&mut self, pair: Pair) -> Pii {
        let span = self.span(&pair);
        let (mut not, mut hash) = (false, false);
        for word in pair.into_inner() {
            not |= word.as_rule() == Rule::kw_not;
            hash |= word.as_rule() == Rule::kw_hash;
        }
        if not && hash {
            self.error(
                Diagnostic::error(
                    Code::UnknownWord,
                    "`not pii` has nothing to hash",
                    span,
                    "says two things",
                )
                .help("write `pii hash` (reports show a salted hash) or `not pii` (they show the value)"),
            );
        }
        match (not, hash) {
            (true, _) => Pii::Not,
            (false, true) => Pii::Hash,
            (false, false) => Pii::Mask,
        }
    }

    fn join(&mut self, pair: Pair, span: Span) -> Option<Join> {
        let (mut table, mut alias, mut on, mut left, mut counted) = (None, None, None, false, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_left => {
                    let word = self.span(&part);
                    self.error(
                        Diagnostic::error(
                            Code::JoinCount,
                            "`left` stands at the end of a join",
                            word,
                            "not here",
                        )
                        .help("write `join TABLE alias on CONDITION left one`"),
                    );
                    (left, counted) = (true, true);
                }
                Rule::path => table = Some(self.path(part)),
                Rule::alias => alias = self.alias(part),
                Rule::expr => on = Some(self.expr(part)?),
                Rule::left_one => (left, counted) = (true, true),
                Rule::one => counted = true,
                _ => {}
            }
        }
        if !counted {
            let message = "a join says that it matches at most one row";
            self.missing(
                span,
                Diagnostic::error(
                    Code::JoinCount,
                    message,
                    span,
                    "`one` or `left one` is missing at the end",
                )
                .help("add `one` (rows without a match are left out) or `left one` (they stay)"),
            );
        }
        Some(Join { table: table?, alias, on: on?, left })
    }

    pub(super) fn alias(&mut self, pair: Pair) -> Option<Ident> {
        pair.into_inner().next().map(|name| self.ident(&name))
    }

    pub(super) fn group_by(&mut self, pair: Pair) -> Vec<Expr> {
        let exprs = pair.into_inner().filter(|p| p.as_rule() == Rule::expr);
        exprs.filter_map(|expr| self.expr(expr)).collect()
    }

    fn columns(&mut self, pair: Pair) -> Vec<Expr> {
        let columns = pair.into_inner().filter(|part| part.as_rule() != Rule::wrong_direction);
        columns.filter_map(|column| self.column(column)).collect()
    }

    fn batch(&mut self, pair: Pair) -> Option<Batch> {
        let (mut rows, mut by) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_whole => return Some(Batch::Whole),
                Rule::rows => rows = Some(self.rows(part)?),
                Rule::batch_keys => by = self.batch_keys(part),
                _ => {}
            }
        }
        Some(Batch::Keyset { rows, by })
    }

    fn rows(&mut self, pair: Pair) -> Option<u64> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let number = parts.next()?;
        if parts.next().is_none() {
            let message = "a batch's size is a number of `rows`";
            self.error(
                Diagnostic::error(Code::ClauseForm, message, span, "rows of what?")
                    .help(format!("write `batch {} rows by …`", number.as_str())),
            );
        }
        let rows = number.as_str().parse().ok().filter(|rows| *rows > 0);
        if rows.is_none() {
            let message = format!("a batch cannot have {} rows", number.as_str());
            let place = self.span(&number);
            self.error(
                Diagnostic::error(Code::NumberForm, message, place, "not a number of rows")
                    .help("write a whole number above zero, such as 5000"),
            );
        }
        rows
    }

    /// Batches go upwards: a checkpoint is the largest key that was moved.
    fn batch_keys(&mut self, pair: Pair) -> Vec<Expr> {
        let direction = pair.clone().into_inner().find(|part| part.as_rule() == Rule::wrong_direction);
        if let Some(word) = direction {
            let place = self.span(&word);
            let message = format!("a batch key has no direction, and this is `{}`", word.as_str());
            self.error(
                Diagnostic::error(Code::ClauseForm, message, place, "batches go upwards")
                    .help("leave the word out; an index serves both directions. To move the newest rows first, give them a move of their own with a `where`"),
            );
        }
        self.columns(pair)
    }

    fn drop(&mut self, pair: Pair, span: Span) -> Option<Drop> {
        let (mut columns, mut because) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::columns => columns = self.columns(part),
                Rule::because => because = self.last_text(part),
                _ => {}
            }
        }
        if columns.is_empty() {
            self.missing(
                span,
                Diagnostic::error(Code::ClauseForm, "a `drop` names its columns", span, "drop what?")
                    .help("write `drop c.fax, c.telex because \"…\"`"),
            );
            return None;
        }
        let because = because.unwrap_or_else(|| self.reason_missing(span, "a `drop`"));
        Some(Drop { columns, because })
    }

    fn deletes(&mut self, pair: Pair, span: Span) -> Option<Deletes> {
        let soft = pair.clone().into_inner().any(|part| part.as_rule() == Rule::kw_soft);
        let names = pair.into_inner().filter(|part| matches!(part.as_rule(), Rule::bare | Rule::quoted));
        let name = names.last().map(|name| self.ident(&name));
        let (message, help) = match (soft, name) {
            (true, Some(column)) => return Some(Deletes::Soft(column)),
            (true, None) => (
                "`deletes soft` names the column that says that a row is gone".to_owned(),
                "write `deletes soft deleted_at`; the column is a time, a day or a boolean",
            ),
            (false, name) => {
                let word = name.map(|name| name.text.to_ascii_lowercase()).unwrap_or_default();
                match word.as_str() {
                    "none" => return Some(Deletes::None),
                    "hard" => return Some(Deletes::Hard),
                    _ => (
                        format!("`{word}` is no rule for rows whose source is gone"),
                        "write `deletes none` (they stay), `deletes soft COLUMN` (they are marked) or `deletes hard` (they are deleted)",
                    ),
                }
            }
        };
        self.error(Diagnostic::error(Code::DeletesForm, message, span, "not a rule").help(help));
        None
    }

    fn on_conflict(&mut self, pair: Pair) -> Option<Ident> {
        let answer = pair.into_inner().last().map(|word| self.ident(&word))?;
        let folded = answer.text.to_ascii_lowercase();
        if ANSWERS.contains(&folded.as_str()) {
            return Some(Ident { text: folded, ..answer });
        }
        let message = format!("`{}` is no answer to a conflict", answer.text);
        let mut error = Diagnostic::error(Code::UnknownConflict, message, answer.span, "not an answer");
        error = match folded.as_str() {
            "ignore" | "nothing" | "do" => {
                error.help("write `on conflict skip`: the row in the target stays")
            }
            "replace" | "overwrite" | "upsert" => {
                error.help("write `on conflict update`: rows that differ are changed")
            }
            "abort" | "error" | "rollback" => error.help("write `on conflict fail`: the run stops"),
            _ => error.did_you_mean(&folded, ANSWERS).or_help("write `fail`, `skip` or `update`"),
        };
        self.error(error);
        None
    }
}
