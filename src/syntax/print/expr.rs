//! Expressions: on one line, or broken in a fixed way where that is too long.

use super::layout::{fits, newline};
use super::words::{column, name, path, string, text};
use crate::syntax::ast::{Expr, ExprKind, Otherwise, OtherwiseKind};

/// The expression, starting at `column` of a line; further lines are indented by `indent`.
pub(super) fn expr(value: &Expr, indent: usize, column: usize) -> String {
    let line = flat(value);
    if fits(&line, column) { line } else { broken(value, indent, column) }
}

/// Expressions with commas between.
pub(super) fn list(values: &[Expr]) -> String {
    values.iter().map(flat).collect::<Vec<_>>().join(", ")
}

/// ` else error`, ` else null`, ` else LITERAL`, or nothing.
fn otherwise(value: Option<&Otherwise>) -> String {
    value.map_or_else(String::new, |value| format!(" {}", else_line(value)))
}

pub(super) fn else_line(value: &Otherwise) -> String {
    match &value.kind {
        OtherwiseKind::Error => "else error".to_owned(),
        OtherwiseKind::Null => "else null".to_owned(),
        OtherwiseKind::Value(value) => format!("else {}", flat(value)),
    }
}

/// The whole expression on one line.
pub(super) fn flat(value: &Expr) -> String {
    let not = |negated: &bool| if *negated { "not " } else { "" };
    match &value.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(digits) => digits.clone(),
        ExprKind::String(value) => string(value),
        ExprKind::Column { qualifier: Some(qualifier), name: n } => {
            format!("{}.{}", name(qualifier), name(n))
        }
        ExprKind::Column { qualifier: None, name } => column(name),
        ExprKind::Call { name, args, star } => {
            format!("{}({})", name.text, if *star { "*".to_owned() } else { list(args) })
        }
        ExprKind::Related { function, value, rows } => {
            super::rows::flat_rows(function, value.as_deref(), rows)
        }
        ExprKind::Ref { table, args, otherwise: other } => {
            format!("ref {}({}){}", path(table), list(args), otherwise(other.as_ref()))
        }
        ExprKind::Uuid5 { namespace, args } => {
            let args: Vec<String> = std::iter::once(text(namespace)).chain(args.iter().map(flat)).collect();
            format!("uuid5({})", args.join(", "))
        }
        ExprKind::Sequence { args } => format!("sequence({})", list(args)),
        ExprKind::Not(inner) => format!("not {}", flat(inner)),
        ExprKind::Negate(inner) => minus(&flat(inner)),
        ExprKind::Binary { op, left, right } => format!("{} {} {}", flat(left), op.word(), flat(right)),
        ExprKind::IsNull { expr, negated } => format!("{} is {}null", flat(expr), not(negated)),
        ExprKind::IsDistinct { left, right, negated } => {
            format!("{} is {}distinct from {}", flat(left), not(negated), flat(right))
        }
        ExprKind::In { expr, list: values, negated } => {
            format!("{} {}in ({})", flat(expr), not(negated), list(values))
        }
        ExprKind::Between { expr, low, high, negated } => {
            format!("{} {}between {} and {}", flat(expr), not(negated), flat(low), flat(high))
        }
        ExprKind::Like { expr, pattern, negated } => {
            format!("{} {}like {}", flat(expr), not(negated), flat(pattern))
        }
        ExprKind::Case { .. } => case(value, " ", " "),
        ExprKind::Cast { expr, ty } => format!("cast({} as {})", flat(expr), ty.text),
        ExprKind::InZone { expr, zone } => format!("{} in zone {}", flat(expr), string(&zone.value)),
        ExprKind::Paren(inner) => format!("({})", flat(inner)),
    }
}

/// Two minus signs in a row would begin a comment.
fn minus(inner: &str) -> String {
    let space = if inner.starts_with('-') { " " } else { "" };
    format!("-{space}{inner}")
}

