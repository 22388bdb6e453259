use super::change::{Change, Class, Found, Topic, paired};
use crate::plan::{CutStep, Cutover, Does, WayBack};

/// How users are brought over, and back: whatever proves less, or shortens the way back, weakens.
pub(super) fn compare(before: Option<&Cutover>, after: Option<&Cutover>, found: &mut Found) {
    let none = Cutover { downtime: None, steps: Vec::new(), back: None, origin: None };
    let (was, is) = (before.unwrap_or(&none), after.unwrap_or(&none));
    // Every member by its name, so that a new one is not forgotten here.
    let Cutover { downtime, steps, back, origin } = was;
    for (was, is) in paired(steps, &is.steps, |step: &CutStep| &step.name) {
        match (was, is) {
            (Some(was), Some(is)) => step(was, is, found),
            (Some(gone), None) => found.push(removed(gone)),
            (None, Some(new)) => found.push(added(new)),
            (None, None) => {}
        }
    }
    let order = |of: &Cutover, other: &Cutover| -> Vec<String> {
        let both = of.steps.iter().filter(|step| other.steps.iter().any(|one| one.name == step.name));
        both.map(|step| step.name.clone()).collect()
    };
    let (from, to) = (order(was, is), order(is, was));
    if from != to {
        let change =
            Change::new(Class::Order, Topic::Cutover, "cutover", "its steps are done in another order");
        found.push(change.was(from.join(", "), origin.as_ref()).is(to.join(", "), is.origin.as_ref()));
    }
    if *downtime != is.downtime {
        let (class, says) = match (downtime, is.downtime) {
            (Some(was), Some(is)) if is < *was => (Class::Strengthens, "has to take less time"),
            (Some(_), Some(_)) => (Class::Weakens, "may take longer"),
            (Some(_), None) => (Class::Weakens, "has no budget of time any more"),
            (None, _) => (Class::Strengthens, "has to keep a budget of time"),
        };
        let text = |time: Option<u64>| time.map_or("none".to_owned(), |time| format!("{time} s"));
        let change = Change::new(class, Topic::Cutover, "downtime", format!("the cutover {says}"));
        found.push(change.was(text(*downtime), origin.as_ref()).is(text(is.downtime), is.origin.as_ref()));
    }
    way_back(back.as_ref(), is.back.as_ref(), found);
}

/// What it does, in the words of a plan.
fn text(step: &CutStep) -> String {
    let does = match &step.does {
        Does::Validate => "validate".to_owned(),
        Does::Manual { what, undo: None } => what.clone(),
        Does::Manual { what, undo: Some(undo) } => format!("{what}; undo: {undo}"),
    };
    format!("{}: {does}", step.owner)
}

fn change(class: Class, step: &CutStep, says: &str) -> Change {
    Change::new(class, Topic::Cutover, &step.name, format!("`{}` {says}", step.name))
}

fn removed(gone: &CutStep) -> Change {
    let class = if gone.does == Does::Validate { Class::Weakens } else { Class::Order };
    change(class, gone, "is no step of the cutover any more").was(text(gone), gone.origin.as_ref())
}

fn added(new: &CutStep) -> Change {
    let class = match new.does {
        Does::Validate => Class::Strengthens,
        Does::Manual { undo: None, .. } => Class::Weakens,
        Does::Manual { undo: Some(_), .. } => Class::Order,
    };
    change(class, new, "is a new step of the cutover").is(text(new), new.origin.as_ref())
}

fn step(was: &CutStep, is: &CutStep, found: &mut Found) {
    let CutStep { name: _, owner, takes, does, origin } = was;
    if *does != is.does {
        let (class, says) = match (does, &is.does) {
            (Does::Validate, Does::Manual { .. }) => (Class::Weakens, "proves nothing any more"),
            (Does::Manual { .. }, Does::Validate) => (Class::Strengthens, "compares both sides"),
            (Does::Manual { undo: Some(_), .. }, Does::Manual { undo: None, .. }) => {
                (Class::Weakens, "cannot be undone any more")
            }
            (Does::Manual { undo: None, .. }, Does::Manual { undo: Some(_), .. }) => {
                (Class::Strengthens, "can be undone")
            }
            _ => (Class::Order, "is done in another way"),
        };
        found.push(change(class, is, says).was(text(was), origin.as_ref()).is(text(is), is.origin.as_ref()));
    }
    if *owner != is.owner {
        let moved = change(Class::Order, is, "is done by somebody else");
        found.push(moved.was(owner, origin.as_ref()).is(&is.owner, is.origin.as_ref()));
    }
    if *takes != is.takes {
        let text = |time: Option<u64>| time.map_or("unknown".to_owned(), |time| format!("{time} s"));
        let longer = change(Class::Cosmetic, is, "is expected to take another time");
        found.push(longer.was(text(*takes), origin.as_ref()).is(text(is.takes), is.origin.as_ref()));
    }
}

fn way_back(before: Option<&WayBack>, after: Option<&WayBack>, found: &mut Found) {
    let open = WayBack { until: None, triggers: Vec::new() };
    let (WayBack { until, triggers }, is) = (before.unwrap_or(&open), after.unwrap_or(&open));
    let push = |class, says: &str| Change::new(class, Topic::Rollback, "rollback", says);
    if *until != is.until {
        let (class, says) = match (until, &is.until) {
            (None, _) => (Class::Weakens, "the way back closes some time after the cutover"),
            (Some(_), None) => (Class::Strengthens, "the way back stays open"),
            (Some(was), Some(is)) if was.step == is.step && is.seconds > was.seconds => {
                (Class::Strengthens, "the way back stays open longer")
            }
            (Some(was), Some(is)) if was.step == is.step => (Class::Weakens, "the way back closes earlier"),
            (Some(_), Some(_)) => (Class::Weakens, "the way back closes after another step"),
        };
        let text = |until: &Option<crate::plan::Until>| {
            until
                .as_ref()
                .map_or("always".to_owned(), |until| format!("{} + {} s", until.step, until.seconds))
        };
        found.push(push(class, says).was(text(until), None).is(text(&is.until), None));
    }
    for gone in triggers.iter().filter(|one| !is.triggers.contains(one)) {
        found.push(push(Class::Weakens, "this calls for a rollback no more").was(gone, None));
    }
    for new in is.triggers.iter().filter(|one| !triggers.contains(one)) {
        found.push(push(Class::Strengthens, "this calls for a rollback as well").is(new, None));
    }
}
