//! Rows that the target refuses: how they are set aside, kept out of the load and its checks, and tried again.

use minijinja::{Value, context};

use super::super::Sql;
use super::super::spelling::{
    Mode, aliased, comma, filtered, identifier, quarantine as words, rename, select_rows, validation,
};
use super::backfill::{file_name, load_context};
use super::frame::{Frame, from_plan};
use super::ledger;
use super::parts::Parts;
use super::prepare::{shown, whole};
use super::probe::{Scan, check_row, count_all};
use super::{RejectedRows, Script};
use crate::base::Pii;
use crate::diagnostic::Code;
use crate::plan::{Batch, KeysetColumn, Move, ScriptKind};
use crate::schema::SqlType;

/// `key_1`, …: columns of the ledger's table of rejected rows.
fn key_columns(count: usize) -> Vec<Sql> {
    (1..=count).map(|i| identifier(&key_name(i))).collect()
}

fn key_name(number: usize) -> String {
    format!("key_{number}")
}

fn keyset<'p>(parts: &Parts<'p>) -> &'p [KeysetColumn] {
    match &parts.step.batch {
        Batch::Keyset { by, .. } => by,
        Batch::Whole => &[],
    }
}

/// The key of a row of the source as the ledger keeps it: a text, or where columns have no types the value itself.
fn kept_keys(parts: &Parts<'_>) -> Vec<Sql> {
    let dialect = parts.frame.dialect();
    let of = |(value, key): (Sql, &KeysetColumn)| {
        if dialect.capabilities().loops { dialect.checkpoint_text(&value, &key.ty) } else { value }
    };
    parts.keyset().into_iter().zip(keyset(parts)).map(of).collect()
}

/// The key of a row of the source, and the ledger's columns for it, in a form in which they are equal: whole numbers as
/// numbers, which an index finds.
fn comparable(parts: &Parts<'_>) -> (Vec<Sql>, Vec<Sql>) {
    let dialect = parts.frame.dialect();
    let columns = key_columns(parts.keyset().len());
    let whole = |key: &KeysetColumn| matches!(key.ty, SqlType::Int { .. } | SqlType::Unsigned { .. });
    if dialect.capabilities().loops && keyset(parts).iter().all(whole) {
        let stated = columns.iter().zip(keyset(parts)).map(|(one, key)| dialect.stated(one, &key.ty));
        return (parts.keyset(), stated.collect());
    }
    (kept_keys(parts), columns)
}

/// The keys of this step in the ledger's table of rejected rows.
fn rejected_keys(parts: &Parts<'_>, columns: &[Sql], again: bool) -> Sql {
    let frame = parts.frame;
    let mut conditions = vec![words::of_step(&frame.text(&parts.step.id))];
    if again {
        conditions.push(words::is_tried_again());
    }
    select_rows(columns, &frame.names.of_ledger("rejected"), &conditions, &[])
}

/// The row was not set aside; nothing for moves that set none aside.
pub(super) fn kept_out(parts: &Parts<'_>) -> Option<Sql> {
    parts.step.quarantine?;
    let (own, columns) = comparable(parts);
    Some(parts.frame.dialect().absent(&own, &rejected_keys(parts, &columns, false)))
}

/// What a backfill needs to set the rows of a batch aside.
pub(super) fn aside(parts: &Parts<'_>, window: Option<Sql>) -> Option<Value> {
    let (frame, said) = (parts.frame, parts.step.quarantine?);
    let names = key_columns(parts.keyset().len());
    // In the order of the keys themselves, not of their texts.
    let order_name = |i: usize| format!("order_{i}");
    let order: Vec<Sql> = (1..=names.len()).map(|i| identifier(&order_name(i))).collect();
    let kept = kept_keys(parts).into_iter().zip(1..).map(|(key, i)| rename(&key, &key_name(i)));
    let ordering = parts.keyset().into_iter().zip(1..).map(|(key, i)| rename(&key, &order_name(i)));
    let items: Vec<Sql> = kept.chain(ordering).collect();
    let scope = Parts::new(frame, parts.step, parts.mode).count();
    let says = format!("{} may set aside {said}, and more are refused", brief(&parts.step.id));
    Some(context! {
        columns => comma(&names),
        names => comma(&names),
        order => comma(&order),
        rows => parts.select(&items, window),
        within => within(parts, &scope),
        too_many => frame.message(Code::QuarantineFull, &says),
    })
}

/// A name inside of a message that must not be long.
fn brief(name: &str) -> String {
    shown(name).chars().take(40).collect()
}

