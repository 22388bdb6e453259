//! The type of every expression. Each rule reports what it refuses and gives `None`, so that the
//! neighbours are still looked at.

use super::Typer;
use super::unify::{
    as_decimal, constant, decimal_size, literal_fits, longest, size_of_digits, unify, whole_digits,
};
use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Aggregate, Expr, ExprKind, Function, Operator, Otherwise, Rounding};
use crate::resolve::{Move, Scope};
use crate::schema::{DecimalSize, SqlType, type_from_words};
use crate::syntax::ast::{self, BinaryOp};

/// Where an expression stands: what it may name and use.
#[derive(Clone, Copy)]
pub(super) struct Env<'s, 'a> {
    pub scope: &'s Scope<'a>,
    /// The move, where `ref` has a meaning.
    pub of: Option<&'s Move<'a>>,
    /// `sum(…)` and the like may stand here.
    pub aggregates: bool,
}

type Typed = Option<Expr>;

impl Typer<'_, '_> {
    /// The typed form of `expr`.
    pub(super) fn infer(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        use ast::ExprKind as Ast;
        match &expr.kind {
            Ast::Paren(inner) => self.infer(env, inner),
            Ast::Null => Some(Expr::new(SqlType::TEXT, true, ExprKind::Null)),
            Ast::Bool(value) => Some(Expr::new(SqlType::Bool, false, ExprKind::Bool(*value))),
            Ast::Number(digits) => Some(number(digits)),
            Ast::String(text) => Some(string(text)),
            Ast::Column { qualifier, name } => self.column(env, qualifier.as_ref(), name),
            Ast::Call { name, args, star } => self.call(env, name, args, *star, expr.span),
            Ast::Ref { table, args, otherwise } => {
                self.reference(env, table, args, otherwise.as_ref(), expr.span)
            }
            Ast::Uuid5 { .. } | Ast::Sequence { .. } => {
                self.problems.push(
                    Diagnostic::error(
                        Code::KeyMakerElsewhere,
                        "new keys are made in a `key` mapping, and only as its whole value",
                        expr.span,
                        "not the whole value of a `key`",
                    )
                    .help("write `key id <- uuid5(\"shop.customer\", c.id)`; others follow it with `ref shop.customer(…)`"),
                );
                None
            }
            Ast::Not(inner) => {
                let inner = self.boolean(env, inner)?;
                let nullable = inner.nullable;
                Some(Expr::new(SqlType::Bool, nullable, ExprKind::Not(Box::new(inner))))
            }
            Ast::Negate(inner) => self.negate(env, inner),
            Ast::Binary { op, left, right } => self.binary(env, *op, left, right, expr.span),
            Ast::IsNull { expr: inner, negated } => {
                let inner = self.infer(env, inner)?;
                Some(truth(false, ExprKind::IsNull { expr: Box::new(inner), negated: *negated }))
            }
            Ast::IsDistinct { left, right, negated } => {
                let (left, right) = (self.infer(env, left), self.infer(env, right));
                let (left, right) = self.compare_typed(left?, right?, expr.span)?;
                let kind =
                    ExprKind::IsDistinct { left: Box::new(left), right: Box::new(right), negated: *negated };
                Some(truth(false, kind))
            }
            Ast::In { expr: inner, list, negated } => self.in_list(env, inner, list, *negated),
            Ast::Between { expr: inner, low, high, negated } => {
                let (value, low) = self.comparable(env, inner, low, expr.span)?;
                let (_, high) = self.comparable(env, inner, high, expr.span)?;
                let nullable = value.nullable || low.nullable || high.nullable;
                let (expr, low, high) = (Box::new(value), Box::new(low), Box::new(high));
                Some(truth(nullable, ExprKind::Between { expr, low, high, negated: *negated }))
            }
            Ast::Like { expr: inner, pattern, negated } => {
                let (value, pattern) = (self.text(env, inner)?, self.text(env, pattern)?);
                let nullable = value.nullable || pattern.nullable;
                let (expr, pattern) = (Box::new(value), Box::new(pattern));
                Some(truth(nullable, ExprKind::Like { expr, pattern, negated: *negated }))
            }
            Ast::Case { operand, whens, otherwise } => {
                self.case(env, operand.as_deref(), whens, otherwise.as_deref(), expr.span)
            }
            Ast::Cast { expr: inner, ty } => self.cast(env, inner, ty),
            Ast::InZone { expr: inner, zone } => self.in_zone(env, inner, zone),
        }
    }

