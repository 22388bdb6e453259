use std::time::Duration;

use mysql::{ClientIdentity, Conn, DriverError, Error, Opts, OptsBuilder, SslOpts};

use super::errors::classify;
use crate::base::Engine;
use crate::runner::drivers::server::Address;
use crate::runner::drivers::server::connect::{
    ASKED, ASKED_EVERY, CONNECT_TIMEOUT, Place, SILENCE, UNHEARD, in_time,
};
use crate::runner::drivers::server::far::{Far, no_files, refused};
use crate::runner::drivers::server::tls::{self, Mode, Tls};
use crate::runner::drivers::server::url::Known;
use crate::runner::environment::variable;
use crate::runner::failure::{Failure, Result};
use crate::runner::location::{Secret, Server};

/// What a location may say, and the stock client's variable for it.
const KNOWN: Known = &[
    ("host", &[], "MYSQL_HOST"),
    ("port", &[], "MYSQL_TCP_PORT"),
    ("dbname", &[], ""),
    ("user", &[], ""),
    ("socket", &[], "MYSQL_UNIX_PORT"),
    ("sslmode", &["ssl-mode"], ""),
    ("sslrootcert", &["ssl-ca"], ""),
    ("sslcert", &["ssl-cert"], ""),
    ("sslkey", &["ssl-key"], ""),
    ("connect_timeout", &["connect-timeout"], ""),
];

/// How to connect, as often as it takes.
#[derive(Clone)]
pub(super) struct Door {
    opts: Opts,
    mode: Mode,
    patience: Duration,
    pub(super) place: Place,
}

// The library's options print the password.
impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Door {
    /// Reads the location; nothing is reached yet.
    pub(super) fn of(server: &Server) -> Result<Self> {
        let address = Address::read(server, KNOWN)?;
        let tls = Tls::of(&address)?;
        let place = place(&address)?;
        let patience =
            Duration::from_secs(address.number("connect_timeout")?.unwrap_or(CONNECT_TIMEOUT).max(1));
        let password = address.password.clone().or_else(|| variable("MYSQL_PWD").map(Secret::new));
        let local = place.host.starts_with('/');
        let mut opts = OptsBuilder::new()
            .user(Some(&place.user))
            .pass(password.as_ref().map(Secret::reveal))
            .db_name((!place.database.is_empty()).then_some(&place.database))
            .prefer_socket(false)
            .tcp_connect_timeout(Some(patience))
            .tcp_keepalive_time_ms(Some(millis(SILENCE)))
            .tcp_keepalive_probe_interval_secs(u32::try_from(ASKED_EVERY.as_secs()).ok())
            .tcp_keepalive_probe_count(Some(ASKED))
            .tcp_user_timeout_ms(Some(millis(UNHEARD)));
        opts = if local {
            opts.socket(Some(&place.host))
        } else {
            opts.ip_or_hostname(Some(&place.host)).tcp_port(place.port)
        };
        if !local && tls.mode != Mode::Disable {
            opts = opts.ssl_opts(ssl(&tls));
        }
        Ok(Self { opts: opts.into(), mode: tls.mode, patience, place })
    }

    /// Opens a connection to a server that is what the scripts are for.
    pub(super) fn open(&self) -> Result<Conn> {
        let mut conn = match self.connect(self.opts.clone()) {
            Err(Some(error)) if self.mode == Mode::Prefer && is_tls(&error) => {
                // Who only prefers TLS goes without where the server has none.
                self.connect(OptsBuilder::from_opts(self.opts.clone()).ssl_opts(None).into())
            }
            other => other,
        }
        .map_err(|error| self.refused(error.as_ref()))?;
        self.check(&mut conn)?;
        Ok(conn)
    }

    /// Ends the statement that a session of this server is working on.
    pub(super) fn cancel(&self, session: u32) {
        // Whether it succeeds shows in the statement, not here.
        if let Ok(mut conn) = self.open() {
            let _ = super::query(&mut conn, &format!("KILL QUERY {session}"));
        }
    }

    /// The library waits for the server's greeting without end, and a server of another kind waits
    /// for ours. `None`: there was no greeting in time.
    fn connect(&self, opts: Opts) -> std::result::Result<Conn, Option<Error>> {
        in_time(self.patience, || Conn::new(opts)).map_or(Err(None), |connected| connected.map_err(Some))
    }

    /// The server says what it is and how old.
    fn check(&self, conn: &mut Conn) -> Result<()> {
        let row = super::query(conn, "SELECT VERSION() AS version").map_err(Failure::from_engine)?;
        let version = row.rows.first().map(|first| row.text(first, "version")).unwrap_or_default();
        for other in ["TiDB", "Vitess", "OceanBase"] {
            if version.contains(other) {
                return Err(self.place.other_engine(other));
            }
        }
        let mariadb = version.contains("MariaDB");
        // An old protocol puts `5.5.5-` before MariaDB's own number.
        let number = version.strip_prefix("5.5.5-").filter(|_| mariadb).unwrap_or(&version);
        let mut parts = number.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        let (name, least, text) =
            if mariadb { ("MariaDB", (10, 6), "MariaDB 10.6") } else { ("MySQL", (8, 0), "MySQL 8.0") };
        if found >= least {
            return Ok(());
        }
        Err(self.place.too_old(&format!("{name} {}.{}", found.0, found.1), text))
    }

    fn refused(&self, error: Option<&Error>) -> Box<Failure> {
        let Some(error) = error else { return self.place.unreachable("no greeting came in time") };
        if is_tls(error) {
            return tls::failed(error);
        }
        let Error::MySqlError(said) = error else { return self.place.unreachable(error) };
        let message = classify(error).message;
        match said.code {
            1049 => self.place.no_database(&message),
            1044 => {
                Failure::from_engine(classify(&Error::MySqlError(said.clone()))).state("nothing was written")
            }
            // 1045 is a wrong password; 1698 and 1130 are no such way in.
            1045 | 1130 | 1251 | 1524 | 1698 | 1862 | 3118 => self.place.login_refused(&message),
            1040 | 1203 | 1226 => self.place.full(&message),
            3159 => tls::failed(message),
            _ => self.place.unreachable(message),
        }
    }
}

