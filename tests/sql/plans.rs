//! Every plan under `plans/`: formatted, without findings, compiled to statements that parse, and to
//! the same bytes from wherever and in whatever order its inputs come.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use datamove::base::Engine;
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

use crate::spelling::unread;
use crate::testkit::{Output, skip};

/// The project's folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The binary under test.
fn datamove(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
    command.args(words).env_remove("CI").env("NO_COLOR", "1");
    Output::of(command, "")
}

/// Files below `folder`, by their path in it.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), path);
            }
        }
    }
    found
}

/// A plan file of the project, with everything that it names, by path from the project's folder.
struct Plan {
    path: String,
    engine: Engine,
    /// Schema files that the plan names, as it names them.
    schemas: Vec<String>,
    imports: Vec<String>,
    text: String,
}

/// The texts in quotes that follow `word` at the beginning of a clause.
fn named(text: &str, word: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or("").split("##").next().unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n");
    let parts: Vec<_> = code.split('"').collect();
    let pairs = parts.iter().zip(parts.iter().skip(1)).step_by(2);
    let after = pairs.filter(|(before, _)| before.trim_end().ends_with(word));
    after.map(|(_, name)| (*name).to_owned()).collect()
}

/// The engine of the plan's `source` or `target`.
fn engine_of(plan: &str, side: &str) -> Engine {
    let line = plan.lines().find(|line| line.starts_with(side)).unwrap_or_default();
    line.split_whitespace().nth(2).and_then(Engine::from_word).unwrap_or(Engine::Sqlite)
}

/// Every plan with a head of its own; what is only imported is tested with what imports it.
fn plans() -> Vec<Plan> {
    let folder = root().join("plans");
    let files = files_below(&folder)
        .into_keys()
        .filter(|path| Path::new(path).extension().is_some_and(|found| found == "plan"));
    let read = files.map(|path| {
        let text = std::fs::read_to_string(folder.join(&path)).unwrap();
        let engine = engine_of(&text, "target ");
        Plan {
            engine,
            schemas: named(&text, "schema"),
            imports: named(&text, "import"),
            path: format!("plans/{path}"),
            text,
        }
    });
    let list: Vec<_> = read.filter(|plan| !plan.schemas.is_empty()).collect();
    assert!(list.len() >= 2, "the shop's plans are found");
    list
}

impl Plan {
    fn file(&self, name: &str) -> PathBuf {
        root().join(&self.path).parent().unwrap().join(name)
    }

    /// True if the plan's files are there; says so where they are not.
    fn complete(&self) -> bool {
        if self.path.starts_with("plans/chinook_versions/") {
            // Its schemas are published in another encoding; tests/real brings them, and compiles it.
            return false;
        }
        let missing = self.schemas.iter().find(|name| !self.file(name).exists());
        if let Some(name) = missing {
            assert!(name.contains("shared/data"), "{}: {name} is not there", self.path);
            skip(&self.path, &format!("{name} is not there"));
        }
        missing.is_none()
    }
}

fn dialect(engine: Engine) -> Box<dyn Dialect> {
    match engine {
        Engine::Sqlite => Box::new(SQLiteDialect {}),
        Engine::Postgres => Box::new(PostgreSqlDialect {}),
        Engine::Mysql => Box::new(sqlparser::dialect::AnsiDialect {}),
    }
}

/// Numbers that look random and are the same in every run (the constants are Knuth's).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// DDL statements in another order, in which types still come before tables, and tables before
/// what is said about them. Data in a dump is left out: `COPY` blocks have no end in SQL.
fn shuffled(engine: Engine, text: &str, random: &mut Seeded) -> Vec<String> {
    let dialect = dialect(engine);
    let tokens = Tokenizer::new(dialect.as_ref(), text).with_unescape(false).tokenize().unwrap();
    let mut classes: [Vec<String>; 3] = Default::default();
    let mut statement = String::new();
    for token in tokens {
        match token {
            Token::SemiColon => {
                let words = statement.trim().to_uppercase();
                let class = if words.starts_with("CREATE TABLE") {
                    1
                } else {
                    let later = [
                        "CREATE INDEX",
                        "CREATE UNIQUE",
                        "ALTER TABLE",
                        "COMMENT",
                        "CREATE TRIGGER",
                        "CREATE VIEW",
                    ];
                    if later.iter().any(|word| words.starts_with(word)) { 2 } else { 0 }
                };
                classes[class].push(std::mem::take(&mut statement));
            }
            Token::Whitespace(Whitespace::SingleLineComment { .. }) => statement.push('\n'),
            other => statement.push_str(&other.to_string()),
        }
    }
    let [first, mut tables, mut rest] = classes;
    random.shuffle(&mut tables);
    random.shuffle(&mut rest);
    let all = [first, tables, rest].concat().into_iter();
    all.map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).map(|one| one + ";\n").collect()
}

