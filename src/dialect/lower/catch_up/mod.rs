//! Taking over what changed in the source since the load: the moves run again over rows that are there, and rows
//! whose source is gone go by the plan's rule.
//!
//! A round is: begin; deletes, children first, so that unique values become free; each move, parents first; second
//! passes; deletes once more, for parents whose children have another one now; end. Each script has a step of its own
//! in the ledger, so a round that was stopped goes on.

mod deletes;

use minijinja::{Value, context};

use super::super::spelling::{Mode, comma, identifier};
use super::backfill::{file_name, next_row, script_text, step_context};
use super::frame::{Frame, checkpoint_columns};
use super::parts::{Again, Parts};
use super::prepare::whole;
use super::{Beside, Script, ledger, repair};
use crate::diagnostic::Code;
use crate::plan::{Conflict, Move, ScriptKind};
pub(super) use deletes::{is_marked, voids};

/// What begins the ids of the steps of a round.
pub(in crate::dialect) const STEP: &str = "catch_up/";

/// The scripts of a round, in their order; none for a plan that does not catch up.
pub(super) fn scripts(frame: &Frame<'_>) -> Vec<Script> {
    let again: Vec<Move> = frame.plan.moves.iter().filter_map(again).collect();
    if again.is_empty() {
        return Vec::new();
    }
    let mut groups: Vec<Vec<&Move>> = Vec::new();
    for step in &again {
        let known = groups.iter_mut().find(|group| {
            group.iter().any(|other| other.together.is_some() && other.together == step.together)
        });
        match known {
            Some(group) => group.push(step),
            None => groups.push(vec![step]),
        }
    }
    let mut list = deletes::scripts(frame, 1);
    list.extend(groups.iter().zip(1..).map(|(group, at)| moved_again(frame, group, at)));
    let second = again.iter().filter(|step| !step.second_pass.is_empty());
    list.extend(second.zip(1..).map(|(step, at)| filled_again(frame, step, at)));
    list.extend(deletes::scripts(frame, 4));
    let ids: Vec<String> = list.iter().flat_map(|script| script.steps.clone()).collect();
    list.insert(0, edge(frame, "begin", "0000_begin", &ids, ScriptKind::CatchUpBegin));
    list.push(edge(frame, "end", "9999_end", &ids, ScriptKind::CatchUpEnd));
    list
}

/// The same move, which overwrites what it finds.
fn again(step: &Move) -> Option<Move> {
    step.deletes.as_ref()?;
    Some(Move { id: format!("{STEP}{}", step.id), conflict: Conflict::Update, ..step.clone() })
}

/// Which rows it overwrites: as the load would, or only those that the load inserted.
fn parts<'f>(frame: &'f Frame<'f>, step: &'f Move) -> Parts<'f> {
    let own = frame.step_of(step.id.trim_start_matches(STEP));
    let all = own.is_some_and(|own| own.conflict == Conflict::Update);
    let again = if all { Again::All } else { Again::Ours };
    Parts::new(frame, step, Mode::Write).again(again)
}

fn moved_again(frame: &Frame<'_>, group: &[&Move], at: usize) -> Script {
    let parts: Vec<_> = group.iter().map(|step| parts(frame, step)).collect();
    let names: Vec<_> = group.iter().map(|step| step.id.trim_start_matches(STEP)).collect();
    let does = format!(
        "Compares the rows of {} with the source again, and writes those that are new or differ.",
        names.join(", ")
    );
    let contexts = parts.iter().map(|parts| step_context(parts, false)).collect();
    let name = format!("2{at:03}_{}", file_name(names.first().copied().unwrap_or_default()));
    script(&parts, false, &name, |path| script_text(frame, "backfill", path, &does, &parts, contexts))
}

fn filled_again(frame: &Frame<'_>, step: &Move, at: usize) -> Script {
    let parts = [parts(frame, step)];
    let name = step.id.trim_start_matches(STEP);
    let does = format!("Fills the columns of {name} that wait for rows of the same round.");
    let contexts = parts.iter().map(|parts| step_context(parts, true)).collect();
    script(&parts, true, &format!("3{at:03}_{}.second_pass", file_name(name)), |path| {
        script_text(frame, "second_pass", path, &does, &parts, contexts)
    })
}

/// A script of a round.
fn script(parts: &[Parts<'_>], second: bool, name: &str, text: impl FnOnce(&str) -> String) -> Script {
    let id = |parts: &Parts<'_>| {
        if second { ledger::second_pass_id(parts.step) } else { parts.step.id.clone() }
    };
    let path = format!("sql/40_catch_up/{name}.sql");
    Script {
        kind: ScriptKind::CatchUp,
        steps: parts.iter().map(id).collect(),
        wave: None,
        batch_rows: parts.iter().find_map(Parts::batch_rows),
        sets_aside: false,
        rejected: None,
        next_row: parts.iter().find_map(|parts| next_row(parts, &id(parts))),
        beside: Beside::Alone,
        text: text(&path),
        path,
    }
}

/// What stands before or behind all scripts of a round.
fn edge(frame: &Frame<'_>, which: &str, name: &str, ids: &[String], kind: ScriptKind) -> Script {
    let path = format!("sql/40_catch_up/{name}.sql");
    let does = match kind {
        ScriptKind::CatchUpBegin => {
            "Begins a round of the catch-up, unless one is under way, which then goes on."
        }
        _ => "Ends a round of the catch-up: sequences and the ledger's account follow what was written.",
    };
    let ids: Vec<_> = ids.iter().map(|id| frame.text(id)).collect();
    let accounts: Vec<Value> = frame.plan.moves.iter().map(|step| repair::account_of(frame, step)).collect();
    let empty: Vec<_> = checkpoint_columns(frame.checkpoints());
    let text = frame.render(
        &format!("catch_up_{which}.sql"),
        &context! {
            all => ids.iter().cloned().map(Value::from).collect::<Vec<_>>(),
            ids => comma(&ids),
            state => identifier("state"),
            checkpoints => empty.into_iter().map(Value::from).collect::<Vec<_>>(),
            steps => accounts,
            sequences => ledger::sequences(frame),
            not_loaded => frame.message(Code::NothingToCatchUp, "the load is not finished here: a catch-up comes after it"),
            not_done => frame.message(Code::StepsNotDone, "steps of this round are not done"),
            ..frame.shared(&path, does)
        },
    );
    whole(&path, kind, text)
}
