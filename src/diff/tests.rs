use std::collections::BTreeSet;

use serde_json::Value;

use super::{Class, Diff, Verdict, diff, to_json, to_markdown, to_text};
use crate::base::Quarantine;
use crate::plan::fixture::{HOSTILE, shop};
use crate::plan::{Plan, fingerprint, to_json as plan_json};

fn edited(edit: impl FnOnce(&mut Plan)) -> Diff {
    let mut plan = shop();
    edit(&mut plan);
    diff(&shop(), &plan)
}

fn classes(diff: &Diff) -> Vec<Class> {
    diff.changes.iter().map(|change| change.class).collect()
}

#[test]
fn a_plan_does_not_differ_from_itself() {
    let same = diff(&shop(), &shop());
    assert!(same.changes.is_empty() && same.void_evidence.is_empty() && same.means_the_same());
    assert!(same.steps.iter().all(|step| step.verdict == Verdict::Continues));
}

#[test]
fn spelling_and_places_are_no_change() {
    let spelled = edited(|plan| {
        for of in &mut plan.moves {
            of.origin.line += 10;
            of.filter_text = of.filter_text.as_ref().map(|text| text.replace(' ', "  "));
            for assign in &mut of.columns {
                assign.text.push(' ');
                assign.origin.line += 3;
            }
        }
        plan.claims.reverse();
        plan.accepts.reverse();
        plan.invariants.reverse();
    });
    assert_eq!(spelled.changes, []);
}

/// Every single value of `plan.json`, changed one at a time: the comparison must see what the
/// fingerprint sees, and may call it cosmetic only where it says why.
#[test]
fn nothing_that_counts_is_missed() {
    use crate::plan::fixture;
    let mut before = Plan {
        signoff: Some(fixture::signoff()),
        cutover: Some(fixture::cutover()),
        reconcile: Some(fixture::reconcile()),
        ..shop()
    };
    before.moves[0].watermark = Some(fixture::watermark());
    before.moves[0].deletes = Some(crate::plan::Deletes::Soft { column: "name".into() });
    before.moves[0].quarantine = Some(Quarantine { rows: Some(100), per_million: Some(1000) });
    let meaning = fingerprint(&before);
    let plan: Value = serde_json::from_str(&plan_json(&before)).unwrap();
    let mut paths = Vec::new();
    leaves(&plan, &mut Vec::new(), &mut paths);
    let mut seen = 0;
    let mut missed = Vec::new();
    for path in paths {
        let mut other = plan.clone();
        let leaf = path.iter().fold(&mut other, |value, step| match step {
            Step::Name(name) => &mut value[name.as_str()],
            Step::Index(index) => &mut value[*index],
        });
        *leaf = match leaf.take() {
            Value::Bool(value) => Value::Bool(!value),
            Value::Number(n) => Value::from(n.as_u64().unwrap() + 1),
            Value::String(text) => Value::String(format!("{text}x")),
            other => other,
        };
        // Words of a fixed list, and a number that is a text, are not those of a plan any more.
        let Ok(after) = serde_json::from_value::<Plan>(other) else { continue };
        seen += 1;
        let found = diff(&before, &after);
        if found.after.fingerprint == meaning {
            let grave: Vec<_> =
                found.changes.iter().filter(|change| change.class != Class::Cosmetic).collect();
            assert!(grave.is_empty(), "{path:?}: {grave:?}");
        } else if found.changes.is_empty() {
            missed.push(format!("{path:?}"));
        }
    }
    assert!(seen > 400, "{seen} values were changed");
    assert!(missed.is_empty(), "{} of {seen}:\n{}", missed.len(), missed.join("\n"));
}

#[derive(Clone, Debug)]
enum Step {
    Name(String),
    Index(usize),
}

fn leaves(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                path.push(Step::Name(name.clone()));
                leaves(member, path, found);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                leaves(item, path, found);
                path.pop();
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(path.clone()),
    }
}

#[test]
fn whoever_asks_for_fewer_approvals_weakens_the_gate() {
    use crate::plan::{Signed, Signoff};
    let asked = Plan { signoff: Some(crate::plan::fixture::signoff()), ..shop() };
    let with = |edit: fn(&mut Signoff)| {
        let mut plan = asked.clone();
        plan.signoff.iter_mut().for_each(edit);
        diff(&asked, &plan)
    };
    assert_eq!(classes(&diff(&asked, &shop())), [Class::Weakens; 4]);
    assert_eq!(classes(&diff(&shop(), &asked)), [Class::Strengthens; 4]);
    assert_eq!(classes(&with(|of| of.roles.truncate(1))), [Class::Weakens]);
    assert_eq!(classes(&with(|of| of.roles.push("sre".into()))), [Class::Strengthens]);
    assert_eq!(classes(&with(|of| of.author = Some("bob".into()))), [Class::Weakens]);
    assert_eq!(classes(&with(|of| of.signed = Some(Signed::Git))), [Class::Weakens]);
    assert!(classes(&with(|of| of.origin = None)).is_empty());
    // Rows and checkpoints are as they were.
    let gone = diff(&asked, &shop());
    assert!(
        gone.steps.iter().all(|step| step.verdict == Verdict::Continues) && gone.void_evidence.is_empty()
    );
}

