//! Names: how an engine stores them, and the schema that an unqualified one belongs to.

use std::collections::BTreeMap;

use sqlparser::tokenizer::{Token, Word};

use super::draft::{Named, QName, TextDefaults};
use super::tokens::{Cursor, Read};
use crate::base::{Engine, Span};

/// The schema that PostgreSQL puts unqualified names in.
const PUBLIC: &str = "public";

/// A name as the engine stores it.
pub(super) fn stored(engine: Engine, text: &str, quoted: bool) -> String {
    match engine {
        Engine::Postgres if !quoted => text.to_lowercase(),
        Engine::Postgres | Engine::Sqlite | Engine::Mysql => text.to_owned(),
    }
}

/// The form under which the engine takes two stored names for one.
pub(super) fn same(engine: Engine, name: &str) -> String {
    match engine {
        Engine::Postgres | Engine::Mysql => name.to_owned(),
        Engine::Sqlite => name.to_ascii_lowercase(),
    }
}

/// The form under which the engine takes two stored names of columns for one.
pub(super) fn same_column(engine: Engine, name: &str) -> String {
    match engine {
        Engine::Postgres | Engine::Sqlite => same(engine, name),
        Engine::Mysql => name.to_lowercase(),
    }
}

/// Where a file's names belong.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    engine: Engine,
    /// The namespace that stands for `public` in this file, or for the database that it uses.
    namespace: String,
    /// True if the plan states the namespace.
    stated: bool,
    /// What `SET search_path` or `USE` put in front, if it is another schema.
    search: Option<String>,
    /// MySQL: the database that the file itself uses first.
    own: Option<String>,
    /// MySQL: what tables of a database have that say nothing themselves.
    databases: BTreeMap<String, TextDefaults>,
}

impl Scope {
    /// `home` is where MySQL's names belong if neither the plan nor the file names a database.
    pub(super) fn new(engine: Engine, namespace: Option<&str>, home: &str) -> Self {
        let default = match engine {
            Engine::Mysql => home,
            Engine::Postgres | Engine::Sqlite => PUBLIC,
        };
        Self {
            engine,
            namespace: namespace.unwrap_or(default).to_owned(),
            stated: namespace.is_some(),
            search: None,
            own: None,
            databases: BTreeMap::new(),
        }
    }

    /// Follows MySQL's USE. The first database that a file uses is its own: a namespace that the
    /// plan states stands for it.
    pub(super) fn use_database(&mut self, name: &str) {
        self.own.get_or_insert_with(|| name.to_owned());
        self.search = Some(name.to_owned());
    }

    /// What CREATE or ALTER DATABASE says of texts; without a name, of the current one.
    pub(super) fn set_text(&mut self, written: Option<String>, text: TextDefaults) {
        let database = self.schema(written).unwrap_or_default();
        self.databases.insert(database, text.within(&TextDefaults::default()));
    }

    /// What a new table of that database has if it says nothing.
    pub(super) fn text(&self, database: Option<&String>) -> TextDefaults {
        database.and_then(|database| self.databases.get(database)).cloned().unwrap_or_default()
    }

    /// Follows a `SET search_path` or `set_config('search_path', …)`: the first schema of the
    /// list takes in what is created without one.
    pub(super) fn set_search_path(&mut self, list: &str) {
        let first = list
            .split(',')
            .map(|name| name.trim().trim_matches(['\'', '"']))
            .find(|name| !matches!(*name, "" | "$user" | "pg_catalog"));
        self.search = first.filter(|name| *name != PUBLIC && *name != "DEFAULT").map(str::to_owned);
    }

    /// The schema of a name that is written with `written` in front.
    pub(super) fn schema(&self, written: Option<String>) -> Option<String> {
        match self.engine {
            Engine::Sqlite => None,
            Engine::Mysql => match written.or_else(|| self.search.clone()) {
                Some(database) if !(self.stated && self.own.as_ref() == Some(&database)) => Some(database),
                Some(_) | None => Some(self.namespace.clone()),
            },
            Engine::Postgres => match written {
                Some(schema) if schema != PUBLIC => Some(schema),
                Some(_) => Some(self.namespace.clone()),
                None => Some(self.search.clone().unwrap_or_else(|| self.namespace.clone())),
            },
        }
    }

    /// A possibly qualified name.
    pub(super) fn qname(&self, cursor: &mut Cursor<'_>) -> Read<QName> {
        let from = cursor.position();
        let mut parts = vec![ident(cursor)?];
        while cursor.eat(&Token::Period) {
            parts.push(ident(cursor)?);
        }
        let span = cursor.span_from(from);
        Ok(self.of_parts(parts.into_iter().map(|part| part.text).collect(), span))
    }

    /// A name from its parts: an empty list gives an empty name.
    pub(super) fn of_parts(&self, mut parts: Vec<String>, span: Span) -> QName {
        let name = parts.pop().unwrap_or_default();
        let written = parts.pop();
        QName { qualified: written.is_some(), schema: self.schema(written), name, span }
    }

    /// A name that stands in a string, as in `nextval('public."Album_id_seq"')`.
    pub(super) fn in_string(&self, text: &str, span: Span) -> QName {
        let mut parts = vec![String::new()];
        let mut quoted = false;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let last = parts.len() - 1;
            match char {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    parts[last].push('"');
                }
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(String::new()),
                _ if quoted => parts[last].push(char),
                _ => parts[last].extend(char.to_lowercase()),
            }
        }
        self.of_parts(parts, span)
    }
}

/// One name.
pub(super) fn ident(cursor: &mut Cursor<'_>) -> Read<Named> {
    let text = match cursor.peek() {
        Some(Token::Word(Word { value, quote_style, .. })) => {
            stored(cursor.engine, value, quote_style.is_some())
        }
        // SQLite takes a string for a name where only a name can stand.
        Some(Token::SingleQuotedString(text)) if cursor.engine == Engine::Sqlite => text.clone(),
        _ => return Err(cursor.unexpected("expected a name")),
    };
    let span = cursor.here();
    cursor.bump();
    Ok(Named { text, span })
}

/// A list of names in parentheses.
pub(super) fn ident_list(cursor: &mut Cursor<'_>) -> Read<Vec<Named>> {
    cursor.expect(&Token::LParen)?;
    let mut names = vec![ident(cursor)?];
    while cursor.eat(&Token::Comma) {
        names.push(ident(cursor)?);
    }
    cursor.expect(&Token::RParen)?;
    Ok(names)
}
