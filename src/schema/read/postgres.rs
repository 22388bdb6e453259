//! PostgreSQL's statements: which of them matter, and what they say.

use sqlparser::tokenizer::Token;

use super::alter::alter_table;
use super::columns::{body, check};
use super::draft::{Domain, DomainCheck, Op, Owner, QName, SchemaChange, TableDraft};
use super::expression::{default_of, default_range};
use super::index::create_index;
use super::names::{Scope, ident};
use super::statement::{Statement, names_list, string, trigger};
use super::tokens::{Cursor, Read};
use super::type_name::type_name;
use crate::diagnostic::Diagnostic;

/// Reads a CREATE.
pub(super) fn create(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    let passed = |cursor: &mut Cursor<'_>| {
        while !cursor.is_end() && !cursor.is_word(noun) {
            cursor.bump();
        }
        cursor.bump();
        cursor.eat_words(&["IF", "NOT", "EXISTS"])
    };
    Ok(match noun {
        "TABLE" => {
            let if_not_exists = passed(cursor);
            Statement::one(Op::CreateTable(Box::new(create_table(cursor, scope, if_not_exists)?)))
        }
        "INDEX" => {
            cursor.bump();
            Statement::one(create_index(cursor, scope)?)
        }
        "TYPE" => {
            passed(cursor);
            Statement::one(create_type(cursor, scope)?)
        }
        "DOMAIN" => {
            passed(cursor);
            Statement::one(create_domain(cursor, scope)?)
        }
        "SEQUENCE" => {
            passed(cursor);
            let name = scope.qname(cursor)?;
            let owner = match owned_by(cursor, scope)? {
                OwnedBy::Column(owner) => Some(owner),
                OwnedBy::Nobody | OwnedBy::Nothing => None,
            };
            Statement::one(Op::CreateSequence { name, owner })
        }
        "TRIGGER" => {
            passed(cursor);
            create_trigger(cursor, scope)?
        }
        "VIEW" => {
            passed(cursor);
            Statement::one(Op::CreateView(scope.qname(cursor)?))
        }
        // A foreign table's rows live elsewhere: its name is taken, no more.
        "MATERIALIZED" | "FOREIGN" => {
            passed(cursor);
            if !cursor.eat_word("VIEW") && !cursor.eat_word("TABLE") {
                return Ok(Statement::skip(&format!("CREATE {noun}")));
            }
            cursor.eat_words(&["IF", "NOT", "EXISTS"]);
            Statement::one(Op::CreateView(scope.qname(cursor)?))
        }
        _ => Statement::skip(&format!("CREATE {noun}")),
    })
}

/// CREATE TABLE from the name on.
fn create_table(cursor: &mut Cursor<'_>, scope: &Scope, if_not_exists: bool) -> Read<TableDraft> {
    let name = scope.qname(cursor)?;
    let mut table = TableDraft { strict: true, if_not_exists, ..TableDraft::named(name) };
    if cursor.eat_words(&["PARTITION", "OF"]) {
        table.partition_of = Some(scope.qname(cursor)?);
        if cursor.is(&Token::LParen) {
            table.parts = body(cursor, scope)?;
        }
        return Ok(table);
    }
    if !cursor.is(&Token::LParen) {
        return Err(unknown_columns(cursor));
    }
    table.parts = body(cursor, scope)?;
    if cursor.eat_word("INHERITS") {
        cursor.expect(&Token::LParen)?;
        table.inherits = names_list(cursor, scope)?;
        cursor.expect(&Token::RParen)?;
    }
    if cursor.is_word("AS") {
        return Err(unknown_columns(cursor));
    }
    match cursor.word_here().as_str() {
        // PARTITION BY, USING heap, WITH (…), ON COMMIT, TABLESPACE: where rows lie, not what.
        "PARTITION" | "USING" | "WITH" | "WITHOUT" | "ON" | "TABLESPACE" => Ok(table),
        _ if cursor.is_end() => Ok(table),
        _ => Err(cursor.unexpected("expected the end of the table")),
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "made to be the error of a `Read`")]
fn unknown_columns(cursor: &Cursor<'_>) -> Box<Diagnostic> {
    let mut found = cursor.unexpected("the columns are not written out");
    "the columns of this table cannot be told from its statement".clone_into(&mut found.message);
    found.help =
        Some("give the CREATE TABLE that the server's own dump (`pg_dump --schema-only`) prints".to_owned());
    found
}

