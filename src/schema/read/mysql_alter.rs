//! MySQL's ALTER TABLE: the actions that change what a move must know; the rest is counted.

use sqlparser::tokenizer::Token;

use super::draft::{Action, Named, Op, Parts, TextDefaults};
use super::mysql::renaming;
use super::mysql_column::{column, value};
use super::mysql_table::{constraint, starts, storage, text_option};
use super::mysql_text::respelled;
use super::names::{Scope, ident};
use super::statement::Statement;
use super::tokens::{Cursor, Read, is_word};
use crate::schema::Default;

/// ALTER TABLE from the name on.
pub(super) fn alter_table(cursor: &mut Cursor<'_>, scope: &Scope, if_exists: bool) -> Read<Statement> {
    let table = scope.qname(cursor)?;
    let mut actions = Vec::new();
    let mut statement = Statement::default();
    let mut renamed = None;
    while !cursor.is_end() {
        let word = cursor.word_here();
        if word == "RENAME" && is_table_rename(cursor) {
            cursor.bump();
            if !cursor.eat_word("TO") {
                cursor.eat_word("AS");
            }
            renamed = Some(scope.qname(cursor)?);
        } else {
            let known = actions.len();
            action(cursor, scope, &mut actions)?;
            if actions.len() == known {
                statement.skipped.push(format!("ALTER TABLE {word}"));
                pass(cursor, &word);
            }
        }
        // Options of the table need no comma between them.
        cursor.eat(&Token::Comma);
    }
    statement.ops.push(Op::AlterTable { table: table.clone(), if_exists, actions });
    if let Some(to) = renamed {
        statement.ops.extend(renaming(table, to));
    }
    Ok(statement)
}

fn is_table_rename(cursor: &Cursor<'_>) -> bool {
    !["COLUMN", "INDEX", "KEY"].iter().any(|word| cursor.is_word_ahead(1, word))
}

/// Passes what says nothing to a move.
fn pass(cursor: &mut Cursor<'_>, word: &str) {
    // These go on to the end of the statement, with commas of their own.
    let whole = ["PARTITION", "ORDER", "REORGANIZE", "COALESCE"].contains(&word);
    cursor.bump();
    while !cursor.is_end() && (whole || !cursor.is(&Token::Comma)) {
        if cursor.is(&Token::LParen) && cursor.group().is_ok() {
            continue;
        }
        cursor.bump();
    }
}

