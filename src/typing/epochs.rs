//! Instants as numbers, and numbers as instants.

use super::Typer;
use super::claims::How;
use super::convert::rows;
use super::infer::{Env, Typed};
use super::make::{outside, string};
use crate::base::fold;
use crate::plan::{ClaimKind, Expr, ExprKind, Function, Unit};
use crate::schema::SqlType;
use crate::syntax::ast;

impl Typer<'_, '_> {
    /// `epoch(instant, unit)`
    pub(super) fn epoch(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        let instant = self.infer(env, &args[0])?;
        if !matches!(instant.ty, SqlType::Timestamp { zoned: true, .. }) {
            let help = match instant.ty {
                SqlType::Timestamp { .. } => {
                    format!("say in which zone it is: `{} in zone 'UTC'`", self.sources.text(args[0].span))
                }
                _ => "only instants are so far from 1970".to_owned(),
            };
            return self.wrong_type(args[0].span, "a timestamp with time zone", &instant.ty, help);
        }
        let unit = self.unit(&args[1])?;
        let nullable = instant.nullable;
        let args = vec![instant, string(unit.word())];
        Some(Expr::new(SqlType::BIGINT, nullable, ExprKind::Call { function: Function::Epoch, args }))
    }

    /// `from_epoch(number, unit)`
    pub(super) fn instant_of(&mut self, env: Env<'_, '_>, args: &[ast::Expr]) -> Typed {
        let number = self.numeric(env, &args[0])?;
        if !matches!(number.ty, SqlType::Int { .. }) {
            let help = "state the rounding: `round(…, 0, down)`, and cast it to bigint".to_owned();
            return self.wrong_type(args[0].span, "a whole number", &number.ty, help);
        }
        let unit = self.unit(&args[1])?;
        let nullable = number.nullable;
        let ty = SqlType::Timestamp { zoned: true, precision: unit.digits() };
        let args = vec![number, string(unit.word())];
        Some(Expr::new(ty, nullable, ExprKind::Call { function: Function::FromEpoch, args }))
    }

    fn unit(&mut self, arg: &ast::Expr) -> Option<Unit> {
        let found = match &arg.bare().kind {
            ast::ExprKind::Column { qualifier: None, name } => Unit::from_word(&fold(&name.text)),
            _ => None,
        };
        if found.is_none() {
            let wanted = "the unit is second, millisecond or microsecond";
            self.not_stated(arg.span, wanted, "`epoch(c.at, second)`");
        }
        found
    }
}

/// The years 1 to 9999, which every engine's calendar has.
pub(super) fn claim_of(args: &[Expr]) -> Option<(ClaimKind, String, How)> {
    let [number, unit] = args else { return None };
    let ExprKind::String(unit) = &unit.kind else { return None };
    let each = i128::from(Unit::from_word(unit)?.per_second());
    let (low, high) = (-62_135_596_800 * each, 253_402_300_800 * each - 1);
    let bad = outside(number, &low.to_string(), &high.to_string());
    let says = "the instant is in the years 1 to 9999".to_owned();
    Some((ClaimKind::Range, says, How::Probe(rows(bad))))
}
