//! MySQL's CREATE TABLE: keys, checks, options.

use sqlparser::tokenizer::Token;

use super::charset::{charset, collation};
use super::draft::{CheckDraft, ForeignDraft, KeyDraft, KeyPart, Like, Op, Parts, TableDraft, TextDefaults};
use super::expression::reads;
use super::mysql_column::column;
use super::mysql_text::respelled;
use super::names::{Scope, ident, ident_list};
use super::statement::Statement;
use super::tokens::{Cursor, Range, Read};
use crate::diagnostic::Diagnostic;

/// CREATE TABLE from the name on.
pub(super) fn create_table(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    if_not_exists: bool,
    replaces: bool,
) -> Read<Statement> {
    let name = scope.qname(cursor)?;
    let mut table = TableDraft { strict: true, if_not_exists, ..TableDraft::named(name) };
    let wrapped = cursor.is(&Token::LParen) && cursor.is_word_ahead(1, "LIKE");
    if wrapped {
        cursor.bump();
    }
    if cursor.eat_word("LIKE") {
        table.parts.likes.push(like(scope.qname(cursor)?));
    } else if cursor.eat(&Token::LParen) {
        table.parts = body(cursor, scope)?;
        let text = table_options(cursor, &mut table)?;
        table.text = text.within(&scope.text(table.name.schema.as_ref()));
    } else {
        return Err(unknown_columns(cursor));
    }
    let mut statement = Statement::default();
    if replaces {
        statement.ops.push(Op::DropTable { tables: vec![table.name.clone()], cascade: false });
    }
    statement.ops.push(Op::CreateTable(Box::new(table)));
    Ok(statement)
}

/// Everything of the other table but its foreign keys.
const fn like(table: super::draft::QName) -> Like {
    Like { table, at: 0, defaults: true, generated: true, identity: true, checks: true, keys: true }
}

#[expect(clippy::unnecessary_box_returns, reason = "made to be the error of a `Read`")]
fn unknown_columns(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let mut found = cursor.unexpected("the columns are not written out");
    "the columns of this table cannot be told from its statement".clone_into(&mut found.message);
    found.help = Some("give the statement that SHOW CREATE TABLE prints".to_owned());
    found
}

fn body(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Parts> {
    let mut parts = Parts::default();
    loop {
        element(cursor, scope, &mut parts)?;
        if cursor.eat(&Token::RParen) {
            return Ok(parts);
        }
        if !cursor.eat(&Token::Comma) {
            return Err(cursor.unexpected("expected `,` or `)`"));
        }
    }
}

fn element(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    if starts(cursor) {
        constraint(cursor, scope, parts)
    } else if cursor.eat_words(&["PERIOD", "FOR"]) {
        cursor.until(|_| false);
        Ok(())
    } else {
        column(cursor, scope, parts)
    }
}

/// True if a key or check starts here, and not a column.
pub(super) fn starts(cursor: &Cursor<'_>) -> bool {
    const WORDS: [&str; 9] =
        ["CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK"];
    WORDS.contains(&cursor.word_here().as_str())
        || (cursor.is_word("VECTOR") && (cursor.is_word_ahead(1, "INDEX") || cursor.is_word_ahead(1, "KEY")))
}

/// A key, foreign key or check of a table.
pub(super) fn constraint(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    let from = cursor.position();
    let mut name = None;
    if cursor.eat_word("CONSTRAINT") && !starts(cursor) {
        cursor.eat_words(&["IF", "NOT", "EXISTS"]);
        name = Some(ident(cursor)?.text);
    }
    match cursor.word_here().as_str() {
        "FOREIGN" => {
            cursor.bump();
            cursor.expect_word("KEY")?;
            cursor.eat_words(&["IF", "NOT", "EXISTS"]);
            let index = if cursor.is(&Token::LParen) { None } else { Some(ident(cursor)?.text) };
            let columns = ident_list(cursor)?;
            let foreign = references(cursor, scope, name.or(index), columns, from)?;
            parts.foreign_keys.push(foreign);
        }
        "CHECK" => {
            cursor.bump();
            parts.checks.push(check(cursor, name, from)?);
        }
        _ => {
            let key = key(cursor, name, from)?;
            parts.keys.push(key);
        }
    }
    Ok(())
}

fn key(cursor: &mut Cursor<'_>, named: Option<String>, from: usize) -> Read<KeyDraft> {
    let primary = cursor.eat_word("PRIMARY");
    let unique = primary || cursor.eat_word("UNIQUE");
    if !unique && !cursor.eat_word("FULLTEXT") && !cursor.eat_word("SPATIAL") {
        cursor.eat_word("VECTOR");
    }
    if !cursor.eat_word("KEY") {
        cursor.eat_word("INDEX");
    }
    cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    let mut name = named;
    if !cursor.is(&Token::LParen) && !cursor.is_word("USING") {
        name = Some(ident(cursor)?.text);
    }
    using(cursor);
    let columns = key_parts(cursor)?;
    Ok(KeyDraft {
        // A primary key's own name is always PRIMARY.
        name: if primary { Some("PRIMARY".to_owned()) } else { name },
        primary,
        columns,
        using_index: None,
        unique,
        constraint: unique,
        partial: None,
        nulls_equal: false,
        deferrable: false,
        span: key_end(cursor, from)?,
    })
}

fn using(cursor: &mut Cursor<'_>) {
    if cursor.eat_word("USING") {
        cursor.bump();
    }
}

/// Passes a key's options: `USING BTREE COMMENT 'x' KEY_BLOCK_SIZE = 8`.
fn key_end(cursor: &mut Cursor<'_>, from: usize) -> Read<crate::base::Span> {
    let span = cursor.span_from(from);
    while !matches!(cursor.peek(), None | Some(Token::Comma | Token::RParen)) {
        let option = matches!(cursor.peek(), Some(Token::Word(_) | Token::Eq | Token::Number(..)))
            || matches!(cursor.peek(), Some(Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)));
        if !option {
            return Err(cursor.unexpected("expected `,` or `)`"));
        }
        cursor.bump();
    }
    Ok(span)
}

