//! A case in words: two schemas, the rows, the plan.

use std::fmt::Write as _;

use datamove::base::Engine;

use crate::case::{Case, Key, Table};
use crate::kinds::{EXACT_KEYS, KEYS, Kind, NUMBERS, TEXTS, Value, kinds};

/// What a case is on one engine.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) old: String,
    pub(crate) new: String,
    /// INSERTs into the tables of `old`, each with the table's bare name behind `old.`.
    pub(crate) rows: Vec<String>,
    pub(crate) plan: String,
    /// For damages: what the target is made of.
    pub(crate) tables: Vec<Made>,
}

/// A table of the target.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) keys: Vec<String>,
    /// Those that are not of the key, with whether NULL is allowed.
    pub(crate) columns: Vec<(String, bool)>,
    pub(crate) rows: usize,
}

const NAMES: [&str; 6] = ["plain", "order", "two words", "Größe", "it's", "a\"b"];

/// The name of the table with that number.
fn table_name(case: &Case, at: usize) -> String {
    let word = NAMES[case.tables[at].named % NAMES.len()];
    // A name with a quote in it is another test's; PostgreSQL and MySQL have both.
    format!("{word}{at}")
}

fn quoted(name: &str, engine: Engine) -> String {
    match engine {
        Engine::Mysql => format!("`{}`", name.replace('`', "``")),
        Engine::Sqlite | Engine::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// A name as the plan has it.
fn named(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) struct Writer<'c> {
    case: &'c Case,
    engine: Engine,
    kinds: Vec<&'static Kind>,
}

/// The text of a case for an engine.
pub(crate) fn texts(case: &Case, engine: Engine) -> Texts {
    let writer = Writer { case, engine, kinds: kinds(engine) };
    let all = || 0..case.tables.len();
    let place = |side: &str| if engine == Engine::Postgres { format!(" in {side}") } else { String::new() };
    let word = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::Mysql => "mysql",
    };
    let mut plan = format!(
        "datamove edition 2026\n\nplan moved {{ }}\n\nsource old {word} {{ schema \"old.sql\"{} }}\n\n\
         target new {word} {{ schema \"new.sql\"{} }}\n\n\
         values states {{ 'A' -> 'active', 'S' -> 'it''s', '' -> '\\', 'it''s' -> '' }}\n\n\
         values numbers {{ 'A' -> 1, 'S' -> 2, else 0 }}\n",
        place("old"),
        place("new")
    );
    for at in all() {
        plan += &writer.moving(at);
    }
    Texts {
        old: all().map(|at| writer.table(at, false)).collect(),
        new: all().map(|at| writer.table(at, true)).collect(),
        rows: all().filter_map(|at| writer.rows(at)).collect(),
        plan,
        tables: all().map(|at| writer.made(at)).collect(),
    }
}

/// A column of both tables.
struct Cell {
    name: String,
    old: String,
    new: String,
    value: String,
    /// Is in the new table's key.
    key: bool,
    new_null: bool,
}

