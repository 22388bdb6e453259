//! The rows behind a failing check: looked for only where one fails, a bounded number for each check.

use minijinja::context;

use super::super::Sql;
use super::super::spelling::{Mode, case, comma, identifier, qualified, rename, validation as words, word};
use super::frame::Frame;
use crate::base::Pii;
use crate::plan::{Assign, Expr, ExprKind, TargetTable};
use crate::schema::SqlType;

/// Differences that are shown for each check.
const SHOWN: u64 = 20;

/// Rows among which they are looked for, the lowest keys: where all rows of a large table are bad, not
/// all of them are sorted.
const LOOKED_AT: u64 = 100_000;

/// The alias of the rows that are bad in one way or another.
const BAD: &str = "datamove_bad";

/// Where the rows are that offend the checks of one scan, and what of them is shown.
#[derive(Debug)]
pub(super) struct Offenders {
    /// What is read, beginning with what [`guarded`] gives: nothing is where no check failed.
    pub(super) from: Sql,
    pub(super) conditions: Vec<Sql>,
    /// What identifies a row, in the order in which rows are shown.
    pub(super) key: Vec<Value>,
    pub(super) offences: Vec<Offence>,
}

/// One check's part: which rows are bad, and which of their values say so.
#[derive(Debug)]
pub(super) struct Offence {
    pub(super) check_id: String,
    pub(super) bad: Sql,
    pub(super) column: Option<String>,
    pub(super) source: Option<Value>,
    pub(super) target: Option<Value>,
}

impl Offence {
    /// A row that is bad as a whole.
    pub(super) fn row(check_id: String, bad: Sql) -> Self {
        Self { check_id, bad, column: None, source: None, target: None }
    }
}

/// A value that is shown.
#[derive(Clone, Debug)]
pub(super) struct Value {
    sql: Sql,
    ty: SqlType,
    pii: Option<Pii>,
}

impl Value {
    /// A column that a move writes, of the rows `alias`.
    pub(super) fn assigned(alias: &str, assign: &Assign) -> Self {
        Self { sql: qualified(alias, &assign.column), ty: assign.ty.clone(), pii: assign.pii }
    }

    /// How often a row is there.
    pub(super) fn counted(alias: &str, column: &str) -> Self {
        Self { sql: qualified(alias, column), ty: SqlType::BIGINT, pii: None }
    }

    /// A column of a target table.
    pub(super) fn stored(frame: &Frame<'_>, table: &TargetTable, name: &str, alias: &str) -> Self {
        let column = table.columns.iter().find(|column| column.name == name);
        let ty = column.map_or(SqlType::TEXT, |column| column.ty.clone());
        let steps = table.moves.iter().filter_map(|id| frame.step_of(id));
        let written = steps.flat_map(|step| &step.columns).filter(|assign| assign.column == name);
        // Where several moves say something, the one that hides most is obeyed.
        Self { sql: qualified(alias, name), ty, pii: written.filter_map(|assign| assign.pii).max() }
    }
}

/// `source` read only where one of these checks has found something, and the condition that says so on
/// engines where a condition is enough.
pub(super) fn guarded(frame: &Frame<'_>, source: &Sql, checks: &[String]) -> (Sql, Vec<Sql>) {
    let ids: Vec<_> = checks.iter().map(|id| frame.text(id)).collect();
    let (from, condition) = frame.dialect().only_if_bad(source, &comma(&ids));
    (from, condition.into_iter().collect())
}

