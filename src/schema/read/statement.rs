//! What a statement is, by its first words, before anything of it is parsed.

use sqlparser::tokenizer::Token;

use super::draft::{Op, QName};
use super::foreign;
use super::names::Scope;
use super::piece::Piece;
use super::tokens::{Cursor, Read};
use super::{mysql, postgres, sqlite};
use crate::base::{Engine, FileId, Span};
use crate::diagnostic::{Code, Diagnostic};

/// What came of one statement: what it does, and what in it does not matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    pub(super) ops: Vec<Op>,
    /// By first words, for [`crate::schema::Skipped`].
    pub(super) skipped: Vec<String>,
}

impl Statement {
    pub(super) fn one(op: Op) -> Self {
        Self { ops: vec![op], skipped: Vec::new() }
    }

    pub(super) fn skip(words: &str) -> Self {
        Self { ops: Vec::new(), skipped: vec![words.to_owned()] }
    }
}

/// The rest of `CREATE TRIGGER name … events ON table`, behind the name: whether rows that are written
/// fire it, and its table.
pub(super) fn trigger(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<(bool, QName)> {
    let mut writes = false;
    while !cursor.is_end() && !cursor.is_word("ON") {
        writes |= cursor.is_word("INSERT") || cursor.is_word("UPDATE");
        cursor.bump();
    }
    cursor.expect_word("ON")?;
    Ok((writes, scope.qname(cursor)?))
}

/// The first words of statements that say nothing about the schema.
const PASSED: &[&str] = &[
    "ABORT",
    "ANALYZE",
    "ATTACH",
    "BEGIN",
    "CALL",
    "CHECKPOINT",
    "CLOSE",
    "CLUSTER",
    "COMMENT",
    "COMMIT",
    "COPY",
    "DEALLOCATE",
    "DECLARE",
    "DELETE",
    "DETACH",
    "DISCARD",
    "DO",
    "END",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "GRANT",
    "IMPORT",
    "INSERT",
    "LISTEN",
    "LOAD",
    "LOCK",
    "MERGE",
    "MOVE",
    "NOTIFY",
    "PRAGMA",
    "PREPARE",
    "REASSIGN",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "REPLACE",
    "RESET",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SECURITY",
    "SELECT",
    "SET",
    "SHOW",
    "START",
    "TABLE",
    "TRUNCATE",
    "UNLISTEN",
    "UPDATE",
    "VACUUM",
    "VALUES",
    "WITH",
];

/// What a CREATE, ALTER or DROP must be about to matter.
const MATTERS: &[(Engine, &str, &[&str])] = &[
    (Engine::Sqlite, "CREATE", &["TABLE", "INDEX", "VIEW", "TRIGGER", "VIRTUAL"]),
    (Engine::Sqlite, "ALTER", &["TABLE"]),
    (Engine::Sqlite, "DROP", &["TABLE", "INDEX", "VIEW", "TRIGGER"]),
    (
        Engine::Postgres,
        "CREATE",
        &["TABLE", "INDEX", "TYPE", "DOMAIN", "SEQUENCE", "TRIGGER", "VIEW", "MATERIALIZED", "FOREIGN"],
    ),
    (Engine::Postgres, "ALTER", &["TABLE", "SEQUENCE", "TYPE"]),
    (
        Engine::Postgres,
        "DROP",
        &[
            "TABLE",
            "INDEX",
            "TYPE",
            "DOMAIN",
            "SEQUENCE",
            "TRIGGER",
            "VIEW",
            "MATERIALIZED",
            "FOREIGN",
            "SCHEMA",
        ],
    ),
];

/// Reads one statement.
pub(super) fn read(
    engine: Engine,
    file: FileId,
    text: &str,
    piece: &Piece<'_>,
    scope: &mut Scope,
) -> Read<Statement> {
    let sql = &text[piece.start..piece.end];
    if let Some(found) = foreign::by_head(engine, file, sql, piece) {
        return Err(Box::new(found));
    }
    if let Some(opened) = piece.unclosed {
        return Err(Box::new(unclosed(file, text, opened)));
    }
    let Some(first) = piece.head().next() else {
        return Err(Box::new(unknown(file, text, piece)));
    };
    let verb = first.to_ascii_uppercase();
    if engine == Engine::Mysql
        && let Some(statement) = mysql::statement(file, text, piece, scope, &verb)?
    {
        return Ok(statement);
    }
    let noun = piece.noun().to_ascii_uppercase();
    if engine != Engine::Mysql && matches!(verb.as_str(), "CREATE" | "ALTER" | "DROP") {
        let matters = MATTERS
            .iter()
            .any(|(of, word, nouns)| *of == engine && *word == verb && nouns.contains(&noun.as_str()));
        if !matters {
            return Ok(Statement::skip(&format!("{verb} {noun}")));
        }
        if verb == "CREATE" && is_temporary(piece, &noun) {
            return Ok(Statement::skip(&format!("CREATE TEMPORARY {noun}")));
        }
        let mut cursor = Cursor::new(engine, file, text, piece)?;
        if let Some(found) = foreign::by_tokens(&cursor) {
            return Err(Box::new(found));
        }
        return of_engine(engine, &mut cursor, scope, &verb, &noun);
    }
    if engine == Engine::Postgres && (verb == "SET" || verb == "SELECT") {
        follow_search_path(sql, scope);
    }
    let shell = first.starts_with(['\\', '.']);
    if shell || PASSED.contains(&verb.as_str()) {
        return Ok(Statement::skip(if shell { first } else { &verb }));
    }
    Err(Box::new(unknown(file, text, piece)))
}

fn of_engine(
    engine: Engine,
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    verb: &str,
    noun: &str,
) -> Read<Statement> {
    match (engine, verb) {
        (Engine::Sqlite, "CREATE") => sqlite::create(cursor, scope, noun),
        (Engine::Sqlite, "ALTER") => sqlite::alter(cursor, scope, noun),
        (Engine::Sqlite, _) => sqlite::drop(cursor, scope, noun),
        // All of MySQL's are read above.
        (Engine::Mysql, _) => Ok(Statement::skip(verb)),
        (Engine::Postgres, "CREATE") => postgres::create(cursor, scope, noun),
        (Engine::Postgres, "ALTER") => postgres::alter(cursor, scope, noun),
        (Engine::Postgres, _) => postgres::drop(cursor, scope, noun),
    }
}

fn is_temporary(piece: &Piece<'_>, noun: &str) -> bool {
    piece
        .head()
        .take_while(|word| !word.eq_ignore_ascii_case(noun))
        .any(|word| word.eq_ignore_ascii_case("temp") || word.eq_ignore_ascii_case("temporary"))
}

/// `SET search_path = a, b`, `SET search_path TO a`, `SELECT … set_config('search_path', 'a', …)`.
fn follow_search_path(sql: &str, scope: &mut Scope) {
    // A SELECT may be long; the setting stands near its start.
    let head: String = sql.chars().take(200).collect();
    let Some(found) = head.to_ascii_lowercase().find("search_path") else {
        return;
    };
    let rest = head[found + "search_path".len()..].trim_start();
    if let Some(argument) = rest.strip_prefix('\'') {
        let value = argument.split('\'').nth(1).unwrap_or("");
        scope.set_search_path(value);
    } else if head.trim_start().get(..3).is_some_and(|word| word.eq_ignore_ascii_case("set")) {
        let value = rest.strip_prefix('=').unwrap_or_else(|| rest.get(2..).unwrap_or(""));
        scope.set_search_path(value);
    }
}

/// The first line of a statement.
pub(super) fn first_line(file: FileId, text: &str, piece: &Piece<'_>) -> Span {
    let sql = &text[piece.start..piece.end];
    let len = sql.find(['\n', '\r']).unwrap_or(sql.len());
    // A line of a megabyte is no line to show.
    let len = if len > 200 { sql.char_indices().nth(80).map_or(len, |(at, _)| at) } else { len };
    Span::new(file, piece.start, piece.start + len)
}

fn unclosed(file: FileId, text: &str, opened: usize) -> Diagnostic {
    let what = match text.as_bytes().get(opened) {
        Some(b'/') => "a comment",
        Some(b'$') => "a dollar quote",
        _ => "a quote",
    };
    Diagnostic::error(
        Code::DdlUnclosed,
        format!("{what} is never closed"),
        Span::new(file, opened, (opened + 1).min(text.len())),
        "opens here, and the file ends inside of it",
    )
    .help("close it, or see whether the file was cut off")
}

fn unknown(file: FileId, text: &str, piece: &Piece<'_>) -> Diagnostic {
    Diagnostic::error(
        Code::DdlUnknownStatement,
        "this does not start like a statement of SQL",
        first_line(file, text, piece),
        "not a statement",
    )
    .help("see whether a semicolon is missing before it or a word is misspelt")
}

/// Names with commas between them.
pub(super) fn names_list(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Vec<QName>> {
    let mut names = vec![scope.qname(cursor)?];
    while cursor.eat(&Token::Comma) {
        names.push(scope.qname(cursor)?);
    }
    Ok(names)
}

/// A string literal's value.
pub(super) fn string(cursor: &mut Cursor<'_>) -> Read<String> {
    let text = match cursor.peek() {
        Some(Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text)) => text.clone(),
        Some(Token::DollarQuotedString(text)) => text.value.clone(),
        _ => return Err(cursor.unexpected("expected a string")),
    };
    cursor.bump();
    Ok(text)
}