    fn column(&mut self, env: Env<'_, '_>, qualifier: Option<&Ident>, name: &Ident) -> Typed {
        match env.scope.find(qualifier, name) {
            Ok((relation, index)) => {
                let column = env.scope.column(relation, index);
                let of = env.scope.relation(relation);
                let kind = ExprKind::Column { relation: of.alias.clone(), column: column.name.clone() };
                Some(Expr::new(column.ty.clone(), !column.not_null || of.optional, kind))
            }
            Err(diagnostic) => {
                self.problems.push(*diagnostic);
                None
            }
        }
    }

    /// An expression that must be a condition.
    pub(super) fn boolean(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        if typed.ty == SqlType::Bool || matches!(typed.kind, ExprKind::Null) {
            return Some(Expr { ty: SqlType::Bool, ..typed });
        }
        let help = if typed.ty.is_numeric() {
            format!("write `{} <> 0`", self.sources.text(expr.span))
        } else {
            "compare it with something: `=`, `is null`, `in (…)`".to_owned()
        };
        self.wrong_type(expr.span, "a condition", &typed.ty, help)
    }

    pub(super) fn text(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        match &typed.ty {
            SqlType::Text { .. } => Some(typed),
            SqlType::Enum { labels, .. } => {
                let max = labels.iter().map(|label| label.chars().count()).max();
                let ty = SqlType::Text { max: max.and_then(|n| u32::try_from(n).ok()), padded: false };
                Some(cast_to(typed, ty))
            }
            other => {
                let help = format!("write `cast({} as text)`", self.sources.text(expr.span));
                self.wrong_type(expr.span, "text", &other.clone(), help)
            }
        }
    }

    fn numeric(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.infer(env, expr)?;
        if typed.ty.is_numeric() {
            return Some(typed);
        }
        let help = "only numbers can be calculated with".to_owned();
        self.wrong_type(expr.span, "a number", &typed.ty.clone(), help)
    }

