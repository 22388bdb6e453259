//! Which engine a DDL text is written for.

use sqlparser::tokenizer::Token;

use super::names::Scope;
use super::tokens::{Cursor, is_word};
use super::{split, statement};
use crate::base::{Engine, FileId};
use crate::diagnostic::Code;

/// Types that only PostgreSQL's DDL names.
const POSTGRES: &[&str] = &[
    "serial",
    "bigserial",
    "smallserial",
    "serial4",
    "serial8",
    "jsonb",
    "timestamptz",
    "timetz",
    "bytea",
    "inet",
    "cidr",
    "tsvector",
    "uuid",
];

/// Types that PostgreSQL's DDL cannot name, and SQLite's often does.
const SQLITE: &[&str] = &["datetime", "blob", "nvarchar", "double", "longtext"];

/// How well a reader for an engine gets on with a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    /// It takes every statement.
    Smooth,
    /// It cannot read some, which need not be the text's fault.
    Stumbles,
    /// It finds words of another engine.
    Refuses,
}

/// The engine that `text` was written for: the one whose reader gets on with it best; if that is
/// true of several, the one whose types it names. `None` if it could be for several, or is for none.
#[must_use]
pub fn recognise(text: &str) -> Option<Engine> {
    let readings = Engine::ALL.map(|engine| (reading(engine, text), engine));
    let best = readings.iter().map(|(reading, _)| *reading).min()?;
    let mut fitting = readings.iter().filter(|(reading, _)| *reading == best).map(|(_, engine)| *engine);
    match (best, fitting.next(), fitting.next()) {
        (Reading::Refuses, _, _) => None,
        (_, Some(one), None) => Some(one),
        _ => by_keys(text).or_else(|| by_types(text)),
    }
}

/// Told by a key that is added to a table: SQLite has keys in CREATE TABLE alone.
fn by_keys(text: &str) -> Option<Engine> {
    let mut altered =
        split::split(Engine::Postgres, text).filter(|piece| piece.starts_with(&["ALTER", "TABLE"]));
    altered
        .any(|piece| {
            Cursor::new(Engine::Postgres, FileId(0), text, &piece).is_ok_and(|cursor| {
                cursor.all().windows(2).any(|pair| {
                    is_word(&pair[1].token, "key") && {
                        is_word(&pair[0].token, "primary") || is_word(&pair[0].token, "foreign")
                    }
                })
            })
        })
        .then_some(Engine::Postgres)
}

fn reading(engine: Engine, text: &str) -> Reading {
    let mut scope = Scope::new(engine, None);
    let mut worst = Reading::Smooth;
    for piece in split::split(engine, text) {
        if let Err(problem) = statement::read(engine, FileId(0), text, &piece, &mut scope) {
            if problem.code == Code::DdlWrongEngine {
                return Reading::Refuses;
            }
            worst = Reading::Stumbles;
        }
    }
    worst
}

/// Told by the types of the columns, where everything else is standard SQL.
fn by_types(text: &str) -> Option<Engine> {
    let (mut postgres, mut sqlite) = (false, false);
    for piece in split::split(Engine::Postgres, text).filter(|piece| piece.starts_with(&["CREATE"])) {
        let Ok(cursor) = Cursor::new(Engine::Postgres, FileId(0), text, &piece) else { continue };
        for pair in cursor.all().windows(2) {
            // A type stands behind the name of its column.
            if !matches!(pair[0].token, Token::Word(_)) {
                continue;
            }
            let named = |words: &[&str]| words.iter().any(|word| is_word(&pair[1].token, word));
            postgres |= named(POSTGRES) || (is_word(&pair[0].token, "time") && named(&["zone"]));
            sqlite |= named(SQLITE) && !is_next_precision(&cursor, pair[1].end);
        }
    }
    match (postgres, sqlite) {
        (true, false) => Some(Engine::Postgres),
        (false, true) => Some(Engine::Sqlite),
        _ => None,
    }
}

/// True before the second word of `double precision`, which is standard SQL.
fn is_next_precision(cursor: &Cursor<'_>, end: usize) -> bool {
    cursor.all().iter().find(|tok| tok.start >= end).is_some_and(|tok| is_word(&tok.token, "precision"))
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use crate::base::Engine;

    #[test]
    fn tells_engines_apart() {
        let postgres = Some(Engine::Postgres);
        let sqlite = Some(Engine::Sqlite);
        assert_eq!(recognise("SET client_encoding = 'UTF8';\nCREATE TABLE a (id int);"), postgres);
        assert_eq!(recognise("CREATE TABLE a (id bigserial PRIMARY KEY, x double precision);"), postgres);
        assert_eq!(recognise("CREATE TABLE a (t timestamp with time zone);"), postgres);
        let keyed = "CREATE TABLE a (id int); ALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY (id);";
        assert_eq!(recognise(keyed), postgres);
        assert_eq!(recognise("CREATE TABLE [a] (id INTEGER PRIMARY KEY);"), sqlite);
        assert_eq!(recognise("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);"), sqlite);
        assert_eq!(recognise("CREATE TABLE a (t DATETIME, x DOUBLE);"), sqlite);
    }

    #[test]
    fn does_not_guess() {
        assert_eq!(recognise("CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR(20));"), None);
        assert_eq!(recognise("CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB;"), None);
        assert_eq!(recognise("hello"), None);
        assert_eq!(recognise(""), None);
    }
}
