//! Comparing what was moved with what the plan says, one scan for each move.

use minijinja::context;

use super::super::Sql;
use super::super::spelling::{
    Mode, aliased, and, comma, count_rows, count_where, derived, exists, filtered, identifier, is_null,
    left_join, not, not_null, qualified, rename, scalar, select_rows, validation as words, word,
};
use super::Script;
use super::differences::{self, Offence, Offenders, Value, guarded};
use super::frame::{Frame, from_plan};
use super::invariant;
use super::parts::{NEW, OLD, Parts, Wanted};
use super::prepare::whole;
use super::probe::{Checks, Scan, check_row, count_all};
use super::{quarantine, reconcile, rules};
use crate::diagnostic::Code;
use crate::plan::{Conflict, Cover, Deletes, ForeignKeyCheck, Move, ScriptKind, TargetTable};
use crate::schema::SqlType;

pub(super) fn script(frame: &Frame<'_>) -> Script {
    let path = "sql/30_validate.sql";
    let mut checks = Checks::new(frame);
    fill(frame, &mut checks, Rows::All);
    let does = "Compares source and target through the mapping. Writes nothing, and fails if a check fails.";
    let text = frame.render(
        "validate.sql",
        &context! {
            checks => checks.finish(),
            hashes => differences::hashes(frame),
            marks => None::<Sql>,
            failed => frame.message(Code::ValidationFailed, "the moved rows are not what the plan says"),
            ..frame.shared(path, does)
        },
    );
    whole(path, ScriptKind::Validate, text)
}

/// Which rows of a move are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    All,
    /// Those that were written since the run that the session names, where the move tells; else all.
    Since,
}

/// Writes every check that follows from the plan.
pub(super) fn fill(frame: &Frame<'_>, checks: &mut Checks<'_>, rows: Rows) {
    for step in &frame.plan.moves {
        let since = if rows == Rows::Since { reconcile::since(frame, step) } else { None };
        let all = Parts::new(frame, step, Mode::Look);
        let looked = since.as_ref().map(|since| &since.all);
        checks.add(rows_scan(&all, looked));
        if let Some(looked) = looked {
            checks.only_if(&[format!("{}/rows", step.id)], looked);
        }
        let parts = since.map_or(all, |since| since.parts);
        if let Some(scan) = quarantine::scan(&parts) {
            checks.add(scan);
        }
        let (scan, offenders) = if step.key.is_empty() { multiset(&parts) } else { keyed(&parts) };
        checks.add(scan);
        checks.show(&offenders);
    }
    for table in &frame.plan.tables {
        let looked = if rows == Rows::Since { all_looked_at(frame, table) } else { None };
        if let Some((scan, offenders)) = extra(frame, table, looked.as_ref()) {
            checks.add(scan);
            if let Some(looked) = &looked {
                checks.only_if(&[format!("{}/extra", table.table.name)], looked);
            }
            if let Some(found) = &offenders {
                checks.show(found);
            }
        }
        for (index, key) in table.foreign_keys.iter().enumerate() {
            let (scan, offenders) = orphans(frame, table, key, index);
            checks.add(scan);
            checks.show(&offenders);
        }
        if let Some((scan, offenders)) = rules::scan(frame, table) {
            checks.add(scan);
            if let Some(found) = &offenders {
                checks.show(found);
            }
        }
    }
    if let Some(scan) = rules::postponed(frame) {
        checks.add(scan);
    }
    frame.plan.invariants.iter().for_each(|one| checks.add(invariant::scan(frame, one)));
}

/// True where all rows of all moves into the table are looked at; `None` if they always are.
fn all_looked_at(frame: &Frame<'_>, table: &TargetTable) -> Option<Sql> {
    let steps = table.moves.iter().filter_map(|id| frame.step_of(id));
    let all: Vec<Sql> = steps.filter_map(|step| Some(reconcile::since(frame, step)?.all)).collect();
    (!all.is_empty()).then(|| and(&all))
}

/// The scope as it is now against what the ledger says was read.
fn rows_scan(parts: &Parts<'_>, looked: Option<&Sql>) -> Scan {
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
        from: filtered(
            &derived(&parts.select(&one, None), "datamove_scope"),
            looked.map_or(&[], std::slice::from_ref),
        ),
        examined: count_all(),
        expected: words::ledger_read(&ledger, &id),
        rows: vec![check_row(format!("{}/rows", step.id), "rows", subject, words::unaccounted(&ledger, &id))],
    }
}

