//! MySQL's and MariaDB's statements: which of them matter, and what they say.

use sqlparser::tokenizer::Token;

use super::draft::{Action, KeyDraft, Op, QName, SchemaChange, TextDefaults};
use super::foreign;
use super::mysql_alter::alter_table;
use super::mysql_table::{create_table, key_parts, text_option};
use super::names::{Scope, ident};
use super::piece::Piece;
use super::statement::{Statement, names_list, trigger};
use super::tokens::{Cursor, Read};
use crate::base::{Engine, FileId};

/// Statements that other servers do not have and that say nothing about the schema.
const PASSED: &[&str] = &[
    "BINLOG",
    "CHANGE",
    "CHECK",
    "CHECKSUM",
    "DELIMITER",
    "DESCRIBE",
    "FLUSH",
    "HANDLER",
    "INSTALL",
    "KILL",
    "OPTIMIZE",
    "PURGE",
    "REPAIR",
    "SHUTDOWN",
    "SOURCE",
    "STOP",
    "UNLOCK",
    "XA",
];

/// Words that tell what a CREATE, ALTER or DROP is about.
const NOUNS: &[&str] = &[
    "DATABASE",
    "EVENT",
    "FUNCTION",
    "INDEX",
    "LOGFILE",
    "PACKAGE",
    "PROCEDURE",
    "ROLE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "SPATIAL",
    "TABLE",
    "TABLESPACE",
    "TEMPORARY",
    "TRIGGER",
    "USER",
    "VIEW",
];

/// One statement; `None` if nothing about it is MySQL's own.
pub(super) fn statement(
    file: FileId,
    text: &str,
    piece: &Piece<'_>,
    scope: &mut Scope,
    verb: &str,
) -> Read<Option<Statement>> {
    let open = |from: usize, to: usize| {
        let piece = Piece { start: from, end: to, ..*piece };
        Cursor::new(Engine::Mysql, file, text, &piece)
    };
    Ok(match verb {
        "USE" => {
            let mut cursor = open(piece.start, piece.end)?;
            cursor.bump();
            scope.use_database(&ident(&mut cursor)?.text);
            Some(Statement::skip("USE"))
        }
        "RENAME" => {
            let mut cursor = open(piece.start, piece.end)?;
            Some(rename_tables(&mut cursor, scope)?)
        }
        "CREATE" | "ALTER" | "DROP" => {
            let sql = &text[piece.start..piece.end];
            let Some(words) = Words::of(sql, verb) else {
                return Ok(Some(Statement::skip(verb)));
            };
            if !words.matters() {
                return Ok(Some(Statement::skip(&format!("{verb} {}", words.noun))));
            }
            let mut cursor = open(piece.start, piece.start + words.end)?;
            if let Some(found) = foreign::by_tokens(&cursor) {
                return Err(Box::new(found));
            }
            Some(of_schema(&mut cursor, scope, verb, &words)?)
        }
        _ if PASSED.contains(&verb) || verb.starts_with('\\') => Some(Statement::skip(verb)),
        _ => None,
    })
}

/// The first words of a CREATE, ALTER or DROP, outside of quotes.
struct Words {
    noun: String,
    replaces: bool,
    unique: bool,
    /// The bytes of the statement that are worth cutting into tokens: bodies of triggers and views
    /// say nothing.
    end: usize,
}

impl Words {
    fn of(sql: &str, verb: &str) -> Option<Self> {
        let mut before: Vec<String> = Vec::new();
        let mut words = bare_words(sql);
        let noun = loop {
            let (_, word) = words.next()?;
            let word = word.to_ascii_uppercase();
            if NOUNS.contains(&word.as_str()) {
                break word;
            }
            before.push(word);
        };
        let has = |word: &str| before.iter().any(|known| known == word);
        let stop = match noun.as_str() {
            "TRIGGER" if verb == "CREATE" => "FOR",
            "VIEW" if verb == "CREATE" => "AS",
            _ => "",
        };
        let mut rest = words;
        let end = rest.find(|(_, word)| word.eq_ignore_ascii_case(stop)).map_or(sql.len(), |(at, _)| at);
        Some(Self { noun, replaces: has("REPLACE"), unique: has("UNIQUE"), end })
    }

    fn matters(&self) -> bool {
        matches!(
            self.noun.as_str(),
            "TABLE" | "INDEX" | "VIEW" | "TRIGGER" | "DATABASE" | "SCHEMA" | "SEQUENCE"
        )
    }
}

/// The words of a statement that stand outside of quotes, with the places where they start.
fn bare_words(sql: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = sql.as_bytes();
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            if matches!(byte, b'\'' | b'"' | b'`') {
                let close = sql[at..].find(char::from(*byte))?;
                at += close + 1;
            } else if byte.is_ascii_alphabetic() {
                let len =
                    bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
                at += len.count();
                return Some((start, &sql[start..at]));
            }
        }
        None
    })
}

