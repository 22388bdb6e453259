use super::ast::{Expr, ExprKind, Otherwise, OtherwiseKind};

impl Expr {
    /// The expressions directly below, from left to right.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        fn with<'a>(mut list: Vec<&'a Expr>, otherwise: Option<&'a Otherwise>) -> Vec<&'a Expr> {
            if let Some(Otherwise { kind: OtherwiseKind::Value(value), .. }) = otherwise {
                list.push(value);
            }
            list
        }
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Column { .. } => Vec::new(),
            ExprKind::Call { args, .. } | ExprKind::Uuid5 { args, .. } | ExprKind::Sequence { args } => {
                args.iter().collect()
            }
            ExprKind::Related { value, rows, .. } => value
                .iter()
                .map(AsRef::as_ref)
                .chain(&rows.filter)
                .chain(rows.order.iter().map(|ordering| &ordering.key))
                .collect(),
            ExprKind::Ref { args, otherwise, .. } => with(args.iter().collect(), otherwise.as_ref()),
            ExprKind::Not(expr)
            | ExprKind::Negate(expr)
            | ExprKind::Paren(expr)
            | ExprKind::IsNull { expr, .. }
            | ExprKind::Cast { expr, .. }
            | ExprKind::InZone { expr, .. } => vec![expr],
            ExprKind::Binary { left, right, .. } | ExprKind::IsDistinct { left, right, .. } => {
                vec![left, right]
            }
            ExprKind::In { expr, list, .. } => std::iter::once(expr.as_ref()).chain(list).collect(),
            ExprKind::Between { expr, low, high, .. } => vec![expr, low, high],
            ExprKind::Like { expr, pattern, .. } => vec![expr, pattern],
            ExprKind::Case { operand, whens, otherwise } => operand
                .iter()
                .map(AsRef::as_ref)
                .chain(whens.iter().flat_map(|(when, then)| [when, then]))
                .chain(otherwise.iter().map(AsRef::as_ref))
                .collect(),
        }
    }

    /// Calls `visit` for this expression and every one below it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Without the parentheses around it.
    #[must_use]
    pub fn bare(&self) -> &Self {
        match &self.kind {
            ExprKind::Paren(inner) => inner.bare(),
            _ => self,
        }
    }
}
