//! The binary under test, and what it left.

use std::process::{Command, Output};

use serde_json::Value as Json;

/// The binary, in an environment that does not depend on whoever runs the tests.
pub(crate) fn datamove() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_datamove"));
    for name in
        ["CI", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "PGPASSWORD", "PGHOST", "PGPASSFILE", "MYSQL_PWD"]
    {
        command.env_remove(name);
    }
    command
}

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Asserts the exit code, and that stdout and stderr together hold every text.
    #[track_caller]
    pub(crate) fn expect(self, code: i32, texts: &[&str]) -> Self {
        let all = self.all();
        assert_eq!(self.code, code, "{all}");
        for text in texts {
            assert!(all.contains(text), "no `{text}` in:\n{all}");
        }
        self
    }

    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
