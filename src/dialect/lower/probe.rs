//! Checks as data: what is scanned, what is counted in one pass, what it is compared with.

use minijinja::context;

use super::super::Sql;
use super::super::spelling::{
    Mode, Speller, comma, count_rows, count_where, ddl_condition, derived, equal_all, exists, not, not_null,
    qualified, reconcile as words, rename, scalar, select_rows, word,
};
use super::differences::{self, Offenders};
use super::frame::{Frame, from_plan};
use super::parts::Parts;
use crate::plan::{Claim, DdlCondition, DuplicateKey, Established, Expr, Move, ParentKey, Probe, TargetKey};

/// One scan and the checks that it serves.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) comment: Sql,
    /// `relation WHERE …`
    pub(super) from: Sql,
    pub(super) examined: Sql,
    /// Counted on its own way.
    pub(super) expected: Sql,
    pub(super) rows: Vec<CheckRow>,
}

/// One check: what identifies it, and the aggregate that counts what is bad.
#[derive(Debug)]
pub(super) struct CheckRow {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) subject: String,
    pub(super) bad: Sql,
}

/// The statements of a script's checks, which are written one by one: a large plan has too many to
/// hold their parts at once.
#[derive(Debug)]
pub(super) struct Checks<'f> {
    frame: &'f Frame<'f>,
    text: String,
}

impl<'f> Checks<'f> {
    pub(super) fn new(frame: &'f Frame<'f>) -> Self {
        Self { frame, text: String::new() }
    }

    /// Writes the statement of one scan; `check.sql` is its template.
    pub(super) fn add(&mut self, scan: Scan) {
        let frame = self.frame;
        let mut rows = Vec::with_capacity(scan.rows.len());
        for row in scan.rows {
            rows.push(context! {
                id => frame.text(&row.id),
                kind => frame.text(row.kind),
                subject => frame.text(&row.subject),
                bad => row.bad,
            });
        }
        let scan = context! {
            comment => scan.comment,
            from => scan.from,
            examined => scan.examined,
            expected => scan.expected,
            rows => rows,
        };
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&frame.render("check.sql", &context! { scan }));
    }

    /// Writes the statement that finds the rows behind the failing checks of the scan before it.
    pub(super) fn show(&mut self, offenders: &Offenders) {
        self.text.push_str(&differences::statement(self.frame, offenders));
    }

    /// Writes a statement between the checks.
    pub(super) fn write(&mut self, statements: &Sql) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(statements.as_str());
    }

    /// Takes the checks of the scan before it back, unless `looked` holds: then there was nothing to look at.
    pub(super) fn only_if(&mut self, ids: &[String], looked: &Sql) {
        let ids: Vec<Sql> = ids.iter().map(|id| self.frame.text(id)).collect();
        self.text.push_str(words::take_back(&comma(&ids), looked).as_str());
    }

    /// The statements with an empty line between any two; `None` if there are none.
    pub(super) fn finish(self) -> Option<Sql> {
        (!self.text.is_empty()).then(|| Sql::rendered(self.text))
    }
}

pub(super) fn count_all() -> Sql {
    word("count(*)").into()
}

fn row(claim: &Claim, bad: Sql) -> CheckRow {
    CheckRow { id: claim.id.clone(), kind: claim.kind.word(), subject: claim.says.clone(), bad }
}

/// The probes of one move: those that look at rows share one scan, the others have their own.
pub(super) fn scans(frame: &Frame<'_>, step: &Move) -> Vec<Scan> {
    let probes: Vec<_> = frame
        .claims_of(step)
        .iter()
        .filter_map(|claim| match &claim.established {
            Established::Probed(probe) => Some((*claim, probe)),
            Established::Proven { .. } | Established::Accepted { .. } => None,
        })
        .collect();
    let parts = Parts::new(frame, step, Mode::Look);
    let mut list = Vec::new();
    for before in [true, false] {
        let mut rows: Vec<_> =
            probes.iter().filter_map(|(claim, probe)| row_probe(&parts, claim, probe, before)).collect();
        if !before {
            rows.extend(doubts(&parts));
        }
        if !rows.is_empty() {
            list.push(row_scan(&parts, before, rows));
        }
    }
    list.extend(probes.iter().filter_map(|(claim, probe)| own_scan(&parts, claim, probe)));
    list
}

/// What the server at hand may be unable to do with the values that are written.
fn doubts(parts: &Parts<'_>) -> Vec<CheckRow> {
    let speller = parts.frame.speller(Mode::Look);
    let mut rows: Vec<CheckRow> = Vec::new();
    for assign in &parts.step.columns {
        let mut found = Vec::new();
        assign.value.walk_own(&mut |node| found.extend(speller.dialect().doubt(&speller, node)));
        for (number, doubt) in found.into_iter().enumerate() {
            let id = format!("{}/{}/{}", parts.step.id, assign.column, doubt.kind);
            let id = if number == 0 { id } else { format!("{id}/{}", number + 1) };
            rows.push(CheckRow { id, kind: doubt.kind, subject: doubt.says, bad: count_where(&doubt.bad) });
        }
    }
    rows
}

