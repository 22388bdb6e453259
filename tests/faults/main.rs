//! The fault suite: each fault is a realistic mistake, and the earliest stage that can see it must stop it on every
//! engine that has it. Where that is the preflight, its script runs on a real server, with the fault and without.

#![expect(clippy::disallowed_methods, reason = "the README is a file")]

#[macro_use]
#[path = "../testkit/mod.rs"]
mod testkit;
#[path = "../workbench/mod.rs"]
mod workbench;

mod bench;
mod list;
mod messages;
mod zones;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use datamove::Checked;
use datamove::base::Engine;
use datamove::dialect::scripts;
use datamove::diff::{Class, diff};
use datamove::plan::{Plan, ScriptKind, fingerprint};

use bench::Bench;
use list::{By, Fault, faults};
use testkit::words;
use workbench::{check, codes, said};

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mysql];

const fn word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::Mysql => "mysql",
    }
}

/// The plan and its schemas in one engine's words.
#[derive(Clone)]
struct Texts {
    engine: Engine,
    old: String,
    new: String,
    moves: String,
}

impl Texts {
    fn of(fault: &Fault, engine: Engine) -> Self {
        let [old, new, moves] = [fault.old, fault.new, fault.moves].map(|text| words(engine, text));
        Self { engine, old, new, moves }
    }

    fn check(&self) -> Checked {
        // What a dump of the server says about its databases.
        let collated = match self.engine {
            Engine::Mysql => "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;\n",
            Engine::Sqlite | Engine::Postgres => "",
        };
        let [old, new] = [&self.old, &self.new].map(|ddl| format!("{collated}{ddl}"));
        check(word(self.engine), &old, &new, &self.moves)
    }

    fn mend(&mut self, mended: &[(&str, &str)]) {
        for (wrong, right) in mended {
            let [wrong, right] = [wrong, right].map(|text| words(self.engine, text));
            let before = format!("{}{}{}", self.old, self.new, self.moves);
            for text in [&mut self.old, &mut self.new, &mut self.moves] {
                *text = text.replace(&wrong, &right);
            }
            assert_ne!(before, format!("{}{}{}", self.old, self.new, self.moves), "{wrong} is nowhere");
        }
    }
}

/// The text of the script that looks at the source before anything is written.
fn preflight(plan: &Plan) -> String {
    let all = scripts(plan, &fingerprint(plan));
    all.into_iter()
        .find(|script| script.kind == ScriptKind::Preflight)
        .expect("a bundle has a preflight")
        .text
}

/// Why the fault is not stopped as the list says, or its clean twin is.
fn wrong(fault: &Fault, engine: Engine, bench: Option<&mut Bench>) -> Option<String> {
    let mut texts = Texts::of(fault, engine);
    let checked = texts.check();
    match fault.by {
        By::Review { class, before } => unseen(&texts, &checked, class, before),
        By::Code { code, mended } => {
            if codes(&checked) != [code] {
                return Some(format!("{code} expected:\n{}", said(&checked)));
            }
            texts.mend(mended);
            let clean = said(&texts.check());
            (!clean.is_empty()).then(|| format!("its clean twin:\n{clean}"))
        }
        By::Probe { id, clean, bad } => {
            let Some(plan) = checked.plan.as_ref().filter(|_| codes(&checked).is_empty()) else {
                return Some(format!("a plan expected:\n{}", said(&checked)));
            };
            let (script, bench) = (preflight(plan), bench?);
            bad.iter().find_map(|bad| {
                bench.set_up(&texts.old, &texts.new);
                bench.source(&words(engine, clean));
                let failed = bench.preflight(&script);
                if failed != Ok(Vec::new()) {
                    return Some(format!("its clean twin fails: {failed:?}"));
                }
                bench.source(&words(engine, bad));
                let failed = bench.preflight(&script);
                let stopped = match &failed {
                    Ok(ids) => *ids == [id],
                    Err(error) => id.starts_with("DM") && error.contains(id),
                };
                (!stopped).then(|| format!("{id} expected after {bad}: {failed:?}"))
            })
        }
    }
}

