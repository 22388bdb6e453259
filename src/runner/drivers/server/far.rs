//! Where the source is, as the target's own server is told.

use super::url::Address;
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Secret;

/// What the scripts of the link `fdw` look for in the settings of their session.
#[derive(Clone, Debug)]
pub(in crate::runner::drivers) struct Far {
    pub(in crate::runner::drivers) host: String,
    pub(in crate::runner::drivers) port: u16,
    pub(in crate::runner::drivers) database: String,
    pub(in crate::runner::drivers) user: String,
    pub(in crate::runner::drivers) password: Option<Secret>,
    /// Absent where the wrapper decides.
    pub(in crate::runner::drivers) sslmode: Option<String>,
}

impl Far {
    /// The options of a session's start. Settings of that kind are in no log of statements, survive a reset of
    /// the session, and are seen by nobody else.
    pub(in crate::runner::drivers) fn options(&self) -> String {
        let port = self.port.to_string();
        let password = self.password.as_ref().map_or("", Secret::reveal);
        let all = [
            ("host", self.host.as_str()),
            ("port", &port),
            ("dbname", &self.database),
            ("user", &self.user),
            ("password", password),
            ("sslmode", self.sslmode.as_deref().unwrap_or("")),
        ];
        let said = all.iter().filter(|(_, value)| !value.is_empty());
        let said = said.map(|(name, value)| format!("-c datamove.source_{name}={}", escaped(value)));
        said.collect::<Vec<_>>().join(" ")
    }
}

/// A blank ends an option, unless a backslash stands before it.
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        if c == '\\' || c.is_ascii_whitespace() || c == '\u{b}' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Files of certificates are on this machine, and the one who connects is the target's server.
pub(in crate::runner::drivers) fn no_files(address: &Address) -> Result<()> {
    for name in ["sslrootcert", "sslcert", "sslkey"] {
        if address.get(name).is_some() {
            return Err(refused(address, &format!("`{name}` names a file here")));
        }
    }
    Ok(())
}

/// The wrapper cannot protect the connection as was asked.
pub(in crate::runner::drivers) fn refused(address: &Address, why: &str) -> Box<Failure> {
    let message = format!("`{}`: {why}, and the target's server connects by itself", address.shown);
    Failure::new(Code::WrapperTls, message)
        .state("nothing was written")
        .help("leave it away, or write `link staged` in the plan: then datamove itself connects, protected as asked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_becomes_an_option_of_its_own() {
        let far = Far {
            host: "db".into(),
            port: 5432,
            database: "old shop".into(),
            user: "ann".into(),
            password: Some(Secret::new("a\\b -c log_statement=all")),
            sslmode: None,
        };
        assert_eq!(
            far.options(),
            "-c datamove.source_host=db -c datamove.source_port=5432 -c datamove.source_dbname=old\\ shop \
             -c datamove.source_user=ann -c datamove.source_password=a\\\\b\\ -c\\ log_statement=all"
        );
        assert!(!format!("{far:?}").contains("log_statement"));
    }
}
