//! Expressions of defaults, checks and indexes: kept as source text, looked into for names.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Ident, visit_expressions};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Word};

use super::names::stored;
use super::tokens::{Cursor, Range, Read, dialect, is_word, too_deep};
use crate::base::Engine;
use crate::schema::Default;

/// sqlparser's own count, about two steps for each level that people see.
const RECURSION: usize = 600;

/// The names that an expression reads, as the engine stores them, in order of the alphabet.
///
/// An expression that sqlparser does not know gives every word in it: too many, never too few.
pub(super) fn reads(cursor: &Cursor<'_>, range: Range) -> Read<Vec<String>> {
    let tokens: Vec<Token> = cursor.tokens(range).iter().map(|tok| tok.token.clone()).collect();
    let engine = cursor.engine;
    let mut parser = Parser::new(dialect(engine)).with_recursion_limit(RECURSION).with_tokens(tokens.clone());
    let parsed = parser.parse_expr();
    let names = match parsed {
        Ok(expression) if parser.peek_token().token == Token::EOF => names_of(engine, &expression),
        Err(ParserError::RecursionLimitExceeded) => return Err(Box::new(too_deep(cursor.span_of(range)))),
        Ok(_) | Err(_) => words_of(engine, &tokens),
    };
    Ok(names.into_iter().collect())
}

fn names_of(engine: Engine, expression: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let name = |ident: &Ident| stored(engine, &ident.value, ident.quote_style.is_some());
    let _ = visit_expressions(expression, |part| {
        match part {
            Expr::Identifier(ident) => {
                names.insert(name(ident));
            }
            Expr::CompoundIdentifier(idents) => names.extend(idents.iter().map(name)),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    names
}

fn words_of(engine: Engine, tokens: &[Token]) -> BTreeSet<String> {
    let word = |token: &Token| match token {
        Token::Word(Word { value, quote_style, .. }) => Some(stored(engine, value, quote_style.is_some())),
        _ => None,
    };
    tokens.iter().filter_map(word).collect()
}

/// The words that end a column's default, outside of parentheses.
const AFTER_DEFAULT: [&str; 14] = [
    "CONSTRAINT",
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "DEFERRABLE",
    "INITIALLY",
    "STORAGE",
    "COMPRESSION",
];

/// Passes a column's default.
pub(super) fn default_range(cursor: &mut Cursor<'_>) -> Read<Range> {
    let from = cursor.position();
    let sqlite = cursor.engine == Engine::Sqlite;
    if sqlite && cursor.is(&Token::LParen) {
        cursor.group()?;
    } else {
        cursor.until(|at| {
            at.position() > from
                && (AFTER_DEFAULT.iter().any(|word| at.is_word(word)) || (sqlite && at.is_word("AS")))
        });
    }
    if cursor.position() == from {
        return Err(cursor.unexpected("expected a default's value"));
    }
    Ok(Range { from, to: cursor.position() })
}

/// A default as it is written; `NULL::type` is still NULL.
pub(super) fn default_of(cursor: &Cursor<'_>, range: Range) -> Default {
    let tokens = cursor.tokens(range);
    let null = tokens.first().is_some_and(|tok| is_word(&tok.token, "NULL"));
    let alone = tokens.get(1).is_none_or(|tok| tok.token == Token::DoubleColon);
    Default { sql: cursor.source(range).to_owned(), is_null: null && alone }
}

/// The sequence's name in a default of `nextval('name'::regclass)`, as written there.
pub(super) fn nextval(cursor: &Cursor<'_>, range: Range) -> Option<String> {
    let mut tokens = cursor.tokens(range).iter().map(|tok| &tok.token);
    let mut first = tokens.next()?;
    if is_word(first, "pg_catalog") {
        tokens.next().filter(|token| **token == Token::Period)?;
        first = tokens.next()?;
    }
    if !is_word(first, "nextval") || tokens.next() != Some(&Token::LParen) {
        return None;
    }
    // pg_dump before 8.1 and some people write one more pair of parentheses.
    match tokens.find(|token| **token != Token::LParen) {
        Some(Token::SingleQuotedString(name)) => Some(name.clone()),
        _ => None,
    }
}
