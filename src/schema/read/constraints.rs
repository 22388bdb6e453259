//! Keys, foreign keys and checks, as CREATE TABLE and ALTER TABLE write them.

use sqlparser::tokenizer::Token;

use super::columns::{check, plain_parts};
use super::draft::{ForeignDraft, KeyDraft, KeyPart, Named, Numbers, Parts};
use super::index::key_parts;
use super::names::{Scope, ident, ident_list};
use super::tokens::{Cursor, Read};
use crate::base::Engine;

/// True if a table constraint starts here, and not a column.
pub(super) fn starts(cursor: &Cursor<'_>) -> bool {
    match cursor.word_here().as_str() {
        "CONSTRAINT" | "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN" => true,
        "EXCLUDE" => cursor.is_word_ahead(1, "USING") || cursor.ahead(1) == Some(&Token::LParen),
        _ => false,
    }
}

/// One table constraint.
pub(super) fn table_constraint(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    let from = cursor.position();
    let name = if cursor.eat_word("CONSTRAINT") { Some(ident(cursor)?.text) } else { None };
    match cursor.word_here().as_str() {
        "PRIMARY" | "UNIQUE" => {
            let key = table_key(cursor, name, from, parts)?;
            parts.keys.push(key);
        }
        "CHECK" => {
            cursor.bump();
            parts.checks.push(check(cursor, name, from)?);
        }
        "FOREIGN" => {
            cursor.bump();
            cursor.expect_word("KEY")?;
            let columns = ident_list(cursor)?;
            parts.foreign_keys.push(foreign_key(cursor, scope, name, columns, from)?);
        }
        "EXCLUDE" => {
            cursor.until(|_| false);
            parts.skipped.push("EXCLUDE");
        }
        "NOT" if cursor.eat_words(&["NOT", "NULL"]) => not_null(cursor, parts)?,
        _ => return Err(cursor.unexpected("expected a constraint")),
    }
    Ok(())
}

/// PostgreSQL 18 names its NOT NULLs: `CONSTRAINT name NOT NULL column`.
fn not_null(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Read<()> {
    let column = ident(cursor)?;
    if let Some(found) = parts.columns.iter_mut().find(|draft| draft.name.text == column.text) {
        found.not_null = true;
    }
    cursor.eat_words(&["NO", "INHERIT"]);
    key_options(cursor)?;
    Ok(())
}

fn table_key(
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    from: usize,
    parts: &mut Parts,
) -> Read<KeyDraft> {
    let primary = cursor.eat_word("PRIMARY");
    cursor.expect_word(if primary { "KEY" } else { "UNIQUE" })?;
    let nulls_equal = nulls_equal(cursor);
    let mut using_index = None;
    let columns = if cursor.eat_words(&["USING", "INDEX"]) {
        using_index = Some(ident(cursor)?.text);
        Vec::new()
    } else if cursor.engine == Engine::Sqlite {
        sqlite_key_columns(cursor, parts)?
    } else {
        plain_parts(key_columns(cursor)?)
    };
    on_conflict(cursor);
    let options = key_options(cursor)?;
    Ok(KeyDraft {
        name,
        primary,
        columns,
        using_index,
        unique: true,
        constraint: true,
        partial: None,
        nulls_equal,
        deferrable: options.deferrable,
        span: cursor.span_from(from),
    })
}

/// A constraint's columns; PostgreSQL 18's WITHOUT OVERLAPS is no more than a remark here.
fn key_columns(cursor: &mut Cursor<'_>) -> Read<Vec<Named>> {
    cursor.expect(&Token::LParen)?;
    let mut names = vec![ident(cursor)?];
    while cursor.eat(&Token::Comma) {
        names.push(ident(cursor)?);
    }
    cursor.expect(&Token::RParen)?;
    Ok(names)
}

/// SQLite writes AUTOINCREMENT, orders and collations inside of the parentheses.
fn sqlite_key_columns(cursor: &mut Cursor<'_>, parts: &mut Parts) -> Read<Vec<KeyPart>> {
    let (columns, autoincrement) = key_parts(cursor)?;
    if autoincrement
        && let Some(KeyPart::Column { name, .. }) = columns.first()
        && let Some(column) =
            parts.columns.iter_mut().find(|draft| draft.name.text.eq_ignore_ascii_case(&name.text))
    {
        column.numbers = Some(Numbers::Autoincrement);
    }
    Ok(columns)
}

/// `NULLS [NOT] DISTINCT`
pub(super) fn nulls_equal(cursor: &mut Cursor<'_>) -> bool {
    let equal = cursor.eat_words(&["NULLS", "NOT", "DISTINCT"]);
    if !equal {
        cursor.eat_words(&["NULLS", "DISTINCT"]);
    }
    equal
}

/// SQLite's `ON CONFLICT word`, which sqlparser does not know behind a primary key.
pub(super) fn on_conflict(cursor: &mut Cursor<'_>) {
    if cursor.eat_words(&["ON", "CONFLICT"]) {
        cursor.bump();
    }
}

/// What may stand behind a constraint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) deferrable: bool,
    pub(super) initially_deferred: bool,
    pub(super) validated: bool,
}