fn row_probe(parts: &Parts<'_>, claim: &Claim, probe: &Probe, before: bool) -> Option<CheckRow> {
    match probe {
        Probe::Rows { bad, before_filter } if *before_filter == before => {
            Some(row(claim, count_where(&parts.frame.speller(Mode::Look).condition(bad))))
        }
        Probe::EmptyScope if !before => {
            Some(row(claim, word("CASE WHEN count(*) = 0 THEN 1 ELSE 0 END").into()))
        }
        _ => None,
    }
}

/// Row probes look at the rows before they are grouped: each of them has to be right.
fn row_scan(parts: &Parts<'_>, before: bool, rows: Vec<CheckRow>) -> Scan {
    let one = [rename(&word("1").into(), "datamove_one")];
    let (from, conditions) =
        if before { (parts.source(), Vec::new()) } else { (parts.from(), parts.conditions(None)) };
    Scan {
        comment: from_plan(&parts.step.origin, &parts.step.id),
        expected: count_rows(&select_rows(&one, &from, &conditions, &[])),
        from: super::super::spelling::filtered(&from, &conditions),
        examined: count_all(),
        rows,
    }
}

fn own_scan(parts: &Parts<'_>, claim: &Claim, probe: &Probe) -> Option<Scan> {
    let comment = from_plan(&claim.origin, &claim.id);
    match probe {
        Probe::Rows { .. } | Probe::EmptyScope => None,
        Probe::Duplicates { key, nulls_equal, partial } => {
            Some(duplicates(parts, claim, comment, key, *nulls_equal, partial.as_ref()))
        }
        Probe::Meets { key, of, of_key } => meets(parts, claim, comment, key, (of, of_key)),
        Probe::Multiplies { join } => join_scan(parts, claim, comment, *join, true),
        Probe::Unmatched { join } => join_scan(parts, claim, comment, *join, false),
        Probe::Orphans { value, parents, or_in_target } => {
            Some(orphans(parts, claim, comment, value, parents, or_in_target.as_ref()))
        }
        Probe::Check { condition } => {
            let from = target_rows(parts, &[], condition);
            Some(Scan {
                comment,
                from,
                examined: count_all(),
                expected: parts.count(),
                rows: vec![row(claim, count_where(&not(&ddl_condition(&condition.sql))))],
            })
        }
    }
}

/// The rows of the scope as the target would see them, under the table's own name, so that the
/// DDL's text can be read over them.
fn target_rows(parts: &Parts<'_>, more: &[Sql], condition: &DdlCondition) -> Sql {
    let speller = parts.frame.speller(Mode::Look);
    let columns = condition.columns.iter().map(|(name, value)| rename(&speller.spell(value), name));
    let items: Vec<_> = more.iter().cloned().chain(columns).collect();
    let items = if items.is_empty() { vec![rename(&word("1").into(), "datamove_one")] } else { items };
    derived(&parts.select(&items, None), &condition.table)
}

/// A value of a key as the target's index sees it.
fn as_compared(speller: &Speller<'_>, part: &DuplicateKey) -> Sql {
    let value = speller.spell(&part.value);
    match &part.collation {
        Some(collation) => super::super::spelling::collated(&value, collation),
        None if part.case_insensitive => super::super::spelling::lowered(&value),
        None => value,
    }
}

/// Rows whose key another move writes as well. NULLs do not meet.
fn meets(
    parts: &Parts<'_>,
    claim: &Claim,
    comment: Sql,
    key: &[DuplicateKey],
    (of, of_key): (&str, &[DuplicateKey]),
) -> Option<Scan> {
    let frame = parts.frame;
    let speller = frame.speller(Mode::Look);
    let name = |i: usize| format!("datamove_key_{}", i + 1);
    let named = |key: &[DuplicateKey]| -> Vec<Sql> {
        key.iter().enumerate().map(|(i, part)| rename(&as_compared(&speller, part), &name(i))).collect()
    };
    let of_table = |table: &str| -> Vec<Sql> { (0..key.len()).map(|i| qualified(table, &name(i))).collect() };
    let theirs = Parts::new(frame, frame.step_of(of)?, Mode::Look);
    let ours = derived(&parts.select(&named(key), None), "datamove_row");
    let theirs = derived(&theirs.select(&named(of_key), None), "datamove_other");
    let same = equal_all(&of_table("datamove_row"), &of_table("datamove_other"));
    let one = [rename(&word("1").into(), "datamove_one")];
    let bad = scalar(&count_rows(&select_rows(&one, &ours, &[exists(&theirs, &[same])], &[])));
    Some(Scan {
        comment,
        from: derived(&parts.select(&named(key), None), "datamove_scope"),
        examined: count_all(),
        expected: parts.count(),
        rows: vec![row(claim, bad)],
    })
}

