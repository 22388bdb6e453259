//! One database of a throwaway server, through psql.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::postgres::Postgres;

/// What a program said.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Runs a program with `input` on its standard input.
    pub(crate) fn of(mut command: Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("it has an input");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || {
            // A program that ends early closes the pipe; its own words tell why.
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the input is written");
        Self {
            success: output.status.success(),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the program succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.success, "failed with {:?}:\n{}\n{}", self.code, self.stdout, self.stderr);
        self
    }
}

/// A database of a test's own.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(super) server: &'static Postgres,
    pub(super) name: String,
}

/// Between columns, and between rows: characters that no schema and no test's text has.
const COLUMN: char = '\u{1f}';
const ROW: char = '\u{1e}';

impl Database {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn server(&self) -> &'static Postgres {
        self.server
    }

    /// What libpq takes: the socket's folder, the port, the user, the database.
    pub(crate) fn connection(&self) -> String {
        let server = self.server;
        format!(
            "host={} port={} user=postgres dbname={}",
            server.socket().display(),
            server.port(),
            self.name
        )
    }

    /// The location for datamove, over TCP as the superuser.
    pub(crate) fn url(&self) -> String {
        self.url_as("postgres")
    }

    /// The same for another role.
    pub(crate) fn url_as(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{}", self.server.port(), self.name)
    }

    /// psql on this database, without anybody's settings, stopping at the first error.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.server.client("psql");
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.name]);
        command
    }

    /// Runs SQL and psql's own commands.
    pub(crate) fn psql(&self, sql: &str) -> Output {
        Output::of(self.command(), sql)
    }

    /// Runs a file with more arguments for psql. A `\c` in the file leads away from this database,
    /// as it would for anybody.
    pub(crate) fn psql_file(&self, path: &Path, arguments: &[&str]) -> Output {
        let mut command = self.command();
        command.args(arguments).arg("-f").arg(path);
        Output::of(command, "")
    }

    /// The rows of a query, as text; NULL is the empty text.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let mut command = self.command();
        command.args(["-A", "-t", "-F", &COLUMN.to_string(), "-R", &ROW.to_string()]);
        let text = Output::of(command, sql).ok().stdout;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let rows = text.split(ROW).filter(|row| !row.is_empty());
        rows.map(|row| row.split(COLUMN).map(str::to_owned).collect()).collect()
    }
}
