//! A bundle and the PostgreSQL database that it moves within.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::testkit::{self, Database};

pub(crate) const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

pub(crate) fn datamove(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
    command.args(words).current_dir(PROJECT);
    command
}

#[track_caller]
pub(crate) fn good(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[track_caller]
pub(crate) fn compiled(plan: &str, folder: &Path) -> PathBuf {
    let bundle = folder.join("bundle");
    good(&datamove(&["compile", plan, "-o", bundle.to_str().unwrap()]).output().unwrap());
    bundle
}

pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Database,
}

impl Bench {
    /// The scripts below `sql/`, in the order of their names; which is the order in which they run.
    pub(crate) fn scripts(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("bundle/sql")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found.sort();
        found
    }

    pub(crate) fn script(&self, name: &str) -> PathBuf {
        self.folder.path().join("bundle/sql").join(name)
    }

    pub(crate) fn run(&self, script: &Path, settings: &str) -> testkit::Output {
        let text = fs::read_to_string(script).unwrap();
        self.database.psql(&format!("{settings}\n{text}"))
    }

    /// Every script but the rollback, in order.
    #[track_caller]
    pub(crate) fn forward(&self) {
        for script in self.scripts() {
            if !script.ends_with("90_rollback.sql") {
                self.run(&script, "").ok();
            }
        }
    }

    #[track_caller]
    pub(crate) fn roll_back(&self) {
        self.run(&self.script("90_rollback.sql"), "").ok();
    }

    pub(crate) fn dump_of(&self, schemas: &[&str]) -> String {
        let output = self
            .database
            .server()
            .client("pg_dump")
            .args(["--dbname", self.database.name()])
            .args(schemas.iter().flat_map(|schema| ["--schema", schema]))
            .output()
            .unwrap();
        good(&output);
        // Recent clients write a random word into the dump.
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| !line.contains("restrict")).collect::<Vec<_>>().join("\n")
    }

    /// Runs a script in small batches and terminates its session while it works; whether that hits it
    /// depends on the machine, and both must be harmless.
    pub(crate) fn cut_off(&self, script: &Path) {
        let text = fs::read_to_string(script).unwrap();
        let name = "datamove victim";
        let settings = format!("SET application_name = '{name}'; SET datamove.batch_rows = '20';\n");
        let mut command = self.database.command();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A session that ends early closes the pipe.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), (settings + &text).as_bytes());
        std::thread::sleep(Duration::from_millis(30));
        self.database
            .psql(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
            ))
            .ok();
        child.wait().unwrap();
    }

    /// How many rows are in only one of two relations; both are anything that can stand behind FROM.
    #[track_caller]
    pub(crate) fn differences(&self, one: &str, other: &str) -> String {
        let query = format!(
            "SELECT (SELECT count(*) FROM (SELECT * FROM {one} a EXCEPT ALL SELECT * FROM {other} b) c) \
             || ' ' || (SELECT count(*) FROM (SELECT * FROM {other} b EXCEPT ALL SELECT * FROM {one} a) c)"
        );
        self.database.query(&query)[0][0].clone()
    }
}
