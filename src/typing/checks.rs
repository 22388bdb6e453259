//! CHECK constraints of the target hold for what the move writes.

use super::Typer;
use super::claims::{About, How};
use super::keys::names;
use super::references::contains_lookup;
use super::values::one_line;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, DdlCondition, Expr, ExprKind, Probe};
use crate::schema::{Check, ColumnIdx, SqlType, Table};

impl Typer<'_, '_> {
    pub(super) fn check_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        for check in &table.checks {
            if !check.columns.iter().any(|column| self.typed[index].columns.contains_key(column)) {
                // Only defaults and NULLs reach it, which the target's own DDL answers for.
                continue;
            }
            let part = check.name.clone().unwrap_or_else(|| names(table, &check.columns).replace(", ", "+"));
            let column = if let [one] = check.columns.as_slice() { Some(*one) } else { None };
            let about = About { of: index, column, part: Some(&part), span: m.ast.target.span };
            let says = format!("the CHECK holds: {}", one_line(&check.sql));
            let how = self.check(index, table, check);
            self.establish(about, ClaimKind::Check, says, how);
        }
    }

    fn check(&self, index: usize, table: &Table, check: &Check) -> How {
        let m = &self.plan.moves[index];
        let source = self.plan.source.catalog.table(m.source);
        if source.checks.iter().any(|other| other.validated && same_condition(&other.sql, &check.sql))
            && self.columns_keep_names(index, table, &check.columns)
        {
            return How::Proven("the source has the same CHECK over the same values".to_owned());
        }
        match self.ddl_condition(index, table, &check.sql, &check.columns) {
            Some(condition) => How::Probe(Probe::Check { condition }),
            None => How::Refused(Box::new(
                Diagnostic::error(
                    Code::NotCountable,
                    "whether this CHECK of the target holds cannot be counted before the load",
                    m.ast.target.span,
                    "has a CHECK over values that are looked up or defaulted",
                )
                .see(check.span, "the CHECK")
                .help(format!(
                    "`accept check {} because \"…\"`: the constraint then decides during the load",
                    m.ast.target
                )),
            )),
        }
    }

    /// True if each of `columns` is written with the source's column of the same name and type.
    fn columns_keep_names(&self, index: usize, table: &Table, columns: &[ColumnIdx]) -> bool {
        let alias = &self.plan.moves[index].scope.relation(0).alias;
        columns.iter().all(|column| {
            let name = &table.column(*column).name;
            self.typed[index].columns.get(column).is_some_and(|expr| {
                matches!(&expr.kind, ExprKind::Column { relation, column } if relation == alias && column == name)
            })
        })
    }

    /// A condition of the DDL over the values that the move gives; `None` if one of them is not
    /// known before the load.
    pub(super) fn ddl_condition(
        &self,
        index: usize,
        table: &Table,
        sql: &str,
        columns: &[ColumnIdx],
    ) -> Option<DdlCondition> {
        let typed = &self.typed[index].columns;
        let mut values = Vec::new();
        for column in columns {
            let found = table.column(*column);
            let value = match typed.get(column) {
                Some(value) if contains_lookup(value) => return None,
                Some(value) => value.clone(),
                None if found.default.as_ref().is_none_or(|default| default.is_null) => {
                    Expr::new(found.ty.clone(), true, ExprKind::Null)
                }
                None => return None,
            };
            // A NULL of the column's own type, so that the condition's operators are found.
            let value = if value.ty == found.ty || matches!(value.ty, SqlType::Text { .. }) {
                value
            } else {
                Expr::new(found.ty.clone(), value.nullable, ExprKind::Cast(Box::new(value)))
            };
            values.push((found.name.clone(), value));
        }
        Some(DdlCondition { sql: sql.to_owned(), columns: values, table: table.name.clone() })
    }
}

/// True if two conditions are the same text. Letter case and white space do not count, unless there
/// are quotes, inside of which they do.
fn same_condition(one: &str, other: &str) -> bool {
    let quoted = one.contains(['\'', '"']) || other.contains(['\'', '"']);
    if quoted { one.trim() == other.trim() } else { one_line(one).eq_ignore_ascii_case(&one_line(other)) }
}