/// What another server has to know to connect there.
pub(in crate::runner::drivers) fn far(server: &Server) -> Result<Far> {
    let address = Address::read(server, KNOWN)?;
    no_files(&address)?;
    let tls = Tls::of(&address)?;
    if tls.mode > Mode::Prefer {
        return Err(refused(&address, "mysql_fdw does not ask for TLS"));
    }
    let place = place(&address)?;
    if place.host.starts_with('/') {
        return Err(address
            .unreadable("a socket is reached from its own machine only")
            .help("name host and port"));
    }
    let password = address.password.clone().or_else(|| variable("MYSQL_PWD").map(Secret::new));
    // The library takes `localhost` for a socket of its own machine.
    Ok(Far {
        host: place.host,
        port: place.port,
        database: place.database,
        user: place.user,
        password,
        sslmode: None,
    })
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn is_tls(error: &Error) -> bool {
    match error {
        Error::TlsError(_) | Error::DriverError(DriverError::TlsNotSupported) => true,
        // The library wraps what rustls says several times over; only the words come through.
        Error::IoError(_) | Error::CodecError(_) => {
            let words = error.to_string();
            ["certificate", "TLS", "handshake", "AlertReceived"].iter().any(|word| words.contains(word))
        }
        _ => false,
    }
}

/// The library trusts all public authorities besides the named one, so the host's name is verified
/// even where only the authority was asked for.
fn ssl(tls: &Tls) -> SslOpts {
    let identity = tls.identity.clone().map(|(cert, key)| ClientIdentity::new(cert, key));
    let ssl = SslOpts::default().with_client_identity(identity);
    if tls.mode < Mode::VerifyCa {
        return ssl.with_danger_accept_invalid_certs(true).with_danger_skip_domain_validation(true);
    }
    ssl.with_root_cert_path(tls.root.clone())
}

fn place(address: &Address) -> Result<Place> {
    let host = match address.get("socket") {
        Some(socket) if !socket.starts_with('/') => {
            return Err(address.unreadable("a socket is named by its full path"));
        }
        Some(socket) => socket,
        None => address.get("host").unwrap_or_else(|| "localhost".to_owned()),
    };
    let Some(user) = address.get("user").or_else(|| variable("USER")) else {
        return Err(address.unreadable("no user").help("write `mysql://USER@HOST/DATABASE`"));
    };
    Ok(Place {
        engine: Engine::Mysql,
        shown: address.shown.clone(),
        host,
        port: address.number("port")?.unwrap_or(3306),
        user,
        database: address.get("dbname").unwrap_or_default(),
    })
}
