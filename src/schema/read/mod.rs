//! DDL text to [`Catalog`].
//!
//! ```text
//! text ─split─▶ pieces ─statement─▶ ops (names as text) ─build─▶ drafts ─link─▶ Catalog
//! ```
//! Each statement is told by its first words before anything is parsed, so that the rows of a dump
//! cost no more than a look. sqlparser cuts the tokens of the statements that matter and parses
//! the conditions of checks; the grammar of the statements is in [`columns`], [`constraints`],
//! [`index`], [`alter`] and one file for each engine. One more engine is one more such file.

mod alter;
mod build;
mod change;
mod charset;
mod columns;
mod constraints;
mod draft;
mod expression;
mod foreign;
mod index;
mod link;
mod link_columns;
mod mysql;
mod mysql_alter;
mod mysql_change;
mod mysql_column;
mod mysql_table;
mod mysql_text;
mod names;
mod partitions;
mod piece;
mod plain;
mod postgres;
mod query;
mod recognise;
mod sequences;
mod split;
mod sqlite;
mod statement;
mod tokens;
mod type_name;
mod types_mysql;
mod types_postgres;
mod types_sqlite;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_mysql;

use std::collections::BTreeSet;

pub use self::query::{QueryTrouble, read_query};
pub use self::recognise::recognise;

use self::build::{Builder, Failure};
use self::draft::Op;
use self::names::Scope;
use super::Catalog;
use crate::base::{Engine, FileId, Sources, Span};
use crate::diagnostic::{Code, Diagnostic, Problems, Severity};

/// Findings of one file that are told one by one.
const TOLD: usize = 20;

/// Reads the DDL files of one side.
///
/// Each file may have a namespace: the schema that stands for `public` in that file, or for the
/// database that a file of MySQL's uses. `home` is the plan's name for the side: MySQL's database of
/// tables for which nothing names one. Findings go to `problems`, at most about twenty for each
/// file; the catalog holds whatever could be read.
pub fn read(
    engine: Engine,
    home: &str,
    files: &[(FileId, Option<String>)],
    sources: &Sources,
    problems: &mut Problems,
) -> Catalog {
    let mut side = Side { builder: Builder::new(engine), found: Vec::new(), strangers: BTreeSet::new() };
    let mut waiting = Vec::new();
    let mut without = Vec::new();
    for (file, namespace) in files {
        let mut scope = Scope::new(engine, namespace.as_deref(), home);
        if let Some(namespace) = namespace.as_ref().filter(|_| engine == Engine::Sqlite) {
            side.found.push(no_schemas(*file, namespace));
        }
        let outcome = side.read_file(*file, &mut scope, &sources.file(*file).text);
        waiting.extend(outcome.waiting);
        if outcome.tables == 0 {
            without.push((*file, outcome.ops));
        }
    }
    side.settle(waiting);
    let any_table = !side.builder.tables.is_empty();
    for (file, ops) in without {
        // A file of types or indexes goes well with another one of tables.
        if (ops == 0 || !any_table) && !side.strangers.contains(&file) {
            side.no_table(file, sources);
        }
    }
    let Side { mut builder, mut found, strangers } = side;
    builder.complete_partitions();
    let (catalog, linked) = link::link(builder);
    found.extend(linked);
    report(found, &strangers, problems);
    catalog
}

/// What reading one file gave.
#[derive(Default)]
struct Outcome {
    ops: usize,
    tables: usize,
    /// Statements that need a table which did not come yet.
    waiting: Vec<Op>,
}

struct Side {
    builder: Builder,
    found: Vec<Diagnostic>,
    /// Files for another engine.
    strangers: BTreeSet<FileId>,
}

impl Side {
    fn read_file(&mut self, file: FileId, scope: &mut Scope, text: &str) -> Outcome {
        let engine = self.builder.engine;
        let mut outcome = Outcome::default();
        let text = &*plain::plain(engine, text);
        let mut ops = Vec::new();
        let mut told = 0_usize;
        for piece in split::split(engine, text) {
            match statement::read(engine, file, text, &piece, scope) {
                Ok(statement) => {
                    statement.skipped.iter().for_each(|words| self.builder.skip(words));
                    ops.extend(statement.ops);
                }
                Err(problem) => {
                    if problem.code == Code::DdlWrongEngine {
                        self.strangers.insert(file);
                        self.found.push(*problem);
                        return outcome;
                    }
                    told += 1;
                    // A text of garbage may hold millions of them.
                    if told <= TOLD * 2 {
                        self.found.push(*problem);
                    }
                }
            }
        }
        outcome.ops = ops.len();
        for op in ops {
            outcome.tables += usize::from(matches!(op, Op::CreateTable(_)));
            self.apply(op, &mut outcome.waiting);
        }
        outcome
    }

