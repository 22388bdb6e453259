//! Comparing what was moved with what the plan says, one scan for each move.

use minijinja::context;

use super::super::Sql;
use super::super::spelling::{
    Mode, aliased, and, comma, count_rows, count_where, derived, exists, identifier, is_null, left_join, not,
    not_null, qualified, rename, select_rows, validation as words, word,
};
use super::Script;
use super::frame::{Frame, from_plan};
use super::invariant;
use super::parts::{NEW, OLD, Parts, Wanted};
use super::prepare::whole;
use super::probe::{CheckRow, Checks, Scan, check_row, count_all};
use crate::diagnostic::Code;
use crate::plan::{Conflict, Cover, ForeignKeyCheck, Move, ScriptKind, TargetTable};

pub(super) fn script(frame: &Frame<'_>) -> Script {
    let path = "sql/30_validate.sql";
    let mut checks = Checks::new(frame);
    for step in &frame.plan.moves {
        let parts = Parts::new(frame, step, Mode::Look);
        checks.add(rows_scan(&parts));
        checks.add(if step.key.is_empty() { multiset(&parts) } else { keyed(&parts) });
    }
    for table in &frame.plan.tables {
        if let Some(scan) = extra(frame, table) {
            checks.add(scan);
        }
        for (index, key) in table.foreign_keys.iter().enumerate() {
            checks.add(orphans(frame, table, key, index));
        }
        if let Some(scan) = sequences(frame, table) {
            checks.add(scan);
        }
    }
    frame.plan.invariants.iter().for_each(|one| checks.add(invariant::scan(frame, one)));
    let does = "Compares source and target through the mapping. Writes nothing, and fails if a check fails.";
    let text = frame.render(
        "validate.sql",
        &context! {
            checks => checks.finish(),
            failed => frame.message(Code::ValidationFailed, "the moved rows are not what the plan says"),
            ..frame.shared(path, does)
        },
    );
    whole(path, ScriptKind::Validate, text)
}

/// The scope as it is now against what the ledger says was read.
fn rows_scan(parts: &Parts<'_>) -> Scan {
    let (frame, step) = (parts.frame, parts.step);
    let id = frame.text(&step.id);
    let ledger = frame.names.of_ledger("step");
    let one = [rename(&word("1").into(), "datamove_one")];
    let subject = format!(
        "rows of {}: all that are in the scope were read, and all that were read are accounted for",
        step.id
    );
    Scan {
        comment: from_plan(&step.origin, &step.id),
        from: derived(&parts.select(&one, None), "datamove_scope"),
        examined: count_all(),
        expected: words::ledger_read(&ledger, &id),
        rows: vec![check_row(format!("{}/rows", step.id), "rows", subject, words::unaccounted(&ledger, &id))],
    }
}

/// Expected rows joined to the target by key.
fn keyed(parts: &Parts<'_>) -> Scan {
    let (frame, step) = (parts.frame, parts.step);
    let rows = derived(&parts.rows(Wanted::Final, None), NEW);
    let target = aliased(&frame.names.table(&step.target), OLD);
    let mut from = left_join(&rows, &target, &parts.same_key_exactly());
    let found = parts.key(OLD).first().map(not_null).unwrap_or_default();
    let mut judged = vec![found.clone()];
    let undo = frame.table_of(&step.target).and_then(|table| table.undo.as_ref());
    if let (Conflict::Skip, Some(undo)) = (step.conflict, undo) {
        // Rows that were there before stay as they are; only ours are compared.
        let undo = aliased(&frame.names.of_ledger(undo), "datamove_undo");
        let same = parts.same_key_of("datamove_undo", NEW);
        from = left_join(&from, &undo, &same);
        judged.push(not_null(&qualified("datamove_undo", "undo_op")));
    }
    let missing = count_where(&is_null(&parts.key(OLD).first().cloned().unwrap_or_default()));
    let mut checks = vec![check_row(
        format!("{}/missing", step.id),
        "missing",
        format!("rows of {} that are not in {}", step.id, step.target.name),
        missing,
    )];
    for assign in parts.plain_columns(false).into_iter().chain(parts.plain_columns(true)) {
        let differs = parts.differ(&[assign], OLD, NEW);
        let all: Vec<_> = judged.iter().cloned().chain([differs]).collect();
        checks.push(check_row(
            format!("{}/{}/values", step.id, assign.column),
            "values",
            format!("values of {}.{} that are not as mapped", step.target.name, assign.column),
            count_where(&and(&all)),
        ));
    }
    Scan {
        comment: from_plan(&step.origin, &step.id),
        from,
        examined: count_all(),
        expected: parts.count(),
        rows: checks,
    }
}

