//! What is compared again after the load: `reconcile` and the watermarks of moves.

use datamove::base::Sources;
use datamove::diagnostic::Problems;
use datamove::plan::{Plan, Reconcile, Reconciled, Sample, fingerprint, step_hashes};
use datamove::syntax;

use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at TIMESTAMP NOT NULL, \
    seen TIMESTAMP, day DATE NOT NULL);\n\
    CREATE TABLE land (id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL);";
const NEW: &str = "CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

fn text(clause: &str, item: &str) -> String {
    format!(
        "move old.tag t -> new.label {{ key id <- t.id  name <- t.name  drop t.at, t.seen, t.day because \"x\"\n\
         join old.land l on l.id = t.id one\n{clause}\n}}\n{item}"
    )
}

fn compiled(engine: &str, clause: &str, item: &str) -> Plan {
    let checked = check(engine, OLD, NEW, &text(clause, item));
    let findings = said(&checked);
    checked.plan.unwrap_or_else(|| panic!("{findings}"))
}

#[test]
fn the_words_become_seconds() {
    let plan = compiled(
        "postgres",
        "WATERMARK t.at overlap 5 min",
        "Reconcile every 1 h for 3 days { sample 500 rows seed 7 checks CHANGED }",
    );
    let mark = plan.moves[0].watermark.clone().unwrap();
    assert_eq!((mark.column.as_str(), mark.overlap), ("at", 300));
    let found = plan.reconcile.clone().unwrap();
    let sample = Some(Sample { rows: 500, seed: 7 });
    let checks = Reconciled::Changed;
    assert_eq!(
        found,
        Reconcile { every: 3_600, during: 259_200, checks, sample, origin: found.origin.clone() }
    );
    let plain = compiled("postgres", "", "reconcile every 30 min for 72 h { }").reconcile.unwrap();
    assert_eq!((plain.checks, plain.sample), (Reconciled::All, None));
}

#[test]
fn who_compares_otherwise_has_another_plan_with_the_same_rows() {
    let plans = ["", "reconcile every 1 h for 72 h { }", "reconcile every 1 h for 72 h { sample 5 rows }"]
        .map(|item| compiled("postgres", "", item));
    let marked = compiled("postgres", "watermark t.at overlap 5 min", "");
    let prints: std::collections::BTreeSet<String> = plans.iter().chain([&marked]).map(fingerprint).collect();
    assert_eq!(prints.len(), 4);
    assert!(plans.iter().all(|plan| step_hashes(plan) == step_hashes(&marked)));
}

#[test]
fn what_would_miss_rows_is_refused() {
    let every = "reconcile every 1 h for 72 h";
    let mut wrong = Vec::new();
    for (clause, item, code, says) in [
        ("watermark t.seen overlap 5 min", "", "DM0494", "can be NULL"),
        ("watermark t.name overlap 5 min", "", "DM0494", "no moment"),
        ("watermark t.day overlap 5 min", "", "DM0494", "no moment"),
        ("watermark l.at overlap 5 min", "", "DM0494", "joined table"),
        ("watermark t.at overlap 0 s", "", "DM0494", "no overlap"),
        ("watermark t.at overlap 5 weeks", "", "DM0124", "no unit of time"),
        ("watermark t.at overlap 5.5 min", "", "DM0124", "is not a number of min"),
        ("watermark t.att overlap 5 min", "", "DM0302", "did you mean `at`?"),
        ("watermark t.at overlap 5 min watermark t.at overlap 6 min", "", "DM0307", "a second `watermark`"),
        ("", "reconcile every 7 min for 72 h { }", "DM0493", "does not come round"),
        ("", "reconcile every 2 h for 1 h { }", "DM0493", "never comes within"),
        ("", &format!("{every} {{ checks changed }}"), "DM0495", "no move says by a `watermark`"),
        ("", &format!("{every} {{ checks som }}"), "DM0311", "neither all nor changed"),
        ("", &format!("{every} {{ sample 0 rows }}"), "DM0496", "between 1 and 100000"),
        ("", &format!("{every} {{ checks all checks all }}"), "DM0307", "the same twice"),
        ("", &format!("{every} {{ }}\n{every} {{ }}"), "DM0307", "a second `reconcile`"),
        ("", &format!("{every} {{ sampel 5 rows }}"), "DM0103", "`sample`"),
        ("", "reconcile hourly { }", "DM0105", "reconcile every 1 h"),
    ] {
        let checked = check("postgres", OLD, NEW, &text(clause, item));
        let found = said(&checked);
        if codes(&checked) != [code] || !found.contains(says) {
            wrong.push(format!("{clause} {item}: {code}, {says}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_have_one_form() {
    let ugly = "move old.a b->new.c{watermark   b.at overlap 5   MIN}\n\
        reconcile every 1 H for  72 h {checks all sample 1 rows seed 3}\nreconcile every 1 h for 1 day { checks all }";
    let neat = "move old.a b -> new.c {\n  watermark b.at overlap 5 min\n}\n\n\
        reconcile every 1 h for 72 h {\n  checks all\n  sample 1 row seed 3\n}\n\n\
        reconcile every 1 h for 1 day { checks all }\n";
    for text in [ugly, neat] {
        let mut sources = Sources::default();
        let id = sources.add("main.plan", text);
        let mut problems = Problems::default();
        let file = syntax::parse(&sources, id, &mut problems);
        assert_eq!(problems.errors(), 0);
        assert_eq!(syntax::print(&sources, &file), neat);
    }
}
