//! Typed expressions as text for people, where the plan's own text is not kept: join conditions,
//! the literals of maps, the queries of invariants. Parentheses are put where nesting is real.

use std::fmt::Write as _;

use crate::plan::{
    Aggregate, Expr, ExprKind, Function, Join, Operator, OrderKey, Otherwise, RelatedFunction, Relation,
    Relations, Rounding,
};

use super::words;

/// The expression in the plan language's words.
pub(crate) fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(digits) => digits.clone(),
        ExprKind::String(text) => format!("'{}'", text.replace('\'', "''")),
        ExprKind::Column { relation, column } => format!("{relation}.{column}"),
        ExprKind::Call { function, args } => format!("{}({})", function_word(*function), list(args)),
        ExprKind::Aggregate { function, arg } => {
            let arg = arg.as_ref().map_or_else(|| "*".to_owned(), |arg| show(arg));
            format!("{}({arg})", aggregate_word(*function))
        }
        ExprKind::Related { function, value, rows, filter, order } => {
            related(*function, value.as_deref(), rows, filter.as_deref(), order)
        }
        ExprKind::Round { expr, digits, mode } => {
            format!("round({}, {digits}, {})", show(expr), rounding_word(*mode))
        }
        ExprKind::Lookup { map, args, otherwise } => {
            format!("{map}({}){}", list(args), otherwise_text(otherwise))
        }
        ExprKind::Uuid5 { namespace, args } => format!("uuid5('{namespace}', {})", list(args)),
        ExprKind::Map { name, value, .. } => format!("{name}({})", show(value)),
        ExprKind::Not(expr) => format!("not {}", nested(expr)),
        ExprKind::Negate(expr) => format!("-{}", nested(expr)),
        ExprKind::Binary { op, left, right } => {
            format!("{} {} {}", operand(left, *op), operator_word(*op), operand(right, *op))
        }
        ExprKind::IsNull { expr, negated } => format!("{} is{} null", nested(expr), not(*negated)),
        ExprKind::IsDistinct { left, right, negated } => {
            format!("{} is{} distinct from {}", nested(left), not(*negated), nested(right))
        }
        ExprKind::In { expr, list: items, negated } => {
            format!("{}{} in ({})", nested(expr), not(*negated), list(items))
        }
        ExprKind::Between { expr, low, high, negated } => {
            format!("{}{} between {} and {}", nested(expr), not(*negated), nested(low), nested(high))
        }
        ExprKind::Like { expr, pattern, negated } => {
            format!("{}{} like {}", nested(expr), not(*negated), nested(pattern))
        }
        ExprKind::Case { whens, otherwise } => case(whens, otherwise.as_deref()),
        ExprKind::Cast(inner) => format!("cast({} as {})", show(inner), expr.ty),
        ExprKind::InZone { expr, zone } => format!("{} in zone '{zone}'", nested(expr)),
        ExprKind::IsOnce { expr, zone } => format!("{} is once in '{zone}'", nested(expr)),
        ExprKind::Conforms { expr, to } => format!("{} is a {to}", nested(expr)),
        ExprKind::IsAscii(expr) => format!("{} is ascii", nested(expr)),
    }
}

/// `first(x.ip from legacy.comments x where … order by x.id)`
fn related(
    function: RelatedFunction,
    value: Option<&Expr>,
    rows: &Relation,
    filter: Option<&Expr>,
    order: &[OrderKey],
) -> String {
    let mut text = format!("{}(", related_word(function));
    if let Some(value) = value {
        let _ = write!(text, "{} from ", show(value));
    }
    text.push_str(&relation(rows));
    if let Some(filter) = filter {
        let _ = write!(text, " where {}", show(filter));
    }
    for (index, ordering) in order.iter().enumerate() {
        let before = if index == 0 { " order by " } else { ", " };
        let after = if ordering.descending { " desc" } else { "" };
        let _ = write!(text, "{before}{}{after}", show(&ordering.key));
    }
    text + ")"
}

/// `legacy.customers c`
pub(crate) fn relation(relation: &Relation) -> String {
    if relation.alias == relation.table.name {
        return words::table(&relation.table);
    }
    format!("{} {}", words::table(&relation.table), relation.alias)
}

/// `left join legacy.countries k on …`
pub(crate) fn join(join: &Join) -> String {
    let word = if join.left { "left join" } else { "join" };
    format!("{word} {} on {}", relation(&join.relation), show(&join.on))
}