#[test]
fn a_cutover_that_proves_less_or_closes_the_way_back_earlier_is_weaker() {
    use crate::plan::{Cutover, Does, WayBack};
    let whole = Plan { cutover: Some(crate::plan::fixture::cutover()), ..shop() };
    let with = |edit: fn(&mut Cutover)| {
        let mut plan = whole.clone();
        plan.cutover.iter_mut().for_each(edit);
        classes(&diff(&whole, &plan))
    };
    let back = |edit: fn(&mut WayBack)| {
        let mut plan = whole.clone();
        plan.cutover.iter_mut().filter_map(|cutover| cutover.back.as_mut()).for_each(edit);
        classes(&diff(&whole, &plan))
    };
    let undo = |cutover: &mut Cutover| {
        if let Does::Manual { undo, .. } = &mut cutover.steps[2].does {
            *undo = None;
        }
    };
    assert_eq!(with(|of| drop(of.steps.remove(1))), [Class::Weakens], "no proof");
    assert_eq!(with(|of| drop(of.steps.remove(0))), [Class::Order]);
    assert_eq!(with(|of| of.steps.swap(0, 1)), [Class::Order]);
    assert_eq!(with(undo), [Class::Weakens], "no undo");
    assert_eq!(with(|of| of.downtime = None), [Class::Weakens]);
    assert_eq!(with(|of| of.downtime = Some(60)), [Class::Strengthens]);
    assert_eq!(with(|of| of.steps[0].takes = Some(7)), [Class::Cosmetic]);
    assert!(with(|of| of.origin = None).is_empty());
    assert_eq!(back(|of| of.until.iter_mut().for_each(|until| until.seconds = 60)), [Class::Weakens]);
    assert_eq!(back(|of| of.until = None), [Class::Strengthens]);
    assert_eq!(back(|of| drop(of.triggers.pop())), [Class::Weakens]);
    // Rows and checkpoints are as they were.
    let gone = diff(&whole, &shop());
    assert!(gone.steps.iter().all(|step| step.verdict == Verdict::Continues));
}

#[test]
fn whoever_compares_less_often_or_fewer_rows_weakens_the_proof() {
    use crate::plan::{Reconcile, Reconciled, Sample};
    let asked = Plan { reconcile: Some(crate::plan::fixture::reconcile()), ..shop() };
    let with = |edit: fn(&mut Reconcile)| {
        let mut plan = asked.clone();
        plan.reconcile.iter_mut().for_each(edit);
        classes(&diff(&asked, &plan))
    };
    assert_eq!(classes(&diff(&asked, &shop())), [Class::Weakens]);
    assert_eq!(classes(&diff(&shop(), &asked)), [Class::Strengthens]);
    assert_eq!(with(|of| of.every *= 2), [Class::Weakens]);
    assert_eq!(with(|of| of.every /= 2), [Class::Strengthens]);
    assert_eq!(with(|of| of.during /= 2), [Class::Weakens]);
    assert_eq!(with(|of| of.during *= 2), [Class::Strengthens]);
    assert_eq!(with(|of| of.checks = Reconciled::All), [Class::Strengthens]);
    assert_eq!(with(|of| of.sample = None), [Class::Weakens]);
    assert_eq!(with(|of| of.sample = Some(Sample { rows: 501, seed: 7 })), [Class::Strengthens]);
    assert_eq!(with(|of| of.sample = Some(Sample { rows: 500, seed: 8 })), [Class::Weakens]);
    assert!(with(|of| of.origin = None).is_empty());
    let marked = |overlap| {
        let mut plan = shop();
        plan.moves[0].watermark =
            Some(crate::plan::Watermark { overlap, ..crate::plan::fixture::watermark() });
        plan
    };
    assert_eq!(classes(&diff(&shop(), &marked(300))), [Class::Weakens]);
    assert_eq!(classes(&diff(&marked(300), &marked(60))), [Class::Weakens]);
    assert_eq!(classes(&diff(&marked(60), &marked(300))), [Class::Strengthens]);
    // Rows and checkpoints are as they were.
    let steps = diff(&shop(), &marked(60)).steps;
    assert!(steps.iter().all(|step| step.verdict == Verdict::Continues));
}

#[test]
fn a_renamed_move_is_one_change() {
    let renamed = edited(|plan| {
        let mut text = plan_json(plan);
        // A second move into the table gives the first one a longer id, wherever it is named.
        text = text.replace("\"of\": \"order\"", "\"of\": \"order__orders\"");
        text = text.replace("\"id\": \"order\"", "\"id\": \"order__orders\"");
        text = text.replace("\"id\": \"order/", "\"id\": \"order__orders/");
        *plan = crate::plan::from_json(&text).unwrap();
        for table in &mut plan.tables {
            table.moves.iter_mut().filter(|id| *id == "order").for_each(|id| id.push_str("__orders"));
        }
    });
    assert_eq!(classes(&renamed), [Class::Order], "{:#?}", renamed.changes);
}

