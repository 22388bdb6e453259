//! The tables that a plan keeps in the target while it is under way.

use minijinja::{Value, context};

use super::super::Sql;
use super::super::spelling::{comma, definition, identifier, qualified, qualified_text};
use super::frame::{Frame, checkpoint_columns, from_plan, upper_columns};
use super::parts::OLD;
use super::quarantine;
use crate::plan::{KeyMaker, Move, NewKey, SequenceUse, TargetTable, stage_step, step_hashes};

/// Every step in its order, with its hash: the staged tables, the moves, then the second passes.
pub(super) fn steps(frame: &Frame<'_>) -> Vec<(String, String)> {
    let moves = &frame.plan.moves;
    let hashes = step_hashes(frame.plan);
    let hash = |one: &Move| hashes.get(&one.id).cloned().unwrap_or_default();
    // What is copied is in the hash of every step.
    let staged = frame.plan.staging.iter().map(|one| (stage_step(&one.name), String::new()));
    let first = staged.chain(moves.iter().map(|one| (one.id.clone(), hash(one))));
    let second = moves.iter().filter(|one| !one.second_pass.is_empty());
    first.chain(second.map(|one| (second_pass_id(one), hash(one)))).collect()
}

pub(super) fn second_pass_id(step: &Move) -> String {
    format!("{}/second_pass", step.id)
}

/// For the statements that create and drop the ledger.
pub(super) fn context(frame: &Frame<'_>) -> Value {
    let checkpoints = checkpoint_columns(frame.checkpoints());
    let typed = |names: &[Sql]| -> Vec<Sql> { names.iter().map(|name| typed_text(frame, name)).collect() };
    let ledger = context! {
        checkpoints => comma(&typed(&checkpoints)),
        uppers => comma(&typed(&upper_columns(frame.checkpoints()))),
        maps => maps(frame),
        undos => undos(frame),
        stages => super::stage::tables(frame),
        uses_sequences => true,
    };
    context! { ..ledger, ..quarantine::table(frame) }
}

/// A column for texts, without a type where the engine asks for none.
pub(super) fn typed_text(frame: &Frame<'_>, name: &Sql) -> Sql {
    let text = frame.dialect().type_name(&crate::schema::SqlType::TEXT);
    let capable = frame.dialect().capabilities().has_schemas;
    if capable { super::super::spelling::typed(name, &text) } else { name.clone() }
}

fn maps(frame: &Frame<'_>) -> Vec<Value> {
    let dialect = frame.dialect();
    let of = |map: &crate::plan::MapTable| {
        let old: Vec<_> = (1..=map.old.len()).map(|i| format!("old_{i}")).collect();
        let columns: Vec<_> = old
            .iter()
            .zip(&map.old)
            .map(|(name, ty)| definition(name, &dialect.map_key_type(ty, map.old.len())))
            .collect();
        let names: Vec<_> = old.iter().map(|name| identifier(name)).collect();
        context! {
            table => frame.names.of_ledger(&map.name),
            columns => comma(&columns),
            new => definition("new", &dialect.type_name(&map.new)),
            old => comma(&names),
        }
    };
    frame.plan.maps.iter().map(of).collect()
}

fn undos(frame: &Frame<'_>) -> Vec<Value> {
    let with_undo = frame.plan.tables.iter().filter_map(|table| Some((table, table.undo.as_ref()?)));
    with_undo
        .enumerate()
        .map(|(i, (table, undo))| {
            context! {
                table => frame.names.of_ledger(undo),
                target => frame.names.table(&table.table),
                columns => table_columns(table),
                old_columns => comma(&table.columns.iter().map(|column| qualified(OLD, &column.name)).collect::<Vec<_>>()),
                key => comma(&names(&table.key)),
                index => identifier(&format!("undo_key_{}", i + 1)),
                written_once => frame.written_once(&table.table),
            }
        })
        .collect()
}

pub(super) fn names(columns: &[String]) -> Vec<Sql> {
    columns.iter().map(|column| identifier(column)).collect()
}

pub(super) fn table_columns(table: &TargetTable) -> Sql {
    comma(&table.columns.iter().map(|column| identifier(&column.name)).collect::<Vec<_>>())
}

/// The name under which the ledger remembers a sequence.
pub(super) fn sequence_name(table: &TargetTable, used: &SequenceUse) -> String {
    format!("{}.{}", table.table.name, used.column)
}

pub(super) fn sequences(frame: &Frame<'_>) -> Vec<Value> {
    let uses =
        frame.plan.tables.iter().flat_map(|table| table.sequences.iter().map(move |used| (table, used)));
    uses.map(|(table, used)| sequence(frame, table, used)).collect()
}

fn sequence(frame: &Frame<'_>, table: &TargetTable, used: &SequenceUse) -> Value {
    let qualified = frame.names.table(&table.table);
    context! {
        name => frame.text(&sequence_name(table, used)),
        table_text => qualified_text(frame.dialect(), &qualified),
        table => qualified,
        table_name => frame.text(&table.table.name),
        column => identifier(&used.column),
        sequence => frame.dialect().sequence(&table.table, used),
    }
}

pub(super) fn makes_uuids(frame: &Frame<'_>) -> bool {
    frame.plan.moves.iter().any(|one| {
        let by_map = matches!(&one.new_key, NewKey::Mapped { made_by: KeyMaker::Uuid5(_), .. });
        let mut found = by_map;
        for assign in &one.columns {
            assign.value.walk(&mut |node| {
                found |= matches!(node.kind, crate::plan::ExprKind::Uuid5 { .. });
            });
        }
        found
    })
}

pub(super) fn move_comment(step: &Move) -> Sql {
    from_plan(&step.origin, &step.id)
}
