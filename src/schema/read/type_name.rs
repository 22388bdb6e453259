//! The name of a type as DDL writes it: several words, arguments, brackets.

use sqlparser::tokenizer::{Token, Word};

use super::draft::TypeName;
use super::names::Scope;
use super::tokens::{Cursor, Range, Read};
use super::types_mysql;
use crate::base::Engine;

/// PostgreSQL's type names of several words, longest first.
const LONG: [&[&str]; 8] = [
    &["national", "character", "varying"],
    &["national", "char", "varying"],
    &["national", "character"],
    &["national", "char"],
    &["double", "precision"],
    &["character", "varying"],
    &["char", "varying"],
    &["bit", "varying"],
];

/// The type that stands here; `None` where SQLite's column has none.
pub(super) fn type_name(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<Option<TypeName>> {
    match cursor.engine {
        Engine::Sqlite => sqlite(cursor),
        Engine::Postgres => postgres(cursor, scope).map(Some),
        Engine::Mysql => types_mysql::type_name(cursor).map(Some),
    }
}

/// PostgreSQL's shorthands for a column with a sequence of its own.
pub(super) fn is_serial(ty: &TypeName) -> bool {
    const WORDS: [&str; 6] = ["serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"];
    !ty.quoted && WORDS.contains(&ty.name.as_str())
}

/// Any words up to a constraint; then numbers in parentheses.
fn sqlite(cursor: &mut Cursor<'_>) -> Read<Option<TypeName>> {
    const STOPS: [&str; 11] = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "AS",
        "FOREIGN",
    ];
    let from = cursor.position();
    let mut words = Vec::new();
    loop {
        let unquoted = cursor.word_here();
        if STOPS.contains(&unquoted.as_str()) || cursor.are_words(&["GENERATED", "ALWAYS"]) {
            break;
        }
        match cursor.peek() {
            Some(Token::Word(Word { value, .. })) => words.push(value.to_lowercase()),
            Some(Token::SingleQuotedString(text)) => words.push(text.to_lowercase()),
            _ => break,
        }
        cursor.bump();
    }
    if words.is_empty() {
        return Ok(None);
    }
    let args = arguments(cursor)?;
    let name = words.join(" ");
    Ok(Some(finish(cursor, from, TypeParts { schema: None, home: None, name, quoted: false, args })))
}

fn postgres(cursor: &mut Cursor<'_>, scope: &Scope) -> Read<TypeName> {
    let from = cursor.position();
    cursor.eat_word("SETOF");
    if let Some(words) = LONG.iter().find(|words| cursor.eat_words(words)) {
        let args = arguments(cursor)?;
        let name = words.join(" ");
        return Ok(finish(cursor, from, TypeParts { schema: None, home: None, name, quoted: false, args }));
    }
    let quoted = matches!(cursor.peek(), Some(Token::Word(Word { quote_style: Some(_), .. })));
    let written = scope.qname(cursor)?;
    let home = scope.schema(None);
    let schema = if written.qualified { written.schema } else { None };
    let mut name = written.name;
    let quoted = quoted || (schema.is_some() && !name.chars().all(is_plain));
    if name == "interval" && !quoted {
        const FIELDS: [&str; 7] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"];
        while FIELDS.contains(&cursor.word_here().as_str()) {
            cursor.bump();
        }
    }
    let args = arguments(cursor)?;
    if matches!(name.as_str(), "time" | "timestamp") && !quoted {
        if cursor.eat_words(&["WITH", "TIME", "ZONE"]) {
            name.push_str("tz");
        } else {
            cursor.eat_words(&["WITHOUT", "TIME", "ZONE"]);
        }
    }
    Ok(finish(cursor, from, TypeParts { schema, home, name, quoted, args }))
}

const fn is_plain(char: char) -> bool {
    char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_'
}

struct TypeParts {
    schema: Option<String>,
    home: Option<String>,
    name: String,
    quoted: bool,
    args: Vec<String>,
}

/// Takes brackets in, and the text of it all.
fn finish(cursor: &mut Cursor<'_>, from: usize, parts: TypeParts) -> TypeName {
    let mut array = false;
    if cursor.engine == Engine::Postgres {
        array |= cursor.eat_word("ARRAY");
        while cursor.eat(&Token::LBracket) {
            array = true;
            while !cursor.is_end() && !cursor.eat(&Token::RBracket) {
                cursor.bump();
            }
        }
    }
    let range = Range { from, to: cursor.position() };
    let declared = cursor.source(range).split_whitespace().collect::<Vec<_>>().join(" ");
    let TypeParts { schema, home, name, quoted, args } = parts;
    TypeName { schema, home, name, quoted, args, array, declared }
}

/// `(10, 2)`, `(Point, 4326)`: each argument without spaces, in lower case.
fn arguments(cursor: &mut Cursor<'_>) -> Read<Vec<String>> {
    if !cursor.is(&Token::LParen) {
        return Ok(Vec::new());
    }
    let group = cursor.group()?;
    let text = cursor.source(group).to_lowercase();
    Ok(text.split(',').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}