    /// A number to divide by: not a plain zero.
    fn divisor(&mut self, env: Env<'_, '_>, expr: &ast::Expr) -> Typed {
        let typed = self.numeric(env, expr)?;
        let zero =
            constant(&typed).is_some_and(|digits| digits.chars().all(|c| matches!(c, '0' | '.' | '-')));
        if zero {
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                "nothing can be divided by zero",
                expr.span,
                "always zero",
            ));
            return None;
        }
        Some(typed)
    }

    pub(super) fn wrong_type(&mut self, span: Span, wanted: &str, got: &SqlType, help: String) -> Typed {
        self.problems.push(
            Diagnostic::error(
                Code::WrongType,
                format!("expected {wanted}, and this is of type {got}"),
                span,
                format!("{got}"),
            )
            .help(help),
        );
        None
    }

    fn negate(&mut self, env: Env<'_, '_>, inner: &ast::Expr) -> Typed {
        let inner = self.numeric(env, inner)?;
        let ty = match inner.ty {
            SqlType::Int { .. } => SqlType::BIGINT,
            ref other => other.clone(),
        };
        Some(Expr::new(ty, inner.nullable, ExprKind::Negate(Box::new(inner))))
    }

    fn binary(
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

    fn arithmetic(&mut self, op: Operator, left: Expr, right: Expr, span: Span) -> Typed {
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
    fn comparable(
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

    fn null_compared(&mut self, at: Span, help: String) {
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

    fn compare_typed(&mut self, a: Expr, b: Expr, span: Span) -> Option<(Expr, Expr)> {
        if unify(&a, &b).is_some() {
            return Some((a, b));
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

    fn in_list(&mut self, env: Env<'_, '_>, value: &ast::Expr, list: &[ast::Expr], negated: bool) -> Typed {
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

    fn case(
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
    fn common(&mut self, branches: &[&Expr], span: Span) -> Option<SqlType> {
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

    fn call(&mut self, env: Env<'_, '_>, name: &Ident, args: &[ast::Expr], star: bool, span: Span) -> Typed {
        let word = fold(&name.text);
        if let Some(values) = self.plan.values.get(name.text.as_str()).copied() {
            return self.values_map(env, values, args, span);
        }
        if let Some(aggregate) = aggregate(&word) {
            return self.aggregate(env, aggregate, args, star, span);
        }
        if word == "round" {
            return self.round(env, args, span);
        }
        let Some((function, arity)) = function(&word) else {
            self.unknown_function(name, &word);
            return None;
        };
        if star || !arity.contains(&args.len()) {
            let wanted = if arity.start() == arity.end() {
                format!("{}", arity.start())
            } else {
                format!(
                    "{} to {}",
                    arity.start(),
                    if *arity.end() > 9 { "more".to_owned() } else { arity.end().to_string() }
                )
            };
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                format!("`{word}` takes {wanted} arguments, and has {}", args.len()),
                span,
                "wrong number of arguments",
            ));
            return None;
        }
        self.function(env, function, args, span)
    }

    fn function(&mut self, env: Env<'_, '_>, function: Function, args: &[ast::Expr], span: Span) -> Typed {
        let (typed, ty) = match function {
            Function::Lower | Function::Upper => {
                let text = self.text(env, &args[0])?;
                // Outside ASCII a letter's other case may be longer (ŉ, ß); inside it never is.
                let ascii = self.plan.target.catalog.engine.folds_case_of_ascii_only();
                let max = if ascii { longest(&text.ty) } else { None };
                (vec![text], SqlType::Text { max, padded: false })
            }
            Function::Trim | Function::Ltrim | Function::Rtrim => {
                let text = self.text(env, &args[0])?;
                let max = longest(&text.ty);
                (vec![text], SqlType::Text { max, padded: false })
            }
            Function::Length => (vec![self.text(env, &args[0])?], SqlType::Int { bits: 32 }),
            Function::Substr => return self.substr(env, args),
            Function::Replace => {
                let texts = args.iter().map(|arg| self.text(env, arg)).collect::<Option<Vec<_>>>()?;
                (texts, SqlType::TEXT)
            }
            Function::Position => {
                let texts = args.iter().map(|arg| self.text(env, arg)).collect::<Option<Vec<_>>>()?;
                (texts, SqlType::Int { bits: 32 })
            }
            Function::Coalesce => return self.coalesce(env, args, span),
            Function::Nullif => {
                let (a, b) = self.comparable(env, &args[0], &args[1], span)?;
                let ty = a.ty.clone();
                return Some(Expr::new(ty, true, ExprKind::Call { function, args: vec![a, b] }));
            }
            Function::Abs => {
                let number = self.numeric(env, &args[0])?;
                let ty = number.ty.clone();
                (vec![number], ty)
            }
            Function::Floor | Function::Ceil => {
                let number = self.numeric(env, &args[0])?;
                let ty = match as_decimal(&number.ty) {
                    Some(size) => SqlType::Decimal(Some(DecimalSize {
                        precision: whole_digits(size).saturating_add(1),
                        scale: 0,
                    })),
                    None => number.ty.clone(),
                };
                (vec![number], ty)
            }
        };
        let nullable = typed.iter().any(|arg| arg.nullable);
        Some(Expr::new(ty, nullable, ExprKind::Call { function, args: typed }))
    }

    fn substr(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        let text = self.text(env, &args[0])?;
        let mut typed = vec![text];
        for arg in &args[1..] {
            let number = self.numeric(env, arg)?;
            let whole = match &number.kind {
                ExprKind::Number(digits) => digits.parse::<u32>().is_ok(),
                _ => false,
            };
            if !whole || (typed.len() == 1 && matches!(&number.kind, ExprKind::Number(n) if n == "0")) {
                self.problems.push(
                    Diagnostic::error(
                        Code::WrongArguments,
                        "`substr` counts from 1, with whole numbers that stand in the plan",
                        arg.span,
                        "not such a number",
                    )
                    .help("engines differ on zero, negative and computed positions: `substr(x, 1, 3)`"),
                );
                return None;
            }
            typed.push(number);
        }
        let count = match typed.get(2).map(|count| &count.kind) {
            Some(ExprKind::Number(digits)) => digits.parse::<u32>().ok(),
            _ => None,
        };
        let max = match (longest(&typed[0].ty), count) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let nullable = typed[0].nullable;
        let kind = ExprKind::Call { function: Function::Substr, args: typed };
        Some(Expr::new(SqlType::Text { max, padded: false }, nullable, kind))
    }

    fn coalesce(&mut self, env: Env<'_, '_>, args: &[ast::Expr], span: Span) -> Typed {
        let typed = args.iter().map(|arg| self.infer(env, arg)).collect::<Option<Vec<_>>>()?;
        let ty = self.common(&typed.iter().collect::<Vec<_>>(), span)?;
        Some(coalesce(typed, ty))
    }

    fn unknown_function(&mut self, name: &Ident, word: &str) {
        const CLOCKS: [&str; 9] = [
            "now",
            "random",
            "rand",
            "current_timestamp",
            "current_date",
            "newid",
            "gen_random_uuid",
            "uuid",
            "randomblob",
        ];
        if CLOCKS.contains(&word) {
            self.problems.push(
                Diagnostic::error(
                    Code::NotDeterministic,
                    format!("`{name}` gives another result each time"),
                    name.span,
                    "not deterministic",
                )
                .help("the same source must give the same rows: use a column, a literal, or `uuid5(\"…\", c.id)` for a key"),
            );
            return;
        }
        let known =
            FUNCTIONS.iter().map(|(word, _, _)| *word).chain(["round", "cast", "count", "sum", "min", "max"]);
        let maps = self.plan.values.keys().copied();
        let mut diagnostic = Diagnostic::error(
            Code::UnknownFunction,
            format!("there is no function or values map `{name}`"),
            name.span,
            "unknown",
        )
        .did_you_mean(&name.text, known.chain(maps));
        if diagnostic.help.is_none() {
            let names: Vec<&str> = FUNCTIONS.iter().map(|(word, _, _)| *word).collect();
            diagnostic = diagnostic.help(format!("the functions are {}, round, cast", names.join(", ")));
        }
        self.problems.push(diagnostic);
    }

    fn aggregate(
        &mut self,
        env: Env<'_, '_>,
        function: Aggregate,
        args: &[ast::Expr],
        star: bool,
        span: Span,
    ) -> Typed {
        if !env.aggregates {
            self.problems.push(
                Diagnostic::error(
                    Code::AggregateElsewhere,
                    "sums and counts belong in an invariant's query",
                    span,
                    "one row at a time here",
                )
                .help("a move maps row by row; `group by` gives one row for each group of equal values"),
            );
            return None;
        }
        let inner = Env { aggregates: false, ..env };
        let arg = match (args, star, function) {
            ([], true, Aggregate::Count) => None,
            ([arg], false, Aggregate::Sum) => Some(self.numeric(inner, arg)?),
            ([arg], false, _) => Some(self.infer(inner, arg)?),
            _ => {
                self.problems.push(Diagnostic::error(
                    Code::WrongArguments,
                    "one argument, or `count(*)`",
                    span,
                    "wrong number of arguments",
                ));
                return None;
            }
        };
        let (ty, nullable) = match (function, &arg) {
            (Aggregate::Count, _) | (_, None) => (SqlType::BIGINT, false),
            (Aggregate::Sum, Some(arg)) => (sum_type(&arg.ty), true),
            (Aggregate::Min | Aggregate::Max, Some(arg)) => (arg.ty.clone(), true),
        };
        Some(Expr::new(ty, nullable, ExprKind::Aggregate { function, arg: arg.map(Box::new) }))
    }

    /// `round(x, digits, mode)`; the one place where exact numbers may be divided.
    fn round(&mut self, env: Env<'_, '_>, args: &[ast::Expr], span: Span) -> Typed {
        let given = match args {
            [_, digits, mode] => round_digits(digits).zip(round_mode(mode)),
            _ => None,
        };
        let Some((digits, mode)) = given else {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongArguments,
                    "`round` takes a value, the number of digits, and which way ties go",
                    span,
                    "expected `round(x, DIGITS, MODE)`",
                )
                .help("for example `round(c.amount / 100, 2, half_even)`; the modes are half_even, half_up, down"),
            );
            return None;
        };
        let value = match &args[0].bare().kind {
            ast::ExprKind::Binary { op: BinaryOp::Div, left, right } => {
                let (left, right) = (self.numeric(env, left), self.divisor(env, right));
                quotient(left?, right?)
            }
            _ => self.numeric(env, &args[0])?,
        };
        let nullable = value.nullable;
        let ty = match decimal_size(&value) {
            Some(size) => {
                let scale = digits;
                SqlType::Decimal(Some(DecimalSize {
                    precision: whole_digits(size).saturating_add(1 + scale),
                    scale,
                }))
            }
            // Doubles hold 15 decimal digits.
            None if matches!(value.ty, SqlType::Float { .. }) => {
                SqlType::Decimal(Some(DecimalSize { precision: 15.max(digits), scale: digits }))
            }
            None => SqlType::Decimal(None),
        };
        Some(Expr::new(ty, nullable, ExprKind::Round { expr: Box::new(value), digits, mode }))
    }

    fn values_map(
        &mut self,
        env: Env<'_, '_>,
        values: &ast::Values,
        args: &[ast::Expr],
        span: Span,
    ) -> Typed {
        let [arg] = args else {
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                format!("the values map `{}` takes one argument", values.name),
                span,
                "wrong number of arguments",
            ));
            return None;
        };
        let arg_span = arg.span;
        let mut value = self.infer(env, arg)?;
        if matches!(value.ty, SqlType::Enum { .. }) {
            value = self.text(env, arg)?;
        }
        let mut pairs = Vec::new();
        for pair in &values.pairs {
            let from = self.infer(env, &pair.from)?;
            if matches!(from.kind, ExprKind::Null) {
                self.null_compared(
                    pair.from.span,
                    "NULL stays NULL in a map; `default` gives it a value".to_owned(),
                );
                return None;
            }
            let to = self.infer(env, &pair.to)?;
            let (_, from) = self.compare_typed(value.clone(), from, arg_span)?;
            pairs.push((from, to));
        }
        let otherwise = match values.otherwise.as_ref().map(|otherwise| &otherwise.kind) {
            None | Some(ast::OtherwiseKind::Error) => Otherwise::Error,
            Some(ast::OtherwiseKind::Null) => Otherwise::Null,
            Some(ast::OtherwiseKind::Value(expr)) => Otherwise::Value(Box::new(self.infer(env, expr)?)),
        };
        let extra = match &otherwise {
            Otherwise::Value(value) => Some(value.as_ref()),
            Otherwise::Error | Otherwise::Null => None,
        };
        let results: Vec<&Expr> = pairs.iter().map(|(_, to)| to).chain(extra).collect();
        if results.is_empty() {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongArguments,
                    format!("the values map `{}` has no values", values.name),
                    values.name.span,
                    "maps nothing",
                )
                .help("add the pairs: `'A' -> 'active'`"),
            );
            return None;
        }
        let ty = self.common(&results, values.name.span)?;
        let nullable = value.nullable || otherwise == Otherwise::Null || results.iter().any(|to| to.nullable);
        let kind = ExprKind::Map { name: values.name.text.clone(), value: Box::new(value), pairs, otherwise };
        Some(Expr::new(ty, nullable, kind))
    }

    fn in_zone(&mut self, env: Env<'_, '_>, inner: &ast::Expr, zone: &ast::Text) -> Typed {
        let typed = self.infer(env, inner)?;
        let SqlType::Timestamp { zoned, precision } = typed.ty else {
            let help = "only timestamps have zones".to_owned();
            return self.wrong_type(inner.span, "a timestamp", &typed.ty, help);
        };
        let nullable = typed.nullable;
        let ty = SqlType::Timestamp { zoned: !zoned, precision };
        let kind = ExprKind::InZone { expr: Box::new(typed), zone: zone.value.clone() };
        Some(Expr::new(ty, nullable, kind))
    }

    fn cast(&mut self, env: Env<'_, '_>, inner: &ast::Expr, ty: &ast::TypeName) -> Typed {
        let Some(to) = type_from_words(&ty.text) else {
            self.problems.push(
                Diagnostic::error(Code::UnknownType, format!("`{}` is not a type", ty.text), ty.span, "unknown type")
                    .help(
                        "the types are boolean, smallint, integer, bigint, decimal(p, s), real, double, text, varchar(n), \
                         bytes, date, time, timestamp, timestamp with time zone, interval, uuid, json, jsonb",
                    ),
            );
            return None;
        };
        let typed = self.infer(env, inner)?;
        self.explicit_cast(typed, to, inner.span)
    }
}

