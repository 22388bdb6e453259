//! The strategy clause: its words, and what comes of them for each table.

use datamove::base::Sources;
use datamove::diagnostic::Problems;
use datamove::plan::{ClaimKind, Established, Plan, fingerprint};
use datamove::syntax;

use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE tag (id INTEGER PRIMARY KEY, up INTEGER, name TEXT NOT NULL);";
const NEW: &str = "CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
    CREATE TABLE label (id INTEGER PRIMARY KEY, up INTEGER REFERENCES kind (id), name TEXT NOT NULL);\n\
    CREATE TABLE word (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
    CREATE INDEX word_name ON word (name);";
const MOVES: &str = "move old.tag t -> new.kind { key id <- t.id  name <- t.name  drop t.up because \"x\" }\n\
    move old.tag t -> new.label { key id <- t.id  up <- t.up  name <- t.name }\n\
    move old.tag t -> new.word { key id <- t.id  name <- t.name  drop t.up because \"x\"  on conflict skip }";

fn compiled(engine: &str, strategy: &str) -> Plan {
    let checked = check(engine, OLD, NEW, &format!("{strategy}\n{MOVES}"));
    let findings = said(&checked);
    checked.plan.unwrap_or_else(|| panic!("{findings}"))
}

/// The tables whose constraints are postponed.
fn postponed(engine: &str, strategy: &str) -> Vec<String> {
    let plan = compiled(engine, strategy);
    plan.tables.iter().filter(|table| table.postpones).map(|table| table.table.name.clone()).collect()
}

#[test]
fn empty_tables_with_something_to_gain_are_postponed() {
    assert_eq!(postponed("postgres", ""), ["label"]);
    assert_eq!(postponed("postgres", "strategy { triggers fire }"), ["label"]);
    assert_eq!(postponed("postgres", "strategy { Constraints POSTPONE }"), ["word", "label"]);
    assert!(postponed("postgres", "strategy { constraints keep }").is_empty());
    assert_eq!(postponed("mysql", ""), ["label"]);
    assert!(postponed("mysql", "strategy { constraints keep }").is_empty());
    assert!(postponed("sqlite", "").is_empty());
    assert!(postponed("sqlite", "strategy { constraints keep }").is_empty());
}

#[test]
fn the_fingerprint_is_of_what_runs() {
    let print = |strategy| fingerprint(&compiled("postgres", strategy));
    assert_eq!(print(""), print("strategy { triggers fire }"));
    assert_ne!(print(""), print("strategy { constraints keep }"));
    assert_ne!(print(""), print("strategy { constraints postpone }"));
    assert_ne!(print(""), print("strategy { triggers off }"));
}

#[test]
fn unknown_words_are_met_with_the_nearest() {
    for (strategy, code, says) in [
        ("strategy { constraints postpne }", "DM0316", "did you mean `postpone`?"),
        ("strategy { constraints off }", "DM0316", "write `constraints postpone` or `constraints keep`"),
        ("strategy { trigers off }", "DM0316", "did you mean `triggers`?"),
        ("strategy { indexes off }", "DM0316", "the settings are constraints, triggers"),
        ("strategy { triggers off triggers fire }", "DM0307", "keep one of them"),
        ("strategy { triggers off }\nstrategy { constraints keep }", "DM0307", "the plan has one already"),
        ("strategy { triggers }", "DM0105", "write `triggers off`"),
        ("stratgy { triggers off }", "DM0102", "did you mean `strategy`?"),
    ] {
        let checked = check("postgres", OLD, NEW, &format!("{strategy}\n{MOVES}"));
        assert_eq!(codes(&checked), [code], "{strategy}\n{}", said(&checked));
        assert!(said(&checked).contains(says), "{strategy}\n{}", said(&checked));
    }
}

#[test]
fn engines_that_cannot_say_what_can_be_done_instead() {
    for (strategy, says) in [
        ("strategy { constraints postpone }", "write `constraints keep`"),
        ("strategy { triggers off }", "accept trigger TABLE"),
    ] {
        let checked = check("sqlite", OLD, NEW, &format!("{strategy}\n{MOVES}"));
        assert_eq!(codes(&checked), ["DM0602"], "{strategy}\n{}", said(&checked));
        assert!(said(&checked).contains(says), "{strategy}\n{}", said(&checked));
    }
}

#[test]
fn a_trigger_is_accepted_or_switched_off() {
    let new = format!(
        "{NEW} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n\
         CREATE TRIGGER tidy BEFORE INSERT ON word FOR EACH ROW EXECUTE FUNCTION f();"
    );
    let checked = check("postgres", OLD, &new, MOVES);
    assert_eq!(codes(&checked), ["DM0428"]);
    let text = said(&checked);
    assert!(text.contains("strategy { triggers off }") && text.contains("accept trigger new.word"), "{text}");
    let checked = check("postgres", OLD, &new, &format!("strategy {{ triggers off }}\n{MOVES}"));
    let plan = checked.plan.as_ref().expect("it compiles");
    let claim =
        plan.claims.iter().find(|claim| claim.kind == ClaimKind::Trigger).expect("the claim is there");
    assert!(matches!(claim.established, Established::Proven { .. }), "{claim:?}");
    assert!(plan.tables.iter().all(|table| table.triggers_off && table.alters_structure()));
    let review = &datamove::bundle(plan, &checked.sides).files["REVIEW.md"];
    for says in
        ["1 table whose triggers are switched off", "is not done for the moved rows", "switched off by"]
    {
        assert!(review.contains(says), "{says}\n{review}");
    }
}

fn formatted(text: &str) -> String {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let id = sources.add("main.plan", text);
    let file = syntax::parse(&sources, id, &mut problems);
    assert_eq!(problems.errors(), 0, "{text}");
    syntax::print(&sources, &file)
}

#[test]
fn it_is_printed_as_it_is_read() {
    for (text, wanted) in [
        ("strategy{constraints   postpone}", "strategy { constraints postpone }\n"),
        (
            "strategy { triggers off -- why\n constraints keep }",
            "strategy {\n  triggers    off  -- why\n  constraints keep\n}\n",
        ),
        ("strategy { }", "strategy { }\n"),
    ] {
        assert_eq!(formatted(text), wanted);
        assert_eq!(formatted(wanted), wanted);
    }
}
