use std::error::Error as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{CancelToken, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::client::{self, Client, NoLine};
use super::errors;
use super::mute::Watch;
use crate::base::Engine;
use crate::runner::drivers::server::connect::{CONNECT_TIMEOUT, Place, in_time};
use crate::runner::drivers::server::far::{Far, no_files};
use crate::runner::drivers::server::tls::{self, Mode, Tls};
use crate::runner::drivers::server::url::Known;
use crate::runner::drivers::server::{Address, url};
use crate::runner::environment::{in_home, variable};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::{Secret, Server};
use crate::runner::password::from_passfile;

/// What a location may say, and libpq's variable for it.
const KNOWN: Known = &[
    ("host", &[], "PGHOST"),
    ("port", &[], "PGPORT"),
    ("dbname", &[], "PGDATABASE"),
    ("user", &[], "PGUSER"),
    ("sslmode", &["ssl-mode"], "PGSSLMODE"),
    ("sslrootcert", &["ssl-ca"], "PGSSLROOTCERT"),
    ("sslcert", &["ssl-cert"], "PGSSLCERT"),
    ("sslkey", &["ssl-key"], "PGSSLKEY"),
    ("connect_timeout", &[], "PGCONNECT_TIMEOUT"),
    ("application_name", &[], "PGAPPNAME"),
    ("passfile", &[], "PGPASSFILE"),
];

/// The oldest version that has what the scripts use.
const LEAST: u32 = 130_000;

/// How to connect, as often as it takes.
#[derive(Clone)]
pub(super) struct Door {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    mode: Mode,
    patience: Duration,
    pub(super) place: Place,
}

// A configuration of libpq's prints no password, but nothing here should depend on that.
impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Door {
    /// Reads the location; nothing is reached yet.
    pub(super) fn of(server: &Server) -> Result<Self> {
        let address = url::Address::read(server, KNOWN)?;
        let tls = Tls::of(&address)?;
        let place = place(&address)?;
        let mut config = Config::new();
        config.user(&place.user).dbname(&place.database);
        config.application_name(address.get("application_name").unwrap_or_else(|| "datamove".to_owned()));
        let seconds: u64 = address.number("connect_timeout")?.unwrap_or(CONNECT_TIMEOUT);
        let patience = Duration::from_secs(seconds.max(1));
        config.ssl_mode(match tls.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
        if let Some(password) = password(&address, &place)? {
            config.password(password.reveal());
        }
        // Sockets are not encrypted, whatever the mode says: nobody stands between.
        let encrypted = tls.mode != Mode::Disable && !place.host.starts_with('/');
        if !encrypted {
            config.ssl_mode(SslMode::Disable);
        }
        let mode = tls.mode;
        let tls = encrypted.then(|| tls.config().map(MakeRustlsConnect::new)).transpose()?;
        Ok(Self { config, tls, mode, patience, place })
    }

    /// Every session from here on is told where the source is.
    pub(super) fn tell(&mut self, far: &Far) {
        self.config.options(far.options());
    }

    /// How long somebody who connects waits for an answer.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Opens a connection to a server that is what the scripts are for.
    pub(super) fn open(&self) -> Result<Client> {
        let mut client = self.open_alone()?;
        // Nothing stands between the ends of a socket.
        if !self.place.host.starts_with('/') {
            let watch = Watch::of(self, &mut client).map_err(Failure::from_engine)?;
            client.watch(watch);
        }
        Ok(client)
    }

    /// The same, and nobody looks after it.
    pub(super) fn open_alone(&self) -> Result<Client> {
        let door = self.clone();
        let mut client = match in_time(self.patience, move || door.connect()) {
            Some(Ok(client)) => client,
            Some(Err(NoLine::Refused(error))) => return Err(self.refused(&error)),
            Some(Err(NoLine::Unreached(error))) => return Err(self.place.unreachable(error)),
            None => return Err(self.place.unreachable("the line is open, and no answer came in time")),
        };
        self.check(&mut client)?;
        Ok(client)
    }

    fn connect(&self) -> std::result::Result<Client, NoLine> {
        let connect = |config: &Config, tls| Client::connect(config, &self.place, self.patience, tls);
        match connect(&self.config, self.tls.as_ref()) {
            // Who only prefers TLS goes without where it does not come about, as with libpq.
            Err(NoLine::Refused(error))
                if self.mode == Mode::Prefer && self.tls.is_some() && is_tls(&error) =>
            {
                connect(self.config.clone().ssl_mode(SslMode::Disable), None)
            }
            other => other,
        }
    }

    /// Ends the statement that a session of this server is working on.
    pub(super) fn cancel(&self, token: &CancelToken) {
        client::cancel(token, &self.place, self.patience, self.tls.as_ref());
    }

    /// The server says that it is PostgreSQL and how old it is.
    fn check(&self, client: &mut Client) -> Result<()> {
        let sql = "SELECT version() AS version, current_setting('server_version_num') AS number";
        let row = super::query(client, sql).map_err(Failure::from_engine)?;
        let first = row.rows.first().cloned().unwrap_or_default();
        let (version, number) = (row.text(&first, "version"), row.text(&first, "number"));
        let name = version.split_whitespace().next().unwrap_or_default().to_owned();
        if name != "PostgreSQL" || version.contains("Redshift") {
            return Err(self.place.other_engine(&name));
        }
        if number.parse::<u32>().is_ok_and(|number| number >= LEAST) {
            return Ok(());
        }
        let words: Vec<&str> = version.split_whitespace().take(2).collect();
        Err(self.place.too_old(&words.join(" "), "PostgreSQL 13"))
    }

    fn refused(&self, error: &Error) -> Box<Failure> {
        let Some(state) = error.code() else {
            let text = errors::in_full(error);
            return if is_tls(error) {
                tls::failed(text)
            } else if text.contains("password") || text.contains("authentication") {
                self.place.login_refused(&text)
            } else {
                self.place.unreachable(text)
            };
        };
        let said = errors::classify(error).message;
        if *state == SqlState::INVALID_CATALOG_NAME {
            return self.place.no_database(&said);
        }
        // Class 28 is authorization; 42501 is a database that the role may not connect to.
        if state.code().starts_with("28") || *state == SqlState::INSUFFICIENT_PRIVILEGE {
            return self.place.login_refused(&said);
        }
        if *state == SqlState::TOO_MANY_CONNECTIONS {
            return self.place.full(&said);
        }
        self.place.unreachable(said)
    }
}

/// What another server has to know to connect there.
pub(in crate::runner::drivers) fn far(server: &Server) -> Result<Far> {
    let address = url::Address::read(server, KNOWN)?;
    no_files(&address)?;
    let place = place(&address)?;
    let password = password(&address, &place)?.map(|secret| secret.reveal().to_owned()).map(Secret::new);
    let sslmode = address.get("sslmode");
    Ok(Far {
        host: place.host,
        port: place.port,
        database: place.database,
        user: place.user,
        password,
        sslmode,
    })
}

/// True if the connection failed in the handshake of TLS, or because the server has none.
fn is_tls(error: &Error) -> bool {
    let text = error.to_string();
    text.contains("TLS")
        || error
            .source()
            .is_some_and(|source| source.is::<rustls::Error>() || source.to_string().contains("TLS"))
}

fn place(address: &Address) -> Result<Place> {
    let host = address.get("host").unwrap_or_else(default_host);
    if host.contains(',') {
        return Err(address.unreadable("several hosts").help("name the one that the rows go to"));
    }
    let Some(user) = address.get("user").or_else(|| variable("USER")) else {
        return Err(address.unreadable("no user").help("write `postgres://USER@HOST/DATABASE`"));
    };
    Ok(Place {
        engine: Engine::Postgres,
        shown: address.shown.clone(),
        port: address.number("port")?.unwrap_or(5432),
        database: address.get("dbname").unwrap_or_else(|| user.clone()),
        host,
        user,
    })
}

/// Where libpq looks without a host: the local server's socket.
fn default_host() -> String {
    let folders = ["/var/run/postgresql", "/tmp"].map(PathBuf::from);
    let local = folders.iter().find(|folder| folder.join(".s.PGSQL.5432").exists());
    local.map_or_else(|| "localhost".to_owned(), |folder| folder.display().to_string())
}

/// The password beside the location or in it, else the variable's, else the file's.
fn password(address: &Address, place: &Place) -> Result<Option<Secret>> {
    if let Some(password) = &address.password {
        return Ok(Some(password.clone()));
    }
    if let Some(password) = variable("PGPASSWORD") {
        return Ok(Some(Secret::new(password)));
    }
    let file = match address.get("passfile") {
        Some(path) => Some(PathBuf::from(path)),
        None => in_home(".pgpass").filter(|path| path.exists()),
    };
    let Some(file) = file else { return Ok(None) };
    let host = if place.host.starts_with('/') { "localhost" } else { &place.host };
    from_passfile(&file, [host, &place.port.to_string(), &place.database, &place.user])
}
