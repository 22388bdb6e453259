//! The cutover in documents: its steps, what they take, and where the way back ends.

use serde::Serialize;

use super::commands::Commands;
use super::{escape, words};
use crate::plan::{self, Does, Plan};

#[derive(Serialize)]
pub(super) struct Cutover {
    steps: Vec<Step>,
    /// What all steps take, and the budget; empty where the plan says neither.
    time: String,
    /// The first step that cannot be undone; empty if all can.
    no_return: String,
    /// The step after which the rollback is open for so long, and how long; both empty: always.
    until: String,
    open_for: String,
    triggers: Vec<String>,
    /// Shows the steps; records one.
    show: String,
}

#[derive(Serialize)]
struct Step {
    number: usize,
    name: String,
    owner: String,
    takes: String,
    does: String,
    /// Empty if nothing brings users back.
    undo: String,
    is_final: bool,
    done: String,
}

/// What the plan says of it; `None` if it says nothing.
pub(super) fn cutover(plan: &Plan) -> Option<Cutover> {
    let cutover = plan.cutover.as_ref()?;
    let commands = Commands::of(plan);
    let back = cutover.back.as_ref();
    let until = back.and_then(|back| back.until.as_ref());
    let steps = cutover.steps.iter().zip(1..).map(|(one, number)| step(&commands, one, number));
    Some(Cutover {
        steps: steps.collect(),
        time: time(cutover),
        no_return: cutover.point_of_no_return().map(|step| step.name.clone()).unwrap_or_default(),
        until: until.map(|until| until.step.clone()).unwrap_or_default(),
        open_for: until.map(|until| words::time(until.seconds)).unwrap_or_default(),
        triggers: back.map(|back| back.triggers.clone()).unwrap_or_default(),
        show: commands.datamove("cutover ."),
    })
}

fn step(commands: &Commands, step: &plan::CutStep, number: usize) -> Step {
    let (does, undo) = match &step.does {
        Does::Validate => (
            "datamove compares source and target; done only if nothing differs".to_owned(),
            "nothing to undo",
        ),
        Does::Manual { what, undo } => (what.clone(), undo.as_deref().unwrap_or_default()),
    };
    Step {
        number,
        name: step.name.clone(),
        owner: step.owner.clone(),
        takes: step.takes.map(words::time).unwrap_or_default(),
        does,
        undo: undo.to_owned(),
        is_final: step.is_final(),
        done: commands.datamove(&format!("cutover . --done {}", escape::shell(&step.name))),
    }
}

fn time(cutover: &plan::Cutover) -> String {
    match (cutover.takes().filter(|all| *all > 0), cutover.downtime) {
        (Some(takes), Some(budget)) => {
            format!(
                "All steps take {} together, of {} that the plan allows.",
                words::time(takes),
                words::time(budget)
            )
        }
        (Some(takes), None) => {
            format!("All steps take {} together, as the plan expects.", words::time(takes))
        }
        (None, _) => String::new(),
    }
}