impl Writer<'_> {
    fn of(&self, at: usize) -> &Table {
        &self.case.tables[at]
    }

    fn kind(&self, number: usize) -> &'static Kind {
        self.kinds[number % self.kinds.len()]
    }

    /// The references that this table can have: to tables before it with a key of one column.
    fn parents(&self, at: usize) -> Vec<(usize, bool)> {
        let one = |parent: usize| matches!(self.of(parent).key, Key::Kept | Key::Fresh | Key::Text);
        let found =
            self.of(at).references.iter().filter(|reference| reference.parent < at && one(reference.parent));
        // Rows of an empty table cannot be referred to.
        found
            .map(|reference| {
                (reference.parent, reference.nullable || self.of(reference.parent).rows.is_empty())
            })
            .collect()
    }

    fn own(&self, at: usize) -> bool {
        self.of(at).own && matches!(self.of(at).key, Key::Kept | Key::Fresh)
    }

    fn is_parent(&self, at: usize) -> bool {
        (0..self.case.tables.len()).any(|child| self.parents(child).iter().any(|(parent, _)| *parent == at))
            || self.own(at)
    }

    fn text_type(&self, collated: bool) -> String {
        let collation = match (self.engine, collated) {
            (Engine::Mysql, false) => " COLLATE utf8mb4_nopad_bin",
            (Engine::Mysql, true) => " COLLATE utf8mb4_unicode_ci",
            (Engine::Postgres, true) => " COLLATE \"und-x-icu\"",
            (Engine::Sqlite, true) => " COLLATE NOCASE",
            (Engine::Postgres | Engine::Sqlite, false) => "",
        };
        format!("varchar(40){collation}")
    }

    fn key_cells(&self, at: usize) -> Vec<Cell> {
        let whole = self.whole();
        let cell = |name: &str, ty: String| Cell {
            name: name.to_owned(),
            old: ty.clone(),
            new: ty,
            value: format!("t.{name}"),
            key: true,
            new_null: false,
        };
        match self.of(at).key {
            Key::Kept => vec![cell("id", whole)],
            Key::Fresh => {
                let new = if self.engine == Engine::Postgres { "uuid" } else { "char(36)" };
                let value = format!("uuid5(\"new.t{at}\", t.id)");
                vec![Cell { new: new.to_owned(), value, ..cell("id", whole) }]
            }
            Key::Text => vec![cell("code", self.text_type(false))],
            Key::Collated => vec![cell("code", self.text_type(true))],
            Key::Pair => vec![cell("a", whole), cell("b", self.text_type(false))],
            Key::Absent => Vec::new(),
        }
    }

    fn whole(&self) -> String {
        if self.engine == Engine::Sqlite { "INTEGER".to_owned() } else { "bigint".to_owned() }
    }

    fn cells(&self, at: usize) -> Vec<Cell> {
        let mut cells = self.key_cells(at);
        for (n, (parent, nullable)) in self.parents(at).into_iter().enumerate() {
            cells.push(self.reference(parent, &format!("ref{n}"), nullable));
        }
        if self.own(at) {
            cells.push(self.reference(at, "boss", true));
        }
        for (n, column) in self.of(at).columns.iter().enumerate() {
            let kind = self.kind(column.kind);
            let way = kind.ways[column.way % kind.ways.len()];
            let ty = kind.ddl(self.engine).unwrap();
            // A word that SQL reserves, and one that the plan's language does.
            let name = ["select", "where", "c c", "Ö", "key", "d"][n].to_owned();
            let plan = format!("t.{}", named(&name));
            cells.push(Cell {
                value: way.value.replace("{}", &plan),
                old: format!("{ty}{}", if column.nullable { "" } else { " NOT NULL" }),
                new: self.target_type(way.ty.unwrap_or(ty)),
                key: false,
                // A text map, a nullif: what may be NULL is told by whether the source may.
                new_null: !(way.fills || !column.nullable && !way.value.starts_with("nullif")),
                name,
            });
        }
        if cells.is_empty() {
            // No table is without columns.
            let (name, value) = ("bare".to_owned(), "t.bare".to_owned());
            cells.push(Cell {
                name,
                old: self.whole(),
                new: self.whole(),
                value,
                key: false,
                new_null: true,
            });
        }
        cells
    }

    fn target_type(&self, ty: &str) -> String {
        match (self.engine, ty) {
            (Engine::Mysql, "varchar(3)" | "varchar(40)" | "varchar(20)" | "varchar(5)") => {
                format!("{ty} COLLATE utf8mb4_nopad_bin")
            }
            _ => ty.to_owned(),
        }
    }

    fn reference(&self, parent: usize, name: &str, nullable: bool) -> Cell {
        let keys = self.key_cells(parent);
        let null = if nullable { "" } else { " NOT NULL" };
        let fresh = self.of(parent).key == Key::Fresh;
        let target = format!("new.{}", named(&table_name(self.case, parent)));
        let value = if fresh { format!("ref {target}(t.{name})") } else { format!("t.{name}") };
        let old = format!("{}{null}", keys[0].old);
        Cell { name: name.to_owned(), old, new: keys[0].new.clone(), value, key: false, new_null: nullable }
    }

    fn table(&self, at: usize, new: bool) -> String {
        let quote = |name: &str| quoted(name, self.engine);
        let mut parts: Vec<String> = self
            .cells(at)
            .iter()
            .map(|cell| {
                let null = if new && !cell.new_null && !cell.key { " NOT NULL" } else { "" };
                let null = if cell.key { " NOT NULL" } else { null };
                format!("  {} {}{null}", quote(&cell.name), if new { &cell.new } else { &cell.old })
            })
            .collect();
        let keys: Vec<String> = self.key_cells(at).iter().map(|cell| quote(&cell.name)).collect();
        if !keys.is_empty() {
            parts.push(format!("  PRIMARY KEY ({})", keys.join(", ")));
        }
        let own = self.own(at).then_some((at, "boss".to_owned()));
        let others =
            self.parents(at).into_iter().enumerate().map(|(n, (parent, _))| (parent, format!("ref{n}")));
        for (parent, column) in others.chain(own) {
            let key = self.key_cells(parent)[0].name.clone();
            let to = quote(&table_name(self.case, parent));
            parts.push(format!("  FOREIGN KEY ({}) REFERENCES {to} ({})", quote(&column), quote(&key)));
        }
        format!("CREATE TABLE {} (\n{}\n);\n", quote(&table_name(self.case, at)), parts.join(",\n"))
    }

    fn moving(&self, at: usize) -> String {
        let name = named(&table_name(self.case, at));
        let table = self.of(at);
        let mut text = format!("\nmove old.{name} t -> new.{name} {{\n");
        if let Some(filter) = self.filter(at) {
            let _ = writeln!(text, "  where {filter}");
        }
        let keys = self.key_cells(at);
        let by: Vec<String> = keys.iter().map(|key| format!("t.{}", key.name)).collect();
        if by.is_empty() {
            text += "  batch whole\n";
        } else {
            let _ = writeln!(text, "  batch {} rows by {}", table.batch, by.join(", "));
        }
        let cells = self.cells(at);
        for cell in &cells {
            let word = if cell.key { "key " } else { "" };
            let _ = writeln!(text, "  {word}{} <- {}", named(&cell.name), cell.value);
        }
        text += "}\n";
        if table.rows.is_empty() {
            let _ = writeln!(text, "\naccept scope new.{name} because \"may be empty\"");
        }
        text
    }

    /// Which rows go, where the table is nobody's parent; never all of them.
    fn filter(&self, at: usize) -> Option<String> {
        let table = self.of(at);
        let numbered = matches!(table.key, Key::Kept | Key::Fresh | Key::Pair);
        if !table.filter || self.is_parent(at) || !numbered || table.rows.len() < 2 {
            return None;
        }
        let key = &self.key_cells(at)[0].name;
        Some(format!("t.{key} <> {}", if table.key == Key::Pair { 1 } else { self.number(at, 0) }))
    }

    /// The key of a row that has a number.
    fn number(&self, at: usize, row: usize) -> i64 {
        if self.of(at).key == Key::Pair {
            return i64::try_from(row / 3).unwrap();
        }
        let from = self.of(at).named;
        NUMBERS
            .get((from + row) % (NUMBERS.len() * 2))
            .copied()
            .unwrap_or_else(|| 1000 + i64::try_from(row).unwrap())
    }

    /// How many rows a table can have: keys do not repeat.
    fn count(&self, at: usize) -> usize {
        let rows = self.of(at).rows.len();
        match self.of(at).key {
            Key::Kept | Key::Fresh => rows.min(2 * NUMBERS.len()),
            Key::Text => rows.min(EXACT_KEYS),
            Key::Collated => rows.min(KEYS),
            Key::Pair | Key::Absent => rows,
        }
    }

    fn key_values(&self, at: usize, row: usize) -> Vec<Value> {
        let text = |most: usize| TEXTS[(self.of(at).named + row) % most];
        match self.of(at).key {
            Key::Kept | Key::Fresh => vec![Value::Int(self.number(at, row))],
            Key::Text => vec![text(EXACT_KEYS)],
            Key::Collated => vec![text(KEYS)],
            Key::Pair => vec![Value::Int(self.number(at, row)), text(EXACT_KEYS)],
            Key::Absent => Vec::new(),
        }
    }

    fn rows(&self, at: usize) -> Option<String> {
        let count = self.count(at);
        if count == 0 {
            return None;
        }
        let rows: Vec<String> = (0..count).map(|row| self.row(at, row)).collect();
        Some(format!("{} VALUES {}", quoted(&table_name(self.case, at), self.engine), rows.join(",\n")))
    }

    fn row(&self, at: usize, row: usize) -> String {
        let picks = self.of(at).rows[row];
        let mut values = self.key_values(at, row);
        let mut picks = picks.iter().map(|pick| usize::from(*pick));
        for (parent, nullable) in self.parents(at) {
            let pick = picks.next().unwrap();
            let rows = self.count(parent);
            let null = rows == 0 || nullable && pick % 3 == 0;
            values.push(if null { Value::Null } else { self.key_values(parent, pick % rows)[0] });
        }
        if self.own(at) {
            let pick = picks.next().unwrap();
            // Rows before this one only: not every engine puts off the check until the statement's end.
            let null = row == 0 || pick % 3 == 0;
            values.push(if null { Value::Null } else { self.key_values(at, pick % row)[0] });
        }
        for column in &self.of(at).columns {
            let (pick, kind) = (picks.next().unwrap_or(row), self.kind(column.kind));
            let null = column.nullable && pick % 4 == 0;
            values.push(if null { Value::Null } else { Self::edge(kind, pick) });
        }
        if values.is_empty() {
            values.push(Value::Int(i64::try_from(row % 3).unwrap()));
        }
        let texts: Vec<String> = values.iter().map(|value| self.spelled(*value)).collect();
        format!("({})", texts.join(", "))
    }

    /// One of the type's values. A NUL is no character of a text that can be moved.
    fn edge(kind: &Kind, pick: usize) -> Value {
        match kind.values[pick % kind.values.len()] {
            Value::Text("\0") => Value::Text(""),
            Value::Digits("-0.005") => Value::Digits("0"),
            value => value,
        }
    }

    fn spelled(&self, value: Value) -> String {
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        match (value, self.engine) {
            (Value::Null, _) => "NULL".to_owned(),
            (Value::Int(number), _) => number.to_string(),
            (Value::Digits(digits), _) => digits.to_owned(),
            (Value::Bool(value), Engine::Sqlite) => i32::from(value).to_string(),
            (Value::Bool(value), _) => value.to_string(),
            // In hex no setting of the session has a say.
            (Value::Text(""), Engine::Mysql) => "''".to_owned(),
            (Value::Text(text), Engine::Mysql) => format!("_utf8mb4 x'{}'", hex(text.as_bytes())),
            (Value::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
            (Value::Bytes(bytes), Engine::Postgres) => format!("'\\x{}'::bytea", hex(bytes)),
            (Value::Bytes(bytes), _) => format!("x'{}'", hex(bytes)),
        }
    }

    fn made(&self, at: usize) -> Made {
        let columns = self
            .cells(at)
            .into_iter()
            .filter(|cell| !cell.key)
            .map(|cell| (cell.name.clone(), cell.new_null));
        Made {
            name: table_name(self.case, at),
            keys: self.key_cells(at).into_iter().map(|cell| cell.name).collect(),
            columns: columns.collect(),
            rows: self.count(at) - usize::from(self.filter(at).is_some()),
        }
    }
}
