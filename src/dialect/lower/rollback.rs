use minijinja::{Value, context};

use super::super::spelling::{comma, identifier, set_from};
use super::Script;
use super::frame::{Frame, from_plan};
use super::ledger;
use super::parts::OLD;
use super::postpone;
use super::prepare::{shown, whole};
use crate::diagnostic::Code;
use crate::plan::{Cover, ScriptKind, TargetTable};

pub(super) fn script(frame: &Frame<'_>) -> Script {
    let path = "sql/90_rollback.sql";
    let does = "Brings the target back to what it was before the load, in one transaction. Harmless where nothing was loaded.";
    let tables: Vec<_> = frame.plan.tables.iter().rev().map(|table| table_context(frame, table)).collect();
    let text = frame.render(
        "rollback.sql",
        &context! {
            tables => tables,
            sequences => ledger::sequences(frame),
            ..context! { ..context! { ..ledger::context(frame), ..super::fdw::context(frame) }, ..context! { ..postpone::context(frame), ..frame.shared(path, does) } }
        },
    );
    whole(path, ScriptKind::Rollback, text)
}

fn table_context(frame: &Frame<'_>, table: &TargetTable) -> Value {
    let steps: Vec<_> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let ids: Vec<_> = steps.iter().map(|step| frame.text(&step.id)).collect();
    let mut seconds: Vec<_> = steps.iter().flat_map(|step| &step.second_pass).collect();
    seconds.sort();
    seconds.dedup();
    // References of a cycle go first, in every table; then rows can be deleted, children before
    // parents; and only then is room for what unique columns held before.
    let restored_first: Vec<_> =
        seconds.iter().map(|column| set_from(frame.dialect(), OLD, column, "datamove_undo")).collect();
    let nulls: Vec<_> =
        seconds.iter().map(|column| super::super::spelling::set_null(frame.dialect(), OLD, column)).collect();
    // A number that the engine draws for new rows is not overwritten in old ones, and PostgreSQL
    // does not let anybody set one that is GENERATED ALWAYS.
    let assigned =
        |column: &str| steps.iter().any(|step| step.columns.iter().any(|one| one.column == column));
    let drawn = |column: &str| table.sequences.iter().any(|used| used.column == column) && !assigned(column);
    let written: Vec<_> = table
        .columns
        .iter()
        .filter(|column| !table.key.contains(&column.name) && !drawn(&column.name))
        .map(|column| set_from(frame.dialect(), OLD, &column.name, "datamove_undo"))
        .collect();
    let qualified = |alias: &str| -> Vec<_> {
        table.key.iter().map(|column| super::super::spelling::qualified(alias, column)).collect()
    };
    let says = format!("{} has rows that the load did not write", shown(&table.table.name));
    context! {
        comment => steps.first().map(|step| from_plan(&step.origin, &table.table.name)),
        target => frame.names.table(&table.table),
        ids => comma(&ids),
        before => (!table.key.is_empty()).then(|| super::repair::before(frame, table)),
        was_empty => table.cover == Cover::WasEmpty,
        images => table.cover == Cover::BeforeImages,
        message => frame.message(Code::TargetWrittenByOthers, &says),
        undo => table.undo.as_ref().map(|undo| frame.names.of_ledger(undo)),
        nulls => comma(&nulls),
        seconds => comma(&restored_first),
        has_nulls => !nulls.is_empty(),
        restore => comma(&written),
        has_restore => !written.is_empty(),
        key => super::super::spelling::row_value(&table.key.iter().map(|c| identifier(c)).collect::<Vec<_>>()),
        key_list => comma(&table.key.iter().map(|c| identifier(c)).collect::<Vec<_>>()),
        same_key => super::super::spelling::equal_all(&qualified("datamove_old"), &qualified("datamove_undo")),
    }
}
