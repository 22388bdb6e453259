//! Functions, aggregates, values maps, casts and zones.

use super::Typer;
use super::infer::{Env, Typed};
use super::known::{FUNCTIONS, Known, SPECIAL, known};
use super::make::{binary, coalesce};
use super::unify::{as_decimal, decimal_size, longest, whole_digits};
use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Aggregate, Expr, ExprKind, Function, Operator, Otherwise, Rounding};
use crate::schema::{DecimalSize, SqlType, type_from_words};
use crate::syntax::ast::{self, BinaryOp};

impl Typer<'_, '_> {
    pub(super) fn call(
        &mut self,
        env: Env<'_, '_>,
        name: &Ident,
        args: &[ast::Expr],
        star: bool,
        span: Span,
    ) -> Typed {
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
        if word == "greatest" || word == "least" {
            return self.extreme(env, &word, args, span);
        }
        let Some(Known { function, least, most, .. }) = known(&word).copied() else {
            self.unknown_function(name, &word);
            return None;
        };
        if star || !(least..=most).contains(&args.len()) {
            let wanted = if least == most {
                format!("{least}")
            } else {
                let most = if most > 9 { "more".to_owned() } else { most.to_string() };
                format!("{least} to {most}")
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

    pub(super) fn function(
        &mut self,
        env: Env<'_, '_>,
        function: Function,
        args: &[ast::Expr],
        span: Span,
    ) -> Typed {
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
            Function::AddMonths => return self.add_months(env, args),
            Function::Left | Function::Right => return self.end_of(env, function, args),
            Function::SplitPart => return self.split_part(env, args),
            Function::Normalize => (vec![self.text(env, &args[0])?], SqlType::TEXT),
            Function::Md5 => (vec![self.hashed(env, &args[0])?], hex(32)),
            Function::Sha256 => (vec![self.hashed(env, &args[0])?], hex(64)),
            Function::Epoch => return self.epoch(env, args),
            Function::FromEpoch => return self.instant_of(env, args),
            Function::JsonText | Function::JsonInteger => return self.member(env, function, args),
            Function::Recode => return self.recode(env, args),
            // No plan can name these: they are what the preflight asks.
            Function::IsJsonText | Function::IsJsonInteger | Function::IsRecodable => return None,
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

    pub(super) fn substr(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
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

    pub(super) fn coalesce(&mut self, env: Env<'_, '_>, args: &[ast::Expr], span: Span) -> Typed {
        let typed = args.iter().map(|arg| self.infer(env, arg)).collect::<Option<Vec<_>>>()?;
        let ty = self.common(&typed.iter().collect::<Vec<_>>(), span)?;
        Some(coalesce(typed, ty))
    }

    pub(super) fn unknown_function(&mut self, name: &Ident, word: &str) {
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
        let words = || FUNCTIONS.iter().map(|known| known.word).chain(SPECIAL.iter().map(|known| known.word));
        let maps = self.plan.values.keys().copied();
        let mut diagnostic = Diagnostic::error(
            Code::UnknownFunction,
            format!("there is no function or values map `{name}`"),
            name.span,
            "unknown",
        )
        .did_you_mean(&name.text, words().chain(maps));
        if diagnostic.help.is_none() {
            let names: Vec<&str> = words().collect();
            diagnostic = diagnostic.help(format!("the functions are {}", names.join(", ")));
        }
        self.problems.push(diagnostic);
    }

    pub(super) fn aggregate(
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
    pub(super) fn round(&mut self, env: Env<'_, '_>, args: &[ast::Expr], span: Span) -> Typed {
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

    pub(super) fn values_map(
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

    pub(super) fn in_zone(&mut self, env: Env<'_, '_>, inner: &ast::Expr, zone: &ast::Text) -> Typed {
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

    pub(super) fn cast(&mut self, env: Env<'_, '_>, inner: &ast::Expr, ty: &ast::TypeName) -> Typed {
        let addresses = self.plan.target.catalog.engine.has_addresses();
        let known = type_from_words(&ty.text).filter(|to| addresses || !matches!(to, SqlType::Opaque(_)));
        let Some(to) = known else {
            self.problems.push(
                Diagnostic::error(Code::UnknownType, format!("`{}` is not a type", ty.text), ty.span, "unknown type")
                    .help(
                        "the types are boolean, smallint, integer, bigint, decimal(p, s), real, double, text, varchar(n), \
                         bytes, date, time, timestamp, timestamp with time zone, interval, uuid, json, jsonb, and inet where the engine has it",
                    ),
            );
            return None;
        };
        let typed = self.infer(env, inner)?;
        self.explicit_cast(typed, to, inner.span)
    }
}

const fn hex(digits: u32) -> SqlType {
    SqlType::Text { max: Some(digits), padded: false }
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

fn aggregate(word: &str) -> Option<Aggregate> {
    match word {
        "count" => Some(Aggregate::Count),
        "sum" => Some(Aggregate::Sum),
        "min" => Some(Aggregate::Min),
        "max" => Some(Aggregate::Max),
        _ => None,
    }
}

/// Sums of integers stay integers; sums of decimals keep the scale, with room to grow.
pub(super) fn sum_type(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::Int { .. } => SqlType::BIGINT,
        SqlType::Unsigned { .. } => SqlType::Decimal(Some(DecimalSize { precision: 30, scale: 0 })),
        SqlType::Decimal(Some(size)) => {
            SqlType::Decimal(Some(DecimalSize { precision: size.precision.max(18), scale: size.scale }))
        }
        SqlType::Float { .. } => SqlType::DOUBLE,
        other => other.clone(),
    }
}
