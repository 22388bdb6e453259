//! DDL that is written for another engine, told by words that only that engine has.
//!
//! One finding for the whole file says more than fifty about its parts.

use sqlparser::tokenizer::Token;

use super::piece::Piece;
use super::tokens::{Cursor, Tok, is_word};
use crate::base::{Engine, FileId, Span};
use crate::diagnostic::{Code, Diagnostic};

const MYSQL: &str = "MySQL";
const SQLITE: &str = "SQLite";
const POSTGRES: &str = "PostgreSQL";

fn finding(engine: Engine, other: &str, mark: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::DdlWrongEngine,
        format!("this looks like {other}'s DDL, but the plan says that the file is for {engine}"),
        span,
        format!("{mark} is {other}'s"),
    )
    .help(format!("give the DDL that {engine} itself would take, or name the right engine in the plan"))
}

/// Told by the first words of a statement.
pub(super) fn by_head(engine: Engine, file: FileId, sql: &str, piece: &Piece<'_>) -> Option<Diagnostic> {
    const ALL: &[(Engine, &[&str], &str)] = &[
        (Engine::Postgres, &["LOCK", "TABLES"], MYSQL),
        (Engine::Postgres, &["UNLOCK", "TABLES"], MYSQL),
        (Engine::Postgres, &["USE"], MYSQL),
        (Engine::Postgres, &["DELIMITER"], MYSQL),
        (Engine::Postgres, &["SET", "FOREIGN_KEY_CHECKS"], MYSQL),
        (Engine::Postgres, &["PRAGMA"], SQLITE),
        (Engine::Postgres, &["CREATE", "VIRTUAL", "TABLE"], SQLITE),
        (Engine::Sqlite, &["LOCK", "TABLES"], MYSQL),
        (Engine::Sqlite, &["UNLOCK", "TABLES"], MYSQL),
        (Engine::Sqlite, &["USE"], MYSQL),
        (Engine::Sqlite, &["DELIMITER"], MYSQL),
        (Engine::Sqlite, &["SET", "FOREIGN_KEY_CHECKS"], MYSQL),
        (Engine::Sqlite, &["SET", "NAMES"], MYSQL),
        (Engine::Sqlite, &["SET"], POSTGRES),
        (Engine::Sqlite, &["COMMENT", "ON"], POSTGRES),
        (Engine::Sqlite, &["COPY"], POSTGRES),
        (Engine::Sqlite, &["GRANT"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "EXTENSION"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "SEQUENCE"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "TYPE"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "DOMAIN"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "SCHEMA"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "FUNCTION"], POSTGRES),
        (Engine::Sqlite, &["CREATE", "MATERIALIZED", "VIEW"], POSTGRES),
        (Engine::Sqlite, &["ALTER", "SEQUENCE"], POSTGRES),
        (Engine::Sqlite, &["ALTER", "TABLE", "ONLY"], POSTGRES),
        (Engine::Mysql, &["PRAGMA"], SQLITE),
        (Engine::Mysql, &["CREATE", "VIRTUAL", "TABLE"], SQLITE),
        (Engine::Mysql, &["SET", "search_path"], POSTGRES),
        (Engine::Mysql, &["SET", "client_encoding"], POSTGRES),
        (Engine::Mysql, &["SET", "statement_timeout"], POSTGRES),
        (Engine::Mysql, &["SET", "default_tablespace"], POSTGRES),
        (Engine::Mysql, &["SELECT", "pg_catalog"], POSTGRES),
        (Engine::Mysql, &["COMMENT", "ON"], POSTGRES),
        (Engine::Mysql, &["COPY"], POSTGRES),
        (Engine::Mysql, &["CREATE", "EXTENSION"], POSTGRES),
        (Engine::Mysql, &["CREATE", "TYPE"], POSTGRES),
        (Engine::Mysql, &["CREATE", "DOMAIN"], POSTGRES),
        (Engine::Mysql, &["CREATE", "MATERIALIZED", "VIEW"], POSTGRES),
        (Engine::Mysql, &["ALTER", "TABLE", "ONLY"], POSTGRES),
    ];
    // MySQL's own dump has one such line, which names its sandbox: `\-`.
    let line = sql.starts_with('\\') && !sql.starts_with("\\-");
    if engine != Engine::Postgres && line {
        let len = sql.find(char::is_whitespace).unwrap_or(sql.len());
        let span = Span::new(file, piece.start, piece.start + len);
        return Some(finding(engine, POSTGRES, "a backslash line", span));
    }
    let (_, words, other) = ALL.iter().find(|(of, words, _)| *of == engine && piece.starts_with(words))?;
    let len = sql.find('\n').unwrap_or(sql.len()).min(sql.len());
    let end = words.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
    let span = Span::new(file, piece.start, piece.start + end.min(len));
    Some(finding(engine, other, &format!("`{}`", words.join(" ")), span))
}

