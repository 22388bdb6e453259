use std::fmt::Write as _;

use super::{Change, Class, Diff, Evidence, Verdict, Version};
use crate::artifact::escape::visible;
use crate::artifact::words::count;
use crate::plan::{Plan, step_needs};

/// Longer texts of the plan are cut, in characters.
const LONGEST: usize = 400;

/// The comparison for people. Colours are in it; the caller's stream takes them out where they are
/// not wanted.
#[must_use]
pub fn to_text(diff: &Diff) -> String {
    let mut out = format!("{}\n", headline(diff));
    for (class, _) in diff.counts() {
        let _ = write!(out, "\n{}{}{RESET}\n", colour(class), class.title());
        for change in diff.changes.iter().filter(|change| change.class == class) {
            one(change, &mut out);
        }
    }
    if !diff.means_the_same() {
        under_way(diff, &mut out);
    }
    out
}

const RESET: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";

const fn colour(class: Class) -> &'static str {
    match class {
        Class::Loses | Class::Weakens => "\u{1b}[1;31m",
        Class::Narrows | Class::Widens | Class::Rows => "\u{1b}[1;33m",
        Class::Values | Class::Order => "\u{1b}[1;36m",
        Class::Strengthens => "\u{1b}[1;32m",
        Class::Cosmetic => "\u{1b}[2m",
    }
}

/// One line: how many changes of which class, or that there is none.
pub(super) fn headline(diff: &Diff) -> String {
    let plan = visible(&diff.after.plan);
    if diff.changes.is_empty() {
        return format!("{plan}: the two plans mean the same");
    }
    let counts: Vec<String> =
        diff.counts().into_iter().map(|(class, n)| format!("{n} {}", short(class))).collect();
    let same = if diff.means_the_same() { "; both mean the same" } else { "" };
    format!("{plan}: {}: {}{same}", count(diff.changes.len(), "change"), counts.join(", "))
}

/// A class in a word or two.
const fn short(class: Class) -> &'static str {
    match class {
        Class::Loses => "losing",
        Class::Weakens => "weakening",
        Class::Narrows => "narrowing",
        Class::Widens => "widening",
        Class::Rows => "of rows",
        Class::Values => "of values",
        Class::Order => "of order",
        Class::Strengthens => "strengthening",
        Class::Cosmetic => "cosmetic",
    }
}

fn one(change: &Change, out: &mut String) {
    let _ = writeln!(out, "  {BOLD}{}{RESET}  {}", visible(&change.subject), visible(&change.says));
    version(change.before.as_ref(), '-', RED, out);
    version(change.after.as_ref(), '+', GREEN, out);
}

fn version(of: Option<&Version>, mark: char, colour: &str, out: &mut String) {
    let Some(Version { text, origin }) = of else { return };
    let origin =
        origin.as_ref().map_or_else(String::new, |origin| format!("  ({})", visible(&origin.to_string())));
    if !text.is_empty() {
        let _ = writeln!(out, "    {colour}{mark} {}{RESET}{origin}", shortened(text));
    }
}

/// A text of the plan on one line, and not without end.
pub(super) fn shortened(text: &str) -> String {
    let text = visible(text);
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// What a move that was begun with the earlier plan has to do.
fn under_way(diff: &Diff, out: &mut String) {
    let _ = write!(out, "\n{BOLD}a move that is under way{RESET}\n");
    for (verdict, says) in VERDICTS {
        let steps: Vec<String> = steps(diff, verdict);
        if !steps.is_empty() {
            let _ = writeln!(out, "  {says:<12} {}", steps.join(", "));
        }
    }
    let void = void(diff);
    if !void.is_empty() {
        let _ = writeln!(out, "  {:<12} {}", "void", void.join("; "));
    }
    let _ = writeln!(out, "  {REFUSED}");
}

/// What `apply` makes of all this.
pub(super) const REFUSED: &str = "`apply` continues no checkpoint of another fingerprint (DM0702): finish with the earlier bundle, or roll it back";

pub(super) const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::RunsAgain, "runs again"),
    (Verdict::Gone, "gone"),
    (Verdict::New, "new"),
    (Verdict::Continues, "as it was"),
];

/// The steps of a verdict; in parentheses what they changed through.
pub(super) fn steps(diff: &Diff, verdict: Verdict) -> Vec<String> {
    let of = diff.steps.iter().filter(|step| step.verdict == verdict);
    of.map(|step| match step.through.as_slice() {
        [] => visible(&step.step),
        through => format!("{} (its references to {})", visible(&step.step), visible(&through.join(", "))),
    })
    .collect()
}

/// The evidence that is void, in few words.
pub(super) fn void(diff: &Diff) -> Vec<String> {
    let (mut probes, mut rows, mut invariants) = (0, 0, Vec::new());
    for evidence in &diff.void_evidence {
        match evidence {
            Evidence::Preflight(_) => probes += 1,
            Evidence::Rows(_) => rows += 1,
            Evidence::Invariant(name) => invariants.push(visible(name)),
        }
    }
    let mut list = Vec::new();
    if probes > 0 {
        list.push(format!("the preflight's result of {}", count(probes, "probe")));
    }
    if rows > 0 {
        list.push(format!("the comparison of rows of {}", count(rows, "step")));
    }
    list.extend(invariants.into_iter().map(|name| format!("invariant `{name}`")));
    list
}

/// Why a step is another one: every change that its rows depend on, with the lines of the plan.
/// `None` if neither plan has such a step.
#[must_use]
pub fn because(diff: &Diff, before: &Plan, after: &Plan, step: &str) -> Option<String> {
    let found = diff.steps.iter().find(|verdict| verdict.step == step)?;
    let id = step
        .strip_suffix("/second_pass")
        .filter(|_| after.moves.iter().all(|of| of.id != step))
        .unwrap_or(step);
    let needs = [step_needs(before), step_needs(after)];
    let needed: Vec<&String> = needs.iter().filter_map(|needs| needs.get(id)).flatten().collect();
    let says = match found.verdict {
        Verdict::Continues => "writes the same rows behind the same checkpoints",
        Verdict::RunsAgain => "must run again",
        Verdict::New => "is new",
        Verdict::Gone => "is gone; what it wrote stays unless the earlier bundle is rolled back",
    };
    let mut out = format!("{BOLD}{}{RESET} {says}\n", visible(step));
    for change in &diff.changes {
        let whole = change.steps.is_empty() && changes_every_step(change);
        if whole || change.steps.iter().any(|step| needed.contains(&step)) {
            let _ = write!(out, "\n{}{}{RESET}\n", colour(change.class), change.class.title());
            one(change, &mut out);
        }
    }
    Some(out)
}

/// A change of the plan as a whole.
fn changes_every_step(change: &Change) -> bool {
    change.topic == super::Topic::Plan && change.class != Class::Cosmetic
}
