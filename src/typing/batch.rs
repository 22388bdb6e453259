//! The key by which a move's rows are read in batches.

use super::Typer;
use super::keys::{is_full_key, names};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Batch, ExprKind, KeysetColumn, Link};
use crate::schema::{ColumnIdx, SqlType, Table, UniqueKey, has_plain_order};
use crate::syntax::ast;

/// The most rows that one batch may have.
const MOST_ROWS: u64 = 1_000_000;

impl Typer<'_, '_> {
    /// How the move is read. Never fails: what is wrong with a stated batch was reported before.
    pub(super) fn batch(&mut self, index: usize) -> Batch {
        let m = &self.plan.moves[index];
        let table = self.plan.source.catalog.table(m.source);
        let together = self.order.together[index].is_some();
        match m.batch {
            _ if together => Batch::Whole,
            Some((_, ast::Batch::Whole)) => Batch::Whole,
            Some((span, ast::Batch::Keyset { rows, by })) => self.stated(index, table, *rows, by, span),
            None if !m.group_by.is_empty() => Batch::Whole,
            None => match best_key(table) {
                Some(key) => {
                    self.check_order(table, &key, m.ast.source.span);
                    self.keyset(table, self.plan.target.catalog.engine.default_batch_rows(), &key)
                }
                None => Batch::Whole,
            },
        }
    }

    fn stated(
        &mut self,
        index: usize,
        table: &Table,
        rows: Option<u64>,
        by: &[ast::Expr],
        span: Span,
    ) -> Batch {
        let m = &self.plan.moves[index];
        let rows = rows.unwrap_or(self.plan.target.catalog.engine.default_batch_rows());
        if rows == 0 || rows > MOST_ROWS {
            self.problems.push(
                Diagnostic::error(
                    Code::BatchKey,
                    format!("a batch has between 1 and {MOST_ROWS} rows"),
                    span,
                    "not a usable number of rows",
                )
                .help("leave the number out to take the engine's own; `batch whole` takes everything in one transaction"),
            );
        }
        let mut columns: Vec<ColumnIdx> = Vec::new();
        for expr in by {
            let found = match &expr.bare().kind {
                ast::ExprKind::Column { qualifier, name } => match m.scope.find(qualifier.as_ref(), name) {
                    Ok((0, column)) => Some(column),
                    Ok(_) => None,
                    Err(diagnostic) => {
                        self.problems.push(*diagnostic);
                        return Batch::Whole;
                    }
                },
                _ => None,
            };
            let Some(column) = found else {
                self.problems.push(
                    Diagnostic::error(
                        Code::BatchKey,
                        "a batch goes by columns of the move's own source table",
                        expr.span,
                        "not such a column",
                    )
                    .help("an index must give the order: use the primary key or a unique key"),
                );
                return Batch::Whole;
            };
            columns.push(column);
        }
        self.check_batch_key(index, table, &columns, span);
        self.check_order(table, &columns, span);
        self.keyset(table, rows, &columns)
    }

    /// Where the order of a key depends on more than its values: batches go on from the last value, which must
    /// be found again exactly.
    fn check_order(&mut self, table: &Table, columns: &[ColumnIdx], span: Span) {
        if !self.plan.source.catalog.engine.has_charsets() {
            return;
        }
        for column in columns.iter().map(|column| table.column(*column)) {
            let (why, help) = match &column.ty {
                SqlType::Text { .. } if column.collation.is_none() => (
                    "its collation is not in the DDL, and the order of the key depends on it",
                    "give the DDL that SHOW CREATE TABLE prints, which names the collation; or use `batch whole`",
                ),
                SqlType::Float { .. } => (
                    "a floating-point number is not found again by its text",
                    "batch by another key, or use `batch whole`",
                ),
                SqlType::Enum { .. } | SqlType::Opaque(_) => (
                    "its index is not in the order of its texts",
                    "batch by another key, or use `batch whole`",
                ),
                _ => continue,
            };
            let message = format!("`{}` cannot be a batch key: {why}", column.name);
            self.problems.push(
                Diagnostic::error(Code::BatchKey, message, span, "rows could be missed")
                    .see(column.span, format!("`{}` is {}", column.name, column.declared))
                    .help(help),
            );
        }
    }

