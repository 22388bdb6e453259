use super::{Config, Level, RULES, lint};
use crate::plan::fixture::shop;
use crate::plan::{Batch, Conflict, Plan};

fn found(plan: &Plan, config: &str) -> Vec<(&'static str, Level, String)> {
    let config = Config::parse(config).unwrap();
    let (findings, _) = lint(plan, &config);
    findings.into_iter().map(|one| (one.code.id(), one.level, one.found.subject)).collect()
}

/// A plan that breaks every rule, with the subject of each.
fn bad() -> Plan {
    let mut plan = shop();
    plan.facts.shift_remove("owner");
    plan.invariants.clear();
    plan.accepts.truncate(1);
    plan.accepts[0].ticket = None;
    plan.accepts[0].until = None;
    for of in &mut plan.moves {
        of.conflict = Conflict::MustBeEmpty;
    }
    let of = &mut plan.moves[0];
    of.id = "first".into();
    of.conflict = Conflict::Update;
    if let Batch::Keyset { rows, .. } = &mut of.batch {
        *rows = 100_001;
    }
    let dropped =
        crate::plan::Dropped { column: "s.x".into(), because: "x".into(), origin: of.origin.clone() };
    of.dropped = vec![dropped; 8];
    plan
}

#[test]
fn every_rule_finds_what_it_is_for_and_nothing_without_a_policy() {
    let plan = bad();
    assert!(found(&plan, "").is_empty());
    for rule in &RULES {
        let one = found(&plan, &format!("[lints]\n{} = \"warning\"", rule.word));
        assert_eq!(one.len(), 1, "{}: {one:?}", rule.word);
        assert_eq!((one[0].0, one[0].1), (rule.code.id(), Level::Warning), "{}", rule.word);
    }
    assert_eq!(found(&plan, "[lints]\nall = \"error\"").len(), RULES.len());
    assert_eq!(found(&plan, "[lints]\nall = \"error\"\nwide_drop = \"off\"").len(), RULES.len() - 1);
}

#[test]
fn what_is_in_order_is_not_found() {
    let mut plan = bad();
    let id = plan.moves[0].id.clone();
    let good = shop();
    plan.facts = [("owner".to_owned(), "us".to_owned())].into_iter().collect();
    plan.accepts[0].until = Some("2030-01-01".into());
    plan.moves[0].dropped.truncate(7);
    if let Batch::Keyset { rows, .. } = &mut plan.moves[0].batch {
        *rows = 100_000;
    }
    plan.invariants = good.invariants;
    if let crate::plan::InvariantBody::None { relations, .. } = &mut plan.invariants[0].body {
        relations.from.table = plan.moves[0].target.clone();
    }
    assert_eq!(found(&plan, "[lints]\nall = \"warning\""), [], "{id}");
}

#[test]
fn suppressions_need_a_reason_and_something_to_suppress() {
    let plan = bad();
    let id = &plan.moves[0].id;
    let suppress = |plan: &str, subject: &str, because: &str| {
        format!(
            "[lints]\nwide_drop = \"error\"\n[[suppress]]\nrule = \"wide_drop\"\nplan = \"{plan}\"\nsubject = \"{subject}\"\nbecause = \"{because}\"\n"
        )
    };
    assert!(found(&plan, &suppress(&plan.name, id, "archived before")).is_empty());
    assert_eq!(found(&plan, &suppress("another", id, "archived before")).len(), 1);
    let config = Config::parse(&suppress(&plan.name, "nothing", "x")).unwrap();
    let (findings, unused) = lint(&plan, &config);
    assert_eq!((findings.len(), unused.len()), (1, 1));
    // Another plan of the same repository needs it, perhaps.
    let config = Config::parse(&suppress("another", "nothing", "x")).unwrap();
    assert!(lint(&plan, &config).1.is_empty());
    assert!(Config::parse(&suppress("a", "b", " ")).unwrap_err().contains("has no reason"));
}

#[test]
fn what_is_not_understood_is_refused() {
    for (text, says) in [
        ("[lint]\nall = \"error\"", "unknown field `lint`"),
        ("[lints]\nwide_drops = \"error\"", "did you mean `wide_drop`?"),
        ("[lints]\nwide_drop = \"fatal\"", "unknown variant `fatal`"),
        ("[[suppress]]\nrule = \"wide_drop\"\nplan = \"a\"\nsubject = \"b\"", "missing field `because`"),
        (
            "[[suppress]]\nrule = \"zzz\"\nplan = \"a\"\nsubject = \"b\"\nbecause = \"c\"",
            "the rules are open_ended_accept",
        ),
        ("lints", "TOML parse error"),
    ] {
        let why = Config::parse(text).unwrap_err();
        assert!(why.contains(says), "{text}: {why}");
    }
}
