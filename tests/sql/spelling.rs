//! Words come back from each dialect's tokenizer as they were, and statements from its parser.

use datamove::base::Engine;
use datamove::dialect::{identifier, of, scripts, string_literal};
use datamove::plan::Conflict;
use proptest::prelude::*;
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::plans_in_rust::*;

fn parser_of(engine: Engine) -> Box<dyn Dialect> {
    match engine {
        Engine::Sqlite => Box::new(SQLiteDialect {}),
        Engine::Postgres => Box::new(PostgreSqlDialect {}),
        Engine::Mysql => Box::new(sqlparser::dialect::AnsiDialect {}),
    }
}

fn token(engine: Engine, sql: &str) -> Token {
    let dialect = parser_of(engine);
    let tokens = Tokenizer::new(dialect.as_ref(), sql).with_unescape(true).tokenize().unwrap();
    assert_eq!(tokens.len(), 1, "{sql}");
    tokens.into_iter().next().unwrap()
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{1,20}", "[a'\"\\\\;$\\-\\n{}% \u{202e}]{1,20}", "[^\0]{1,20}"]
}

proptest! {
    #[test]
    fn words_come_back(text in hostile()) {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        for engine in Engine::ALL {
            let name = identifier(&text);
            match token(engine, name.as_str()) {
                Token::Word(word) => prop_assert_eq!(&word.value, &text),
                other => prop_assert!(false, "{:?}", other),
            }
            let literal = string_literal(of(engine), &text);
            match token(engine, literal.as_str()) {
                Token::SingleQuotedString(value) => prop_assert_eq!(&value, &text),
                other => prop_assert!(false, "{:?}", other),
            }
        }
        let sql = format!("SELECT {} AS {}", string_literal(of(Engine::Sqlite), &text), identifier(&text));
        let mut statement = db.prepare(&sql).unwrap();
        prop_assert_eq!(statement.column_name(0).unwrap(), text.as_str());
        let value: String = statement.query_row([], |row| row.get(0)).unwrap();
        prop_assert_eq!(value, text);
    }
}

/// Statements as their terminators cut them; the tokenizer knows quotes and comments.
fn statements(engine: Engine, text: &str) -> Vec<String> {
    let dialect = parser_of(engine);
    let text = text.replace(".bail on\n", "");
    let tokens = Tokenizer::new(dialect.as_ref(), &text).with_unescape(false).tokenize().unwrap();
    let mut list = vec![String::new()];
    for token in tokens {
        match token {
            Token::SemiColon => list.push(String::new()),
            Token::Whitespace(sqlparser::tokenizer::Whitespace::SingleLineComment { .. }) => {
                list.last_mut().unwrap().push('\n');
            }
            other => list.last_mut().unwrap().push_str(&other.to_string()),
        }
    }
    list.retain(|one| !one.trim().is_empty());
    list
}

/// What the parser does not know, though the engines do.
const UNKNOWN_TO_THE_PARSER: &[&str] = &[
    "DO ",
    "PRAGMA ",
    "SET CONSTRAINTS",
    "LOCK TABLE",
    "ANALYZE",
    // MySQL's; a procedure stands between dollar quotes, as the client's delimiter.
    "DELIMITER ",
    "DROP TEMPORARY TABLE ",
    "PREPARE ",
    "SET @",
    "SET NAMES ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
];

/// The statements of a script that do not parse back, each with the parser's words.
pub(crate) fn unread(engine: Engine, path: &str, text: &str) -> Vec<String> {
    let mut failures = Vec::new();
    for statement in statements(engine, text) {
        // Nor does its SQLite know materialized CTEs, an alias in INSERT, IS between values, NOT GLOB.
        let statement = match engine {
            Engine::Sqlite => statement
                .replace(" AS MATERIALIZED (", " AS (")
                .replace(" AS \"datamove_old\" (", " (")
                .replace(" COLLATE BINARY IS NOT ", " <> ")
                .replace(" IS NOT \"", " <> \"")
                .replace(" IS NOT excluded", " <> excluded")
                .replace(" NOT GLOB ", " NOT LIKE ")
                .replace(") IS substr(", ") = substr(")
                .replace(") IS \"", ") = \""),
            // Nor, as standard SQL, the options of MySQL's tables.
            Engine::Mysql => {
                as_mariadb(&statement).replace(" ENGINE = InnoDB", "").replace(" AUTO_INCREMENT", "")
            }
            Engine::Postgres => statement,
        };
        let statement = statement.trim();
        // Nor shifts, which SHA-1 is made of.
        let shifts = engine == Engine::Sqlite && statement.contains(" << ");
        if shifts || UNKNOWN_TO_THE_PARSER.iter().any(|word| statement.starts_with(word)) {
            continue;
        }
        if let Err(error) = Parser::parse_sql(parser_of(engine).as_ref(), statement) {
            failures.push(format!("{engine} {path}: {error}\n{statement}\n"));
        }
    }
    failures
}

/// What MariaDB reads of comments that are statements for one server or the other, in words that standard SQL has.
fn as_mariadb(statement: &str) -> String {
    let mut text = statement.replace(" SEPARATOR ', '", "");
    for code in [0, 9, 10, 13, 92] {
        text = text.replace(&format!("char({code} USING utf8mb4)"), &format!("char({code})"));
    }
    while let Some(from) = text.find("/*!80000") {
        let to = from + text[from..].find("*/").expect("a comment ends") + 2;
        text.replace_range(from..to, "");
    }
    while let Some(from) = text.find("/*M!100600") {
        let to = from + text[from..].find("*/").expect("a comment ends");
        text.replace_range(to..to + 2, "");
        text.replace_range(from..from + "/*M!100600".len(), "");
    }
    text
}

#[test]
fn statements_come_back() {
    let mut failures = Vec::new();
    for engine in Engine::ALL {
        let plans = [shop(engine), hard(engine, Conflict::Update), hard(engine, Conflict::Skip)];
        for script in plans.iter().flat_map(|plan| scripts(plan, FINGERPRINT)) {
            failures.extend(unread(engine, &script.path, &script.text));
        }
    }
    failures.dedup();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
