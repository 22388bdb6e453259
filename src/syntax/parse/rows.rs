//! Rows of another table inside an expression.

use super::build::Build;
use super::{Pair, Rule};
use crate::syntax::ast::{Ordering, Rows};

impl Build<'_, '_, '_> {
    /// The rows, and the height of the highest expression in them.
    pub(super) fn related_rows(&mut self, pair: Pair) -> Option<(Rows, u32)> {
        let (mut table, mut alias, mut filter, mut order) = (None, None, None, Vec::new());
        let mut height = 0;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path => table = Some(self.path(part)),
                Rule::alias => alias = self.alias(part),
                Rule::r#where => {
                    let expr = part.into_inner().find(|p| p.as_rule() == Rule::expr)?;
                    let node = self.logic(expr)?;
                    height = height.max(node.height);
                    filter = Some(node.expr);
                }
                Rule::order_by => {
                    for ordering in part.into_inner().filter(|p| p.as_rule() == Rule::ordering) {
                        let mut parts = ordering.into_inner();
                        let node = self.logic(parts.next()?)?;
                        height = height.max(node.height);
                        let descending = parts.next().is_some_and(|word| word.as_rule() == Rule::kw_desc);
                        order.push(Ordering { key: node.expr, descending });
                    }
                }
                _ => {}
            }
        }
        Some((Rows { table: table?, alias, filter, order }, height))
    }
}
