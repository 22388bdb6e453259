//! What brings single keys of a loaded table in line with the plan: for a script that people review.
//!
//! It is spelled when the plan is compiled, with holes for the keys, and filled where differences are found.

use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::super::Sql;
use super::super::spelling::{
    Mode, aliased, and, comma, derived, equal_all, exists, not, not_null, qualified, rename, select_rows,
    set_from, validation as words, word,
};
use super::differences::key_text;
use super::frame::{Frame, from_plan};
use super::ledger::table_columns;
use super::parts::{NEW, OLD, Parts, Wanted};
use super::sample;
use super::validate::unexplained;
use crate::base::Pii;
use crate::plan::{Cover, Deletes, Move, TargetTable};
use crate::schema::SqlType;

/// All that a repair of this plan is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Before anything is written; ends in an open transaction.
    pub begin: String,
    /// After it. In its hole stands the number of the evidence that is mended, as a string.
    pub end: Vec<String>,
    /// In the order in which they are to run.
    pub mends: Vec<Mend>,
}

/// One kind of difference in one table. In every hole of its statements stands a list of keys, as strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// What is done, for people.
    pub does: String,
    /// The checks whose differences these are.
    pub checks: Vec<String>,
    /// A query of those keys among them that still differ.
    pub still: Vec<String>,
    pub statements: Vec<String>,
    /// Once for all that is mended of a table: the ledger's account of its moves follows their scopes.
    pub account: String,
    /// Takes it back.
    pub back: Vec<String>,
}

/// The hole for a list of keys.
const KEYS: &str = "\0";

/// What a plan's repairs are made of; tables without a key cannot be mended key by key.
pub(in crate::dialect) fn repair(frame: &Frame<'_>) -> Repair {
    let tables = || frame.plan.tables.iter().filter(|table| !table.key.is_empty() && named(frame, table));
    let befores: Vec<_> = tables().map(|table| before_context(frame, table)).collect();
    let shared = context! { tables => befores, ..frame.shared("a repair", "Brings single keys in line with the plan.") };
    let mut mends: Vec<Mend> = tables().rev().filter_map(|table| extra(frame, table)).collect();
    for step in frame.plan.moves.iter().filter(|step| !step.key.is_empty()) {
        let Some(table) = frame.table_of(&step.target).filter(|table| named(frame, table)) else { continue };
        mends.push(missing(frame, step, table));
        mends.extend(values(frame, step));
    }
    let end = context! { voided => keys(), ..shared.clone() };
    Repair {
        begin: frame.render("repair_begin.sql", &shared),
        end: pieces(&frame.render("repair_end.sql", &end)),
        mends,
    }
}

/// Differences name this table's keys as they are: a masked key finds no row again.
fn named(frame: &Frame<'_>, table: &TargetTable) -> bool {
    let steps = table.moves.iter().filter_map(|id| frame.step_of(id));
    steps
        .flat_map(|step| &step.columns)
        .all(|assign| !table.key.contains(&assign.column) || matches!(assign.pii, None | Some(Pii::Not)))
}

/// The ledger's table that keeps rows as they were before a repair.
pub(super) fn before(frame: &Frame<'_>, table: &TargetTable) -> Sql {
    frame.names.of_ledger(&format!("before_{}", table.table.name))
}

fn before_context(frame: &Frame<'_>, table: &TargetTable) -> Value {
    context! { before => before(frame, table), target => frame.names.table(&table.table), columns => table_columns(table) }
}

fn pieces(text: &str) -> Vec<String> {
    text.split(KEYS).map(str::to_owned).collect()
}

fn keys() -> Sql {
    word(KEYS).into()
}

/// The row `alias` has one of the keys that stand in the hole.
fn chosen(parts: &Parts<'_>, alias: &str) -> Sql {
    let assigns =
        parts.step.key.iter().filter_map(|name| parts.step.columns.iter().find(|a| a.column == *name));
    let columns: Vec<_> = assigns.map(|assign| (assign.column.as_str(), &assign.ty)).collect();
    one_of(parts.frame, &key_text(parts.frame, alias, &columns))
}

fn one_of(frame: &Frame<'_>, text: &Sql) -> Sql {
    words::among(&frame.dialect().grouped(text, &SqlType::TEXT), &keys())
}

