//! How many rows may be set aside.

use super::build::Build;
use super::{Pair, Rule};
use crate::base::{Quarantine, millionths};
use crate::diagnostic::{Code, Diagnostic};

/// The form that the messages show.
const FORM: &str = "write `quarantine at most 100 rows`, `quarantine at most 0.1 %`, or both: `quarantine at most 100 rows and 0.1 %`";

/// All rows, in millionths.
const ALL: u64 = 1_000_000;

enum Bound {
    Rows(u64),
    PerMillion(u64),
}

impl Build<'_, '_, '_> {
    /// Of a wrong bound nothing is left but its message.
    pub(super) fn quarantine(&mut self, pair: Pair) -> Option<Quarantine> {
        let mut found = Quarantine { rows: None, per_million: None };
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::wrong_or => {
                    let message = format!("both bounds hold, and this joins them by `{}`", part.as_str());
                    let error = Diagnostic::error(Code::ClauseForm, message, span, "must be `and`");
                    self.error(error.help(FORM));
                }
                Rule::bound => {
                    let (slot, bound) = match self.bound(part)? {
                        Bound::Rows(rows) => (&mut found.rows, rows),
                        Bound::PerMillion(share) => (&mut found.per_million, share),
                    };
                    if slot.replace(bound).is_some() {
                        let message = "two bounds of one kind";
                        let error = Diagnostic::error(Code::ClauseForm, message, span, "said again");
                        self.error(error.help(FORM));
                    }
                }
                _ => {}
            }
        }
        Some(found)
    }

    fn bound(&mut self, pair: Pair) -> Option<Bound> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let number = parts.next()?;
        let text = number.as_str();
        let Some(unit) = parts.next() else {
            let message = "a bound is a number of `rows`, or a share in `%`";
            let error = Diagnostic::error(Code::ClauseForm, message, span, "rows, or percent?");
            self.error(error.help(FORM));
            return None;
        };
        let is_share = unit.as_rule() == Rule::percent;
        let usable = |bound: &u64| *bound > 0 && (!is_share || *bound <= ALL);
        let bound = if is_share { millionths(text) } else { text.parse().ok() }.filter(usable);
        if bound.is_none() {
            let place = self.span(&number);
            let (what, help) = if is_share {
                ("share", "write a number above 0 and up to 100, with at most four digits after the point")
            } else {
                (
                    "number of rows",
                    "write a whole number above zero; a move that may set no row aside has no `quarantine`",
                )
            };
            let message = format!("`{text}` is not a usable {what}");
            self.error(Diagnostic::error(Code::NumberForm, message, place, "not such a bound").help(help));
        }
        bound.map(if is_share { Bound::PerMillion } else { Bound::Rows })
    }
}
