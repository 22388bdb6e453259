//! Rows drawn by the hash of their key and a seed, each compared as a document: the row, and the rows that refer to it.

use std::collections::BTreeSet;

use super::super::Sql;
use super::super::spelling::{
    Mode, aliased, and, count_rows, count_where, derived, filtered, identifier, is_null, or, qualified,
    reconcile as words, rename, select_rows, temporary, word,
};
use super::differences::{Offence, Offenders, Value, guarded, key_text};
use super::frame::{Frame, from_plan};
use super::parts::{NEW, OLD, Parts, Wanted};
use super::probe::{Checks, Scan, check_row, count_all};
use super::validate::{key, key_of, side_by_side, unexplained};
use crate::plan::{Cover, ForeignKeyCheck, Move, Sample, TargetTable};
use crate::schema::SqlType;

/// A move whose rows are drawn.
struct Root<'f> {
    parts: Parts<'f>,
    drawn: Sql,
    /// The drawn keys as others refer to them, twice: not every engine reads a temporary table twice in one
    /// statement. Without a row where the whole table was drawn: what refers to a list of words is no document.
    parents: [Sql; 2],
}

/// A foreign key by which rows of one move refer to those of another.
struct Reference<'f> {
    step: &'f Move,
    table: &'f TargetTable,
    key: &'f ForeignKeyCheck,
    /// The last part of its checks' names.
    name: String,
}

/// Writes the checks of the sample.
pub(super) fn fill(frame: &Frame<'_>, checks: &mut Checks<'_>, wanted: Sample) {
    let roots = frame.plan.moves.iter().filter(|step| !step.key.is_empty());
    for (number, step) in roots.enumerate() {
        let parts = Parts::new(frame, step, Mode::Look);
        let name = |word: &str| identifier(&format!("datamove_sample_{}{word}", number + 1));
        let root = Root { parts, drawn: name(""), parents: [name("_parents"), name("_again")] };
        let references = references(frame, step);
        checks.write(&draw(&root, &references, wanted));
        own_rows(&root, checks, wanted.rows);
        for one in &references {
            referring(&root, one, checks);
            superfluous(&root, one, checks);
        }
    }
}

/// The names of the checks in which a row of this move is shown as it should be.
pub(super) fn checks_of(frame: &Frame<'_>, step: &Move) -> Vec<String> {
    if frame.plan.reconcile.as_ref().is_none_or(|asked| asked.sample.is_none()) || step.key.is_empty() {
        return Vec::new();
    }
    let roots = frame.plan.moves.iter().filter(|root| !root.key.is_empty());
    let referring = roots.flat_map(|root| {
        let ours = references(frame, root).into_iter().filter(|one| one.step.id == step.id);
        ours.map(|one| format!("sample/{}/{}/{}", root.id, step.id, one.name)).collect::<Vec<_>>()
    });
    std::iter::once(format!("sample/{}", step.id)).chain(referring).collect()
}

/// The keys by which rows of other moves, or of the same, refer to rows that this one writes.
fn references<'f>(frame: &'f Frame<'_>, root: &Move) -> Vec<Reference<'f>> {
    let has = |of: &Move, names: &[String]| {
        names.iter().all(|name| of.columns.iter().any(|assign| assign.column == *name))
    };
    let mut found = Vec::new();
    for step in frame.plan.moves.iter().filter(|step| !step.key.is_empty()) {
        let Some(table) = frame.table_of(&step.target) else { continue };
        for (index, key) in table.foreign_keys.iter().enumerate() {
            if key.parent == root.target && has(root, &key.parent_columns) && has(step, &key.columns) {
                let name = key.name.clone().unwrap_or_else(|| (index + 1).to_string());
                found.push(Reference { step, table, key, name });
            }
        }
    }
    found
}

