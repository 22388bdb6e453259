//! What can go wrong although everything compiled.

use serde::Serialize;

use super::FOLD;
use crate::artifact::{expression, words};
use crate::plan::{
    BreakBy, Claim, ClaimKind, Conflict, Cover, CutStep, CycleBreak, Does, Dropped, Established, Move, Plan,
    TargetTable,
};

#[derive(Serialize)]
pub(super) struct Risk {
    title: String,
    means: &'static str,
    folded: bool,
    reasons: bool,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    what: String,
    says: String,
    reason: String,
    origin: String,
}

fn item(what: impl Into<String>, says: impl Into<String>, reason: impl Into<String>, origin: String) -> Item {
    Item { what: what.into(), says: says.into(), reason: reason.into(), origin }
}

/// What can go wrong although everything compiled, the worst first; kinds without any are left out.
pub(super) fn risks(plan: &Plan) -> Vec<Risk> {
    let found: [(&str, &str, &'static str, Vec<Item>); 11] = [
        (
            "accepted claim",
            "accepted claims",
            "Neither proven nor probed: these are true only because somebody says so.",
            plan.claims.iter().filter_map(accepted).collect(),
        ),
        (
            "step that cannot be undone",
            "steps that cannot be undone",
            "After the first of them nothing brings users back.",
            plan.cutover.iter().flat_map(|cutover| &cutover.steps).filter_map(is_final).collect(),
        ),
        (
            "move that overwrites rows",
            "moves that overwrite rows",
            "`on conflict update`: rows that the target has already are replaced where they differ. Their before-images are kept for the rollback.",
            plan.moves.iter().filter(|of| of.conflict == Conflict::Update).map(overwrites).collect(),
        ),
        (
            "table that a catch-up writes",
            "tables that a catch-up writes",
            "`deletes`: after the load every row of the scope is compared with the target again, each round, and those that differ are written; what others changed in them is overwritten.",
            plan.moves.iter().filter_map(caught_up).collect(),
        ),
        (
            "move that may leave rows behind",
            "moves that may leave rows behind",
            "`quarantine`: a row that the target refuses is set aside and the load goes on. The ledger keeps its key, validation counts it, `datamove redrive` tries it again; what refers to it is refused in its turn.",
            plan.moves.iter().filter(|of| of.quarantine.is_some()).map(sets_aside).collect(),
        ),
        (
            "table whose triggers are switched off",
            "tables whose triggers are switched off",
            "`triggers off`: what these would have done for each row (values changed, other tables written, rows refused) is not done for the moved rows.",
            plan.claims.iter().filter_map(switched_off).collect(),
        ),
        (
            "shared table without its constraints",
            "shared tables without their constraints",
            "`constraints postpone`: others may write these tables, and until the constraints are back nothing refuses a row of theirs without a parent.",
            plan.tables
                .iter()
                .filter(|table| table.postpones && table.cover != Cover::WasEmpty)
                .map(shared)
                .collect(),
        ),
        (
            "source column left behind",
            "source columns left behind",
            "These values do not reach the target.",
            plan.moves.iter().flat_map(dropped).collect(),
        ),
        (
            "source table left behind",
            "source tables left behind",
            "No move reads them.",
            plan.unmoved.iter().map(|table| item(table, "", "", String::new())).collect(),
        ),
        (
            "broken cycle",
            "broken cycles",
            "Rows refer to each other in a ring, so no order alone can load them.",
            plan.breaks.iter().map(|one| broken(plan, one)).collect(),
        ),
        (
            "scope filter",
            "scope filters",
            "Rows that do not pass stay in the source; validation compares only those that do.",
            plan.moves.iter().filter_map(filtered).collect(),
        ),
    ];
    found
        .into_iter()
        .filter(|(_, _, _, items)| !items.is_empty())
        .map(|(one, more, means, items)| Risk {
            title: format!("{} {}", words::thousands(items.len()), if items.len() == 1 { one } else { more }),
            means,
            folded: items.len() > FOLD,
            reasons: items.iter().any(|item| !item.reason.is_empty()),
            items,
        })
        .collect()
}

fn accepted(claim: &Claim) -> Option<Item> {
    let Established::Accepted { because, ticket, until } = &claim.established else { return None };
    let reason = words::accepted(because, ticket.as_deref(), until.as_deref());
    Some(item(&claim.id, &claim.says, reason, claim.origin.to_string()))
}

fn switched_off(claim: &Claim) -> Option<Item> {
    let off = claim.kind == ClaimKind::Trigger && matches!(claim.established, Established::Proven { .. });
    off.then(|| item(&claim.id, &claim.says, "", claim.origin.to_string()))
}

fn is_final(step: &CutStep) -> Option<Item> {
    let Does::Manual { what, undo: None } = &step.does else { return None };
    let origin = step.origin.as_ref().map(ToString::to_string).unwrap_or_default();
    Some(item(&step.name, what.replace('`', "'"), "", origin))
}

fn shared(table: &TargetTable) -> Item {
    item(words::table(&table.table), "", "", String::new())
}

fn overwrites(of: &Move) -> Item {
    let says = format!("rows with an equal `{}` are overwritten", of.key.join(", ").replace('`', "'"));
    item(words::table(&of.target), says, "", of.origin.to_string())
}

fn caught_up(of: &Move) -> Option<Item> {
    let rule = words::deletes(of.deletes.as_ref()?).replace('`', "'");
    Some(item(words::table(&of.target), rule, "", of.origin.to_string()))
}

fn sets_aside(of: &Move) -> Item {
    item(words::table(&of.target), words::quarantine(of), "", of.origin.to_string())
}

fn dropped(of: &Move) -> Vec<Item> {
    let line = |dropped: &Dropped| {
        let what = format!("{} of {}", dropped.column, words::table(&of.source.table));
        item(what, "", &dropped.because, dropped.origin.to_string())
    };
    of.dropped.iter().map(line).collect()
}

fn broken(plan: &Plan, one: &CycleBreak) -> Item {
    let what = one.moves.join(" ↔ ");
    let origin = plan.moves.iter().find(|of| one.moves.contains(&of.id));
    let says = match &one.by {
        BreakBy::SecondPass { id, columns } => format!(
            "{} of {id} {} NULL at first and filled by a second pass after all waves",
            columns.join(", "),
            if columns.len() == 1 { "is" } else { "are" },
        ),
        BreakBy::Deferred { constraints } => format!(
            "loaded together in one transaction, at whose end {} {} checked",
            constraints.join(", "),
            if constraints.len() == 1 { "is" } else { "are" },
        ),
    };
    item(what, says.replace('`', "'"), "", origin.map(|of| of.origin.to_string()).unwrap_or_default())
}

fn filtered(of: &Move) -> Option<Item> {
    of.filter.as_ref()?;
    let condition = of.filter_text.clone().or_else(|| of.filter.as_ref().map(expression::show))?;
    let what = format!("{} where {condition}", expression::relation(&of.source));
    Some(item(what, "", "", of.origin.to_string()))
}
