//! Operators: arithmetic, comparisons, lists, `case`.

use super::Typer;
use super::infer::{Env, Typed};
use super::make::{binary, cast_to, is_number, literal, settle, truth};
use super::unify::{decimal_size, literal_fits, longest, unify, whole_digits};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Operator};
use crate::schema::{DecimalSize, SqlType};
use crate::syntax::ast::{self, BinaryOp};

impl Typer<'_, '_> {
    pub(super) fn negate(&mut self, env: Env<'_, '_>, inner: &ast::Expr) -> Typed {
        let inner = self.numeric(env, inner)?;
        let ty = match inner.ty {
            SqlType::Int { .. } => SqlType::BIGINT,
            ref other => other.clone(),
        };
        Some(Expr::new(ty, inner.nullable, ExprKind::Negate(Box::new(inner))))
    }

    pub(super) fn binary(
        &mut self,
        env: Env<'_, '_>,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Typed {
        let op = operator(op);
        match op {
            Operator::Or | Operator::And => {
                let (left, right) = (self.boolean(env, left), self.boolean(env, right));
                let (left, right) = (left?, right?);
                let nullable = left.nullable || right.nullable;
                Some(Expr::new(SqlType::Bool, nullable, binary(op, left, right)))
            }
            Operator::Concat => {
                let (left, right) = (self.text(env, left), self.text(env, right));
                let (left, right) = (left?, right?);
                let max = longest(&left.ty).zip(longest(&right.ty)).map(|(a, b)| a.saturating_add(b));
                let nullable = left.nullable || right.nullable;
                Some(Expr::new(SqlType::Text { max, padded: false }, nullable, binary(op, left, right)))
            }
            Operator::Add | Operator::Subtract | Operator::Multiply => {
                let (left, right) = (self.numeric(env, left), self.numeric(env, right));
                self.arithmetic(op, left?, right?, span)
            }
            Operator::Divide => {
                let (left, right) = (self.numeric(env, left), self.divisor(env, right));
                let (left, right) = (left?, right?);
                if matches!(unify(&left, &right), Some(SqlType::Float { .. })) {
                    let nullable = left.nullable || right.nullable;
                    return Some(Expr::new(SqlType::DOUBLE, nullable, binary(op, left, right)));
                }
                self.problems.push(
                    Diagnostic::error(
                        Code::DivisionUnrounded,
                        "a division of exact numbers needs a stated rounding",
                        span,
                        "how many digits, and which way do ties go?",
                    )
                    .help(format!(
                        "write `round({}, 2, half_even)`, or half_up, or down",
                        self.sources.text(span)
                    )),
                );
                None
            }
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq => {
                let (left, right) = self.comparable(env, left, right, span)?;
                let nullable = left.nullable || right.nullable;
                Some(Expr::new(SqlType::Bool, nullable, binary(op, left, right)))
            }
        }
    }

    pub(super) fn arithmetic(&mut self, op: Operator, left: Expr, right: Expr, span: Span) -> Typed {
        let nullable = left.nullable || right.nullable;
        let Some(common) = unify(&left, &right) else {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongType,
                    format!("{} and {} do not mix: one is exact, the other is not", left.ty, right.ty),
                    span,
                    "exact and inexact numbers",
                )
                .help("say which it shall be: `cast(… as double)` or `round(…, 2, half_even)`"),
            );
            return None;
        };
        let ty = match common {
            // 64 bits hold every intermediate result of shorter integers.
            SqlType::Int { .. } => SqlType::BIGINT,
            SqlType::Decimal(Some(_)) => SqlType::Decimal(
                decimal_size(&left).zip(decimal_size(&right)).map(|(a, b)| exact_result(op, a, b)),
            ),
            other => other,
        };
        let widen = |expr: Expr| match expr.ty {
            SqlType::Int { bits } if bits < 64 && ty == SqlType::BIGINT && !is_number(&expr) => {
                cast_to(expr, SqlType::BIGINT)
            }
            _ => expr,
        };
        let (left, right) = (widen(left), widen(right));
        Some(Expr::new(ty, nullable, binary(op, left, right)))
    }

    /// Both sides of a comparison, of types that compare.
    pub(super) fn comparable(
        &mut self,
        env: Env<'_, '_>,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<(Expr, Expr)> {
        let (a, b) = (self.infer(env, left), self.infer(env, right));
        let (a, b) = (a?, b?);
        for (value, other, at) in [(&a, right, left.span), (&b, left, right.span)] {
            if matches!(value.kind, ExprKind::Null) {
                let help = format!("write `{} is null`, or `is not null`", self.sources.text(other.span));
                self.null_compared(at, help);
                return None;
            }
        }
        self.compare_typed(a, b, span)
    }

    pub(super) fn null_compared(&mut self, at: Span, help: String) {
        self.problems.push(
            Diagnostic::error(
                Code::WrongType,
                "nothing equals NULL, not even NULL: this is never true",
                at,
                "compared with NULL",
            )
            .help(help),
        );
    }

    pub(super) fn compare_typed(&mut self, a: Expr, b: Expr, span: Span) -> Option<(Expr, Expr)> {
        if unify(&a, &b).is_some() {
            // An engine may have to be told of which type a bare NULL is.
            let (to_a, to_b) = (a.ty.clone(), b.ty.clone());
            return Some(match (&a.kind, &b.kind) {
                (ExprKind::Null, _) => (cast_to(a, to_b), b),
                (_, ExprKind::Null) => (a, cast_to(b, to_a)),
                _ => (a, b),
            });
        }
        match (literal(&a), literal(&b)) {
            (_, Some(text)) if literal_fits(text, &a.ty) => {
                let ty = a.ty.clone();
                return Some((a, cast_to(b, ty)));
            }
            (Some(text), _) if literal_fits(text, &b.ty) => {
                let ty = b.ty.clone();
                return Some((cast_to(a, ty), b));
            }
            _ => {}
        }
        let help = match (&a.ty, &b.ty) {
            (SqlType::Bool, SqlType::Int { .. }) | (SqlType::Int { .. }, SqlType::Bool) => {
                "a boolean is not a number: compare with `true` or `false`"
            }
            (SqlType::Enum { .. }, SqlType::Text { .. }) | (SqlType::Text { .. }, SqlType::Enum { .. }) => {
                "the text is not one of the labels; or compare `cast(… as text)`"
            }
            _ => "cast one of them, so that the plan says what is meant",
        };
        self.problems.push(
            Diagnostic::error(
                Code::WrongType,
                format!("{} and {} cannot be compared", a.ty, b.ty),
                span,
                format!("{} against {}", a.ty, b.ty),
            )
            .help(help),
        );
        None
    }

    pub(super) fn in_list(
        &mut self,
        env: Env<'_, '_>,
        value: &ast::Expr,
        list: &[ast::Expr],
        negated: bool,
    ) -> Typed {
        let mut typed = self.infer(env, value)?;
        let mut items = Vec::new();
        let mut nullable = typed.nullable;
        for item in list {
            let item_typed = self.infer(env, item)?;
            if matches!(item_typed.kind, ExprKind::Null) {
                let value = self.sources.text(value.span);
                self.null_compared(
                    item.span,
                    format!("take it out of the list and add `or {value} is null`"),
                );
                return None;
            }
            let (value, item) = self.compare_typed(typed, item_typed, item.span)?;
            typed = value;
            nullable |= item.nullable;
            items.push(item);
        }
        Some(truth(nullable, ExprKind::In { expr: Box::new(typed), list: items, negated }))
    }

    pub(super) fn case(
        &mut self,
        env: Env<'_, '_>,
        operand: Option<&ast::Expr>,
        whens: &[(ast::Expr, ast::Expr)],
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Typed {
        let mut arms = Vec::new();
        for (when, then) in whens {
            let condition = match operand {
                Some(operand) => {
                    let (a, b) = self.comparable(env, operand, when, when.span)?;
                    let nullable = a.nullable || b.nullable;
                    Expr::new(SqlType::Bool, nullable, binary(Operator::Eq, a, b))
                }
                None => self.boolean(env, when)?,
            };
            arms.push((condition, self.infer(env, then)?));
        }
        let otherwise = match otherwise {
            Some(expr) => Some(self.infer(env, expr)?),
            None => None,
        };
        let branches: Vec<&Expr> = arms.iter().map(|(_, then)| then).chain(&otherwise).collect();
        let ty = self.common(&branches, span)?;
        let nullable = otherwise.is_none() || branches.iter().any(|branch| branch.nullable);
        let arms = arms.into_iter().map(|(when, then)| (when, settle(then, &ty))).collect();
        let otherwise = otherwise.map(|expr| Box::new(settle(expr, &ty)));
        Some(Expr::new(ty, nullable, ExprKind::Case { whens: arms, otherwise }))
    }

    /// The type that all of `branches` can be read as.
    pub(super) fn common(&mut self, branches: &[&Expr], span: Span) -> Option<SqlType> {
        let mut ty: Option<Expr> = None;
        for branch in branches {
            ty = match ty {
                None => Some((*branch).clone()),
                Some(before) => {
                    let null = matches!(before.kind, ExprKind::Null);
                    let by_literal = literal(branch).is_some_and(|text| literal_fits(text, &before.ty));
                    let before_literal = literal(&before).is_some_and(|text| literal_fits(text, &branch.ty));
                    let unified = if by_literal {
                        Some(before.ty.clone())
                    } else if before_literal {
                        Some(branch.ty.clone())
                    } else {
                        unify(&before, branch)
                    };
                    let Some(unified) = unified else {
                        self.problems.push(
                            Diagnostic::error(
                                Code::WrongType,
                                format!("the results have different types: {} and {}", before.ty, branch.ty),
                                span,
                                "must all be of one type",
                            )
                            .help("cast the results to one type"),
                        );
                        return None;
                    };
                    // Any kind but NULL or a literal: from here on only the type counts.
                    let kind = if null { branch.kind.clone() } else { ExprKind::Bool(false) };
                    Some(Expr::new(unified, false, kind))
                }
            };
        }
        ty.map(|expr| expr.ty)
    }
}

const fn operator(op: BinaryOp) -> Operator {
    match op {
        BinaryOp::Or => Operator::Or,
        BinaryOp::And => Operator::And,
        BinaryOp::Eq => Operator::Eq,
        BinaryOp::NotEq => Operator::NotEq,
        BinaryOp::Lt => Operator::Lt,
        BinaryOp::LtEq => Operator::LtEq,
        BinaryOp::Gt => Operator::Gt,
        BinaryOp::GtEq => Operator::GtEq,
        BinaryOp::Concat => Operator::Concat,
        BinaryOp::Add => Operator::Add,
        BinaryOp::Sub => Operator::Subtract,
        BinaryOp::Mul => Operator::Multiply,
        BinaryOp::Div => Operator::Divide,
    }
}

fn exact_result(op: Operator, a: DecimalSize, b: DecimalSize) -> DecimalSize {
    if op == Operator::Multiply {
        return DecimalSize {
            precision: a.precision.saturating_add(b.precision),
            scale: a.scale.saturating_add(b.scale),
        };
    }
    let scale = a.scale.max(b.scale);
    let precision = whole_digits(a).max(whole_digits(b)).saturating_add(1).saturating_add(scale);
    DecimalSize { precision, scale }
}