/// Told by the words inside of a statement.
pub(super) fn by_tokens(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let tokens = cursor.all();
    let mut depth = 0_usize;
    for (at, tok) in tokens.iter().enumerate() {
        match tok.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        let near = Near { tokens, at, depth };
        let found = match cursor.engine {
            Engine::Postgres => near.in_postgres(),
            Engine::Sqlite => near.in_sqlite(),
            Engine::Mysql => near.in_mysql(),
        };
        if let Some((other, mark)) = found {
            let span = Span::new(cursor.file, tok.start, tok.end);
            return Some(finding(cursor.engine, other, mark, span));
        }
    }
    None
}

/// A token among its neighbours.
struct Near<'c> {
    tokens: &'c [Tok],
    at: usize,
    depth: usize,
}

impl Near<'_> {
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|tok| &tok.token)
    }

    fn is(&self, ahead: usize, word: &str) -> bool {
        self.token(ahead).is_some_and(|token| is_word(token, word))
    }

    fn before(&self) -> Option<&Token> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|tok| &tok.token)
    }

    /// True for `word` where no name of a column or table stands.
    fn is_keyword(&self, word: &str) -> bool {
        let named = matches!(self.before(), None | Some(Token::Comma | Token::LParen | Token::Period));
        self.is(0, word) && !named
    }

    fn mysql(&self) -> Option<(&'static str, &'static str)> {
        if self.is_keyword("AUTO_INCREMENT") {
            Some((MYSQL, "`AUTO_INCREMENT`"))
        } else if self.depth == 0 && self.is(0, "ENGINE") && self.token(1) == Some(&Token::Eq) {
            Some((MYSQL, "`ENGINE =`"))
        } else {
            None
        }
    }

    fn in_postgres(&self) -> Option<(&'static str, &'static str)> {
        if self.token(0) == Some(&Token::Char('`')) {
            Some((MYSQL, "a name in backticks"))
        } else if self.is_keyword("AUTOINCREMENT") {
            Some((SQLITE, "`AUTOINCREMENT`"))
        } else if self.is(0, "WITHOUT") && self.is(1, "ROWID") {
            Some((SQLITE, "`WITHOUT ROWID`"))
        } else if self.bracketed() {
            Some((SQLITE, "a name in brackets"))
        } else {
            self.mysql()
        }
    }

    /// `[name]` where a name must stand.
    fn bracketed(&self) -> bool {
        let opens = self.token(0) == Some(&Token::LBracket) && self.token(2) == Some(&Token::RBracket);
        opens
            && match self.before() {
                Some(Token::Comma | Token::LParen) => true,
                Some(token) => {
                    ["TABLE", "EXISTS", "ON", "REFERENCES"].iter().any(|word| is_word(token, word))
                }
                None => false,
            }
    }

    fn in_mysql(&self) -> Option<(&'static str, &'static str)> {
        let quoted = matches!(self.token(0), Some(Token::SingleQuotedString(_)));
        if self.token(0) == Some(&Token::DoubleColon) {
            Some((POSTGRES, "`::`"))
        } else if quoted && self.called("nextval") {
            Some((POSTGRES, "`nextval` of a string"))
        } else if self.is(0, "AS") && self.is(1, "IDENTITY") {
            Some((POSTGRES, "`AS IDENTITY`"))
        } else if self.is_keyword("AUTOINCREMENT") {
            Some((SQLITE, "`AUTOINCREMENT`"))
        } else if self.is(0, "WITHOUT") && self.is(1, "ROWID") {
            Some((SQLITE, "`WITHOUT ROWID`"))
        } else if self.bracketed() {
            Some((SQLITE, "a name in brackets"))
        } else {
            None
        }
    }

    /// True for the first argument of a call of `function`.
    fn called(&self, function: &str) -> bool {
        let before = |n: usize| self.at.checked_sub(n).and_then(|at| self.tokens.get(at));
        before(1).is_some_and(|tok| tok.token == Token::LParen)
            && before(2).is_some_and(|tok| is_word(&tok.token, function))
    }

    fn in_sqlite(&self) -> Option<(&'static str, &'static str)> {
        if self.token(0) == Some(&Token::DoubleColon) {
            Some((POSTGRES, "`::`"))
        } else if self.is(0, "nextval") && self.token(1) == Some(&Token::LParen) {
            Some((POSTGRES, "`nextval`"))
        } else if self.is(0, "pg_catalog") && self.token(1) == Some(&Token::Period) {
            Some((POSTGRES, "`pg_catalog`"))
        } else if self.is(0, "AS") && self.is(1, "IDENTITY") {
            Some((POSTGRES, "`AS IDENTITY`"))
        } else {
            self.mysql()
        }
    }
}
