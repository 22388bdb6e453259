//! ALTER TABLE: the actions that change what a move must know; the rest is counted.

use sqlparser::tokenizer::Token;

use super::columns::{column, identity};
use super::constraints;
use super::draft::{Action, Named, Numbers, Op, Parts};
use super::expression::{default_of, default_range, nextval};
use super::names::{Scope, ident};
use super::tokens::{Cursor, Read};
use super::type_name::type_name;
use crate::base::Engine;

/// ALTER TABLE from the name on, with the first words of the actions that do not matter.
pub(super) fn alter_table(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<(Op, Vec<String>)> {
    let if_exists = cursor.eat_words(&["IF", "EXISTS"]);
    cursor.eat_word("ONLY");
    let table = scope.qname(cursor)?;
    cursor.eat(&Token::Mul);
    let mut actions = Vec::new();
    let mut skipped = Vec::new();
    loop {
        let word = cursor.word_here();
        if let Some(action) = action(cursor, scope)? {
            actions.push(action);
        } else {
            skipped.push(format!("ALTER TABLE {word}"));
            cursor.until(|_| false);
        }
        if !cursor.eat(&Token::Comma) {
            break;
        }
    }
    if !cursor.is_end() {
        return Err(cursor.unexpected("expected `,` or the end of ALTER TABLE"));
    }
    Ok((Op::AlterTable { table, if_exists, actions }, skipped))
}

/// One action; `None` for one that says nothing to a move.
fn action(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Option<Action>> {
    let word = cursor.word_here();
    Ok(match word.as_str() {
        "ADD" => {
            cursor.bump();
            Some(add(cursor, scope)?)
        }
        "DROP" => {
            cursor.bump();
            Some(drop(cursor)?)
        }
        "ALTER" => {
            cursor.bump();
            alter_column(cursor, scope)?
        }
        "RENAME" => {
            cursor.bump();
            Some(rename(cursor)?)
        }
        "VALIDATE" => {
            cursor.bump();
            cursor.expect_word("CONSTRAINT")?;
            Some(Action::Validate(ident(cursor)?.text))
        }
        "ATTACH" => {
            cursor.bump();
            cursor.expect_word("PARTITION")?;
            let partition = scope.qname(cursor)?;
            cursor.until(|_| false);
            Some(Action::AttachPartition(partition))
        }
        "DETACH" => {
            cursor.bump();
            cursor.expect_word("PARTITION")?;
            let partition = scope.qname(cursor)?;
            cursor.until(|_| false);
            Some(Action::DetachPartition(partition))
        }
        "INHERIT" => {
            cursor.bump();
            Some(Action::Inherit(scope.qname(cursor)?))
        }
        "SET" if cursor.is_word_ahead(1, "SCHEMA") => {
            cursor.bump();
            cursor.bump();
            let written = Some(ident(cursor)?.text);
            scope.schema(written).map(Action::SetSchema)
        }
        "OWNER" | "SET" | "RESET" | "CLUSTER" | "ENABLE" | "DISABLE" | "REPLICA" | "FORCE" | "NO" | "OF"
        | "NOT" | "OPTIONS" => None,
        _ => return Err(cursor.unexpected("expected an action of ALTER TABLE")),
    })
}

fn add(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Action> {
    let mut parts = Parts::default();
    if constraints::starts(cursor) {
        constraints::table_constraint(cursor, scope, &mut parts)?;
        return Ok(Action::Add(Box::new(parts)));
    }
    cursor.eat_word("COLUMN");
    let if_not_exists = cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    column(cursor, scope, &mut parts)?;
    Ok(Action::AddColumn { parts: Box::new(parts), if_not_exists })
}

fn drop(cursor: &mut Cursor<'_>) -> Read<Action> {
    let constraint = cursor.eat_word("CONSTRAINT");
    if !constraint {
        cursor.eat_word("COLUMN");
    }
    let if_exists = cursor.eat_words(&["IF", "EXISTS"]);
    let name = ident(cursor)?;
    if !cursor.eat_word("CASCADE") {
        cursor.eat_word("RESTRICT");
    }
    Ok(if constraint {
        Action::DropConstraint(name.text)
    } else {
        Action::DropColumn { column: name, if_exists }
    })
}

fn rename(cursor: &mut Cursor<'_>) -> Read<Action> {
    if cursor.eat_word("TO") {
        return Ok(Action::RenameTable(ident(cursor)?));
    }
    let constraint = cursor.eat_word("CONSTRAINT");
    if !constraint {
        cursor.eat_word("COLUMN");
    }
    let from = ident(cursor)?;
    cursor.expect_word("TO")?;
    let to = ident(cursor)?;
    Ok(if constraint {
        Action::RenameConstraint { from: from.text, to: to.text }
    } else {
        Action::RenameColumn { from, to }
    })
}

fn alter_column(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Option<Action>> {
    if cursor.eat_word("CONSTRAINT") {
        // Deferrability of a constraint: no data hangs on it once the constraint itself is known.
        return Ok(None);
    }
    cursor.eat_word("COLUMN");
    let column = ident(cursor)?;
    if cursor.eat_words(&["SET", "NOT", "NULL"]) {
        Ok(Some(Action::SetNotNull { column, not_null: true }))
    } else if cursor.eat_words(&["DROP", "NOT", "NULL"]) {
        Ok(Some(Action::SetNotNull { column, not_null: false }))
    } else if cursor.eat_words(&["SET", "DEFAULT"]) {
        set_default(cursor, scope, column).map(Some)
    } else if cursor.eat_words(&["DROP", "DEFAULT"]) {
        Ok(Some(Action::SetDefault { column, default: None, numbers: None }))
    } else if cursor.eat_words(&["SET", "DATA", "TYPE"]) || cursor.eat_word("TYPE") {
        set_type(cursor, scope, column)
    } else if cursor.eat_words(&["DROP", "EXPRESSION"]) {
        cursor.eat_words(&["IF", "EXISTS"]);
        Ok(Some(Action::DropExpression { column }))
    } else if cursor.eat_words(&["DROP", "IDENTITY"]) {
        cursor.eat_words(&["IF", "EXISTS"]);
        Ok(Some(Action::SetIdentity { column, numbers: None }))
    } else if cursor.eat_word("ADD") {
        match identity(cursor, scope)? {
            Some(numbers) => Ok(Some(Action::SetIdentity { column, numbers: Some(numbers) })),
            None => Err(cursor.unexpected("expected GENERATED … AS IDENTITY")),
        }
    } else if cursor.eat_words(&["SET", "GENERATED"]) {
        let always = cursor.eat_word("ALWAYS");
        cursor.until(|_| false);
        let numbers = Numbers::Identity { always, sequence: None };
        Ok(Some(Action::SetIdentity { column, numbers: Some(numbers) }))
    } else {
        // SET STATISTICS, SET STORAGE, SET (option) and the like.
        Ok(None)
    }
}

fn set_default(cursor: &mut Cursor<'_>, scope: &Scope, column: Named) -> Read<Action> {
    let range = default_range(cursor)?;
    let sequence = match cursor.engine {
        Engine::Postgres => nextval(cursor, range),
        Engine::Sqlite | Engine::Mysql => None,
    };
    Ok(match sequence {
        Some(name) => {
            let sequence = scope.in_string(&name, cursor.span_of(range));
            Action::SetDefault { column, default: None, numbers: Some(Numbers::Nextval { sequence }) }
        }
        None => Action::SetDefault { column, default: Some(default_of(cursor, range)), numbers: None },
    })
}

fn set_type(cursor: &mut Cursor<'_>, scope: &Scope, column: Named) -> Read<Option<Action>> {
    let ty = type_name(cursor, scope)?;
    // COLLATE … and USING … follow; only the type is left behind.
    cursor.until(|_| false);
    Ok(ty.map(|ty| Action::SetType { column, ty: Box::new(ty) }))
}