fn expected(parts: &Parts<'_>) -> Sql {
    derived(&parts.rows(Wanted::Final, None), NEW)
}

fn key_of(parts: &Parts<'_>, alias: &str) -> Sql {
    let assigns =
        parts.step.key.iter().filter_map(|name| parts.step.columns.iter().find(|a| a.column == *name));
    let columns: Vec<_> = assigns.map(|assign| (assign.column.as_str(), &assign.ty)).collect();
    rename(&key_text(parts.frame, alias, &columns), "key")
}

fn select(item: &Sql, from: &Sql, conditions: &[Sql]) -> Vec<String> {
    pieces(select_rows(std::slice::from_ref(item), from, conditions, &[]).as_str())
}

fn missing(frame: &Frame<'_>, step: &Move, table: &TargetTable) -> Mend {
    let parts = Parts::new(frame, step, Mode::Look);
    let target = frame.names.table(&step.target);
    let there = exists(&aliased(&target, OLD), &[parts.same_key()]);
    // A key that the map does not know yet is none.
    let made: Vec<_> = parts.key(NEW).iter().map(not_null).collect();
    let conditions = [chosen(&parts, NEW), and(&made), not(&there)];
    let undo = table.undo.as_ref().map(|undo| {
        let undo = frame.names.of_ledger(undo);
        let known = exists(&aliased(&undo, "datamove_undo"), &[parts.same_key_of("datamove_undo", NEW)]);
        context! { table => undo, unknown => not(&known) }
    });
    let columns: Vec<_> = step.columns.iter().map(|assign| qualified(NEW, &assign.column)).collect();
    let context = context! {
        comment => from_plan(&step.origin, &step.id),
        target => target.clone(),
        columns => parts.columns(),
        overriding => step.overrides_identity,
        new => comma(&columns),
        from => expected(&parts),
        condition => and(&conditions),
        undo => undo,
        key => comma(&parts.key_names()),
        new_key => comma(&parts.key(NEW)),
    };
    let back = context! { target => target, condition => chosen(&parts, OLD), comment => from_plan(&step.origin, &step.id) };
    Mend {
        does: format!("inserts rows that are missing in {}", step.target.name),
        checks: std::iter::once(format!("{}/missing", step.id))
            .chain(sample::checks_of(frame, step))
            .collect(),
        still: select(&key_of(&parts, NEW), &expected(&parts), &conditions),
        statements: pieces(&frame.render("repair_insert.sql", &context)),
        account: account(frame, &[step]),
        back: pieces(&frame.render("repair_uninsert.sql", &back)),
    }
}

fn values(frame: &Frame<'_>, step: &Move) -> Option<Mend> {
    let parts = Parts::new(frame, step, Mode::Look);
    let table = frame.table_of(&step.target)?;
    let plain: Vec<_> = parts.plain_columns(false).into_iter().chain(parts.plain_columns(true)).collect();
    if plain.is_empty() {
        return None;
    }
    let target = frame.names.table(&step.target);
    let differ = parts.differ(&plain, OLD, NEW);
    let conditions = [parts.same_key_exactly(), chosen(&parts, NEW), differ];
    let dialect = frame.dialect();
    let set = |alias: &str| -> Sql {
        comma(&plain.iter().map(|assign| set_from(dialect, OLD, &assign.column, alias)).collect::<Vec<_>>())
    };
    let mended = plain.iter().map(|assign| format!("{}/{}/values", step.id, assign.column));
    let mended: Vec<_> = mended.chain(sample::checks_of(frame, step)).collect();
    let comment = from_plan(&step.origin, &step.id);
    let both = words::cross(&aliased(&target, OLD), &expected(&parts));
    let context = context! {
        comment => comment.clone(),
        before => before(frame, table),
        before_columns => table_columns(table),
        unkept => unkept(frame, table),
        old => old_columns(table),
        target => target.clone(),
        from => expected(&parts),
        both => both.clone(),
        set => set(NEW),
        condition => and(&conditions),
    };
    let back = context! {
        comment => comment,
        target => target,
        from => aliased(&before(frame, table), "datamove_before"),
        set => set("datamove_before"),
        condition => and(&[same(table, OLD, "datamove_before"), chosen(&parts, OLD)]),
    };
    Some(Mend {
        does: format!("sets values of {} as the plan maps them", step.target.name),
        checks: mended,
        still: select(&key_of(&parts, NEW), &both, &conditions),
        statements: pieces(&frame.render("repair_update.sql", &context)),
        account: String::new(),
        back: pieces(&frame.render("repair_unupdate.sql", &back)),
    })
}