/// The statement that fills `datamove_difference` for the checks of one scan.
pub(super) fn statement(frame: &Frame<'_>, offenders: &Offenders) -> String {
    let numbered = |word: &str, i: usize| format!("{word}_{}", i + 1);
    let mut items: Vec<_> = Vec::new();
    for (i, value) in offenders.key.iter().enumerate() {
        items.push(rename(&value.sql, &numbered("key", i)));
    }
    for (i, one) in offenders.offences.iter().enumerate() {
        items.push(rename(&words::truth(&one.bad), &numbered("bad", i)));
        items.extend(one.source.as_ref().map(|value| rename(&value.sql, &numbered("source", i))));
        items.extend(one.target.as_ref().map(|value| rename(&value.sql, &numbered("target", i))));
    }
    let keys: Vec<_> = (0..offenders.key.len()).map(|i| identifier(&numbered("key", i))).collect();
    let bads: Vec<_> = (0..offenders.offences.len()).map(|i| identifier(&numbered("bad", i))).collect();
    let key: Vec<_> = offenders
        .key
        .iter()
        .enumerate()
        .map(|(i, value)| text(frame, &numbered("key", i), value, true))
        .collect();
    let picked = |what: &dyn Fn(usize, &Offence) -> Option<Sql>| picked(&offenders.offences, what);
    let shown = |word: &str, i: usize, value: &Option<Value>| {
        value.as_ref().map(|value| text(frame, &numbered(word, i), value, false))
    };
    let ids: Vec<_> = offenders.offences.iter().map(|one| frame.text(&one.check_id)).collect();
    frame.render(
        "differences.sql",
        &context! {
            ids => comma(&ids),
            key => words::json_array(frame.dialect(), &key),
            check => picked(&|_, one| Some(frame.text(&one.check_id))),
            column => picked(&|_, one| one.column.as_deref().map(|name| frame.text(name))),
            source => picked(&|i, one| shown("source", i, &one.source)),
            target => picked(&|i, one| shown("target", i, &one.target)),
            is_bad => picked(&|i, _| Some(bads[i].clone())),
            any_bad => words::any_of(&bads),
            rows => super::super::spelling::select_rows(&items, &offenders.from, &offenders.conditions, &[]),
            order => if keys.is_empty() { Sql::from(word("1")) } else { comma(&keys) },
            checks => ids.len(),
            looked_at => LOOKED_AT,
            shown => SHOWN,
        },
    )
}

/// The key of the rows `alias`, as differences name it.
pub(super) fn key_text(frame: &Frame<'_>, alias: &str, columns: &[(&str, &SqlType)]) -> Sql {
    let speller = frame.speller(Mode::Look);
    let texts: Vec<_> = columns
        .iter()
        .map(|(name, ty)| {
            let column = ExprKind::Column { relation: alias.to_owned(), column: (*name).to_owned() };
            frame.dialect().canonical_text(&speller, &Expr::new((*ty).clone(), true, column))
        })
        .collect();
    words::json_array(frame.dialect(), &texts)
}

/// The text of a value among the bad rows, as far as it may be shown; keys in their canonical form.
fn text(frame: &Frame<'_>, column: &str, value: &Value, canonical: bool) -> Sql {
    let (dialect, speller) = (frame.dialect(), frame.speller(Mode::Look));
    let kind = ExprKind::Column { relation: BAD.to_owned(), column: column.to_owned() };
    let expr = Expr::new(value.ty.clone(), true, kind);
    let text =
        if canonical { dialect.canonical_text(&speller, &expr) } else { dialect.shown(&speller, &expr) };
    match value.pii {
        None | Some(Pii::Not) => text,
        Some(Pii::Mask) => words::masked(&speller.spell(&expr)),
        Some(Pii::Hash) => dialect.hashed(&text),
    }
}

/// Whether some value is shown as a hash, which needs a salt.
pub(super) fn hashes(frame: &Frame<'_>) -> bool {
    frame.plan.moves.iter().flat_map(|step| &step.columns).any(|assign| assign.pii == Some(Pii::Hash))
}

/// What the check number `n` shows; NULL for those that show nothing there.
fn picked(offences: &[Offence], what: &dyn Fn(usize, &Offence) -> Option<Sql>) -> Sql {
    let arms: Vec<_> = offences
        .iter()
        .enumerate()
        .filter_map(|(i, one)| Some((words::number(i + 1), what(i, one)?)))
        .collect();
    case(Some(identifier("n")), arms, None)
}