    fn apply(&mut self, op: Op, waiting: &mut Vec<Op>) {
        match self.builder.apply(&op) {
            Ok(()) => {}
            Err(Failure::Table(_)) => waiting.push(op),
            Err(Failure::Wrong(problem)) => self.found.push(*problem),
        }
    }

    /// Statements may stand before the table that they are about, in the same file or in an
    /// earlier one: they are tried again for as long as that helps.
    fn settle(&mut self, mut waiting: Vec<Op>) {
        loop {
            let before = waiting.len();
            let mut still = Vec::new();
            for op in waiting {
                self.apply(op, &mut still);
            }
            if still.is_empty() || still.len() == before {
                waiting = still;
                break;
            }
            waiting = still;
        }
        for op in waiting {
            if let Err(Failure::Table(name)) = self.builder.apply(&op) {
                self.found.push(link::unknown_table(&name, self.builder.tables.values()));
            }
        }
    }

    /// Says that a file defines no table, unless something more exact was said about it.
    fn no_table(&mut self, file: FileId, sources: &Sources) {
        let of_file =
            |problem: &Diagnostic| problem.primary.as_ref().is_some_and(|label| label.span.file == file);
        let exact = |problem: &Diagnostic| of_file(problem) && problem.code != Code::DdlUnknownStatement;
        if self.found.iter().any(exact) {
            return;
        }
        let garbage = self.found.iter().any(of_file);
        self.found.retain(|problem| !of_file(problem));
        let source = sources.file(file);
        let text = &source.text;
        let start = text.len() - text.trim_start().len();
        let len =
            text[start..].lines().next().map_or(0, |line| line.chars().take(80).map(char::len_utf8).sum());
        let (label, help) = if text.trim().is_empty() {
            ("the file is empty", "give the file with the schema's CREATE TABLE statements")
        } else if garbage {
            ("this is not SQL", "give the file with the schema's CREATE TABLE statements")
        } else {
            ("no CREATE TABLE from here on", "leave the file out, or give the schema's dump in its place")
        };
        let message = format!("`{}` defines no table", source.name);
        let span = Span::new(file, start, start + len);
        self.found.push(Diagnostic::error(Code::NoTable, message, span, label).help(help));
    }
}

fn no_schemas(file: FileId, namespace: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NamespaceUnknown,
        format!("namespace `{namespace}` for a file of SQLite, which has no schemas"),
        Span::start_of(file),
        "read without the namespace",
    )
    .help("take the namespace out of the plan")
}

/// Hands the findings on: one for a file of another engine, about twenty for any other.
fn report(found: Vec<Diagnostic>, strangers: &BTreeSet<FileId>, problems: &mut Problems) {
    let sorted = found.into_iter().collect::<Problems>().sorted();
    let mut file = None;
    let mut told = 0_usize;
    let mut left = 0_usize;
    let mut last = None;
    for problem in sorted {
        let span = problem.primary.as_ref().map(|label| label.span);
        let of = span.map(|span| span.file);
        if of.is_some_and(|file| strangers.contains(&file)) && problem.code != Code::DdlWrongEngine {
            continue;
        }
        if of != file {
            and_more(last, left, problems);
            (file, told, left) = (of, 0, 0);
        }
        told += 1;
        if told <= TOLD {
            problems.push(problem);
        } else {
            left += usize::from(problem.severity == Severity::Error);
            last = span;
        }
    }
    and_more(last, left, problems);
}

fn and_more(span: Option<Span>, left: usize, problems: &mut Problems) {
    if let Some(span) = span.filter(|_| left > 0) {
        let message = format!("{left} or more other findings in this file are not shown");
        let found = Diagnostic::error(Code::DdlUnreadable, message, span, "one of them");
        problems.push(found.help("mend the ones above first"));
    }
}