/// The statements that draw.
fn draw(root: &Root<'_>, references: &[Reference<'_>], wanted: Sample) -> Sql {
    let Root { parts, drawn, parents: [parents, again] } = root;
    let (frame, step) = (parts.frame, parts.step);
    let dialect = frame.dialect();
    let referred = references.iter().flat_map(|one| &one.key.parent_columns);
    let columns: BTreeSet<&String> = step.key.iter().chain(referred).collect();
    let typed: Vec<(&str, &SqlType)> =
        step.key.iter().map(|name| (name.as_str(), type_of(step, name))).collect();
    let text = key_text(frame, NEW, &typed);
    let mut items: Vec<Sql> = columns.iter().map(|name| qualified(NEW, name)).collect();
    items.push(rename(&text, "datamove_text"));
    let rows = derived(&parts.rows(Wanted::Final, None), NEW);
    let keyed = derived(&select_rows(&items, &rows, &[], &[]), "datamove_key");
    let seed = words::said(&dialect.session("seed"), wanted.seed);
    let mut order = vec![dialect.drawn(&identifier("datamove_text"), &seed)];
    order.extend(step.key.iter().map(|name| identifier(name)));
    let names: Vec<Sql> = columns.iter().map(|name| identifier(name)).collect();
    let chosen = words::first(&select_rows(&names, &keyed, &[], &[]), &order, wanted.rows);
    let some = words::if_so_many(&names, drawn, wanted.rows);
    let comment = from_plan(&step.origin, &format!("a sample of {}", step.id));
    let tables = [(drawn, &chosen), (parents, &some), (again, &some)];
    temporary(dialect, &comment, if references.is_empty() { &tables[..1] } else { &tables })
}

fn type_of<'a>(step: &'a Move, name: &str) -> &'a SqlType {
    step.columns.iter().find(|assign| assign.column == name).map_or(&SqlType::TEXT, |assign| &assign.ty)
}

/// The values of these columns are among the drawn ones, whatever collations say.
fn is_drawn(
    frame: &Frame<'_>,
    (alias, own): (&str, &[String]),
    step: &Move,
    of: &Move,
    theirs: &[String],
    drawn: &Sql,
) -> Sql {
    let dialect = frame.dialect();
    let values: Vec<_> =
        own.iter().map(|name| dialect.grouped(&qualified(alias, name), type_of(step, name))).collect();
    let columns: Vec<_> = theirs
        .iter()
        .map(|name| dialect.grouped(&qualified("datamove_drawn", name), type_of(of, name)))
        .collect();
    words::is_drawn(&values, drawn, &columns)
}

/// The drawn rows themselves.
fn own_rows(root: &Root<'_>, checks: &mut Checks<'_>, rows: u64) {
    let (frame, step) = (root.parts.frame, root.parts.step);
    let id = format!("sample/{}", step.id);
    let subject = format!("drawn rows of {}, all columns", step.id);
    let condition = is_drawn(frame, (NEW, &step.key), step, step, &step.key, &root.drawn);
    let one = [rename(&word("1").into(), "datamove_one")];
    let expected = count_rows(&words::first(&root.parts.select(&one, None), &[], rows));
    compared(&root.parts, checks, (id, subject), condition, expected);
}

/// The rows that refer to drawn ones.
fn referring(root: &Root<'_>, one: &Reference<'_>, checks: &mut Checks<'_>) {
    let (frame, of) = (root.parts.frame, root.parts.step);
    let parts = Parts::new(frame, one.step, Mode::Look);
    let id = format!("sample/{}/{}/{}", of.id, one.step.id, one.name);
    let by = one.key.columns.join(", ");
    let subject = format!("rows of {} whose {by} is a drawn row of {}, all columns", one.step.id, of.id);
    let drawn =
        |drawn: &Sql| is_drawn(frame, (NEW, &one.key.columns), one.step, of, &one.key.parent_columns, drawn);
    let rows = derived(&parts.rows(Wanted::Final, None), NEW);
    let item = [rename(&word("1").into(), "datamove_one")];
    let expected = count_rows(&select_rows(&item, &rows, &[drawn(&root.parents[1])], &[]));
    compared(&parts, checks, (id, subject), drawn(&root.parents[0]), expected);
}

