//! The data files: `tables.txt` declares the rows, every other file is a topic.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use datamove::base::Engine;

#[derive(Debug)]
pub(crate) enum Expected {
    Value(String),
    /// A finding of the compiler.
    Refused(String),
    /// A check of the preflight, by its kind.
    Probe(String),
}

/// `expression | type of the result | expected | engine: expected …`
#[derive(Debug)]
pub(crate) struct Line {
    topic: usize,
    number: usize,
    pub(crate) expression: String,
    pub(crate) ty: String,
    pub(crate) expected: BTreeMap<Option<Engine>, Expected>,
}

#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug)]
struct Column {
    name: String,
    ty: String,
    /// One for each row; `None` is NULL.
    values: Vec<Option<String>>,
}

#[derive(Debug)]
pub(crate) struct Table {
    /// `values` items of the plan.
    pub(crate) values: Vec<String>,
    pub(crate) topics: Vec<Topic>,
    tables: BTreeMap<String, Vec<Column>>,
}

impl Line {
    /// The line with a name that no line of another topic has.
    pub(crate) fn alone(line: &Self) -> Self {
        let unique = 1000 * line.topic + line.number;
        Self {
            topic: 0,
            number: unique,
            expression: line.expression.clone(),
            ty: line.ty.clone(),
            expected: BTreeMap::new(),
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("e{}", self.number)
    }

    pub(crate) fn expected(&self, engine: Engine) -> &Expected {
        self.expected.get(&Some(engine)).unwrap_or_else(|| &self.expected[&None])
    }

    /// Whether what an engine stored is the expected value; doubles by their bits.
    pub(crate) fn same(&self, found: &str, wanted: &str) -> bool {
        match (self.ty.as_str(), found.parse::<f64>(), wanted.parse::<f64>()) {
            ("double" | "real", Ok(found), Ok(wanted)) => found.to_bits() == wanted.to_bits(),
            _ => found == wanted,
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

impl Table {
    pub(crate) fn read() -> Self {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ext| ext == "txt"));
        paths.sort();
        let mut table = Self { values: Vec::new(), topics: Vec::new(), tables: BTreeMap::new() };
        for path in paths {
            let text = unescaped(&fs::read_to_string(&path).unwrap());
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if name == "tables" {
                table.declare(&text);
            } else {
                table.topic(name, &text);
            }
        }
        table
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.topics.iter().flat_map(|topic| &topic.lines)
    }

    fn declare(&mut self, text: &str) {
        let mut current = String::new();
        for line in meaningful(text) {
            if let Some(name) = line.strip_prefix("table ") {
                name.clone_into(&mut current);
                continue;
            }
            let mut fields = line.split(" | ").map(str::trim);
            let (name, ty) = (fields.next().unwrap().to_owned(), fields.next().unwrap().to_owned());
            let value = |field: &str| {
                let text = field.strip_prefix('\'').and_then(|field| field.strip_suffix('\''));
                (field != "null").then(|| text.unwrap_or(field).to_owned())
            };
            let values = fields.map(value).collect();
            self.tables.entry(current.clone()).or_default().push(Column { name, ty, values });
        }
    }

    fn topic(&mut self, name: String, text: &str) {
        let mut lines = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("values ") {
                self.values.push(line.to_owned());
            } else if !line.is_empty() && !line.starts_with('#') {
                lines.push(
                    read_line(self.topics.len() + 1, number + 1, line)
                        .unwrap_or_else(|| panic!("{name}: {line}")),
                );
            }
        }
        self.topics.push(Topic { name, lines });
    }

    /// Texts of a PostgreSQL source have a collation of a language, which must not matter.
    pub(crate) fn collated(engine: Engine, ddl: &str) -> String {
        if engine != Engine::Postgres {
            return ddl.to_owned();
        }
        ["varchar(10)", "varchar(20)", "varchar(40)"]
            .iter()
            .fold(ddl.to_owned(), |ddl, ty| ddl.replace(ty, &format!("{ty} COLLATE \"en-x-icu\"")))
    }

    pub(crate) fn ddl(&self, engine: Engine, of: &str, name: &str) -> String {
        let columns = self.tables[of].iter().filter(|column| has(engine, &column.ty));
        let columns: Vec<_> = columns
            .map(|column| match column.name.as_str() {
                "id" => "id BIGINT NOT NULL PRIMARY KEY".to_owned(),
                name => {
                    let null = if engine == Engine::Mysql { " NULL" } else { "" };
                    format!("{name} {}{null}", types(engine, &column.ty))
                }
            })
            .collect();
        format!("CREATE TABLE {name} ({});\n", columns.join(", "))
    }

    pub(crate) fn rows(&self, engine: Engine) -> String {
        let mut script = String::new();
        for (name, columns) in &self.tables {
            for row in 0..columns[0].values.len() {
                let columns = columns.iter().filter(|column| has(engine, &column.ty));
                let values: Vec<_> = columns.map(|column| literal(engine, column, row)).collect();
                script += &format!("INSERT INTO {name} VALUES ({});\n", values.join(", "));
            }
        }
        script
    }
}

/// A type that one engine alone has is a column there alone.
fn has(engine: Engine, ty: &str) -> bool {
    match ty {
        "inet" | "bpchar(5)" | "citext" => engine == Engine::Postgres,
        "nocase" => engine == Engine::Sqlite,
        _ => true,
    }
}

fn literal(engine: Engine, column: &Column, row: usize) -> String {
    let Some(value) = &column.values[row] else { return "NULL".to_owned() };
    match (column.ty.as_str(), engine) {
        ("boolean", Engine::Sqlite) => i32::from(value == "true").to_string(),
        ("boolean", _) => value.clone(),
        ("bytes", Engine::Postgres) => format!("'\\x{value}'"),
        ("bytes", _) => format!("x'{value}'"),
        ("timestamp with time zone", Engine::Mysql) => format!("'{}'", value.trim_end_matches('Z')),
        _ => format!("'{}'", value.replace('\'', "''")),
    }
}

/// The engine's own type for one of the plan language.
pub(crate) fn types(engine: Engine, ty: &str) -> String {
    let own = match (ty, engine) {
        ("double", Engine::Postgres) => "double precision",
        ("text", Engine::Mysql) => "longtext",
        ("bytes", Engine::Postgres) => "bytea",
        ("bytes", Engine::Mysql) => "longblob",
        ("bytes", Engine::Sqlite) => "blob",
        ("time", Engine::Mysql) => "time(6)",
        ("timestamp", Engine::Mysql) => "datetime(6)",
        ("timestamp with time zone", Engine::Mysql) => "timestamp(6)",
        ("jsonb", Engine::Mysql | Engine::Sqlite) => "json",
        ("nocase", Engine::Sqlite) => "varchar(20) COLLATE NOCASE",
        _ => ty,
    };
    own.to_owned()
}

fn meaningful(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn read_line(topic: usize, number: usize, line: &str) -> Option<Line> {
    let mut fields = line.split(" | ").map(str::trim);
    let (expression, ty) = (fields.next()?.to_owned(), fields.next()?.to_owned());
    let mut expected = BTreeMap::new();
    expected.insert(None, read_expected(fields.next()?));
    for field in fields {
        let (engines, what) = field.split_once(": ")?;
        for engine in engines.split(", ") {
            expected.insert(Some(Engine::from_word(engine)?), read_expected(what));
        }
    }
    Some(Line { topic, number, expression, ty, expected })
}

fn read_expected(text: &str) -> Expected {
    let text = text.trim();
    if let Some(kind) = text.strip_prefix("refused probe ") {
        return Expected::Probe(kind.to_owned());
    }
    if let Some(code) = text.strip_prefix("refused ") {
        return Expected::Refused(code.to_owned());
    }
    let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    Expected::Value(match (quoted, text) {
        (Some(inside), _) => format!("'{inside}'"),
        (None, other) => other.to_owned(),
    })
}

/// `\u{301}` as the character, so that what cannot be seen can be read.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (digits, behind) = after.split_once('}').unwrap();
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
        rest = behind;
    }
    out + rest
}
