//! Rows that the load inserted and that no scope has any more.

use minijinja::context;

use super::super::super::Sql;
use super::super::super::spelling::{
    Mode, aliased, and, comma, equal_all, exists, identifier, not, numbered, or, qualified, row_value,
    validation as words,
};
use super::super::Script;
use super::super::backfill::{Window, file_name, script_text, window};
use super::super::frame::Frame;
use super::super::ledger;
use super::super::parts::{OLD, Parts};
use super::super::validate::unexplained;
use crate::plan::{
    Assign, Batch, Deletes, ExprKind, KeysetColumn, Move, NewKey, Relation, TableRef, TargetTable,
};
use crate::schema::SqlType;

const UNDO: &str = "datamove_undo";

/// Rows of a batch where the move has no number of its own.
const BATCH_ROWS: u64 = 1000;

/// One script for each table that loses or marks rows, children before parents; `turn`: its part of the round.
pub(super) fn scripts(frame: &Frame<'_>, turn: u8) -> Vec<Script> {
    let tables = frame.plan.tables.iter().rev().zip(1..);
    tables.filter_map(|(table, at)| script(frame, table, turn, at)).collect()
}

fn script(frame: &Frame<'_>, table: &TargetTable, turn: u8, at: usize) -> Option<Script> {
    let undo = table.undo.as_deref()?;
    let steps: Vec<&Move> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let first = *steps.first()?;
    let rule = first.deletes.as_ref().filter(|rule| **rule != Deletes::None)?;
    let known: Option<Vec<Sql>> = steps.iter().map(|step| explained(frame, step)).collect();
    let pseudo = over_keys(frame, table, first, undo, turn, known.is_some());
    let gone = known.map_or_else(
        || unexplained(frame, table, &steps, UNDO),
        |known| and(&known.iter().map(not).collect::<Vec<_>>()),
    );
    let parts = Parts::new(frame, &pseudo, Mode::Look);
    let context = removal(&parts, table, rule, &gone, undo);
    let does = match rule {
        Deletes::Soft { .. } => format!("Marks rows of {} whose source is gone.", table.table.name),
        _ => format!("Deletes rows of {} whose source is gone and that no row refers to.", table.table.name),
    };
    let parts = [parts];
    let name = format!("{turn}{at:03}_{}.deletes", file_name(undo.trim_start_matches("undo_")));
    Some(super::script(&parts, false, &name, |path| {
        script_text(frame, "deletes", path, &does, &parts, vec![context])
    }))
}

/// The keys that the load inserted, as a move whose batches go through them.
fn over_keys(frame: &Frame<'_>, table: &TargetTable, of: &Move, undo: &str, turn: u8, batched: bool) -> Move {
    let rows = match &of.batch {
        Batch::Keyset { rows, .. } => *rows,
        Batch::Whole => BATCH_ROWS,
    };
    let column = |name: &String| {
        let found = table.columns.iter().find(|column| column.name == *name)?;
        let (column, ty) = (found.name.clone(), found.ty.clone());
        Some(KeysetColumn { column, ty, collation: found.collation.clone() })
    };
    let by: Vec<KeysetColumn> = table.key.iter().filter_map(column).collect();
    let (schema, name) = frame.names.ledger_table(undo);
    let word = undo.trim_start_matches("undo_");
    Move {
        id: format!("{}deletes/{word}/{turn}", super::STEP),
        source: Relation { table: TableRef { schema: Some(schema), name }, alias: UNDO.to_owned() },
        batch: if batched { Batch::Keyset { rows, by, index: None } } else { Batch::Whole },
        joins: Vec::new(),
        filter: None,
        group_by: Vec::new(),
        columns: Vec::new(),
        new_key: NewKey::Keep,
        second_pass: Vec::new(),
        together: None,
        ..of.clone()
    }
}

/// The key that the undo table's row has is that of a row of the move's scope, found by an index of the source where
/// the key allows it; `None` where it does not.
fn explained(frame: &Frame<'_>, step: &Move) -> Option<Sql> {
    if !step.group_by.is_empty() {
        return None;
    }
    let parts = Parts::new(frame, step, Mode::Look);
    let speller = frame.speller(Mode::Look);
    let mut conditions = parts.conditions(None);
    match &step.new_key {
        NewKey::Keep => {
            for name in &step.key {
                let assign = step.columns.iter().find(|assign| assign.column == *name)?;
                is_plain(step, assign).then_some(())?;
                conditions.push(equal_all(&[speller.spell(&assign.value)], &[qualified(UNDO, name)]));
            }
            Some(exists(&parts.from(), &conditions))
        }
        NewKey::Mapped { map, old, .. } => {
            let [key] = step.key.as_slice() else { return None };
            for (expr, at) in old.iter().zip(1..) {
                let value = frame.dialect().map_key(&speller.spell(expr), &expr.ty);
                conditions.push(equal_all(&[value], &[qualified("datamove_map", &format!("old_{at}"))]));
            }
            let map = aliased(&frame.names.of_ledger(map), "datamove_map");
            let same = equal_all(&[qualified("datamove_map", "new")], &[qualified(UNDO, key)]);
            Some(exists(&map, &[same, exists(&parts.from(), &conditions)]))
        }
    }
}

