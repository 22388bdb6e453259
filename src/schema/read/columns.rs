//! The body of CREATE TABLE: columns with what is written behind them.

use sqlparser::tokenizer::Token;

use super::constraints::{self, foreign_key, key_options};
use super::draft::{CheckDraft, ColumnDraft, KeyDraft, KeyPart, Like, Named, Numbers, Parts};
use super::expression::{default_of, default_range, nextval, reads};
use super::names::{Scope, ident};
use super::tokens::{Cursor, Range, Read};
use super::type_name::{self, type_name};
use crate::base::Engine;
use crate::schema::Generated;

/// Everything between the parentheses of a CREATE TABLE, with them.
pub(super) fn body(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Parts> {
    let mut parts = Parts::default();
    let sqlite = cursor.engine == Engine::Sqlite;
    cursor.expect(&Token::LParen)?;
    if !sqlite && cursor.eat(&Token::RParen) {
        return Ok(parts);
    }
    loop {
        element(cursor, scope, &mut parts)?;
        if cursor.eat(&Token::RParen) {
            return Ok(parts);
        }
        // SQLite lets table constraints follow each other without a comma.
        let goes_on = cursor.eat(&Token::Comma) || (sqlite && constraints::starts(cursor));
        if !goes_on {
            return Err(cursor.unexpected("expected `,` or `)`"));
        }
    }
}

fn element(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    if constraints::starts(cursor) {
        constraints::table_constraint(cursor, scope, parts)
    } else if cursor.engine == Engine::Postgres && cursor.eat_word("LIKE") {
        like(cursor, scope, parts)
    } else {
        column(cursor, scope, parts)
    }
}

/// `LIKE table [INCLUDING … | EXCLUDING …]…`
fn like(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    let table = scope.qname(cursor)?;
    let at = parts.columns.len();
    let mut like =
        Like { table, at, defaults: false, generated: false, identity: false, checks: false, keys: false };
    loop {
        let on = if cursor.eat_word("INCLUDING") {
            true
        } else if cursor.eat_word("EXCLUDING") {
            false
        } else {
            break;
        };
        match cursor.word_here().as_str() {
            "ALL" => {
                (like.defaults, like.generated, like.identity, like.checks, like.keys) = (on, on, on, on, on);
            }
            "DEFAULTS" => like.defaults = on,
            "GENERATED" => like.generated = on,
            "IDENTITY" => like.identity = on,
            "CONSTRAINTS" => like.checks = on,
            "INDEXES" => like.keys = on,
            "COMMENTS" | "COMPRESSION" | "STATISTICS" | "STORAGE" => {}
            _ => return Err(cursor.unexpected("expected what LIKE includes")),
        }
        cursor.bump();
    }
    parts.likes.push(like);
    Ok(())
}

/// One column with its constraints; keys and the like go to `parts` as well.
pub(super) fn column(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    let from = cursor.position();
    let name = ident(cursor)?;
    // A partition's column list repeats names without types.
    let typed = !cursor.eat_words(&["WITH", "OPTIONS"]) && !column_constraint_starts(cursor);
    let ty = if typed { type_name(cursor, scope)? } else { None };
    let serial = ty.as_ref().is_some_and(type_name::is_serial);
    let mut column = ColumnDraft {
        span: name.span,
        name,
        ty,
        not_null: serial,
        default: None,
        generated: None,
        numbers: serial.then_some(Numbers::Serial),
        collation: None,
        charset: None,
        key_desc: false,
    };
    while !matches!(cursor.peek(), None | Some(Token::Comma | Token::RParen)) {
        let start = cursor.position();
        let constraint = if cursor.eat_word("CONSTRAINT") { Some(ident(cursor)?.text) } else { None };
        let column_end = matches!(cursor.peek(), None | Some(Token::Comma | Token::RParen));
        if constraint.is_some()
            && (column_end || cursor.engine == Engine::Sqlite && cursor.is_word("CONSTRAINT"))
        {
            // SQLite takes a name without its constraint.
            continue;
        }
        if cursor.engine == Engine::Sqlite && table_constraint_follows(cursor) {
            cursor.rewind(start);
            break;
        }
        column_constraint(cursor, scope, constraint, &mut column, parts)?;
    }
    column.span = cursor.span_from(from);
    parts.columns.push(column);
    Ok(())
}

/// True where SQLite's missing comma before a table constraint shows.
fn table_constraint_follows(cursor: &Cursor<'_>) -> bool {
    cursor.are_words(&["FOREIGN", "KEY"])
        || (cursor.are_words(&["PRIMARY", "KEY"]) && cursor.ahead(2) == Some(&Token::LParen))
        || (cursor.is_word("UNIQUE") && cursor.ahead(1) == Some(&Token::LParen))
}

/// True if a column without a type goes on with a constraint.
fn column_constraint_starts(cursor: &Cursor<'_>) -> bool {
    const WORDS: [&str; 9] =
        ["CONSTRAINT", "NOT", "NULL", "PRIMARY", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES"];
    WORDS.contains(&cursor.word_here().as_str())
        || cursor.are_words(&["GENERATED", "ALWAYS"])
        || (cursor.is_word("AS") && cursor.ahead(1) == Some(&Token::LParen))
}

fn column_constraint(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    name: Option<String>,
    column: &mut ColumnDraft,
    parts: &mut Parts,
) -> Read<()> {
    let from = cursor.position();
    let word = cursor.word_here();
    match word.as_str() {
        "NOT" | "NULL" => nullness(cursor, column)?,
        "PRIMARY" | "UNIQUE" => column_key(cursor, name, column, parts)?,
        "CHECK" => {
            cursor.bump();
            parts.checks.push(check(cursor, name, from)?);
        }
        "DEFAULT" => {
            cursor.bump();
            let range = default_range(cursor)?;
            set_default(cursor, scope, range, column);
        }
        "COLLATE" => {
            cursor.bump();
            column.collation = Some(scope.qname(cursor)?.name);
        }
        "REFERENCES" => {
            let own = vec![column.name.clone()];
            parts.foreign_keys.push(foreign_key(cursor, scope, name, own, from)?);
        }
        "GENERATED" | "AS" => generated(cursor, scope, column)?,
        "STORAGE" | "COMPRESSION" if cursor.engine == Engine::Postgres => {
            cursor.bump();
            cursor.bump();
        }
        "DEFERRABLE" | "INITIALLY" => {
            key_options(cursor)?;
        }
        "AUTO_INCREMENT" | "AUTOINCREMENT" => {
            return Err(cursor.unexpected("this is not how the engine numbers rows"));
        }
        _ => return Err(cursor.unexpected("expected a constraint, `,` or `)`")),
    }
    Ok(())
}

fn nullness(cursor: &mut Cursor<'_>, column: &mut ColumnDraft) -> Read<()> {
    if cursor.eat_word("NULL") {
    } else if cursor.eat_words(&["NOT", "NULL"]) {
        column.not_null = true;
    } else if cursor.are_words(&["NOT", "DEFERRABLE"]) || cursor.are_words(&["NOT", "ENFORCED"]) {
        key_options(cursor)?;
    } else {
        return Err(cursor.unexpected("expected NOT NULL"));
    }
    if cursor.eat_words(&["NO", "INHERIT"]) {
        return Ok(());
    }
    constraints::on_conflict(cursor);
    Ok(())
}

fn column_key(
    cursor: &mut Cursor<'_>,
    name: Option<String>,
    column: &mut ColumnDraft,
    parts: &mut Parts,
) -> Read<()> {
    let from = cursor.position();
    let primary = cursor.eat_word("PRIMARY");
    if primary {
        cursor.expect_word("KEY")?;
        if !cursor.eat_word("ASC") {
            column.key_desc = cursor.eat_word("DESC");
        }
    } else {
        cursor.expect_word("UNIQUE")?;
    }
    let nulls_equal = constraints::nulls_equal(cursor);
    constraints::on_conflict(cursor);
    if cursor.engine == Engine::Sqlite && cursor.eat_word("AUTOINCREMENT") {
        column.numbers = Some(Numbers::Autoincrement);
    }
    let options = key_options(cursor)?;
    parts.keys.push(KeyDraft {
        name,
        primary,
        columns: vec![KeyPart::plain(column.name.clone())],
        using_index: None,
        unique: true,
        constraint: true,
        partial: None,
        nulls_equal,
        deferrable: options.deferrable,
        span: cursor.span_from(from),
    });
    Ok(())
}

/// The rest of a CHECK, from its parenthesis on.
pub(super) fn check(cursor: &mut Cursor<'_>, name: Option<String>, from: usize) -> Read<CheckDraft> {
    let range = cursor.group()?;
    let reads = reads(cursor, range)?;
    let sql = cursor.source(range).to_owned();
    let span = cursor.span_from(from);
    cursor.eat_words(&["NO", "INHERIT"]);
    constraints::on_conflict(cursor);
    let validated = key_options(cursor)?.validated;
    Ok(CheckDraft { name, sql, reads, validated, span })
}

fn set_default(cursor: &Cursor<'_>, scope: &Scope, range: Range, column: &mut ColumnDraft) {
    let sequence = match cursor.engine {
        Engine::Postgres => nextval(cursor, range),
        Engine::Sqlite | Engine::Mysql => None,
    };
    match sequence {
        Some(name) => {
            column.numbers =
                Some(Numbers::Nextval { sequence: scope.in_string(&name, cursor.span_of(range)) });
        }
        None => column.default = Some(default_of(cursor, range)),
    }
}

/// `GENERATED … AS IDENTITY`, `[GENERATED ALWAYS] AS (…)`.
fn generated(cursor: &mut Cursor<'_>, scope: &Scope, column: &mut ColumnDraft) -> Read<()> {
    if let Some(numbers) = identity(cursor, scope)? {
        column.numbers = Some(numbers);
        column.not_null = true;
        return Ok(());
    }
    cursor.eat_words(&["GENERATED", "ALWAYS"]);
    cursor.expect_word("AS")?;
    let range = cursor.group()?;
    let sql = cursor.source(range).to_owned();
    let stored = cursor.eat_word("STORED");
    if !stored {
        cursor.eat_word("VIRTUAL");
    }
    column.generated = Some(Generated { sql, stored });
    Ok(())
}

/// `GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY [(options)]`, if it stands here.
pub(super) fn identity(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Option<Numbers>> {
    let always = if cursor.eat_words(&["GENERATED", "ALWAYS", "AS", "IDENTITY"]) {
        true
    } else if cursor.eat_words(&["GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"]) {
        false
    } else {
        return Ok(None);
    };
    let mut sequence = None;
    if cursor.is(&Token::LParen) {
        let start = cursor.position();
        let group = cursor.group()?;
        let end = cursor.position();
        cursor.rewind(start + 1);
        while cursor.position() < group.to {
            if cursor.eat_words(&["SEQUENCE", "NAME"]) {
                sequence = Some(scope.qname(cursor)?);
            } else {
                cursor.bump();
            }
        }
        cursor.rewind(end);
    }
    Ok(Some(Numbers::Identity { always, sequence }))
}

/// The parts of a key from plain names.
pub(super) fn plain_parts(names: Vec<Named>) -> Vec<KeyPart> {
    names.into_iter().map(KeyPart::plain).collect()
}
