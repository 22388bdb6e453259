//! What is put off until the rows are there: foreign keys, indexes, triggers. What there is to put
//! off is known to the server alone, so the scripts read it from its catalog.

use minijinja::{Value, context};

use super::super::spelling::{comma, qualified_text};
use super::Script;
use super::frame::{Frame, from_plan};
use super::prepare::whole;
use crate::diagnostic::Code;
use crate::plan::{Cover, ScriptKind, TargetTable};

/// What templates need to know of it; `altered` is empty for a plan that puts nothing off.
pub(super) fn context(frame: &Frame<'_>) -> Value {
    let tables: Vec<_> = altered(frame).map(|table| table_context(frame, table)).collect();
    context! {
        altered => tables,
        postponed => frame.names.of_ledger("postponed"),
        switches_triggers => frame.plan.tables.iter().any(|table| table.triggers_off),
        not_owner => frame.message(
            Code::NotOwner,
            "only its owner can take constraints of a table away and put them back",
        ),
        broken => frame.message(Code::ConstraintBroken, "a foreign key does not hold for the moved rows"),
        still_postponed => frame.message(
            Code::StillPostponed,
            "constraints or triggers are still postponed: run sql/26_constraints.sql first",
        ),
    }
}

/// The script that puts everything back, where there is anything.
pub(super) fn script(frame: &Frame<'_>) -> Option<Script> {
    altered(frame).next()?;
    let path = "sql/26_constraints.sql";
    let does = "Puts back what was postponed for the load, one by one: indexes, foreign keys, triggers.";
    let context = context! {
        not_done => frame.message(Code::StepsNotDone, "steps of the load are not done"),
        ..context! { ..context(frame), ..frame.shared(path, does) }
    };
    let body = frame.render("constraints_body.sql", &context);
    let body = frame.dialect().block(body.trim_end());
    let text = frame.render("constraints.sql", &context! { body => body, ..context });
    Some(whole(path, ScriptKind::Constraints, text))
}

fn altered<'f>(frame: &Frame<'f>) -> impl Iterator<Item = &'f TargetTable> {
    frame.plan.tables.iter().filter(|table| table.alters_structure())
}

fn table_context(frame: &Frame<'_>, table: &TargetTable) -> Value {
    let mut key: Vec<_> = table.key.iter().map(|column| frame.text(column)).collect();
    let parts = key.len();
    if key.is_empty() {
        // Not every engine has lists of nothing. No column has this name.
        key.push(frame.text(""));
    }
    let origin = table.moves.first().and_then(|id| frame.step_of(id)).map(|step| &step.origin);
    context! {
        comment => origin.map(|origin| from_plan(origin, &table.table.name)),
        name => qualified_text(frame.dialect(), &frame.names.table(&table.table)),
        schema => table.table.schema.as_deref().map(|schema| frame.text(schema)),
        table => frame.text(&table.table.name),
        key => comma(&key),
        key_parts => parts,
        was_empty => frame.dialect().boolean(table.cover == Cover::WasEmpty),
        postpones => frame.dialect().boolean(table.postpones),
        triggers_off => frame.dialect().boolean(table.triggers_off),
    }
}
