//! A column of MySQL's, with what is written behind it.

use sqlparser::tokenizer::{Token, Word};

use super::charset::{charset, collation};
use super::draft::{ColumnDraft, KeyDraft, KeyPart, Numbers, Parts};
use super::mysql_table::{check, references, word_or_string};
use super::mysql_text::respelled;
use super::names::{Scope, ident};
use super::tokens::{Cursor, Range, Read, is_word};
use super::types_mysql::{is_national, type_name};
use crate::schema::{Default, Generated};

/// One column; its keys and the like go to `parts` as well.
pub(super) fn column(cursor: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts) -> Read<()> {
    let from = cursor.position();
    let name = ident(cursor)?;
    let ty = type_name(cursor)?;
    let serial = ty.name == "serial";
    let mut column = ColumnDraft {
        span: name.span,
        name,
        not_null: serial,
        default: None,
        generated: None,
        numbers: serial.then_some(Numbers::Autoincrement),
        collation: None,
        charset: is_national(&ty).then(|| "utf8mb3".to_owned()),
        key_desc: false,
        ty: Some(ty),
    };
    if serial {
        parts.keys.push(own_key(&column, false, cursor, from));
    }
    while !matches!(cursor.peek(), None | Some(Token::Comma | Token::RParen)) && !is_place(cursor) {
        option(cursor, scope, &mut column, parts)?;
    }
    column.span = cursor.span_from(from);
    parts.columns.push(column);
    Ok(())
}

/// True at the FIRST or AFTER that ends a column in ALTER TABLE.
fn is_place(cursor: &Cursor<'_>) -> bool {
    cursor.is_word("FIRST") || cursor.is_word("AFTER")
}

fn option(cursor: &mut Cursor<'_>, scope: &Scope, column: &mut ColumnDraft, parts: &mut Parts) -> Read<()> {
    let from = cursor.position();
    let mut name = None;
    if cursor.eat_word("CONSTRAINT") && !cursor.is_word("CHECK") && !cursor.is_word("REFERENCES") {
        name = Some(ident(cursor)?.text);
    }
    let word = cursor.word_here();
    match word.as_str() {
        "PRIMARY" | "KEY" | "UNIQUE" => {
            cursor.bump();
            let primary = word != "UNIQUE";
            if word != "KEY" {
                cursor.eat_word("KEY");
            }
            parts.keys.push(own_key(column, primary, cursor, from));
        }
        "REFERENCES" => {
            let own = vec![column.name.clone()];
            parts.foreign_keys.push(references(cursor, scope, name, own, from)?);
        }
        "CHECK" => {
            cursor.bump();
            parts.checks.push(check(cursor, name, from)?);
        }
        "GENERATED" | "AS" => generated(cursor, column)?,
        "CHARACTER" | "CHARSET" | "CHAR" | "COLLATE" | "ASCII" | "UNICODE" | "BINARY" | "BYTE" => {
            text(cursor, column, &word)?;
        }
        _ => return plain(cursor, column, &word),
    }
    Ok(())
}

/// Options that bring nothing but themselves.
fn plain(cursor: &mut Cursor<'_>, column: &mut ColumnDraft, word: &str) -> Read<()> {
    cursor.bump();
    match word {
        "NOT" if cursor.eat_word("NULL") => column.not_null = true,
        "NOT" => cursor.expect_word("SECONDARY")?,
        "NULL" => column.not_null = false,
        "DEFAULT" => default(cursor, column)?,
        "AUTO_INCREMENT" => column.numbers = Some(Numbers::Autoincrement),
        "SERIAL" => {
            cursor.expect_word("DEFAULT")?;
            cursor.expect_word("VALUE")?;
            column.not_null = true;
            column.numbers = Some(Numbers::Autoincrement);
        }
        "ON" => {
            cursor.expect_word("UPDATE")?;
            cursor.bump();
            if cursor.is(&Token::LParen) {
                cursor.group()?;
            }
        }
        "INVISIBLE" | "VISIBLE" | "VIRTUAL" | "STORED" | "PERSISTENT" => {}
        "COMMENT"
        | "COLUMN_FORMAT"
        | "STORAGE"
        | "SRID"
        | "REF_SYSTEM_ID"
        | "ENGINE_ATTRIBUTE"
        | "SECONDARY_ENGINE_ATTRIBUTE" => {
            cursor.eat(&Token::Eq);
            cursor.bump();
        }
        "COMPRESSED" => {
            if cursor.eat(&Token::Eq) {
                cursor.bump();
            }
        }
        "WITH" | "WITHOUT" if cursor.eat_words(&["SYSTEM", "VERSIONING"]) => {}
        _ => {
            cursor.rewind(cursor.position().saturating_sub(1));
            return Err(cursor.unexpected("expected an option of the column, `,` or `)`"));
        }
    }
    Ok(())
}

