//! Whether one condition keeps no row that another one would not keep.

use std::cmp::Ordering;

use super::shape::shape;
use crate::plan::{Expr, ExprKind, Operator};

/// How the rows of two conditions are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Same,
    Narrower,
    Wider,
    Other,
}

/// Compares the rows that two filters keep; no filter keeps all.
pub(super) fn scope(before: Option<&Expr>, after: Option<&Expr>) -> Scope {
    let (before, after) = match (before, after) {
        (None, None) => return Scope::Same,
        (None, Some(_)) => return Scope::Narrower,
        (Some(_), None) => return Scope::Wider,
        (Some(before), Some(after)) => (shape(before), shape(after)),
    };
    if before == after {
        return Scope::Same;
    }
    let implied = |one: &Expr, other: &Expr| Prover { effort: EFFORT }.implies(one, other);
    match (implied(&after, &before), implied(&before, &after)) {
        (true, true) => Scope::Same,
        (true, false) => Scope::Narrower,
        (false, true) => Scope::Wider,
        (false, false) => Scope::Other,
    }
}

/// Pairs of nodes that are looked at before "it cannot be shown" is the answer.
const EFFORT: u32 = 20_000;

struct Prover {
    effort: u32,
}

impl Prover {
    /// True only if every row for which `a` is true is one for which `b` is true. Every rule holds
    /// for SQL's three values, because a condition keeps a row only where it is true.
    fn implies(&mut self, a: &Expr, b: &Expr) -> bool {
        let Some(effort) = self.effort.checked_sub(1) else { return false };
        self.effort = effort;
        if a == b {
            return true;
        }
        if let Some((left, right)) = parts(b, Operator::And) {
            return self.implies(a, left) && self.implies(a, right);
        }
        if let Some((left, right)) = parts(a, Operator::Or) {
            return self.implies(left, b) && self.implies(right, b);
        }
        if let Some((left, right)) = parts(b, Operator::Or)
            && (self.implies(a, left) || self.implies(a, right))
        {
            return true;
        }
        if let Some((left, right)) = parts(a, Operator::And) {
            return self.implies(left, b) || self.implies(right, b);
        }
        simple(a, b)
    }
}

fn parts(expr: &Expr, wanted: Operator) -> Option<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Binary { op, left, right } if *op == wanted => Some((left, right)),
        _ => None,
    }
}

/// Rules for conditions that are neither AND nor OR.
fn simple(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (
            ExprKind::In { expr, list, negated: false },
            ExprKind::In { expr: of, list: more, negated: false },
        ) => expr == of && list.iter().all(|item| more.contains(item)),
        (
            ExprKind::In { expr, list, negated: true },
            ExprKind::In { expr: of, list: fewer, negated: true },
        ) => expr == of && fewer.iter().all(|item| list.contains(item)),
        (ExprKind::Binary { op: Operator::Eq, left, right }, ExprKind::In { expr, list, negated: false }) => {
            left == expr && list.contains(right)
        }
        (_, ExprKind::IsNull { expr, negated: true }) => demands(a, expr),
        (
            ExprKind::Binary { op, left, right },
            ExprKind::Binary { op: op_b, left: left_b, right: right_b },
        ) => left == left_b && bounds(*op, right, *op_b, right_b),
        _ => false,
    }
}

/// Whether `condition` is never true while `expr` is NULL.
fn demands(condition: &Expr, expr: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Binary { op, left, right } => {
            !matches!(op, Operator::And | Operator::Or) && (left.as_ref() == expr || right.as_ref() == expr)
        }
        ExprKind::In { expr: of, .. }
        | ExprKind::Like { expr: of, .. }
        | ExprKind::Between { expr: of, .. } => of.as_ref() == expr,
        _ => false,
    }
}

/// `x op a` keeps no row that `x op_b b` does not keep.
fn bounds(op: Operator, a: &Expr, op_b: Operator, b: &Expr) -> bool {
    let (Some(a), Some(b)) = (number(a), number(b)) else { return false };
    let order = compare(&a, &b);
    match (op, op_b) {
        (Operator::Gt | Operator::GtEq | Operator::Eq, Operator::GtEq) | (Operator::Gt, Operator::Gt) => {
            order != Ordering::Less
        }
        (Operator::GtEq | Operator::Eq, Operator::Gt) => order == Ordering::Greater,
        (Operator::Lt | Operator::LtEq | Operator::Eq, Operator::LtEq) | (Operator::Lt, Operator::Lt) => {
            order != Ordering::Greater
        }
        (Operator::LtEq | Operator::Eq, Operator::Lt) => order == Ordering::Less,
        (Operator::Eq, Operator::NotEq) => order != Ordering::Equal,
        _ => false,
    }
}

/// A number without leading zeros before the point and without zeros at its end.
#[derive(PartialEq, Eq)]
struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

fn number(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Number(digits) => Some(parse(digits)),
        ExprKind::Negate(inner) => number(inner).map(|n| Number { negative: !n.negative, ..n }),
        _ => None,
    }
}

