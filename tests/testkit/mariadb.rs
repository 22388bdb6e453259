//! Throwaway MariaDB servers, each a copy of a template folder.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use super::install::{find, install, is_root, lock};
use super::psql::Output;
use super::servers;

/// A running server. It ends when it is dropped, and with the test binary however that ends.
#[derive(Debug)]
pub(crate) struct Mariadb {
    client: PathBuf,
    folder: PathBuf,
    port: u16,
    /// The watchdog: when the pipe to it closes, it takes the server down.
    watchdog: Child,
}

/// What makes a server small, fast and forgetful.
const SETTINGS: &str = "\
[mariadbd]
innodb_flush_method = nosync
innodb_flush_log_at_trx_commit = 0
innodb_doublewrite = 0
innodb_log_file_size = 8M
innodb_buffer_pool_size = 64M
skip_log_bin
skip_name_resolve
bind_address = 127.0.0.1
character_set_server = utf8mb4
collation_server = utf8mb4_general_ci
lower_case_table_names = 0
default_time_zone = '+03:00'
sql_mode = ''
";

/// As for PostgreSQL: waits until its input closes, then takes the server and its folder away.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
folder=$1; server=$2; port=$3
cd /
"$server" --defaults-file="$folder/my.cnf" --datadir="$folder/data" --socket="$folder/s" --port="$port" \
  --pid-file="$folder/pid" --log-error="$folder/log.err" --tmpdir="$folder" $4 >/dev/null 2>&1 </dev/null &
pid=$!
tries=0
until [ -S "$folder/s" ]; do
  tries=$((tries + 1))
  if [ $tries -gt 600 ] || ! kill -0 $pid 2>/dev/null; then
    echo "failed: $(tail -n 5 "$folder/log.err" 2>/dev/null | tr '\n' ' ')"
    kill -9 $pid 2>/dev/null
    rm -rf "$folder"
    exit 1
  fi
  sleep 0.1
done
echo ready
cat >/dev/null
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
rm -rf "$folder"
"#;