fn case(value: &Expr, arm: &str, end: &str) -> String {
    let ExprKind::Case { operand, whens, otherwise } = &value.kind else { return flat(value) };
    let mut out = "case".to_owned();
    if let Some(operand) = operand {
        out.push(' ');
        out.push_str(&flat(operand));
    }
    for (when, then) in whens {
        out.extend([arm, "when ", &flat(when), " then ", &flat(then)]);
    }
    if let Some(otherwise) = otherwise {
        out.extend([arm, "else ", &flat(otherwise)]);
    }
    out + end + "end"
}

/// The expression on several lines.
fn broken(value: &Expr, indent: usize, column: usize) -> String {
    match &value.kind {
        ExprKind::Binary { op, .. } => chain(value, op.precedence(), indent, column),
        ExprKind::Case { .. } => case(value, &newline(indent + 2), &newline(indent)),
        ExprKind::Not(inner) => format!("not {}", expr(inner, indent, column + 4)),
        ExprKind::Paren(inner) => {
            let inside = expr(inner, indent + 2, indent + 2);
            format!("({}{inside}{})", newline(indent + 2), newline(indent))
        }
        ExprKind::Call { name, args, star: false } => arguments(&format!("{}(", name.text), args, indent),
        ExprKind::Related { function, value, rows } => {
            super::rows::broken_rows(function, value.as_deref(), rows, indent)
        }
        ExprKind::Sequence { args } => arguments("sequence(", args, indent),
        ExprKind::Uuid5 { namespace, args } => {
            let open = format!("uuid5({}{},", newline(indent + 2), text(namespace));
            arguments(&open, args, indent)
        }
        ExprKind::Ref { table, args, otherwise: other } => {
            arguments(&format!("ref {}(", path(table)), args, indent) + &otherwise(other.as_ref())
        }
        ExprKind::In { expr: left, list, negated } => {
            let word = if *negated { "not in" } else { "in" };
            let left = expr(left, indent, column);
            format!("{left} {word} ({}{})", filled(list, indent + 2), newline(indent))
        }
        ExprKind::IsNull { expr: inner, negated } => {
            expr(inner, indent, column) + if *negated { " is not null" } else { " is null" }
        }
        ExprKind::InZone { expr: inner, zone } => {
            format!("{} in zone {}", expr(inner, indent, column), string(&zone.value))
        }
        ExprKind::Cast { expr: inner, ty } => {
            let inside = expr(inner, indent + 2, indent + 2);
            format!("cast({}{inside} as {}{})", newline(indent + 2), ty.text, newline(indent))
        }
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Column { .. }
        | ExprKind::Call { .. }
        | ExprKind::Negate(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Between { .. }
        | ExprKind::Like { .. } => flat(value),
    }
}

/// A chain of operators, a line break before each.
fn chain(value: &Expr, level: u8, indent: usize, column: usize) -> String {
    let ExprKind::Binary { op, left, right } = &value.kind else { return expr(value, indent, column) };
    if op.precedence() != level {
        return expr(value, indent, column);
    }
    let left = chain(left, level, indent, column);
    let right = expr(right, indent + 2, indent + op.word().len() + 1);
    format!("{left}{}{} {right}", newline(indent), op.word())
}

/// One argument a line.
fn arguments(open: &str, args: &[Expr], indent: usize) -> String {
    let args: Vec<String> =
        args.iter().map(|arg| newline(indent + 2) + &expr(arg, indent + 2, indent + 2)).collect();
    // A namespace without further arguments has a comma too many.
    let open = if args.is_empty() { open.trim_end_matches(',') } else { open };
    format!("{open}{}{})", args.join(","), newline(indent))
}

/// As many values on a line as there is room for.
fn filled(values: &[Expr], indent: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for (i, value) in values.iter().enumerate() {
        let comma = if i + 1 < values.len() { "," } else { "" };
        let word = flat(value) + comma;
        if !line.is_empty() && !fits(&format!("{line} {word}"), indent) {
            out.push_str(&newline(indent));
            out.push_str(&line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    out + &newline(indent) + &line
}