/// `(a, b(10) DESC, (lower(c)))`
pub(super) fn key_parts(cursor: &mut Cursor<'_>) -> Read<Vec<KeyPart>> {
    cursor.expect(&Token::LParen)?;
    let mut parts = Vec::new();
    loop {
        if cursor.is(&Token::LParen) {
            cursor.group()?;
            parts.push(KeyPart::Expression);
        } else {
            let name = ident(cursor)?;
            let prefix = if cursor.is(&Token::LParen) {
                let group = cursor.group()?;
                cursor.source(group).trim().parse().ok()
            } else {
                None
            };
            parts.push(KeyPart::Column { name, collation: None, prefix });
        }
        if !cursor.eat_word("ASC") {
            cursor.eat_word("DESC");
        }
        if cursor.eat(&Token::RParen) {
            return Ok(parts);
        }
        cursor.expect(&Token::Comma)?;
    }
}

/// A CHECK from its parenthesis on.
pub(super) fn check(cursor: &mut Cursor<'_>, name: Option<String>, from: usize) -> Read<CheckDraft> {
    let range = cursor.group()?;
    let reads = reads(cursor, range)?;
    let sql = respelled(cursor, range);
    let span = cursor.span_from(from);
    let validated = !cursor.eat_words(&["NOT", "ENFORCED"]);
    if validated {
        cursor.eat_word("ENFORCED");
    }
    Ok(CheckDraft { name, sql, reads, validated, span })
}

/// A foreign key from REFERENCES on.
pub(super) fn references(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    name: Option<String>,
    columns: Vec<super::draft::Named>,
    from: usize,
) -> Read<ForeignDraft> {
    super::constraints::foreign_key(cursor, scope, name, columns, from)
}

/// `[DEFAULT] CHARACTER SET [=] x`, `[DEFAULT] COLLATE [=] y`, if one stands here.
pub(super) fn text_option(cursor: &mut Cursor<'_>, text: &mut TextDefaults) -> Read<bool> {
    let start = cursor.position();
    cursor.eat_word("DEFAULT");
    let set = cursor.eat_words(&["CHARACTER", "SET"])
        || cursor.eat_words(&["CHAR", "SET"])
        || cursor.eat_word("CHARSET");
    if !set && !cursor.eat_word("COLLATE") {
        cursor.rewind(start);
        return Ok(false);
    }
    cursor.eat(&Token::Eq);
    let name = word_or_string(cursor)?;
    if set {
        text.charset = Some(charset(&name)).filter(|name| name != "default");
    } else {
        text.collation = Some(collation(&name)).filter(|name| name != "default");
    }
    Ok(true)
}

pub(super) fn word_or_string(cursor: &mut Cursor<'_>) -> Read<String> {
    if let Some(Token::SingleQuotedString(text) | Token::DoubleQuotedString(text)) = cursor.peek() {
        let text = text.clone();
        cursor.bump();
        return Ok(text);
    }
    Ok(ident(cursor)?.text)
}

/// `ENGINE [=] name`, if it stands here.
pub(super) fn storage(cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    if !cursor.eat_word("ENGINE") && !cursor.eat_words(&["STORAGE", "ENGINE"]) {
        return Ok(None);
    }
    cursor.eat(&Token::Eq);
    Ok(Some(word_or_string(cursor)?.to_ascii_lowercase()))
}

/// What stands behind the columns: engine, character set, partitions.
fn table_options(cursor: &mut Cursor<'_>, table: &mut TableDraft) -> Read<TextDefaults> {
    let mut text = TextDefaults::default();
    while !cursor.is_end() {
        if cursor.is_word("PARTITION") {
            // Partitions have no names of their own for whoever reads and writes rows.
            while !cursor.is_end() {
                cursor.bump();
            }
        } else if ["SELECT", "AS", "WITH", "IGNORE", "REPLACE"].iter().any(|word| cursor.is_word(word))
            && !cursor.is_word_ahead(1, "SYSTEM")
        {
            return Err(unknown_columns(cursor));
        } else if cursor.is(&Token::LParen) {
            cursor.group()?;
        } else if let Some(storage) = storage(cursor)? {
            table.storage = Some(storage);
        } else if !text_option(cursor, &mut text)? {
            let option: Range = Range { from: cursor.position(), to: cursor.position() + 1 };
            if cursor.tokens(option).iter().any(|tok| tok.token == Token::RParen) {
                return Err(cursor.unexpected("expected an option of the table"));
            }
            cursor.bump();
        }
    }
    Ok(text)
}