#[test]
fn nothing_in_a_comment_breaks_out_and_it_always_fits() {
    let hostile = edited(|plan| {
        let accept = plan.accepts[0].clone();
        plan.accepts = (0..3000)
            .map(|i| crate::plan::Accept {
                subject: format!("{HOSTILE}{i}</summary></details>"),
                because: format!("{HOSTILE} [x](javascript:1) ![i](http://x) @everyone ``` "),
                ..accept.clone()
            })
            .collect();
        plan.invariants[0].doc = Some(format!("{HOSTILE}\n\n</details>\n# x"));
    });
    let text = to_markdown(&hostile);
    assert!(text.len() <= 60_000, "{}", text.len());
    assert!(text.contains(" more: `datamove diff` shows all of them."));
    for forbidden in
        ["<script", "</details>\n#", "](javascript", "![i]", "@everyone", "```", "\u{202e}", "\u{1}"]
    {
        assert!(!text.contains(forbidden), "{forbidden:?}");
    }
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let shown = to_text(&hostile);
    assert!(!shown.contains('\u{202e}') && !shown.contains('\u{1}'));
    let json: Value = serde_json::from_str(&to_json(&hostile)).unwrap();
    assert_eq!(json["changes"].as_array().unwrap().len(), hostile.changes.len());
}

#[test]
fn the_worst_comes_first() {
    let all = edited(|plan| {
        plan.doc = Some("other".into());
        plan.moves[0].wave = 7;
        plan.invariants.pop();
        plan.moves.pop();
    });
    let found = classes(&all);
    assert!(found.is_sorted(), "{found:?}");
    assert_eq!(found.iter().copied().collect::<BTreeSet<_>>().len(), 4);
}

/// Thousands of moves, half of which changed: no list is searched for each item of another.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn a_large_plan_takes_no_time() {
    use crate::plan::fixture::{filled, simple};
    let mut before = shop();
    for i in 0..3000 {
        let of = simple(&format!("t{i}"), 1, 1);
        before.tables.push(filled(&of, crate::plan::Cover::WasEmpty, &[]));
        before.moves.push(of);
        for kind in ["length", "type"] {
            let claim = before.claims[0].clone();
            before.claims.push(crate::plan::Claim {
                id: format!("t{i}/name/{kind}"),
                of: format!("t{i}"),
                column: None,
                ..claim
            });
        }
    }
    let mut after = before.clone();
    for of in after.moves.iter_mut().filter(|of| of.id.ends_with(['1', '3', '5', '7', '9'])) {
        of.doc = Some("other".into());
        of.columns[1].value = crate::plan::fixture::text("other");
    }
    after.claims.retain(|claim| !claim.id.ends_with("/type"));
    let begin = std::time::Instant::now();
    let found = diff(&before, &after);
    assert!(found.changes.len() > 3000, "{}", found.changes.len());
    let took = begin.elapsed();
    assert!(took.as_secs() < 60, "{took:?}");
}

/// Reports that show more are weaker, whichever way it is said.
#[test]
fn what_reports_may_show_of_people_is_told() {
    use crate::base::Pii;
    let said = |pii| {
        let mut plan = shop();
        plan.moves[0].columns[1].pii = pii;
        plan
    };
    let class = |was, is| classes(&diff(&said(was), &said(is)));
    for (more, less) in
        [(Some(Pii::Mask), Some(Pii::Hash)), (Some(Pii::Hash), None), (Some(Pii::Mask), Some(Pii::Not))]
    {
        assert_eq!(class(more, less), [Class::Weakens], "{more:?} {less:?}");
        assert_eq!(class(less, more), [Class::Strengthens], "{less:?} {more:?}");
    }
    assert_eq!(class(None, Some(Pii::Not)), [Class::Cosmetic]);
    assert_ne!(crate::plan::fingerprint(&said(Some(Pii::Mask))), crate::plan::fingerprint(&said(None)));
    assert_eq!(crate::plan::step_hashes(&said(Some(Pii::Mask))), crate::plan::step_hashes(&said(None)));
}

/// Whatever lets more rows stay behind is weaker.
#[test]
fn what_may_be_set_aside_is_told() {
    let said = |rows, per_million| {
        let mut plan = shop();
        plan.moves[0].quarantine = Some(Quarantine { rows, per_million });
        plan
    };
    let none = shop();
    let steps = [none, said(Some(5), Some(1000)), said(Some(5), None), said(Some(9), None)];
    for pair in steps.windows(2) {
        assert_eq!(classes(&diff(&pair[0], &pair[1])), [Class::Weakens]);
        assert_eq!(classes(&diff(&pair[1], &pair[0])), [Class::Strengthens]);
    }
    let other = diff(&said(Some(5), None), &said(None, Some(5)));
    assert_eq!(classes(&other), [Class::Weakens], "neither bound holds the other");
    let raised = diff(&said(Some(5), None), &said(Some(9), None));
    assert!(raised.steps.iter().all(|step| step.verdict == Verdict::Continues), "the rows are the same");
}
