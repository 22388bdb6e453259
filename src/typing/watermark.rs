//! The column that says when a source's row was last written.

use super::Typer;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Watermark;
use crate::schema::SqlType;
use crate::syntax::ast::ExprKind;

impl Typer<'_, '_> {
    /// The move's watermark, if it has one that finds every row that was written.
    pub(super) fn watermark(&mut self, index: usize) -> Option<Watermark> {
        let m = &self.plan.moves[index];
        let (span, expr, overlap) = m.watermark?;
        let refuse = |why: &str, help: &str| {
            Diagnostic::error(
                Code::WatermarkColumn,
                format!("the watermark {why}"),
                expr.span,
                "rows could be missed",
            )
            .help(help)
        };
        let ExprKind::Column { qualifier, name } = &expr.bare().kind else { return None };
        let found = match m.scope.find(qualifier.as_ref(), name) {
            Ok((0, column)) => m.scope.column(0, column),
            Ok(_) => {
                self.problems.push(refuse(
                    "is a column of a joined table, whose rows are not those that move",
                    "take a column of the move's own source table",
                ));
                return None;
            }
            Err(diagnostic) => {
                self.problems.push(*diagnostic);
                return None;
            }
        };
        let problem = if !matches!(found.ty, SqlType::Timestamp { .. }) {
            Some(refuse(
                &format!("`{}` is {}, and no moment", found.name, found.declared),
                "take the column that says when the row was last written, a timestamp",
            ))
        } else if !found.not_null {
            Some(refuse(
                &format!("`{}` can be NULL, and such rows would never be looked at", found.name),
                "declare it NOT NULL in the source, or leave the watermark out",
            ))
        } else if !m.group_by.is_empty() {
            Some(refuse(
                "is of rows that a `group by` makes others of",
                "leave it out: what has changed of a group is not told by one of its rows",
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.problems.push(problem.see(found.span, format!("`{}` is declared here", found.name)));
            return None;
        }
        if overlap.seconds == 0 {
            let says = "a watermark without overlap misses what was committed late";
            self.problems.push(
                Diagnostic::error(Code::WatermarkColumn, says, span, "no overlap")
                    .help("write how long a transaction of the source may take: `overlap 5 min`"),
            );
        }
        Some(Watermark { column: found.name.clone(), ty: found.ty.clone(), overlap: overlap.seconds })
    }
}
