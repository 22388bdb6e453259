//! One throwaway PostgreSQL for each test binary, copied from a template folder.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::install::{find, install, is_root, lock};
use super::psql::{Database, Output};
use super::servers;

/// A running server. It ends with the test binary, however that ends.
#[derive(Debug)]
pub(crate) struct Postgres {
    binaries: PathBuf,
    socket: PathBuf,
    port: u16,
    /// The watchdog: the pipe to it closes with this process, and it takes the server down.
    _watchdog: Child,
    databases: AtomicU32,
}

/// What makes a server fast and forgetful.
const SETTINGS: &str = "\
fsync = off
full_page_writes = off
synchronous_commit = off
listen_addresses = ''
shared_buffers = 64MB
max_connections = 50
max_prepared_transactions = 10
autovacuum = off
timezone = 'UTC'
log_timezone = 'UTC'
";

/// Waits until its input closes, then takes the server and its folder away. Signals that a
/// terminal or a test runner sends to everybody do not end it before.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
folder=$1; binaries=$2; port=$3; as=$4
cd /
if ! $as "$binaries/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 \
    -o "-p $port -k $folder -h 127.0.0.1" start >/dev/null 2>&1 </dev/null; then
  echo "failed: $(tail -n 3 "$folder/log" 2>/dev/null | tr '\n' ' ')"
  rm -rf "$folder"
  exit 1
fi
echo ready
cat >/dev/null
$as "$binaries/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 </dev/null
rm -rf "$folder"
"#;

impl Postgres {
    /// The server of this test binary, or why there is none.
    pub(crate) fn get() -> Result<&'static Self, String> {
        static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
        SERVER.get_or_init(Self::start).as_ref().map_err(Clone::clone)
    }

    /// A fresh, empty database. `name` is for people who look at a failure.
    #[track_caller]
    pub(crate) fn database(&'static self, name: &str) -> Database {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("{name}_{number}");
        let maintenance = Database { server: self, name: "postgres".to_owned() };
        maintenance.psql(&format!("CREATE DATABASE \"{name}\" TEMPLATE template0;")).ok();
        Database { server: self, name }
    }

    /// A database that some script created by name.
    pub(crate) fn existing(&'static self, name: &str) -> Database {
        Database { server: self, name: name.to_owned() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The server's data folder, with its `pg_hba.conf`.
    pub(crate) fn data(&self) -> PathBuf {
        self.socket.join("data")
    }

    /// The folder of the socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// A program of this server's version (`psql`, `pg_dump`), told where the server is.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        for variable in ["PGDATABASE", "PGSERVICE", "PGOPTIONS", "PGPASSWORD", "PGCLIENTENCODING"] {
            command.env_remove(variable);
        }
        command
            .env("PGHOST", &self.socket)
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", "postgres")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    fn start() -> Result<Self, String> {
        let binaries = binaries()?;
        let template = template(&binaries)?;
        let port = free_port()?;
        // The name of a socket may have about a hundred bytes, and a target folder lies deep.
        let folder = tempfile::Builder::new()
            .prefix("datamove-pg-")
            .tempdir_in(home()?)
            .map_err(|error| format!("no temporary folder: {error}"))?
            .keep();
        let copied = Command::new("cp").arg("-a").arg(&template).arg(folder.join("data")).status();
        if !copied.is_ok_and(|status| status.success()) {
            return Err("the template folder cannot be copied".to_owned());
        }
        if is_root() {
            owned_by_postgres(&folder)?;
        }
        let watchdog = watchdog(&folder, &binaries, port)?;
        Ok(Self { binaries, socket: folder, port, _watchdog: watchdog, databases: AtomicU32::new(0) })
    }
}

/// Where servers live: under the target folder, unless its name is too long for a socket or the
/// user `postgres` cannot get there.
fn home() -> Result<PathBuf, String> {
    let folder = servers()?;
    let mut words = as_postgres().split_whitespace();
    let reachable = words.next().is_none_or(|word| {
        let status =
            Command::new(word).args(words).args(["test", "-x"]).arg(&folder).current_dir("/").status();
        status.is_ok_and(|status| status.success())
    });
    if reachable && folder.as_os_str().len() <= 60 {
        return Ok(folder);
    }
    let folder = std::env::temp_dir().join("datamove-tmp-servers");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// The folder of the newest server programs, installed if they have to be.
fn binaries() -> Result<PathBuf, String> {
    if let Some(folder) = look() {
        return Ok(folder);
    }
    install("postgresql")?;
    look().ok_or_else(|| "postgresql was installed, but its programs are not found".to_owned())
}

fn look() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let folders = versions.into_iter().map(|(_, folder)| folder);
    let in_path = find("initdb", &[]).and_then(|file| file.parent().map(Path::to_path_buf));
    let complete = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|program| folder.join(program).is_file())
    };
    in_path.into_iter().chain(folders).find(complete)
}

/// What stands in front of a server program: PostgreSQL refuses to run as root.
fn as_postgres() -> &'static str {
    if !is_root() {
        ""
    } else if find("runuser", &[]).is_some() {
        "runuser -u postgres --"
    } else {
        "setpriv --reuid=postgres --regid=postgres --clear-groups --"
    }
}

fn owned_by_postgres(folder: &Path) -> Result<(), String> {
    let status = Command::new("chown").args(["-R", "postgres"]).arg(folder).status();
    if status.is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err("there is no user postgres".to_owned())
    }
}

/// The initialised folder that every server starts as a copy of, made once for each version.
fn template(binaries: &Path) -> Result<PathBuf, String> {
    let _lock = lock("postgres-template")?;
    let mut version = Command::new(binaries.join("initdb"));
    version.arg("--version");
    let version = Output::of(version, "").stdout;
    let word: String = version.split_whitespace().nth(2).unwrap_or("unknown").to_owned();
    let folder = home()?.join(format!("postgres-{word}"));
    if folder.join("complete").exists() {
        return Ok(folder.join("data"));
    }
    // A run that was cut off leaves a half-made one.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if is_root() {
        owned_by_postgres(&folder)?;
    }
    initialise(binaries, &folder)?;
    std::fs::write(folder.join("complete"), "").map_err(|error| error.to_string())?;
    Ok(folder.join("data"))
}

fn initialise(binaries: &Path, folder: &Path) -> Result<(), String> {
    let data = folder.join("data");
    let mut words = as_postgres().split_whitespace();
    let initdb = binaries.join("initdb");
    let mut command = match words.next() {
        Some(word) => {
            let mut command = Command::new(word);
            command.args(words).arg(&initdb);
            command
        }
        None => Command::new(&initdb),
    };
    command.current_dir("/").arg("-D").arg(&data);
    command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
    let output = Output::of(command, "");
    if !output.success {
        return Err(format!("initdb failed: {}", output.stderr.trim()));
    }
    let mut settings = std::fs::OpenOptions::new()
        .append(true)
        .open(data.join("postgresql.conf"))
        .map_err(|error| format!("postgresql.conf: {error}"))?;
    settings.write_all(SETTINGS.as_bytes()).map_err(|error| format!("postgresql.conf: {error}"))
}

/// A port on 127.0.0.1, and the number in the socket's name.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

fn watchdog(folder: &Path, binaries: &Path, port: u16) -> Result<Child, String> {
    let mut child = Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog"])
        .arg(folder)
        .arg(binaries)
        .arg(port.to_string())
        .arg(as_postgres())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("sh: {error}"))?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    if line.trim() == "ready" { Ok(child) } else { Err(format!("the server did not start: {}", line.trim())) }
}