/// Rows of a move that meet a condition, each compared with the target's as a whole.
fn compared(
    parts: &Parts<'_>,
    checks: &mut Checks<'_>,
    (id, subject): (String, String),
    condition: Sql,
    expected: Sql,
) {
    let (frame, step) = (parts.frame, parts.step);
    let (from, judged) = side_by_side(parts);
    let missing = is_null(&parts.key(OLD).first().cloned().unwrap_or_default());
    let plain: Vec<_> = parts.plain_columns(false).into_iter().chain(parts.plain_columns(true)).collect();
    let mut offences = vec![Offence::row(id.clone(), missing)];
    offences.extend(plain.iter().map(|assign| {
        let differs = parts.differ(&[assign], OLD, NEW);
        Offence {
            check_id: id.clone(),
            bad: and(&judged.iter().cloned().chain([differs]).collect::<Vec<_>>()),
            column: Some(assign.column.clone()),
            source: Some(Value::assigned(NEW, assign)),
            target: Some(Value::assigned(OLD, assign)),
        }
    }));
    let bad = or(&offences.iter().map(|one| and(std::slice::from_ref(&one.bad))).collect::<Vec<_>>());
    let ids = [id.clone()];
    checks.add(Scan {
        comment: from_plan(&step.origin, &step.id),
        from: filtered(&from, std::slice::from_ref(&condition)),
        examined: count_all(),
        expected,
        rows: vec![check_row(id, "sample", subject, count_where(&bad))],
    });
    let (source, mut conditions) = guarded(frame, &parts.source(), &ids);
    conditions.push(condition);
    let from = side_by_side(&parts.reading(Some(source))).0;
    checks.show(&Offenders { from, conditions, key: key(parts, NEW), offences });
}

/// Rows of the target that refer to drawn ones, and that no move explains; told where all rows of the table are ours.
fn superfluous(root: &Root<'_>, one: &Reference<'_>, checks: &mut Checks<'_>) {
    let (frame, of) = (root.parts.frame, root.parts.step);
    let steps: Vec<&Move> = one.table.moves.iter().filter_map(|id| frame.step_of(id)).collect();
    let first = steps.first().is_some_and(|step| step.id == one.step.id);
    if one.table.cover != Cover::WasEmpty || !first || steps.iter().any(|step| step.key.is_empty()) {
        return;
    }
    let name = &one.table.table.name;
    let id = extra_id(&of.id, name, &one.name);
    let by = one.key.columns.join(", ");
    let subject = format!("rows of {name} whose {by} is a drawn row of {}, and that no move explains", of.id);
    let drawn =
        |drawn: &Sql| is_drawn(frame, (OLD, &one.key.columns), one.step, of, &one.key.parent_columns, drawn);
    let there = aliased(&frame.names.table(&one.table.table), OLD);
    let bad = unexplained(frame, one.table, &steps, OLD);
    let item = [rename(&word("1").into(), "datamove_one")];
    let condition = drawn(&root.parents[0]);
    checks.add(Scan {
        comment: from_plan(&one.step.origin, name),
        from: filtered(&there, std::slice::from_ref(&condition)),
        examined: count_all(),
        expected: count_rows(&select_rows(&item, &there, &[drawn(&root.parents[1])], &[])),
        rows: vec![check_row(id.clone(), "sample", subject, count_where(&bad))],
    });
    let (from, mut conditions) = guarded(frame, &there, std::slice::from_ref(&id));
    conditions.push(condition);
    let offences = vec![Offence::row(id, bad)];
    checks.show(&Offenders { from, conditions, key: key_of(frame, one.table, OLD), offences });
}

fn extra_id(root: &str, table: &str, key: &str) -> String {
    format!("sample/{root}/{table}/{key}/extra")
}

/// The names of the checks in which a row of this table is shown that should not be there.
pub(super) fn extra_checks_of(frame: &Frame<'_>, table: &TargetTable) -> Vec<String> {
    if frame.plan.reconcile.as_ref().is_none_or(|asked| asked.sample.is_none()) {
        return Vec::new();
    }
    let roots = frame.plan.moves.iter().filter(|root| !root.key.is_empty());
    let of = |root: &Move| -> Vec<String> {
        let ours = references(frame, root).into_iter().filter(|one| one.table.table == table.table);
        ours.map(|one| extra_id(&root.id, &table.table.name, &one.name)).collect()
    };
    let mut all: Vec<String> = roots.flat_map(of).collect();
    all.dedup();
    all
}
