//! Chains of binary operators to trees, by precedence and from the left.

use super::build::Build;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// Every later phase walks expressions by recursion, so the tree has a highest height.
const HIGHEST: u32 = 200;

/// An expression with the height of its tree.
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) height: u32,
}

impl Build<'_, '_, '_> {
    /// Folds `first op node op node …` with two stacks (Dijkstra's shunting yard), so that the
    /// length of a chain costs no stack here.
    pub(super) fn fold(&mut self, first: Node, rest: Vec<(BinaryOp, Node)>) -> Option<Node> {
        let mut nodes = vec![first];
        let mut ops: Vec<BinaryOp> = Vec::new();
        for (op, node) in rest {
            while let Some(top) = ops.pop_if(|top| top.precedence() >= op.precedence()) {
                self.join_top(&mut nodes, top)?;
            }
            ops.push(op);
            nodes.push(node);
        }
        while let Some(top) = ops.pop() {
            self.join_top(&mut nodes, top)?;
        }
        nodes.pop()
    }

    fn join_top(&mut self, nodes: &mut Vec<Node>, op: BinaryOp) -> Option<()> {
        let (right, left) = (nodes.pop()?, nodes.pop()?);
        nodes.push(self.binary(op, left, right)?);
        Some(())
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: Node, right: Node) -> Option<Node> {
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        let kind = ExprKind::Binary { op, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.node(Expr { span, kind }, height)
    }

    /// A node over parts whose highest has `height`.
    pub(super) fn node(&mut self, expr: Expr, height: u32) -> Option<Node> {
        let height = height + 1;
        if height <= HIGHEST {
            return Some(Node { expr, height });
        }
        let start = expr.span.start as usize;
        if !self.sink.is_blamed(start, start) {
            let message = format!("an expression with more than {HIGHEST} operators on operators");
            self.error(
                Diagnostic::error(Code::TooBig, message, expr.span, "too long a chain")
                    .help("use `in (…)` or a `values` map, or compute a part in a view of the source"),
            );
            self.sink.blame(start);
        }
        None
    }
}
