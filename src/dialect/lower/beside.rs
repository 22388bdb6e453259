//! What may be under way at the same time and end in the same rows, the same ledger and the same rollback.

use serde::{Deserialize, Serialize};

use super::parts::Parts;
use crate::plan::{Batch, ClaimKind, Conflict, Established, ExprKind, KeyMaker, Move, NewKey};
use crate::schema::SqlType;

/// How much of a script's work may be done at the same time as other work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// Nothing else runs meanwhile.
    #[default]
    Alone,
    /// Other scripts of its wave may run, and one session runs it.
    Scripts,
    /// As [`Beside::Scripts`], and several sessions may run it, each in a range of the key.
    Ranges,
}

impl Beside {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
    pub(crate) fn is_alone(&self) -> bool {
        *self == Self::Alone
    }
}

/// What the backfill of these moves allows.
pub(super) fn beside(parts: &[Parts<'_>]) -> Beside {
    let Some(first) = parts.first() else { return Beside::Alone };
    if first.again.is_some() || !first.frame.dialect().capabilities().loops || parts.iter().any(order_matters)
    {
        return Beside::Alone;
    }
    if parts.len() == 1 && is_splittable(first) { Beside::Ranges } else { Beside::Scripts }
}

/// Which of two moves comes first shows in the rows: where both write one table, the first row of a key may win;
/// and what a trigger does is not ours to know.
fn order_matters(parts: &Parts<'_>) -> bool {
    let moves = &parts.frame.plan.moves;
    moves.iter().filter(|other| other.target == parts.step.target).count() > 1
        || is_accepted(parts, ClaimKind::Trigger)
}

fn is_accepted(parts: &Parts<'_>, kind: ClaimKind) -> bool {
    let claims = parts.frame.claims_of(parts.step);
    claims.iter().any(|claim| claim.kind == kind && matches!(claim.established, Established::Accepted { .. }))
}

/// The order in which the batches of a move run does not show in its rows.
fn is_splittable(parts: &Parts<'_>) -> bool {
    let step = parts.step;
    let Batch::Keyset { by, .. } = &step.batch else { return false };
    // Labels compare as texts in a script and by their places in an index.
    let ordered = !by.iter().any(|key| matches!(key.ty, SqlType::Enum { .. }));
    // Numbers are given in the order of the old keys.
    let numbers = matches!(&step.new_key, NewKey::Mapped { made_by: KeyMaker::Sequence, .. });
    // Where a key may come twice, the first row of it wins or the last one does.
    let meets = matches!(step.conflict, Conflict::Skip | Conflict::Update)
        && (step.new_key != NewKey::Keep || is_accepted(parts, ClaimKind::Unique));
    parts.is_batched() && ordered && !numbers && !meets && !looks_back(step)
}

/// Values that are looked up among the new keys of the same move, beyond the row's own key.
fn looks_back(step: &Move) -> bool {
    let NewKey::Mapped { map: own, .. } = &step.new_key else { return false };
    let mut found = false;
    for assign in &step.columns {
        if step.key.contains(&assign.column) || step.second_pass.contains(&assign.column) {
            continue;
        }
        assign.value.walk(&mut |node| {
            found |= matches!(&node.kind, ExprKind::Lookup { map, .. } if map == own);
        });
    }
    found
}