/// Expected rows joined to the target by key, and the conditions under which a row of the target is ours.
pub(super) fn side_by_side(parts: &Parts<'_>) -> (Sql, Vec<Sql>) {
    let (frame, step) = (parts.frame, parts.step);
    let rows = derived(&parts.rows(Wanted::Final, None), NEW);
    let target = aliased(&frame.names.table(&step.target), OLD);
    let from = left_join(&rows, &target, &parts.same_key_exactly());
    let found = parts.key(OLD).first().map(not_null).unwrap_or_default();
    let undo = frame.table_of(&step.target).and_then(|table| table.undo.as_ref());
    match (step.conflict, undo) {
        // Rows that were there before stay as they are; only ours are compared.
        (Conflict::Skip, Some(undo)) => {
            let undo = aliased(&frame.names.of_ledger(undo), "datamove_undo");
            let same = parts.same_key_of("datamove_undo", NEW);
            let ours = not_null(&qualified("datamove_undo", "undo_op"));
            (left_join(&from, &undo, &same), vec![found, ours])
        }
        _ => (from, vec![found]),
    }
}

/// Missing rows and values that differ, in one pass over the scope.
fn keyed(parts: &Parts<'_>) -> (Scan, Offenders) {
    let (frame, step) = (parts.frame, parts.step);
    let (from, judged) = side_by_side(parts);
    let missing = is_null(&parts.key(OLD).first().cloned().unwrap_or_default());
    let id = format!("{}/missing", step.id);
    let subject = format!("rows of {} that are not in {}", step.id, step.target.name);
    let mut rows = vec![check_row(id.clone(), "missing", subject, count_where(&missing))];
    let mut offences = vec![Offence::row(id, missing)];
    for assign in parts.plain_columns(false).into_iter().chain(parts.plain_columns(true)) {
        let differs = parts.differ(&[assign], OLD, NEW);
        let bad = and(&judged.iter().cloned().chain([differs]).collect::<Vec<_>>());
        let id = format!("{}/{}/values", step.id, assign.column);
        let subject = format!("values of {}.{} that are not as mapped", step.target.name, assign.column);
        rows.push(check_row(id.clone(), "values", subject, count_where(&bad)));
        offences.push(Offence {
            check_id: id,
            bad,
            column: Some(assign.column.clone()),
            source: Some(Value::assigned(NEW, assign)),
            target: Some(Value::assigned(OLD, assign)),
        });
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
    let (source, conditions) = guarded(frame, &parts.scanned(), &ids);
    let offenders = Offenders {
        from: side_by_side(&parts.reading(Some(source))).0,
        conditions,
        key: key(parts, NEW),
        offences,
    };
    let comment = from_plan(&step.origin, &step.id);
    (Scan { comment, from, examined: count_all(), expected: in_scope(parts), rows }, offenders)
}

/// The rows of the scope as the check before counted them, in the same snapshot, but for those that were set aside; where that
/// one looks at all rows and this one does not, they are counted on their own way.
fn in_scope(parts: &Parts<'_>) -> Sql {
    if parts.is_windowed() {
        return parts.count();
    }
    let scope = words::examined_by(&parts.frame.text(&format!("{}/rows", parts.step.id)));
    quarantine::not_set_aside(parts, scope)
}

/// The key of a row as the plan makes it.
pub(super) fn key(parts: &Parts<'_>, alias: &str) -> Vec<Value> {
    let assigns =
        parts.step.key.iter().filter_map(|name| parts.step.columns.iter().find(|a| a.column == *name));
    assigns.map(|assign| Value::assigned(alias, assign)).collect()
}

/// What tells the rows of a table apart: its key, else all that it has.
pub(super) fn key_of(frame: &Frame<'_>, table: &TargetTable, alias: &str) -> Vec<Value> {
    if table.key.is_empty() {
        return table.columns.iter().map(|column| Value::stored(frame, table, &column.name, alias)).collect();
    }
    table.key.iter().map(|name| Value::stored(frame, table, name, alias)).collect()
}

/// Without a key, rows are compared as a multiset: every row with how often it is there.
fn multiset(parts: &Parts<'_>) -> (Scan, Offenders) {
    let (frame, step) = (parts.frame, parts.step);
    let grouped = |name: &str, ty| frame.dialect().grouped(&identifier(name), ty);
    let columns: Vec<_> = step.columns.iter().map(|assign| grouped(&assign.column, &assign.ty)).collect();
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
    let subject = format!(
        "rows of {} that are not in {} as often as they should be (it has no key: compared as a multiset)",
        step.id, step.target.name
    );
    let id = format!("{}/values", step.id);
    let scan = Scan {
        comment: from_plan(&step.origin, &step.id),
        from: expected,
        examined: count_all(),
        expected: in_scope(parts),
        rows: vec![check_row(id.clone(), "values", subject, bad)],
    };
    (scan, unequal_counts(parts, id, alone))
}

/// The rows that one side has more often; what is shown of them is how often.
fn unequal_counts(parts: &Parts<'_>, id: String, both: bool) -> Offenders {
    let (frame, step) = (parts.frame, parts.step);
    let (source, conditions) = guarded(frame, &parts.source(), std::slice::from_ref(&id));
    let (target, _) =
        guarded(frame, &aliased(&frame.names.table(&step.target), OLD), std::slice::from_ref(&id));
    let items = |alias: &str| -> Vec<Sql> {
        let item = |assign: &crate::plan::Assign| {
            let value = frame.dialect().grouped(&qualified(alias, &assign.column), &assign.ty);
            rename(&value, &assign.column)
        };
        step.columns.iter().map(item).collect()
    };
    let expected = derived(&parts.reading(Some(source)).rows(Wanted::Final, None), NEW);
    let left = select_rows(&items(NEW), &expected, &conditions, &[]);
    let right = select_rows(&items(OLD), &target, &conditions, &[]);
    let names: Vec<_> = step.columns.iter().map(|assign| identifier(&assign.column)).collect();
    let apart = words::counted_apart(&left, &right, &comma(&names), both);
    let times = |column| Value::counted("datamove_times", column);
    Offenders {
        from: aliased(&apart, "datamove_times"),
        conditions: Vec::new(),
        key: step.columns.iter().map(|assign| Value::assigned("datamove_times", assign)).collect(),
        offences: vec![Offence {
            check_id: id,
            bad: word("1 = 1").into(),
            column: None,
            source: Some(times("lefts")),
            target: Some(times("rights")),
        }],
    }
}

/// Rows that no move explains: of a table that was empty all that are there, else those that the load inserted.
fn extra(frame: &Frame<'_>, table: &TargetTable, looked: Option<&Sql>) -> Option<(Scan, Option<Offenders>)> {
    let steps: Vec<&Move> = table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let keyed = steps.iter().all(|step| !step.key.is_empty());
    if table.cover != Cover::WasEmpty {
        return keyed.then(|| inserted_extra(frame, table, &steps, looked)).flatten();
    }
    let id = format!("{}/extra", table.table.name);
    let ids: Vec<_> = steps.iter().map(|step| frame.text(&step.id)).collect();
    let missing: Vec<_> = steps.iter().map(|step| frame.text(&format!("{}/missing", step.id))).collect();
    let written = words::ledger_written(&frame.names.of_ledger("step"), &comma(&ids));
    let explained = if keyed { words::matched(&comma(&missing)) } else { written.clone() };
    let subject = format!("rows of {} that no move explains", table.table.name);
    let bad = words::difference(&count_all(), &explained);
    let scan = Scan {
        comment: table_comment(frame, table),
        from: filtered(
            &aliased(&frame.names.table(&table.table), OLD),
            looked.map_or(&[], std::slice::from_ref),
        ),
        examined: count_all(),
        expected: written,
        rows: vec![check_row(id.clone(), "extra", subject, bad)],
    };
    let offenders = keyed.then(|| {
        let (from, mut conditions) =
            guarded(frame, &aliased(&frame.names.table(&table.table), OLD), std::slice::from_ref(&id));
        // A condition of the whole select can be joined; one inside of an expression is asked row by row.
        conditions.push(unexplained(frame, table, &steps, OLD));
        let offences = vec![Offence::row(id, word("1 = 1").into())];
        Offenders { from, conditions, key: key_of(frame, table, OLD), offences }
    });
    Some((scan, offenders))
}

/// Rows that the load inserted into a table that had rows before, and that are in no scope any more. Rows that
/// somebody else added cannot be told from those that were there.
fn inserted_extra(
    frame: &Frame<'_>,
    table: &TargetTable,
    steps: &[&Move],
    looked: Option<&Sql>,
) -> Option<(Scan, Option<Offenders>)> {
    let undo = aliased(&frame.names.of_ledger(table.undo.as_ref()?), "datamove_undo");
    let parts = Parts::new(frame, steps.first()?, Mode::Look);
    let id = format!("{}/extra", table.table.name);
    let (there, key) =
        (aliased(&frame.names.table(&table.table), OLD), parts.same_key_of(OLD, "datamove_undo"));
    let still = match steps.first()?.deletes.as_ref() {
        // By the plan's own rule they stay.
        Some(Deletes::None) => return None,
        Some(Deletes::Soft { column }) => {
            let found = table.columns.iter().find(|one| one.name == *column)?;
            exists(&there, &[key, not(&super::catch_up::is_marked(frame, OLD, column, &found.ty))])
        }
        Some(Deletes::Hard) | None => exists(&there, &[key]),
    };
    let inserted = words::was_inserted("datamove_undo");
    let bad = [inserted.clone(), still, unexplained(frame, table, steps, "datamove_undo")];
    let one = [rename(&word("1").into(), "datamove_one")];
    let scan = Scan {
        comment: table_comment(frame, table),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &undo, std::slice::from_ref(&inserted), &[])),
        from: filtered(&undo, &std::iter::once(&inserted).chain(looked).cloned().collect::<Vec<_>>()),
        rows: vec![check_row(
            id.clone(),
            "extra",
            format!("rows that were inserted into {} and that no move explains", table.table.name),
            scalar(&count_rows(&select_rows(&one, &undo, &bad, &[]))),
        )],
    };
    let (from, mut conditions) = guarded(frame, &undo, std::slice::from_ref(&id));
    conditions.extend(bad);
    let offences = vec![Offence::row(id, word("1 = 1").into())];
    Some((scan, Some(Offenders { from, conditions, key: key_of(frame, table, "datamove_undo"), offences })))
}

