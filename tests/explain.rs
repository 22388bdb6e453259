//! Every code has its page, and what a page shows as wrong and as right is so.

use std::collections::BTreeMap;

use datamove::base::{Engine, Sources};
use datamove::diagnostic::{Code, Diagnostic, Family, Problems, Severity, to_text};
use datamove::explain::{Example, Heading, page};
use datamove::schema;
use datamove::syntax::{self, Files, ReadError};
use datamove::typing::Options;

/// The schemas of examples that show none.
const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);";
const NEW: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);";

struct Memory(BTreeMap<String, String>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

/// What the example gives, and the findings as text.
fn findings(family: Family, example: &Example) -> Vec<(Vec<Diagnostic>, String)> {
    match family {
        Family::Syntax => example.blocks.iter().map(|(_, text)| parsed(text)).collect(),
        Family::Ddl if example.blocks.iter().all(|(info, _)| info.starts_with("sql")) => {
            example.blocks.iter().map(|(info, text)| read(info, text)).collect()
        }
        Family::Files
        | Family::Ddl
        | Family::Names
        | Family::Claims
        | Family::Order
        | Family::Compile
        | Family::Run
        | Family::Review
        | Family::Rules => vec![checked(&example.blocks)],
    }
}

fn parsed(text: &str) -> (Vec<Diagnostic>, String) {
    let mut sources = Sources::default();
    let id = sources.add("main.plan", text);
    let mut problems = Problems::default();
    syntax::parse(&sources, id, &mut problems);
    let text = to_text(&sources, &problems.sorted(), false);
    (problems.sorted(), text)
}

/// `sql source.sqlite`, with `in NAMESPACE` for a schema that is named.
fn read(info: &str, text: &str) -> (Vec<Diagnostic>, String) {
    let (_, engine) = info.rsplit_once('.').expect("`sql NAME.ENGINE`");
    let (engine, namespace) =
        engine.split_once(" in ").map_or((engine, None), |(e, n)| (e, Some(n.to_owned())));
    let engine = Engine::from_word(engine).expect("an engine");
    let mut sources = Sources::default();
    let id = sources.add("schema.sql", text);
    let mut problems = Problems::default();
    schema::read(engine, "legacy", &[(id, namespace)], &sources, &mut problems);
    let text = to_text(&sources, &problems.sorted(), false);
    (problems.sorted(), text)
}

fn checked(blocks: &[(String, String)]) -> (Vec<Diagnostic>, String) {
    let mut files =
        BTreeMap::from([("old.sql".to_owned(), OLD.to_owned()), ("new.sql".to_owned(), NEW.to_owned())]);
    for (info, text) in blocks {
        let name = info.split_once(' ').map_or("main.plan", |(_, name)| name);
        files.insert(name.to_owned(), text.clone());
    }
    let options = Options { today: Some("2026-11-22") };
    let checked = datamove::check("", "main.plan", &Memory(files), options);
    let text = to_text(&checked.sources, &checked.problems.sorted(), false);
    (checked.problems.sorted(), text)
}

#[test]
fn every_page_begins_with_its_title_and_says_something() {
    for code in Code::ALL {
        let page = page(*code);
        assert!(page.markdown.starts_with(&format!("# {code}: {}\n\n", code.title())), "{code}");
        assert!(page.body.len() > 80, "{code} says little");
        let shown = page.examples.iter().any(|example| example.heading == Heading::Wrong);
        assert!(shown || page.body.contains("## What to do"), "{code} has neither an example nor advice");
    }
}

#[test]
fn what_a_page_calls_wrong_gives_its_code_and_what_it_calls_right_gives_none() {
    let mut failures = Vec::new();
    for code in Code::ALL {
        for example in page(*code).examples {
            assert!(!example.blocks.is_empty(), "{code} has an empty example");
            for (found, text) in findings(code.family(), &example) {
                let codes: Vec<Code> = found.iter().map(|d| d.code).collect();
                let errors = found.iter().filter(|d| d.severity == Severity::Error).count();
                let fine = match example.heading {
                    // Some pages show one mistake in several places.
                    Heading::Wrong if code.family() == Family::Ddl => {
                        !codes.is_empty() && codes.iter().all(|c| c == code)
                    }
                    Heading::Wrong => codes == [*code] && errors <= 1,
                    Heading::Right => codes.is_empty(),
                };
                if !fine {
                    failures.push(format!("{code} {:?} gives {codes:?}:\n{text}", example.heading));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