fn of_schema(cursor: &mut Cursor<'_>, scope: &mut Scope, verb: &str, words: &Words) -> Read<Statement> {
    let noun = words.noun.as_str();
    while !cursor.is_end() && !cursor.is_word(noun) {
        cursor.bump();
    }
    cursor.bump();
    let if_exists = cursor.eat_words(&["IF", "EXISTS"]);
    let if_not_exists = cursor.eat_words(&["IF", "NOT", "EXISTS"]);
    match (verb, noun) {
        (_, "DATABASE" | "SCHEMA") => database(cursor, scope, verb),
        ("CREATE", "TABLE") => create_table(cursor, scope, if_not_exists, words.replaces),
        ("CREATE", "INDEX") => create_index(cursor, scope, words.unique),
        ("CREATE", "VIEW") => Ok(Statement::one(Op::CreateView(scope.qname(cursor)?))),
        ("CREATE", "TRIGGER") => create_trigger(cursor, scope),
        ("CREATE", "SEQUENCE") => {
            Ok(Statement::one(Op::CreateSequence { name: scope.qname(cursor)?, owner: None }))
        }
        ("ALTER", "TABLE") => alter_table(cursor, scope, if_exists),
        ("DROP", "TABLE") => {
            Ok(Statement::one(Op::DropTable { tables: names_list(cursor, scope)?, cascade: false }))
        }
        ("DROP", "VIEW") => Ok(Statement::one(Op::DropViews(names_list(cursor, scope)?))),
        ("DROP", "SEQUENCE") => Ok(Statement::one(Op::DropSequences(names_list(cursor, scope)?))),
        ("DROP", "TRIGGER") => {
            let name = scope.qname(cursor)?.name;
            Ok(Statement::one(Op::DropTrigger { name, table: None }))
        }
        ("DROP", "INDEX") => {
            let name = ident(cursor)?.text;
            cursor.expect_word("ON")?;
            let table = scope.qname(cursor)?;
            let actions = vec![Action::DropKey(name)];
            Ok(Statement::one(Op::AlterTable { table, if_exists: false, actions }))
        }
        _ => Ok(Statement::skip(&format!("{verb} {noun}"))),
    }
}

fn database(cursor: &mut Cursor<'_>, scope: &mut Scope, verb: &str) -> Read<Statement> {
    if verb == "DROP" {
        let name = ident(cursor)?.text;
        let gone = scope.schema(Some(name)).into_iter().collect();
        return Ok(Statement::one(Op::Schema(SchemaChange::Dropped(gone))));
    }
    let mut text = TextDefaults::default();
    let silent = matches!(cursor.word_here().as_str(), "CHARACTER" | "CHARSET" | "COLLATE" | "DEFAULT");
    let name = if verb == "ALTER" && silent { None } else { Some(ident(cursor)?.text) };
    while !cursor.is_end() {
        if !text_option(cursor, &mut text)? {
            cursor.bump();
        }
    }
    if text != TextDefaults::default() {
        scope.set_text(name, text);
    }
    Ok(Statement::skip(&format!("{verb} DATABASE")))
}

/// `CREATE … INDEX name [USING type] ON table (parts) …`
fn create_index(cursor: &mut Cursor<'_>, scope: &Scope, unique: bool) -> Read<Statement> {
    let from = cursor.position();
    let name = ident(cursor)?.text;
    if cursor.eat_word("USING") {
        cursor.bump();
    }
    cursor.expect_word("ON")?;
    let table = scope.qname(cursor)?;
    let columns = key_parts(cursor)?;
    let key = KeyDraft {
        name: Some(name),
        primary: false,
        columns,
        using_index: None,
        unique,
        constraint: false,
        partial: None,
        nulls_equal: false,
        deferrable: false,
        span: cursor.span_from(from),
    };
    Ok(Statement::one(Op::CreateIndex { table, key }))
}

/// `TRIGGER name {BEFORE | AFTER} {INSERT | UPDATE | DELETE} ON table`; MariaDB takes several events.
fn create_trigger(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Statement> {
    let name = scope.qname(cursor)?;
    let (writes, mut table) = trigger(cursor, scope)?;
    if name.qualified && !table.qualified {
        table.schema.clone_from(&name.schema);
    }
    Ok(if writes {
        Statement::one(Op::CreateTrigger { table, name: name.name })
    } else {
        Statement::skip("CREATE TRIGGER ON DELETE")
    })
}

/// `RENAME TABLE a TO b, c TO d`
fn rename_tables(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Statement> {
    cursor.bump();
    if !cursor.eat_word("TABLE") && !cursor.eat_word("TABLES") {
        return Ok(Statement::skip("RENAME"));
    }
    cursor.eat_words(&["IF", "EXISTS"]);
    let mut statement = Statement::default();
    loop {
        let from = scope.qname(cursor)?;
        cursor.expect_word("TO")?;
        let to = scope.qname(cursor)?;
        statement.ops.extend(renaming(from, to));
        if !cursor.eat(&Token::Comma) {
            return Ok(statement);
        }
    }
}

/// The steps that give a table another name, perhaps in another database.
pub(super) fn renaming(from: QName, to: QName) -> Vec<Op> {
    let step = |table: QName, action| Op::AlterTable { table, if_exists: false, actions: vec![action] };
    let mut ops = Vec::new();
    let mut table = from;
    if table.schema != to.schema {
        let schema = to.schema.clone().unwrap_or_default();
        ops.push(step(table.clone(), Action::SetSchema(schema)));
        table.schema.clone_from(&to.schema);
    }
    if table.name != to.name {
        let name = super::draft::Named { text: to.name, span: to.span };
        ops.push(step(table, Action::RenameTable(name)));
    }
    ops
}