/// The row `alias` has the key of no row of these moves.
pub(super) fn unexplained(frame: &Frame<'_>, table: &TargetTable, steps: &[&Move], alias: &str) -> Sql {
    let dialect = frame.dialect();
    let ty = |name: &str| {
        let column = table.columns.iter().find(|column| column.name == name);
        column.map_or(SqlType::TEXT, |column| column.ty.clone())
    };
    let of = |alias: &str| -> Vec<Sql> {
        table.key.iter().map(|name| dialect.grouped(&qualified(alias, name), &ty(name))).collect()
    };
    let tests: Vec<_> = steps
        .iter()
        .map(|step| {
            let parts = Parts::new(frame, step, Mode::Look);
            let there: Vec<_> = parts.key(NEW).iter().map(not_null).collect();
            let rows = derived(&parts.rows(Wanted::Final, None), NEW);
            dialect.absent(&of(alias), &select_rows(&of(NEW), &rows, &there, &[]))
        })
        .collect();
    and(&tests)
}

fn orphans(
    frame: &Frame<'_>,
    table: &TargetTable,
    foreign: &ForeignKeyCheck,
    index: usize,
) -> (Scan, Offenders) {
    let child: Vec<_> = foreign.columns.iter().map(|column| qualified(OLD, column)).collect();
    let parent: Vec<_> =
        foreign.parent_columns.iter().map(|column| qualified("datamove_parent", column)).collect();
    let parents = aliased(&frame.names.table(&foreign.parent), "datamove_parent");
    let same = super::super::spelling::equal_all(&parent, &child);
    let orphan: Vec<_> = child.iter().map(not_null).chain([not(&exists(&parents, &[same]))]).collect();
    let bad = and(&orphan);
    let from = aliased(&frame.names.table(&table.table), OLD);
    let name = foreign.name.clone().unwrap_or_else(|| (index + 1).to_string());
    let id = format!("{}/fk/{name}/orphans", table.table.name);
    let subject = format!("rows of {} without parent in {}", table.table.name, foreign.parent.name);
    let one = [rename(&word("1").into(), "datamove_one")];
    let (read, conditions) = guarded(frame, &from, std::slice::from_ref(&id));
    let offence = Offence {
        check_id: id.clone(),
        bad: bad.clone(),
        column: Some(foreign.columns.join(", ")),
        source: None,
        target: match foreign.columns.as_slice() {
            [one] => Some(Value::stored(frame, table, one, OLD)),
            _ => None,
        },
    };
    let scan = Scan {
        comment: table_comment(frame, table),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &from, &[], &[])),
        from,
        rows: vec![check_row(id, "orphans", subject, count_where(&bad))],
    };
    (scan, Offenders { from: read, conditions, key: key_of(frame, table, OLD), offences: vec![offence] })
}

pub(super) fn table_comment(frame: &Frame<'_>, table: &TargetTable) -> Sql {
    let first = table.moves.first().and_then(|id| frame.step_of(id));
    first.map(|step| from_plan(&step.origin, &table.table.name)).unwrap_or_default()
}
