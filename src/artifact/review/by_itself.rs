//! What the target's engine does that no line of the plan asks for.

use serde::Serialize;

use super::FOLD;
use crate::artifact::words;
use crate::plan::{BreakBy, ClaimKind, Established, Plan, TargetTable};

#[derive(Serialize)]
pub(super) struct Done {
    what: &'static str,
    how: &'static str,
    /// Tables, columns or constraints; how many where they are many.
    places: String,
}

/// In the order in which it happens; only what applies.
pub(super) fn by_itself(plan: &Plan) -> Vec<Done> {
    let tables = |has: &dyn Fn(&TargetTable) -> bool| -> Vec<String> {
        plan.tables.iter().filter(|table| has(table)).map(|table| words::table(&table.table)).collect()
    };
    let found: [(&str, &str, Vec<String>); 8] = [
        (
            "foreign keys, indexes",
            "are dropped by `10_prepare.sql` and come back as they were by `26_constraints.sql`: indexes that are not unique, \
             and foreign keys, which are then checked over all rows. Partitioned tables keep theirs. On MySQL they may come back in another \
             order among those that stayed, and tables that need not be empty keep their foreign keys.",
            tables(&|table| table.postpones),
        ),
        (
            "triggers",
            "are switched off by `10_prepare.sql` and on again by `26_constraints.sql`.",
            tables(&|table| table.triggers_off),
        ),
        ("triggers", "fire for each row that is written, as the plan accepts.", firing(plan)),
        ("generated columns", "are calculated by the server.", generated(plan)),
        (
            "identity columns",
            "get the plan's values instead of their own, although they are GENERATED ALWAYS.",
            plan.moves.iter().filter(|of| of.overrides_identity).map(|of| words::table(&of.target)).collect(),
        ),
        ("deferred constraints", "are checked at the end of one transaction.", deferred(plan)),
        ("sequences", "are advanced past the largest key by `27_finish.sql`.", sequences(plan)),
        ("statistics", "are gathered by `27_finish.sql` with ANALYZE.", tables(&|_| true)),
    ];
    let found = found.into_iter().filter(|(_, _, places)| !places.is_empty());
    found
        .map(|(what, how, places)| Done {
            what,
            how,
            places: if places.len() > 2 * FOLD {
                format!("{} of them", words::thousands(places.len()))
            } else {
                places.join(", ")
            },
        })
        .collect()
}

/// Tables whose triggers fire because somebody said that they may.
fn firing(plan: &Plan) -> Vec<String> {
    let fires = |of: &str| {
        let mut claims = plan.claims.iter().filter(|claim| claim.of == of);
        claims.any(|claim| {
            claim.kind == ClaimKind::Trigger && matches!(claim.established, Established::Accepted { .. })
        })
    };
    let tables = plan.tables.iter().filter(|table| table.moves.iter().any(|id| fires(id)));
    tables.map(|table| words::table(&table.table)).collect()
}

fn generated(plan: &Plan) -> Vec<String> {
    plan.tables.iter().flat_map(|table| columns(table, &table.generated)).collect()
}

fn sequences(plan: &Plan) -> Vec<String> {
    let used = |table: &TargetTable| -> Vec<String> {
        table.sequences.iter().map(|sequence| sequence.column.clone()).collect()
    };
    plan.tables.iter().flat_map(|table| columns(table, &used(table))).collect()
}

fn columns(table: &TargetTable, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{}.{name}", words::table(&table.table))).collect()
}

fn deferred(plan: &Plan) -> Vec<String> {
    let of = |by: &BreakBy| match by {
        BreakBy::Deferred { constraints } => constraints.clone(),
        BreakBy::SecondPass { .. } => Vec::new(),
    };
    plan.breaks.iter().flat_map(|one| of(&one.by)).collect()
}
