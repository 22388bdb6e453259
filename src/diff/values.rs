use std::collections::BTreeMap;

use super::change::{Change, Class, Found, Topic};
use crate::artifact::expression::{otherwise_says, show};
use crate::plan::{Expr, ExprKind, Move, Otherwise, Plan};

/// A `values` map as one use of it has it: texts of its pairs in order, and what becomes of the rest.
#[derive(Clone, PartialEq, Eq)]
struct Content {
    pairs: Vec<(String, String)>,
    otherwise: String,
    fails: bool,
}

struct Used {
    /// Each content once: the uses of a map may differ in types.
    contents: Vec<Content>,
    steps: Vec<String>,
}

/// Values maps, each compared once for all of its uses.
pub(super) fn compare(before: &Plan, after: &Plan, found: &mut Found) {
    let (was, is) = (uses(before), uses(after));
    for (name, old) in &was {
        // A map that nothing uses any more is a change of the mappings that used it.
        let Some(new) = is.get(name) else { continue };
        if old.contents == new.contents {
            continue;
        }
        let mut steps = old.steps.clone();
        steps.extend(new.steps.iter().filter(|id| !old.steps.contains(id)).cloned());
        let before = found.len();
        pairs(name, &old.contents[0], &new.contents[0], &steps, found);
        if found.len() == before {
            let mut change = Change::new(
                Class::Values,
                Topic::Values,
                name,
                format!("values map `{name}` is used otherwise"),
            );
            change.steps = steps;
            found.push(change);
        }
    }
}

fn pairs(name: &str, was: &Content, is: &Content, steps: &[String], found: &mut Found) {
    let mut push = |class, subject: String, says: String, was: Option<String>, is: Option<String>| {
        let mut change = Change::new(class, Topic::Values, subject, says);
        change.steps = steps.to_vec();
        let change = match was {
            Some(text) => change.was(text, None),
            None => change,
        };
        found.push(match is {
            Some(text) => change.is(text, None),
            None => change,
        });
    };
    let arrow = |from: &str, to: &str| format!("{from} -> {to}");
    let value = |content: &Content, from: &String| {
        content.pairs.iter().find(|(key, _)| key == from).map(|(_, to)| to.clone())
    };
    for (from, to) in &was.pairs {
        let subject = format!("{name}({from})");
        match value(is, from) {
            Some(now) if now == *to => {}
            Some(now) => {
                let says = format!("values map `{name}` makes something else of `{from}`");
                push(Class::Values, subject, says, Some(arrow(from, to)), Some(arrow(from, &now)));
            }
            None if is.fails => {
                let says = format!(
                    "values map `{name}` has no entry for `{from}` any more: such a row stops the load"
                );
                push(Class::Values, subject, says, Some(arrow(from, to)), None);
            }
            None => {
                let says = format!(
                    "values map `{name}` has no entry for `{from}` any more: it becomes `{}`",
                    is.otherwise
                );
                push(Class::Loses, subject, says, Some(arrow(from, to)), None);
            }
        }
    }
    for (from, to) in is.pairs.iter().filter(|(from, _)| value(was, from).is_none()) {
        let says = format!("values map `{name}` has a new entry for `{from}`");
        push(Class::Values, format!("{name}({from})"), says, None, Some(arrow(from, to)));
    }
    if was.otherwise != is.otherwise {
        let (class, says) = match (was.fails, is.fails) {
            (true, _) => (Class::Weakens, "a value without an entry stops the load no longer"),
            (_, true) => (Class::Strengthens, "a value without an entry stops the load"),
            (false, false) => (Class::Values, "a value without an entry becomes something else"),
        };
        let text = |content: &Content| format!("else {}", content.otherwise);
        push(
            class,
            format!("{name}(else)"),
            format!("values map `{name}`: {says}"),
            Some(text(was)),
            Some(text(is)),
        );
    }
}

fn uses(plan: &Plan) -> BTreeMap<String, Used> {
    let mut found: BTreeMap<String, Used> = BTreeMap::new();
    for of in &plan.moves {
        for expr in of_move(of) {
            expr.walk(&mut |node| {
                if let ExprKind::Map { name, pairs, otherwise, .. } = &node.kind {
                    let used = found
                        .entry(name.clone())
                        .or_insert_with(|| Used { contents: Vec::new(), steps: Vec::new() });
                    let content = Content {
                        pairs: pairs.iter().map(|(from, to)| (show(from), show(to))).collect(),
                        otherwise: otherwise_says(otherwise),
                        fails: *otherwise == Otherwise::Error,
                    };
                    if !used.contents.contains(&content) {
                        used.contents.push(content);
                    }
                    if !used.steps.contains(&of.id) {
                        used.steps.push(of.id.clone());
                    }
                }
            });
        }
    }
    found
}

fn of_move(of: &Move) -> impl Iterator<Item = &Expr> {
    let values = of.columns.iter().map(|assign| &assign.value);
    values.chain(&of.filter).chain(&of.group_by).chain(of.joins.iter().map(|join| &join.on))
}