fn extra(frame: &Frame<'_>, table: &TargetTable) -> Option<Mend> {
    let steps: Vec<&Move> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    if steps.iter().any(|step| step.key.is_empty())
        || (table.cover != Cover::WasEmpty && table.undo.is_none())
        // They stay by the plan's own rule, or are marked by a catch-up.
        || matches!(steps.first()?.deletes, Some(Deletes::None | Deletes::Soft { .. }))
    {
        return None;
    }
    let parts = Parts::new(frame, steps.first()?, Mode::Look);
    let target = frame.names.table(&table.table);
    let mut conditions = vec![chosen(&parts, OLD), unexplained(frame, table, &steps, OLD)];
    let undo = table.undo.as_ref().map(|undo| frame.names.of_ledger(undo));
    if let Some(undo) = &undo {
        // Only what the load inserted is deleted; what was there before is nobody's mistake.
        let ours = and(&[parts.same_key_of(OLD, "datamove_undo"), words::was_inserted("datamove_undo")]);
        conditions.push(exists(&aliased(undo, "datamove_undo"), &[ours]));
    }
    let comment = from_plan(&parts.step.origin, &table.table.name);
    let key = aliased(&target, OLD);
    let context = context! {
        comment => comment.clone(),
        before => before(frame, table),
        before_columns => table_columns(table),
        unkept => unkept(frame, table),
        old => old_columns(table),
        target => target.clone(),
        condition => and(&conditions),
    };
    let there = exists(&key, &[same(table, OLD, "datamove_before")]);
    let back = context! {
        comment => comment,
        target => target,
        overriding => parts.step.overrides_identity,
        columns => table_columns(table),
        from => aliased(&before(frame, table), "datamove_before"),
        condition => and(&[chosen(&parts, "datamove_before"), not(&there)]),
    };
    Some(Mend {
        does: format!("deletes rows of {} that no move explains", table.table.name),
        checks: std::iter::once(format!("{}/extra", table.table.name))
            .chain(sample::extra_checks_of(frame, table))
            .collect(),
        still: select(&key_of(&parts, OLD), &key, &conditions),
        statements: pieces(&frame.render("repair_delete.sql", &context)),
        account: account(frame, &steps),
        back: pieces(&frame.render("repair_undelete.sql", &back)),
    })
}

/// The row was not kept by an earlier repair, whose image is the older one.
fn unkept(frame: &Frame<'_>, table: &TargetTable) -> Sql {
    let kept = aliased(&before(frame, table), "datamove_before");
    not(&exists(&kept, &[same(table, OLD, "datamove_before")]))
}

fn old_columns(table: &TargetTable) -> Sql {
    comma(&table.columns.iter().map(|column| qualified(OLD, &column.name)).collect::<Vec<_>>())
}

fn same(table: &TargetTable, left: &str, right: &str) -> Sql {
    let of = |alias: &str| -> Vec<Sql> { table.key.iter().map(|name| qualified(alias, name)).collect() };
    equal_all(&of(left), &of(right))
}

/// The ledger's account of these moves follows their scopes: rows that came late, and those that went.
fn account(frame: &Frame<'_>, steps: &[&Move]) -> String {
    let steps: Vec<_> = steps.iter().map(|step| account_of(frame, step)).collect();
    frame.render("repair_account.sql", &context! { steps => steps, step => frame.names.of_ledger("step") })
}

/// What the ledger's account of a move is made of.
pub(super) fn account_of(frame: &Frame<'_>, step: &Move) -> Value {
    let parts = Parts::new(frame, step, Mode::Look);
    context! { id => frame.text(&step.id), count => parts.count(), comment => from_plan(&step.origin, &step.id) }
}