/// `x / y`, typed by the digits of its whole part; only its rounding gives it a scale.
fn quotient(left: Expr, right: Expr) -> Expr {
    let nullable = left.nullable || right.nullable;
    let ty = match (decimal_size(&left), decimal_size(&right)) {
        (Some(a), Some(b)) => {
            // The smallest divisor is one unit of its last place.
            let whole = whole_digits(a).saturating_add(b.scale);
            SqlType::Decimal(Some(DecimalSize { precision: whole, scale: 0 }))
        }
        _ if left.ty.is_numeric() && !matches!(left.ty, SqlType::Float { .. }) => SqlType::Decimal(None),
        _ => SqlType::DOUBLE,
    };
    Expr::new(ty, nullable, binary(Operator::Divide, left, right))
}

fn round_digits(expr: &ast::Expr) -> Option<u32> {
    match &expr.bare().kind {
        ast::ExprKind::Number(digits) => digits.parse().ok().filter(|n| *n <= 18),
        _ => None,
    }
}

fn round_mode(expr: &ast::Expr) -> Option<Rounding> {
    match &expr.bare().kind {
        ast::ExprKind::Column { qualifier: None, name } => match fold(&name.text).as_str() {
            "half_even" => Some(Rounding::HalfEven),
            "half_up" => Some(Rounding::HalfUp),
            "down" => Some(Rounding::Down),
            _ => None,
        },
        _ => None,
    }
}

