//! What a catch-up needs of a move: rows that can be found again, and a rule for those whose source is gone.

use super::Typer;
use super::keys::{assigned, names};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Conflict, Established, Triggers};
use crate::resolve::{Deletes, Move};
use crate::schema::{Column, ColumnIdx, SqlType, Table};

impl Typer<'_, '_> {
    /// Where one move says what becomes of deleted rows, all of them do: a catch-up of some tables would leave
    /// references without their parents.
    pub(super) fn check_deletes(&mut self) {
        let Some((said, _)) = self.plan.moves.iter().find_map(|m| m.deletes) else { return };
        if self.plan.link.copies() {
            let message =
                "the rows of another server are copied once, and a catch-up would have to copy them again";
            let error = Diagnostic::error(Code::DeletesCopied, message, said, "not between two servers");
            self.problems.push(error.help("leave `deletes` out; `datamove reconcile` shows what has changed since, and writes a script that mends it"));
            return;
        }
        for index in 0..self.plan.moves.len() {
            match self.plan.moves[index].deletes {
                Some((span, rule)) => self.check_rule(index, span, rule),
                None => self.unsaid(index, said),
            }
        }
    }

    fn unsaid(&mut self, index: usize, said: Span) {
        let m = &self.plan.moves[index];
        let message = format!(
            "this plan catches up, and the move into `{}` does not say what becomes of deleted rows",
            m.ast.target
        );
        self.problems.push(
            Diagnostic::error(Code::DeletesUnsaid, message, m.ast.target.span, "no `deletes`")
                .see(said, "said here for another move")
                .help("add `deletes none` (they stay), `deletes soft COLUMN` (they are marked) or `deletes hard` (they are deleted)"),
        );
    }

    fn check_rule(&mut self, index: usize, span: Span, rule: Deletes) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        if self.typed[index].key.is_empty() {
            let message = format!(
                "rows of `{}` cannot be told apart, so a catch-up would not find them again",
                table.display_name()
            );
            self.problems.push(
                Diagnostic::error(Code::DeletesWithoutKey, message, span, "which row?")
                    .see(table.span, "no primary key and no unique key that is NOT NULL")
                    .help("give the table a key, or leave `deletes` out of the plan"),
            );
        }
        self.check_shared(index, span);
        if self.plan.strategy.triggers == Some(Triggers::Off) && !table.triggers.is_empty() {
            let message =
                format!("the triggers of `{}` are on again when a catch-up writes", table.display_name());
            self.problems.push(
                Diagnostic::error(Code::DeletesTriggers, message, span, "they would fire")
                    .see(table.span, "the table")
                    .help("drop the triggers until the cutover, or say that they are harmless: `strategy { triggers fire }` and `accept trigger`"),
            );
        }
        match rule {
            Deletes::None => {}
            Deletes::Soft(column) => self.check_soft(index, column, span),
            Deletes::Hard => self.check_cascades(index, span),
        }
    }

    /// Behind each target row stands one source row: else each round would write what the other one says.
    fn check_shared(&mut self, index: usize, span: Span) {
        let m = &self.plan.moves[index];
        let other = self.plan.moves_into(m.target).find(|(at, other)| {
            let rules = [m, other].map(|of| of.deletes.map(|(_, rule)| rule));
            let meet = [m, other].iter().any(|of| of.conflict.is_none_or(|(_, said)| said != Conflict::Fail));
            *at > index && (meet || rules[0] != rules[1])
        });
        let accepted = self.claims.iter().find(|claim| {
            claim.of == m.id
                && claim.kind == ClaimKind::Unique
                && matches!(claim.established, Established::Accepted { .. })
        });
        let why = match (other, accepted) {
            (Some(_), _) => "two moves may write one row, or say other rules for one table",
            (None, Some(_)) => "`accept unique` lets two source rows have one key",
            (None, None) => return,
        };
        let message =
            format!("{why}, and a catch-up would write now what one of them says and now the other");
        self.problems.push(
            Diagnostic::error(Code::DeletesShared, message, span, "whose row is it?")
                .help("let no key come twice (`on conflict fail` in each move into the table), or leave `deletes` out of the plan"),
        );
    }

    fn check_soft(&mut self, index: usize, column: ColumnIdx, span: Span) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        let found = table.column(column);
        let Some((why, help)) = unfit(m, &self.typed[index].key, column, found) else { return };
        let message = format!("`{}` cannot say that a row of `{}` is gone: {why}", found.name, table.name);
        self.problems.push(
            Diagnostic::error(Code::SoftColumn, message, span, "this column")
                .see(found.span, "declared here")
                .help(help),
        );
    }

    /// Tables that no move writes and whose rows would go along, or change, with the rows that are deleted.
    fn check_cascades(&mut self, index: usize, span: Span) {
        let m = &self.plan.moves[index];
        let catalog = self.plan.target.catalog;
        let reaches = |table: &&Table| {
            table.foreign_keys.iter().any(|key| {
                let acts =
                    key.on_delete.as_deref().is_some_and(|word| !["no action", "restrict"].contains(&word));
                key.parent == m.target && acts
            })
        };
        let strangers = catalog.tables().filter(|(id, _)| self.plan.moves_into(*id).next().is_none());
        let Some(stranger) = strangers.map(|(_, table)| table).find(reaches) else { return };
        let key = stranger.foreign_keys.iter().find(|key| key.parent == m.target && key.on_delete.is_some());
        let (word, columns) = key.map_or(("", String::new()), |key| {
            (key.on_delete.as_deref().unwrap_or_default(), names(stranger, &key.columns))
        });
        let message = format!(
            "deleting rows of `{}` would change rows of `{}`, which no move writes",
            m.ast.target,
            stranger.display_name()
        );
        self.problems.push(
            Diagnostic::error(Code::DeletesCascade, message, span, "deletes rows")
                .see(stranger.span, format!("its ({columns}) is ON DELETE {}", word.to_uppercase()))
                .help(
                    "write `deletes none` or `deletes soft COLUMN`, or take ON DELETE off until the cutover",
                ),
        );
    }
}

/// Why a column cannot mark rows, and what to do.
fn unfit(
    m: &Move<'_>,
    key: &[ColumnIdx],
    index: ColumnIdx,
    column: &Column,
) -> Option<(&'static str, String)> {
    let name = &column.name;
    if !matches!(column.ty, SqlType::Bool | SqlType::Date | SqlType::Timestamp { .. }) {
        return Some((
            "it is neither a time nor a day nor a boolean",
            "name another column, or write `deletes none`".to_owned(),
        ));
    }
    if key.contains(&index) {
        return Some(("it is part of the key", "name another column".to_owned()));
    }
    if column.not_null && column.ty != SqlType::Bool {
        let help = "let it be NULL for rows that are there, or name another column".to_owned();
        return Some(("it is NOT NULL, so every row would be gone", help));
    }
    if !assigned(m, index) {
        let value = if column.ty == SqlType::Bool { "false" } else { "null" };
        return Some((
            "no mapping says what it is for rows that are there",
            format!("write `{name} <- {value}`"),
        ));
    }
    None
}