fn text(cursor: &mut Cursor<'_>, column: &mut ColumnDraft, word: &str) -> Read<()> {
    cursor.bump();
    match word {
        "COLLATE" => {
            cursor.eat(&Token::Eq);
            column.collation = Some(collation(&word_or_string(cursor)?));
        }
        "ASCII" => column.charset = Some("latin1".to_owned()),
        "UNICODE" => column.charset = Some("ucs2".to_owned()),
        // The collation of the column's character set that compares bytes, whichever that is; it is told where
        // the character set stands behind it.
        "BINARY" => {
            cursor.eat_words(&["CHARACTER", "SET"]);
            let named = matches!(cursor.ahead(0), Some(Token::Word(word)) if charset_follows(word));
            if named {
                column.charset = Some(charset(&word_or_string(cursor)?));
            }
            column.collation = column.charset.as_ref().map(|charset| format!("{charset}_bin"));
        }
        "BYTE" => column.charset = Some("binary".to_owned()),
        _ => {
            if word != "CHARSET" {
                cursor.expect_word("SET")?;
            }
            cursor.eat(&Token::Eq);
            column.charset = Some(charset(&word_or_string(cursor)?));
        }
    }
    Ok(())
}

/// True for a word that cannot be another option of the column.
fn charset_follows(word: &Word) -> bool {
    ["utf8", "utf8mb3", "utf8mb4", "latin1", "ascii"].iter().any(|name| word.value.eq_ignore_ascii_case(name))
}

fn own_key(column: &ColumnDraft, primary: bool, cursor: &Cursor<'_>, from: usize) -> KeyDraft {
    KeyDraft {
        name: primary.then(|| "PRIMARY".to_owned()),
        primary,
        columns: vec![KeyPart::plain(column.name.clone())],
        using_index: None,
        unique: true,
        constraint: true,
        partial: None,
        nulls_equal: false,
        deferrable: false,
        span: cursor.span_from(from),
    }
}

/// `[GENERATED ALWAYS] AS (…) [VIRTUAL | STORED | PERSISTENT]`, and MariaDB's row times.
fn generated(cursor: &mut Cursor<'_>, column: &mut ColumnDraft) -> Read<()> {
    cursor.eat_words(&["GENERATED", "ALWAYS"]);
    cursor.expect_word("AS")?;
    if cursor.eat_word("ROW") {
        let sql = format!("ROW {}", cursor.word_here());
        cursor.bump();
        column.generated = Some(Generated { sql, stored: true });
        return Ok(());
    }
    let range = cursor.group()?;
    let sql = respelled(cursor, range);
    let stored = cursor.eat_word("STORED") || cursor.eat_word("PERSISTENT");
    column.generated = Some(Generated { sql, stored });
    Ok(())
}

/// Reads the value behind DEFAULT.
pub(super) fn default(cursor: &mut Cursor<'_>, column: &mut ColumnDraft) -> Read<()> {
    let range = value(cursor)?;
    let is_null = match cursor.tokens(range) {
        [only] => is_word(&only.token, "NULL"),
        _ => false,
    };
    column.default = Some(Default { sql: respelled(cursor, range), is_null });
    Ok(())
}

/// A literal, a call or an expression in parentheses.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Read<Range> {
    let from = cursor.position();
    if !cursor.eat(&Token::Minus) {
        cursor.eat(&Token::Plus);
    }
    match cursor.peek() {
        Some(Token::LParen) => {
            cursor.group()?;
        }
        Some(Token::Word(_)) => {
            cursor.bump();
            while cursor.eat(&Token::Period) {
                cursor.bump();
            }
            if cursor.is(&Token::LParen) {
                cursor.group()?;
            } else if matches!(
                cursor.peek(),
                Some(
                    Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) | Token::HexStringLiteral(_)
                )
            ) {
                // `_utf8mb4'…'`, `DATE '…'`
                cursor.bump();
            }
        }
        None | Some(Token::Comma | Token::RParen) => {
            return Err(cursor.unexpected("expected a default's value"));
        }
        Some(_) => cursor.bump(),
    }
    Ok(Range { from, to: cursor.position() })
}
