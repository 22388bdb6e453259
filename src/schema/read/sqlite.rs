//! SQLite's statements: which of them matter, and what they say.

use sqlparser::tokenizer::Token;

use super::alter::alter_table;
use super::columns::body;
use super::draft::{Op, TableDraft};
use super::index::create_index;
use super::names::Scope;
use super::statement::{Statement, names_list, trigger};
use super::tokens::{Cursor, Read};
use crate::diagnostic::Diagnostic;

/// Reads a CREATE.
pub(super) fn create(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    cursor.bump();
    if noun == "INDEX" {
        return Ok(Statement::one(create_index(cursor, scope)?));
    }
    while !cursor.is_end() && !cursor.is_word(noun) {
        cursor.bump();
    }
    cursor.bump();
    // A virtual table's rows are its module's own business: its name is taken, no more.
    if noun == "VIRTUAL" {
        cursor.expect_word("TABLE")?;
    }
    let if_not_exists = cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    Ok(match noun {
        "TABLE" => {
            let table = create_table(cursor, scope, if_not_exists)?;
            // `.schema` prints SQLite's own tables as well: sqlite_sequence, sqlite_stat1.
            if table.name.name.to_ascii_lowercase().starts_with("sqlite_") {
                return Ok(Statement::skip("CREATE TABLE sqlite_"));
            }
            Statement::one(Op::CreateTable(Box::new(table)))
        }
        "VIEW" | "VIRTUAL" => Statement::one(Op::CreateView(scope.qname(cursor)?)),
        "TRIGGER" => create_trigger(cursor, scope)?,
        _ => Statement::skip(&format!("CREATE {noun}")),
    })
}

fn create_table(cursor: &mut Cursor<'_>, scope: &Scope, if_not_exists: bool) -> Read<TableDraft> {
    let name = scope.qname(cursor)?;
    let mut table = TableDraft { if_not_exists, ..TableDraft::named(name) };
    if !cursor.is(&Token::LParen) {
        return Err(unknown_columns(cursor));
    }
    table.parts = body(cursor, scope)?;
    while !cursor.is_end() {
        if cursor.eat_words(&["WITHOUT", "ROWID"]) {
            table.without_rowid = true;
        } else if cursor.eat_word("STRICT") {
            table.strict = true;
        } else if !cursor.eat(&Token::Comma) {
            return Err(cursor.unexpected("expected WITHOUT ROWID, STRICT or the end of the table"));
        }
    }
    Ok(table)
}

#[expect(clippy::unnecessary_box_returns, reason = "made to be the error of a `Read`")]
fn unknown_columns(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let mut found = cursor.unexpected("the columns are not written out");
    "the columns of this table cannot be told from its statement".clone_into(&mut found.message);
    found.help = Some("give the CREATE TABLE that SQLite's own `.schema` prints".to_owned());
    found
}

/// `CREATE TRIGGER name [BEFORE | AFTER | INSTEAD OF] event ON table …`
fn create_trigger(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Statement> {
    let name = scope.qname(cursor)?.name;
    let (writes, table) = trigger(cursor, scope)?;
    Ok(if writes {
        Statement::one(Op::CreateTrigger { table, name })
    } else {
        Statement::skip("CREATE TRIGGER")
    })
}

/// Reads an ALTER; SQLite has but one.
pub(super) fn alter(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    cursor.bump();
    if noun != "TABLE" {
        return Ok(Statement::skip(&format!("ALTER {noun}")));
    }
    cursor.bump();
    let (op, skipped) = alter_table(cursor, scope)?;
    Ok(Statement { ops: vec![op], skipped })
}

/// Reads a DROP.
pub(super) fn drop(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    cursor.bump();
    cursor.bump();
    cursor.eat_words(&["IF", "EXISTS"]);
    let names = names_list(cursor, scope)?;
    Ok(Statement::one(match noun {
        // SQLite drops a table and leaves the foreign keys of others as they are.
        "TABLE" => Op::DropTable { tables: names, cascade: false },
        "INDEX" => Op::DropIndex(names),
        "VIEW" => Op::DropViews(names),
        "TRIGGER" => {
            let name = names.into_iter().next().map(|name| name.name).unwrap_or_default();
            Op::DropTrigger { name, table: None }
        }
        _ => return Ok(Statement::skip(&format!("DROP {noun}"))),
    }))
}