fn create_type(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Op> {
    let name = scope.qname(cursor)?;
    if !cursor.eat_words(&["AS", "ENUM"]) {
        return Ok(Op::CreateOpaque(name));
    }
    cursor.expect(&Token::LParen)?;
    let mut labels = Vec::new();
    while !cursor.eat(&Token::RParen) {
        labels.push(string(cursor)?);
        if !cursor.eat(&Token::Comma) {
            cursor.expect(&Token::RParen)?;
            break;
        }
    }
    Ok(Op::CreateEnum { name, labels })
}

/// `CREATE DOMAIN name AS type` with constraints in any order, as no parser expects them.
fn create_domain(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Op> {
    let name = scope.qname(cursor)?;
    cursor.eat_word("AS");
    let Some(base) = type_name(cursor, scope)? else {
        return Err(cursor.unexpected("expected the domain's type"));
    };
    let mut domain = Domain { base, not_null: false, default: None, collation: None, checks: Vec::new() };
    while !cursor.is_end() {
        let from = cursor.position();
        let constraint = if cursor.eat_word("CONSTRAINT") { Some(ident(cursor)?.text) } else { None };
        if cursor.eat_words(&["NOT", "NULL"]) {
            domain.not_null = true;
        } else if cursor.eat_word("DEFAULT") {
            let range = default_range(cursor)?;
            domain.default = Some(default_of(cursor, range));
        } else if cursor.eat_word("COLLATE") {
            domain.collation = Some(scope.qname(cursor)?.name);
        } else if cursor.eat_word("CHECK") {
            domain.checks.push(domain_check(cursor, constraint, from)?);
        } else if !cursor.eat_word("NULL") {
            return Err(cursor.unexpected("expected a constraint of the domain"));
        }
    }
    Ok(Op::CreateDomain { name, domain: Box::new(domain) })
}

/// A domain's condition, cut at its uses of VALUE.
fn domain_check(cursor: &mut Cursor<'_>, name: Option<String>, from: usize) -> Read<DomainCheck> {
    let start = cursor.position();
    let group = cursor.group()?;
    let around = cursor.cut(group, "VALUE");
    cursor.rewind(start);
    let whole = check(cursor, name, from)?;
    Ok(DomainCheck { name: whole.name, around, validated: whole.validated, span: whole.span })
}

/// What a statement about a sequence says of its owner.
enum OwnedBy {
    Nothing,
    Nobody,
    Column(Owner),
}

/// `OWNED BY table.column`, wherever it stands among the sequence's options.
fn owned_by(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<OwnedBy> {
    while !cursor.is_end() {
        if cursor.eat_words(&["OWNED", "BY"]) {
            if cursor.eat_word("NONE") {
                return Ok(OwnedBy::Nobody);
            }
            let from = cursor.position();
            let mut parts = vec![ident(cursor)?];
            while cursor.eat(&Token::Period) {
                parts.push(ident(cursor)?);
            }
            let span = cursor.span_from(from);
            let column = parts.pop().filter(|_| !parts.is_empty());
            let column = column.ok_or_else(|| cursor.unexpected("expected table.column"))?;
            let table = scope.of_parts(parts.into_iter().map(|part| part.text).collect(), span);
            return Ok(OwnedBy::Column(Owner { table, column }));
        }
        cursor.bump();
    }
    Ok(OwnedBy::Nothing)
}

/// `CREATE TRIGGER name {BEFORE | AFTER | INSTEAD OF} events ON table …`
fn create_trigger(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Statement> {
    let name = ident(cursor)?.text;
    let (writes, table) = trigger(cursor, scope)?;
    Ok(if writes {
        Statement::one(Op::CreateTrigger { table, name })
    } else {
        Statement::skip("CREATE TRIGGER")
    })
}

/// Reads an ALTER.
pub(super) fn alter(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    cursor.bump();
    Ok(match noun {
        "TABLE" => {
            cursor.bump();
            let (op, skipped) = alter_table(cursor, scope)?;
            Statement { ops: vec![op], skipped }
        }
        "SEQUENCE" => {
            cursor.bump();
            cursor.eat_words(&["IF", "EXISTS"]);
            let name = scope.qname(cursor)?;
            match owned_by(cursor, scope)? {
                OwnedBy::Column(owner) => Statement::one(Op::OwnSequence { name, owner: Some(owner) }),
                OwnedBy::Nobody => Statement::one(Op::OwnSequence { name, owner: None }),
                OwnedBy::Nothing => Statement::skip("ALTER SEQUENCE"),
            }
        }
        "TYPE" => {
            cursor.bump();
            alter_type(cursor, scope)?
        }
        _ => Statement::skip(&format!("ALTER {noun}")),
    })
}

fn alter_type(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Statement> {
    let name = scope.qname(cursor)?;
    if cursor.eat_words(&["ADD", "VALUE"]) {
        cursor.eat_words(&["IF", "NOT", "EXISTS"]);
        let label = string(cursor)?;
        let before = if cursor.eat_word("BEFORE") { Some(string(cursor)?) } else { None };
        let after = if cursor.eat_word("AFTER") { Some(string(cursor)?) } else { None };
        return Ok(Statement::one(Op::AddLabel { name, label, before, after }));
    }
    if cursor.eat_words(&["RENAME", "VALUE"]) {
        let from = string(cursor)?;
        cursor.expect_word("TO")?;
        let to = string(cursor)?;
        return Ok(Statement::one(Op::RenameLabel { name, from, to }));
    }
    if cursor.is_word("OWNER") || cursor.is_word("SET") {
        return Ok(Statement::skip("ALTER TYPE"));
    }
    Err(cursor.unexpected("datamove does not follow this change of a type"))
}

/// Reads a DROP.
pub(super) fn drop(cursor: &mut Cursor<'_>, scope: &Scope, noun: &str) -> Read<Statement> {
    cursor.bump();
    cursor.bump();
    if noun == "MATERIALIZED" || noun == "FOREIGN" {
        cursor.bump();
    }
    cursor.eat_word("CONCURRENTLY");
    cursor.eat_words(&["IF", "EXISTS"]);
    let list = |cursor: &mut Cursor<'_>| -> Read<Vec<QName>> { names_list(cursor, scope) };
    Ok(Statement::one(match noun {
        "TABLE" => {
            let tables = list(cursor)?;
            Op::DropTable { tables, cascade: cursor.is_word("CASCADE") }
        }
        "INDEX" => Op::DropIndex(list(cursor)?),
        "TYPE" | "DOMAIN" => Op::DropTypes(list(cursor)?),
        "SEQUENCE" => Op::DropSequences(list(cursor)?),
        "VIEW" | "MATERIALIZED" | "FOREIGN" => Op::DropViews(list(cursor)?),
        "TRIGGER" => {
            let name = ident(cursor)?.text;
            cursor.expect_word("ON")?;
            Op::DropTrigger { name, table: Some(scope.qname(cursor)?) }
        }
        "SCHEMA" => {
            let names = list(cursor)?.into_iter().filter_map(|name| scope.schema(Some(name.name)));
            Op::Schema(SchemaChange::Dropped(names.collect()))
        }
        _ => return Ok(Statement::skip(&format!("DROP {noun}"))),
    }))
}
