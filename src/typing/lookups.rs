//! `ref`: the new key of a moved parent.

use super::Typer;
use super::claims::How;
use super::convert::Into;
use super::infer::Env;
use super::keys::maker_of;
use super::references::contains_lookup;
use crate::base::{Path, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Otherwise};
use crate::resolve::Value;
use crate::schema::SqlType;
use crate::syntax::ast;

impl Typer<'_, '_> {
    /// What a mapping table gives must fit the column as it is: no probe can count it beforehand.
    /// `before`: how many claims the old key itself had made, which a probe can well count.
    pub(super) fn check_lookup(&mut self, expr: &Expr, before: usize, span: Span) {
        let open = self.pending.iter().skip(before).any(|p| matches!(p.how, How::Probe(_) | How::Refused(_)));
        if open && contains_lookup(expr) {
            self.pending.truncate(before);
            self.problems.push(
                Diagnostic::error(
                    Code::WrongType,
                    format!("the parent's new key is wider than this column, which is {}", expr.ty),
                    span,
                    "must hold every key of the parent",
                )
                .help("give both columns the same type"),
            );
        }
    }

    /// `ref shop.customer(o.customer_id)`: the new key of the moved parent.
    pub(super) fn reference(
        &mut self,
        env: Env<'_, '_>,
        path: &Path,
        args: &[ast::Expr],
        otherwise: Option<&ast::Otherwise>,
        span: Span,
    ) -> Option<Expr> {
        let Some(m) = env.of else {
            self.problems.push(Diagnostic::error(
                Code::RefElsewhere,
                "`ref` has a meaning only in a move's mapping",
                span,
                "no move here",
            ));
            return None;
        };
        let whole = m.assigns.iter().any(|assign| match assign.value {
            Value::Expr { value, .. } => value.bare().span == span,
            Value::Same(_) => false,
        });
        if !whole {
            self.problems.push(
                Diagnostic::error(
                    Code::RefElsewhere,
                    "`ref` must be the whole value of a column",
                    span,
                    "part of another expression",
                )
                .help("write `customer_id <- ref shop.customer(o.customer_id)`; `default` may follow"),
            );
            return None;
        }
        let parent = m.refs.iter().find(|r| r.span == path.span)?.table;
        let typed = args.iter().map(|arg| self.infer(env, arg)).collect::<Option<Vec<_>>>()?;
        if self.plan.moves_into(parent).next().is_none() {
            self.problems.push(
                Diagnostic::error(
                    Code::RefUnmoved,
                    format!("no move fills `{path}`"),
                    path.span,
                    "not moved by this plan",
                )
                .help("map the column directly if the target has the parents already"),
            );
            return None;
        }
        let unmade = self
            .plan
            .moves_into(parent)
            .any(|(_, parent)| parent.assigns.iter().any(|assign| maker_of(assign).is_some()));
        match self.maps.get(&parent).cloned() {
            // The parent's key has an error of its own, which says it all.
            None if unmade => None,
            Some(map) => self.lookup(&map, typed, args, otherwise, span),
            None => self.kept_reference(typed, otherwise, path, span),
        }
    }

    pub(super) fn lookup(
        &mut self,
        map: &crate::plan::MapTable,
        typed: Vec<Expr>,
        args: &[ast::Expr],
        otherwise: Option<&ast::Otherwise>,
        span: Span,
    ) -> Option<Expr> {
        let types: Vec<SqlType> = typed.iter().map(|arg| super::keys::widest(&arg.ty)).collect();
        if types != map.old {
            let wanted = map.old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let at = args.first().map_or(span, |arg| arg.span);
            self.problems.push(
                Diagnostic::error(
                    Code::WrongType,
                    format!("the parent's old key is ({wanted}), and this is something else"),
                    at,
                    types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                )
                .help("give the same values, in the same order, that the parent's `key` is made of"),
            );
            return None;
        }
        let otherwise = match otherwise.map(|otherwise| &otherwise.kind) {
            None | Some(ast::OtherwiseKind::Error) => Otherwise::Error,
            Some(ast::OtherwiseKind::Null) => Otherwise::Null,
            Some(ast::OtherwiseKind::Value(value)) => {
                let scope = crate::resolve::Scope::default();
                let env = Env { scope: &scope, of: None, aggregates: false };
                let value = self.infer(env, value)?;
                let into = Into { ty: &map.new, column: None, table: None, span, value: span };
                Otherwise::Value(Box::new(self.convert(value, into)?))
            }
        };
        let nullable = otherwise == Otherwise::Null || typed.iter().any(|arg| arg.nullable);
        let kind = ExprKind::Lookup { map: map.name.clone(), args: typed, otherwise };
        Some(Expr::new(map.new.clone(), nullable, kind))
    }

    /// The parent keeps its keys: the reference is the value itself.
    pub(super) fn kept_reference(
        &mut self,
        mut typed: Vec<Expr>,
        otherwise: Option<&ast::Otherwise>,
        path: &Path,
        span: Span,
    ) -> Option<Expr> {
        if let Some(ast::Otherwise { kind: ast::OtherwiseKind::Null | ast::OtherwiseKind::Value(_), span }) =
            otherwise
        {
            self.problems.push(
                Diagnostic::error(
                    Code::RefElsewhere,
                    format!("`{path}` keeps its keys, so there is no mapping table to miss a key in"),
                    *span,
                    "only `else error` is possible",
                )
                .help("join the parent's source table with `left one` and decide with `case`"),
            );
            return None;
        }
        if typed.len() != 1 {
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                "a reference to kept keys takes one value",
                span,
                "wrong number of arguments",
            ));
            return None;
        }
        typed.pop()
    }
}
