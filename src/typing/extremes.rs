//! The greatest and the least of several values, and months added to a day.

use super::Typer;
use super::infer::{Env, Typed};
use super::make::{compare, settle};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Function, Operator};
use crate::schema::SqlType;
use crate::syntax::ast;

impl Typer<'_, '_> {
    /// `greatest(a, b, …)`: NULL if one of them is. It is a `case` of comparisons, because engines' own
    /// functions differ about NULL.
    pub(super) fn extreme(&mut self, env: Env<'_, '_>, word: &str, args: &[ast::Expr], span: Span) -> Typed {
        if !(2..=9).contains(&args.len()) {
            self.problems.push(Diagnostic::error(
                Code::WrongArguments,
                format!("`{word}` takes 2 to 9 arguments, and has {}", args.len()),
                span,
                "wrong number of arguments",
            ));
            return None;
        }
        let op = if word == "greatest" { Operator::GtEq } else { Operator::LtEq };
        let mut typed = Vec::new();
        for arg in args {
            let value = self.infer(env, arg)?;
            if matches!(value.ty, SqlType::Text { .. }) && super::make::literal(&value).is_none() {
                let help = "collations order texts, and they differ: write a `case`".to_owned();
                return self.wrong_type(arg.span, "a number, a date or a time", &value.ty, help);
            }
            typed.push(value);
        }
        let ty = self.common(&typed.iter().collect::<Vec<_>>(), span)?;
        self.ordered_type(&ty, span)?;
        let typed: Vec<Expr> = typed.into_iter().map(|value| settle(value, &ty)).collect();
        let nullable = typed.iter().any(|value| value.nullable);
        let wins = |(index, value): (usize, &Expr)| {
            let others = typed.iter().enumerate().filter(|(other, _)| *other != index);
            let all = others.map(|(_, other)| compare(op, value.clone(), other.clone()));
            let all = all.reduce(|a, b| compare(Operator::And, a, b))?;
            Some((all, value.clone()))
        };
        let whens = typed.iter().enumerate().filter_map(wins).collect();
        Some(Expr::new(ty, nullable, ExprKind::Case { whens, otherwise: None }))
    }

    /// `add_months(day, 12)`: whole months that stand in the plan, up to two hundred years.
    pub(super) fn add_months(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        const MOST: i64 = 2400;
        let (value, months) = (self.infer(env, &args[0])?, self.infer(env, &args[1])?);
        if !matches!(value.ty, SqlType::Date | SqlType::Timestamp { zoned: false, .. }) {
            let help = match value.ty {
                SqlType::Timestamp { .. } => {
                    "an instant has a month only in a zone: `add_months(… in zone 'UTC', 1)`"
                }
                _ => "only days and local times have months",
            };
            return self.wrong_type(
                args[0].span,
                "a date or a timestamp without zone",
                &value.ty,
                help.to_owned(),
            );
        }
        let whole = super::unify::constant(&months).and_then(|digits| digits.parse::<i64>().ok());
        if whole.is_none_or(|n| n.abs() > MOST) {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongArguments,
                    "`add_months` takes a whole number that stands in the plan",
                    args[1].span,
                    format!("not a number from -{MOST} to {MOST}"),
                )
                .help("for example `add_months(c.day, 12)`, or `-12`"),
            );
            return None;
        }
        let (ty, nullable) = (value.ty.clone(), value.nullable);
        let kind = ExprKind::Call { function: Function::AddMonths, args: vec![value, months] };
        Some(Expr::new(ty, nullable, kind))
    }
}
