//! Which engine a DDL text is written for.

use sqlparser::tokenizer::Token;

use super::names::Scope;
use super::plain::plain;
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

/// Types that PostgreSQL's DDL cannot name, and those of SQLite and MySQL often do.
const OTHERS: &[&str] = &["datetime", "blob", "nvarchar", "double", "longtext"];

/// Words behind a column's name that nobody writes but for MySQL, though SQLite takes any type.
const MYSQL: &[&str] = &[
    "mediumint",
    "tinytext",
    "mediumtext",
    "longtext",
    "tinyblob",
    "mediumblob",
    "longblob",
    "unsigned",
    "enum",
];

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
    let fitting: Vec<Engine> =
        readings.iter().filter(|(reading, _)| *reading == best).map(|(_, engine)| *engine).collect();
    let mysql = fitting.contains(&Engine::Mysql);
    match (best, fitting.as_slice()) {
        (Reading::Refuses, _) => None,
        (_, [one]) => Some(*one),
        _ => by_keys(text, mysql).or_else(|| by_types(text, mysql)),
    }
}

/// Told by a key that is added to a table: SQLite has keys in CREATE TABLE alone. If it could be
/// MySQL's, by a primary key with a name, which MySQL forgets, so that none of its dumps has one.
fn by_keys(text: &str, mysql: bool) -> Option<Engine> {
    let mut altered =
        split::split(Engine::Postgres, text).filter(|piece| piece.starts_with(&["ALTER", "TABLE"]));
    altered
        .any(|piece| {
            Cursor::new(Engine::Postgres, FileId(0), text, &piece).is_ok_and(|cursor| {
                cursor.all().windows(4).any(|words| {
                    let is = |n: usize, word: &str| is_word(&words[n].token, word);
                    let named = is(0, "constraint") && is(2, "primary");
                    is(3, "key") && (named || (!mysql && (is(2, "primary") || is(2, "foreign"))))
                })
            })
        })
        .then_some(Engine::Postgres)
}

fn reading(engine: Engine, text: &str) -> Reading {
    let text = &*plain(engine, text);
    let mut scope = Scope::new(engine, None, "home");
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
fn by_types(text: &str, may_be_mysql: bool) -> Option<Engine> {
    let (mut postgres, mut mysql, mut others) = (false, false, false);
    for piece in split::split(Engine::Postgres, text).filter(|piece| piece.starts_with(&["CREATE"])) {
        let Ok(cursor) = Cursor::new(Engine::Postgres, FileId(0), text, &piece) else { continue };
        for pair in cursor.all().windows(2) {
            // A type stands behind the name of its column.
            if !matches!(pair[0].token, Token::Word(_)) {
                continue;
            }
            let named = |words: &[&str]| words.iter().any(|word| is_word(&pair[1].token, word));
            postgres |= named(POSTGRES) || (is_word(&pair[0].token, "time") && named(&["zone"]));
            mysql |= named(MYSQL);
            others |= named(OTHERS) && !is_next_precision(&cursor, pair[1].end);
        }
    }
    match (postgres, mysql, others) {
        (true, false, false) => Some(Engine::Postgres),
        (false, true, _) if may_be_mysql => Some(Engine::Mysql),
        (false, _, true) if !may_be_mysql => Some(Engine::Sqlite),
        // SQLite takes any type, and MySQL has these.
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
        assert_eq!(recognise("CREATE TABLE \"a\" (t DATETIME, x DOUBLE);"), sqlite);
        let mysql = Some(Engine::Mysql);
        assert_eq!(recognise("CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB;"), mysql);
        assert_eq!(recognise("CREATE TABLE a (id int unsigned, t longtext);"), mysql);
        assert_eq!(recognise("/*!40101 SET NAMES utf8 */;\nCREATE TABLE a (id int, KEY (id));"), mysql);
        assert_eq!(recognise("CREATE TABLE a (id int(11) NOT NULL) DEFAULT CHARSET=latin1;"), mysql);
    }

    #[test]
    fn does_not_guess() {
        assert_eq!(recognise("CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR(20));"), None);
        assert_eq!(recognise("CREATE TABLE a (t DATETIME, x DOUBLE);"), None);
        assert_eq!(
            recognise("CREATE TABLE a (id int); ALTER TABLE a ADD FOREIGN KEY (id) REFERENCES a (id);"),
            None
        );
        assert_eq!(recognise("hello"), None);
        assert_eq!(recognise(""), None);
    }
}