/// A column of the move's own table whose values are the same only if they are equal.
fn is_plain(step: &Move, assign: &Assign) -> bool {
    let exact = matches!(assign.ty, SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Date);
    exact && matches!(&assign.value.kind, ExprKind::Column { relation, .. } if *relation == step.source.alias)
}

/// Everything that the templates need to know of one table.
fn removal(
    parts: &Parts<'_>,
    table: &TargetTable,
    rule: &Deletes,
    gone: &Sql,
    undo: &str,
) -> minijinja::Value {
    let frame = parts.frame;
    let Window { condition, context, .. } = window(parts);
    let count = parts.keyset().len();
    let in_window = match condition {
        Some(condition) => condition,
        None if parts.is_batched() => {
            parts.between(&numbered("first", count, true), &numbered("last", count, true))
        }
        None => and(&[]),
    };
    let target = frame.names.table(&table.table);
    let same = parts.same_key_of(OLD, UNDO);
    let mut there = vec![same.clone()];
    let mark = match rule {
        Deletes::Soft { column } => table.columns.iter().find(|one| one.name == *column),
        Deletes::None | Deletes::Hard => None,
    };
    there.extend(mark.map(|column| not(&is_marked(frame, OLD, &column.name, &column.ty))));
    let keys: Vec<_> = table.key.iter().map(|name| identifier(name)).collect();
    let step = context! {
        comment => ledger::move_comment(parts.step),
        id => frame.text(&parts.step.id),
        undo => frame.names.of_ledger(undo),
        target => target.clone(),
        in_window => in_window,
        inserted => words::was_inserted(UNDO),
        there => exists(&aliased(&target, OLD), &there),
        gone => gone.clone(),
        same => same.clone(),
        held => mark.is_none().then(|| held(frame, table)).flatten().map(|held| exists(&aliased(&target, OLD), &[same, held])),
        marks => mark.map(|column| super::super::super::spelling::marked(frame.dialect(), OLD, &column.name, &column.ty)),
        key => row_value(&keys),
        key_list => comma(&keys),
        counted => true,
        splits => false,
        aside => None::<Sql>,
        is_batched => parts.is_batched(),
        checkpoints => comma(&super::super::frame::checkpoint_columns(count)),
        voids => voids(frame),
    };
    context! { ..context, ..step }
}

/// What evidence is voided with.
pub(in crate::dialect::lower) fn voids(frame: &Frame<'_>) -> Sql {
    frame.text("a catch-up wrote rows after it")
}

/// The row says of itself that its source is gone.
pub(in crate::dialect::lower) fn is_marked(
    frame: &Frame<'_>,
    alias: &str,
    column: &str,
    ty: &SqlType,
) -> Sql {
    let value = qualified(alias, column);
    if *ty == SqlType::Bool {
        let no = frame.dialect().boolean(false);
        return not(&equal_all(&[super::super::super::spelling::or_else(&value, &no)], &[no]));
    }
    super::super::super::spelling::not_null(&value)
}

/// Rows that are there refer to the row; not it to itself.
fn held(frame: &Frame<'_>, table: &TargetTable) -> Option<Sql> {
    const CHILD: &str = "datamove_child";
    let of = |alias: &str, names: &[String]| -> Vec<Sql> {
        names.iter().map(|name| qualified(alias, name)).collect()
    };
    let mut holders = Vec::new();
    for child in &frame.plan.tables {
        for key in child.foreign_keys.iter().filter(|key| key.parent == table.table) {
            let mut all = vec![equal_all(&of(CHILD, &key.columns), &of(OLD, &key.parent_columns))];
            if child.table == table.table {
                all.push(not(&equal_all(&of(CHILD, &table.key), &of(OLD, &table.key))));
            }
            holders.push(exists(&aliased(&frame.names.table(&child.table), CHILD), &all));
        }
    }
    (!holders.is_empty()).then(|| or(&holders))
}
