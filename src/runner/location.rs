//! Where a database is, as the command line says it, and how it may be shown.

use std::fmt;
use std::path::PathBuf;

use super::failure::{Failure, Result};
use crate::base::Engine;
use crate::diagnostic::Code;

/// A database that `--source` or `--target` names.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(Server),
    /// MySQL or MariaDB.
    Mysql(Server),
}

/// A database on a server: a connection string, which may hold a password and is shown only through
/// [`redact`], and a password that was given beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub text: String,
    /// Wins over one in the text and over the stock clients' variables.
    pub password: Option<Secret>,
}

/// A password. It has no `Display`, and its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The password itself, for the one who connects.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Location {
    /// Understands `sqlite:PATH`, `sqlite://PATH`, `postgres://…`, `host=… dbname=…` as libpq does,
    /// `mysql://…` and a bare path.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(Failure::new(Code::LocationUnusable, "an empty location").help(FORMS));
        }
        let server = || Server { text: text.to_owned(), password: None };
        if is_words(text) {
            return Ok(Self::Postgres(server()));
        }
        let Some((scheme, rest)) = scheme(text) else {
            return Ok(Self::Sqlite(PathBuf::from(text)));
        };
        match Engine::from_word(scheme) {
            Some(Engine::Postgres) => Ok(Self::Postgres(server())),
            Some(Engine::Mysql) => Ok(Self::Mysql(server())),
            Some(Engine::Sqlite) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() {
                    return Err(
                        Failure::new(Code::LocationUnusable, format!("no path in `{text}`")).help(FORMS)
                    );
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            None => Err(Failure::new(
                Code::LocationUnusable,
                format!("`{scheme}:` names no engine that datamove knows"),
            )
            .help(format!("{FORMS}; a file whose name has a colon is written `sqlite:NAME`"))),
        }
    }

    /// The same place, with a password that was given beside it.
    #[must_use]
    pub fn with_password(mut self, password: Option<Secret>) -> Self {
        if let Self::Postgres(server) | Self::Mysql(server) = &mut self {
            server.password = password;
        }
        self
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
            Self::Mysql(_) => Engine::Mysql,
        }
    }
}

const FORMS: &str =
    "write a path, `sqlite:PATH`, `postgres://USER@HOST/DATABASE` or `mysql://USER@HOST/DATABASE`";

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(server) | Self::Mysql(server) => f.write_str(&redact(&server.text)),
        }
    }
}

// By hand, because derived ones would print the password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", redact(&self.text))
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// True for `host=… dbname=…`. A file whose name looks like that is written `sqlite:NAME`.
fn is_words(text: &str) -> bool {
    const FIRST: [&str; 6] = ["host", "hostaddr", "port", "user", "dbname", "sslmode"];
    let word = text.split_whitespace().next().unwrap_or_default();
    word.split_once('=').is_some_and(|(key, _)| FIRST.contains(&key))
}

/// The scheme before the first colon. One letter is a drive, and a slash before the colon a path.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let word = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    // `shop.v2:backup.db` looks like a scheme to the RFC, but no engine's name has a dot.
    (word && scheme.len() > 1 && !scheme.contains('.')).then_some((scheme, rest))
}

/// A location as it may be shown and logged: paths as they are, connection strings without
/// passwords, wherever in them a password can be.
#[must_use]
pub fn redact(text: &str) -> String {
    let known = scheme(text).and_then(|(word, _)| Engine::from_word(word));
    if known == Some(Engine::Sqlite) {
        return text.to_owned();
    }
    match text.split_once("://").filter(|_| !is_words(text)) {
        Some((scheme, rest)) => format!("{scheme}://{}", redact_url(rest)),
        // `host=… password=…`, the other form that libpq reads.
        None if text.contains('=') => redact_words(text),
        None => text.to_owned(),
    }
}

