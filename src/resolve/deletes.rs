use super::{Resolved, find_column};
use crate::diagnostic::Problems;
use crate::schema::{ColumnIdx, TableId};
use crate::syntax::ast;

/// A rule for rows whose source is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletes {
    None,
    Soft(ColumnIdx),
    Hard,
}

/// The rule, with the column that it names.
pub(super) fn deletes(
    plan: &Resolved<'_>,
    target: TableId,
    rule: &ast::Deletes,
    problems: &mut Problems,
) -> Option<Deletes> {
    match rule {
        ast::Deletes::None => Some(Deletes::None),
        ast::Deletes::Hard => Some(Deletes::Hard),
        ast::Deletes::Soft(name) => match find_column(plan.target.catalog.table(target), name) {
            Ok(column) => Some(Deletes::Soft(column)),
            Err(diagnostic) => {
                problems.push(*diagnostic);
                None
            }
        },
    }
}