    fn check_batch_key(&mut self, index: usize, table: &Table, columns: &[ColumnIdx], span: Span) {
        let listed = names(table, columns);
        if !self.typed[index].group_by.is_empty() {
            let alias = &self.plan.moves[index].scope.relation(0).alias;
            let grouped = columns.iter().all(|column| {
                let name = &table.column(*column).name;
                self.typed[index].group_by.iter().any(|group| {
                    matches!(&group.kind, ExprKind::Column { relation, column } if relation == alias && column == name)
                })
            });
            let nullable =
                columns.iter().any(|c| !table.column(*c).not_null && !table.column(*c).rowid_alias);
            if !grouped || nullable {
                self.problems.push(
                    Diagnostic::error(
                        Code::BatchKey,
                        format!("`{listed}` would tear groups apart, or leave the NULLs out"),
                        span,
                        "must be grouped columns that are NOT NULL",
                    )
                    .help("use `batch whole`, which is what a move with `group by` does by itself"),
                );
            }
            return;
        }
        let nullable = columns.iter().find(|c| !table.column(**c).not_null && !table.column(**c).rowid_alias);
        if let Some(column) = nullable {
            self.problems.push(
                Diagnostic::error(
                    Code::BatchKey,
                    format!(
                        "`{}` can be NULL, and such rows would be in no batch",
                        table.column(*column).name
                    ),
                    span,
                    "a nullable batch key",
                )
                .see(table.column(*column).span, "not NOT NULL")
                .help("batch by the primary key"),
            );
            return;
        }
        let in_order = |key: &UniqueKey| key.columns.iter().copied().eq(columns.iter().copied().map(Some));
        let found =
            table.primary_key.iter().chain(&table.uniques).any(|key| key.partial.is_none() && in_order(key));
        if !found {
            let mut diagnostic = Diagnostic::error(
                Code::BatchKey,
                format!("`{listed}` is not a key of `{}`, in this order", table.display_name()),
                span,
                "no unique index gives this order",
            );
            if let Some(primary) = &table.primary_key {
                diagnostic = diagnostic.see(primary.span, "the primary key");
            }
            self.problems.push(diagnostic.help(match best_key(table) {
                Some(key) => {
                    let alias = &self.plan.moves[index].scope.relation(0).alias;
                    let by: Vec<String> =
                        key.iter().map(|c| format!("{alias}.{}", table.column(*c).name)).collect();
                    format!("write `batch by {}`", by.join(", "))
                }
                None => "the table has no key: use `batch whole`".to_owned(),
            }));
        }
    }

    fn keyset(&self, table: &Table, rows: u64, columns: &[ColumnIdx]) -> Batch {
        let by = columns
            .iter()
            .map(|column| {
                let found = table.column(*column);
                let collation = found.collation.clone().filter(|_| found.charset.is_some());
                KeysetColumn { column: found.name.clone(), ty: found.ty.clone(), collation }
            })
            .collect();
        let forced = self.plan.source.catalog.engine.forces_indexes();
        let index = match self.plan.link {
            _ if !forced => None,
            Link::Staged | Link::Fdw => staged_index(table, columns),
            Link::Same | Link::Attach => index_of(table, columns),
        };
        Batch::Keyset { rows, by, index }
    }
}

/// The copy's own key, if it is over these columns.
fn staged_index(table: &Table, columns: &[ColumnIdx]) -> Option<String> {
    let plain = columns.iter().all(|column| has_plain_order(&table.column(*column).ty));
    let own = best_key(table).is_some_and(|key| key == columns);
    (plain && own).then(|| "PRIMARY".to_owned())
}

/// The name of the index that gives the order of these columns.
fn index_of(table: &Table, columns: &[ColumnIdx]) -> Option<String> {
    let in_order = |key: &UniqueKey| key.columns.iter().copied().eq(columns.iter().copied().map(Some));
    if table.primary_key.as_ref().is_some_and(in_order) {
        return Some("PRIMARY".to_owned());
    }
    table.uniques.iter().find(|key| in_order(key)).and_then(|key| key.name.clone())
}

/// The primary key, else the first unique key without NULLs.
pub(super) fn best_key(table: &Table) -> Option<Vec<ColumnIdx>> {
    table
        .primary_key
        .iter()
        .chain(&table.uniques)
        .find(|key| is_full_key(table, key))
        .map(|key| key.columns.iter().flatten().copied().collect())
}
