use super::change::{Change, Class, Found, Topic};
use crate::artifact::words;
use crate::plan::{Move, Reconcile, Reconciled, Sample};

/// What is compared again after the load: whatever looks at less, or more seldom, finds less.
pub(super) fn compare(before: Option<&Reconcile>, after: Option<&Reconcile>, found: &mut Found) {
    let (was, is) = match (before, after) {
        (None, None) => return,
        (Some(was), None) => {
            let says = "nothing is compared again after the load";
            let change = Change::new(Class::Weakens, Topic::Reconcile, "reconcile", says);
            return found.push(change.was(words::reconcile(was), was.origin.as_ref()));
        }
        (None, Some(is)) => {
            let says = "source and target are compared again after the load";
            let change = Change::new(Class::Strengthens, Topic::Reconcile, "reconcile", says);
            return found.push(change.is(words::reconcile(is), is.origin.as_ref()));
        }
        (Some(was), Some(is)) => (was, is),
    };
    // Every member by its name, so that a new one is not forgotten here.
    let Reconcile { every, during, checks, sample, origin } = was;
    let mut push = |weaker: bool, subject: &str, says: &str, from: String, to: String| {
        let class = if weaker { Class::Weakens } else { Class::Strengthens };
        let change = Change::new(class, Topic::Reconcile, subject, says);
        found.push(change.was(from, origin.as_ref()).is(to, is.origin.as_ref()));
    };
    if *every != is.every {
        let text = |seconds: u64| format!("every {}", words::time(seconds));
        push(
            *every < is.every,
            "every",
            "the comparison comes in other intervals",
            text(*every),
            text(is.every),
        );
    }
    if *during != is.during {
        let text = |seconds: u64| format!("for {}", words::time(seconds));
        let says = "the comparison comes again for another time";
        push(*during > is.during, "for", says, text(*during), text(is.during));
    }
    if *checks != is.checks {
        let text = |checks: Reconciled| format!("checks {}", checks.word());
        let says = "the comparison that comes again looks at other rows";
        push(*checks == Reconciled::All, "checks", says, text(*checks), text(is.checks));
    }
    let (from, to) = (sample.map_or(0, |one| one.rows), is.sample.map_or(0, |one| one.rows));
    let text = |sample: Option<Sample>| sample.map_or("no sample".to_owned(), words::sample);
    if from != to {
        push(from > to, "sample", "the sample has another size", text(*sample), text(is.sample));
    } else if *sample != is.sample {
        // Neither draw shows what the other one shows.
        push(true, "sample", "the sample draws other rows", text(*sample), text(is.sample));
    }
}

/// The column by which rows that were written since are told.
pub(super) fn watermark(was: &Move, is: &Move, found: &mut Found) {
    if was.watermark == is.watermark {
        return;
    }
    let (class, says) = match (&was.watermark, &is.watermark) {
        // Without one all rows are looked at.
        (Some(_), None) => (Class::Strengthens, "no watermark: all rows are compared again"),
        (None, Some(_)) => (Class::Weakens, "a watermark decides which rows are compared again"),
        (Some(one), Some(other)) if one.column == other.column && one.overlap < other.overlap => {
            (Class::Strengthens, "the watermark's overlap is longer")
        }
        _ => (Class::Weakens, "the watermark finds other rows than before"),
    };
    let text = |of: &Move| of.watermark.as_ref().map_or_else(String::new, |one| words::watermark(of, one));
    let change = Change::new(class, Topic::Reconcile, &was.id, says).of(&was.id);
    found.push(change.was(text(was), Some(&was.origin)).is(text(is), Some(&is.origin)));
}
