//! CREATE INDEX, and the parts of keys.

use sqlparser::tokenizer::Token;

use super::constraints::nulls_equal;
use super::draft::{KeyDraft, KeyPart, Op};
use super::names::{Scope, ident};
use super::tokens::{Cursor, Range, Read, is_word};
use crate::base::Engine;

/// `CREATE [UNIQUE] INDEX …` from the words behind CREATE on.
pub(super) fn create_index(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Op> {
    let from = cursor.position();
    let unique = cursor.eat_word("UNIQUE");
    cursor.expect_word("INDEX")?;
    cursor.eat_word("CONCURRENTLY");
    cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    let name = if cursor.is_word("ON") { None } else { Some(scope.qname(cursor)?) };
    cursor.expect_word("ON")?;
    cursor.eat_word("ONLY");
    let mut table = scope.qname(cursor)?;
    if let Some(name) = name.as_ref().filter(|name| name.qualified && !table.qualified) {
        table.schema.clone_from(&name.schema);
    }
    if cursor.eat_word("USING") {
        ident(cursor)?;
    }
    let (columns, _) = key_parts(cursor)?;
    let mut nulls = false;
    loop {
        if cursor.is_word("NULLS") {
            nulls |= nulls_equal(cursor);
        } else if cursor.eat_word("INCLUDE") || cursor.eat_word("WITH") {
            cursor.group()?;
        } else if cursor.eat_word("TABLESPACE") {
            ident(cursor)?;
        } else {
            break;
        }
    }
    let partial = if cursor.eat_word("WHERE") {
        let range = cursor.until(|_| false);
        Some(cursor.source(range).to_owned())
    } else {
        None
    };
    if !cursor.is_end() {
        return Err(cursor.unexpected("expected the end of the index"));
    }
    let key = KeyDraft {
        name: name.map(|name| name.name),
        primary: false,
        columns,
        using_index: None,
        unique,
        constraint: false,
        partial,
        nulls_equal: nulls,
        deferrable: false,
        span: cursor.span_from(from),
    };
    Ok(Op::CreateIndex { table, key })
}

/// The parenthesised parts of an index, and whether AUTOINCREMENT stood there.
pub(super) fn key_parts(cursor: &mut Cursor<'_>) -> Read<(Vec<KeyPart>, bool)> {
    let start = cursor.position();
    cursor.group()?;
    let end = cursor.position();
    cursor.rewind(start);
    cursor.expect(&Token::LParen)?;
    let mut parts = Vec::new();
    let mut autoincrement = false;
    while cursor.position() < end {
        let part = key_part(cursor);
        cursor.until(|_| false);
        let last = cursor.position().saturating_sub(1);
        let range = Range { from: last, to: last + 1 };
        autoincrement |= cursor.tokens(range).first().is_some_and(|tok| is_word(&tok.token, "AUTOINCREMENT"));
        parts.push(part);
        if !cursor.eat(&Token::Comma) {
            cursor.expect(&Token::RParen)?;
            break;
        }
    }
    Ok((parts, autoincrement))
}

/// A plain column if that is all there is, else an expression.
fn key_part(cursor: &mut Cursor<'_>) -> KeyPart {
    let start = cursor.position();
    let wrapped = cursor.is(&Token::LParen)
        && matches!(cursor.ahead(1), Some(Token::Word(_)))
        && cursor.ahead(2) == Some(&Token::RParen);
    if wrapped {
        cursor.bump();
    }
    let Ok(name) = ident(cursor) else {
        cursor.rewind(start);
        return KeyPart::Expression;
    };
    if wrapped {
        cursor.bump();
    }
    let mut collation = None;
    if cursor.eat_word("COLLATE") {
        while let Ok(name) = ident(cursor) {
            collation = Some(name.text);
            if !cursor.eat(&Token::Period) {
                break;
            }
        }
    }
    if order_follows(cursor) {
        KeyPart::Column { name, collation, prefix: None }
    } else {
        cursor.rewind(start);
        KeyPart::Expression
    }
}

/// True if nothing but an operator class, an order and the like stands before the next part.
fn order_follows(cursor: &mut Cursor<'_>) -> bool {
    const ORDER: [&str; 6] = ["ASC", "DESC", "NULLS", "FIRST", "LAST", "AUTOINCREMENT"];
    if cursor.engine == Engine::Postgres
        && matches!(cursor.peek(), Some(Token::Word(_)))
        && !ORDER.contains(&cursor.word_here().as_str())
    {
        // The operator class, perhaps qualified, perhaps with options.
        cursor.bump();
        while cursor.eat(&Token::Period) {
            cursor.bump();
        }
        if cursor.is(&Token::LParen) && cursor.group().is_err() {
            return false;
        }
    }
    while ORDER.contains(&cursor.word_here().as_str()) {
        cursor.bump();
    }
    matches!(cursor.peek(), Some(Token::Comma | Token::RParen))
}