/// `legacy.orders o join … where …`
pub(crate) fn relations(relations: &Relations) -> String {
    let mut text = relation(&relations.from);
    for joined in &relations.joins {
        text.push(' ');
        text.push_str(&join(joined));
    }
    if let Some(filter) = &relations.filter {
        text.push_str(" where ");
        text.push_str(&show(filter));
    }
    text
}

pub(crate) fn list(items: &[Expr]) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// What becomes of a value that is not found.
pub(crate) fn otherwise_says(otherwise: &Otherwise) -> String {
    match otherwise {
        Otherwise::Error => "the load fails".to_owned(),
        Otherwise::Null => "null".to_owned(),
        Otherwise::Value(value) => show(value),
    }
}

fn otherwise_text(otherwise: &Otherwise) -> String {
    match otherwise {
        Otherwise::Error => String::new(),
        Otherwise::Null | Otherwise::Value(_) => format!(" else {}", otherwise_says(otherwise)),
    }
}

fn nested(expr: &Expr) -> String {
    let compound = matches!(
        expr.kind,
        ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::IsDistinct { .. }
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::Like { .. }
            | ExprKind::InZone { .. }
            | ExprKind::IsOnce { .. }
            | ExprKind::Conforms { .. }
            | ExprKind::IsAscii(_)
    );
    if compound { format!("({})", show(expr)) } else { show(expr) }
}

/// Chains of one associative operator need no parentheses.
fn operand(expr: &Expr, outer: Operator) -> String {
    let chains =
        matches!(outer, Operator::And | Operator::Or | Operator::Concat | Operator::Add | Operator::Multiply);
    match &expr.kind {
        ExprKind::Binary { op, .. } if *op == outer && chains => show(expr),
        ExprKind::Binary { op, .. }
            if outer == Operator::And && *op > Operator::And && *op < Operator::Concat =>
        {
            show(expr)
        }
        _ => nested(expr),
    }
}

fn case(whens: &[(Expr, Expr)], otherwise: Option<&Expr>) -> String {
    let mut text = "case".to_owned();
    for (when, then) in whens {
        let _ = write!(text, " when {} then {}", show(when), show(then));
    }
    if let Some(otherwise) = otherwise {
        let _ = write!(text, " else {}", show(otherwise));
    }
    text.push_str(" end");
    text
}

const fn not(negated: bool) -> &'static str {
    if negated { " not" } else { "" }
}

const fn function_word(function: Function) -> &'static str {
    match function {
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Ltrim => "ltrim",
        Function::Rtrim => "rtrim",
        Function::Length => "length",
        Function::Substr => "substr",
        Function::Replace => "replace",
        Function::Position => "position",
        Function::Coalesce => "coalesce",
        Function::Nullif => "nullif",
        Function::Abs => "abs",
        Function::Floor => "floor",
        Function::Ceil => "ceil",
        Function::AddMonths => "add_months",
        Function::Left => "left",
        Function::Right => "right",
        Function::SplitPart => "split_part",
        Function::Normalize => "normalize",
        Function::Md5 => "md5",
        Function::Sha256 => "sha256",
        Function::Epoch => "epoch",
        Function::FromEpoch => "from_epoch",
        Function::JsonText => "json_text",
        Function::JsonInteger => "json_integer",
        Function::IsJsonText => "is_json_text",
        Function::IsJsonInteger => "is_json_integer",
        Function::Recode => "recode",
        Function::IsRecodable => "is_recodable",
    }
}

const fn aggregate_word(function: Aggregate) -> &'static str {
    match function {
        Aggregate::Count => "count",
        Aggregate::Sum => "sum",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
    }
}

const fn related_word(function: RelatedFunction) -> &'static str {
    match function {
        RelatedFunction::Count => "count",
        RelatedFunction::Sum => "sum",
        RelatedFunction::Min => "min",
        RelatedFunction::Max => "max",
        RelatedFunction::First => "first",
    }
}

const fn rounding_word(mode: Rounding) -> &'static str {
    match mode {
        Rounding::HalfUp => "half_up",
        Rounding::HalfEven => "half_even",
        Rounding::Down => "down",
    }
}

const fn operator_word(op: Operator) -> &'static str {
    match op {
        Operator::Or => "or",
        Operator::And => "and",
        Operator::Eq => "=",
        Operator::NotEq => "<>",
        Operator::Lt => "<",
        Operator::LtEq => "<=",
        Operator::Gt => ">",
        Operator::GtEq => ">=",
        Operator::Concat => "||",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}