/// Adds what one action does; nothing for one that does not matter.
fn action(cursor: &mut Cursor<'_>, scope: &Scope, actions: &mut Vec<Action>) -> Read<()> {
    let start = cursor.position();
    match cursor.word_here().as_str() {
        "ADD" => {
            cursor.bump();
            if cursor.is_word("PARTITION") {
                cursor.rewind(start);
                return Ok(());
            }
            add(cursor, scope, actions)
        }
        "MODIFY" | "CHANGE" => replace(cursor, scope, actions),
        "DROP" => {
            cursor.bump();
            drop(cursor, actions)
        }
        "ALTER" => {
            cursor.bump();
            alter_column(cursor, actions, start)
        }
        "RENAME" => {
            cursor.bump();
            rename(cursor, actions)
        }
        "CONVERT" if cursor.eat_words(&["CONVERT", "TO"]) => {
            let text = texts(cursor)?;
            actions.push(Action::SetText { text, all: true });
            Ok(())
        }
        "ENGINE" => {
            actions.extend(storage(cursor)?.map(Action::SetStorage));
            Ok(())
        }
        "DEFAULT" | "CHARACTER" | "CHARSET" | "COLLATE" => {
            let text = texts(cursor)?;
            if cursor.position() > start {
                actions.push(Action::SetText { text, all: false });
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn texts(cursor: &mut Cursor<'_>) -> Read<TextDefaults> {
    let mut text = TextDefaults::default();
    while text_option(cursor, &mut text)? {}
    Ok(text)
}

fn add(cursor: &mut Cursor<'_>, scope: &Scope, actions: &mut Vec<Action>) -> Read<()> {
    let mut parts = Parts::default();
    if starts(cursor) {
        constraint(cursor, scope, &mut parts)?;
        actions.push(Action::Add(Box::new(parts)));
        return Ok(());
    }
    cursor.eat_word("COLUMN");
    let if_not_exists = cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    if cursor.eat(&Token::LParen) {
        loop {
            column(cursor, scope, &mut parts)?;
            if cursor.eat(&Token::RParen) {
                break;
            }
            cursor.expect(&Token::Comma)?;
        }
        actions.push(Action::AddColumn { parts: Box::new(parts), if_not_exists });
        return Ok(());
    }
    column(cursor, scope, &mut parts)?;
    let name = parts.columns.last().map(|column| column.name.clone());
    actions.push(Action::AddColumn { parts: Box::new(parts), if_not_exists });
    place(cursor, name, actions)
}

/// `FIRST`, `AFTER column`
fn place(cursor: &mut Cursor<'_>, name: Option<Named>, actions: &mut Vec<Action>) -> Read<()> {
    let Some(column) = name else { return Ok(()) };
    if cursor.eat_word("FIRST") {
        actions.push(Action::PlaceColumn { column, after: None });
    } else if cursor.eat_word("AFTER") {
        let after = Some(ident(cursor)?);
        actions.push(Action::PlaceColumn { column, after });
    }
    Ok(())
}

/// `MODIFY column definition`, `CHANGE old new definition`
fn replace(cursor: &mut Cursor<'_>, scope: &Scope, actions: &mut Vec<Action>) -> Read<()> {
    let changes = cursor.is_word("CHANGE");
    cursor.bump();
    cursor.eat_word("COLUMN");
    let if_exists = cursor.eat_words(&["IF", "EXISTS"]);
    let here = cursor.position();
    let old = ident(cursor)?;
    if !changes {
        cursor.rewind(here);
    }
    let mut parts = Parts::default();
    column(cursor, scope, &mut parts)?;
    let name = parts.columns.last().map(|column| column.name.clone());
    actions.push(Action::ReplaceColumn { old, parts: Box::new(parts), if_exists });
    place(cursor, name, actions)
}

fn drop(cursor: &mut Cursor<'_>, actions: &mut Vec<Action>) -> Read<()> {
    if cursor.eat_words(&["PRIMARY", "KEY"]) {
        actions.push(Action::DropPrimaryKey);
        return Ok(());
    }
    if cursor.is_word("PARTITION") {
        return Ok(());
    }
    let foreign = cursor.eat_words(&["FOREIGN", "KEY"]);
    let constraint = foreign || cursor.eat_word("CONSTRAINT") || cursor.eat_word("CHECK");
    let key = !constraint && (cursor.eat_word("INDEX") || cursor.eat_word("KEY"));
    if !constraint && !key {
        cursor.eat_word("COLUMN");
    }
    let if_exists = cursor.eat_words(&["IF", "EXISTS"]);
    let name = ident(cursor)?;
    if !cursor.eat_word("CASCADE") {
        cursor.eat_word("RESTRICT");
    }
    actions.push(if constraint {
        Action::DropConstraint(name.text)
    } else if key {
        Action::DropKey(name.text)
    } else {
        Action::DropColumn { column: name, if_exists }
    });
    Ok(())
}

fn alter_column(cursor: &mut Cursor<'_>, actions: &mut Vec<Action>, start: usize) -> Read<()> {
    if ["INDEX", "KEY", "CHECK", "CONSTRAINT"].iter().any(|word| cursor.is_word(word)) {
        // `ALTER CHECK name NOT ENFORCED` and the like are not followed: the check is read as it was.
        cursor.rewind(start);
        return Ok(());
    }
    cursor.eat_word("COLUMN");
    cursor.eat_words(&["IF", "EXISTS"]);
    let column = ident(cursor)?;
    if cursor.eat_words(&["SET", "DEFAULT"]) {
        let range = value(cursor)?;
        let is_null = cursor.tokens(range).first().is_some_and(|tok| is_word(&tok.token, "NULL"));
        let default = Some(Default { sql: respelled(cursor, range), is_null });
        actions.push(Action::SetDefault { column, default, numbers: None });
    } else if cursor.eat_words(&["DROP", "DEFAULT"]) {
        actions.push(Action::SetDefault { column, default: None, numbers: None });
    } else {
        cursor.rewind(start);
    }
    Ok(())
}

fn rename(cursor: &mut Cursor<'_>, actions: &mut Vec<Action>) -> Read<()> {
    let column = cursor.eat_word("COLUMN");
    if !column {
        cursor.bump();
    }
    cursor.eat_words(&["IF", "EXISTS"]);
    let from = ident(cursor)?;
    cursor.expect_word("TO")?;
    let to = ident(cursor)?;
    actions.push(if column {
        Action::RenameColumn { from, to }
    } else {
        Action::RenameKey { from: from.text, to: to.text }
    });
    Ok(())
}
