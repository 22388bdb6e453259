//! What to say when no connection comes about; the same words for every engine.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::whois::who_is;
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::runner::failure::Failure;

/// Seconds to wait for a server to answer, unless the location says otherwise.
pub(in crate::runner::drivers) const CONNECT_TIMEOUT: u64 = 10;

/// A line on which nothing comes is asked whether it is there after so long, then so often, so many times.
/// Minutes of silence are normal while a statement works, but never of the machine itself.
pub(in crate::runner::drivers) const SILENCE: Duration = Duration::from_secs(30);
pub(in crate::runner::drivers) const ASKED_EVERY: Duration = Duration::from_secs(10);
pub(in crate::runner::drivers) const ASKED: u32 = 3;

/// What was sent and is not confirmed by the other machine within this time ends the connection.
pub(in crate::runner::drivers) const UNHEARD: Duration = Duration::from_secs(60);

/// Waits for what a server answers to somebody who connects; `None` if it does not in time. A line that
/// is open and silent would be waited for without end.
pub(in crate::runner::drivers) fn in_time<T: Send + 'static>(
    patience: Duration,
    connect: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (send, receive) = channel();
    thread::spawn(move || send.send(connect()));
    receive.recv_timeout(patience).ok()
}

/// A place that was to be reached.
#[derive(Clone, Debug)]
pub(in crate::runner::drivers) struct Place {
    pub(in crate::runner::drivers) engine: Engine,
    /// The location as it may be shown.
    pub(in crate::runner::drivers) shown: String,
    /// A name, a number, or the path of a socket.
    pub(in crate::runner::drivers) host: String,
    pub(in crate::runner::drivers) port: u16,
    pub(in crate::runner::drivers) user: String,
    pub(in crate::runner::drivers) database: String,
}

/// Nothing is written before there is a connection.
fn failure(code: Code, message: String) -> Box<Failure> {
    Failure::new(code, message).state("nothing was written")
}

impl Place {
    /// No connection, or one that does not speak the engine's protocol.
    pub(in crate::runner::drivers) fn unreachable(&self, why: impl std::fmt::Display) -> Box<Failure> {
        let found = if self.host.starts_with('/') { None } else { who_is(&self.host, self.port) };
        if let Some(found) = found
            && !found.contains(self.engine.title())
        {
            return self.other_engine(found);
        }
        let place = if self.host.starts_with('/') {
            format!("at the socket `{}`", self.host)
        } else {
            format!("at `{}`, port {}", self.host, self.port)
        };
        failure(Code::ServerUnreachable, format!("no {} server answers {place}", self.engine))
            .engine(why.to_string())
            .help("check host and port, that the server is up, and that no firewall stands between")
    }

    /// Something else listens there.
    pub(in crate::runner::drivers) fn other_engine(&self, found: &str) -> Box<Failure> {
        failure(Code::OtherEngine, format!("`{}` is not {}: {found} answers there", self.shown, self.engine))
            .help("check the scheme and the port of the location")
    }

    /// The server has as many sessions as it may.
    pub(in crate::runner::drivers) fn full(&self, why: &str) -> Box<Failure> {
        failure(Code::NoMoreSessions, format!("the server at `{}` lets no more sessions in", self.host))
            .engine(why)
            .help("let other sessions end, raise the limit, or use fewer --jobs; then run the same command again")
    }

    /// The server answered and refused the login.
    pub(in crate::runner::drivers) fn login_refused(&self, why: &str) -> Box<Failure> {
        failure(Code::LoginRefused, format!("the server at `{}` does not let `{}` in", self.host, self.user))
            .engine(why)
            .help(
                "give the password in DATAMOVE_SOURCE_PASSWORD or DATAMOVE_TARGET_PASSWORD, or in a file: \
             `datamove explain DM0017`",
            )
    }

    pub(in crate::runner::drivers) fn no_database(&self, why: &str) -> Box<Failure> {
        let message = if self.database.is_empty() {
            format!("`{}` names no database", self.shown)
        } else {
            format!("the server at `{}` has no database `{}`", self.host, self.database)
        };
        failure(Code::NoSuchDatabase, message)
            .engine(why)
            .help("check the last part of the location; datamove never creates a database")
    }

    pub(in crate::runner::drivers) fn too_old(&self, found: &str, least: &str) -> Box<Failure> {
        failure(
            Code::ServerTooOld,
            format!("the server at `{}` is {found}, and bundles need {least} or newer", self.host),
        )
        .help("upgrade the server, or move from a restored copy on a newer one")
    }
}
