use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::diagnostic::Code;
use crate::runner::environment::variable;
use crate::runner::failure::{Failure, Result};
use crate::runner::location::{Secret, Server, redact};

/// The parameters of one engine's locations: the name, the other names that are understood, and the
/// stock client's variable for it.
pub(in crate::runner::drivers) type Known =
    &'static [(&'static str, &'static [&'static str], &'static str)];

/// A location, taken apart and decoded.
#[derive(Clone, Debug)]
pub(in crate::runner::drivers) struct Address {
    /// As it may be shown.
    pub(in crate::runner::drivers) shown: String,
    parameters: BTreeMap<&'static str, String>,
    known: Known,
    /// The password that was given beside the text, or stands in it.
    pub(in crate::runner::drivers) password: Option<Secret>,
}

impl Address {
    /// Reads `scheme://user:password@host:port/database?name=value&…`, or libpq's `name=value …`.
    pub(in crate::runner::drivers) fn read(server: &Server, known: Known) -> Result<Self> {
        let mut address =
            Self { shown: redact(&server.text), parameters: BTreeMap::new(), known, password: None };
        match server.text.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('=') => address.read_url(rest)?,
            _ => address.read_words(&server.text)?,
        }
        if server.password.is_some() {
            address.password.clone_from(&server.password);
        }
        Ok(address)
    }

    /// A parameter, from the location or from the stock client's variable.
    pub(in crate::runner::drivers) fn get(&self, name: &str) -> Option<String> {
        if let Some(value) = self.parameters.get(name) {
            return Some(value.clone());
        }
        let (_, _, variable_name) = self.known.iter().find(|(known, ..)| *known == name)?;
        variable(variable_name)
    }

    /// A parameter that is a whole number.
    pub(in crate::runner::drivers) fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.unreadable(format!("`{name}` is no number that fits"))),
        }
    }

    /// The address cannot be understood, and why.
    pub(in crate::runner::drivers) fn unreadable(&self, why: impl std::fmt::Display) -> Box<Failure> {
        Failure::new(Code::UrlUnreadable, format!("`{}`: {why}", self.shown)).state("nothing was written")
    }

    fn read_url(&mut self, rest: &str) -> Result<()> {
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        if query.contains('@') && !before.contains('@') {
            return Err(self
                .unreadable("a `?` stands before the `@`")
                .help("write a `?` inside of a password as `%3F`"));
        }
        // The last `@` ends the user, as where the location is shown.
        let (user, place) = match before.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, before),
        };
        if let Some(user) = user {
            let (name, password) = user.split_once(':').map_or((user, None), |(n, p)| (n, Some(p)));
            self.decoded("user", name)?;
            if let Some(password) = password {
                self.decoded("password", password)?;
            }
        }
        let (host, database) = place.split_once('/').unwrap_or((place, ""));
        self.read_host(host)?;
        self.decoded("dbname", database)?;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(self.unreadable(format!("the parameter `{pair}` has no value")));
            };
            self.decoded(name, value)?;
        }
        Ok(())
    }

    /// `host`, `host:port` or `[v6]:port`.
    fn read_host(&mut self, text: &str) -> Result<()> {
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').unwrap_or(port)),
            None => text.rsplit_once(':').unwrap_or((text, "")),
        };
        self.decoded("host", host)?;
        self.decoded("port", port)
    }

    /// `name=value name='quoted \' value'`.
    fn read_words(&mut self, text: &str) -> Result<()> {
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let Some((name, after)) = rest.split_once('=') else {
                return Err(self.unreadable("a word without `=`"));
            };
            let (value, left) = word(after.trim_start());
            let Some(value) = value else { return Err(self.unreadable("a quote is not closed")) };
            self.set(name.trim(), value)?;
            rest = left.trim_start();
        }
        Ok(())
    }

    fn decoded(&mut self, name: &str, value: &str) -> Result<()> {
        match percent_decode_str(value).decode_utf8() {
            Ok(value) => self.set(name, value.into_owned()),
            Err(_) => Err(self.unreadable(format!("`{name}` is not UTF-8 text"))),
        }
    }

    fn set(&mut self, name: &str, value: String) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        if value.contains('\0') {
            return Err(self.unreadable(format!("`{name}` holds a NUL")));
        }
        if name == "password" {
            self.password = Some(Secret::new(value));
            return Ok(());
        }
        let Some((known, ..)) =
            self.known.iter().find(|(known, others, _)| *known == name || others.contains(&name))
        else {
            let names: Vec<&str> = self.known.iter().map(|(known, ..)| *known).collect();
            return Err(self
                .unreadable(format!("no parameter is called `{name}`"))
                .help(format!("there are: {}", names.join(", "))));
        };
        self.parameters.insert(known, value);
        Ok(())
    }
}

/// The value at the start of `text`, and what follows it; `None` if its quote is never closed.
fn word(text: &str) -> (Option<String>, &str) {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return (Some(value), &text[at + 1..]),
            c if !quoted && c.is_whitespace() => return (Some(value), &text[at..]),
            c => value.push(c),
        }
    }
    ((!quoted).then_some(value), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = &[
        ("host", &[], ""),
        ("port", &[], ""),
        ("user", &[], ""),
        ("dbname", &[], ""),
        ("sslmode", &["ssl-mode"], ""),
    ];

    fn read(text: &str) -> Result<Address> {
        Address::read(&Server { text: text.to_owned(), password: None }, KNOWN)
    }

    fn parts(text: &str) -> [String; 5] {
        let address = read(text).unwrap();
        let get = |name| address.get(name).unwrap_or_default();
        let password = address.password.as_ref().map_or("", Secret::reveal).to_owned();
        [get("user"), password, get("host"), get("port"), get("dbname")]
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(parts("postgres://ann:p%40x@h:1/d"), ["ann", "p@x", "h", "1", "d"]);
        assert_eq!(parts("postgres://ann:p@x/y@h/d"), ["ann", "p@x/y", "h", "", "d"]);
        assert_eq!(parts("postgres://[::1]:5/d"), ["", "", "::1", "5", "d"]);
        assert_eq!(parts("postgres:///d?host=/tmp&user=ann"), ["ann", "", "/tmp", "", "d"]);
        assert_eq!(
            parts("host=h port = 5 password='it\\'s ours' dbname=d"),
            ["", "it's ours", "h", "5", "d"]
        );
        assert_eq!(read("mysql://h/d?ssl-mode=required").unwrap().get("sslmode").unwrap(), "required");
    }

    #[test]
    fn what_is_not_understood_is_refused_and_shows_no_password() {
        let wrong = [
            "postgres://ann:secret@h/d?sslmod=require",
            "postgres://ann:sec?ret@h/d",
            "host=h password='secret",
            "host=h password=secret what=1",
            "postgres://ann:secret@h/%ff",
            "postgres://ann:secret@h/d?sslmode",
        ];
        for text in wrong {
            let failure = read(text).unwrap_err();
            assert_eq!(failure.code, Code::UrlUnreadable, "{text}");
            let shown = failure.to_text();
            assert!(!shown.contains("sec"), "{shown}");
        }
        assert!(read(wrong[0]).unwrap_err().to_text().contains("there are: host, port"));
    }
}