/// The function table: word, function, least and most arguments.
const FUNCTIONS: [(&str, Function, std::ops::RangeInclusive<usize>); 14] = [
    ("lower", Function::Lower, 1..=1),
    ("upper", Function::Upper, 1..=1),
    ("trim", Function::Trim, 1..=1),
    ("ltrim", Function::Ltrim, 1..=1),
    ("rtrim", Function::Rtrim, 1..=1),
    ("length", Function::Length, 1..=1),
    ("substr", Function::Substr, 2..=3),
    ("replace", Function::Replace, 3..=3),
    ("position", Function::Position, 2..=2),
    ("coalesce", Function::Coalesce, 1..=99),
    ("nullif", Function::Nullif, 2..=2),
    ("abs", Function::Abs, 1..=1),
    ("floor", Function::Floor, 1..=1),
    ("ceil", Function::Ceil, 1..=1),
];

fn function(word: &str) -> Option<(Function, std::ops::RangeInclusive<usize>)> {
    FUNCTIONS.iter().find(|(name, _, _)| *name == word).map(|(_, function, arity)| (*function, arity.clone()))
}

fn aggregate(word: &str) -> Option<Aggregate> {
    match word {
        "count" => Some(Aggregate::Count),
        "sum" => Some(Aggregate::Sum),
        "min" => Some(Aggregate::Min),
        "max" => Some(Aggregate::Max),
        _ => None,
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

fn binary(op: Operator, left: Expr, right: Expr) -> ExprKind {
    ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }
}

const fn truth(nullable: bool, kind: ExprKind) -> Expr {
    Expr::new(SqlType::Bool, nullable, kind)
}

const fn is_number(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_))
}