/// Without a key, rows are compared as a multiset: every row with how often it is there.
fn multiset(parts: &Parts<'_>) -> Scan {
    let (frame, step) = (parts.frame, parts.step);
    let columns: Vec<_> = step
        .columns
        .iter()
        .map(|assign| frame.dialect().grouped(&identifier(&assign.column), &assign.ty))
        .collect();
    let counted = |from: &Sql, sign: &'static str| {
        let items: Vec<_> = columns.iter().cloned().chain([Sql::from(word(sign))]).collect();
        select_rows(&items, from, &[], &columns)
    };
    let expected = derived(&parts.rows(Wanted::Final, None), NEW);
    let target = aliased(&frame.names.table(&step.target), OLD);
    // Of a table that others fill as well, only what is missing can be told.
    let alone = frame
        .table_of(&step.target)
        .is_some_and(|table| table.moves.len() == 1 && table.cover == Cover::WasEmpty);
    let bad =
        words::multiset_difference(&counted(&expected, "count(*)"), &counted(&target, "count(*)"), alone);
    let subject =
        format!("rows of {} that are not in {} as often as they should be", step.id, step.target.name);
    Scan {
        comment: from_plan(&step.origin, &step.id),
        from: expected,
        examined: count_all(),
        expected: parts.count(),
        rows: vec![check_row(format!("{}/values", step.id), "values", subject, bad)],
    }
}

/// Rows of a table that was empty and now holds more than the moves explain.
fn extra(frame: &Frame<'_>, table: &TargetTable) -> Option<Scan> {
    if table.cover != Cover::WasEmpty {
        return None;
    }
    let steps: Vec<&Move> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let ids: Vec<_> = steps.iter().map(|step| frame.text(&step.id)).collect();
    let keyed = steps.iter().all(|step| !step.key.is_empty());
    let missing: Vec<_> = steps.iter().map(|step| frame.text(&format!("{}/missing", step.id))).collect();
    let written = words::ledger_written(&frame.names.of_ledger("step"), &comma(&ids));
    let explained = if keyed { words::matched(&comma(&missing)) } else { written.clone() };
    Some(Scan {
        comment: table_comment(frame, table),
        from: aliased(&frame.names.table(&table.table), OLD),
        examined: count_all(),
        expected: written,
        rows: vec![check_row(
            format!("{}/extra", table.table.name),
            "extra",
            format!("rows of {} that no move explains", table.table.name),
            words::difference(&count_all(), &explained),
        )],
    })
}

fn orphans(frame: &Frame<'_>, table: &TargetTable, key: &ForeignKeyCheck, index: usize) -> Scan {
    let child: Vec<_> = key.columns.iter().map(|column| qualified(OLD, column)).collect();
    let parent: Vec<_> =
        key.parent_columns.iter().map(|column| qualified("datamove_parent", column)).collect();
    let parents = aliased(&frame.names.table(&key.parent), "datamove_parent");
    let same = super::super::spelling::equal_all(&parent, &child);
    let orphan: Vec<_> = child.iter().map(not_null).chain([not(&exists(&parents, &[same]))]).collect();
    let from = aliased(&frame.names.table(&table.table), OLD);
    let name = key.name.clone().unwrap_or_else(|| (index + 1).to_string());
    let one = [rename(&word("1").into(), "datamove_one")];
    Scan {
        comment: table_comment(frame, table),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &from, &[], &[])),
        from,
        rows: vec![check_row(
            format!("{}/fk/{name}/orphans", table.table.name),
            "orphans",
            format!("rows of {} without parent in {}", table.table.name, key.parent.name),
            count_where(&and(&orphan)),
        )],
    }
}

fn sequences(frame: &Frame<'_>, table: &TargetTable) -> Option<Scan> {
    let contexts: Vec<CheckRow> = table
        .sequences
        .iter()
        .map(|used| {
            let behind = frame.dialect().sequence_behind(&table.table, used);
            check_row(
                format!("{}/{}/sequence", table.table.name, used.column),
                "sequence",
                format!("the sequence of {}.{} is behind its keys", table.table.name, used.column),
                behind,
            )
        })
        .collect();
    if contexts.is_empty() {
        return None;
    }
    let from = aliased(&frame.names.table(&table.table), OLD);
    let one = [rename(&word("1").into(), "datamove_one")];
    Some(Scan {
        comment: table_comment(frame, table),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &from, &[], &[])),
        from,
        rows: contexts,
    })
}

fn table_comment(frame: &Frame<'_>, table: &TargetTable) -> Sql {
    let first = table.moves.first().and_then(|id| frame.step_of(id));
    first.map(|step| from_plan(&step.origin, &table.table.name)).unwrap_or_default()
}