fn duplicates(
    parts: &Parts<'_>,
    claim: &Claim,
    comment: Sql,
    key: &[DuplicateKey],
    nulls_equal: bool,
    partial: Option<&DdlCondition>,
) -> Scan {
    let speller = parts.frame.speller(Mode::Look);
    let name = |i: usize| format!("datamove_key_{}", i + 1);
    let values: Vec<_> =
        key.iter().enumerate().map(|(i, part)| rename(&as_compared(&speller, part), &name(i))).collect();
    let keys: Vec<_> = (0..key.len()).map(|i| super::super::spelling::identifier(&name(i))).collect();
    let mut conditions: Vec<_> = if nulls_equal { Vec::new() } else { keys.iter().map(not_null).collect() };
    let from = match partial {
        Some(condition) => {
            conditions.push(ddl_condition(&condition.sql));
            target_rows(parts, &values, condition)
        }
        None => derived(&parts.select(&values, None), "datamove_row"),
    };
    let count = [rename(&count_all(), "datamove_count")];
    let groups = derived(&select_rows(&count, &from, &conditions, &keys), "datamove_group");
    let one = [rename(&word("1").into(), "datamove_one")];
    Scan {
        comment,
        from: groups,
        examined: word("coalesce(sum(\"datamove_count\"), 0)").into(),
        expected: count_rows(&select_rows(&one, &from, &conditions, &[])),
        rows: vec![row(claim, count_where(&word("\"datamove_count\" > 1").into()))],
    }
}

/// Rows of what stands before join number `join`, with how many rows it finds for each.
fn join_scan(parts: &Parts<'_>, claim: &Claim, comment: Sql, join: usize, multiplies: bool) -> Option<Scan> {
    let speller = parts.frame.speller(Mode::Look);
    let this = parts.step.joins.get(join)?;
    let before = speller.from(&parts.step.source, &parts.step.joins[..join]);
    let matches = speller.relation(&this.relation);
    let on = [speller.condition(&this.on)];
    let bad = if multiplies {
        super::super::spelling::more_than_one(&scalar(&select_rows(&[count_all()], &matches, &on, &[])))
    } else {
        not(&exists(&matches, &on))
    };
    let one = [rename(&word("1").into(), "datamove_one")];
    Some(Scan {
        comment,
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &before, &[], &[])),
        from: before,
        rows: vec![row(claim, count_where(&bad))],
    })
}

fn orphans(
    parts: &Parts<'_>,
    claim: &Claim,
    comment: Sql,
    value: &[Expr],
    parents: &[ParentKey],
    or_in_target: Option<&TargetKey>,
) -> Scan {
    let frame = parts.frame;
    let speller = frame.speller(Mode::Look);
    // The child's values get names of their own: a parent's scope may use the same aliases.
    let name = |i: usize| format!("datamove_value_{}", i + 1);
    let items: Vec<_> = value.iter().enumerate().map(|(i, v)| rename(&speller.spell(v), &name(i))).collect();
    let values: Vec<_> = (0..value.len()).map(|i| qualified("datamove_child", &name(i))).collect();
    let child = derived(&parts.select(&items, None), "datamove_child");
    let mut conditions: Vec<_> = values.iter().map(not_null).collect();
    for parent in parents {
        let Some(step) = frame.step_of(&parent.of) else { continue };
        let scope = Parts::new(frame, step, Mode::Look);
        let keys: Vec<_> = parent.key.iter().map(|key| speller.operand(key)).collect();
        let same: Vec<_> = parent
            .key
            .iter()
            .zip(keys.iter().zip(&values))
            .map(|(key, (left, right))| {
                let dialect = frame.dialect();
                equal_all(&[dialect.map_key(left, &key.ty)], &[dialect.map_key(right, &key.ty)])
            })
            .collect();
        let same = super::super::spelling::and(&same);
        conditions.push(not(&exists(&scope.from(), &scope.conditions(Some(same)))));
    }
    if let Some(target) = or_in_target {
        let keys: Vec<_> = target.columns.iter().map(|column| qualified("datamove_parent", column)).collect();
        let table = super::super::spelling::aliased(&frame.names.table(&target.table), "datamove_parent");
        conditions.push(not(&exists(&table, &[super::super::spelling::equal_all(&keys, &values)])));
    }
    let one = [rename(&word("1").into(), "datamove_one")];
    let bad = scalar(&count_rows(&select_rows(&one, &child, &conditions, &[])));
    Scan {
        comment,
        from: derived(&parts.select(&items, None), "datamove_scope"),
        examined: count_all(),
        expected: parts.count(),
        rows: vec![row(claim, bad)],
    }
}

/// A claim's own place for checks that come from no claim.
pub(super) fn check_row(id: String, kind: &'static str, subject: String, bad: Sql) -> CheckRow {
    CheckRow { id, kind, subject, bad }
}