/// True as long as no more rows are set aside than the plan allows; `scope` counts the move's rows.
fn within(parts: &Parts<'_>, scope: &Sql) -> Sql {
    let frame = parts.frame;
    let count = words::count(&frame.names.of_ledger("rejected"), &frame.text(&parts.step.id));
    let bounds = parts.step.quarantine.map_or((None, None), |said| (said.rows, said.per_million));
    words::within(&count, bounds.0, bounds.1, scope)
}

/// How many rows are set aside, against what the ledger says and the plan allows.
pub(super) fn scan(parts: &Parts<'_>) -> Option<Scan> {
    let (frame, step, said) = (parts.frame, parts.step, parts.step.quarantine?);
    let id = frame.text(&step.id);
    let scope = validation::examined_by(&frame.text(&format!("{}/rows", step.id)));
    let bad = words::beyond(&within(parts, &scope));
    let subject = format!("rows of {} that were set aside ({said})", step.id);
    let table = aliased(&frame.names.of_ledger("rejected"), "datamove_rejected");
    Some(Scan {
        comment: from_plan(&step.origin, &step.id),
        from: filtered(&table, &[words::of_step(&id)]),
        examined: count_all(),
        expected: words::ledger_rejected(&frame.names.of_ledger("step"), &id),
        rows: vec![check_row(format!("{}/quarantine", step.id), "quarantine", subject, bad)],
    })
}

/// The rows of the scope that are not set aside.
pub(super) fn not_set_aside(parts: &Parts<'_>, scope: Sql) -> Sql {
    if parts.step.quarantine.is_none() {
        return scope;
    }
    let frame = parts.frame;
    words::without(&scope, &words::count(&frame.names.of_ledger("rejected"), &frame.text(&parts.step.id)))
}

/// One script for each move that may set rows aside: moves them in, where the target takes them now.
pub(super) fn scripts(frame: &Frame<'_>) -> Vec<Script> {
    frame
        .plan
        .moves
        .iter()
        .filter(|step| step.quarantine.is_some())
        .map(|step| redrive(frame, step))
        .collect()
}

fn redrive(frame: &Frame<'_>, step: &Move) -> Script {
    let path = format!("sql/28_redrive/{:03}_{}.sql", step.wave * 10, file_name(&step.id));
    let does = format!("Moves the rows of {} that were set aside, in one transaction.", step.id);
    let parts = Parts::new(frame, step, Mode::Write).redriven();
    let (own, columns) = comparable(&parts);
    let chosen = words::among(&own, &rejected_keys(&parts, &columns, true));
    let id = frame.text(&step.id);
    let context = context! {
        steps => vec![load_context(&parts, false, Some(chosen))],
        ids => id,
        keyset => false,
        splits => false,
        asides => true,
        again => false,
        voided => frame.text("rows that had been set aside were moved in"),
        not_loaded => frame.message(Code::NotLoaded, "the load is not done: rows that were set aside come after it"),
        ..frame.shared(&path, &does)
    };
    let template = "redrive.sql";
    let text = if frame.dialect().capabilities().loops {
        let body = frame.render("redrive_body.sql", &context);
        frame.render(template, &context! { body => frame.dialect().block(body.trim_end()), ..context })
    } else {
        frame.render(template, &context)
    };
    Script {
        steps: vec![step.id.clone()],
        wave: Some(step.wave),
        rejected: Some(rejected_rows(&parts)),
        ..whole(&path, ScriptKind::Redrive, text)
    }
}

/// How the runner reads which rows are set aside.
fn rejected_rows(parts: &Parts<'_>) -> RejectedRows {
    let keys = key_columns(parts.keyset().len());
    let id = parts.frame.text(&parts.step.id);
    RejectedRows {
        key: keyset(parts).iter().map(|key| key.column.clone()).collect(),
        personal: personal(parts.step),
        list: words::list(&parts.frame.names.of_ledger("rejected"), &id, &keys).to_string(),
    }
}

/// Columns of the source's key whose values nobody may read in a report.
pub(super) fn personal(step: &Move) -> Vec<String> {
    let Batch::Keyset { by, .. } = &step.batch else { return Vec::new() };
    let hidden = |column: &String| {
        let read = format!("{}.{column}", step.source.alias);
        step.columns
            .iter()
            .any(|assign| matches!(assign.pii, Some(Pii::Mask | Pii::Hash)) && assign.reads.contains(&read))
    };
    by.iter().map(|key| &key.column).filter(|column| hidden(column)).cloned().collect()
}

/// What the templates that create and drop the ledger need to know of its table of rejected rows.
pub(super) fn table(frame: &Frame<'_>) -> Value {
    let typed = |name: &Sql| ledger::typed_text(frame, name);
    context! {
        sets_aside => frame.plan.moves.iter().any(|step| step.quarantine.is_some()),
        rejected_keys => comma(&key_columns(frame.checkpoints()).iter().map(typed).collect::<Vec<_>>()),
    }
}
