//! The conversion rules: which type may be written to which, and what must be true for it.
//!
//! Each rule says one of three things: nothing is lost (proven), something could be and a query
//! can count it (probe), or the plan must state what it wants (refused).

use super::Typer;
use super::casts::is_inet;
use super::claims::How;
use super::make::{cast_to, compare, literal, not_in, number, outside, text_literal};
use super::unify::{
    constant, decimal_range, decimal_size, integer_range, literal_fits, longest, whole_digits,
};
use crate::base::{Path, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, Function, Operator, Probe};
use crate::schema::{Column, SqlType};

/// What a value is converted for.
#[derive(Clone, Copy)]
pub(super) struct Into<'c> {
    pub ty: &'c SqlType,
    /// The target column, for the message.
    pub column: Option<&'c Column>,
    /// The target table as the plan names it.
    pub table: Option<&'c Path>,
    /// Where a claim or an error is shown: the whole mapping.
    pub span: Span,
    /// The value that is converted, or the `...` that stands for it.
    pub value: Span,
}

impl Typer<'_, '_> {
    /// `expr` as a value of a target column; the claims that this makes are left pending.
    pub(super) fn convert(&mut self, expr: Expr, into: Into<'_>) -> Option<Expr> {
        if matches!(expr.kind, ExprKind::Null) {
            return Some(cast_to(expr, into.ty.clone()));
        }
        if let Some(text) = literal(&expr)
            && !matches!(into.ty, SqlType::Text { .. })
        {
            return {
                let text = text.to_owned();
                self.literal_into(&text, expr, into)
            };
        }
        if !self.constant_fits(&expr, into) {
            return None;
        }
        match (&expr.ty, into.ty) {
            (SqlType::Int { .. } | SqlType::Unsigned { .. }, SqlType::Int { .. } | SqlType::Unsigned { .. }) => {
                Some(self.integer(expr, into))
            }
            (
                SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_),
                SqlType::Decimal(_) | SqlType::Int { .. } | SqlType::Unsigned { .. },
            ) => self.exact(expr, into),
            (SqlType::Int { .. } | SqlType::Decimal(_), SqlType::Float { .. })
                if constant(&expr).is_some() =>
            {
                Some(cast_to(expr, into.ty.clone()))
            }
            (
                SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_) | SqlType::Float { .. },
                SqlType::Float { .. },
            ) => self.float(expr, into),
            (SqlType::Int { .. }, SqlType::Bool) if constant(&expr).is_some() => {
                let kind = ExprKind::Bool(constant(&expr).as_deref() == Some("1"));
                Some(Expr::new(SqlType::Bool, false, kind))
            }
            (SqlType::Int { .. } | SqlType::Unsigned { .. }, SqlType::Bool) => {
                Some(self.integer_to_bool(expr, into))
            }
            (SqlType::Text { .. }, SqlType::Text { max, .. }) => Some(self.text_into(expr, *max, into)),
            (SqlType::Text { .. }, SqlType::Enum { labels, .. }) => {
                let labels = labels.clone();
                Some(self.labels(expr, &labels, into))
            }
            (SqlType::Enum { labels, .. }, SqlType::Enum { labels: wanted, .. }) => {
                let (labels, wanted) = (labels.clone(), wanted.clone());
                Some(self.enum_into(expr, &labels, &wanted, into))
            }
            (from, SqlType::Int { .. } | SqlType::Unsigned { .. }) if self.is_mysql_type(from, "year") => {
                Some(self.integer(cast_to(expr, SqlType::Int { bits: 16 }), into))
            }
            (SqlType::Int { .. } | SqlType::Unsigned { .. }, to) if self.is_mysql_type(to, "year") => {
                Some(self.year(expr, into))
            }
            (SqlType::Opaque(bits), SqlType::Int { .. } | SqlType::Unsigned { .. })
                if self.plan.target.catalog.engine.has_years_and_bits() && bits.starts_with("bit(") =>
            {
                let number = if bits == "bit(64)" { SqlType::Unsigned { bits: 64 } } else { SqlType::BIGINT };
                Some(self.integer(cast_to(expr, number), into))
            }
            (from, SqlType::Bool) if self.is_mysql_type(from, "bit(1)") => {
                Some(cast_to(expr, SqlType::Bool))
            }
            (SqlType::Bytes { .. }, SqlType::Bytes { max: None }) => Some(expr),
            (SqlType::Bytes { max: Some(a) }, SqlType::Bytes { max: Some(b) }) if a <= b => Some(expr),
            (SqlType::Timestamp { zoned: a, .. }, SqlType::Timestamp { zoned: b, .. })
            | (SqlType::Time { zoned: a, .. }, SqlType::Time { zoned: b, .. })
                if a == b =>
            {
                self.instant(&expr, into);
                Some(self.moment(expr, into))
            }
            (SqlType::Json { binary: false }, SqlType::Json { binary: true }) => {
                let help = "jsonb keeps neither spacing, order nor duplicate keys";
                Some(self.lossy(expr, into, help))
            }
            (SqlType::Bool, SqlType::Int { .. } | SqlType::Unsigned { .. })
            | (SqlType::Json { binary: true }, SqlType::Json { binary: false })
            // A `char(n)` of any other length than 36 would pad what it holds.
            | (
                SqlType::Uuid,
                SqlType::Text { max: None | Some(36), .. } | SqlType::Text { max: Some(36..), padded: false },
            ) => Some(cast_to(expr, into.ty.clone())),
            (from, to) if same(from, to) => Some(expr),
            _ => self.no_conversion(&expr, into),
        }
    }

    /// What stands in the plan is judged at once: a probe would only find it wrong for every row.
    fn constant_fits(&mut self, expr: &Expr, into: Into<'_>) -> bool {
        let shown = match (constant(expr), literal(expr), into.ty) {
            (None, Some(text), SqlType::Text { max: Some(max), .. }) => {
                (longest(&expr.ty) > Some(*max)).then(|| format!("'{text}'"))
            }
            (Some(digits), _, SqlType::Int { .. } | SqlType::Unsigned { .. }) => {
                let (low, high) = integer_range(into.ty).unwrap_or((i128::MIN, i128::MAX));
                let whole = digits.parse::<i128>();
                whole.is_ok_and(|n| n < low || n > high).then_some(digits)
            }
            (Some(digits), _, SqlType::Decimal(Some(size))) => decimal_size(expr)
                .is_some_and(|found| whole_digits(found) > whole_digits(*size))
                .then_some(digits),
            (Some(digits), _, SqlType::Bool) => (digits != "0" && digits != "1").then_some(digits),
            _ => None,
        };
        let Some(shown) = shown else { return true };
        let mut diagnostic = Diagnostic::error(
            Code::WrongType,
            format!("{shown} does not fit {}", into.ty),
            into.span,
            format!("a value of {} is expected", into.ty),
        );
        if let Some(column) = into.column {
            diagnostic = diagnostic.see(column.span, format!("`{}` is {}", column.name, column.declared));
        }
        let limits = match into.ty {
            SqlType::Text { max: Some(max), .. } => Some(format!("at most {max} characters fit")),
            SqlType::Int { .. } | SqlType::Unsigned { .. } => {
                integer_range(into.ty).map(|(low, high)| format!("it holds {low} to {high}"))
            }
            SqlType::Decimal(Some(size)) => {
                let (low, high) = decimal_range(*size);
                Some(format!("it holds {low} to {high}"))
            }
            SqlType::Bool => Some("write `true` or `false`".to_owned()),
            _ => None,
        };
        self.problems.push(Diagnostic { help: limits, ..diagnostic });
        false
    }

    fn literal_into(&mut self, text: &str, expr: Expr, into: Into<'_>) -> Option<Expr> {
        if literal_fits(text, into.ty) {
            return Some(cast_to(expr, into.ty.clone()));
        }
        let mut diagnostic = Diagnostic::error(
            Code::WrongType,
            format!("'{text}' is not a value of {}", into.ty),
            into.span,
            format!("{} expected", into.ty),
        );
        if let Some(column) = into.column {
            diagnostic = diagnostic.see(column.span, format!("`{}` is {}", column.name, column.declared));
        }
        if let SqlType::Enum { labels, .. } = into.ty {
            let all = labels.iter().map(|label| format!("'{label}'")).collect::<Vec<_>>().join(", ");
            diagnostic = diagnostic.help(format!("the labels are {all}"));
        }
        self.problems.push(diagnostic);
        None
    }

    fn text_into(&mut self, expr: Expr, max: Option<u32>, into: Into<'_>) -> Expr {
        let Some(max) = max else { return expr };
        let says = format!("the text has at most {max} characters");
        let how = match longest(&expr.ty) {
            Some(longest) if longest <= max => How::Proven(format!("it has at most {longest}")),
            _ => {
                let length = Expr::new(
                    SqlType::Int { bits: 32 },
                    expr.nullable,
                    ExprKind::Call { function: Function::Length, args: vec![expr.clone()] },
                );
                How::Probe(rows(compare(Operator::Gt, length, number(&max.to_string()))))
            }
        };
        self.claim(ClaimKind::Length, says, how, into.span);
        expr
    }

    fn labels(&mut self, expr: Expr, labels: &[String], into: Into<'_>) -> Expr {
        let says = format!("the text is one of the labels of {}", into.ty);
        let how = match &expr.kind {
            ExprKind::Map { pairs, otherwise, .. } if map_gives_only(pairs, otherwise, labels) => {
                How::Proven("every value of the map is a label".to_owned())
            }
            _ => {
                let list = labels.iter().map(|label| text_literal(label)).collect();
                How::Probe(rows(not_in(&expr, list)))
            }
        };
        self.claim(ClaimKind::Values, says, how, into.span);
        cast_to(expr, into.ty.clone())
    }

    fn enum_into(&mut self, expr: Expr, labels: &[String], wanted: &[String], into: Into<'_>) -> Expr {
        let missing: Vec<&String> = labels.iter().filter(|label| !wanted.contains(label)).collect();
        let says = format!("every label is one of {}", into.ty);
        let text = cast_to(expr.clone(), SqlType::TEXT);
        let how = if missing.is_empty() {
            How::Proven("the target has every label of the source".to_owned())
        } else {
            let list = missing.iter().map(|label| text_literal(label)).collect();
            let bad = Expr::new(
                SqlType::Bool,
                expr.nullable,
                ExprKind::In { expr: Box::new(text.clone()), list, negated: false },
            );
            How::Probe(rows(bad))
        };
        self.claim(ClaimKind::Values, says, how, into.span);
        if expr.ty == *into.ty { expr } else { cast_to(text, into.ty.clone()) }
    }

    /// A type of MySQL's that the plan language knows by name only.
    fn is_mysql_type(&self, ty: &SqlType, name: &str) -> bool {
        self.plan.target.catalog.engine.has_years_and_bits()
            && matches!(ty, SqlType::Opaque(word) if word == name)
    }

    /// MySQL's `year` holds 0 and 1901 to 2155, and takes the numbers from 1 to 99 for other years.
    fn year(&mut self, expr: Expr, into: Into<'_>) -> Expr {
        let among = |bad: Expr| Expr { nullable: expr.nullable, ..bad };
        let outside = outside(&expr, "1901", "2155");
        let other = compare(Operator::NotEq, expr.clone(), number("0"));
        let kind = ExprKind::Binary { op: Operator::And, left: Box::new(outside), right: Box::new(other) };
        let bad = among(Expr::new(SqlType::Bool, true, kind));
        self.claim(
            ClaimKind::Range,
            "the year is 0 or between 1901 and 2155".to_owned(),
            How::Probe(rows(bad)),
            into.span,
        );
        cast_to(expr, into.ty.clone())
    }

    /// Some engines hold instants of a few decades only.
    fn instant(&mut self, expr: &Expr, into: Into<'_>) {
        let is_instant = matches!(into.ty, SqlType::Timestamp { zoned: true, .. });
        let limits = self.plan.target.catalog.engine.instants();
        let (Some((low, high)), true) = (limits, is_instant && into.column.is_some()) else { return };
        let says = format!("the instant is between {low} and {high}");
        let how = if matches!(expr.kind, ExprKind::Column { .. }) {
            How::Proven("the source's type holds no others".to_owned())
        } else {
            let bound = |text: &str| Box::new(cast_to(text_literal(text), expr.ty.clone()));
            let (value, low, high) = (Box::new(expr.clone()), bound(low), bound(high));
            let kind = ExprKind::Between { expr: value, low, high, negated: true };
            How::Probe(rows(Expr::new(SqlType::Bool, expr.nullable, kind)))
        };
        self.claim(ClaimKind::Range, says, how, into.span);
    }

    fn moment(&mut self, expr: Expr, into: Into<'_>) -> Expr {
        let precision = |ty: &SqlType| match ty {
            SqlType::Timestamp { precision, .. } | SqlType::Time { precision, .. } => *precision,
            _ => 6,
        };
        if precision(&expr.ty) <= precision(into.ty) {
            return expr;
        }
        self.lossy(expr, into, "fractions of a second are cut off")
    }

    /// A conversion that loses something unless the plan accepts it.
    pub(super) fn lossy(&mut self, expr: Expr, into: Into<'_>, what: &str) -> Expr {
        let mut diagnostic = Diagnostic::error(
            Code::Lossy,
            format!("{} into {} can lose something: {what}", expr.ty, into.ty),
            into.span,
            self.of_type(&expr, into),
        );
        if let Some(column) = into.column {
            diagnostic = diagnostic.see(column.span, format!("`{}` is {}", column.name, column.declared));
        }
        let diagnostic = diagnostic.help(match into.column.zip(into.table) {
            Some((column, table)) => format!(
                "choose another type, or say why the loss does not matter: `accept lossy {table}.{} because \"…\"`",
                column.name
            ),
            None => "leave the cast out, or cast to a type that holds every value".to_owned(),
        });
        let says = format!("{} into {} loses nothing that matters", expr.ty, into.ty);
        self.claim(ClaimKind::Lossy, says, How::Refused(Box::new(diagnostic)), into.span);
        cast_to(expr, into.ty.clone())
    }

    /// What the value is, for a label: `...` does not show it.
    pub(super) fn of_type(&self, expr: &Expr, into: Into<'_>) -> String {
        format!("`{}` is {}", self.value_text(expr, into), expr.ty)
    }

    /// The mapping with `change` made to its value: `…` stands for the value as it is.
    pub(super) fn edit(&self, expr: &Expr, into: Into<'_>, change: &str) -> String {
        let value = change.replace('…', &self.value_text(expr, into));
        into.column.map_or_else(|| value.clone(), |column| format!("{} <- {value}", column.name))
    }

    fn value_text(&self, expr: &Expr, into: Into<'_>) -> String {
        match (&expr.kind, self.sources.text(into.value)) {
            (ExprKind::Column { relation, column }, "...") => format!("{relation}.{column}"),
            (_, text) => super::values::one_line(text),
        }
    }

    pub(super) fn no_conversion(&mut self, expr: &Expr, into: Into<'_>) -> Option<Expr> {
        let edit = |change: &str| format!("`{}`", self.edit(expr, into, change));
        let help = match (&expr.ty, into.ty) {
            // In a cast there is nothing more to state.
            _ if into.column.is_none() => {
                "no engine-neutral cast exists: take another column, or map the values".to_owned()
            }
            (SqlType::Timestamp { zoned: false, .. }, SqlType::Timestamp { zoned: true, .. }) => {
                format!("a local time needs its zone to be an instant: {}", edit("… in zone 'Europe/Paris'"))
            }
            (SqlType::Timestamp { zoned: true, .. }, SqlType::Timestamp { zoned: false, .. }) => {
                format!("say in which zone the local time shall be: {}", edit("… in zone 'UTC'"))
            }
            (SqlType::Timestamp { zoned: false, .. }, SqlType::Date) => {
                format!("state it, if the day alone is meant: {}", edit("cast(… as date)"))
            }
            (SqlType::Timestamp { zoned: false, .. }, SqlType::Time { zoned: false, .. }) => {
                format!("state it, if the time of day alone is meant: {}", edit("cast(… as time)"))
            }
            (SqlType::Opaque(set), SqlType::Text { .. })
                if self.plan.target.catalog.engine.has_years_and_bits() && set.starts_with("set(") =>
            {
                format!("state it: {}", edit("cast(… as text)"))
            }
            (SqlType::Bytes { .. }, SqlType::Uuid) => {
                format!(
                    "state it, and a probe counts values that have not 16 bytes: {}",
                    edit("cast(… as uuid)")
                )
            }
            (SqlType::Date, SqlType::Timestamp { zoned: false, .. }) => {
                format!("state it, if midnight is meant: {}", edit("cast(… as timestamp)"))
            }
            (SqlType::Float { .. }, SqlType::Decimal(size)) => {
                let scale = size.map_or(2, |size| size.scale);
                format!("state the rounding: {}", edit(&format!("round(…, {scale}, half_even)")))
            }
            (SqlType::Float { .. }, SqlType::Int { .. }) => {
                format!("state the rounding: {}", edit("round(…, 0, half_even)"))
            }
            (SqlType::Text { .. }, SqlType::Bool) => {
                "give the values: `values yes_no { 'Y' -> true, 'N' -> false, else error }`".to_owned()
            }
            (SqlType::Bool, SqlType::Text { .. }) => {
                "give the values: `values yes_no { true -> 'Y', false -> 'N', else error }`".to_owned()
            }
            (
                SqlType::Int { .. }
                | SqlType::Unsigned { .. }
                | SqlType::Uuid
                | SqlType::Date
                | SqlType::Decimal(Some(_))
                | SqlType::Enum { .. },
                SqlType::Text { .. },
            ) => {
                format!("state it: {}", edit("cast(… as text)"))
            }
            (
                SqlType::Text { .. },
                SqlType::Int { .. }
                | SqlType::Decimal(Some(_))
                | SqlType::Date
                | SqlType::Timestamp { zoned: false, .. }
                | SqlType::Uuid,
            ) => {
                let change = format!("cast(… as {})", into.ty);
                format!("state it, and a probe counts the texts that are none: {}", edit(&change))
            }
            (SqlType::Text { .. }, to) if is_inet(to) => {
                let change = format!("cast(… as {})", into.ty);
                format!("state it, and a probe counts the texts that are none: {}", edit(&change))
            }
            _ => "there is no conversion that keeps the meaning: take another column, or map the values"
                .to_owned(),
        };
        let mut diagnostic = Diagnostic::error(
            Code::NoConversion,
            format!("{} does not become {} by itself", expr.ty, into.ty),
            into.span,
            self.of_type(expr, into),
        );
        if let Some(column) = into.column {
            diagnostic = diagnostic.see(column.span, format!("`{}` is {}", column.name, column.declared));
        }
        self.problems.push(diagnostic.help(help));
        None
    }
}

/// Types that hold the same values under different spellings.
fn same(from: &SqlType, to: &SqlType) -> bool {
    match (from, to) {
        (SqlType::Opaque(a), SqlType::Opaque(b)) => a.eq_ignore_ascii_case(b),
        (SqlType::Array(a), SqlType::Array(b)) => same(a, b),
        (SqlType::Enum { labels: a, .. }, SqlType::Enum { labels: b, .. }) => a == b,
        (a, b) => a == b,
    }
}

pub(super) const fn rows(bad: Expr) -> Probe {
    Probe::Rows { bad, before_filter: false }
}

fn map_gives_only(pairs: &[(Expr, Expr)], otherwise: &crate::plan::Otherwise, labels: &[String]) -> bool {
    let is_label = |expr: &Expr| literal(expr).is_some_and(|text| labels.iter().any(|label| label == text));
    pairs.iter().all(|(_, to)| is_label(to))
        && match otherwise {
            crate::plan::Otherwise::Value(value) => is_label(value),
            crate::plan::Otherwise::Error | crate::plan::Otherwise::Null => true,
        }
}
