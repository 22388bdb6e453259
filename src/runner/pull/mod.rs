//! The schema of a live database as DDL that [`crate::schema::read`] understands, the same bytes
//! for the same schema: no host, user, clock or version, everything sorted by name.
//!
//! It is what a data move has to know and no more: no function bodies, no views but their names,
//! no privileges. A backup is another tool's work.

mod mysql;
mod postgres;
mod sqlite;
mod stats;

pub use stats::stats;

use super::driver::{EngineError, RowSet, Session, Value};
use super::failure::{Failure, Result};
use crate::base::{Engine, FileId, Sources};
use crate::diagnostic::{Code, Diagnostic, Problems, Severity, to_text};
use crate::schema::{self, Catalog, Table};

/// The first words of every file that is written here; what does not begin with them is somebody's.
pub const MARK: &str = "-- Written by `datamove pull`";

/// What our ledgers' schemas, databases and tables begin with; they are no part of a schema.
const LEDGERS: &str = "datamove_";

/// A schema's text, with the name of the schema or database that it is for where the text does not
/// say it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    namespace: Option<String>,
    text: String,
}

/// The DDL of a live database, and what it is read as.
///
/// `schemas`: PostgreSQL's schemas, MySQL's databases, the names of SQLite's attached files; empty
/// for all of PostgreSQL's, for the database that MySQL's session is in, for SQLite's own file.
pub fn ddl(session: &mut dyn Session, schemas: &[String]) -> Result<(String, Catalog)> {
    let parts = parts(session, schemas)?;
    // What was written has to be read again, and what it is read as must not be nothing.
    let catalog = read(session.engine(), &parts)?;
    let named = |schema: &&String| {
        let of_it = |table: &Table| table.schema.as_ref().is_none_or(|own| own == *schema);
        !catalog.tables.iter().any(of_it)
    };
    if let Some(empty) = schemas.iter().find(named) {
        return Err(nothing(&format!("there is no table in `{empty}`")));
    }
    if catalog.tables.is_empty() {
        return Err(nothing("there is no table in the database"));
    }
    let engine = session.engine().title();
    let mut text = format!("{MARK} from {engine}: what a data move has to know of the schema.\n");
    let several = parts.len() > 1;
    for part in parts {
        text.push('\n');
        if let Some(namespace) = part.namespace.filter(|_| several) {
            text.push_str(&mysql::used(&namespace));
        }
        text.push_str(&part.text);
    }
    Ok((text, catalog))
}

fn nothing(what: &str) -> Box<Failure> {
    Failure::new(Code::NothingToPull, what)
        .state("nothing was written")
        .help("make sure that the location names the right database and that this user may see its tables")
}

/// The schema as it is now; without a table in it, an empty catalog.
pub fn catalog(session: &mut dyn Session, schemas: &[String]) -> Result<Catalog> {
    let parts = parts(session, schemas)?;
    read(session.engine(), &parts)
}

fn read(engine: Engine, parts: &[Part]) -> Result<Catalog> {
    let mut sources = Sources::default();
    let mut files: Vec<(FileId, Option<String>)> = Vec::new();
    for part in parts {
        let name = part.namespace.clone().unwrap_or_else(|| "the live schema".to_owned());
        files.push((sources.add(name, part.text.clone()), part.namespace.clone()));
    }
    let mut problems = Problems::default();
    let catalog = schema::read(engine, "", &files, &sources, &mut problems);
    // A database without a table is no error here: that its tables are missing is the news.
    let wrong = |problem: &Diagnostic| problem.severity == Severity::Error && problem.code != Code::NoTable;
    let problems: Vec<_> = problems.sorted().into_iter().filter(wrong).collect();
    if problems.is_empty() {
        return Ok(catalog);
    }
    Err(Failure::new(Code::LiveSchemaUnreadable, "the schema of the live database cannot be read")
        .engine(to_text(&sources, &problems, false))
        .help("this is a fault of datamove: please report it with the lines above"))
}

fn parts(session: &mut dyn Session, schemas: &[String]) -> Result<Vec<Part>> {
    let parts = match session.engine() {
        Engine::Sqlite => sqlite::parts(session, schemas),
        Engine::Postgres => postgres::parts(session, schemas),
        Engine::Mysql => mysql::parts(session, schemas),
    };
    parts.map_err(|error| Failure::from_engine(error).doing("reading the schema"))
}

type Queried<T> = std::result::Result<T, EngineError>;

/// The text in a column of a row, counted from 0; empty for NULL.
fn text(row: &[Value], column: usize) -> String {
    match row.get(column) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The first column of all rows.
fn firsts(rows: &RowSet) -> Vec<String> {
    rows.rows.iter().map(|row| text(row, 0)).collect()
}

/// Statements, each ended; a comment stays one.
fn ended(statements: &[String]) -> String {
    let mut all = String::new();
    for statement in statements {
        all.push_str(statement);
        let last = statement.lines().next_back().unwrap_or_default();
        if last.contains("--") && !statement.starts_with("--") {
            all.push('\n');
        }
        all.push_str(if statement.starts_with("--") { "\n" } else { ";\n" });
    }
    all
}
