//! Expressions.

use super::build::{Build, string_value};
use super::fold::Node;
use super::{Pair, Rule};
use crate::base::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Otherwise, OtherwiseKind, Text, TypeName};

impl Build<'_, '_, '_> {
    pub(super) fn expr(&mut self, pair: Pair) -> Option<Expr> {
        self.logic(pair).map(|node| node.expr)
    }

    /// `not`, one comparison, `and`, `or`.
    pub(super) fn logic(&mut self, pair: Pair) -> Option<Node> {
        let mut first: Option<Node> = None;
        let mut rest: Vec<(BinaryOp, Node)> = Vec::new();
        let mut op = None;
        let mut nots: Vec<Span> = Vec::new();
        let mut pairs = pair.into_inner().peekable();
        while let Some(next) = pairs.next() {
            match next.as_rule() {
                Rule::logic => {
                    let or = next.as_str().eq_ignore_ascii_case("or");
                    op = Some(if or { BinaryOp::Or } else { BinaryOp::And });
                }
                Rule::kw_not => nots.push(self.span(&next)),
                _ => {
                    let mut node = self.arith(next)?;
                    if let Some(tail) = pairs.next_if(|p| p.as_rule() != Rule::logic) {
                        node = self.tail(node, tail)?;
                    }
                    while let Some(not) = nots.pop() {
                        let span = not.to(node.expr.span);
                        node =
                            self.node(Expr { span, kind: ExprKind::Not(Box::new(node.expr)) }, node.height)?;
                    }
                    match op.take() {
                        Some(op) => rest.push((op, node)),
                        None => first = Some(node),
                    }
                }
            }
        }
        if rest.is_empty() { first } else { self.fold(first?, rest) }
    }

    /// A comparison behind its left side.
    fn tail(&mut self, left: Node, pair: Pair) -> Option<Node> {
        let rule = pair.as_rule();
        let span = left.expr.span.to(self.span(&pair));
        let mut negated = false;
        let mut height = left.height;
        let mut op = BinaryOp::Eq;
        let mut parts = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_not => negated = true,
                Rule::compare => op = comparison(part.as_str()),
                Rule::arith => parts.push(self.arith(part)?),
                Rule::expr => parts.push(self.logic(part)?),
                _ => {}
            }
        }
        height = parts.iter().map(|p| p.height).fold(height, u32::max);
        let mut parts = parts.into_iter().map(|p| p.expr);
        let expr = Box::new(left.expr);
        let kind = match rule {
            Rule::is_null => ExprKind::IsNull { expr, negated },
            Rule::in_list => ExprKind::In { expr, list: parts.collect(), negated },
            Rule::compared => ExprKind::Binary { op, left: expr, right: Box::new(parts.next()?) },
            Rule::is_distinct => ExprKind::IsDistinct { left: expr, right: Box::new(parts.next()?), negated },
            Rule::like => ExprKind::Like { expr, pattern: Box::new(parts.next()?), negated },
            _ => ExprKind::Between {
                expr,
                low: Box::new(parts.next()?),
                high: Box::new(parts.next()?),
                negated,
            },
        };
        self.node(Expr { span, kind }, height)
    }

    /// Arithmetic and `||`, with signs and zones on the operands.
    fn arith(&mut self, pair: Pair) -> Option<Node> {
        let mut first: Option<Node> = None;
        let mut rest: Vec<(BinaryOp, Node)> = Vec::new();
        let mut op = None;
        let mut signs: Vec<Span> = Vec::new();
        let mut pairs = pair.into_inner().peekable();
        while let Some(next) = pairs.next() {
            match next.as_rule() {
                Rule::operator => op = Some(operator(next.as_str())),
                Rule::minus => signs.push(self.span(&next)),
                _ => {
                    let mut node = self.primary(next)?;
                    while let Some(zone) = pairs.next_if(|p| p.as_rule() == Rule::zone) {
                        node = self.zoned(node, zone)?;
                    }
                    while let Some(sign) = signs.pop() {
                        let span = sign.to(node.expr.span);
                        node = self
                            .node(Expr { span, kind: ExprKind::Negate(Box::new(node.expr)) }, node.height)?;
                    }
                    match op.take() {
                        Some(op) => rest.push((op, node)),
                        None => first = Some(node),
                    }
                }
            }
        }
        if rest.is_empty() { first } else { self.fold(first?, rest) }
    }

    fn zoned(&mut self, node: Node, pair: Pair) -> Option<Node> {
        let name = pair.into_inner().last()?;
        let span = self.span(&name);
        let value = match name.as_rule() {
            Rule::string => string_value(name.as_str()),
            _ => super::build::unquote(name.as_str(), false),
        };
        let whole = node.expr.span.to(span);
        let kind = ExprKind::InZone { expr: Box::new(node.expr), zone: Text { value, span } };
        self.node(Expr { span: whole, kind }, node.height)
    }

    fn primary(&mut self, pair: Pair) -> Option<Node> {
        let span = self.span(&pair);
        let leaf = |kind| Some(Node { expr: Expr { span, kind }, height: 1 });
        match pair.as_rule() {
            Rule::qualified | Rule::bare_column => leaf(self.column_kind(pair)?),
            Rule::number => leaf(ExprKind::Number(pair.as_str().to_owned())),
            Rule::string => leaf(ExprKind::String(string_value(pair.as_str()))),
            Rule::kw_null => leaf(ExprKind::Null),
            Rule::kw_true => leaf(ExprKind::Bool(true)),
            Rule::kw_false => leaf(ExprKind::Bool(false)),
            Rule::negative => {
                let number = pair.into_inner().next()?;
                let inner =
                    Expr { span: self.span(&number), kind: ExprKind::Number(number.as_str().to_owned()) };
                leaf(ExprKind::Negate(Box::new(inner)))
            }
            Rule::paren => {
                let inner = self.logic(pair.into_inner().next()?)?;
                self.node(Expr { span, kind: ExprKind::Paren(Box::new(inner.expr)) }, inner.height)
            }
            Rule::case => self.case(pair),
            _ => self.call(pair),
        }
    }

    fn column_kind(&mut self, pair: Pair) -> Option<ExprKind> {
        let mut names = pair.into_inner();
        let first = self.ident(&names.next()?);
        Some(match names.next() {
            Some(second) => ExprKind::Column { qualifier: Some(first), name: self.ident(&second) },
            None => ExprKind::Column { qualifier: None, name: first },
        })
    }

    /// A column alone, as in `batch by` and `drop`.
    pub(super) fn column(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        Some(Expr { span, kind: self.column_kind(pair)? })
    }

    /// A number, a string, `null`, `true` or `false`.
    pub(super) fn literal(&mut self, pair: Pair) -> Option<Expr> {
        self.primary(pair).map(|node| node.expr)
    }

    pub(super) fn otherwise(&mut self, pair: Pair) -> Option<Otherwise> {
        let span = self.span(&pair);
        let value = pair.into_inner().last()?;
        let kind = match value.as_rule() {
            Rule::kw_error => OtherwiseKind::Error,
            Rule::kw_null => OtherwiseKind::Null,
            _ => OtherwiseKind::Value(Box::new(self.literal(value)?)),
        };
        Some(Otherwise { kind, span })
    }

    fn case(&mut self, pair: Pair) -> Option<Node> {
        let span = self.span(&pair);
        let mut height = 0;
        let mut part = |this: &mut Self, pair: Pair| {
            let node = this.logic(pair.into_inner().find(|p| p.as_rule() == Rule::expr)?)?;
            height = height.max(node.height);
            Some(Box::new(node.expr))
        };
        let (mut operand, mut whens, mut otherwise) = (None, Vec::new(), None);
        for next in pair.into_inner() {
            match next.as_rule() {
                Rule::case_of => operand = Some(part(self, next)?),
                Rule::case_else => otherwise = Some(part(self, next)?),
                Rule::when => {
                    let mut both = Vec::new();
                    for side in next.into_inner().filter(|p| p.as_rule() == Rule::expr) {
                        both.push(self.logic(side)?);
                    }
                    let (then, when) = (both.pop()?, both.pop()?);
                    whens.push((when, then));
                }
                _ => {}
            }
        }
        height = whens.iter().map(|(when, then)| when.height.max(then.height)).fold(height, u32::max);
        let whens = whens.into_iter().map(|(when, then)| (when.expr, then.expr)).collect();
        self.node(Expr { span, kind: ExprKind::Case { operand, whens, otherwise } }, height)
    }

    /// Everything that is written as a word and parentheses.
    fn call(&mut self, pair: Pair) -> Option<Node> {
        let (rule, span) = (pair.as_rule(), self.span(&pair));
        let mut args = Vec::new();
        let mut height = 0;
        let (mut name, mut table, mut text, mut otherwise, mut ty, mut star) =
            (None, None, None, None, None, false);
        let mut rows = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => {
                    let node = self.logic(part)?;
                    height = height.max(node.height);
                    args.push(node.expr);
                }
                Rule::bare => name = Some(self.ident(&part)),
                Rule::path => table = Some(self.path(part)),
                Rule::otherwise => otherwise = Some(self.otherwise(part)?),
                Rule::type_name => {
                    ty = Some(TypeName { text: spaced(part.as_str()), span: self.span(&part) });
                }
                Rule::text | Rule::wrong_text => text = Some(self.quoted_text(&part)),
                Rule::star => star = true,
                Rule::these_rows | Rule::rows_from => {
                    let (found, inside) = self.related_rows(part)?;
                    height = height.max(inside);
                    rows = Some(Box::new(found));
                }
                _ => {}
            }
        }
        let kind = match rule {
            Rule::call if rows.is_some() => {
                ExprKind::Related { function: name?, value: args.pop().map(Box::new), rows: rows? }
            }
            Rule::reference => ExprKind::Ref { table: table?, args, otherwise },
            Rule::uuid5 => ExprKind::Uuid5 { namespace: text?, args },
            Rule::sequence => ExprKind::Sequence { args },
            Rule::cast => ExprKind::Cast { expr: Box::new(args.pop()?), ty: ty? },
            _ => ExprKind::Call { name: name?, args, star },
        };
        self.node(Expr { span, kind }, height)
    }
}

fn comparison(text: &str) -> BinaryOp {
    match text {
        "=" => BinaryOp::Eq,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::LtEq,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::GtEq,
        _ => BinaryOp::NotEq,
    }
}

fn operator(text: &str) -> BinaryOp {
    match text {
        "||" => BinaryOp::Concat,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        _ => BinaryOp::Div,
    }
}

/// A type with canonical spaces: `decimal(12, 2)`, `timestamp with time zone`.
fn spaced(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for line in text.lines() {
        words.push_str(line.split_once("--").map_or(line, |(code, _)| code));
        words.push(' ');
    }
    let words = words.replace('(', " ( ").replace(')', " ) ").replace(',', " , ").replace("[]", " [] ");
    let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace(" (", "(").replace("( ", "(").replace(" )", ")").replace(" ,", ",").replace(" []", "[]")
}