/// The plan's own files in another folder: DDL shuffled and cut in three files, imports and schema
/// files named in another order, all on the lines where they were.
fn moved_elsewhere(plan: &Plan, folder: &Path, seed: u64) -> PathBuf {
    let mut random = Seeded(seed);
    let mut text = plan.text.clone();
    for (i, name) in plan.schemas.iter().enumerate() {
        let ddl = std::fs::read_to_string(plan.file(name)).unwrap();
        let statements = shuffled(plan.engine, &ddl, &mut random);
        // A dump's tables stay before what alters them: files are read in the order of the plan.
        let third = statements.len().div_ceil(3).max(1);
        let names: Vec<_> =
            (0..statements.chunks(third).len()).map(|part| format!("s{i}_{part}.sql")).collect();
        for (name, part) in names.iter().zip(statements.chunks(third)) {
            std::fs::write(folder.join(name), part.concat()).unwrap();
        }
        let place = text.find(&format!("schema \"{name}\"")).unwrap();
        let tail = &text[place..][format!("schema \"{name}\"").len()..];
        let namespace =
            tail.trim_start().strip_prefix("in ").map(|rest| rest.split_whitespace().next().unwrap());
        let word = namespace.map_or_else(String::new, |name| format!(" in {name}"));
        let tail = tail.trim_start().strip_prefix(word.trim_start()).unwrap_or(tail);
        let clauses: Vec<_> = names.iter().map(|name| format!("schema \"{name}\"{word}")).collect();
        text = format!("{}{}{tail}", &text[..place], clauses.join(" "));
    }
    let mut imports = plan.imports.clone();
    for name in &imports {
        std::fs::copy(plan.file(name), folder.join(name)).unwrap();
        text = text.replacen(&format!("import \"{name}\""), "import \"\u{0}\"", 1);
    }
    random.shuffle(&mut imports);
    for name in &imports {
        text = text.replacen('\u{0}', name, 1);
    }
    let name = folder.join(Path::new(&plan.path).file_name().unwrap());
    std::fs::write(&name, text).unwrap();
    name
}

#[test]
fn plans_are_formatted_and_have_no_findings() {
    for plan in plans().iter().filter(|plan| plan.complete()) {
        let path = root().join(&plan.path);
        let imported = plan.imports.iter().map(|name| plan.file(name));
        for file in imported.chain([path.clone()]) {
            let formatted = datamove(&["fmt", "--check", file.to_str().unwrap()]);
            assert!(formatted.success, "{}: {}{}", plan.path, formatted.stdout, formatted.stderr);
            let messy = tempfile::tempdir().unwrap();
            let copy = messy.path().join("messy.plan");
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&copy, text.replace("\n  ", "\n \t   ").replace(" <- ", "<-")).unwrap();
            datamove(&["fmt", copy.to_str().unwrap()]).ok();
            assert_eq!(std::fs::read_to_string(&copy).unwrap(), text, "{}", plan.path);
        }
        let checked = datamove(&["check", "--format", "json", path.to_str().unwrap()]).ok();
        let findings: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
        assert_eq!(findings["diagnostics"], serde_json::json!([]), "{}", plan.path);
    }
}

#[test]
fn every_statement_of_every_script_parses_back() {
    let mut failures = Vec::new();
    for plan in plans().iter().filter(|plan| plan.complete()) {
        let folder = tempfile::tempdir().unwrap();
        for (path, file) in compiled(&root().join(&plan.path), folder.path()) {
            if path.starts_with("sql/") {
                let text = String::from_utf8(file).unwrap();
                // Lines for the client itself: psql's backslash commands, the shell's `.mode`.
                let own = |line: &&str| line.starts_with(['\\', '.']);
                let lines: Vec<_> = text.lines().filter(|line| !own(line)).collect();
                let text = lines.join("\n");
                // These two run on the source's server.
                let at_source = ["sql/05_", "sql/14_"].iter().any(|part| path.starts_with(part));
                let engine = if at_source { engine_of(&plan.text, "source ") } else { plan.engine };
                failures.extend(unread(engine, &format!("{}: {path}", plan.path), &text));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Every file of the bundle, by path.
fn compiled(plan: &Path, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let bundle = folder.join("bundle");
    datamove(&["compile", plan.to_str().unwrap(), "-o", bundle.to_str().unwrap()]).ok();
    files_below(&bundle).into_iter().map(|(path, file)| (path, std::fs::read(file).unwrap())).collect()
}

#[test]
fn bundles_do_not_depend_on_the_order_of_inputs_or_the_place() {
    for plan in plans().iter().filter(|plan| plan.complete()) {
        let wanted = tempfile::tempdir().unwrap();
        let wanted = compiled(&root().join(&plan.path), wanted.path());
        for seed in [7, 4821] {
            let folder = tempfile::tempdir().unwrap();
            let found = compiled(&moved_elsewhere(plan, folder.path(), seed), folder.path());
            let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&found), names(&wanted), "{}", plan.path);
            for (path, bytes) in &wanted {
                let (found, wanted) = (String::from_utf8_lossy(&found[path]), String::from_utf8_lossy(bytes));
                let apart = found.lines().zip(wanted.lines()).find(|(a, b)| a != b);
                assert!(found == wanted, "{} with seed {seed}: {path} differs at {apart:?}", plan.path);
            }
        }
    }
}