/// A literal number, of the smallest type that holds it exactly.
pub(super) fn number(digits: &str) -> Expr {
    let ty = match digits.parse::<i64>() {
        Ok(n) if i32::try_from(n).is_ok() => SqlType::Int { bits: 32 },
        Ok(_) => SqlType::BIGINT,
        Err(_) => SqlType::Decimal(Some(size_of_digits(digits))),
    };
    Expr::new(ty, false, ExprKind::Number(digits.to_owned()))
}

fn string(text: &str) -> Expr {
    let max = u32::try_from(text.chars().count()).ok();
    Expr::new(SqlType::Text { max, padded: false }, false, ExprKind::String(text.to_owned()))
}

/// The text of a literal.
pub(super) fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::String(text) => Some(text),
        _ => None,
    }
}

/// `cast(expr as ty)`, unless it is of that type.
pub(super) fn cast_to(expr: Expr, ty: SqlType) -> Expr {
    if expr.ty == ty {
        return expr;
    }
    let nullable = expr.nullable;
    match expr.kind {
        ExprKind::Null => Expr::new(ty, true, ExprKind::Null),
        _ => Expr::new(ty, nullable, ExprKind::Cast(Box::new(expr))),
    }
}

/// A branch of a `case` or `coalesce`, read as the common type. Texts and integers need no cast.
fn settle(expr: Expr, ty: &SqlType) -> Expr {
    match (&expr.ty, ty) {
        (SqlType::Text { .. }, SqlType::Text { .. }) | (SqlType::Int { .. }, SqlType::Int { .. })
            if !matches!(expr.kind, ExprKind::Null) =>
        {
            expr
        }
        _ => cast_to(expr, ty.clone()),
    }
}

/// `coalesce` of typed arguments.
pub(super) fn coalesce(args: Vec<Expr>, ty: SqlType) -> Expr {
    let nullable = args.iter().all(|arg| arg.nullable);
    let args = args.into_iter().map(|arg| settle(arg, &ty)).collect();
    Expr::new(ty, nullable, ExprKind::Call { function: Function::Coalesce, args })
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

/// Sums of integers stay integers; sums of decimals keep the scale, with room to grow.
fn sum_type(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::Int { .. } => SqlType::BIGINT,
        SqlType::Decimal(Some(size)) => {
            SqlType::Decimal(Some(DecimalSize { precision: size.precision.max(18), scale: size.scale }))
        }
        SqlType::Float { .. } => SqlType::DOUBLE,
        other => other.clone(),
    }
}
