//! Casts that stand in the plan: they may do more than a value does by itself.

use super::Typer;
use super::claims::{How, not_conforming};
use super::convert::Into;
use super::make::{cast_to, literal};
use crate::base::Span;
use crate::plan::{ClaimKind, Expr, Probe};
use crate::schema::SqlType;

impl Typer<'_, '_> {
    /// `cast(expr as ty)` in the plan: all of the above, and what only a stated cast may do.
    pub(super) fn explicit_cast(&mut self, expr: Expr, to: SqlType, span: Span) -> Option<Expr> {
        let into = Into { ty: &to, column: None, table: None, span, value: span };
        match (&expr.ty, &to) {
            (
                SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Uuid | SqlType::Date,
                SqlType::Text { max: None, .. },
            )
            | (SqlType::Date, SqlType::Timestamp { zoned: false, .. })
            // A stated part of the value.
            | (
                SqlType::Timestamp { zoned: false, .. },
                SqlType::Date | SqlType::Time { zoned: false, precision: 6 },
            )
            | (SqlType::Decimal(Some(_)), SqlType::Text { max: None, .. }) => Some(cast_to(expr, to)),
            (SqlType::Opaque(set), SqlType::Text { max: None, .. })
                if self.plan.target.catalog.engine.has_years_and_bits() && set.starts_with("set(") =>
            {
                Some(cast_to(expr, to))
            }
            (SqlType::Bytes { .. }, SqlType::Uuid) => {
                let bad = not_conforming(expr.clone(), to.clone());
                let says = "every value has 16 bytes".to_owned();
                self.claim(ClaimKind::Values, says, How::Probe(Probe::Rows { bad, before_filter: false }), span);
                Some(cast_to(expr, to))
            }
            (SqlType::Enum { labels, .. }, SqlType::Text { max, padded }) => {
                let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
                let longest = u32::try_from(longest).unwrap_or(u32::MAX);
                let text =
                    SqlType::Text { max: Some(max.map_or(longest, |max| max.min(longest))), padded: *padded };
                let fits = max.is_none_or(|max| longest <= max);
                if fits { Some(cast_to(expr, text)) } else { self.no_conversion(&expr, into) }
            }
            (
                SqlType::Text { .. },
                SqlType::Int { .. }
                | SqlType::Decimal(Some(_))
                | SqlType::Date
                | SqlType::Timestamp { zoned: false, .. }
                | SqlType::Uuid,
            ) if literal(&expr).is_none() => Some(self.spelled_value(expr, to, span)),
            (SqlType::Text { .. }, SqlType::Opaque(_)) if is_inet(&to) && literal(&expr).is_none() => {
                Some(self.spelled_value(expr, to, span))
            }
            _ => self.convert(expr, into),
        }
    }

    /// A text as the value that it spells; that each of them does is claimed.
    fn spelled_value(&mut self, expr: Expr, to: SqlType, span: Span) -> Expr {
        let bad = not_conforming(expr.clone(), to.clone());
        let says = format!("every text is the spelling of a value of {to}");
        self.claim(ClaimKind::Values, says, How::Probe(Probe::Rows { bad, before_filter: false }), span);
        cast_to(expr, to)
    }
}

/// PostgreSQL's addresses: the one type known by name only into which texts can be cast, because what
/// spells an address is known.
pub(super) fn is_inet(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Opaque(name) if name.eq_ignore_ascii_case("inet"))
}