/// What follows `://`: the password of the user, then secrets among the parameters.
fn redact_url(rest: &str) -> String {
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    // The last `@` ends the user, because a password may hold one that somebody did not escape.
    // It may even hold a `/` or a `?`, so an `@` in what looks like the query counts too.
    if let Some(query) = query
        && query.contains('@')
        && !before_query.contains('@')
    {
        let user = before_query.split(':').next().unwrap_or_default();
        let host = query.rsplit('@').next().unwrap_or_default();
        return format!("{user}:***@{}", redact_url(host));
    }
    let shown = match before_query.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => format!("{user}@{host}"),
        },
        None => before_query.to_owned(),
    };
    let Some(query) = query else { return shown };
    let parameters: Vec<String> = query.split('&').map(redact_pair).collect();
    format!("{shown}?{}", parameters.join("&"))
}

/// `key=value`, with the value of a secret replaced.
fn redact_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, _)) if secret(key) => format!("{key}=***"),
        _ => pair.to_owned(),
    }
}

/// `key=value key='quoted value'`. Everything after a secret's `=` up to the next key goes, so
/// that a quoted or escaped blank does not let its second half out.
fn redact_words(text: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut hiding = false;
    for word in text.split_whitespace() {
        match word.split_once('=') {
            Some((key, _)) if secret(key) => {
                shown.push(format!("{key}=***"));
                hiding = true;
            }
            Some((key, _)) if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                shown.push(word.to_owned());
                hiding = false;
            }
            _ if hiding => {}
            _ => shown.push(word.to_owned()),
        }
    }
    shown.join(" ")
}

fn secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    // The paths of files are no secrets, and a command that is to be run again needs them.
    if ["sslkey", "ssl-key", "passfile"].contains(&key.as_str()) {
        return false;
    }
    key.contains("pass") || key.contains("secret") || key.contains("token") || key.contains("key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_are_told_apart() {
        let sqlite = |text: &str| Location::Sqlite(PathBuf::from(text));
        assert_eq!(Location::parse("shop.db").unwrap(), sqlite("shop.db"));
        assert_eq!(Location::parse("sqlite:shop.db").unwrap(), sqlite("shop.db"));
        assert_eq!(Location::parse("sqlite:///var/shop.db").unwrap(), sqlite("/var/shop.db"));
        assert_eq!(Location::parse("./a:b.db").unwrap(), sqlite("./a:b.db"));
        assert_eq!(Location::parse("C:\\shop.db").unwrap(), sqlite("C:\\shop.db"));
        assert_eq!(Location::parse("shop.v2:old.db").unwrap(), sqlite("shop.v2:old.db"));
        let url = Location::parse("postgresql://u:p@h/d").unwrap();
        assert_eq!(url.engine(), Engine::Postgres);
        assert!(!format!("{url} {url:?}").contains(":p@"));
        let words = Location::parse("host=h password=p dbname=d").unwrap();
        assert_eq!(words.engine(), Engine::Postgres);
        assert_eq!(Location::parse("sqlite:host=h").unwrap(), sqlite("host=h"));
        for wrong in ["", "sqlite:", "oracle://h/d"] {
            assert_eq!(Location::parse(wrong).unwrap_err().code, Code::LocationUnusable, "{wrong}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        let cases = [
            ("postgres://ann@h:5432/d", "postgres://ann@h:5432/d"),
            ("postgres://ann:hunter2@h/d", "postgres://ann:***@h/d"),
            ("postgres://ann:hun@ter2@h/d", "postgres://ann:***@h/d"),
            ("postgres://ann:hunter2/x@h/d", "postgres://ann:***@h/d"),
            ("postgres://ann:hunter2?x@h/d", "postgres://ann:***@h/d"),
            ("postgres://h/d?user=ann&password=hunter2", "postgres://h/d?user=ann&password=***"),
            ("postgres://h/d?sslpassword=hunter2&x=1", "postgres://h/d?sslpassword=***&x=1"),
            ("postgres://h/d?sslkey=k.pem", "postgres://h/d?sslkey=k.pem"),
            ("postgres://:hunter2@/d", "postgres://:***@/d"),
            ("host=h password=hunter2 dbname=d", "host=h password=*** dbname=d"),
            ("host=h password='hunter2 hunter2' dbname=d", "host=h password=*** dbname=d"),
            ("some/file=1.db", "some/file=1.db"),
        ];
        for (given, shown) in cases {
            assert_eq!(redact(given), shown);
            assert!(!redact(given).contains("hunter2"), "{given}");
        }
    }
}