/// Passes what may stand behind a constraint, in any order.
pub(super) fn key_options(cursor: &mut Cursor<'_>) -> Read<Options> {
    let mut options = Options { deferrable: false, initially_deferred: false, validated: true };
    loop {
        if cursor.eat_words(&["NOT", "DEFERRABLE"]) {
            options.deferrable = false;
        } else if cursor.eat_word("DEFERRABLE") {
            options.deferrable = true;
        } else if cursor.eat_words(&["INITIALLY", "DEFERRED"]) {
            options.deferrable = true;
            options.initially_deferred = true;
        } else if cursor.eat_words(&["NOT", "VALID"]) || cursor.eat_words(&["NOT", "ENFORCED"]) {
            options.validated = false;
        } else if cursor.eat_words(&["INITIALLY", "IMMEDIATE"]) || cursor.eat_word("ENFORCED") {
        } else if cursor.eat_words(&["USING", "INDEX", "TABLESPACE"]) || cursor.eat_word("TABLESPACE") {
            ident(cursor)?;
        } else if cursor.is_word("WITH") && cursor.ahead(1) == Some(&Token::LParen)
            || cursor.is_word("INCLUDE") && cursor.ahead(1) == Some(&Token::LParen)
        {
            cursor.bump();
            cursor.group()?;
        } else {
            return Ok(options);
        }
    }
}

/// A foreign key from REFERENCES on.
pub(super) fn foreign_key(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    name: Option<String>,
    columns: Vec<Named>,
    from: usize,
) -> Read<ForeignDraft> {
    cursor.expect_word("REFERENCES")?;
    let parent = scope.qname(cursor)?;
    let parent_columns = if cursor.is(&Token::LParen) { Some(ident_list(cursor)?) } else { None };
    let mut on_delete = None;
    loop {
        if cursor.eat_word("MATCH") {
            cursor.bump();
        } else if cursor.eat_words(&["ON", "DELETE"]) {
            on_delete = Some(action(cursor)?);
        } else if cursor.eat_words(&["ON", "UPDATE"]) {
            action(cursor)?;
        } else {
            break;
        }
    }
    let options = key_options(cursor)?;
    Ok(ForeignDraft {
        name,
        columns,
        parent,
        parent_columns,
        deferrable: options.deferrable,
        initially_deferred: options.initially_deferred,
        validated: options.validated,
        on_delete,
        span: cursor.span_from(from),
    })
}

/// What happens to the child: in lower case, without the columns of `SET NULL (columns)`.
fn action(cursor: &mut Cursor<'_>) -> Read<String> {
    const ACTIONS: [&[&str]; 5] =
        [&["NO", "ACTION"], &["SET", "NULL"], &["SET", "DEFAULT"], &["CASCADE"], &["RESTRICT"]];
    let found = ACTIONS.iter().find(|words| cursor.eat_words(words));
    let words = found.ok_or_else(|| cursor.unexpected("expected what happens to the child's rows"))?;
    if cursor.is(&Token::LParen) && words[0] == "SET" {
        cursor.group()?;
    }
    Ok(words.join(" ").to_lowercase())
}
