//! The reference is made of the tables that the compiler itself uses: docs/expressions.md of its functions, docs/types.md of
//! what the type checker says to each pair of types.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files and may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use datamove::base::Engine;
use datamove::dialect::{is_runners_own, missing};
use datamove::plan::{Established, Function};
use datamove::syntax::{Files, ReadError};
use datamove::typing::{Options, described};

fn doc(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

/// A stale page is mended between its marks, and the test fails all the same, so that somebody looks at it.
fn rewrite(name: &str, fresh: &str) {
    let page = fs::read_to_string(doc(name)).unwrap();
    let (before, rest) = page.split_once("by tests/reference.rs -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    let whole = format!("{before}by tests/reference.rs -->\n{fresh}<!-- end -->{after}");
    if page != whole {
        fs::write(doc(name), whole).unwrap();
        panic!("docs/{name} was stale and is rewritten: look at the difference and run the test again");
    }
}

fn on(engine: Engine, function: Option<Function>) -> &'static str {
    match function {
        Some(function) if missing(engine, function).is_some() => "refused",
        Some(function) if is_runners_own(engine, function) => "runner",
        Some(Function::Lower | Function::Upper) if engine.folds_case_of_ascii_only() => "ASCII",
        _ => "yes",
    }
}

#[test]
fn the_functions_are_described() {
    let titles = Engine::ALL.map(Engine::title).join(" | ");
    let mut table = format!("| function | meaning | {titles} |\n| --- | --- | --- | --- | --- |\n");
    for known in described() {
        let engines = Engine::ALL.map(|engine| on(engine, known.function)).join(" | ");
        writeln!(table, "| `{}` | {} | {engines} |", known.signature, known.meaning).unwrap();
    }
    rewrite("expressions.md", &table);
}

struct Memory(BTreeMap<&'static str, String>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

/// What the type checker says to `x <- VALUE`.
enum Says {
    Exact,
    Probed,
    /// With the mapping that it proposes.
    Refused(Option<String>),
}

/// Columns of each engine, as its DDL declares them.
const fn types(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &[
            "boolean",
            "integer",
            "bigint",
            "decimal(10,2)",
            "double",
            "text",
            "varchar(20)",
            "blob",
            "date",
            "time",
            "timestamp",
            "timestamp with time zone",
            "char(36)",
            "uuid",
            "json",
        ],
        Engine::Postgres => &[
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "numeric(10,2)",
            "numeric",
            "real",
            "double precision",
            "text",
            "varchar(20)",
            "char(5)",
            "bytea",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "interval",
            "uuid",
            "json",
            "jsonb",
            "mood",
            "integer[]",
            "inet",
            "tsvector",
            "point",
            "bit(8)",
        ],
        Engine::Mysql => &[
            "tinyint(1)",
            "tinyint",
            "int",
            "int unsigned",
            "bigint",
            "bigint unsigned",
            "decimal(10,2)",
            "float",
            "double",
            "longtext",
            "varchar(20)",
            "varchar(20) character set latin1",
            "char(5)",
            "binary(16)",
            "longblob",
            "date",
            "time(6)",
            "datetime(6)",
            "timestamp(6) null",
            "year",
            "char(36)",
            "uuid",
            "json",
            "enum('a','b')",
            "set('a','b')",
            "bit(1)",
            "bit(8)",
            "geometry",
        ],
    }
}

fn table(engine: Engine, name: &str, ty: &str) -> String {
    let types = if engine == Engine::Postgres { "CREATE TYPE mood AS ENUM ('a', 'b');\n" } else { "" };
    let charset = if engine == Engine::Mysql { " DEFAULT CHARSET=utf8mb4" } else { "" };
    format!("{types}CREATE TABLE {name} (id bigint NOT NULL PRIMARY KEY, x {ty}){charset};\n")
}

fn says(from: (Engine, &str), to: (Engine, &str), value: &str) -> Says {
    let place = |engine: Engine, name: &str| match engine {
        Engine::Postgres => format!(" in {name}"),
        Engine::Sqlite | Engine::Mysql => String::new(),
    };
    let plan = format!(
        "datamove edition 2026\nplan p {{ }}\nsource old {} {{ schema \"old.sql\"{} }}\ntarget new {} {{ schema \"new.sql\"{} }}\n\
         move old.a a -> new.b {{\n  key id <- a.id\n  x <- {value}\n}}\n",
        from.0.word(),
        place(from.0, "old"),
        to.0.word(),
        place(to.0, "new")
    );
    let files = BTreeMap::from([
        ("main.plan", plan),
        ("old.sql", table(from.0, "a", from.1)),
        ("new.sql", table(to.0, "b", to.1)),
    ]);
    let checked = datamove::check("", "main.plan", &Memory(files), Options { today: Some("2026-11-22") });
    let Some(plan) = &checked.plan else {
        let helps = checked.problems.sorted().into_iter().filter_map(|found| found.help);
        let edit = helps.filter_map(|help| {
            let (_, rest) = help.split_once("`x <- ")?;
            Some(rest.split_once('`')?.0.to_owned())
        });
        return Says::Refused(edit.into_iter().next());
    };
    let about_x =
        |claim: &&datamove::plan::Claim| claim.column.as_deref() == Some("x") || claim.id.contains("/a.x/");
    let probed = plan
        .claims
        .iter()
        .filter(about_x)
        .any(|claim| !matches!(claim.established, Established::Proven { .. }));
    if probed { Says::Probed } else { Says::Exact }
}

/// The cell of a pair of types, and the conversion that has to be stated for it.
fn cell(from: (Engine, &str), to: (Engine, &str)) -> (&'static str, Option<String>) {
    match says(from, to, "a.x") {
        Says::Exact => ("=", None),
        Says::Probed => ("?", None),
        Says::Refused(None) => ("·", None),
        Says::Refused(Some(edit)) => match says(from, to, &edit) {
            Says::Exact => ("s", Some(edit)),
            Says::Probed => ("s?", Some(edit)),
            Says::Refused(_) => ("·", None),
        },
    }
}

fn matrix(page: &mut String, from: Engine, to: Engine) {
    let (sources, targets) = (types(from), types(to));
    writeln!(page, "## {} → {}\n", from.title(), to.title()).unwrap();
    writeln!(page, "| | {} |", targets.join(" | ")).unwrap();
    writeln!(page, "| --- |{}", " --- |".repeat(targets.len())).unwrap();
    let mut stated: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let mut row = format!("| {source} |");
        for target in targets {
            let (mark, edit) = cell((from, source), (to, target));
            write!(row, " {mark} |").unwrap();
            if let Some(edit) = edit {
                stated.entry(edit).or_default().insert(format!("{source} → {target}"));
            }
        }
        writeln!(page, "{row}").unwrap();
    }
    page.push('\n');
    for (edit, pairs) in stated {
        let pairs: Vec<_> = pairs.into_iter().collect();
        writeln!(page, "- `{edit}`: {}", pairs.join(", ")).unwrap();
    }
    page.push('\n');
}

#[test]
fn the_types_are_what_the_checker_says() {
    let mut page = String::new();
    for from in Engine::ALL {
        for to in Engine::ALL {
            matrix(&mut page, from, to);
        }
    }
    rewrite("types.md", &page);
}
