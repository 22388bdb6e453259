use minijinja::{Value, context};

use super::super::Sql;
use super::super::postgres::ledger_functions;
use super::super::spelling::{
    Mode, aliased, comment, derived, equal_all, exists, not, not_null, qualified, rename,
};
use super::frame::{Frame, from_plan};
use super::ledger;
use super::parts::{OLD, Parts};
use super::postpone;
use super::{Beside, Script};
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::plan::{Conflict, Cover, ExprKind, Move, NewKey, ScriptKind, TargetTable};

pub(super) fn script(frame: &Frame<'_>) -> Script {
    let path = "sql/10_prepare.sql";
    let does =
        "Creates the ledger, and refuses a target that is not as the plan expects it. Can be run again.";
    let steps: Vec<_> = ledger::steps(frame)
        .iter()
        .map(|(id, hash)| context! { id => frame.text(id), hash => frame.text(hash) })
        .collect();
    let functions = if frame.dialect().engine() == Engine::Postgres {
        ledger_functions(&frame.names, ledger::makes_uuids(frame))
    } else {
        Sql::default()
    };
    let text = frame.render(
        "prepare.sql",
        &context! {
            steps => steps,
            sequences => ledger::sequences(frame),
            guards => guards(frame),
            functions => functions,
            ..context! { ..ledger::context(frame), ..context! { ..postpone::context(frame), ..frame.shared(path, does) } }
        },
    );
    whole(path, ScriptKind::Prepare, text)
}

/// A script of the whole plan.
pub(super) fn whole(path: &str, kind: ScriptKind, text: String) -> Script {
    Script {
        path: path.to_owned(),
        kind,
        steps: Vec::new(),
        wave: None,
        batch_rows: None,
        next_row: None,
        sets_aside: false,
        rejected: None,
        beside: Beside::Alone,
        text,
    }
}

/// What must hold before the first row: each a condition over the target while nothing has been
/// written yet.
fn guards(frame: &Frame<'_>) -> Vec<Value> {
    let tables = frame.plan.tables.iter().filter_map(|table| empty_guard(frame, table));
    let keys = if frame.plan.staging.is_empty() { key_guards(frame) } else { Vec::new() };
    tables.chain(keys).collect()
}

/// Those that look at the source's rows.
pub(super) fn key_guards(frame: &Frame<'_>) -> Vec<Value> {
    frame.plan.moves.iter().filter_map(|step| key_guard(frame, step)).collect()
}

fn empty_guard(frame: &Frame<'_>, table: &TargetTable) -> Option<Value> {
    let steps: Vec<_> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let first = steps.iter().find(|step| step.conflict == Conflict::MustBeEmpty)?;
    let says = format!("the table {} must be empty before the load", shown(&table.table.name));
    let ids: Vec<_> = steps.iter().map(|step| frame.text(&step.id)).collect();
    Some(context! {
        comment => from_plan(&first.origin, &table.table.name),
        message => frame.message(Code::TargetNotEmpty, &says),
        steps => super::super::spelling::comma(&ids),
        condition => not(&exists(&frame.names.table(&table.table), &[])),
    })
}

/// Keys that exist are refused now, while nothing is written; new keys cannot exist yet.
fn key_guard(frame: &Frame<'_>, step: &Move) -> Option<Value> {
    let parts = Parts::new(frame, step, Mode::Look);
    let keys: Vec<_> = step.columns.iter().filter(|assign| step.key.contains(&assign.column)).collect();
    let mut looks_up = false;
    for assign in &keys {
        assign.value.walk(&mut |node| looks_up |= matches!(node.kind, ExprKind::Lookup { .. }));
    }
    if step.conflict != Conflict::Fail || looks_up || keys.is_empty() || step.new_key != NewKey::Keep {
        return None;
    }
    let speller = frame.speller(Mode::Look);
    let items: Vec<_> =
        keys.iter().map(|assign| rename(&speller.spell(&assign.value), &assign.column)).collect();
    let rows = derived(&parts.select(&items, None), "datamove_row");
    let target = aliased(&frame.names.table(&step.target), OLD);
    let says = format!("keys that {} inserts exist in {}", shown(&step.id), shown(&step.target.name));
    Some(context! {
        comment => ledger::move_comment(step),
        message => frame.message(Code::KeysExist, &says),
        steps => frame.text(&step.id),
        condition => not(&exists(&rows, &[exists(&target, &[parts.same_key()])])),
    })
}

/// A name inside of a message: on one line, whatever it is.
pub(super) fn shown(name: &str) -> String {
    comment(name).as_str().trim_start_matches("-- ").to_owned()
}

pub(super) fn finish(frame: &Frame<'_>) -> Script {
    let path = "sql/27_finish.sql";
    let does = "Advances sequences past the moved keys and gathers statistics, once every step is done.";
    let tables = frame.plan.tables.iter().map(|table| frame.names.table(&table.table)).map(Value::from);
    let text = frame.render(
        "finish.sql",
        &context! {
            sequences => ledger::sequences(frame),
            tables => tables.collect::<Vec<_>>(),
            proofs => proofs(frame),
            not_done => frame.message(Code::StepsNotDone, "steps of the load are not done"),
            ..context! { ..postpone::context(frame), ..frame.shared(path, does) }
        },
    );
    whole(path, ScriptKind::Finish, text)
}

/// References of tables that were empty, which an engine may have left unchecked during the load.
fn proofs(frame: &Frame<'_>) -> Vec<Value> {
    let empty = frame.plan.tables.iter().filter(|table| table.cover == Cover::WasEmpty);
    let keys = empty.flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
    keys.map(|(table, key)| {
        let child: Vec<_> = key.columns.iter().map(|column| qualified(OLD, column)).collect();
        let parent: Vec<_> =
            key.parent_columns.iter().map(|column| qualified("datamove_parent", column)).collect();
        let parents = aliased(&frame.names.table(&key.parent), "datamove_parent");
        let orphan = not(&exists(&parents, &[equal_all(&parent, &child)]));
        let conditions: Vec<_> = child.iter().map(not_null).chain([orphan]).collect();
        let says =
            format!("rows of {} have no parent in {}", shown(&table.table.name), shown(&key.parent.name));
        context! {
            comment => comment(&format!("{}: {}", table.table.name, key.columns.join(", "))),
            message => frame.message(Code::LoadedOrphans, &says),
            orphans => exists(&aliased(&frame.names.table(&table.table), OLD), &conditions),
        }
    })
    .collect()
}