/// Why the comparison with the plan before does not show a change of that class first.
fn unseen(texts: &Texts, checked: &Checked, class: Class, before: &str) -> Option<String> {
    let before = Texts { moves: before.to_owned(), ..texts.clone() }.check();
    let (Some(before), Some(after)) = (&before.plan, &checked.plan) else {
        return Some(format!("two plans expected:\n{}\n{}", said(&before), said(checked)));
    };
    let classes: Vec<Class> = diff(before, after).changes.iter().map(|change| change.class).collect();
    // Other changes there are, and this one comes first.
    let first = classes.len() > 2 && classes[0] == class && classes[classes.len() - 2] > class;
    (!first).then(|| format!("{class:?} expected first: {classes:?}"))
}

/// Without a server, what the compiler stops is tried all the same.
fn every_fault_is_stopped(engine: Engine, bench: &mut Result<Bench, String>) {
    let mut through = Vec::new();
    for fault in faults().iter().filter(|fault| fault.on.contains(&engine)) {
        if let Some(why) = wrong(fault, engine, bench.as_mut().ok()) {
            through.push(format!("{} {} on {engine}: {why}", fault.number, fault.what));
        }
    }
    assert!(through.is_empty(), "{}", through.join("\n"));
}

#[test]
fn every_fault_is_stopped_on_sqlite() {
    every_fault_is_stopped(Engine::Sqlite, &mut Bench::of(Engine::Sqlite));
}

#[test]
fn every_fault_is_stopped_on_postgres() {
    let mut bench = Bench::of(Engine::Postgres);
    every_fault_is_stopped(Engine::Postgres, &mut bench);
    or_skip!("every_fault_is_stopped_on_postgres", bench);
}

#[test]
fn every_fault_is_stopped_on_mysql() {
    let mut bench = Bench::of(Engine::Mysql);
    every_fault_is_stopped(Engine::Mysql, &mut bench);
    or_skip!("every_fault_is_stopped_on_mysql", bench);
}

/// The README's table is this suite: a stale one is mended, and the test fails all the same, so that
/// somebody looks at it.
#[test]
fn the_readme_lists_the_faults() {
    let mut rows: BTreeMap<(u32, &str), [String; 3]> = BTreeMap::new();
    for fault in faults() {
        let row = rows.entry((fault.number, fault.what)).or_default();
        for (cell, engine) in row.iter_mut().zip(ENGINES) {
            if fault.on.contains(&engine) {
                *cell = match fault.by {
                    By::Code { code, .. } => format!("`{code}`"),
                    By::Probe { id, .. } if id.starts_with("DM") => format!("preflight `{id}`"),
                    By::Probe { id, .. } => format!("preflight `{}`", kind(id)),
                    By::Review { class, .. } => format!("`diff`: {}", class.title()),
                };
            }
        }
    }
    let mut table = String::from("| fault | SQLite | PostgreSQL | MySQL |\n| --- | --- | --- | --- |\n");
    for ((_, what), cells) in rows {
        writeln!(table, "| {what} | {} |", cells.join(" | ")).expect("a text grows");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("by tests/faults -->\n").unwrap();
    let (old, after) = rest.split_once("<!-- end of faults").unwrap();
    if old != table {
        let whole = format!("{before}by tests/faults -->\n{table}<!-- end of faults{after}");
        std::fs::write(path, whole).unwrap();
        panic!("README.md was stale and is rewritten: look at the difference and run the test again");
    }
}

/// The claim's kind in the id of a probe: its last word.
fn kind(id: &str) -> &str {
    id.split('/').rev().find(|part| part.parse::<u32>().is_err()).unwrap_or(id)
}

/// 41: names and texts may hold anything.
#[test]
fn hostile_names_and_texts_are_carried() {
    let table =
        r#"CREATE TABLE "we""ird; DROP TABLE x --{{" ("i'd" INTEGER PRIMARY KEY, "a;b" TEXT, "$$\" TEXT);"#;
    let body = r#"move old."we""ird; DROP TABLE x --{{" p -> new."we""ird; DROP TABLE x --{{" {
        key "i'd" <- p."i'd"
        "$$\\" <- coalesce(p."$$\\", ''';--{{}}%')
        ...
    }"#;
    for engine in ["sqlite", "postgres"] {
        let checked = check(engine, table, table, body);
        assert_eq!(said(&checked), "");
    }
}

/// 41: what would show another text than the one that is compiled is no text of a plan.
#[test]
fn invisible_characters_are_refused() {
    let body = "move old.person p -> new.people { key id <- p.id  where p.name <> 'a\u{202e}b'  ... }";
    assert_eq!(
        codes(&check(
            "sqlite",
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);",
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);",
            body
        )),
        ["DM0116"]
    );
}