impl Mariadb {
    /// The server that the tests of this binary share, or why there is none. Tests that need
    /// databases of fixed names start their own.
    pub(crate) fn get() -> Result<&'static Self, String> {
        static SERVER: OnceLock<Result<Mariadb, String>> = OnceLock::new();
        SERVER.get_or_init(Self::start).as_ref().map_err(Clone::clone)
    }

    /// A server of a test's own, in about half a second.
    pub(crate) fn start() -> Result<Self, String> {
        Self::start_with("", |_| ())
    }

    /// The same with more settings; `prepare` may put files beside its data first.
    pub(crate) fn start_with(settings: &str, prepare: impl FnOnce(&Path)) -> Result<Self, String> {
        let programs = Programs::get()?;
        let template = template(&programs)?;
        let folder = tempfile::Builder::new()
            .prefix("datamove-my-")
            .tempdir_in(home()?)
            .map_err(|error| format!("no temporary folder: {error}"))?
            .keep();
        let copied = Command::new("cp").arg("-R").arg(&template).arg(folder.join("data")).status();
        if !copied.is_ok_and(|status| status.success()) {
            return Err("the template folder cannot be copied".to_owned());
        }
        let all = format!("{SETTINGS}{}", settings.replace("{FOLDER}", &folder.display().to_string()));
        std::fs::write(folder.join("my.cnf"), all).map_err(|error| format!("my.cnf: {error}"))?;
        prepare(&folder);
        if is_root() {
            owned_by_server(&folder)?;
        }
        let port = free_port()?;
        let watchdog = watchdog(&folder, &programs.server, port)?;
        Ok(Self { client: programs.client, folder, port, watchdog })
    }

    /// The port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// The user that the tests are: may do everything, has no password.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("mysql://root@127.0.0.1:{}/{database}", self.port)
    }

    /// A program of this server's version (`mariadb`, `mariadb-dump`), told where the server is.
    pub(crate) fn client(&self, program: &str) -> Command {
        let folder = self.client.parent().unwrap_or(Path::new("/usr/bin"));
        let mut command = Command::new(folder.join(program));
        for variable in ["MYSQL_PWD", "MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT"] {
            command.env_remove(variable);
        }
        command.arg("--no-defaults").arg("--socket").arg(self.socket()).args(["-u", "root"]);
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs SQL with the stock client, as `mysql < script` does; `database` may be empty.
    pub(crate) fn mysql(&self, database: &str, sql: &str) -> Output {
        let mut command = self.client("mariadb");
        command.args(["--default-character-set=utf8mb4", "--batch", "--raw"]);
        if !database.is_empty() {
            command.arg(database);
        }
        Output::of(command, sql)
    }

    /// The rows of a query, as text; NULL is the word `NULL`. No text may hold a tab or a newline.
    #[track_caller]
    pub(crate) fn query(&self, database: &str, sql: &str) -> Vec<Vec<String>> {
        let mut command = self.client("mariadb");
        command.args(["--default-character-set=utf8mb4", "--batch", "--raw", "--skip-column-names"]);
        if !database.is_empty() {
            command.arg(database);
        }
        let text = Output::of(command, sql).ok().stdout;
        text.lines().map(|row| row.split('\t').map(str::to_owned).collect()).collect()
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// The server's programs, installed if they have to be.
#[derive(Debug)]
struct Programs {
    server: PathBuf,
    install_db: PathBuf,
    client: PathBuf,
}

impl Programs {
    fn get() -> Result<Self, String> {
        if let Some(programs) = Self::look() {
            return Ok(programs);
        }
        // Without the package `mariadb-server`, which starts a server of the machine's own.
        install("mariadb-server-core")?;
        install("mariadb-client")?;
        Self::look()
            .ok_or_else(|| "mariadb-server-core was installed, but its programs are not found".to_owned())
    }

    fn look() -> Option<Self> {
        let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from);
        Some(Self {
            server: find("mariadbd", &folders)?,
            install_db: find("mariadb-install-db", &folders)?,
            client: find("mariadb", &folders)?,
        })
    }
}

/// Where servers live: under the target folder, unless its name is too long for a socket or the
/// server's user cannot get there.
fn home() -> Result<PathBuf, String> {
    let folder = servers()?;
    let reachable = !is_root()
        || Command::new("runuser")
            .args(["-u", server_user(), "--", "test", "-x"])
            .arg(&folder)
            .current_dir("/")
            .status()
            .is_ok_and(|status| status.success());
    if reachable && folder.as_os_str().len() <= 60 {
        return Ok(folder);
    }
    let folder = std::env::temp_dir().join("datamove-tmp-servers");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Who the server runs as where the tests are root, which it refuses to be.
fn server_user() -> &'static str {
    static USER: OnceLock<&str> = OnceLock::new();
    USER.get_or_init(|| {
        let known = Command::new("id").args(["-u", "mysql"]).output();
        if known.is_ok_and(|output| output.status.success()) { "mysql" } else { "nobody" }
    })
}

fn owned_by_server(folder: &Path) -> Result<(), String> {
    let user = server_user();
    let status = Command::new("chown").args(["-R", user]).arg(folder).status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err(format!("there is no user {user}")) }
}

/// The initialised folder that every server starts as a copy of, made once for each version.
fn template(programs: &Programs) -> Result<PathBuf, String> {
    let _lock = lock("mariadb-template")?;
    let mut version = Command::new(&programs.server);
    version.args(["--no-defaults", "--version"]);
    let version = Output::of(version, "").stdout;
    let word: String = version
        .split_whitespace()
        .skip_while(|word| *word != "Ver")
        .nth(1)
        .unwrap_or("unknown")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c))
        .collect();
    let folder = home()?.join(format!("mariadb-{word}"));
    if folder.join("complete").exists() {
        return Ok(folder.join("data"));
    }
    // A run that was cut off leaves a half-made one.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let settings = folder.join("my.cnf");
    std::fs::write(&settings, SETTINGS).map_err(|error| format!("my.cnf: {error}"))?;
    if is_root() {
        owned_by_server(&folder)?;
    }
    let mut command = Command::new(&programs.install_db);
    command.current_dir("/").arg(format!("--defaults-file={}", settings.display()));
    command.arg(format!("--datadir={}", folder.join("data").display()));
    command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
    if is_root() {
        command.arg(format!("--user={}", server_user()));
    }
    let output = Output::of(command, "");
    if !output.success {
        return Err(format!("mariadb-install-db failed: {}", output.stderr.trim()));
    }
    std::fs::write(folder.join("complete"), "").map_err(|error| error.to_string())?;
    Ok(folder.join("data"))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

fn watchdog(folder: &Path, server: &Path, port: u16) -> Result<Child, String> {
    let mut child = Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog"])
        .arg(folder)
        .arg(server)
        .arg(port.to_string())
        .arg(if is_root() { format!("--user={}", server_user()) } else { String::new() })
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
