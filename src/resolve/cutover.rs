//! `cutover { … }` and `rollback { … }`: how users are brought over, and how long they can be brought back.

use std::collections::BTreeMap;

use crate::base::{Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::{Does, Until};
use crate::syntax::ast::{self, BackKind, CutKind, Text};

/// A cutover whose steps are whole.
#[derive(Debug)]
pub struct Cutover {
    pub downtime: Option<u64>,
    pub steps: Vec<CutStep>,
    pub until: Option<Until>,
    pub triggers: Vec<String>,
    pub span: Span,
}

/// A step with its place.
#[derive(Debug)]
pub struct CutStep {
    pub name: String,
    pub owner: String,
    pub takes: Option<u64>,
    pub does: Does,
    pub span: Span,
}

pub(super) fn resolve(
    found: Option<(Span, &ast::Cutover)>,
    back: Option<(Span, &ast::WayBack)>,
    broken: bool,
    problems: &mut Problems,
) -> Option<Cutover> {
    let Some((span, ast)) = found else {
        if let Some((_, back)) = back {
            problems.push(
                Diagnostic::error(
                    Code::CutoverStep,
                    "a `rollback` without a `cutover`",
                    back.word,
                    "until when, and what calls for it, is counted from the steps of a cutover",
                )
                .help("add `cutover { step \"…\" … }`, or take the clause out: without it `datamove rollback` is always open"),
            );
        }
        return None;
    };
    let before = problems.errors();
    let mut cutover = Cutover { downtime: None, steps: Vec::new(), until: None, triggers: Vec::new(), span };
    let mut downtime = None;
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    for entry in &ast.entries {
        match &entry.kind {
            CutKind::Downtime(time) => {
                once(&mut downtime, entry.span, "downtime", problems);
                cutover.downtime = Some(time.seconds);
            }
            CutKind::Step(one) => {
                named_once(&mut names, &one.name, problems);
                cutover.steps.extend(step(one, entry.span, problems));
            }
        }
    }
    if let Some((_, back)) = back {
        way_back(back, &names, &mut cutover, problems);
    }
    // What is said of a whole cutover would be wrong of one whose parts could not be read.
    if !broken && problems.errors() == before {
        is_whole(&cutover, ast, problems);
        keeps_its_budget(&cutover, downtime, problems);
        is_proven(&cutover, problems);
    }
    Some(cutover)
}

fn once(first: &mut Option<Span>, span: Span, what: &str, problems: &mut Problems) {
    match first {
        Some(first) => problems.push(
            Diagnostic::error(Code::DefinedTwice, format!("`{what}` is said twice"), span, "said again")
                .see(*first, "first said here")
                .help("keep one of them"),
        ),
        None => *first = Some(span),
    }
}

fn named_once(names: &mut BTreeMap<String, Span>, name: &Text, problems: &mut Problems) {
    if name.value.trim().is_empty() {
        problems.push(
            Diagnostic::error(Code::CutoverStep, "a step without a name", name.span, "empty")
                .help("name it as people will call it in the night, such as `step \"flip reads\"`"),
        );
    } else if let Some(first) = names.get(&fold(&name.value)) {
        problems.push(
            Diagnostic::error(
                Code::DefinedTwice,
                format!("a second step \"{}\"", name.value),
                name.span,
                "named again",
            )
            .see(*first, "the first one")
            .help("the ledger keeps steps by their names: give one of them another"),
        );
    } else {
        names.insert(fold(&name.value), name.span);
    }
}

fn step(ast: &ast::CutStep, span: Span, problems: &mut Problems) -> Option<CutStep> {
    let mut refuse = |says: &str, at: Span, label: &str, help: &str| {
        let message = format!("the step \"{}\" {says}", ast.name.value);
        problems.push(Diagnostic::error(Code::CutoverStep, message, at, label).help(help));
    };
    let owner = ast.owner.as_ref().filter(|owner| !owner.value.trim().is_empty());
    if owner.is_none() {
        let at = ast.owner.as_ref().map_or(ast.name.span, |owner| owner.span);
        refuse(
            "belongs to nobody",
            at,
            "who does it?",
            "add `owner \"sre\"`: a step without an owner is done by nobody, or by two",
        );
    }
    let does = match (&ast.manual, ast.validate, &ast.undo) {
        (Some(what), None, undo) => Some(Does::Manual {
            what: what.value.clone(),
            undo: undo.as_ref().map(|undo| undo.value.clone()),
        }),
        (None, Some(_), None) => Some(Does::Validate),
        (None, Some(_), Some(undo)) => {
            refuse(
                "writes nothing that could be undone",
                undo.span,
                "nothing to undo",
                "take `undo` out: a validation only reads",
            );
            None
        }
        (Some(_), Some(validate), _) => {
            refuse(
                "does two things",
                validate,
                "and validates as well",
                "make two steps of it: each is done, and recorded, by itself",
            );
            None
        }
        (None, None, _) => {
            refuse(
                "does nothing",
                ast.name.span,
                "does what?",
                "add `validate`, or `manual \"what is done\"`, with `undo \"how it is taken back\"` if it can be",
            );
            None
        }
    };
    let takes = ast.takes.as_ref().map(|time| time.seconds);
    Some(CutStep { name: ast.name.value.clone(), owner: owner?.value.clone(), takes, does: does?, span })
}

fn way_back(
    ast: &ast::WayBack,
    steps: &BTreeMap<String, Span>,
    cutover: &mut Cutover,
    problems: &mut Problems,
) {
    let mut until = None;
    for entry in &ast.entries {
        match &entry.kind {
            BackKind::Trigger(what) => cutover.triggers.push(what.value.clone()),
            BackKind::Until(step, time) => {
                once(&mut until, entry.span, "until", problems);
                let seconds = time.as_ref().map_or(0, |time| time.seconds);
                if !steps.contains_key(&fold(&step.value)) {
                    problems.push(
                        Diagnostic::error(
                            Code::CutoverStep,
                            format!("the cutover has no step \"{}\"", step.value),
                            step.span,
                            "not a step",
                        )
                        .did_you_mean(&step.value, steps.keys().map(String::as_str))
                        .or_help("name the step after which the rollback stays open for so long"),
                    );
                }
                cutover.until = Some(Until { step: step.value.clone(), seconds });
            }
        }
    }
    // The plan spells a step in one way from here on.
    if let Some(until) = &mut cutover.until
        && let Some(step) = cutover.steps.iter().find(|step| fold(&step.name) == fold(&until.step))
    {
        until.step.clone_from(&step.name);
    }
}

fn is_whole(cutover: &Cutover, ast: &ast::Cutover, problems: &mut Problems) {
    if cutover.steps.is_empty() {
        problems.push(
            Diagnostic::error(Code::CutoverStep, "a cutover without a step", ast.word, "no `step` in it")
                .help(
                    "add `step \"flip reads\" owner \"sre\" manual \"…\" undo \"…\"`, or take the clause out",
                ),
        );
    }
}

/// A budget that nobody can add up is no budget.
fn keeps_its_budget(cutover: &Cutover, downtime: Option<Span>, problems: &mut Problems) {
    let (Some(budget), Some(at)) = (cutover.downtime, downtime) else { return };
    let silent: Vec<&CutStep> = cutover.steps.iter().filter(|step| step.takes.is_none()).collect();
    if let Some(first) = silent.first() {
        let says = format!("{} of the cutover's steps do not say how long they take", silent.len());
        problems.push(
            Diagnostic::error(Code::CutoverBudget, says, first.span, "how long does it take?")
                .see(at, "the budget that all steps together have to keep")
                .help("add `takes 5 min`, as the rehearsal showed"),
        );
        return;
    }
    let all: u64 = cutover.steps.iter().filter_map(|step| step.takes).sum();
    if all > budget {
        let says = format!("the cutover takes {all} s, and its downtime is {budget} s");
        let longest = cutover.steps.iter().max_by_key(|step| step.takes);
        let mut diagnostic = Diagnostic::error(Code::CutoverBudget, says, at, "the budget");
        if let Some(longest) = longest {
            diagnostic = diagnostic.see(longest.span, "the longest step");
        }
        problems.push(
            diagnostic.help("make steps shorter, do them before the cutover, or ask for more downtime"),
        );
    }
}

/// What cannot be undone comes behind a proof.
fn is_proven(cutover: &Cutover, problems: &mut Problems) {
    let proof = cutover.steps.iter().position(|step| step.does == Does::Validate);
    let last = cutover.steps.iter().position(|step| matches!(step.does, Does::Manual { undo: None, .. }));
    let Some(last) = last.filter(|last| proof.is_none_or(|proof| proof > *last)) else { return };
    let step = &cutover.steps[last];
    let mut diagnostic = Diagnostic::error(
        Code::CutoverUnproven,
        format!("\"{}\" cannot be undone, and nothing has proven the rows by then", step.name),
        step.span,
        "the point of no return: it has no `undo`",
    );
    if let Some(proof) = proof {
        diagnostic = diagnostic.see(cutover.steps[proof].span, "the validation comes too late");
    }
    problems.push(diagnostic.help("put a step with `validate` before it, or say how it is undone"));
}