fn parse(digits: &str) -> Number {
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    Number {
        negative,
        whole: whole.trim_start_matches('0').to_owned(),
        fraction: fraction.trim_end_matches('0').to_owned(),
    }
}

fn compare(a: &Number, b: &Number) -> Ordering {
    let size = (a.whole.len(), &a.whole, &a.fraction).cmp(&(b.whole.len(), &b.whole, &b.fraction));
    let zero = |n: &Number| n.whole.is_empty() && n.fraction.is_empty();
    match (a.negative && !zero(a), b.negative && !zero(b)) {
        (false, false) => size,
        (true, true) => size.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Compares two numbers as a plan writes them.
pub(super) fn compare_numbers(a: &str, b: &str) -> Ordering {
    compare(&parse(a), &parse(b))
}

#[cfg(test)]
mod tests {
    use super::{Scope, compare_numbers, scope};
    use crate::plan::fixture::column;
    use crate::plan::{Expr, ExprKind, Operator};
    use crate::schema::SqlType;
    use std::cmp::Ordering;

    fn expr(kind: ExprKind) -> Expr {
        Expr::new(SqlType::Bool, false, kind)
    }

    fn x() -> Box<Expr> {
        Box::new(column("t", "x", SqlType::BIGINT))
    }

    fn n(digits: &str) -> Expr {
        expr(ExprKind::Number(digits.into()))
    }

    fn op(op: Operator, digits: &str) -> Expr {
        expr(ExprKind::Binary { op, left: x(), right: Box::new(n(digits)) })
    }

    fn join(op: Operator, left: &Expr, right: &Expr) -> Expr {
        expr(ExprKind::Binary { op, left: Box::new(left.clone()), right: Box::new(right.clone()) })
    }

    fn among(list: &[&str], negated: bool) -> Expr {
        expr(ExprKind::In { expr: x(), list: list.iter().map(|digits| n(digits)).collect(), negated })
    }

    #[test]
    fn a_filter_that_gained_an_and_is_narrower_and_one_that_lost_it_wider() {
        let (a, b) = (op(Operator::Gt, "1"), among(&["3", "4"], true));
        let both = join(Operator::And, &a, &b);
        assert_eq!(scope(Some(&a), Some(&both)), Scope::Narrower);
        assert_eq!(scope(Some(&both), Some(&b)), Scope::Wider);
        assert_eq!(scope(None, Some(&a)), Scope::Narrower);
        assert_eq!(scope(Some(&a), None), Scope::Wider);
        assert_eq!(scope(Some(&both), Some(&join(Operator::And, &b, &a))), Scope::Same);
        let either = join(Operator::Or, &a, &b);
        assert_eq!(scope(Some(&a), Some(&either)), Scope::Wider);
        assert_eq!(scope(Some(&either), Some(&b)), Scope::Narrower);
    }

    #[test]
    fn lists_and_bounds_are_understood() {
        let pairs = [
            (among(&["1"], false), among(&["2", "1"], false), Scope::Wider),
            (among(&["1"], true), among(&["2", "1"], true), Scope::Narrower),
            (op(Operator::Eq, "1"), among(&["2", "1"], false), Scope::Wider),
            (op(Operator::GtEq, "10"), op(Operator::GtEq, "9"), Scope::Wider),
            (op(Operator::GtEq, "10"), op(Operator::Gt, "10"), Scope::Narrower),
            (op(Operator::Lt, "10"), op(Operator::LtEq, "10.0"), Scope::Wider),
            (op(Operator::Gt, "10"), op(Operator::Lt, "10"), Scope::Other),
            (op(Operator::Gt, "10"), expr(ExprKind::IsNull { expr: x(), negated: true }), Scope::Wider),
            // NULL makes the difference: neither holds for it, and `is null` holds for nothing else.
            (op(Operator::Gt, "10"), expr(ExprKind::IsNull { expr: x(), negated: false }), Scope::Other),
        ];
        for (before, after, expected) in pairs {
            assert_eq!(scope(Some(&before), Some(&after)), expected, "{before:?} -> {after:?}");
        }
    }

    /// What cannot be shown in a bounded time is not claimed.
    #[test]
    fn a_hostile_filter_takes_no_time() {
        let tower = |from: u32| {
            (from..from + 60).fold(op(Operator::Gt, "1"), |tower, i| {
                let op_of = if i % 2 == 0 { Operator::And } else { Operator::Or };
                join(op_of, &tower, &op(Operator::Eq, &i.to_string()))
            })
        };
        assert_eq!(scope(Some(&tower(0)), Some(&tower(1000))), Scope::Other);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        for (a, b, expected) in [
            ("10", "9.99", Ordering::Greater),
            ("0.50", "00.5", Ordering::Equal),
            ("-3", "-2", Ordering::Less),
            ("-0", "0.0", Ordering::Equal),
            ("0.07", "0.1", Ordering::Less),
        ] {
            assert_eq!(compare_numbers(a, b), expected, "{a} {b}");
        }
    }
}
