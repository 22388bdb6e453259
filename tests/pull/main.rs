//! What `datamove pull` writes of a live database is read as the very catalog of the project's own
//! schema file, on all three engines.

#![expect(clippy::disallowed_methods, reason = "tests read files and run programs")]

mod command;
mod mysql;
mod postgres;
mod sqlite;
mod stats;
#[path = "../testkit/mod.rs"]
mod testkit;

use std::collections::BTreeSet;
use std::path::Path;

use datamove::base::{Engine, Sources};
use datamove::diagnostic::{Problems, to_text};
use datamove::runner::location::Location;
use datamove::runner::{drivers, pull};
use datamove::schema::{Catalog, Depth, Shape, differences, read};

/// A file's bytes; `.gz` is unpacked.
fn bytes_of(path: &Path) -> Vec<u8> {
    if path.extension().is_some_and(|extension| extension == "gz") {
        std::process::Command::new("gzip").arg("-dc").arg(path).output().expect("gzip runs").stdout
    } else {
        std::fs::read(path).expect("the file is there")
    }
}

/// The same as text; bytes that are not UTF-8 are taken as Latin-1.
fn text_of(path: &Path) -> String {
    let text = String::from_utf8(bytes_of(path));
    text.unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

#[track_caller]
fn catalog(engine: Engine, namespace: Option<&str>, ddl: &str) -> Catalog {
    let mut sources = Sources::default();
    let file = sources.add("schema.sql", ddl);
    let mut problems = Problems::default();
    let catalog = read(engine, "home", &[(file, namespace.map(str::to_owned))], &sources, &mut problems);
    assert!(problems.is_empty(), "{}", to_text(&sources, &problems.sorted(), false));
    catalog
}

/// What is pulled from `url`, twice, which must give the same bytes.
#[track_caller]
fn pulled(url: &str, schemas: &[&str]) -> String {
    let schemas: Vec<String> = schemas.iter().map(|schema| (*schema).to_owned()).collect();
    let once = || {
        let mut session = drivers::session(&Location::parse(url).unwrap()).unwrap();
        pull::ddl(session.as_mut(), &schemas).unwrap_or_else(|failure| panic!("{}", failure.to_text())).0
    };
    let (first, second) = (once(), once());
    assert_eq!(first, second);
    assert!(first.starts_with(pull::MARK));
    first
}

/// Both catalogs have the same shape, and what the file names the server names so too.
#[track_caller]
fn same(file: &Catalog, live: &Catalog) {
    assert!(!file.tables.is_empty());
    let (expected, found) = (Shape::of(file), Shape::of(live));
    assert_eq!(differences(&expected, &found, Depth::Schema), []);
    assert_eq!(expected, found);
    let (written, there) = (names(file), names(live));
    let missing: Vec<&String> = written.difference(&there).collect();
    assert!(missing.is_empty(), "not pulled: {missing:#?}");
    assert_eq!(sequences(file), sequences(live));
    let views = |catalog: &Catalog| -> BTreeSet<String> {
        catalog.views.iter().map(|view| format!("{:?}.{}", view.schema, view.name)).collect()
    };
    assert_eq!(views(file), views(live));
}

/// Constraints and indexes by their names.
fn names(catalog: &Catalog) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for table in &catalog.tables {
        let mut add = |kind: &str, name: Option<&String>, columns: usize| {
            all.extend(name.map(|name| format!("{} {kind} {name} {columns}", table.display_name())));
        };
        table.primary_key.iter().for_each(|key| add("key", key.name.as_ref(), key.columns.len()));
        table.uniques.iter().for_each(|key| add("unique", key.name.as_ref(), key.columns.len()));
        table.foreign_keys.iter().for_each(|key| add("foreign", key.name.as_ref(), key.columns.len()));
        table.checks.iter().for_each(|check| add("check", check.name.as_ref(), check.columns.len()));
        table.indexes.iter().for_each(|index| add("index", index.name.as_ref(), index.columns.len()));
    }
    all
}

fn sequences(catalog: &Catalog) -> BTreeSet<String> {
    let owner = |owner: &Option<_>| {
        owner.map(|(table, column)| {
            let table = catalog.table(table);
            format!("{}.{}", table.display_name(), table.column(column).name)
        })
    };
    let one = |sequence: &datamove::schema::Sequence| {
        format!("{:?}.{} {:?}", sequence.schema, sequence.name, owner(&sequence.owner))
    };
    catalog.sequences.iter().map(one).collect()
}
